"""Conditions in their shortest spelling; each decided by those above it."""

import random

import numpy as np
import pytest

from symbp.branching import MAX_BRANCHES, order_conditions, plain_conditions
from symbp.declarations import Builder
from symbp.expressions import ZERO, Access, Comparison, Where, postorder
from symbp.interpreter import FLOAT64, evaluate
from symbp.intervals import Interval, intervals
from symbp.language.text import parse_expression
from symbp.simplifying.moves import tidy
from symbp.spelling import spell
from tests.systems.cases import read

HEAD = """input x, y, z, v[n:N], u[n]
param d: positive; param t: unit_interval; param s: negative; param m
"""


def expression(text):
    builder = Builder()
    read_into = read(HEAD)
    for quantity in read_into.given():
        axes = [(axis.letter, axis.extent) for axis in quantity.axes]
        builder.declare(quantity.name, axes, quantity.role, quantity.kind)
    return parse_expression(text, builder)


KNOWN = intervals(read(HEAD))

PLAIN = (
    ("where(x - y <= 0, x, y)", "where(x <= y, x, y)"),
    ("where(d - x < 0, x, y)", "where(d < x, x, y)"),
    ("where(1 - x <= 0, x, y)", "where(x >= 1, x, y)"),
    ("where(x + y > 0, x, y)", "where(x + y > 0, x, y)"),  # z + b > 0
    ("where(-x - y > 0, x, y)", "where(x < -y, x, y)"),
    ("where(-x > 0, x, y)", "where(x < 0, x, y)"),
    ("where(3*x < 0, x, y)", "where(x < 0, x, y)"),
    ("where(-2*x/3 < 0, x, y)", "where(x > 0, x, y)"),
    ("where(m*x - (m - 1)*x >= 0, x, y)", "where(x >= 0, x, y)"),
    ("where(m*x >= (m - 1)*x, x, y)", "where(x >= 0, x, y)"),
    ("where(exp(x)*y > 0, x, y)", "where(y > 0, x, y)"),
    ("where(exp(x) - 1 < 0, x, y)", "where(x < 0, x, y)"),
    ("where(3*(exp(x) - 1) < 0, x, y)", "where(x < 0, x, y)"),
    ("where(exp(x) >= exp(y), x, y)", "where(x >= y, x, y)"),
    ("where(y*(exp(x) - 1) < 0, x, y)", "where(y*x < 0, x, y)"),
    ("where(y*(exp(x/y) - 1) < 0, x, y)", "where(x < 0, x, y)"),
    ("where(m*(1 - exp(x)) < 0, x, y)", "where(m*x > 0, x, y)"),
    # 0 stands in the branch written last where a condition was spelled anew
    ("where(m - y*x <= 0, 0, -y)", "where(y*x < m, -y, 0)"),
    ("where(x - y >= 0, 0, z)", "where(x < y, z, 0)"),
    ("where(x - y > 0, 0, z)", "where(x <= y, z, 0)"),
    # nothing to gain, or nothing known
    ("where(x - y + z <= 0, x, y)", None),
    ("where(x >= m*x, x, y)", None),
    ("where(d*x > 0, x, y)", None),
    ("where(x > 0, 0, y)", None),
    ("where(x^2 > 0, x, y)", None),
    ("where(x/y > 0, x, y)", None),
    ("where(x - y == 0, x, y)", None),
    ("x + y", None),
)


@pytest.mark.parametrize(("before", "after"), PLAIN)
def test_conditions_without_facts(before, after):
    root = expression(before)
    made = plain_conditions(root)
    assert spell(made) == (before if after is None else after)
    assert plain_conditions(made) is made
    keeps(root, made)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("where(d*x > 0, x, y)", "where(x > 0, x, y)"),
        ("where(s*x > 0, x, y)", "where(x < 0, x, y)"),
        ("where(s*s*s*x > 0, x, y)", "where(x < 0, x, y)"),
        ("where(x/d - 1 > 0, x, y)", "where(x > d, x, y)"),
        ("where(x >= t*x, x, y)", "where(x >= 0, x, y)"),
        ("where(d*(exp(x/d) - 1) < 0, x, y)", "where(x < 0, x, y)"),
        ("where(m*x > 0, x, y)", "where(m*x > 0, x, y)"),
    ],
)
def test_conditions_with_facts(before, after):
    root = expression(before)
    made = plain_conditions(root, KNOWN)
    assert spell(made) == after
    keeps(root, made)


