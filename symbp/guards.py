"""Equalities of indices that may be used to replace one index by another, and those that may not.

A sum with a bracket is sifted, Σ_k [k = e] f(k) = f(e), where e runs within the range of k. For the
brackets that differentiation makes this is so: both sides index one axis. An author may compare
anything, `[n == j]` over two extents, or labels of which one stands for "none"; such an equality is
written `[k == e and e < K]` here, which is as true, and which no rule sifts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from symbp.equations import Equation
from symbp.expressions import (
    Abstraction,
    Access,
    Binder,
    Bracket,
    IndexComparison,
    Logical,
    Node,
    Reduce,
    Where,
    postorder,
    transform,
)
from symbp.indices import IndexExpr
from symbp.systems import EquationSystem

__all__ = ["guard_equalities"]

#: What is known of letters in one equation: the range of each, None where a letter has several.
_Ranges = Mapping[str, Binder | None]


def guard_equalities(system: EquationSystem) -> EquationSystem:
    """The same system; equalities of indices whose sides may differ in range are conjunctions."""
    gathers = _valid_gathers(system)
    changed: dict[Equation, Equation] = {}
    for equation in system.equations:
        if any(_is_equality(n) for n in postorder(equation.right)):
            right = _guarded(equation, gathers)
            if right != equation.right:
                changed[equation] = replace(equation, right=right)
    if not changed:
        return system
    originals = dict(system.originals)
    for old, new in changed.items():
        originals[new] = originals.pop(old, old)
    equations = tuple(changed.get(e, e) for e in system.equations)
    return replace(system, equations=equations, originals=originals)


def _is_equality(current: Node) -> bool:
    """Whether a node is a bracket with an equality of indices; no other condition is sifted."""
    if not isinstance(current, Bracket) or not isinstance(current.condition, IndexComparison):
        return False
    return current.condition.relation == "=="


def _guarded(equation: Equation, gathers: frozenset[tuple[str, IndexExpr]]) -> Node:
    ranges = _ranges(equation)

    def change(current: Node) -> Node:
        if not _is_equality(current) or not isinstance(current, Bracket):
            return current
        equality = current.condition
        bounds: list[Node] = [equality]
        sides = (equality.left, equality.right) if isinstance(equality, IndexComparison) else ()
        for letter, other in zip(sides, reversed(sides), strict=True):
            binder = ranges.get(letter.as_letter or "")
            if letter.as_letter is None or (binder and _within(other, binder, ranges, gathers)):
                continue
            upper = binder.upper if binder and binder.upper is not None else other + 1
            bounds.append(IndexComparison("<", other, upper))
        return current if len(bounds) == 1 else Bracket(Logical("and", bounds))

    return transform(equation.right, change)


def _ranges(equation: Equation) -> _Ranges:
    found: dict[str, Binder | None] = {}
    below = (n for n in postorder(equation.right) if isinstance(n, Reduce | Abstraction))
    for binder in (*equation.ranges, *(b for n in below for b in n.binders)):
        known = found.setdefault(binder.name, binder)
        if known is not None and (known.lower, known.upper) != (binder.lower, binder.upper):
            found[binder.name] = None
    return found


def _within(
    value: IndexExpr,
    binder: Binder,
    ranges: _Ranges,
    gathers: frozenset[tuple[str, IndexExpr]],
) -> bool:
    """Whether the value lies in the range of the binder, whatever the extents are."""
    if binder.upper is None or binder.lower.terms:
        return False
    letter = value.as_letter
    if letter is not None:
        other = ranges.get(letter)
        return other is not None and not other.lower.terms and other.upper == binder.upper
    gather = value.as_gather
    if gather is not None:
        return (gather.quantity, binder.upper) in gathers
    number, left = value.as_integer, (binder.upper - value).as_integer
    if number is not None:
        return number == 0 or (number > 0 and left is not None and left > 0)
    return left == 1  # the last one: an extent is at least 1


def _valid_gathers(system: EquationSystem) -> frozenset[tuple[str, IndexExpr]]:
    """Integer quantities with an extent in which all their values lie.

    They index an axis of that extent somewhere, or say where a maximum over it is attained.
    """
    found: dict[tuple[str, IndexExpr], None] = {}
    for equation in system.equations:
        for access in _always_read(equation.right):
            axes = system.quantities[access.quantity].axes
            for index, axis in zip(access.indices, axes, strict=False):
                gather = index.as_gather
                if gather is not None and axis.extent is not None:
                    found[gather.quantity, axis.extent] = None
        right = equation.right
        whole = isinstance(right, Reduce) and len(right.binders) == 1
        if whole and isinstance(right, Reduce) and right.operator in ("argmax", "argmin"):
            upper = right.binders[0].upper
            if upper is not None and len(system.producers[equation.target]) == 1:
                found[equation.target, upper] = None
    return frozenset(found)


def _always_read(root: Node) -> Iterator[Access]:
    """Accesses that stand in no branch of a `where`: those are read whatever the labels are."""
    stack = [root]
    while stack:
        current = stack.pop()
        if isinstance(current, Access):
            yield current
        elif not isinstance(current, Where):
            stack.extend(current.children)
