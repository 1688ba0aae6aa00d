from __future__ import annotations

import pytest

from symbp.canonical.treesigns import TreeSigns
from symbp.expressions import IndexValue
from tests.canonical.making import (
    N,
    Undefined,
    at,
    f,
    form,
    over,
    random_expression,
    random_point,
    rng_of,
    same,
    seeds,
    table,
    value,
)  # fmt: skip


def test_squares_and_sums_of_squares():
    signs = TreeSigns(table("positive p"))
    distance = over("i", (at("u", "i") - at("v", "i")) ** 2)
    assert signs.of(distance).sign == 1
    assert not signs.of(distance).nonzero
    assert signs.of(distance + at("p")).nonzero
    assert signs.of(distance + at("p")).reasons == ("p > 0",)
    assert signs.of(distance / IndexValue(N)).sign == 1
    assert signs.of(at("u", "i") - at("v", "i")).sign == 0
    assert signs.of(f("softplus", at("g"))).sign == 0
    assert signs.of(f("sigmoid", at("g"))).nonzero
    assert signs.of(-f("exp", at("g"))).sign == -1


def test_no_depth_is_too_deep():
    expression = at("g")
    for _ in range(3_000):
        expression = f("sqrt", expression) + 1
    assert TreeSigns(table()).of(expression).sign == 1


def test_what_the_tree_shows_is_attached_to_the_form():
    store = table()
    distance = over("i", (at("u", "i") - at("v", "i")) ** 2)
    norm = f("sqrt", distance)
    assert same(store, norm**2, distance)
    assert same(store, f("abs", norm), norm)
    assert same(store, f("exp", f("ln", distance + 1) / 2), f("sqrt", distance + 1))
    form(store, 1 / (distance + 1))
    assert all("+ 1 !=" not in text for text in store.used)


@pytest.mark.parametrize("seed", seeds(120))
def test_what_is_said_holds_at_all_points(seed):
    rng = rng_of(seed)
    expression = random_expression(rng, 4)
    known = TreeSigns(table("positive p", "positive q", "positive o")).of(expression)
    for _ in range(4):
        try:
            found = value(expression, random_point(rng))
        except (Undefined, OverflowError):
            continue
        assert known.sign * found >= -1e-9
        assert not known.nonzero or found != 0
