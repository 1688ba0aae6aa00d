"""What a claim may have forgotten, or taken for another: quantities, slopes and extents in scope.

A *scope* gives the letters that may be used at a place, each with its extent. A quantity can be
read there in every way that puts one letter of fitting extent at each axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symbp.expressions import (
    Access,
    Bracket,
    IndexComparison,
    IndexValue,
    Node,
    Number,
    Reduce,
    TensorOperator,
    postorder,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.partials import partial
from symbp.quantities import Axis, Quantity
from symbp.simplifying.forms import tidy
from symbp.systems import EquationSystem

__all__ = ["Pool", "Scope", "alike"]

#: Letters that may be used, with their extents.
Scope = Mapping[str, IndexExpr | None]


class Pool:
    """The quantities of a claim, and what can be read of them at a place.

    Attributes:
        quantities: those of the system and the derivatives of the claim, by name.
        slopes: for y = f(z) entry by entry, f' in terms of y, at the letters of `letters_of`.
        arguments: the z of those.
    """

    def __init__(self, system: EquationSystem, quantities: Mapping[str, Quantity]) -> None:
        self.system = system
        self.quantities = quantities
        self.slopes: dict[str, Node] = {}
        self.arguments: dict[str, str] = {}
        self._find_slopes()

    def accesses(self, scope: Scope) -> Iterator[Access]:
        """Every real quantity, read in every way."""
        for quantity in self.quantities.values():
            if quantity.kind == "real" and not quantity.hidden:
                for at in self.ways(quantity.name, scope):
                    yield Access(quantity.name, at)

    def slopes_in(self, scope: Scope) -> Iterator[Node]:
        """Every local derivative of the forward equations, in every way."""
        for name in self.slopes:
            for at in self.ways(name, scope):
                yield self.slope(name, at)

    def slope(self, name: str, at: tuple[IndexExpr, ...]) -> Node:
        """The local derivative of a quantity at one place."""
        return substitute(self.slopes[name], dict(zip(_letters(len(at)), at, strict=True)))

    def ways(self, name: str, scope: Scope) -> list[tuple[IndexExpr, ...]]:
        """The places of a quantity that different letters in scope can name."""
        found: list[tuple[str, ...]] = [()]
        for axis in self.quantities[name].axes:
            letters = alike(axis.extent, scope)
            found = [(*way, x) for way in found for x in letters if x not in way]
        return [tuple(map(IndexExpr.letter, way)) for way in found]

    def extents(self, scope: Scope) -> list[Node]:
        """The symbolic extents, those in scope first."""
        axes = (axis for quantity in self.quantities.values() for axis in quantity.axes)
        found = (*scope.values(), *(axis.extent for axis in axes))
        named = dict.fromkeys(e for e in found if e is not None and e.as_integer is None)
        return [IndexValue(extent) for extent in named]

    def brackets(self, scope: Scope) -> Iterator[Bracket]:
        """[k = l] for letters of one extent, and [k = t[n]] for labels."""
        letters = list(scope)
        for number, one in enumerate(letters):
            for other in letters[number + 1 :]:
                if scope[one] == scope[other]:
                    yield _equal(IndexExpr.letter(one), IndexExpr.letter(other))
        for quantity in self.quantities.values():
            if quantity.kind == "integer":
                for at in self.ways(quantity.name, scope):
                    label = IndexExpr.gather(quantity.name, at)
                    yield from (_equal(IndexExpr.letter(x), label) for x in letters)

    def others(self, current: Access) -> Iterator[Access]:
        """The other quantities of the same shape, and derivatives by them, at the same place."""
        shape = self._shape(self.quantities[current.quantity].axes)
        for other in self.quantities.values():
            if other.kind == "real" and not other.hidden and self._shape(other.axes) == shape:
                yield Access(other.name, current.indices)
        of, _, by = current.quantity.rpartition("/d")
        if of and by in self.system.quantities:
            for other in self.system.quantities.values():
                same = self._shape(other.axes) == self._shape(self.system.quantity(by).axes)
                if same and other.kind == "real" and not other.hidden:
                    yield Access(f"{of}/d{other.name}", current.indices)

    def applied(self, one: str, other: str) -> bool:
        """Whether one is a function of the other, entry by entry."""
        stem = one.rpartition("/d")[0] == other.rpartition("/d")[0]
        one, other = one.rpartition("/d")[2], other.rpartition("/d")[2]
        return stem and (self.arguments.get(one) == other or self.arguments.get(other) == one)

    @staticmethod
    def _shape(axes: tuple[Axis, ...]) -> tuple[IndexExpr | None, ...]:
        return tuple(axis.extent for axis in axes)

    def _find_slopes(self) -> None:
        for equation in self.system.equations:
            right = equation.right
            if self.system.quantity(equation.target).hidden or _whole(right):
                continue
            below = (right, *right.children, *(c for n in right.children for c in n.children))
            read = [n for n in below if isinstance(n, Access)]
            entries = [a for a in read if a.indices == equation.left.indices]
            if not equation.plain or isinstance(right, Access) or len(entries) != 1:
                continue
            slope = tidy(partial(right, entries[0], value=equation.left))
            names = map(IndexExpr.letter, _letters(len(equation.letters)))
            letters = dict(zip(equation.letters, names, strict=True))
            if not isinstance(slope, Number) and slope.free <= set(equation.letters):
                self.slopes[equation.target] = substitute(slope, letters)
                self.arguments[equation.target] = entries[0].quantity


def _whole(right: Node) -> bool:
    """Whether more than one entry is read: no local derivative says it all."""
    return any(isinstance(n, Reduce | TensorOperator) for n in postorder(right))


def alike(extent: IndexExpr | None, scope: Scope) -> list[str]:
    """Letters of that extent."""
    return [letter for letter, other in scope.items() if other == extent]


def _letters(count: int) -> tuple[str, ...]:
    return tuple(f"·{number}" for number in range(count))


def _equal(one: IndexExpr, other: IndexExpr) -> Bracket:
    return Bracket(IndexComparison("==", one, other))
