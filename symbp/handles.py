"""What the Python front end hands out: indices and declared quantities that take operators.

    n, j = m.index("n", "N"), m.index("j", 25)
    x, w = m.input("x", n, j), m.param("w", j)
    r = m.let("r", (n,), sum(j, x[n, j]*w[j]))

Handles build nodes and hold no state; the functions that go with them are in `vocabulary.py`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral
from typing import Any, cast

from symbp.errors import DeclarationError, NotSupportedError, ShapeError
from symbp.expressions import Access, Comparison, IndexComparison, IndexValue, Node, node
from symbp.indices import IndexExpr

__all__ = ["Handle", "Index", "as_place", "as_value", "compare"]


def _forward(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The method of an operator on its left operand; of arrays and the like Python hears no."""

    def method(self: Any, other: Any) -> Any:
        right = node(other)
        return NotImplemented if right is NotImplemented else operate(as_value(self), right)

    return method


def _backward(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The method of an operator on its right operand."""

    def method(self: Any, other: Any) -> Any:
        left = node(other)
        return NotImplemented if left is NotImplemented else operate(left, as_value(self))

    return method


class _Operand:
    """Arithmetic by way of nodes."""

    __slots__ = ()
    __array_ufunc__ = None  # NumPy leaves the operators to us
    __iter__ = None  # or Python would count through x[0], x[1], ... for ever

    def _as_node(self) -> Node:
        raise NotImplementedError

    __add__ = _forward(operator.add)
    __radd__ = _backward(operator.add)
    __sub__ = _forward(operator.sub)
    __rsub__ = _backward(operator.sub)
    __mul__ = _forward(operator.mul)
    __rmul__ = _backward(operator.mul)
    __truediv__ = _forward(operator.truediv)
    __rtruediv__ = _backward(operator.truediv)
    __pow__ = _forward(operator.pow)
    __rpow__ = _backward(operator.pow)

    def __neg__(self) -> Any:
        return -self._as_node()

    def __pos__(self) -> Any:
        return self

    def __lt__(self, other: Any) -> Any:
        return compare("<", self, other)

    def __le__(self, other: Any) -> Any:
        return compare("<=", self, other)

    def __gt__(self, other: Any) -> Any:
        return compare(">", self, other)

    def __ge__(self, other: Any) -> Any:
        return compare(">=", self, other)

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value; use where(condition, a, b)")


@dataclass(frozen=True, slots=True)
class Index(_Operand):
    """An index, or an index expression such as `i + k`; used as a number it is its value.

    Attributes:
        expression: what stands between the brackets.
        extent: how far the letter runs, where that was declared.
    """

    expression: IndexExpr
    extent: IndexExpr | None = None

    def _as_node(self) -> Node:
        return IndexValue(self.expression)

    @property
    def letter(self) -> str:
        """The letter.

        Raises:
            DeclarationError: this is an expression such as `i + 1`.
        """
        name = self.expression.as_letter
        if name is None:
            raise DeclarationError(f"a plain index is expected here, not {self.expression}")
        return name

    def __str__(self) -> str:
        return str(self.expression)

    @staticmethod
    def _with(other: Any) -> IndexExpr | None:
        if isinstance(other, Index):
            return other.expression
        return (
            None
            if isinstance(other, bool) or not isinstance(other, int)
            else IndexExpr.integer(other)
        )

    def __add__(self, other: Any) -> Any:
        right = self._with(other)
        return _Operand.__add__(self, other) if right is None else Index(self.expression + right)

    def __radd__(self, other: Any) -> Any:
        left = self._with(other)
        return _Operand.__radd__(self, other) if left is None else Index(left + self.expression)

    def __sub__(self, other: Any) -> Any:
        right = self._with(other)
        return _Operand.__sub__(self, other) if right is None else Index(self.expression - right)

    def __rsub__(self, other: Any) -> Any:
        left = self._with(other)
        return _Operand.__rsub__(self, other) if left is None else Index(left - self.expression)

    def __mul__(self, other: Any) -> Any:
        right = self._with(other)
        return _Operand.__mul__(self, other) if right is None else Index(self.expression * right)

    def __rmul__(self, other: Any) -> Any:
        left = self._with(other)
        return _Operand.__rmul__(self, other) if left is None else Index(left * self.expression)

    def __neg__(self) -> Any:
        return Index(-self.expression)

    def __floordiv__(self, divisor: int) -> Index:
        return Index(self.expression // _positive(divisor))

    def __mod__(self, divisor: int) -> Index:
        return Index(self.expression % _positive(divisor))


def _positive(divisor: Any) -> int:
    if isinstance(divisor, bool) or not isinstance(divisor, int) or divisor < 1:
        raise DeclarationError(f"indices are divided by positive integers, not by {divisor!r}")
    return divisor


@dataclass(frozen=True, slots=True)
class Handle(_Operand):
    """A declared quantity: `x[n, j]`; a scalar stands for itself in expressions.

    Attributes:
        name: its name.
        letters: letters of its axes.
    """

    name: str
    letters: tuple[str, ...] = ()

    def _as_node(self) -> Node:
        if self.letters:
            raise ShapeError(
                f"{self.name} has {len(self.letters)} indices; write {self.name}"
                f"[{', '.join(self.letters)}]"
            )
        return Access(self.name)

    def __getitem__(self, place: Any) -> Node:
        """The quantity at a place.

        Raises:
            ShapeError: another number of indices than it has.
        """
        places = place if isinstance(place, tuple) else (place,)
        if len(places) != len(self.letters):
            raise ShapeError(
                f"{self.name} takes {len(self.letters)} indices, and is given {len(places)}"
            )
        return Access(self.name, [as_place(index) for index in places])

    def __str__(self) -> str:
        return f"{self.name}[{','.join(self.letters)}]" if self.letters else self.name


def as_place(value: Any) -> IndexExpr:
    """What a user put between brackets, as an index expression.

    Raises:
        NotSupportedError: slices and the like.
        DeclarationError: no index.
    """
    if isinstance(value, Index):
        return value.expression
    if isinstance(value, IndexExpr):
        return value
    if type(value) is not bool and isinstance(value, Integral):
        return IndexExpr.integer(int(value))
    if isinstance(value, slice) or value is Ellipsis or value is None:
        raise NotSupportedError("slices are not read; give an index for each axis: x[n, j]")
    made = node(value)
    if isinstance(made, Access):  # labels: p[n, t[n]]
        return IndexExpr.gather(made.quantity, made.indices)
    if isinstance(made, IndexValue):
        return made.index
    raise DeclarationError(
        f"an index is made of indices and integers; {type(value).__name__} is none"
    )


def as_value(value: Any) -> Node:
    """What a user wrote as an expression, as a node.

    Raises:
        DeclarationError: it is no number and no expression.
    """
    made = node(value)
    if made is NotImplemented:
        kind = type(value).__name__
        raise DeclarationError(f"an expression or a number is expected here, not {kind!r}")
    return cast("Node", made)


# -- conditions -----------------------------------------------------------------------------------


def compare(relation: str, left: Any, right: Any) -> Node:
    """A relation of indices where both sides are, else of values."""
    first, second = _as_index(left), _as_index(right)
    if first is not None and second is not None:
        return IndexComparison(relation, first, second)
    return Comparison(relation, as_value(left), as_value(right))


def _as_index(value: Any) -> IndexExpr | None:
    if isinstance(value, Index):
        return value.expression
    if isinstance(value, int) and not isinstance(value, bool):
        return IndexExpr.integer(value)
    return None
