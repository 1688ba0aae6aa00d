"""How far accesses reach, so that compiled code, which checks no bounds, never leaves an array.

An access at affine indices runs from a least to a greatest place, both expressions over extents.
Mostly they lie inside for all sizes; where that depends on the sizes, the host checks it on each
call. Accesses under a guard are made only where the guard holds, and their guard is their proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from symbp.equations import Equation
from symbp.errors import NotSupportedError
from symbp.expressions import (
    Access,
    Binder,
    Bracket,
    Logical,
    Node,
    Product,
    Reduce,
    Where,
    postorder,
)
from symbp.indices import Atom, Division, Extent, Gather, IndexExpr, Letter, Remainder
from symbp.spelling import name_letters, spell
from symbp.systems import EquationSystem

__all__ = ["Reach", "open_reaches", "unguarded"]

Span = tuple[IndexExpr, IndexExpr]

_ZERO = IndexExpr.integer(0)


@dataclass(frozen=True, slots=True)
class Reach:
    """An axis of an access: it runs from `low` to `high`, and has to stay in `0..extent-1`."""

    access: str
    low: IndexExpr
    high: IndexExpr
    extent: IndexExpr


def open_reaches(equations: Iterable[Equation], system: EquationSystem) -> tuple[Reach, ...]:
    """The reaches that are not inside for all sizes.

    Raises:
        NotSupportedError: an index whose values are not known before it is computed.
    """
    found: dict[Reach, None] = {}
    for equation in equations:
        right = name_letters(equation.right, frozenset(equation.letters))
        ranges = {b.name: b for b in equation.ranges}
        for current in postorder(right):
            if isinstance(current, Reduce):
                ranges.update({b.name: b for b in current.binders})
        for access in (equation.left, *unguarded(right)):
            for reach in _reaches(access, ranges, system):
                found[reach] = None
    return tuple(found)


def unguarded(root: Node) -> tuple[Access, ...]:
    """The accesses that are made whatever the values are: under no condition."""
    found: dict[Access, None] = {}
    seen: set[int] = set()
    stack = [root]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Access):
            found[current] = None
        stack.extend(reversed(_strict_parts(current)))
    return tuple(found)


def _strict_parts(current: Node) -> tuple[Node, ...]:
    if isinstance(current, Where):
        return (current.condition,)
    if isinstance(current, Logical):
        return current.operands[:1]
    if isinstance(current, Product) and any(isinstance(f, Bracket) for f in current.numerator):
        return next(f for f in current.numerator if isinstance(f, Bracket)).children
    return current.children


def _reaches(
    access: Access, ranges: Mapping[str, Binder], system: EquationSystem
) -> Iterator[Reach]:
    for name, indices in _places(access):
        for index, axis in zip(indices, system.quantities[name].axes, strict=True):
            if index.as_gather is not None or axis.extent is None:
                continue  # labels are checked value by value
            if _is_whole(index, ranges, axis.extent):
                continue
            low, high = _span(index, ranges, access)
            if not (_never_negative(low) and _never_negative(axis.extent - 1 - high)):
                yield Reach(spell(access), low, high, axis.extent)


def _is_whole(index: IndexExpr, ranges: Mapping[str, Binder], extent: IndexExpr) -> bool:
    """Whether an index runs over the places of an axis and no others, as most do."""
    binder = ranges.get(index.as_letter or "")
    return binder is not None and binder.lower == _ZERO and binder.upper == extent


def _places(access: Access) -> Iterator[tuple[str, tuple[IndexExpr, ...]]]:
    yield access.quantity, access.indices
    for index in access.indices:
        for atom in index.atoms():
            if isinstance(atom, Gather):
                yield atom.quantity, atom.indices


def _span(index: IndexExpr, ranges: Mapping[str, Binder], where: Access) -> Span:
    """The least and the greatest value of an index expression; both name extents only."""
    low = high = IndexExpr.integer(0)
    for monomial, factor in index.terms:
        below = above = IndexExpr.integer(1)
        running = [a for a in monomial if not isinstance(a, Extent)]
        for atom in monomial:
            if isinstance(atom, Extent):
                size = IndexExpr((((atom,), 1),))
                below, above = below * size, above * size
        if len(running) > 1:
            raise NotSupportedError(
                f"{spell(where)}: no kernel is made of a product of indices yet"
            )
        for atom in running:
            least, greatest = _atom_span(atom, ranges, where)
            below, above = below * least, above * greatest
        if factor < 0:
            below, above = above, below
        low, high = low + below * factor, high + above * factor
    return low, high


def _atom_span(atom: Atom, ranges: Mapping[str, Binder], where: Access) -> Span:
    if isinstance(atom, Letter):
        binder = ranges[atom.name]
        if binder.upper is None:
            raise NotSupportedError(f"{spell(where)}: the range of {atom.name} is not known")
        return _span(binder.lower, ranges, where)[0], _span(binder.upper - 1, ranges, where)[1]
    if isinstance(atom, Remainder):
        return IndexExpr.integer(0), IndexExpr.integer(atom.divisor - 1)
    if isinstance(atom, Division):
        low, high = _span(atom.dividend, ranges, where)
        return low // atom.divisor, high // atom.divisor
    raise NotSupportedError(
        f"{spell(where)}: labels inside arithmetic need a guard before a kernel is made of them"
    )


def _never_negative(value: IndexExpr) -> bool:
    """Whether a linear expression over extents, each at least 1, is 0 or more for all of them."""
    total = 0
    for monomial, factor in value.terms:
        if not all(isinstance(atom, Extent) for atom in monomial) or (monomial and factor < 0):
            return False
        total += factor
    return total >= 0
