"""Laws of the canonical form that hold under a condition: with it, and not without it.

Each row is an identity and what it asks of its quantities. Under the condition the two sides have
one form. Without it they have not, and there is a point at which one side has another value, or the
side that is claimed has none.
"""

from __future__ import annotations

import math
import random

import pytest

from symbp.canonical.clearing import is_zero
from symbp.errors import MathError
from symbp.expressions import Bracket, Comparison, IndexValue, Number, Power, Reduce
from tests.canonical.making import (
    Environment,
    at,
    bracket,
    f,
    form,
    letter,
    over,
    table,
    value,
    where,
)  # fmt: skip

g, h, p, r = (at(name) for name in "ghpr")
n = IndexValue(letter("n"))
x, z, A, S = at("x", "n"), at("z", "n", "k"), at("A", "i", "j"), at("S", "i", "j")
ZERO = Number(0)


def above(left):
    return Bracket(Comparison(">", left, ZERO))


def zero(left):
    return Bracket(Comparison("==", left, ZERO))


def largest(body):
    made = over("k", body)
    return Reduce("max", made.binders, made.body)


#: The fact, and two sides that are equal under it.
DECLARED = (
    ("positive p", f("sqrt", p**2), p),
    ("positive p", f("sqrt", p * g), f("sqrt", p) * f("sqrt", g)),
    ("positive p", f("abs", p), p),
    ("positive p", above(p * g), above(g)),
    ("positive p", above(p), Number(1)),
    ("positive p", Power(p * g, n), f("exp", n * f("ln", p)) * Power(g, n)),
    ("positive p", f("exp", f("ln", f("abs", p))), p),
    ("nonzero g", zero(g), ZERO),
    ("nonnegative g", f("relu", g), g),
    ("unit_interval g", above(1 - g), Number(1)),
    ("binary g", g**2, g),
    ("binary g", f("exp", g), 1 + g * (f("exp", Number(1)) - 1)),
    ("binary g", Power(g, n + 1), g),
    ("sign g", g**2, Number(1)),
    ("sign g", 1 / g, g),
    ("symmetric A", A, at("A", "j", "i")),
    ("simplex z 1", over("k", z), Number(1)),
    ("simplex z 1", over("k", z * x), x),
    ("one_hot z 1", z * at("z", "n", "l"), bracket("==", "k", "l") * z),
    ("one_hot z 1", z**2, z),
)  # fmt: skip
#: Two sides that are equal, and two that only look alike, the condition on numbers not kept.
NUMBERS = (
    ((largest(2 * z + g), 2 * largest(z) + g), (largest(-2 * z + g), -2 * largest(z) + g)),
    ((f("sqrt", g**4), g**2), (f("sqrt", g**2), g)),
    ((f("abs", g**2), g**2), (f("abs", g**3), g**3)),
    ((above(g - 1) * above(g), above(g - 1)), (above(g + 1) * above(g), above(g + 1))),
    ((above(g) * zero(g - 1), zero(g - 1)), (above(g) * zero(g + 1), zero(g + 1))),
    ((zero(g) * zero(g - 1), ZERO), (zero(g) * zero(g - h), ZERO)),
    ((Power(-g, 2 * n), Power(g, 2 * n)), (Power(-g, n), Power(g, n))),
    ((where(Comparison("==", g, ZERO), Power(g, n + 1), 0), ZERO),
     (where(Comparison("==", g, ZERO), Power(g, n), 0), ZERO)),
    ((where(Comparison("==", g + h, ZERO), 0, 1 / (g + h)) * (g + h), 1 - zero(g + h)),
     (where(Comparison("==", g + h, ZERO), 0, 1 / (g + h)) * (g + h), Number(1))),
    ((over("m", bracket("==", "n", "m") * at("x", "m")), x),
     (over("m", bracket("==", letter("n") + 1, "m") * at("x", "m")), at("x", letter("m")))),
)  # fmt: skip


def equal(store, left, right):
    try:
        return is_zero(store, form(store, left - right))
    except MathError:
        return False


def differ_somewhere(left, right):
    """Whether the right side has another value at some point, or none where the left has one."""
    rng = random.Random(7)
    small = [0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0]
    for _ in range(400):
        sizes = {"N": rng.randint(1, 3), "K": rng.randint(1, 3), "D": 2}

        def draw(*extents, sizes=sizes):
            if not extents:
                return rng.choice(small)
            return [draw(*extents[1:]) for _ in range(sizes[extents[0]])]

        values = {name: draw() for name in "ghpr"}
        values |= {"x": draw("N"), "z": draw("N", "K"), "A": draw("D", "D")}
        places = {"n": "N", "m": "N", "k": "K", "l": "K", "i": "D", "j": "D"}
        letters = {name: rng.randrange(sizes[extent]) for name, extent in places.items()}
        point = Environment(values, sizes, letters)
        one = known(left, point)
        if one is None:
            continue
        other = known(right, point)
        if other is None or not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9):
            return True
    return False


def known(expression, point):
    try:
        return value(expression, point)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


@pytest.mark.parametrize("row", DECLARED, ids=lambda row: row[0])
def test_a_declared_condition_is_used_and_needed(row):
    fact, left, right = row
    store = table(fact)
    assert equal(store, left, right)
    assert not equal(table(), left, right)
    assert differ_somewhere(left, right)


@pytest.mark.parametrize("row", NUMBERS)
def test_a_condition_on_numbers_is_needed(row):
    holds, fails = row
    assert equal(table(), *holds)
    assert not equal(table(), *fails)
    assert differ_somewhere(*fails)
    assert not differ_somewhere(*holds)
