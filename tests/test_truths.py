"""Conditions are nodes: they compare, join and become numbers only through a bracket."""

from symbp.expressions import Access, Bracket, Comparison, IndexComparison, Logical, Number
from symbp.indices import IndexExpr

N, K = IndexExpr.letter("n"), IndexExpr.letter("k")


def test_operators_build_comparisons():
    x = Access("x")
    assert (x < 1) == Comparison("<", x, Number(1))
    assert (x >= 2) == Comparison(">=", x, Number(2))


def test_an_index_comparison_knows_its_letters():
    condition = IndexComparison("==", N, K + 1)
    assert condition.free == {"n", "k"}
    assert condition.with_letters({"k": N}) == IndexComparison("==", N, N + 1)


def test_logic_and_brackets_rebuild():
    condition = Logical("and", [Access("x") < 1, IndexComparison("<", N, K)])
    assert condition.rebuild(condition.children) is condition
    assert Bracket(condition).children == (condition,)
