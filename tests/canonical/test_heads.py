from __future__ import annotations

import pytest

from tests.canonical.making import K, N, at, form, letter, table


def test_terms_heads_and_atoms_are_interned():
    store = table()
    assert store.term("n") is store.term(letter("n"))
    head = store.head("quantity", "x", 1, name="x")
    assert store.head("quantity", "x", 1) is head
    assert store.atom(head, (store.term("n"),)) is store.atom(head, (store.term("n"),))


def test_arguments_are_the_least_of_their_orbit():
    store = table("symmetric S")
    assert form(store, at("S", "j", "i")) == form(store, at("S", "i", "j"))
    assert form(store, at("A", "j", "i")) != form(store, at("A", "i", "j"))


def test_another_extent_of_a_letter_forgets_what_was_worked_out():
    store = table()
    store.declare("n", N)
    store.memo["anything"] = 1
    store.declare("n", N)
    assert store.memo
    store.declare("n", K)
    assert not store.memo


def test_conditions_are_recorded_once_in_order():
    store = table()
    store.use(("b > 0", "a > 0"))
    store.use("b > 0")
    assert store.used == ["b > 0", "a > 0"]


def test_fresh_letters_have_extents():
    store = table()
    name = store.fresh(N)
    assert store.extents[name] == N
    assert name != store.fresh(N)


def test_polynomials_of_two_tables_do_not_mix():
    with pytest.raises(AssertionError, match="two tables"):
        form(table(), at("g")) + form(table(), at("g"))


def test_reading_a_polynomial():
    store = table()
    poly = form(store, at("g") * 2)
    assert poly.as_atom is None
    assert poly.as_term is not None
    assert form(store, 3 + 0 * at("g")).as_number == 3
    assert form(store, at("x", "n") + at("y", "m")).letters == ("n", "m")
    assert repr(form(store, at("g") ** 2 / 2)) == "1/2*g^(2)"
    assert (poly - poly).is_zero
