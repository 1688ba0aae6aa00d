"""The bridge to SymPy, both ways, through two tables of exact classes.

Going out (`to_sympy`), only smooth scalar expressions pass: numbers, sums, products, powers and the
primitives of `functions.py`; a function with a definition is spelled out, and everything else
(accesses, sums over indices, `where`, ...) becomes a placeholder symbol. Coming back
(`from_sympy`), only the classes of the tables are accepted, by `type(x) in table`: a subclass may
carry code in its printing hooks, so it is refused and none of its methods is called.

Placeholders carry no assumptions: of real symbols SymPy would rewrite sqrt(x^2) as Abs(x).
Conversion is iterative and converts each shared object once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Never

import sympy
from sympy.core.numbers import Float, Integer, Rational

from symbp.errors import (
    LimitExceeded,
    MathError,
    NotSupportedError,
    UnsafeInputError,
    impossible,
)
from symbp.expressions import ONE, Call, Constant, Node, Number, Power, Product, Sum
from symbp.functions import define

__all__ = [
    "CONSTANTS",
    "MAX_BITS",
    "Placeholders",
    "arguments",
    "convert",
    "from_sympy",
    "refuse",
    "to_sympy",
    "walk",
]

#: Size of a number that may cross, in bits (4,300 decimal digits: the limit of Python itself).
MAX_BITS = 14_284
#: Largest expression that SymPy is given; systems name the parts of larger ones long before.
MAX_DEPTH = 200
MAX_SIZE = 10_000

_OUT: dict[str, Any] = {
    "exp": sympy.exp,
    "ln": sympy.log,
    "sqrt": sympy.sqrt,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "arcsinh": sympy.asinh,
    "arccosh": sympy.acosh,
    "arctanh": sympy.atanh,
    "erf": sympy.erf,
    "erfc": sympy.erfc,
}
_SMOOTH: dict[type, str] = {
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    **{cls: name for name, cls in _OUT.items() if name != "sqrt"},
}
#: SymPy's numbers and constants that have classes of their own.
CONSTANTS: dict[type, Node] = {
    type(sympy.S.Zero): Number(0),
    type(sympy.S.One): ONE,
    type(sympy.S.NegativeOne): Number(-1),
    type(sympy.S.Half): Number(Fraction(1, 2)),
    type(sympy.pi): Constant("pi"),
    type(sympy.E): Call("exp", (ONE,)),
}
_UNDEFINED = (
    type(sympy.nan),
    type(sympy.zoo),
    type(sympy.oo),
    type(-sympy.oo),
)
_OPEN = (Sum, Product, Power, Call)
_ARITHMETIC = (sympy.Add, sympy.Mul, sympy.Pow)


# -- out -------------------------------------------------------------------------------------------


class Placeholders:
    """Symbols that stand for nodes, numbered by first appearance (padded: SymPy sorts by name)."""

    def __init__(self) -> None:
        self._symbols: dict[Node, sympy.Symbol] = {}
        self._nodes: dict[str, Node] = {}

    def symbol(self, node: Node) -> sympy.Symbol:
        """The symbol of a node; equal nodes have one symbol."""
        known = self._symbols.get(node)
        if known is None:
            known = sympy.Symbol(f"_{len(self._symbols):05}")
            self._symbols[node] = known
            self._nodes[known.name] = node
        return known

    def node(self, symbol: sympy.Symbol) -> Node:
        """What a symbol stands for."""
        made = self._nodes.get(symbol.name)
        return impossible(f"placeholder {symbol.name} has no node") if made is None else made

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes in order of their numbers."""
        return tuple(self._symbols)


