"""What is checked before compiled code runs: extents found from shapes, and bounds of labels."""

import numpy as np
import pytest

from symbp.kernels.host import Reader, write_shape
from symbp.kernels.naming import Namer
from tests.kernels.running import called, interpreted, planned, read
from tests.shorthand import index


def reader(text, *names, needed=()):
    system = read(text)
    given = [system.quantities[n] for n in names]
    return Reader(system, Namer(), given, needed)


def test_extents_come_from_the_first_axis_that_is_one():
    lines = reader("input x[n:N,j:3], t[n]; L = sum(n, x[n,0]*t[n])", "x", "t").lines()
    assert lines == [
        'x = as_array("x", x, 2)',
        't = as_array("t", t, 1)',
        "N = x.shape[0]",
        'check_shape("x", x, (N, 3), "n, j")',
        'check_shape("t", t, (N,), "n")',
    ]


def test_an_extent_that_no_array_has_is_asked_for():
    asking = reader("input x; L = x/N", "x", needed=["N"])
    assert asking.asked == ("N",)
    assert asking.words == ["x", "N"]
    assert asking.lines() == ['x = as_array("x", x, 0)[()]']


def test_a_compound_extent_is_solved():
    lines = reader("input x[n:2*M+1]; L = sum(n, x[n])/M", "x", needed=["M"]).lines()
    assert "M = (x.shape[0] - 1)//2" in lines
    assert 'check_shape("x", x, (2*M + 1,), "n")' in lines


def test_a_remainder_shows_in_the_shape():
    module = interpreted(planned("input x[n:2*M+1]; param s; L = s*sum(n, x[n])/M", "L", ("s",)))
    assert called(module, "loss", {"x": np.ones(5), "s": 3.0}, {}) == 7.5
    with pytest.raises(ValueError, match=r"x\[n\] has shape \(6,\); \(5,\) is needed"):
        called(module, "loss", {"x": np.ones(6), "s": 3.0}, {})


def test_shapes_are_tuples():
    names = Namer()
    assert write_shape((), names) == "()"
    assert write_shape((index("N"),), names) == "(N,)"
    assert write_shape((index("N") + 1, index(3)), names) == "(N + 1, 3)"
