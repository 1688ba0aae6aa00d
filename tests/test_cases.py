from fractions import Fraction

from symbp.cases import Cell, cuts, pieces, variables
from symbp.declarations import Builder
from symbp.language.text import parse_expression
from symbp.spelling import spell


def read(text):
    return parse_expression(text, Builder())


def test_the_branch_of_each_cell():
    node = read("where(z < 0, a, where(z <= 2, b, c))")
    found = pieces(node, variables(node)[0])
    assert found.thresholds == (0, 2)
    assert [spell(n) for n in found.between] == ["a", "b", "c"]
    assert [spell(n) for n in found.at] == ["b", "b"]


def test_cells():
    whole, point, tail = Cell(None, None), Cell(Fraction(1), Fraction(1)), Cell(Fraction(1), None)
    assert [cell.point for cell in (whole, point, tail)] == [False, True, False]
    assert whole.holds(Fraction(5))
    assert [tail.holds(Fraction(n)) for n in (0, 1, 2)] == [False, False, True]
    assert point.sample == 1
    assert tail.sample > 1
    assert Cell(None, Fraction(3)).sample < 3


def test_limits_leave_the_expression_alone():
    steps = "c"
    for n in range(20):
        steps = f"where(z < {20 - n}, a*{n + 2}, {steps})"
    node = read(steps)
    assert pieces(node, variables(node)[0]) is None


def test_what_branches():
    assert [cuts(read(t)) for t in ("where(z < 0, a, b)", "abs(z)", "exp(z)", "z")] == [
        True,
        True,
        False,
        False,
    ]


def test_no_branch_is_put_below_a_bar_where_it_is_0():
    node = read("b/max(0, z)")
    assert pieces(node, variables(node)[0]) is None
    node = read("b/max(1, z)")
    assert pieces(node, variables(node)[0]) is not None
