"""SymPy expressions of users: what they mean, and what is refused."""

from __future__ import annotations

import functools

import pytest
import sympy
from sympy import Idx, IndexedBase, KroneckerDelta, Symbol, symbols

from symbp.errors import (
    LimitExceeded,
    MathError,
    NameCollisionError,
    NotSupportedError,
    SymbpError,
    UnknownNameError,
    UnsafeInputError,
)
from symbp.expressions import Node
from symbp.language.sympytrees import from_user, symbol_name
from symbp.spelling import spell

KINDS = {"n": "index", "k": "index", "N": "extent", "x": "quantity", "t": "quantity"}
KINDS |= dict.fromkeys(("a", "w", "lambda", "self", "np", "match", "σ"), "quantity")

n, j, k = symbols("n j k", integer=True)
N, a, w = symbols("N a w")
x, t = IndexedBase("x"), IndexedBase("t")


def read(expression: object) -> Node:
    return from_user(expression, KINDS.get, {})


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (sympy.Sum(x[n, j] * a, (j, 0, N - 1)), "sum(j, a*x[n,j])"),
        (sympy.Product(x[n, j], (j, 0, 3)), "prod(j, x[n,j])"),
        (sympy.Piecewise((a, a > 0), (-a / 2, True)), "where(a > 0, a, -a/2)"),
        (sympy.Piecewise((1, sympy.Eq(n, k)), (0, True)), "where(k == n, 1, 0)"),
        (sympy.Max(a, 1), "max(1, a)"),
        (sympy.Min(a, w), "min(a, w)"),
        (abs(a), "abs(a)"),
        (sympy.sign(a), "sign(a)"),
        (x[n, t[n]] + x[2 * n + 1, 0], "x[n,t[n]] + x[2*n+1,0]"),
        (KroneckerDelta(n, k) * a, "a*[k == n]"),
        (x[Idx("n"), 0], "x[n,0]"),
        (N * a, "N*a"),
        (Symbol("lambda") - Symbol("self"), "lambda - self"),
        (Symbol("np") * Symbol("match"), "match*np"),
        (sympy.tanh(Symbol("σ")), "tanh(σ)"),
        (sympy.log(a, 2), "ln(a)/ln(2)"),
        (sympy.S(3), "3"),
    ],
    ids=str,
)
def test_meaning(expression, text):
    assert spell(read(expression)) == text


def test_ranges_of_sums_are_kept():
    made = read(sympy.Sum(x[n, j], (j, 1, N)))
    (binder,) = made.binders
    assert (str(binder.lower), str(binder.upper)) == ("1", "N+1")


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        (Symbol('__import__("os").getpid()'), UnsafeInputError),
        (sympy.Function('(lambda *a: __import__("os").getpid())')(a), UnsafeInputError),
        (Symbol('"""+1'), UnsafeInputError),
        (Symbol("a,b"), UnsafeInputError),
        (Symbol('x; system("id"); //'), UnsafeInputError),
        (Symbol(""), UnknownNameError),
        (Symbol("y"), UnknownNameError),
        (IndexedBase("y")[n], UnknownNameError),
        (Symbol("w", real=True) ** 2 + Symbol("w"), NameCollisionError),
        (sympy.Dummy("a") + sympy.Dummy("a"), NameCollisionError),
        (sympy.MatrixSymbol('__import__("os").getpid()', 2, 2), UnsafeInputError),
        (sympy.MatrixSymbol("a", 2, 2)[0, 1], UnsafeInputError),
        (type("Evil", (Symbol,), {"_sympystr": lambda s, p: 1 / 0})("x"), UnsafeInputError),
        (type("E", (sympy.Function,), {"_numpycode": lambda s, p: 1 / 0})(a), UnsafeInputError),
        (Symbol("a", commutative=False), NotSupportedError),
        (sympy.Wild("a"), NotSupportedError),
        (sympy.Sum(a, (a, 0, 3)), NameCollisionError),
        (sympy.Sum(x[n, j], (j, 0, sympy.oo)), SymbpError),
        (sympy.Piecewise((1, a > 0)), NotSupportedError),
        (sympy.gamma(a), NotSupportedError),
        (sympy.Integral(a, a), NotSupportedError),
        (x[n, a / 2], NotSupportedError),
        (x[n, sympy.Rational(1, 2)], NotSupportedError),
        (sympy.I * a, NotSupportedError),
        (a / 0, MathError),
        (sympy.Integer(10) ** 20000, LimitExceeded),
        ("x + 1", UnsafeInputError),
        (object(), UnsafeInputError),
    ],
    ids=lambda given: type(given).__name__,
)
def test_refusals(expression, error):
    with pytest.raises(error) as caught:
        read(expression)
    assert len(str(caught.value).splitlines()) <= 3


def test_shared_parts_are_read_once():
    shared = functools.reduce(lambda e, _: e * e + e, range(40), Symbol("x"))
    made = from_user(shared, KINDS.get, {})
    assert made.size > 2**39  # as a tree; as a graph it has 81 levels
    assert made.depth < 100


def test_symbols_are_remembered_from_one_expression_to_the_next():
    known: dict[str, Symbol] = {}
    from_user(Symbol("w", real=True) ** 2, KINDS.get, known)
    with pytest.raises(NameCollisionError, match="two different"):
        symbol_name(Symbol("w"), known)
    assert symbol_name(Symbol("w", real=True), known) == "w"
