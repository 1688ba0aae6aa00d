"""The order that costs least: same values, fewer operations, the author's equations untouched."""

import random

import numpy as np
import pytest

import symbp as sb
from symbp.costs import count_system
from symbp.economy.costorder import in_cost_order
from symbp.gradients import differentiate
from symbp.interpreter import FLOAT64, close, evaluate
from symbp.kernels.loops import Contract, walk
from symbp.kernels.planning import plan
from symbp.spelling import spell_equation
from tests.strategies import FAMILIES, random_system
from tests.systems.measuring import gradients_hold

MLP = """
input x[n:N, i:I]; param W[i, j:J], b[j], V[j, k:K], c[k]; target y[n, k]
h[n,j] = tanh(sum(i, x[n,i]*W[i,j]) + b[j])
o[n,k] = sum(j, h[n,j]*V[j,k]) + c[k]
L = sum(n, k, (o[n,k] - y[n,k])^2)/(2*N)
"""


def test_the_order_in_which_the_passes_work():
    system = sb.System(
        "input a[k:K], b[j:J], c[k:K], e[k:K];"
        "y[j] = 1/sum(k, (a[k] - e[k])*(b[j]*c[k] + 1)); z = sum(k, a[k] - e[k])^2"
    ).snapshot()
    made = [spell_equation(e) for e in in_cost_order(system).equations]
    assert made == [
        "_1 = sum(k, (a[k] - e[k])*c[k])",
        "_2 = sum(k, a[k] - e[k])",
        "_3[j] = b[j]*_1 + _2",
        "y[j] = 1/_3[j]",
        "z = _2^2",
    ]


def test_products_of_matrices_are_left_for_the_matrix_library():
    system = sb.System(MLP).snapshot()
    planned = plan(system, differentiate(system, "L", ["W", "b", "V", "c"]))
    products = [
        s for s in walk(planned.tasks["loss_and_gradient"].program.body) if isinstance(s, Contract)
    ]
    assert len(products) == 5, "two forward; back through V; the gradients by W and by V"


def test_given_equations_stay():
    system = sb.System(MLP).snapshot()
    made = differentiate(system, "L", ["W", "V"]).system
    assert made.equations[: len(system.equations)] == system.equations


def test_twice_is_once():
    system = sb.System(MLP).snapshot()
    made = differentiate(system, "L", ["W", "V"]).system
    given = len(system.equations)
    again = in_cost_order(made, given)
    assert [spell_equation(e) for e in again.equations] == [
        spell_equation(e) for e in made.equations
    ]


@pytest.mark.parametrize("seed", range(100, 124))
def test_values_stay_and_nothing_costs_more(seed):
    system, values = random_system(random.Random(seed), kinks=seed % 3 == 0)
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    made = in_cost_order(system)
    large = dict.fromkeys(FAMILIES.values(), 50)
    assert count_system(made).at(large) <= count_system(system).at(large)
    before = evaluate(system, values, FLOAT64, extents=sizes).environment.elements
    after = evaluate(made, values, FLOAT64, extents=sizes).environment.elements
    for equation in system.author_equations:
        places = before[equation.target]
        assert all(close(after[equation.target][p], places[p]) for p in places), f"seed {seed}"


def test_gradients_hold():
    system = sb.System(MLP).snapshot()
    ledger = differentiate(system, "L", ["x", "W", "b", "V", "c"])
    rng = np.random.default_rng(3)
    sizes = {"N": 3, "I": 2, "J": 4, "K": 2}
    shapes = {"x": (3, 2), "W": (2, 4), "b": (4,), "V": (4, 2), "c": (2,), "y": (3, 2)}
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    gradients_hold(ledger, values, seed=3, sizes=sizes, computed=True)
