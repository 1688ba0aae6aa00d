"""Signatures: what is handed over, what is a local variable, what is given back."""

from symbp.kernels.buffers import sign
from symbp.kernels.lowering import lower
from tests.kernels.running import SOFTMAX, read


def names(buffers):
    return [b.name for b in buffers]


def test_arrays_are_arguments_and_scalars_are_local():
    program = lower(read(SOFTMAX), ("L",), "loss")
    signature = sign(program, ("L",), ("L",))
    assert names(signature.given) == ["x", "W", "b", "y"]
    assert names(signature.workspace) == ["z", "p"]
    assert signature.results == ()
    assert signature.returned == ("L",)
    assert signature.extents == ("N",)
    assert signature.arrays == ("x", "W", "b", "y", "z", "p")


def test_a_scalar_that_is_not_returned_is_boxed():
    program = lower(read(SOFTMAX), ("p", "L"), "forward")
    signature = sign(program, ("p", "L"))
    assert names(signature.results) == ["p", "L"]
    assert signature.boxed == ("L",)
    assert "p" not in names(signature.workspace)


def test_extents_used_as_numbers_are_needed():
    program = lower(read("input x[n:N]; L = N*x[0]"), ("L",), "loss")
    assert sign(program, ("L",)).extents == ("N",)
