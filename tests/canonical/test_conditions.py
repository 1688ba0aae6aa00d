from __future__ import annotations

import pytest

from symbp.canonical.conditions import at_value, by_cases, two_valued
from symbp.canonical.evaluation import Environment, evaluate
from symbp.errors import MathError
from symbp.expressions import Bracket, Comparison, Number
from tests.canonical.making import at, bracket, f, form, over, same, table, where

ZERO = Number(0)


def above(left, right=ZERO):
    return Bracket(Comparison(">", left, right))


def zero(left):
    return Bracket(Comparison("==", left, ZERO))


def test_known_signs_decide():
    store = table("positive p")
    assert form(store, above(at("p"))).as_number == 1
    assert form(store, above(-at("p"))).as_number == 0
    assert form(store, zero(at("p"))).as_number == 0
    assert form(store, above(f("exp", at("g")))).as_number == 1
    assert store.used == ["p > 0"]


def test_positive_factors_are_dropped():
    store = table("positive p")
    assert same(store, above(at("p") * at("g") * 3), above(at("g")))
    assert same(store, above(at("g") / (1 + f("exp", at("h")))), above(at("g")))
    assert same(store, above(at("g") ** 3), above(at("g")))
    assert same(store, above(at("g") ** 2 * at("h")), (1 - zero(at("g"))) * above(at("h")))


def test_opposite_conditions():
    store = table()
    for p in (at("g"), at("g") - 2 * at("h"), at("u", "i") - at("v", "i")):
        assert same(store, above(p) + above(-p) + zero(p), Number(1))
    assert form(store, above(at("g")) * above(-at("g"))).is_zero
    assert form(store, above(at("g")) * zero(at("g"))).is_zero
    assert form(
        store, above(at("u", "i") - at("u", "j")) * above(at("u", "j") - at("u", "i"))
    ).is_zero


def test_two_valued_things_are_pushed_out():
    store = table()
    b = bracket("==", "n", "m")
    assert same(store, f("exp", b * at("g")), 1 + b * (f("exp", at("g")) - 1))
    chosen = where(Comparison(">", at("r"), ZERO), at("g"), at("h"))
    pushed = where(Comparison(">", at("r"), ZERO), f("sin", at("g")), f("sin", at("h")))
    assert same(store, f("sin", chosen), pushed)
    assert same(
        store,
        1 / (1 + chosen**2),
        where(Comparison(">", at("r"), ZERO), 1 / (1 + at("g") ** 2), 1 / (1 + at("h") ** 2)),
    )


def test_cases():
    store = table()
    poly = form(store, bracket("==", "n", "m") * at("g") + 1)
    (b,) = two_valued(poly)
    assert at_value(store, poly, b, 0).as_number == 1
    assert at_value(store, poly, b, 1) == form(store, at("g") + 1)
    assert by_cases(store, poly, lambda p: p) == poly

    def refuse(p):
        raise MathError("no value")

    with pytest.raises(MathError):
        by_cases(store, poly, refuse)


def test_kinks_are_left_out_only_with_a_witness():
    store = table()
    assert not form(store, zero(at("g"))).is_zero
    store = table()
    store.not_always_zero = lambda poly: True
    assert form(store, zero(at("g"))).is_zero
    assert store.used == ["g != 0"]
    assert same(store, Bracket(Comparison(">=", at("g"), ZERO)), above(at("g")))


def test_conditions_inside_sums():
    store = table()
    relu = over("n", f("relu", at("x", "n")))
    assert same(store, relu, over("m", where(Comparison(">", at("x", "m"), ZERO), at("x", "m"), 0)))
    assert not same(store, relu, over("n", at("x", "n")))


def test_a_guarded_denominator_is_not_taken_out():
    """Too many conditions to split: `[b]/d + x` may have d = 0 where b fails."""
    store = table()
    choices = [Comparison(">", at(q), ZERO) for q in "grshe"]
    divisor = where(
        choices[0], where(choices[1], where(choices[2], where(choices[3], 1, 2), 3), 4), 0
    )
    positive = above(bracket("<", "i", "j") / divisor + at("p"))
    point = Environment({"p": 1.0, **dict.fromkeys("grshe", -1.0)}, {"D": 2}, {"i": 1, "j": 0})
    assert evaluate(store, form(store, positive), point) == 1
    point.letters["i"], point.letters["j"], point.values["g"] = 0, 1, 1.0
    assert evaluate(store, form(store, positive), point) == 1
