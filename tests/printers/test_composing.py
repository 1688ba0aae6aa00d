from fractions import Fraction

import pytest

from symbp.expressions import Number, Power
from symbp.printers.boxes import Digits, Fence, Ident, Line, Sign
from symbp.printers.composing import (
    ATOM,
    OPEN,
    PRODUCT,
    SUM,
    comma_list,
    fence,
    juxtapose,
    set_number,
    set_power,
    stand_alone,
    tighten,
)
from symbp.printers.latexmath import math_latex
from tests.printers.making import scalar

A, B = scalar("a"), scalar("b")
X, Y = (Ident("x"), ATOM), (Ident("y"), ATOM)


def test_brackets_stand_where_surroundings_bind_tighter():
    assert fence(X, ATOM) is X[0]
    assert isinstance(fence((Ident("x"), SUM), PRODUCT), Fence)


@pytest.mark.parametrize(
    ("value", "latex", "tightness"),
    [
        (Fraction(3), "3", ATOM),
        (Fraction(-3), "-3", SUM),
        (Fraction(1, 3), r"\frac{1}{3}", PRODUCT),
        (Fraction("0.044715"), "0.044715", ATOM),
    ],
)
def test_numbers(value, latex, tightness):
    box, found = set_number(Number(value))
    assert (math_latex(box), found) == (latex, tightness)


def test_a_product_that_ends_in_a_sum_sign_stays_open():
    assert juxtapose([(A, X), (B, (Ident("s"), OPEN))], spelled=False)[1] == OPEN
    fenced = juxtapose([(A, (Ident("s"), OPEN)), (B, X)], spelled=False)
    assert fenced[1] == PRODUCT
    assert math_latex(fenced[0]) == "(s)x"


def test_numbers_do_not_run_together():
    two, three = (Digits("2"), ATOM), (Digits("3"), ATOM)
    assert math_latex(juxtapose([(A, two), (B, three)], spelled=False)[0]) == r"2\cdot3"
    assert math_latex(juxtapose([(A, X), (B, Y)], spelled=True)[0]) == r"x\cdot y"
    assert stand_alone([(A, (Ident("s"), SUM))]) == Ident("s")


def test_powers_of_powers_have_brackets():
    inner = set_power([X, (Digits("2"), ATOM)])
    assert math_latex(set_power([inner, Y])[0]) == "(x^{2})^{y}"
    assert Power(A, B).base == A


def test_lists_and_tight_relations():
    assert math_latex(comma_list([Ident("i"), Ident("j")])) == "i,j"
    assert math_latex(tighten(Line((Ident("i"), Sign("="), Ident("j"))))) == "i{=}j"
