"""The bridge to SymPy: values survive both ways, and only exact classes pass."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy

from symbp.algebra import MAX_BITS, Placeholders, from_sympy, to_sympy
from symbp.declarations import Builder
from symbp.errors import LimitExceeded, MathError, NotSupportedError, UnsafeInputError
from symbp.expressions import Access, Binder, Call, Constant, Node, Number, Power, Reduce
from symbp.functions import FUNCTIONS, call
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate_node, read_data
from symbp.spelling import spell

X, Y = Access("x"), Access("y")


def value(root: Node, **values: float) -> float:
    builder = Builder()
    for name in values:
        builder.declare(name)
    builder.define("result", (), root)
    return float(evaluate_node(root, read_data(builder.snapshot(), values)).value)


def there_and_back(root: Node) -> Node:
    placeholders = Placeholders()
    return from_sympy(to_sympy(root, placeholders.symbol), placeholders.node)


@pytest.mark.parametrize(
    "root",
    [
        X - Y,
        1 - X**2 / Y,
        -X,
        (X + Y) / (X * Y),
        X / (2 * Y) * 3,
        Power(X, Number(Fraction(3, 2))) / Y,
        Power(X, Y),
        Power(X, Number(-2)),
        Constant("pi") * X,
        call("exp", -X) / (1 + call("exp", -X)) ** 2,
        X * 0 + Y,
    ],
    ids=spell,
)
def test_value_survives_both_ways(root):
    there = there_and_back(root)
    assert value(there, x=0.7, y=1.9) == pytest.approx(value(root, x=0.7, y=1.9), rel=1e-13)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_the_table_survives(name):
    point = {"arccosh": 1.7, "log1mexp": -0.3}.get(name, 0.3)
    arguments = (X, Y) if FUNCTIONS[name].arity[0] == 2 else (X,)
    root = call(name, *arguments)
    made = there_and_back(root)
    assert value(made, x=point, y=0.9) == pytest.approx(value(root, x=point, y=0.9), rel=1e-12)


#: Activations that branch; branches stand as placeholders and are differentiated elsewhere.
BRANCHING = (
    *("relu", "leaky_relu", "elu", "selu"),
    *("softsign", "hardtanh", "hardsigmoid", "hardswish"),
)


@pytest.mark.parametrize(
    "name", [n for n, r in FUNCTIONS.items() if r.activation and n not in BRANCHING]
)
def test_derivatives_come_back_where_nothing_branches(name):
    """SymPy's derivative of what went out is the slope of the function, by central differences."""
    placeholders = Placeholders()
    symbol = placeholders.symbol(X)
    derived = sympy.diff(to_sympy(call(name, X), placeholders.symbol), symbol)
    slope = value(from_sympy(derived, placeholders.node), x=0.4)
    step = 1e-5
    high, low = value(call(name, X), x=0.4 + step), value(call(name, X), x=0.4 - step)
    assert slope == pytest.approx((high - low) / (2 * step), rel=1e-8)


def test_what_sympy_must_not_see_is_a_placeholder():
    total = Reduce("sum", [Binder("j")], Access("x", [IndexExpr.letter("j")]))
    placeholders = Placeholders()
    made = to_sympy(total + call("relu", X) + X, placeholders.symbol)
    assert made.is_Add
    assert all(type(part) is sympy.Symbol for part in made.args)
    assert len(placeholders.nodes) == 3


def test_placeholders_are_numbered_by_first_appearance_and_stand_for_equal_nodes():
    placeholders = Placeholders()
    one = Reduce("sum", [Binder("j")], Access("x", [IndexExpr.letter("j")]))
    other = Reduce("sum", [Binder("k")], Access("x", [IndexExpr.letter("k")]))
    assert placeholders.symbol(one) is placeholders.symbol(other)
    assert placeholders.symbol(X).name == "_00001"
    assert placeholders.node(placeholders.symbol(X)) is X


def test_root_of_a_square_is_not_rewritten_as_abs():
    assert there_and_back(call("sqrt", X**2)) == call("sqrt", X**2)