DECIDED = (
    ("where(x <= y, min(x, y), 0)", "where(x <= y, x, 0)"),
    ("where(x > y, min(x, y), 0)", "where(x > y, y, 0)"),
    ("where(x <= y, where(y < x, z, x), 0)", "where(x <= y, x, 0)"),
    ("where(x < y, where(x <= y, z, x), 0)", "where(x < y, z, 0)"),
    ("where(x < y, where(x < y + 1, z, x), 0)", "where(x < y, z, 0)"),
    ("where(2*x < 2*y, where(y - x > 0, z, x), 0)", "where(x < y, z, 0)"),
    ("where(m >= min(x, y), 0, where(x <= y, 1, 0))", "where(x <= y, where(m >= x, 0, 1), 0)"),
    ("where(x - m <= 0, 0, 2*z*max(0, x - m))", "where(x <= m, 0, 2*z*(x - m))"),
    ("where(x <= y, z*relu(x - y), z)", "where(x <= y, 0, z)"),
    ("sum(n, where(v[n] <= y, min(v[n], y), 0))", "sum(n, where(v[n] <= y, v[n], 0))"),
    # one index, two letters: nothing says that v[n] and v[0] are alike
    ("where(x < y, where(x < z, 1, 2), 3)", None),
    ("where(x < y + 1, where(x < y, z, x), 0)", None),
    ("max(x, y)", None),
    ("z*max(x, y) + where(x > 0, z, 1)", None),
)


@pytest.mark.parametrize(("before", "after"), DECIDED)
def test_conditions_decide_others(before, after):
    root = expression(before)
    made = order_conditions(root, tidy)
    assert spell(made) == (before if after is None else after)
    assert order_conditions(made, tidy) is made
    keeps(root, made)


def test_facts_decide_conditions():
    root = expression("where(-d >= min(x, d), -1, where(x <= d, 0, 1))")
    assert spell(order_conditions(root, tidy)) == spell(root)
    made = order_conditions(root, tidy, KNOWN)
    assert spell(made) == "where(x <= d, where(x <= -d, -1, 0), 1)"
    keeps(root, made)


def test_an_inner_sum_keeps_its_letters():
    """The n under the sum is not the n of the condition around it."""
    system = read("input v[n:N], y; o[n] = where(v[n] < y, sum(k:N, where(v[k] < y, v[k], 1)), 0)")
    assert system.author_equations[0].right is order_conditions(
        system.author_equations[0].right, tidy
    )


def test_many_conditions_are_left_alone():
    text = "0"
    for name in ("x", "y", "z", "m", "d"):
        text = f"where({name} > 0, min({name}, {text}), max(1, {text}))"
    root = expression(text)
    assert order_conditions(root, tidy) is root
    assert sum(isinstance(n, Where) for n in postorder(root)) < MAX_BRANCHES


@pytest.mark.parametrize("seed", range(40))
def test_random_branches_keep_their_values(seed):
    rng = random.Random(seed)
    root = expression(_random(rng, 3))
    for known in ({}, KNOWN):
        keeps(root, order_conditions(root, tidy, known))


def _random(rng, depth):
    if not depth:
        return rng.choice(("x", "y", "d", "0", "1", "t", "x - y", "2*x", "-d"))
    one, two, three, four = (
        _random(rng, depth - rng.choice((1, 2))) if depth > 1 else _random(rng, 0) for _ in range(4)
    )
    return rng.choice(
        (
            f"where({one} {rng.choice(('<', '<=', '>', '>='))} {two}, {three}, {four})",
            f"max({one}, {two})",
            f"min({one}, {two})*({three})",
            f"({one})*where({two} <= {three}, 0, {four})",
        )
    )


def keeps(one, other):
    """Both have one value at points on both sides of every condition, and on it."""
    if one is other:
        return
    systems = [read(f"{HEAD}o = {spell(root)}") for root in (one, other)]
    rng = np.random.default_rng(0)
    for _ in range(12):
        point = {name: float(rng.integers(-2, 3)) for name in ("x", "y", "z", "m")}
        point |= {"d": float(rng.integers(1, 3)), "s": -1.0, "t": 0.5}
        point |= {"v": rng.integers(-2, 3, 3).astype(float), "u": np.ones(3)}
        values = [float(evaluate(s, point, FLOAT64, {"N": 3})["o"]) for s in systems]
        assert values[0] == values[1] or all(np.isnan(values)), (point, spell(one), spell(other))


def test_an_unbounded_interval_decides_nothing():
    root = Where(Comparison("<", Access("q"), Access("r")), Access("q"), ZERO)
    assert plain_conditions(root, {"q": Interval(), "r": Interval()}) is root
