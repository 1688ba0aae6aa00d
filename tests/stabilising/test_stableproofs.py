"""Proofs of spellings: by cases of signs, and never through a branch that may not be taken."""

from __future__ import annotations

from symbp.expressions import ONE, ZERO, Access, Call, Comparison, Number, Where
from symbp.stabilising.stableproofs import leading, proved_equal, vanishing_difference
from tests.shorthand import read_node

Z = Access("z")
SIZE = Call("abs", (Z,))
BELOW = Comparison("<", Z, ZERO)


def test_differences():
    assert vanishing_difference(read_node("sigmoid(z)"), read_node("1/(1 + exp(-z))"))
    assert not vanishing_difference(read_node("sigmoid(z)"), read_node("sigmoid(-z)"))
    assert not vanishing_difference(Z, Call("ln", (ZERO,)))


def test_each_branch_under_its_sign():
    assert proved_equal(SIZE, Where(BELOW, -Z, Z))
    assert not proved_equal(SIZE, Where(BELOW, Z, -Z))
    assert not proved_equal(SIZE, Where(BELOW, -Z, Number(2) * Z))
    minus = Comparison("<", -Z, ZERO)
    e = Call("exp", (-SIZE,))
    low, high = e / (ONE + e), ONE / (ONE + e)
    assert proved_equal(read_node("sigmoid(z)"), Where(BELOW, low, high))
    assert proved_equal(read_node("sigmoid(-z)"), Where(minus, low, high))
    assert not proved_equal(read_node("sigmoid(z)"), Where(minus, low, high))


def test_a_guard_holds_and_another_condition_may_not():
    e = Call("exp", (-SIZE,))
    assert proved_equal(SIZE, Where(Comparison("<", ZERO, e), SIZE, Number(7)))
    assert not proved_equal(SIZE, Where(Comparison("<", ZERO, e), Number(7), SIZE))
    assert not proved_equal(SIZE, Where(Comparison("<", ZERO, Z), SIZE, Number(7)))
    assert not proved_equal(SIZE, Where(Comparison("<", ONE, e), SIZE, Number(7)))
    product = Call("exp_product", (-Z, Z))
    assert proved_equal(Z, Where(Comparison("<", ZERO, product), Z, ZERO))


def test_too_many_cases_prove_nothing():
    root = Z
    for n in range(6):
        root = Where(Comparison("<", Access(f"c{n}"), ONE), root + ZERO, root + Number(0) * Z)
    deep = root
    for n in range(6):
        deep = deep + Where(Comparison("<", Access(f"d{n}"), ONE), ONE, Number(2))
    assert not proved_equal(Z, deep)


def test_leading_signs():
    assert leading(-Z) == (-1, Z)
    assert leading(Z) == (1, Z)