def test_what_sympy_would_unfold_or_recurse_on_is_refused():
    wide: Node = X
    deep: Node = X
    for _ in range(300):
        wide = Power(wide, wide) if wide.size < 2**40 else wide
        deep = Call("sin", (deep,))
    for root in (Call("exp", (X,)) * wide, deep):
        with pytest.raises(LimitExceeded, match="name its parts"):
            to_sympy(root, Placeholders().symbol)


def test_shared_parts_come_back_once():
    shared = sympy.Symbol("x")
    for _ in range(40):
        shared = shared * shared + shared
    made = from_sympy(shared, lambda symbol: Access(symbol.name))
    assert made.size > 2**39  # as a tree; as a graph it has 81 levels
    assert made.depth < 100


def test_terms_come_back_as_a_person_orders_them():
    def lookup(symbol: sympy.Symbol) -> Node:
        return Access(symbol.name)

    x, o = sympy.symbols("x o")
    assert spell(from_sympy(1 - o, lookup)) == "1 - o"
    assert spell(from_sympy(-o + x, lookup)) == "x - o"
    assert spell(from_sympy(x - 1, lookup)) == "x - 1"
    assert spell(from_sympy(1 / (2 * sympy.sqrt(x)), lookup)) == "1/(2*sqrt(x))"
    assert spell(from_sympy(-x / 2, lookup)) == "-x/2"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (sympy.Float(0.1), Fraction(1, 10)),
        (sympy.Float("0.1", 30), Fraction(1, 10)),
        (sympy.Float(1e-7), Fraction(1, 10**7)),
        (sympy.Float(2.5), Fraction(5, 2)),
        (sympy.Float(1e22), Fraction(10**22)),
        (sympy.Rational(-2, 3), Fraction(-2, 3)),
    ],
    ids=str,
)
def test_floats_are_the_decimals_that_they_print(given, wanted):
    number = from_sympy(given, Placeholders().node)
    assert isinstance(number, Number)
    assert number.value == wanted


def test_numbers_have_a_limit():
    with pytest.raises(LimitExceeded, match="bits"):
        to_sympy(Power(Number(10), Number(10**10)), Placeholders().symbol)
    with pytest.raises(LimitExceeded, match="bits"):
        to_sympy(Power(Number(10), Number(-(10**10))), Placeholders().symbol)
    with pytest.raises(LimitExceeded, match="bits"):
        from_sympy(sympy.Integer(2) ** (MAX_BITS + 1), Placeholders().node)
    with pytest.raises(LimitExceeded, match="bits"):
        from_sympy(sympy.Float("1e100000"), Placeholders().node)


HOOKED = {"_sympystr": lambda self, printer: print("called"), "__str__": lambda self: 1 / 0}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (type("Evil", (sympy.Symbol,), HOOKED)("x"), UnsafeInputError),
        (type("E", (sympy.Function,), HOOKED)(sympy.Symbol("x")), UnsafeInputError),
        (sympy.Function("f")(sympy.Symbol("x")), UnsafeInputError),
        (sympy.Function("exp")(sympy.Symbol("x")), UnsafeInputError),
        (sympy.MatrixSymbol("A", 2, 2), UnsafeInputError),
        ("__import__('os')", UnsafeInputError),
        (None, UnsafeInputError),
        (1.5, UnsafeInputError),
        (sympy.Abs(sympy.Symbol("x")), NotSupportedError),
        (sympy.Heaviside(sympy.Symbol("x")), NotSupportedError),
        (sympy.Piecewise((1, sympy.Symbol("x") > 0), (0, True)), NotSupportedError),
        (sympy.Max(sympy.Symbol("x"), 1), NotSupportedError),
        (sympy.I, NotSupportedError),
        (sympy.zoo, MathError),
        (sympy.nan, MathError),
        (sympy.oo, MathError),
        (-sympy.oo, MathError),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_is_not_in_the_table_does_not_come_back(given, error):
    with pytest.raises(error):
        from_sympy(given, lambda symbol: Access(symbol.name))


def test_e_and_pi():
    made = from_sympy(sympy.E * sympy.pi, Placeholders().node)
    assert value(made) == pytest.approx(math.e * math.pi)