def to_sympy(root: Node, symbols: Callable[[Node], sympy.Symbol]) -> sympy.Expr:
    """A real node as a SymPy expression in smooth functions of symbols.

    Args:
        root: what to convert.
        symbols: gives the symbol for a node that SymPy must not look into (`Placeholders.symbol`).

    Raises:
        LimitExceeded: a power of two numbers would be too long to write down, or the expression is
            larger than what SymPy, which recurses and unfolds, is given.
    """
    if root.depth > MAX_DEPTH or root.size > MAX_SIZE:
        raise LimitExceeded(
            f"an expression has more than {MAX_SIZE} nodes or {MAX_DEPTH} levels; name its parts"
        )
    done: dict[int, Any] = {}
    kept: list[Node] = []  # definitions made here stay alive as long as their id is a key
    stack: list[tuple[Node, Node | None, bool]] = [(root, None, False)]
    while stack:
        current, source, opened = stack.pop()
        if id(current) in done:
            if source is not None:
                done[id(source)] = done[id(current)]
            continue
        if opened:
            inside = current.children if isinstance(current, _OPEN) else ()
            parts = [done[id(child)] for child in inside]
            done[id(current)] = _combine(current, parts, symbols)
            if source is not None:
                done[id(source)] = done[id(current)]
            continue
        meaning = define(current) if isinstance(current, Call) else None
        if meaning is not None:
            kept.append(meaning)
            stack.append((current, None, False))
            stack.append((meaning, current, False))
            continue
        stack.append((current, source, True))
        if isinstance(current, _OPEN):
            stack.extend((child, None, False) for child in reversed(current.children))
    return done[id(root)]


def _combine(current: Node, parts: list[Any], symbols: Callable[[Node], sympy.Symbol]) -> Any:
    if isinstance(current, Number):
        return Rational(current.value.numerator, current.value.denominator)
    if isinstance(current, Constant):
        return {"pi": sympy.pi}[current.name]
    if isinstance(current, Sum):
        signs = (sign for sign, _ in current.terms)
        return sympy.Add(*(p if s > 0 else -p for s, p in zip(signs, parts, strict=True)))
    if isinstance(current, Product):
        cut = len(current.numerator)
        return sympy.Mul(*parts[:cut], *(sympy.Pow(p, -1) for p in parts[cut:]))
    if isinstance(current, Power):
        return _power(parts[0], parts[1])
    if isinstance(current, Call):
        return _OUT[current.function](*parts)
    return symbols(current)


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, Rational) and isinstance(exponent, Rational):
        size = max(int(base.p).bit_length(), int(base.q).bit_length()) - 1
        if size * abs(exponent) > MAX_BITS:
            raise LimitExceeded(f"a power of numbers has more than {MAX_BITS} bits; use a quantity")
    return sympy.Pow(base, exponent)


# -- back ------------------------------------------------------------------------------------------


def from_sympy(root: object, symbols: Callable[[sympy.Symbol], Node]) -> Node:
    """A smooth SymPy expression as a node.

    Args:
        root: the expression.
        symbols: what a symbol stands for (`Placeholders.node`).

    Raises:
        UnsafeInputError: a class that does not belong to SymPy, or an undefined function.
        NotSupportedError: a SymPy class that is not in the table.
        MathError: an infinite or undefined number.
    """
    done: dict[int, Node] = {}
    for current in walk(root, arguments):
        parts = [done[id(part)] for part in arguments(current)]
        done[id(current)] = convert(current, parts, symbols)
    return done[id(root)]


def walk(root: Any, below: Callable[[Any], tuple[Any, ...]]) -> Iterator[Any]:
    """Each object below the root once (by identity), arguments first."""
    seen: set[int] = set()
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        current, opened = stack.pop()
        if id(current) in seen:
            continue
        if opened:
            seen.add(id(current))
            yield current
        else:
            stack.append((current, True))
            stack.extend((part, False) for part in reversed(below(current)))


def arguments(current: Any) -> tuple[Any, ...]:
    """What the conversion of smooth expressions looks into."""
    kind = type(current)
    return tuple(current.args) if kind in _ARITHMETIC or kind in _SMOOTH else ()


