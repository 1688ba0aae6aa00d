from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.powers import absolute
from symbp.errors import MathError
from symbp.expressions import Number, Power
from tests.canonical.making import at, f, form, over, same, table

HALF = Number(Fraction(1, 2))


def root(e):
    return f("sqrt", e)


def test_roots_split_only_under_known_signs():
    store = table("positive p")
    assert same(store, root(at("p") * at("g")), root(at("p")) * root(at("g")))
    assert not same(store, root(at("h") * at("g")), root(at("h")) * root(at("g")))
    assert not same(store, root(-at("g")) ** 2, at("g"))
    assert same(store, root(at("g")) ** 2, at("g"))
    # a = 0, b < 0: the left side is 0, the right side is not real
    assert not same(store, root(at("g") ** 2 * at("h")), f("abs", at("g")) * root(at("h")))


def test_powers_of_powers():
    store = table("positive p")
    assert same(store, root(at("g") ** 2), f("abs", at("g")))
    assert not same(store, root(at("g") ** 2), at("g"))
    assert same(store, root(at("p") ** 2), at("p"))
    assert same(store, root(at("g") ** 4), at("g") ** 2)
    assert same(store, root(at("g") ** 6), f("abs", at("g")) ** 3)
    assert same(store, Power(at("g") ** 3, Number(Fraction(1, 3))), at("g"))
    assert same(store, root(f("abs", at("g"))) ** 2, f("abs", at("g")))
    assert same(store, root(root(at("g") ** 4)), f("abs", at("g")))


def test_denominators_are_one_atom():
    store = table()
    g, h = at("g"), at("h")
    assert same(store, 1 / (2 * g + 4 * h), HALF / (g + 2 * h))
    assert same(store, 1 / (g - h) + 1 / (h - g), Number(0))
    assert same(store, 1 / (g * h + g), 1 / (g * (h + 1)))
    assert same(store, 1 / (1 / g + 1 / h), g * h / (g + h))
    assert same(store, (g + h) ** 2 / (g + h), g + h)
    assert same(store, 1 / (1 / (1 + g)), 1 + g)
    assert same(store, 1 / (at("u", "i") - at("u", "j")), -1 / (at("u", "j") - at("u", "i")))
    with pytest.raises(MathError):
        form(store, 1 / (g - g))


def test_the_denominator_rule_acts_inside_sums():
    store = table()
    e = f("exp", at("x", "n"))
    assert same(store, over("n", e / (1 + e)), over("n", 1 - 1 / (1 + e)))
    assert same(store, over("n", 1 / (e * (1 + e))), over("n", 1 / e - 1 / (1 + e)))
    assert same(store, over("n", e**2 / (1 + e)), over("n", e - 1 + 1 / (1 + e)))
    assert same(store, over("n", e / root(1 + e)), over("n", root(1 + e) - 1 / root(1 + e)))


def test_no_division_by_what_may_be_zero():
    # v/(a*v + b) = (1 - b/(a*v + b))/a would lose the case a = 0
    store = table()
    expression = at("g") / (at("h") * at("g") + 1)
    assert all(e > 0 or a.head.kind == "poly" for m in form(store, expression).terms for a, e in m)


def test_denominators_in_denominators():
    store = table()
    s = f("sigmoid", at("g"))
    assert same(store, 1 / (1 - s), 1 + f("exp", at("g")))
    assert same(store, s / (1 - s), f("exp", at("g")))
    assert same(store, 1 / (1 + 1 / (1 + at("g"))), (1 + at("g")) / (2 + at("g")))


def test_half_integer_powers_of_sums():
    store = table("positive p")
    variance = over("i", at("u", "i") ** 2) + at("p")
    assert same(store, variance / root(variance), root(variance))
    assert same(store, root(variance) ** 3 / variance, root(variance))
    assert same(store, root(4 * variance), 2 * root(variance))
    g = at("g")
    assert is_zero(store, form(store, root((1 + g) / (1 + g)) - 1))


def test_absolute_values_are_twice_the_positive_part():
    store = table()
    g = form(store, at("g"))
    assert absolute(store, g) == form(store, f("abs", at("g")))
    assert same(store, f("abs", at("g")), 2 * f("relu", at("g")) - at("g"))
