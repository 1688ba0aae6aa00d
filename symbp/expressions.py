"""Expressions: small, immutable, hash-consed nodes of real and boolean values.

The grammar, which the classes below follow line by line:

    real ::= Number(q)                                   exact rational
           | Constant(name)                              pi
           | Access(quantity, index...)                  x[n, j];   X   (no index: a scalar)
           | IndexValue(index)                           an index or an extent used as a number: N
           | Sum(sign real, ...)                         a - b + c       (signs kept as written)
           | Product(real..., real...)                   a*b/(c*d)       (numerator, denominator)
           | Power(real, real)
           | Call(function, real...)                     a row of functions.py, applied elementwise
           | Where(truth, real, real)                    the branch not taken is never evaluated
           | Reduce(operator, Binder..., real)           sum, prod, max, min over bound indices
           | Bracket(truth)                              1 where it holds, else 0: [i=j]
           | TensorOperator(name, Abstraction..., index...)   inv(A[.,.])[i, j]
    truth ::= Comparison(relation, real, real)           of values
           | IndexComparison(relation, index, index)     of index expressions
           | Logical(and | or | not, truth...)

Equality is up to the letters of bound indices (`nodes.py`).

What these nodes are *not*: they do not evaluate, simplify or order anything as they are built, but
for flattening nested sums and products and folding the sign of a literal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isfinite
from numbers import Integral
from typing import Any

from symbp.errors import LimitExceeded, MathError
from symbp.indices import IndexExpr, as_index
from symbp.nodes import (
    OPERATIONS,
    Binder,
    Binding,
    Node,
    fresh_letter,
    postorder,
    substitute,
    transform,
)
from symbp.tensors import Abstraction, TensorOperator
from symbp.truths import Bracket, Comparison, IndexComparison, Logical

__all__ = [
    "ONE",
    "ZERO",
    "Abstraction",
    "Access",
    "Binder",
    "Bracket",
    "Call",
    "Comparison",
    "Constant",
    "IndexComparison",
    "IndexValue",
    "Logical",
    "Node",
    "Number",
    "Power",
    "Product",
    "Reduce",
    "Sum",
    "TensorOperator",
    "Where",
    "accesses",
    "fresh_letter",
    "node",
    "postorder",
    "quantities_read",
    "substitute",
    "transform",
]

#: Binders inside binders; textbooks need four.
MAX_BINDER_NESTING = 64
#: Terms or factors beside one another, as operators build them; `e + e` over and over stays a DAG.
MAX_FLAT = 512


class Number(Node):
    """An exact rational number."""

    __slots__ = ("value",)
    fields = ("value",)
    value: Fraction

    def __new__(cls, value: Fraction | int) -> Number:
        return cls._intern(Fraction(value))


class Constant(Node):
    """A mathematical constant: `pi`."""

    __slots__ = ("name",)
    fields = ("name",)
    name: str

    def __new__(cls, name: str) -> Constant:
        return cls._intern(name)


class Access(Node):
    """A use of a quantity at index expressions; a scalar has none."""

    __slots__ = ("indices", "quantity")
    fields = ("quantity", "indices")
    quantity: str
    indices: tuple[IndexExpr, ...]

    def __new__(cls, quantity: str, indices: Sequence[IndexExpr | int] = ()) -> Access:
        return cls._intern(quantity, tuple(as_index(i) for i in indices))

    def _find_free(self) -> frozenset[str]:
        return frozenset(name for index in self.indices for name in index.letters)

    @property
    def own_indices(self) -> tuple[IndexExpr, ...]:
        return self.indices

    def with_letters(self, letters: Mapping[str, IndexExpr]) -> Node:
        return Access(self.quantity, [i.substitute(letters) for i in self.indices])


class IndexValue(Node):
    """An index expression used as a real number: `N`, `n + 1`."""

    __slots__ = ("index",)
    fields = ("index",)
    index: IndexExpr

    def __new__(cls, index: IndexExpr | int) -> IndexValue:
        return cls._intern(as_index(index))

    def _find_free(self) -> frozenset[str]:
        return frozenset(self.index.letters)

    @property
    def own_indices(self) -> tuple[IndexExpr, ...]:
        return (self.index,)

    def with_letters(self, letters: Mapping[str, IndexExpr]) -> Node:
        return IndexValue(self.index.substitute(letters))


class Sum(Node):
    """Signed terms, in the order in which they were written; each sign is 1 or -1."""

    __slots__ = ("terms",)
    fields = ("terms",)
    terms: tuple[tuple[int, Node], ...]

    def __new__(cls, terms: Sequence[tuple[int, Node]]) -> Sum:
        return cls._intern(tuple(terms))

    def _find_children(self) -> tuple[Node, ...]:
        return tuple(term for _, term in self.terms)

    def rebuild(self, children: Sequence[Node]) -> Node:
        signs = (sign for sign, _ in self.terms)
        return Sum(tuple(zip(signs, children, strict=True)))


class Product(Node):
    """Factors above and below the fraction bar, in the order in which they were written."""

    __slots__ = ("denominator", "numerator")
    fields = ("numerator", "denominator")
    numerator: tuple[Node, ...]
    denominator: tuple[Node, ...]

    def __new__(cls, numerator: Sequence[Node], denominator: Sequence[Node] = ()) -> Product:
        return cls._intern(tuple(numerator), tuple(denominator))

    def _find_children(self) -> tuple[Node, ...]:
        return self.numerator + self.denominator

    def rebuild(self, children: Sequence[Node]) -> Node:
        cut = len(self.numerator)
        return Product(tuple(children[:cut]), tuple(children[cut:]))


class Power(Node):
    """`base ** exponent`."""

    __slots__ = ("base", "exponent")
    fields = ("base", "exponent")
    base: Node
    exponent: Node

    def __new__(cls, base: Node, exponent: Node) -> Power:
        return cls._intern(base, exponent)

    def _find_children(self) -> tuple[Node, ...]:
        return (self.base, self.exponent)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Power(children[0], children[1])


class Call(Node):
    """A function of `functions.py`, applied elementwise; `function` is the name of its row."""

    __slots__ = ("arguments", "function")
    fields = ("function", "arguments")
    function: str
    arguments: tuple[Node, ...]

    def __new__(cls, function: str, arguments: Sequence[Node]) -> Call:
        return cls._intern(function, tuple(arguments))

    def _find_children(self) -> tuple[Node, ...]:
        return self.arguments

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Call(self.function, tuple(children))


class Where(Node):
    """`then` where the condition holds, else `otherwise`; the other branch is never evaluated."""

    __slots__ = ("condition", "otherwise", "then")
    fields = ("condition", "then", "otherwise")
    condition: Node
    then: Node
    otherwise: Node

    def __new__(cls, condition: Node, then: Node, otherwise: Node) -> Where:
        return cls._intern(condition, then, otherwise)

    def _find_children(self) -> tuple[Node, ...]:
        return (self.condition, self.then, self.otherwise)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Where(children[0], children[1], children[2])


class Reduce(Binding):
    """`operator` (sum, prod, max, min, argmax, argmin) of `body` over all values of the binders.

    A sum over nothing is 0 and a product over nothing is 1; max and min over nothing are refused.
    Where several places attain a maximum, the derivative goes to the first of them.
    """

    __slots__ = ("operator",)
    fields = ("operator", "binders", "body")
    operator: str

    def __new__(cls, operator: str, binders: Sequence[Binder], body: Node) -> Reduce:
        if body.height + len(binders) > MAX_BINDER_NESTING:
            raise LimitExceeded(
                f"more than {MAX_BINDER_NESTING} sums inside one another; name the inner ones"
            )
        return cls._intern(operator, tuple(binders), body)

    def rebind(self, binders: Sequence[Binder], body: Node) -> Node:
        return Reduce(self.operator, binders, body)


ZERO = Number(0)
ONE = Number(1)


# -- building --------------------------------------------------------------------------------------


def node(value: Any) -> Any:
    """A Python number, index expression or node as a node; `NotImplemented` for anything else.

    A float stands for the decimal that Python prints for it: 0.1 is 1/10.

    Raises:
        MathError: an infinite or undefined float.
    """
    if isinstance(value, Node):
        return value
    if isinstance(value, bool):
        return NotImplemented
    if isinstance(value, int | Fraction):
        return Number(value)
    if isinstance(value, float):
        if not isfinite(value):
            raise MathError(f"{float(value)!r} is not a number that an expression can hold")
        return Number(Fraction(repr(float(value))))
    if isinstance(value, Integral):
        return Number(int(value))
    if isinstance(value, IndexExpr):
        return IndexValue(value)
    handle = getattr(value, "_as_node", None)
    return handle() if handle is not None else NotImplemented


def _arithmetic(build: Callable[[Node, Node], Node]) -> Callable[[Any, Any], Any]:
    """An operator that takes numbers as well; anything else is left to the other operand."""

    def operator(left: Any, right: Any) -> Any:
        one, other = node(left), node(right)
        if one is NotImplemented or other is NotImplemented:
            return NotImplemented
        return build(one, other)

    return operator


def _comparison(relation: str) -> Callable[[Node, Any], Node]:
    def operator(left: Node, right: Any) -> Node:
        other = node(right)
        if other is NotImplemented:
            raise TypeError(f"an expression is expected here, not {type(right).__name__}")
        return Comparison(relation, left, other)

    return operator


def _add(left: Node, sign: int, right: Node) -> Node:
    """Sums are flattened on the left, as they are written: (a - b) + c has three terms."""
    terms = left.terms if isinstance(left, Sum) else ((1, left),)
    more: tuple[tuple[int, Node], ...] = ((sign, right),)
    if isinstance(right, Sum) and (sign > 0 or len(right.terms) == 1):
        more = tuple((sign * s, t) for s, t in right.terms)
    if len(terms) + len(more) > MAX_FLAT:
        return Sum(((1, left), (sign, right)))
    return Sum((*terms, *more))


def _parts(value: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    if isinstance(value, Product):
        return value.numerator, value.denominator
    return (value,), ()


def _multiply(left: Node, right: Node) -> Node:
    above, below = _parts(left)
    more, less = _parts(right)
    if len(above) + len(below) + len(more) + len(less) > MAX_FLAT:
        return Product((left, right))
    return Product(above + more, below + less)


def _divide(left: Node, right: Node) -> Node:
    above, below = _parts(left)
    if len(above) + len(below) + len(right.children) > MAX_FLAT:
        return Product((left,), (right,))
    if isinstance(right, Product) and not right.denominator:
        return Product(above, below + right.numerator)
    return Product(above, (*below, right))


def _negate(value: Node) -> Node:
    if isinstance(value, Number):
        return Number(-value.value)
    if isinstance(value, Sum) and len(value.terms) == 1:
        sign, term = value.terms[0]
        return term if sign < 0 else Sum(((-1, term),))
    return Sum(((-1, value),))


OPERATIONS.update(
    {
        "add": _arithmetic(lambda left, right: _add(left, 1, right)),
        "subtract": _arithmetic(lambda left, right: _add(left, -1, right)),
        "multiply": _arithmetic(_multiply),
        "divide": _arithmetic(_divide),
        "power": _arithmetic(Power),
        "negate": _negate,
        **{relation: _comparison(relation) for relation in ("<", "<=", ">", ">=")},
    }
)


# -- reading ---------------------------------------------------------------------------------------


def accesses(*roots: Node) -> tuple[Access, ...]:
    """The accesses in reading order, each once; gathers inside index expressions are not listed."""
    return tuple(dict.fromkeys(n for n in postorder(*roots) if isinstance(n, Access)))


def quantities_read(*roots: Node) -> tuple[str, ...]:
    """Names of all quantities that the nodes read, gathers included, in reading order."""
    names: dict[str, None] = {}
    for current in postorder(*roots):
        for index in current.own_indices:
            names.update(dict.fromkeys(index.gathered))
        if isinstance(current, Access):
            names[current.quantity] = None
    return tuple(names)
