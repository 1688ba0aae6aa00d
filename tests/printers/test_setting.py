from fractions import Fraction

import pytest

from symbp.errors import LimitExceeded
from symbp.expressions import (
    ONE,
    Bracket,
    Call,
    Comparison,
    Constant,
    IndexComparison,
    IndexValue,
    Logical,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
)
from symbp.indices import IndexExpr
from symbp.printers.latexmath import math_latex
from symbp.printers.notation import Notation
from symbp.printers.setting import MAX_PRINTED_NODES, Face, Setter
from symbp.quantities import Quantity
from tests.printers.ledgers import at, letter, over
from tests.printers.making import bare, scalar

A, B, C = (scalar(name) for name in "ABC")
TWO, HALF = Number(2), Number(Fraction(1, 2))
N = IndexExpr.extent("N")


def shown(node, face=None, ledger=None):
    notation = Notation(ledger) if ledger else Notation.empty()
    if ledger is None:
        notation.note_ranges((), node)
    setter = Setter(notation)
    return math_latex(setter.formula(node, face or Face()))


def summed(body, *letters):
    return Reduce("sum", [over(x, x.upper()) for x in letters], body)


@pytest.mark.parametrize(
    ("node", "latex"),
    [
        (A + B - C, "A+B-C"),
        (-A, "-A"),
        (A - (B - C), "A-(B-C)"),
        ((A + B) * C, "(A+B)C"),
        (A * (B + C), "A(B+C)"),
        (A / (B * C), r"\frac{A}{BC}"),
        ((A + B) / C, r"\frac{A+B}{C}"),
        (ONE / A, r"\frac{1}{A}"),
        (A / (B + C), r"\frac{A}{B+C}"),
        (Power(A, TWO), "A^{2}"),
        (Power(A + B, TWO), "(A+B)^{2}"),
        (Power(Power(A, TWO), B), "(A^{2})^{B}"),
        (Power(A, Number(-1)), "A^{-1}"),
        (Power(at("o", "n", "k"), TWO), "o_{nk}^{2}"),
        (Power(at("W1", "j", "k"), TWO), r"\bigl( W_{jk}^{(1)}\bigr)^{2}"),
        (Power(A / B, TWO), r"\left( \frac{A}{B}\right)^{2}"),
        (TWO * A, "2A"),
        (A * TWO, r"A\cdot2"),
        (TWO * Number(3), r"2\cdot3"),
        (TWO * HALF, r"2\cdot\frac{1}{2}"),
        (HALF * A, r"\frac{1}{2}A"),
        (Number(Fraction(-1, 3)), r"-\frac{1}{3}"),
        (A + Number(-2), "A+(-2)"),
        (Number(Fraction("0.044715")), "0.044715"),
        (Call("ln", (B,)), r"\ln B"),
        (Call("ln", (Power(B, TWO),)), r"\ln(B^{2})"),
        (Power(Call("ln", (B,)), TWO), r"(\ln B)^{2}"),
        (Call("ln", (A * B,)), r"\ln(AB)"),
        (Call("ln", (A / B,)), r"\ln\left( \frac{A}{B}\right)"),
        (Call("ln", (Call("ln", (A,)),)), r"\ln(\ln A)"),
        (A * Call("ln", (B,)), r"A\ln B"),
        (Call("ln", (B,)) * A, r"(\ln B)A"),
        (Call("exp", (-A,)), "e^{-A}"),
        (Power(Call("exp", (A,)), TWO), "(e^{A})^{2}"),
        (Call("sqrt", (C,)), r"\sqrt{C}"),
        (Call("sigmoid", (A,)), r"\sigma(A)"),
        (Power(Call("sigmoid", (A,)), TWO), r"\sigma(A)^{2}"),
        (Call("abs", (A,)), r"\lvert A\rvert"),
        (Constant("pi"), r"\pi"),
        (IndexValue(N) * A, "NA"),
        (IndexValue(N - 1) * A, "(N{-}1)A"),
        (summed(at("x", "n"), "n"), r"\sum_{n} x_{n}"),
        (summed(at("x", "n") + A, "n"), r"\sum_{n} (x_{n}+A)"),
        (summed(at("x", "n"), "n") * A, r"\left( \sum_{n} x_{n}\right)A"),
        (A * summed(at("x", "n"), "n"), r"A\sum_{n} x_{n}"),
        (A - summed(at("x", "n"), "n"), r"A-\sum_{n} x_{n}"),
        (summed(at("x", "n"), "n") / IndexValue(N), r"\frac{1}{N}\sum_{n} x_{n}"),
        (at("p", "k") * (Bracket(IndexComparison("==", letter("k"), letter("m"))) - A),
         r"p_{k}\bigl( [k{=}m]-A\bigr)"),
        (Where(Comparison("<=", A, B), A, B),
         r"\begin{cases} A & \text{if }A\le B \\ B & \text{otherwise} \end{cases}"),
        (Logical("and", (Comparison("<", A, B), Comparison("!=", B, C))),
         r"A<B\land B\ne C"),
        (Logical("not", (Comparison("<", A, B),)), r"\lnot(A<B)"),
        (Sum(()), "0"),
        (Product(()), "1"),
        (scalar("loss") * scalar("rate"), r"\mathrm{loss}\,\mathrm{rate}"),
    ],
)  # fmt: skip
def test_brackets_and_fractions(node, latex):
    squeezed = shown(node).replace(r"\bigl( B^{2}\bigr)", "(B^{2})")
    assert squeezed == latex


def test_branches_in_branches_are_one_list():
    inner = Where(Comparison("<", B, C), B, C)
    written = shown(Where(Comparison("<", A, B), A, inner))
    assert written.count(r"\begin{cases}") == 1
    assert written.count(r"\text{if }") == 2


def test_factors_are_spelled_out_only_at_the_top():
    face = Face(spelled=True)
    node = Product((ONE, Product((ONE,), (TWO, A)), Product((TWO, B)), ONE))
    assert shown(node, face) == r"1\cdot\frac{1}{2A}\cdot2B\cdot1"
    assert shown(node) == r"\frac{1}{2A}\cdot2B"


def test_a_bound_letter_does_not_hide_one_outside():
    node = at("p", "k") * summed(at("y", "k"), "k")
    assert shown(node) == r"p_{k}\sum_{l=0}^{K{-}1} y_{l}"


def test_ranges_other_than_the_usual_print():
    ledger = bare(Quantity("x"))
    part = Reduce("sum", [over("j", "J")], at("x", "j"))
    assert shown(part, ledger=ledger) == r"\sum_{j=0}^{J{-}1} x_{j}"


def test_e_and_sigma_are_left_to_quantities():
    ledger = bare(Quantity("e"), Quantity("sigma"))
    assert shown(Call("exp", (A,)), ledger=ledger) == r"\exp A"
    assert shown(Call("sigmoid", (A,)), ledger=ledger) == r"\operatorname{sigmoid}(A)"


def test_a_formula_too_large_for_anybody_is_refused():
    node = A
    while node.size <= MAX_PRINTED_NODES:
        node = node * node + B
    with pytest.raises(LimitExceeded, match="names"):
        shown(node)


def test_depth_is_no_problem():
    node = A
    for _ in range(3000):
        node = Call("sin", (node,))
    assert shown(node).count(r"\sin") == 3000
