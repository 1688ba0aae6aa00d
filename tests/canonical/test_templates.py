from __future__ import annotations

import pytest

from symbp.canonical.polynomials import number
from symbp.canonical.templates import (
    close,
    close_up_to_sign,
    open_head,
    rebuild_atom,
    substitute,
)
from tests.canonical.making import (
    at,
    bracket,
    f,
    form,
    letter,
    over,
    random_expression,
    rng_of,
    seeds,
    table,
)


@pytest.mark.parametrize("seed", seeds(30))
def test_opening_undoes_closing(seed):
    store = table()
    poly = form(store, random_expression(rng_of(seed), 3))
    if poly.is_zero:
        return
    head, args, _ = close(store, "test", poly)
    assert open_head(store, head, args)[0] == poly
    again, _, new = close(store, "test", poly)
    assert again is head
    assert not new


def test_renamed_polynomials_close_into_one_head():
    store = table()
    one = form(store, at("A", "i", "j") * at("u", "i"))
    two = form(store, at("A", "b", "c") * at("u", "b"))
    other = form(store, at("A", "b", "c") * at("u", "c"))
    heads = [close(store, "test", p)[0] for p in (one, two, other)]
    assert heads[0] is heads[1]
    assert heads[0] is not heads[2]


def test_a_sign_is_found_by_closing():
    store = table()
    poly = form(store, at("g") - 2 * at("h"))
    plus, minus = close_up_to_sign(store, "test", poly), close_up_to_sign(store, "test", -poly)
    assert plus.head is minus.head
    assert plus.sign == -minus.sign
    turning = close_up_to_sign(store, "test", form(store, at("u", "i") - at("u", "j")))
    assert turning.head.flip == (1, 0)


def test_a_gram_matrix_is_symmetric():
    store = table()
    gram = form(store, over("n", at("z", "n", "k") * at("z", "n", "l")))
    assert gram == form(store, over("n", at("z", "n", "l") * at("z", "n", "k")))
    assert gram.as_atom.head.symmetry == ((0, 1), (1, 0))
    mixed = form(store, over("n", at("z", "n", "k") * at("w", "n", "l")))
    assert mixed.as_atom.head.symmetry == ((0, 1),)


def test_slots_that_coincide_are_rebuilt_from_the_body():
    store = table()
    gram = form(store, over("n", at("z", "n", "k") * at("z", "n", "l")))
    diagonal = substitute(store, gram, {"l": store.term("k")})
    assert diagonal == form(store, over("n", at("z", "n", "k") ** 2))
    assert len(diagonal.as_atom.args) == 1
    kernel = form(store, f("exp", (at("u", "i") - at("u", "j")) ** 2))
    assert substitute(store, kernel, {"j": store.term("i")}).as_number == 1


def test_substitution_lets_brackets_inside_fire():
    store = table()
    poly = form(store, f("exp", bracket("==", "i", "j") * at("g")))
    assert substitute(store, poly, {"j": store.term("i")}) == form(store, f("exp", at("g")))
    summed = form(store, over("k", bracket("<=", "k", "l") * at("o", "k")))
    assert substitute(store, summed, {"l": store.term(letter("l") * 0)}) == form(
        store, at("o", letter("l") * 0)
    )


def test_no_capture():
    store = table()
    nested = over("k", at("o", "k") * over("k", at("o", "k")))
    assert form(store, nested) == form(store, over("k", at("o", "k"))) ** 2
    poly = form(store, at("o", "k") * over("l", at("z", "n", "l") * at("w", "n", "k")))
    moved = substitute(store, poly, {"k": store.term("l")})
    assert moved == form(store, at("o", "l") * over("k", at("z", "n", "k")) * at("w", "n", "l"))


def test_rebuilding_an_atom_that_needs_it_not():
    store = table()
    head = form(store, at("x", "n")).as_atom.head
    assert rebuild_atom(store, head, (store.term("m"),)) == form(store, at("x", "m"))
    assert substitute(store, number(store, 3), {"n": store.term("m")}).as_number == 3
