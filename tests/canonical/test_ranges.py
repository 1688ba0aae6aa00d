from __future__ import annotations

import random

import pytest

from symbp.canonical.ranges import is_negative, is_nonnegative, largest, smallest
from symbp.indices import IndexExpr
from tests.canonical.making import EXTENTS, K, N, letter, random_point, rng_of, seeds, table
from tests.canonical.making import _index as index_value


def store_with_letters():
    store = table()
    for name, extent in EXTENTS.items():
        store.declare(name, extent)
    return store


def test_bounds_of_letters_and_sums():
    store = store_with_letters()
    assert largest(store, letter("n") * 2 + 1) == N * 2 - 1
    assert smallest(store, letter("k") - letter("n")) == -N + 1
    assert largest(store, letter("k") * N) == (K - 1) * N
    assert smallest(store, letter("unknown")) is None


def test_signs_for_all_sizes():
    store = store_with_letters()
    assert is_nonnegative(store, letter("n"))
    assert is_nonnegative(store, N - 1 - letter("n"))
    assert is_negative(store, letter("n") - N)
    assert not is_nonnegative(store, letter("n") - 1)
    assert not is_nonnegative(store, N - K)
    assert is_nonnegative(store, letter("n") // 2)
    assert is_nonnegative(store, letter("n") % 3)
    assert is_nonnegative(store, N * K - 1)


def test_gathered_values_are_bounded_only_when_declared():
    store = store_with_letters()
    gathered = IndexExpr.gather("t", (letter("n"),))
    assert largest(store, gathered) is None
    store.bound_values("t", K)
    assert largest(store, gathered) == K - 1
    assert is_nonnegative(store, gathered)


@pytest.mark.parametrize("seed", seeds(40))
def test_what_is_said_holds_at_all_points(seed):
    rng = rng_of(seed)
    store = store_with_letters()
    expr = IndexExpr.integer(rng.randint(-3, 3))
    for _ in range(rng.randint(1, 4)):
        part = rng.choice([letter("n"), letter("k"), letter("i"), N, K, letter("n") // 2])
        expr = expr + part * rng.randint(-2, 2)
    positive, negative = is_nonnegative(store, expr), is_negative(store, expr)
    assert not (positive and negative)
    for _ in range(20):
        point = random_point(random.Random(rng.random()))
        found = index_value(expr, point, point.letters)
        assert not positive or found >= 0
        assert not negative or found < 0
