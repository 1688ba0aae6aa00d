from __future__ import annotations

import math
from fractions import Fraction

import pytest

from symbp.canonical.evaluation import Environment, evaluate
from symbp.errors import LimitExceeded, MathError, NotSupportedError, UnknownNameError
from symbp.expressions import Binder, IndexValue, Reduce
from symbp.indices import IndexExpr
from tests.canonical.making import (
    K,
    N,
    Undefined,
    at,
    bracket,
    f,
    form,
    letter,
    over,
    random_expression,
    random_point,
    rng_of,
    seeds,
    table,
    value,
)  # fmt: skip


@pytest.mark.parametrize("seed", seeds(400))
def test_a_form_has_the_value_of_what_was_read(seed):
    rng = rng_of(seed)
    store = table("positive p", "positive q", "positive o", "symmetric S")
    store.budget.steps = 20_000
    expression = random_expression(rng, 4)
    try:
        poly = form(store, expression)
    except (LimitExceeded, MathError):
        return
    for _ in range(3):
        point = random_point(rng)
        try:
            expected = value(expression, point)
            found = evaluate(store, poly, point)
        except (Undefined, OverflowError, MathError):
            continue
        if math.isfinite(expected):
            assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_exact_numbers():
    store = table()
    poly = form(store, over("n", at("x", "n") ** 2) / (1 + at("g")) + IndexValue(N))
    values = {"x": [Fraction(1, 2), Fraction(1, 3)], "g": Fraction(1)}
    found = evaluate(store, poly, Environment(values, {"N": 2}, {}, number=Fraction))
    assert found == Fraction(13, 72) + 2


def test_long_numbers():
    mpmath = pytest.importorskip("mpmath")
    functions = {"exp": mpmath.exp, "sqrt": mpmath.sqrt, "pi": lambda _: +mpmath.pi}
    store = table()
    poly = form(store, f("exp", at("g") / 2) * f("sqrt", at("h")))
    with mpmath.workdps(40):
        point = Environment(
            {"g": mpmath.mpf(2), "h": mpmath.mpf(2)},
            functions=functions,
            number=lambda q: mpmath.mpf(q.numerator) / q.denominator,
        )
        assert abs(evaluate(store, poly, point) - mpmath.e * mpmath.sqrt(2)) < mpmath.mpf(10) ** -38


def test_what_stands_beside_a_failing_condition_is_not_looked_at():
    store = table()
    guarded = bracket(">=", "n", 1) * at("x", letter("n") - 1)
    poly = form(store, guarded)
    point = Environment({"x": [5.0, 6.0]}, {"N": 2}, {"n": 0})
    assert evaluate(store, poly, point) == 0
    opposite = form(store, bracket("!=", "n", "m") / (at("x", "n") - at("x", "m")))
    assert (
        evaluate(store, opposite, Environment({"x": [5.0, 6.0]}, {"N": 2}, {"n": 1, "m": 1})) == 0
    )


def test_no_value():
    store = table()
    point = Environment({"g": 0.0, "h": -1.0}, {}, {})
    for expression in (1 / at("g"), f("ln", at("g")), f("sqrt", at("h"))):
        with pytest.raises(MathError):
            evaluate(store, form(store, expression), point)
    for expression in (at("s"), IndexValue(K), at("x", "n")):
        with pytest.raises(UnknownNameError):
            evaluate(store, form(store, expression), point)
    empty = Reduce("max", [Binder("k", IndexExpr.integer(0), K)], at("o", "k"))
    with pytest.raises(MathError):
        evaluate(store, form(store, empty), Environment({"o": []}, {"K": 0}, {}))
    with pytest.raises(NotSupportedError):
        form(store, f("gelu", at("g")) ** (10**6))
