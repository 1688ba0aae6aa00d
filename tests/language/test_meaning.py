from fractions import Fraction

import pytest

from symbp.declarations import Builder
from symbp.errors import ParseError, ShapeError, UnknownNameError
from symbp.expressions import (
    Access,
    Bracket,
    Comparison,
    Constant,
    IndexComparison,
    IndexValue,
    Logical,
    Number,
    Power,
    Product,
    Sum,
    Where,
)
from symbp.indices import IndexExpr
from symbp.language.text import parse_expression, parse_system

a, b, c, x = (Access(name) for name in "abcx")
n, k = IndexExpr.letter("n"), IndexExpr.letter("k")
HEAD = """
input x[n:N, k:3], s
input mask[n]: boolean
input t[n]: class_ids
input c: integer
"""


def loose(text):
    return parse_expression(text, Builder())


@pytest.fixture(scope="module")
def names():
    builder = Builder()
    parse_system(HEAD + "y[n] = s*t[n]", builder)
    return builder


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a - b + c", Sum([(1, a), (-1, b), (1, c)])),
        ("a - (b - c)", Sum([(1, a), (-1, Sum([(1, b), (-1, c)]))])),
        ("a + (b - c)", Sum([(1, a), (1, b), (-1, c)])),
        ("a - -b", Sum([(1, a), (1, b)])),
        ("-a", Sum([(-1, a)])),
        ("--a", a),
        ("a*b/c*x", Product([a, b, x], [c])),
        ("a/(b*c)", Product([a], [b, c])),
        ("a/b/c", Product([a], [b, c])),
        ("a/(b/c)", Product([a], [Product([b], [c])])),
        ("a*(b/c)", Product([a, b], [c])),
        ("-a*b", Sum([(-1, Product([a, b]))])),
        ("(-2)*a", Sum([(-1, Product([Number(2), a]))])),
        ("-2", Number(-2)),
        ("-2^2", Sum([(-1, Power(Number(2), Number(2)))])),
        ("2^-3", Power(Number(2), Number(-3))),
        ("1/2", Number(Fraction(1, 2))),
        ("1/2*a", Product([Number(Fraction(1, 2)), a])),
        ("4/2", Product([Number(4)], [Number(2)])),
        ("1/a", Product([Number(1)], [a])),
        ("0.1", Number(Fraction(1, 10))),
        ("2*pi", Product([Number(2), Constant("pi")])),
    ],
)
def test_arithmetic_keeps_what_was_written(text, node):
    assert loose(text) == node


def test_operators_build_what_python_operators_build():
    assert loose("a - b*c/x^2 + 1") == a - b * c / x**2 + 1
    assert loose("-(a + b)*c") == -((a + b) * c)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("x[n,k]", Access("x", [n, k])),
        ("x[n+1, 2]", Access("x", [n + 1, 2])),
        ("x[N-1, t[n]]", Access("x", [IndexExpr.extent("N") - 1, IndexExpr.gather("t", (n,))])),
        ("n", IndexValue(n)),
        ("s/N", Product([Access("s")], [IndexValue(IndexExpr.extent("N"))])),
        ("n // 2", IndexValue(n // 2)),
        ("t[n]", Access("t", [n])),
        ("[n == k]", Bracket(IndexComparison("==", n, k))),
        ("[t[n] == k]", Bracket(IndexComparison("==", IndexExpr.gather("t", (n,)), k))),
        ("[c > 0]", Bracket(IndexComparison(">", IndexExpr.gather("c", ()), IndexExpr.integer(0)))),
        ("[s > 0]", Bracket(Comparison(">", Access("s"), Number(0)))),
        ("[n < s]", Bracket(Comparison("<", IndexValue(n), Access("s")))),
        ("[1 < 2]", Bracket(Comparison("<", Number(1), Number(2)))),
        (
            "where(mask[n], s, 1)",
            Where(Comparison("!=", Access("mask", [n]), Number(0)), Access("s"), Number(1)),
        ),
        (
            "[n < k and not n == 0 or s > 1]",
            Bracket(
                Logical(
                    "or",
                    [
                        Logical(
                            "and",
                            [
                                IndexComparison("<", n, k),
                                Logical("not", [IndexComparison("==", n, IndexExpr.integer(0))]),
                            ],
                        ),
                        Comparison(">", Access("s"), Number(1)),
                    ],
                )
            ),
        ),
    ],
)
def test_indices_extents_and_conditions(names, text, node):
    assert parse_expression(text, names, letters=("n", "k")) == node


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("x", ShapeError, r"write x\[n,k\]"),
        ("x[n]", ShapeError, "1 indices"),
        ("s[n]", ShapeError, "no axes"),
        ("j", UnknownNameError, "nothing called"),
        ("x[j,k]", UnknownNameError, "nothing called"),
        ("N[n]", ParseError, "extent"),
        ("n[k]", ParseError, "index here"),
        ("x == x", ParseError, "compares"),
        ("s < 1", ParseError, "where"),
        ("s and s", ParseError, "conditions"),
        ("[s]", ParseError, "condition is expected"),
        ("where(s, 1, 2)", ParseError, "condition is expected"),
        ("sum(k, x[n,k]) + where(n < k, s, s) < 3", ParseError, "compares"),
        ("1 // s", ParseError, "positive whole number"),
    ],
)
def test_mistakes(names, text, error, message):
    with pytest.raises(error, match=message):
        parse_expression(text, names, letters=("n", "k"))


def test_names_that_mean_something_elsewhere():
    for name in (
        "lambda",
        "E",
        "I",
        "S",
        "N",
        "gamma",
        "self",
        "σ",
        "beta",
        "zeta",
        "Q",
        "O",
        "nan",
    ):
        assert loose(f"{name}^2") == Power(Access(loose(name).quantity), Number(2))
    for name in ("exp", "sum", "max", "where", "input", "fact", "inf", "np", "None", "True"):
        assert loose(f"{name} + 1") == Access(name) + 1
