"""Squares of differences in one orientation."""

import pytest

import symbp as sb
from symbp.declarations import Builder
from symbp.language.text import parse_expression
from symbp.monomials import split
from symbp.rewriting import Log
from symbp.simplifying.orientation import oriented
from symbp.spelling import spell


def read(text):
    return parse_expression(text, Builder())


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("exp(-(a - b)^2) + c*exp(-(b - a)^2)", "exp(-(a - b)^2) + c*exp(-(a - b)^2)"),
        ("abs(a - b) + c/abs(b - a)", "abs(a - b) + c/abs(a - b)"),
        ("(a - b)^2/(1 + (b - a)^4)", "(a - b)^2/(1 + (b - a)^4)"),
        ("(a - b)^3 + c*(b - a)^3", "(a - b)^3 + c*(b - a)^3"),
        ("(a - b)^2 + c*(a + b)^2", "(a - b)^2 + c*(a + b)^2"),
        ("sin(a - b) + c*sin(b - a)", "sin(a - b) + c*sin(b - a)"),
    ],
)
def test_what_does_not_see_a_sign_is_written_as_what_stands_first(text, alike):
    log = Log()
    made = oriented(read(text), log)
    assert spell(made) == alike
    assert [use.rule for use in log.applications] == (["orient"] if text != alike else [])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("(a - b)^2", "(b - a)^2", True),
        ("(a - b)^(-2)", "(b - a)^(-2)", True),
        ("exp((a - b)^2*c)", "exp((b - a)^2*c)", True),
        ("cosh(a - 2*b)", "cosh(2*b - a)", True),
        ("(a - b)^3", "(b - a)^3", False),
        ("exp(a - b)", "exp(b - a)", False),
        ("exp((a - b)^2)", "exp((a + b)^2)", False),
        ("sqrt(a - b)", "sqrt(b - a)", False),
    ],
)
def test_like_terms_share_a_key(one, other, same):
    assert (split(read(one)).key == split(read(other)).key) == same


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        (
            "input x[n:N]; const g; L = sum(n, m:N, exp(-g*(x[n] - x[m])^2))",
            "4*g*sum(m, (x[m] - x[n])*exp(-g*(x[n] - x[m])^2))",
        ),
        (
            "input x[n:N, j:J]; const g; L = sum(n, m:N, exp(-g*sum(j, (x[m,j] - x[n,j])^2)))",
            "4*g*sum(o, (x[o,j] - x[n,j])*exp(-g*sum(k, (x[n,k] - x[o,k])^2)))",
        ),
        (
            "input x[σ:N]; L = sum(σ, lambda:N, 1/(1 + (x[σ] - x[lambda])^2))",
            "4*sum(lambda, (x[lambda] - x[σ])/(1 + (x[σ] - x[lambda])^2)^2)",
        ),
    ],
)
def test_a_kernel_of_distances_meets_each_pair_once(text, formula):
    derivation = sb.derive(text, of="L", wrt="x")
    assert spell(derivation["x"].node) == formula
    assert derivation.check() == []
