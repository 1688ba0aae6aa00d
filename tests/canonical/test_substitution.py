from __future__ import annotations

import pytest

from symbp.canonical.evaluation import evaluate
from symbp.canonical.substitution import equation, rewrite
from symbp.errors import NotSupportedError
from tests.canonical.making import (
    Undefined,
    at,
    f,
    form,
    over,
    random_expression,
    random_point,
    rng_of,
    seeds,
    table,
    value,
)  # fmt: skip


def exp(*indices):
    return f("exp", at("z", *indices))


def test_atoms_are_replaced_everywhere():
    store = table()
    rule = equation(
        store, form(store, exp("n", "k")), form(store, at("w", "n", "k") * at("x", "n"))
    )

    def rewritten(expression):
        return rewrite(store, form(store, expression), rule)

    assert rewritten(exp("m", "l")) == form(store, at("w", "m", "l") * at("x", "m"))
    assert rewritten(over("l", exp("n", "l"))) == form(
        store, at("x", "n") * over("l", at("w", "n", "l"))
    )
    assert rewritten(exp("n", "k") / over("l", exp("n", "l"))) == form(
        store, at("w", "n", "k") / over("l", at("w", "n", "l"))
    )
    assert rewritten(f("exp", 2 * at("z", "n", "k"))) == form(
        store, (at("w", "n", "k") * at("x", "n")) ** 2
    )
    assert rewritten(f("sin", exp("n", "k") + 1)) == form(
        store, f("sin", at("w", "n", "k") * at("x", "n") + 1)
    )
    assert rewritten(1 / (1 + exp("n", "k"))) == form(
        store, 1 / (1 + at("w", "n", "k") * at("x", "n"))
    )


def test_an_untouched_form_stays_itself():
    store = table()
    poly = form(store, over("k", exp("n", "k")) / (1 + at("g")))
    assert rewrite(store, poly, lambda atom: None) == poly


def test_nothing_is_captured():
    store = table()
    rule = equation(store, form(store, at("x", "n")), form(store, over("k", at("z", "n", "k"))))
    poly = form(store, over("nk", at("x", "n") * at("w", "n", "k")))
    assert rewrite(store, poly, rule) == form(
        store, over("nkl", at("z", "n", "l") * at("w", "n", "k"))
    )


def test_rules_hold_for_all_letters_of_their_left_side():
    store = table()
    with pytest.raises(NotSupportedError):
        equation(store, form(store, at("x", "n") + 1), form(store, at("g")))
    with pytest.raises(NotSupportedError):
        equation(store, form(store, at("x", "n")), form(store, at("y", "m")))
    with pytest.raises(NotSupportedError):
        equation(store, form(store, at("A", "i", "i")), form(store, at("g")))


@pytest.mark.parametrize("seed", seeds(60))
def test_a_rewritten_form_has_the_value_of_the_replaced_quantity(seed):
    rng = rng_of(seed)
    store = table("positive p", "positive q", "positive o")
    expression = random_expression(rng, 3)
    rule = equation(store, form(store, at("x", "n")), form(store, at("y", "n") ** 2 + at("g")))
    poly = rewrite(store, form(store, expression), rule)
    for _ in range(3):
        point = random_point(rng)
        point.values["x"] = [y**2 + point.values["g"] for y in point.values["y"]]
        try:
            expected = value(expression, point)
        except (Undefined, OverflowError):
            continue
        assert evaluate(store, poly, point) == pytest.approx(expected, rel=1e-7, abs=1e-9)
