from __future__ import annotations

import pytest

from symbp.canonical.declarations import declare_fact, quantity_head
from symbp.canonical.reader import read_identity
from symbp.errors import NotSupportedError, ShapeError
from symbp.expressions import Binder, Number
from symbp.facts import Identity
from symbp.indices import IndexExpr
from tests.canonical.making import K, N, at, bracket, f, form, letter, over, same, table

ZERO = IndexExpr.integer(0)


def test_signs_and_two_valued_data():
    store = table("sign s", "binary e")
    assert form(store, at("s") ** 2).as_number == 1
    assert same(store, at("s") ** -3, at("s"))
    assert same(store, at("e") ** 3, at("e"))
    assert same(store, f("exp", at("e") * at("g")), 1 - at("e") + at("e") * f("exp", at("g")))
    assert store.used == ["s is sign", "e is binary"]
    assert not same(store, at("g") ** 2, at("g"))


def test_symmetry_only_where_declared():
    store = table("symmetric S")
    for name, truth in (("S", True), ("A", False)):
        left = over("ij", at("u", "i") * at(name, "i", "j") * at("v", "j"))
        right = over("ij", at("v", "i") * at(name, "i", "j") * at("u", "j"))
        assert same(store, left, right) is truth
    assert store.used == ["S is symmetric"]


def test_a_simplex_sums_to_one():
    store = table("simplex w 1")
    assert form(store, over("k", at("w", "n", "k"))).as_number == 1
    assert same(store, over("nk", at("x", "n") * at("w", "n", "k")), over("n", at("x", "n")))
    assert form(store, over("n", at("w", "n", "k"))).as_number is None
    assert form(store, over("k", at("z", "n", "k"))).as_number is None
    assert store.used == ["sum(k, w[i0,k]) = 1"]


def test_one_hot_rows():
    store = table("one_hot w 1")
    assert same(store, at("w", "n", "k") ** 2, at("w", "n", "k"))
    assert same(
        store, at("w", "n", "k") * at("w", "n", "l"), bracket("==", "k", "l") * at("w", "n", "k")
    )
    assert not same(store, at("w", "n", "k") * at("w", "m", "k"), at("w", "n", "k"))
    assert form(store, over("kl", at("w", "n", "k") * at("w", "n", "l"))).as_number == 1


def test_general_identities():
    store = table()
    ranges = (Binder("n", ZERO, N),)
    read_identity(
        store, Identity(ranges, over("k", at("w", "n", "k") * at("o", "k")), at("x", "n") + 1)
    )
    assert same(store, over("l", at("o", "l") * at("w", "m", "l")), at("x", "m") + 1)
    assert store.used == ["sum(k, w[n,k]*o[k]) = x[n] + 1"]
    with pytest.raises(NotSupportedError):
        read_identity(store, Identity(ranges, at("x", "n") + at("y", "n"), Number(1)))


def test_a_quantity_has_one_rank():
    store = table()
    quantity_head(store, "x", 1)
    with pytest.raises(ShapeError):
        form(store, at("x", "n", "k"))


def test_a_simplex_needs_its_extent():
    store = table()
    with pytest.raises(NotSupportedError):
        declare_fact(store, "new", "simplex", 1, (0,), ())
    declare_fact(store, "other", "simplex", 1, (0,), (K,))
    assert form(store, over("k", at("other", "k"))).as_number == 1
    assert form(store, over("k", at("other", letter("k")), k=N)).as_number is None
