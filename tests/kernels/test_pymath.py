"""Scalar expressions as Python: typed, bracketed by need, lazy where meaning demands it."""

from fractions import Fraction

import pytest

from symbp.errors import NotSupportedError
from symbp.expressions import (
    Access,
    Bracket,
    Comparison,
    Constant,
    IndexValue,
    Logical,
    Number,
    Power,
    Where,
)
from symbp.functions import call
from symbp.indices import IndexExpr
from symbp.kernels.naming import Namer
from symbp.kernels.pymath import Writer, bare, write_index
from tests.shorthand import at, index, same, total

A, B, C = at("a"), at("b"), at("c")
N = IndexExpr.letter("n")

TEXTS = {
    "signs": (A - B + C, "a - b + c"),
    "nested": (A - (B + C) * 2, "a - (b + c)*2.0"),
    "fraction": (A * B / (C * B), "a*b/(c*b)"),
    "quotients": (A / (B / C), "a/(b/c)"),
    "minus": (-(A * B), "-a*b"),
    "power": (Power(-A, Number(3)), "(-a)**3"),
    "square": (Power(A + B, Number(2)) / C, "(a + b)**2/c"),
    "root": (Power(A, Number(Fraction(-1, 2))), "a**(-0.5)"),
    "tower": (Power(A, Power(B, C)), "a**(b**c)"),
    "number": (Number(Fraction(1, 3)) * A, "0.3333333333333333*a"),
    "negative": (A * Number(-2), "a*(-2.0)"),
    "index": (IndexValue(IndexExpr.extent("N") + 1) * A, "REAL(N + 1)*a"),
    "pi": (Constant("pi") * A, "np.pi*a"),
    "element": (at("x", "n", 0) * A, "x[n, 0]*a"),
    "call": (call("sigmoid", A + B), "sigmoid(a + b)"),
    "max": (call("max", A, B), "max_of_2(a, b)"),
    "ln": (call("ln", A), "np.log(a)"),
    "outweighed": (A * B * call("ln", C) / B, "times_ln(a*b, c)/b"),
    "signed ln": (A * -call("ln", C), "-times_ln(a, c)"),
    "two ln": (call("ln", A) * call("ln", B), "times_ln(np.log(a), b)"),
    "where": (Where(Comparison("<", A, B), A, B) * C, "(a if a < b else b)*c"),
    "bracket": (A * Bracket(same("n", 0)) * B, "(a*b if n == 0 else 0.0)"),
    "alone": (Bracket(same("n", "m")) + A, "(1.0 if n == m else 0.0) + a"),
    "logic": (
        Where(Logical("and", (same("n", 0), Logical("not", (same("m", 1),)))), A, B),
        "(a if n == 0 and (not (m == 1)) else b)",
    ),
    "label": (at("E", IndexExpr.gather("t", (N,)), "d"), "E[t[n], d]"),
}


@pytest.mark.parametrize(("node", "text"), TEXTS.values(), ids=TEXTS)
def test_expressions_are_written_as_python(node, text):
    assert Writer(Namer(), "float64").write(node) == text


def test_numbers_are_typed_in_float32():
    text = Writer(Namer(), "float32").write(-2 * A + Constant("pi") / IndexValue(index("N")))
    assert text == "REAL(-2.0)*a + REAL(np.pi)/REAL(N)"


def test_integers_become_real_where_they_are_values():
    writer = Writer(Namer(), "float64", {"t": "integer"})
    assert writer.write(at("t", "n") * A) == "REAL(t[n])*a"
    assert writer.element(at("t", "n")) == "t[n]"


def test_scalars_in_arrays_are_read_through_them():
    assert Writer(Namer(), "float64", boxed=frozenset("a")).write(A + B) == "a[()] + b"


def test_huge_numbers_are_infinite():
    writer = Writer(Namer(), "float64")
    assert writer.write(Number(10**400)) == "np.inf"
    assert writer.write(Number(-(10**400))) == "-np.inf"


def test_indices_are_integer_arithmetic():
    texts = {
        "2*n - 3": N * 2 - 3,
        "((n + 1)//2) + (n%3)": (N + 1) // 2 + N % 3,
        "0": IndexExpr.integer(0),
        "-n + 7": 7 - N,
        "n*N": IndexExpr.extent("N") * N,
    }
    for text, expression in texts.items():
        assert write_index(expression, Namer()).replace("((n)%3)", "(n%3)") == text


def test_a_sum_has_no_text():
    with pytest.raises(NotSupportedError, match="Reduce"):
        Writer(Namer(), "float64").write(total("n", at("x", "n")))


def test_a_deep_chain_is_written_without_recursion():
    deep = Access("a")
    for _ in range(3000):
        deep = call("sin", deep)
    assert Writer(Namer(), "float64").write(deep).count("np.sin(") == 3000


@pytest.mark.parametrize(
    ("text", "inner"), [("(a)", "a"), ("(a)*(b)", "(a)*(b)"), ("a", "a"), ("((a))", "(a)")]
)
def test_outer_brackets_are_left_out(text, inner):
    assert bare(text) == inner