def convert(current: Any, parts: list[Node], symbols: Callable[[sympy.Symbol], Node]) -> Node:
    """One smooth object over its converted arguments; refuses any class outside the tables."""
    kind = type(current)
    if kind in CONSTANTS:
        return CONSTANTS[kind]
    if kind is sympy.Symbol or kind is sympy.Dummy:
        return symbols(current)
    if kind is Integer or kind is Rational:
        return Number(_checked(int(current.p), int(current.q)))
    if kind is Float:
        return Number(_decimal(current))
    if kind is sympy.Add:
        return _sum(parts)
    if kind is sympy.Mul:
        return _product(parts)
    if kind is sympy.Pow:
        return _root(parts[0], parts[1])
    if kind in _SMOOTH:
        return Call(_SMOOTH[kind], parts)
    return refuse(current)


def refuse(current: Any) -> Never:
    """Raise the error that fits an object whose class is not in the tables."""
    kind = type(current)
    name = repr(kind.__name__[:60])
    if kind in _UNDEFINED:
        raise MathError("the SymPy expression contains an infinite or undefined number")
    undefined = isinstance(kind, sympy.FunctionClass) and (
        getattr(sympy, kind.__name__, None) is not kind
    )
    if undefined or kind.__module__.split(".")[0] != "sympy":
        raise UnsafeInputError(
            f"{name} is not a class or function of SymPy itself; only those are read"
        )
    if kind.__name__.startswith("Matrix"):
        raise UnsafeInputError(f"{name} is not read; declare a quantity with axes and index it")
    raise NotSupportedError(f"symbp does not read SymPy's {name} here")


def _checked(numerator: int, denominator: int) -> Fraction:
    if max(numerator.bit_length(), denominator.bit_length()) > MAX_BITS:
        raise LimitExceeded(f"a number of more than {MAX_BITS} bits; use a quantity for it")
    return Fraction(numerator, denominator)


def _decimal(value: Any) -> Fraction:
    """A Float stands for the shortest decimal that rounds to it: 0.1 is 1/10."""
    mantissa, exponent = value.num.man_exp
    if abs(mantissa).bit_length() + abs(exponent) > MAX_BITS:
        raise LimitExceeded(f"a number of more than {MAX_BITS} bits; use a quantity for it")
    double = sympy.Float(float(value), precision=53)
    return Fraction(repr(float(value)) if double == value else str(value))


def _sum(parts: list[Node]) -> Node:
    """Terms as a person orders them: what is added first, then what is taken away, numbers last."""
    signed = [_signed(part) for part in parts]
    numbers = [pair for pair in signed if isinstance(pair[1], Number)]
    others = [pair for pair in signed if not isinstance(pair[1], Number)]
    terms = [pair for pair in others if pair[0] > 0]
    positive = [pair for pair in numbers if pair[0] > 0]
    if not terms:
        terms, numbers = positive, [pair for pair in numbers if pair[0] < 0]
    terms += [pair for pair in others if pair[0] < 0] + numbers
    return terms[0][1] if len(terms) == 1 and terms[0][0] > 0 else Sum(terms)


def _signed(part: Node) -> tuple[int, Node]:
    if isinstance(part, Number) and part.value < 0:
        return -1, Number(-part.value)
    if isinstance(part, Sum) and len(part.terms) == 1:
        return part.terms[0]
    return 1, part


def _product(parts: list[Node]) -> Node:
    factor = Fraction(1)
    above: list[Node] = []
    below: list[Node] = []
    for part in parts:
        if isinstance(part, Number):
            factor *= part.value
        elif isinstance(part, Product):
            above += [n for n in part.numerator if n is not ONE]
            below += part.denominator
        else:
            above.append(part)
    if abs(factor.numerator) != 1:
        above.insert(0, Number(abs(factor.numerator)))
    if factor.denominator != 1:
        below.insert(0, Number(factor.denominator))
    made = above[0] if len(above) == 1 and not below else Product(above or [ONE], below)
    return -made if factor < 0 else made


def _root(base: Node, exponent: Node) -> Node:
    """A power as it is written: half powers as roots, negative ones below the bar."""
    if not isinstance(exponent, Number):
        return Power(base, exponent)
    if exponent.value < 0:
        positive = _root(base, Number(-exponent.value))
        return Product([ONE], [positive])
    if exponent.value == Fraction(1, 2):
        return Call("sqrt", (base,))
    return base if exponent.value == 1 else Power(base, exponent)
