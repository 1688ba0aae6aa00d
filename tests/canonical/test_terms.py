from __future__ import annotations

from symbp.canonical.terms import Term, build, decompose, encode, items_of, replace_atom
from symbp.indices import Gather, IndexExpr, Letter
from tests.canonical.making import N, letter


def taken_apart(expr, bound):
    free = []

    def item(part):
        if part not in free:
            free.append(part)
        return len(bound) + free.index(part)

    shape = decompose(expr, {name: n for n, name in enumerate(bound)}, item)
    return shape, free


def test_a_term_knows_whether_it_is_a_letter_or_a_number():
    assert Term(letter("n")).letter == "n"
    assert Term(IndexExpr.integer(3)).integer == 3
    assert Term(letter("n") + 1).letter is None
    assert Term(IndexExpr.integer(3)).key < Term(letter("n")).key < Term(letter("n") + 1).key


def test_the_parts_without_bound_letters_are_one_item():
    shape, free = taken_apart(letter("i") + letter("k") + letter("j") * 2 - 1, ["k"])
    assert free == [letter("i") + letter("j") * 2]
    assert sorted(items_of(shape)) == [0, 1]
    assert taken_apart(letter("i") + 1, [])[1] == [letter("i") + 1]


def test_building_undoes_taking_apart():
    for expr in (
        letter("k"),
        letter("i") + letter("k") * 3 + N,
        (letter("k") + letter("i")) // 2 + letter("k") % 3,
        IndexExpr.gather("t", (letter("k") + letter("j"),)) - letter("k"),
    ):
        shape, free = taken_apart(expr, ["k"])
        assert build(shape, [letter("k"), *free]) == expr


def test_encoding_sees_colours_and_not_the_order_of_writing():
    one, _ = taken_apart(letter("k") + letter("l"), ["k", "l"])
    assert encode(one, [0, 1]) == encode(one, [1, 0])
    two, _ = taken_apart(letter("k") + letter("l") * 2, ["k", "l"])
    assert encode(two, [0, 1]) != encode(two, [1, 0])


def test_atoms_are_replaced_inside_gathers_and_divisions():
    inner = IndexExpr.gather("t", (letter("n"),))
    expr = (inner + 1) // 2 + inner
    gather = Gather("t", (letter("n"),))
    assert replace_atom(expr, gather, letter("k")) == (letter("k") + 1) // 2 + letter("k")
    assert replace_atom(expr, Letter("z"), letter("k")) == expr
