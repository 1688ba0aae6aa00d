"""Sums, conditions and functions of the Python front end."""

from __future__ import annotations

import pytest

import symbp as sb
from symbp.errors import DeclarationError
from symbp.functions import NAMES
from symbp.handles import Handle, Index
from symbp.indices import IndexExpr
from symbp.spelling import spell
from symbp.vocabulary import VOCABULARY

N = IndexExpr.extent("N")
P, J = Index(IndexExpr.letter("i"), N), Index(IndexExpr.letter("j"), IndexExpr.integer(25))
A, X = Handle("a"), Handle("x", ("n", "j"))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (sb.sum(J, X[P, J] * A), "sum(j, x[i,j]*a)"),
        (sb.sum(P, J, X[P, J]), "sum(i, j, x[i,j])"),
        (sb.prod(J, X[P, J]), "prod(j, x[i,j])"),
        (sb.mean(P, X[P, 0]), "sum(i, x[i,0])/N"),
        (sb.mean(P, J, X[P, J]), "sum(i, j, x[i,j])/(N*25)"),
        (sb.max(J, X[P, J]), "max(j, x[i,j])"),
        (sb.min(J, X[P, J]), "min(j, x[i,j])"),
        (sb.max(A, 0), "max(a, 0)"),
        (sb.min(A, 1, X[0, 0]), "min(a, 1, x[0,0])"),
        (sb.max(J, A), "max(j, a)"),
        (sb.where(A > 0, A, -A), "where(a > 0, a, -a)"),
        (sb.where(sb.equal(P, J), 1, 0), "where(i == j, 1, 0)"),
        (sb.bracket(sb.unequal(P, 3)), "[i != 3]"),
        (sb.exp(-A), "exp(-a)"),
        (sb.log(A), "ln(a)"),
        (sb.leaky_relu(A), "leaky_relu(a, 0.01)"),
        (sb.leaky_relu(A, 0.2), "leaky_relu(a, 1/5)"),
        (sb.abs(A), "abs(a)"),
        (sb.sqrt(2), "sqrt(2)"),
    ],
    ids=str,
)
def test_meaning(made, text):
    assert spell(made) == text


def test_ranges():
    made = sb.sum((J, 1, P + 1), X[P, J])
    (binder,) = made.binders
    assert (str(binder.lower), str(binder.upper)) == ("1", "i+1")


@pytest.mark.parametrize(
    "call",
    [
        lambda: sb.sum(A),
        sb.sum,
        sb.max,
        lambda: sb.sum("j", A),
        lambda: sb.sum(J + 1, A),
        lambda: sb.sum(J, J, X[P, J]),
        lambda: sb.mean(Index(IndexExpr.letter("q")), A),
        lambda: sb.where(A, 1, 0),
        lambda: sb.where(True, 1, 0),
        lambda: sb.where(P == J, 1, 0),
        sb.exp,
        lambda: sb.exp(A, A),
        lambda: sb.max(A),
        lambda: sb.exp("a"),
    ],
)
def test_refusals(call):
    with pytest.raises(DeclarationError):
        call()


def test_every_name_that_text_may_call_is_an_attribute():
    assert set(NAMES) <= set(VOCABULARY)
    for name in VOCABULARY:
        assert getattr(sb, name) is VOCABULARY[name]
        assert name in dir(sb)
