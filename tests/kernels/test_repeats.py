"""Equal layers are one function, called for each of them; the values stay the same."""

import ast

import numpy as np
import pytest

import symbp as sb
from symbp.kernels.repeats import OFTEN, repeats
from tests.kernels.running import interpreted, planned


def deep(layers, units=3, activation="tanh"):
    hidden = [sb.Dense(units, activation) for _ in range(layers)]
    return sb.Network(sb.Input("x", units), *hidden, loss="squared_error")


def names_of(layers):
    text = deep(layers).compile().source
    return [n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]


def test_few_equal_parts_stand_where_they_are():
    assert not [n for n in names_of(OFTEN - 1) if n.startswith("compute_z")]


def test_many_equal_parts_are_one_function():
    found = names_of(OFTEN + 2)
    assert found.count("compute_z") == 1
    assert len(found) == len(set(found))


def test_a_file_of_a_deep_network_grows_by_calls_only():
    trees = [ast.parse(deep(n).compile().source) for n in (8, 16)]
    loops = [sum(isinstance(n, ast.For) for n in ast.walk(tree)) for tree in trees]
    assert loops[0] == loops[1]


CHAIN = """
param a[n:N], loss[n]; input x[n]
h1[n] = tanh(a[n]*x[n]) + loss[n]
h2[n] = tanh(a[n]*h1[n]) + loss[n]
h3[m] = tanh(a[m]*h2[m]) + loss[m]
h4[n] = tanh(a[n]*h3[n]) + loss[n]
h5[n] = tanh(a[n]*h4[n]) + loss[n]
L = sum(n, h5[n]^2)
"""


def test_letters_do_not_count():
    program = planned(CHAIN, "L", ("a", "loss")).tasks["forward"].program
    found = repeats(program)
    assert len({repeat.key for repeat in found.values()}) == 1
    assert {"h1", "h3", "h5"} <= {repeat.buffers[-1] for repeat in found.values()}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_values_are_those_of_the_formulas(dtype):
    module = interpreted(planned(CHAIN, "L", ("a", "loss")), dtype)
    rng = np.random.default_rng(3)
    a, b, x = (rng.normal(size=5) for _ in range(3))
    value, gradient = module.loss_and_gradient(a=a, loss_2=b, x=x)
    h = x
    for _ in range(5):
        h = np.tanh(a * h) + b
    assert value == pytest.approx(np.sum(h**2), rel=1e-12 if dtype == "float64" else 1e-4)
    step = 1e-6
    moved = [np.sum(_run(a, b + sign * step * np.eye(5)[0], x) ** 2) for sign in (1, -1)]
    assert gradient["loss"][0] == pytest.approx((moved[0] - moved[1]) / (2 * step), rel=1e-3)


def _run(a, b, x):
    for _ in range(5):
        x = np.tanh(a * x) + b
    return x
