"""The functions that people call: their arguments, memory, and what they give back."""

import inspect

import numpy as np
import pytest

from tests.kernels.running import SOFTMAX, called, interpreted, planned, softmax_values


@pytest.fixture(scope="module")
def module():
    return interpreted(planned(SOFTMAX))


@pytest.fixture
def values():
    return softmax_values(np.random.default_rng(1))


def test_arguments_are_keywords(module):
    assert str(inspect.signature(module.forward)) == "(*, x, W, b)"
    assert str(inspect.signature(module.loss)) == "(*, x, W, b, y, workspace=None)"
    both = str(inspect.signature(module.loss_and_gradient))
    assert both == "(*, x, W, b, y, workspace=None, check=True)"
    assert str(inspect.signature(module.make_workspace)) == "(N)"
    assert all(inspect.getdoc(f) for f in (module.forward, module.loss, module.pack))


def test_errors_of_the_file_are_plain(module, values):
    for name, changed in (("x", np.ones((7, 2))), ("y", np.ones((7, 2))), ("b", [])):
        with pytest.raises(ValueError, match=name):
            called(module, "loss_and_gradient", {**values, name: changed}, {})
    with pytest.raises(TypeError, match="real numbers"):
        called(module, "loss_and_gradient", {**values, "x": np.ones((7, 3), complex)}, {})


def test_vector_and_views(module, values):
    theta = module.pack(W=values["W"], b=values["b"])
    parts = module.unpack(theta)
    assert np.array_equal(parts["W"], values["W"])
    parts["b"][0] = 9
    assert theta[6] == 9
    with pytest.raises(ValueError, match="theta"):
        module.unpack(theta[1:])


def test_scalars_are_parts_too():
    module = interpreted(planned("param s, W[j:J]; L = s*sum(j, W[j]^2)", "L", ("W", "s")))
    loss, gradient = called(module, "loss_and_gradient", {"s": 2, "W": [1, 2]}, {})
    assert loss == 10
    assert gradient["W"].tolist() == [4, 8]
    assert gradient["s"].shape == ()
    assert gradient["s"] == 5
    assert module.pack(s=2, W=[1, 2]).tolist() == [1, 2, 2]


def test_a_parameter_that_nothing_reads_has_gradient_zero():
    module = interpreted(planned("param s, W[j:J]; L = s^2", "L", ("W", "s")))
    _, gradient = called(module, "loss_and_gradient", {"s": 2, "W": [1.0, 2.0]}, {})
    assert gradient["W"].tolist() == [0, 0]


def test_a_loss_that_is_not_finite_is_traced_to_the_data():
    module = interpreted(planned("param s; L = 1/s", "L", ("s",)))
    with pytest.raises(ValueError, match="s is nan"):
        called(module, "loss", {"s": np.nan}, {})
    assert called(module, "loss", {"s": 0.0}, {}) == np.inf
