"""Sums in cost order: far fewer operations, the same values, and nothing hurried into being."""

import random

import numpy as np
import pytest

import symbp as sb
from symbp.costs import count_system
from symbp.economy.contraction import GAIN, contract
from symbp.expressions import Bracket, Where, postorder
from symbp.interpreter import FLOAT64, close, evaluate
from symbp.spelling import spell
from symbp.systems import EquationSystem
from tests.strategies import FAMILIES, random_system
from tests.systems.measuring import gradients_hold

MANY = """
input a[k:K], b[j:J], c[k:K], d[j:J], x[i:I, j:J], W[j:J, k:K], u[k:K, l:M], s
"""


def made(text: str) -> EquationSystem:
    return sb.System(MANY + text).snapshot()


def contracted(system: EquationSystem) -> EquationSystem:
    """All author's equations in cost order."""
    equations = tuple(contract(e) for e in system.author_equations)
    quantities = {n: q for n, q in system.quantities.items() if not q.hidden}
    return EquationSystem(quantities, equations, system.facts)


def last(text: str) -> str:
    return spell(contracted(made(text)).equations[-1].right)


SPREAD = {
    "y[j] = sum(k, a[k]*(b[j]*c[k] + 1))": "b[j]*sum(k, a[k]*c[k]) + sum(k, a[k])",
    "y[j] = sum(k, c[k] - b[j])": "sum(k, c[k]) - b[j]*K",
    "y[i] = sum(j, k, x[i,j]*W[j,k]*a[k])": "sum(j, x[i,j]*sum(k, W[j,k]*a[k]))",
    "y[i,l] = sum(j, k, x[i,j]*W[j,k]*u[k,l])": None,  # which product comes first is open
}


@pytest.mark.parametrize(("text", "expected"), SPREAD.items())
def test_sums_are_spread_and_nested(text, expected):
    system = made(text)
    before, after = count_system(system), count_system(contracted(system))
    sizes = dict.fromkeys(before.total.extents, 64)
    assert after.at(sizes) * GAIN <= before.at(sizes)
    if expected is not None:
        assert last(text) == expected


KEPT = (
    "y[i] = sum(j, x[i,j]*b[j])",  # nothing to gain
    "y = sum(j, k, b[j]*W[j,k]*c[k])",  # three operations a pair would be two
    "y = sum(j, b[j]*(d[j] + 1))",  # every term runs over j
    "y = sum(k, (c[k] - s)^2)",  # a square is not opened: it would cancel
    "y = sum(k, c[k] - s)",  # a constant factor is not enough
    "y[j] = sum(k, c[k]*ln(b[j]*c[k] + 1))",
    "y[j] = sum(k, a[k]*ln(b[j])*(b[j]*c[k] + 1))",  # 0 ln 0 stands together
    "y[j] = sum(k, where(a[k] > 0, a[k]*(b[j]*c[k] + 1), 0))",
    "y[j] = max(k, a[k]*(b[j]*c[k] + 1))",
)


@pytest.mark.parametrize("text", KEPT)
def test_what_gains_little_or_may_not_be_split_stays(text):
    equation = made(text).author_equations[-1]
    assert contract(equation) is equation


def test_numbers_in_place_of_extents_count_as_they_are():
    few = sb.System("input a[k:2], b[j:J], c[k:2]; y[j] = sum(k, a[k]*(b[j]*c[k] + 1))").snapshot()
    equation = few.author_equations[-1]
    assert contract(equation) is equation


def test_names_do_not_matter():
    one = last("y[j] = sum(k, a[k]*(b[j]*c[k] + 1))")
    other = sb.System("input σ[q:P], b[λ:R], c[q:P]; y[λ] = sum(q, σ[q]*(b[λ]*c[q] + 1))")
    found = spell(contracted(other.snapshot()).equations[-1].right)
    assert found.translate(str.maketrans("σqλ", "akj")) == one


@pytest.mark.parametrize("seed", range(30))
def test_values_stay(seed):
    system, values = random_system(random.Random(seed), kinks=seed % 3 == 0)
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    before = evaluate(system, values, FLOAT64, extents=sizes)
    after = evaluate(contracted(system), values, FLOAT64, extents=sizes)
    for equation in system.author_equations:
        places = before.environment.elements[equation.target]
        found = after.environment.elements[equation.target]
        assert all(close(found[p], places[p]) for p in places), f"seed {seed}"


def test_twice_is_once():
    for text in SPREAD:
        once = contracted(made(text))
        assert [contract(e) for e in once.equations] == list(once.equations)


NORMS = {
    "layer": ("m[n] = sum(j, x[n,j])/J; v[n] = sum(j, (x[n,j] - m[n])^2)/J", "n"),
    "batch": ("m[j] = sum(n, x[n,j])/N; v[j] = sum(n, (x[n,j] - m[j])^2)/N", "j"),
}


@pytest.mark.parametrize("kind", NORMS)
def test_the_adjoint_of_a_normalisation_is_linear_in_the_data(kind):
    """dL/dx of layer norm holds a sum over pairs as it prints; evaluated, it holds two sums."""
    moments, own = NORMS[kind]
    system = sb.System(
        "input x[n:N, j:J]; param g[j], b[j]; target y[n,j];"
        f"{moments}; h[n,j] = (x[n,j] - m[{own}])/sqrt(v[{own}] + 1/100000);"
        "o[n,j] = g[j]*h[n,j] + b[j]; L = sum(n, j, (o[n,j] - y[n,j])^2)/2"
    )
    derived = sb.derive(system, wrt=["x", "g", "b"]).ledger
    forward, whole = count_system(system.snapshot()), count_system(derived.system)
    for n, j in ((128, 256), (1000, 4), (3, 3)):
        assert whole.at(N=n, J=j) <= 4 * forward.at(N=n, J=j)
    rng = np.random.default_rng(5)
    shapes = {"x": (4, 3), "y": (4, 3), "g": (3,), "b": (3,)}
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    gradients_hold(derived, values, seed=5, sizes={"N": 4, "J": 3}, computed=True)


def test_brackets_and_branches_stand_where_they_stood():
    held = 0
    for seed in range(40):
        system, _ = random_system(random.Random(seed), kinks=True)
        for equation in system.author_equations:
            after = contract(equation)
            before = conditions(equation.right)
            held += len(before)
            assert conditions(after.right) == before, f"seed {seed}"
    assert held > 20


def conditions(root):
    return sorted(spell(n) for n in postorder(root) if isinstance(n, Bracket | Where))
