from __future__ import annotations

import pytest

from symbp.canonical.signs import is_nonnegative, is_nonzero, is_positive, sign_of
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
    seeds,
    table,
    value,
)  # fmt: skip


def test_products_and_even_powers():
    store = table("positive p")
    assert is_positive(store, form(store, at("p") ** 3 * f("exp", at("g")))) == ("p > 0",)
    assert is_nonnegative(store, form(store, at("g") ** 2)) == ()
    assert is_positive(store, form(store, at("g") ** 2)) is None
    assert is_positive(store, form(store, at("g") ** -2)) == ()
    assert sign_of(store, form(store, -at("p"))).sign == -1
    assert sign_of(store, form(store, at("g"))).sign == 0


def test_sums():
    store = table("positive p", "nonzero g")
    assert is_positive(store, form(store, 1 + at("h") ** 2)) == ()
    assert is_nonnegative(store, form(store, over("n", at("x", "n") ** 2))) == ()
    assert is_positive(store, form(store, over("n", f("exp", at("x", "n"))))) == ()
    assert is_positive(store, form(store, at("p") - 1)) is None
    assert is_nonzero(store, form(store, at("g") * at("p"))) == ("p > 0", "g != 0")
    assert is_positive(store, form(store, IndexValue(N))) == ()


def test_a_sum_over_a_range_that_may_be_empty_is_not_positive():
    from tests.canonical.making import K

    store = table()
    emptyish = over("n", f("exp", at("x", "n")), n=N - K)
    poly = form(store, emptyish)
    assert is_positive(store, poly) is None
    assert is_nonnegative(store, poly) == ()


def test_the_unit_interval():
    store = table("unit_interval p", "unit_interval r")
    for expression in (1 - at("p"), 1 - at("p") * at("r"), 1 - at("p") / 2):
        assert is_positive(store, form(store, expression)) is not None
    assert is_positive(store, form(store, at("p") - at("r"))) is None
    assert is_positive(store, form(store, 1 - 2 * at("p"))) is None


@pytest.mark.parametrize("seed", seeds(120))
def test_what_is_said_holds_at_all_points(seed):
    rng = rng_of(seed)
    store = table("positive p", "positive q", "positive o")
    expression = random_expression(rng, 3)
    known = sign_of(store, form(store, expression))
    for _ in range(5):
        try:
            found = value(expression, random_point(rng))
        except Undefined:
            continue
        assert known.sign * found >= -1e-9
        if known.sign and known.nonzero:
            assert found != 0
