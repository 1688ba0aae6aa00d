"""The SymPy front end: expressions that a user built, read into nodes.

Only exact classes of the tables here and in `algebra.py` are read; nothing of a foreign class is
called. Symbols mean what was declared by their name. Iterative; shared objects are converted once.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

import sympy
from sympy.core.numbers import Float, Integer
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanFalse, BooleanTrue
from sympy.tensor.indexed import Idx, Indexed

from symbp.algebra import CONSTANTS, arguments, convert, refuse, walk
from symbp.errors import (
    LimitExceeded,
    NameCollisionError,
    NotSupportedError,
    UnknownNameError,
    UnsafeInputError,
    impossible,
)
from symbp.expressions import (
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    IndexValue,
    Logical,
    Node,
    Number,
    Reduce,
    Where,
)
from symbp.indices import IndexExpr
from symbp.names import fold_name

__all__ = ["from_user", "has_floats", "symbol_name"]

#: Operations inside one another in an index expression.
MAX_INDEX_DEPTH = 40

_KINKS: dict[type, str] = {sympy.Abs: "abs", sympy.sign: "sign", sympy.Max: "max", sympy.Min: "min"}
_RELATIONS: dict[type, str] = {
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "==",
    sympy.Unequality: "!=",
}
_LOGIC: dict[type, str] = {sympy.And: "and", sympy.Or: "or", sympy.Not: "not"}
_REDUCTIONS: dict[type, str] = {sympy.Sum: "sum", sympy.Product: "prod"}


def from_user(
    root: object,
    kind_of_name: Callable[[str], str | None],
    known: MutableMapping[str, sympy.Symbol],
) -> Node:
    """A SymPy expression that a user built as a node; symbols mean what was declared by their name.

    Args:
        root: the expression; relations, Piecewise, Abs, sign, Max, Min, Indexed, Sum and Product
            over explicit ranges, and KroneckerDelta are read as well.
        kind_of_name: `quantity`, `index` or `extent` of a declared name, None for any other.
        known: symbols seen so far by name; new ones are added.

    Raises:
        UnknownNameError: a symbol that is not declared.
        NameCollisionError: two different symbols (say, under different assumptions) of one name.
        UnsafeInputError, NotSupportedError, MathError: as `from_sympy`.
    """
    reader = _Reader(kind_of_name, known, root)
    done: dict[int, Node] = {}
    for current in walk(root, _user_arguments):
        parts = [done[id(part)] for part in _user_arguments(current)]
        done[id(current)] = reader.read(current, parts)
    return done[id(root)]


def has_floats(root: object) -> bool:
    """Whether a SymPy expression that `from_user` reads holds a decimal."""
    return any(type(current) is Float for current in walk(root, _user_arguments))


def _user_arguments(current: Any) -> tuple[Any, ...]:
    kind = type(current)
    if kind in _REDUCTIONS:
        return tuple(current.args[:1])
    tables = (_KINKS, _RELATIONS, _LOGIC)
    if any(kind in table for table in tables) or kind in (sympy.Piecewise, ExprCondPair):
        return tuple(current.args)
    return arguments(current)


def symbol_name(symbol: Any, known: MutableMapping[str, sympy.Symbol]) -> str:
    """The name of a SymPy symbol, which is remembered in `known`.

    Raises:
        NameCollisionError: another symbol of that name is known.
        UnsafeInputError, UnknownNameError: it is not a plain symbol, or has no legal name.
    """
    if type(symbol) is Idx:
        symbol = symbol.label
    if type(symbol) not in (sympy.Symbol, sympy.Dummy):
        refuse(symbol)
    given = symbol.name
    if type(given) is not str:
        raise UnsafeInputError("the name of a SymPy symbol is not a plain string")
    name = fold_name(given)
    if not symbol.is_commutative:
        raise NotSupportedError(f"the SymPy symbol {name!r} is not commutative")
    first = known.setdefault(name, symbol)
    if first is not symbol and first != symbol:
        raise NameCollisionError(
            f"two different SymPy symbols are called {name!r} (their assumptions differ); "
            "use one of them throughout"
        )
    return name


class _Reader:
    """One conversion of a user's expression."""

    def __init__(
        self,
        kind_of_name: Callable[[str], str | None],
        known: MutableMapping[str, sympy.Symbol],
        root: object,
    ) -> None:
        self.kind_of_name = kind_of_name
        self.known = known
        self.bound: dict[str, None] = {}
        for current in walk(root, _user_arguments):
            if type(current) in _REDUCTIONS:
                for limits in current.args[1:]:
                    self.bound[self._binder_name(limits)] = None

    def name(self, symbol: Any) -> str:
        """The name of a symbol or Idx, checked."""
        return symbol_name(symbol, self.known)

    def symbol(self, symbol: Any) -> Node:
        """What a symbol stands for where a value is expected."""
        name = self.name(symbol)
        kind = "index" if name in self.bound else self.kind_of_name(name)
        if kind == "quantity":
            return Access(name)
        if kind is None:
            raise UnknownNameError(f"{name!r} is neither input nor parameter; declare it first")
        return IndexValue(self._place(name, kind))

    def _place(self, name: str, kind: str) -> IndexExpr:
        return IndexExpr.letter(name) if kind == "index" else IndexExpr.extent(name)

    def read(self, current: Any, parts: list[Node]) -> Node:
        """One object over its converted arguments."""
        kind = type(current)
        if kind in _KINKS:
            return Call(_KINKS[kind], parts)
        if kind in _RELATIONS:
            return _compare(_RELATIONS[kind], parts[0], parts[1])
        if kind in _LOGIC:
            return Logical(_LOGIC[kind], parts)
        if kind in (BooleanTrue, BooleanFalse):
            zero = IndexExpr.integer(0)
            return IndexComparison("==" if kind is BooleanTrue else "!=", zero, zero)
        if kind is ExprCondPair:
            return Where(parts[1], parts[0], parts[0])
        if kind is sympy.Piecewise:
            return self._piecewise(current, parts)
        return self._indexed(current, parts)

    def _indexed(self, current: Any, parts: list[Node]) -> Node:
        kind = type(current)
        if kind is Idx:
            return self.symbol(current)
        if kind is Indexed:
            base, *indices = current.args
            return Access(self._base(base), [self.index(i) for i in indices])
        if kind is sympy.KroneckerDelta:
            left, right = (self.index(i) for i in current.args[:2])
            return Bracket(IndexComparison("==", left, right))
        if kind in _REDUCTIONS:
            binders = [self._binder(limits) for limits in current.args[1:]]
            return Reduce(_REDUCTIONS[kind], binders, parts[0])
        return convert(current, parts, self.symbol)

    def _piecewise(self, current: Any, parts: list[Node]) -> Node:
        if type(current.args[-1].args[1]) is not BooleanTrue:
            raise NotSupportedError("a Piecewise needs a last branch with condition True")
        made = parts[-1].children[1]
        for part in reversed(parts[:-1]):
            made = Where(part.children[0], part.children[1], made)
        return made

    def _base(self, base: Any) -> str:
        if type(base) is not sympy.IndexedBase:
            refuse(base)
        name = self.name(base.label)
        if self.kind_of_name(name) != "quantity":
            raise UnknownNameError(f"{name!r} is indexed and is not a declared quantity")
        return name

    def _binder_name(self, limits: Any) -> str:
        if type(limits) is not sympy.Tuple or len(limits.args) != len(("j", "first", "last")):
            raise NotSupportedError("a SymPy sum needs limits (j, first, last)")
        name = self.name(limits.args[0])
        if self.kind_of_name(name) in ("quantity", "extent"):
            raise NameCollisionError(f"{name!r} is bound by a SymPy sum and is not an index here")
        return name

    def _binder(self, limits: Any) -> Binder:
        _, first, last = limits.args
        return Binder(self._binder_name(limits), self.index(first), self.index(last) + 1)

    def index(self, current: Any, depth: int = 0) -> IndexExpr:
        """An index expression."""
        if depth > MAX_INDEX_DEPTH:
            raise LimitExceeded(f"an index expression deeper than {MAX_INDEX_DEPTH}")
        kind = type(current)
        if isinstance(current, Integer) and (kind in CONSTANTS or kind is Integer):
            return IndexExpr.integer(int(current.p))
        if kind in (sympy.Symbol, sympy.Dummy, Idx):
            made = self.symbol(current)
            if isinstance(made, Access):
                return IndexExpr.gather(made.quantity, ())
            return made.index if isinstance(made, IndexValue) else impossible("a symbol is a value")
        if kind is Indexed:
            name, *indices = current.args
            return IndexExpr.gather(
                self._base(name), tuple(self.index(i, depth + 1) for i in indices)
            )
        if kind in (sympy.Add, sympy.Mul):
            total = IndexExpr.integer(0 if kind is sympy.Add else 1)
            for part in current.args:
                value = self.index(part, depth + 1)
                total = total + value if kind is sympy.Add else total * value
            return total
        raise NotSupportedError(
            f"an index is made of letters, extents and integers, not SymPy's {kind.__name__[:60]!r}"
        )


def _compare(relation: str, left: Node, right: Node) -> Node:
    """A relation of two indices is an index comparison, any other one of values."""
    sides = [_as_index(left), _as_index(right)]
    if sides[0] is not None and sides[1] is not None and left.free | right.free:
        return IndexComparison(relation, sides[0], sides[1])
    return Comparison(relation, left, right)


def _as_index(value: Node) -> IndexExpr | None:
    if isinstance(value, IndexValue):
        return value.index
    if isinstance(value, Number) and value.value.denominator == 1:
        return IndexExpr.integer(value.value.numerator)
    return None
