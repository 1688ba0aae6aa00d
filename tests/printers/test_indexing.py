import pytest

from symbp.indices import IndexExpr
from symbp.printers.indexing import set_index, set_indices, set_relation
from symbp.printers.latexmath import math_latex
from symbp.printers.naming import combine, name_parts
from symbp.printers.notation import Notation

N, LETTER_I, LETTER_J = IndexExpr.extent("N"), IndexExpr.letter("i"), IndexExpr.letter("j")


@pytest.mark.parametrize(
    ("index", "latex"),
    [
        (IndexExpr.integer(0), "0"),
        (LETTER_I, "i"),
        (LETTER_I + LETTER_J * 2, "i{+}2j"),
        (LETTER_I - 1, "i{-}1"),
        (1 - LETTER_I, "1{-}i"),
        (N * LETTER_J, "jN"),
        (IndexExpr.gather("t", (LETTER_I,)), "t_{i}"),
        ((LETTER_I + 1) // 2, r"\lfloor(i{+}1)/2\rfloor"),
        (LETTER_I // 2, r"\lfloor i/2\rfloor"),
        (LETTER_I % 3, r"(i\operatorname{mod}3)"),
        (IndexExpr.letter("row"), r"\mathrm{row}"),
    ],
)
def test_index_expressions(index, latex):
    written = math_latex(set_index(index, Notation.empty()))
    assert written.replace(" ", "").replace(r"\bigl", "").replace(r"\bigr", "") == (
        latex.replace(" ", "")
    )


def test_subscripts_have_commas_where_one_is_longer_than_a_letter():
    named = name_parts("h", indexed=True)
    notation = Notation.empty()
    assert math_latex(combine(named, set_indices((LETTER_I, LETTER_J), notation))) == "h_{ij}"
    assert (
        math_latex(combine(named, set_indices((LETTER_I - 1, LETTER_J), notation))) == "h_{i{-}1,j}"
    )


def test_relations():
    assert math_latex(set_relation("<=")) == r"\le"
    assert math_latex(set_relation("==")) == "="
