from __future__ import annotations

import pytest

from symbp.errors import NotSupportedError
from symbp.expressions import Bracket, IndexComparison, IndexValue, Logical
from symbp.indices import IndexExpr
from tests.canonical.making import K, N, at, bracket, f, form, letter, over, same, table

T = IndexExpr.gather("t", (letter("n"),))


def test_brackets_that_the_ranges_decide():
    store = table()
    assert form(store, bracket("<", "n", N)).as_number == 1
    assert form(store, bracket("<", "n", 0)).as_number == 0
    assert form(store, bracket("==", "n", N)).as_number == 0
    assert form(store, bracket("==", letter("n") * 2, letter("m") * 2 + 1)).as_number == 0
    assert form(store, bracket("==", "n", "n")).as_number == 1
    assert form(store, bracket("<=", "n", K)).as_number is None


def test_one_spelling():
    store = table()
    assert same(store, bracket("==", "n", letter("m") + 1), bracket("==", letter("n") - 1, "m"))
    assert same(store, bracket("==", "n", "m"), bracket("==", "m", "n"))
    assert same(store, bracket("<", "n", "m"), bracket(">", "m", "n"))
    assert same(store, bracket("!=", "n", "m"), 1 - bracket("==", "n", "m"))
    assert same(store, bracket("<=", "n", "m"), bracket("<", "n", letter("m") + 1))
    assert not same(store, bracket("<=", "n", "m"), bracket("<", "n", "m"))


def test_equal_indices_are_exchanged_beside_a_bracket():
    store = table()
    link = bracket("==", "n", "m")
    assert same(store, link * at("x", "n"), link * at("x", "m"))
    assert same(
        store,
        link * f("exp", at("x", "n") * at("y", "m")),
        link * f("exp", at("x", "m") * at("y", "m")),
    )
    assert same(store, link * link, link)
    assert not same(store, link * at("x", "n"), at("x", "n"))


def test_a_gathered_value_becomes_the_plain_index():
    store = table()
    link = bracket("==", T, "k")
    assert same(store, link * at("z", "n", T), link * at("z", "n", "k"))
    assert not same(store, at("z", "n", T), at("z", "n", "k"))


def test_inequalities_beside_one_another():
    store = table()
    le, lt = bracket("<=", "n", "m"), bracket("<", "n", "m")
    assert same(store, le * lt, lt)
    assert form(store, lt * bracket("<", "m", "n")).is_zero
    assert same(store, le * bracket("<=", "m", "n"), bracket("==", "n", "m"))
    assert same(store, bracket("==", "n", "m") * le, bracket("==", "n", "m"))
    assert form(store, bracket("==", "n", "m") * lt).is_zero


def test_conditions_combine():
    store = table()
    a, b = (IndexComparison("==", letter("n"), letter(m)) for m in ("m", "a"))
    assert same(store, Bracket(Logical("and", (a, b))), Bracket(a) * Bracket(b))
    either = Bracket(a) + Bracket(b) - Bracket(a) * Bracket(b)
    assert same(store, Bracket(Logical("or", (a, b))), either)
    assert same(store, Bracket(Logical("not", (a,))), 1 - Bracket(a))


def test_indices_as_numbers():
    store = table()
    assert same(
        store, IndexValue(letter("n") + N * 2 - 1), IndexValue(letter("n")) + 2 * IndexValue(N) - 1
    )
    assert same(store, IndexValue(N * K), IndexValue(N) * IndexValue(K))
    assert not same(store, IndexValue(letter("n")), IndexValue(letter("m")))


def test_a_condition_is_no_denominator():
    store = table()
    poly = form(store, bracket("==", "n", "m"))
    with pytest.raises(NotSupportedError):
        poly.store.rules.product(poly, _inverse(poly))


def _inverse(poly):
    from symbp.canonical.heads import Poly

    return Poly(poly.store, {((poly.as_atom, -2),): 1})


def test_a_sum_with_a_shift_is_sifted():
    store = table()
    shifted = over("n", bracket("==", "n", letter("m") - 1) * at("x", "n"))
    assert same(store, shifted, bracket(">=", "m", 1) * at("x", letter("m") - 1))
