"""Handles: operators on declared quantities and indices build nodes."""

from __future__ import annotations

import operator
from fractions import Fraction

import numpy as np
import pytest

from symbp.errors import DeclarationError, MathError, NotSupportedError, ShapeError
from symbp.expressions import Access, IndexComparison, Node, Number, Product
from symbp.handles import Handle, Index, as_place, as_value, compare
from symbp.indices import IndexExpr
from symbp.spelling import spell

P, J = Index(IndexExpr.letter("i")), Index(IndexExpr.letter("j"), IndexExpr.integer(25))
A, X, T = Handle("a"), Handle("x", ("n", "j")), Handle("t", ("n",))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (A + 1, "a + 1"),
        (1 + A, "1 + a"),
        (1 - A**2 / 3, "1 - a^2/3"),
        (2 * A - A, "2*a - a"),
        (3 / A, "3/a"),
        (2**A, "2^a"),
        (-A, "-a"),
        (+A, "a"),
        (Fraction(1, 3) + A, "1/3 + a"),
        (X[P, J] * A, "x[i,j]*a"),
        (A * X[P, J], "a*x[i,j]"),
        (X[P + 1, 2 * J], "x[i+1,2*j]"),
        (X[2 * P - J + 3, 0], "x[2*i-j+3,0]"),
        (X[P, T[P]], "x[i,t[i]]"),
        (X[-P + 3, 3 - P], "x[-i+3,-i+3]"),
        (P * A, "i*a"),
        (A * P, "a*i"),
        (P * 0.5 + A, "i*(1/2) + a"),
        (A < 3, "a < 3"),
        (X[0, 0] <= A, "x[0,0] <= a"),
        (P < J, "i < j"),
        (P <= 3, "i <= 3"),
        (P > A, "i > a"),
    ],
    ids=str,
)
def test_operators(made, text):
    assert spell(as_value(made)) == text


def test_numbers_are_exact():
    assert as_value(0.1 * A) == Product([Number(Fraction(1, 10)), Access("a")])


def test_numpy_numbers():
    assert as_value(np.float64(0.1) * A) == as_value(0.1 * A)
    assert as_value(A + np.int64(2)) == as_value(A + 2)
    assert as_place(np.int64(2)) == IndexExpr.integer(2)
    for value in (float("nan"), float("inf"), np.float64("-inf")):
        with pytest.raises(MathError):
            A * value


def test_whole_quotients_and_remainders():
    made = X[P // 2, J % 3]
    assert made.indices == (P.expression // 2, J.expression % 3)


def test_indices_are_compared_as_indices():
    assert isinstance(P < J, IndexComparison)
    assert isinstance(compare("==", P, 3), IndexComparison)


@pytest.mark.parametrize("place", [(P,), (P, J, P), P])
def test_the_number_of_indices(place):
    with pytest.raises(ShapeError, match="takes 2 indices"):
        X[place]


def test_a_tensor_is_no_scalar():
    with pytest.raises(ShapeError, match=r"write x\[n, j\]"):
        X + 1
    with pytest.raises(ShapeError):
        1 - X


@pytest.mark.parametrize(
    ("place", "error"),
    [
        (slice(None), NotSupportedError),
        (None, NotSupportedError),
        (..., NotSupportedError),
        (1.5, DeclarationError),
        (True, DeclarationError),
        ("i", DeclarationError),
        (A + 1, DeclarationError),
    ],
    ids=str,
)
def test_bad_places(place, error):
    with pytest.raises(error):
        as_place(place)


@pytest.mark.parametrize(
    "value", ["a", None, [1], True, object(), np.ones(2)], ids=lambda value: type(value).__name__
)
def test_bad_values(value):
    with pytest.raises(DeclarationError):
        as_value(value)
    with pytest.raises((TypeError, ShapeError)):
        A + value


def test_arrays_do_not_spread_over_handles():
    with pytest.raises(TypeError):
        np.ones(3) * A


def test_handles_have_no_truth_value_and_no_end():
    for handle in (A, X, P):
        with pytest.raises(TypeError, match="truth value"):
            bool(handle)
        with pytest.raises(TypeError):
            list(handle)


@pytest.mark.parametrize("divide", [operator.floordiv, operator.mod])
@pytest.mark.parametrize("divisor", [0, -2, 1.5, True, J])
def test_indices_are_divided_by_positive_integers(divide, divisor):
    with pytest.raises(DeclarationError, match="positive"):
        divide(P, divisor)


def test_an_expression_is_no_letter():
    assert J.letter == "j"
    with pytest.raises(DeclarationError, match="plain index"):
        _ = (P + 1).letter


def test_text():
    assert (str(A), str(X), str(P + 1)) == ("a", "x[n,j]", "i+1")
    assert isinstance(as_value(P), Node)
