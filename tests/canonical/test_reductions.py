from __future__ import annotations

import pytest

from symbp.canonical.reductions import maximum_over, minimum_over, product_over
from symbp.errors import NotSupportedError
from symbp.expressions import Binder, IndexValue, Number, Power, Reduce
from symbp.indices import IndexExpr
from tests.canonical.making import K, at, bracket, f, form, letter, over, same, table

ZERO = IndexExpr.integer(0)
BINDER = Binder("k", ZERO, K)


def reduce(operator, body):
    return Reduce(operator, [BINDER], body)


def test_products():
    store = table("positive p")
    o, z = at("o", "k"), at("z", "n", "k")
    assert same(store, reduce("prod", o * z), reduce("prod", z) * reduce("prod", o))
    assert same(store, reduce("prod", o**2), reduce("prod", o) ** 2)
    assert same(store, reduce("prod", f("exp", z)), f("exp", over("k", z)))
    assert same(store, reduce("prod", at("p")), Power(at("p"), IndexValue(K)))
    assert not same(store, reduce("prod", o), reduce("prod", z))
    only = bracket("==", "k", "l")
    assert same(
        store, reduce("prod", 1 + only * (o - 1)), reduce("prod", 1 + only * (at("o", "l") - 1))
    )
    assert same(store, reduce("prod", -o), Power(Number(-1), IndexValue(K)) * reduce("prod", o))
    assert not same(store, reduce("prod", -o), reduce("prod", o))


def test_maxima():
    store = table()
    z = at("z", "n", "k")
    assert same(store, reduce("max", 2 * z + at("g")), 2 * reduce("max", z) + at("g"))
    assert same(store, reduce("min", z), -reduce("max", -z))
    assert not same(store, reduce("max", z), reduce("min", z))
    stable = f("exp", z - reduce("max", at("z", "n", "k")))
    assert same(
        store, stable / over("k", stable), f("exp", z) / over("l", f("exp", at("z", "n", "l")))
    )
    with pytest.raises(NotSupportedError):
        form(store, Reduce("max", [Binder("l", ZERO, letter("k"))], at("o", "l")))


def test_over_binders():
    store = table()
    poly = form(store, at("o", "k"))
    assert product_over(store, poly, [BINDER]) == form(store, reduce("prod", at("o", "k")))
    assert maximum_over(store, poly, [BINDER]) == form(store, reduce("max", at("o", "k")))
    assert minimum_over(store, poly, [BINDER]) == form(store, reduce("min", at("o", "k")))
