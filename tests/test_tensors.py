"""Tensor operators take tensors given entry by entry."""

from symbp.expressions import Abstraction, Access, Binder, TensorOperator
from symbp.indices import IndexExpr

ROW, COLUMN = IndexExpr.letter("i"), IndexExpr.letter("j")


def matrix(first, second):
    letters = [IndexExpr.letter(first), IndexExpr.letter(second)]
    return Abstraction([Binder(first), Binder(second)], Access("A", letters))


def test_the_letters_of_an_abstraction_do_not_matter():
    assert matrix("a", "b") == matrix("p", "q")
    assert matrix("a", "b").free == frozenset()


def test_an_operator_is_read_at_a_place():
    inverse = TensorOperator("inv", [matrix("a", "b")], [ROW, COLUMN])
    assert inverse.free == {"i", "j"}
    assert inverse.with_letters({"i": COLUMN}) == TensorOperator(
        "inv", [matrix("p", "q")], [COLUMN, COLUMN]
    )
