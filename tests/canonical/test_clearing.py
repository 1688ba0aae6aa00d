from __future__ import annotations

import pytest

from symbp.canonical.clearing import clear, is_zero, numerators
from symbp.canonical.evaluation import evaluate
from symbp.errors import SymbpError
from symbp.expressions import Bracket, Comparison, Number
from tests.canonical.making import (
    Undefined,
    at,
    bracket,
    f,
    form,
    over,
    random_expression,
    random_point,
    rng_of,
    seeds,
    table,
    value,
    where,
)  # fmt: skip

g, h, ZERO = at("g"), at("h"), Number(0)


def zero(store, left, right=ZERO):
    return is_zero(store, form(store, left - right))


def test_denominators_are_cleared():
    store = table()
    assert zero(store, 1 / (g - h) - 1 / (g + h), 2 * h / (g**2 - h**2))
    assert zero(store, g / (g + h) + h / (g + h), Number(1))
    assert zero(store, 1 / (1 + g) / (1 + 2 * g), 2 / (1 + 2 * g) - 1 / (1 + g))
    assert zero(store, 1 / (g**2 + 2 * g + 1), 1 / (g + 1) ** 2)
    assert not zero(store, 1 / (g + h), 1 / g + 1 / h)
    assert clear(store, form(store, 1 / (g + h) - 1 / g)) == form(store, -h / g)
    assert numerators(store, form(store, g - g)) == ()


def test_a_condition_does_not_make_a_denominator_vanish():
    # both sides agree where g != 0; multiplying by g would hide that they differ at g = 0
    store = table()
    at_zero = Comparison("==", g, ZERO)
    one = where(at_zero, 1, 1 / (g * (g + 1)))
    other = where(at_zero, 2, 1 / g - 1 / (g + 1))
    assert not zero(store, one, other)
    assert zero(store, one, where(at_zero, 1, 1 / g - 1 / (g + 1)))


def test_opposite_conditions_are_joined():
    store = table()
    u = [at("u", "i"), at("u", "j")]
    above, below = (Bracket(Comparison(">", a, b)) for a, b in (u, u[::-1]))
    equal = Bracket(Comparison("==", *u))
    assert zero(store, above + below + equal, Number(1))
    assert zero(store, f("max", *u) + f("min", *u), u[0] + u[1])
    assert zero(
        store, bracket("<", "n", "m") + bracket("<", "m", "n") + bracket("==", "n", "m"), Number(1)
    )
    assert zero(
        store,
        over("m", (bracket("<", "n", "m") + bracket("<=", "m", "n")) * at("x", "m")),
        over("m", at("x", "m")),
    )
    assert not zero(store, above + below, Number(1))


@pytest.mark.parametrize("seed", seeds(150))
def test_what_is_found_to_be_zero_is_zero(seed):
    """One edit somewhere: if the two forms are one, the two values are one."""
    rng = rng_of(seed)
    store = table("positive p", "positive q", "positive o")
    expression = random_expression(rng, 3)
    edited = mutate(rng, expression)
    try:
        same = zero(store, expression, edited)
    except SymbpError:
        return
    for _ in range(4 if same else 0):
        point = random_point(rng)
        try:
            left, right = value(expression, point), value(edited, point)
        except (Undefined, OverflowError):
            continue
        assert left == pytest.approx(right, rel=1e-7, abs=1e-9)
        evaluate(store, form(store, expression), point)


def mutate(rng, expression):
    """The expression with one random subexpression replaced, scaled or negated."""
    from symbp.expressions import postorder, substitute

    target = rng.choice(list(postorder(expression)))
    if isinstance(target, Comparison) or target.free - set("nkijml"):
        return expression * rng.choice([-1, 2])
    changed = rng.choice([-target, target * 2, target + 1, target**2, f("abs", target), target * 1])
    return (
        substitute(expression, nodes={target: changed})
        if not hasattr(target, "relation")
        else expression
    )
