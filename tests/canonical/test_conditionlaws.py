from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.conditionlaws import leaves_no_value
from symbp.canonical.evaluation import Environment, evaluate
from symbp.errors import MathError
from symbp.expressions import Bracket, Comparison, Number
from tests.canonical.making import at, f, form, same, table, where

ZERO = Number(0)
g, h = at("g"), at("h")


def above(left, right=ZERO):
    return Bracket(Comparison(">", left, right))


def zero(left):
    return Bracket(Comparison("==", left, ZERO))


def unless_zero(divisor, then, otherwise=0):
    return where(Comparison("==", divisor, ZERO), otherwise, then)


def vanishes(store, expression):
    return is_zero(store, form(store, expression))


def test_the_zero_of_a_condition_is_used():
    store = table()
    assert form(store, zero(at("g")) * at("g")).is_zero
    assert same(store, zero(at("g") - at("h")) * at("g"), zero(at("g") - at("h")) * at("h"))
    assert not form(store, zero(at("g")) * at("h")).is_zero


def test_implications():
    store = table()
    assert same(store, above(at("g") - 1) * above(at("g")), above(at("g") - 1))
    assert form(store, above(at("g") - 1) * above(-at("g"))).is_zero
    assert same(store, above(at("g")) * above(1 - at("g")), above(at("g")) + above(1 - at("g")) - 1)
    assert same(store, f("max", 0, f("min", at("g"), 1)), f("min", f("max", at("g"), 0), 1))


def test_conditions_beside_another_value():
    store = table()
    assert form(store, zero(g) * zero(g - 1)).is_zero
    assert same(store, above(g + 1) * zero(g), zero(g))
    assert form(store, above(g - 1) * zero(g)).is_zero


def test_what_has_no_value_there_is_not_rewritten():
    """`(1 - [u = 0])/u` times u is `1 - [u = 0]`: not 1, which it is not at u = 0."""
    store = table()
    for u in (g, g + h, g - 2 * h, g**2 - h, g + f("exp", h)):
        product = unless_zero(u, 1 / u) * u
        assert vanishes(store, product - (1 - zero(u)))
        assert not vanishes(store, product - 1)
        assert vanishes(store, product * u - u)


def test_nor_is_a_denominator_with_that_factor():
    store = table()
    product = unless_zero(g + h, 1 / (g**2 - h**2)) * (g + h)
    # at g + h = 0 the product is 0, and 1/(g - h) is not
    assert not vanishes(store, product - 1 / (g - h))
    # and where the denominator has another value there, the condition is used
    rest = g - h - 1
    assert vanishes(store, zero(g + h) * g / rest + zero(g + h) * h / rest)


def test_which_powers_leave_no_value():
    store = table()
    ((zero_of_sum, _),) = form(store, zero(g + h)).as_term[0]
    cases = [(g + h, -1, True), (g + h, -2, True), (g**2 - h**2, -1, True), (g - h, -1, False),
             (g, -1, False), (g, 1, False), (f("exp", g + h) - 1, -1, True)]  # fmt: skip
    for expression, exponent, expected in cases:
        ((atom, e),) = form(store, expression**exponent).as_term[0]
        assert leaves_no_value(store, zero_of_sum, atom, e) is expected


@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, -1), (-2, 2), (1, 2), (0, 3)])
def test_guarded_quotients_have_their_values(x, y):
    store = table()
    point = Environment({"g": Fraction(x), "h": Fraction(y)}, {}, {}, number=Fraction)
    cases = [
        (unless_zero(g + h, 1 / (g + h)) * (g + h), Fraction(x + y != 0)),
        (unless_zero(g + h, g / (g + h), 5) * (g + h), Fraction(x if x + y else 0)),
        (
            unless_zero(g + h, (g**2 - h**2) / (g + h), 2) - g + h,
            Fraction(0 if x + y else 2 - 2 * x),
        ),
    ]
    for expression, expected in cases:
        try:
            assert evaluate(store, form(store, expression), point) == expected
        except MathError:
            assert x + y == 0
