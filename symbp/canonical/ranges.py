"""How large an index expression can be: interval bounds over the ranges of its letters.

Law: a letter runs over 0..extent-1 and an extent is at least 1, so a bound found here holds for all
sizes. `None` means that no bound is known; nothing is concluded from it.
"""

from __future__ import annotations

from symbp.canonical.heads import Store
from symbp.indices import Atom, Division, Extent, Gather, IndexExpr, Letter, Remainder

__all__ = ["is_negative", "is_nonnegative", "largest", "smallest"]


def smallest(store: Store, expr: IndexExpr) -> IndexExpr | None:
    """A lower bound without letters."""
    return _extreme(store, expr, least=True)


def largest(store: Store, expr: IndexExpr) -> IndexExpr | None:
    """An upper bound without letters."""
    return _extreme(store, expr, least=False)


def is_nonnegative(store: Store, expr: IndexExpr) -> bool:
    """Whether it is known to be at least 0 for all sizes and all values of its letters."""
    least = smallest(store, expr)
    return least is not None and _all_factors_nonnegative(least)


def is_negative(store: Store, expr: IndexExpr) -> bool:
    """Whether it is known to be below 0 for all sizes and all values of its letters."""
    return is_nonnegative(store, -expr - 1)


def _extreme(store: Store, expr: IndexExpr, *, least: bool) -> IndexExpr | None:
    total = IndexExpr.integer(0)
    for atoms, factor in expr.terms:
        moving = [a for a in atoms if not isinstance(a, Extent)]
        if not moving:
            total = total + IndexExpr(((atoms, factor),))
            continue
        if len(moving) > 1:
            return None
        bound = _atom_extreme(store, moving[0], least=least == (factor > 0))
        if bound is None:
            return None
        weight = IndexExpr(((tuple(a for a in atoms if isinstance(a, Extent)), factor),))
        total = total + weight * bound
    return total


def _atom_extreme(store: Store, atom: Atom, *, least: bool) -> IndexExpr | None:
    if isinstance(atom, Letter):
        extent = store.extents.get(atom.name)
        if least:
            return IndexExpr.integer(0) if extent is not None else None
        return None if extent is None else extent - 1
    if isinstance(atom, Gather):
        bound = store.value_bounds.get(atom.quantity)
        if bound is None:
            return None
        return IndexExpr.integer(0) if least else bound - 1
    if isinstance(atom, Division):
        inner = _extreme(store, atom.dividend, least=least)
        return None if inner is None else inner // atom.divisor
    if isinstance(atom, Remainder):
        return IndexExpr.integer(0 if least else atom.divisor - 1)
    return None


def _all_factors_nonnegative(expr: IndexExpr) -> bool:
    """With each extent written as 1 + something nonnegative, no factor is negative."""
    total = IndexExpr.integer(0)
    for atoms, factor in expr.terms:
        product = IndexExpr.integer(factor)
        for atom in atoms:
            if isinstance(atom, Extent):
                product = product * (IndexExpr.extent(atom.name) + 1)
            elif (
                isinstance(atom, Division) and _all_factors_nonnegative(atom.dividend)
            ) or isinstance(atom, Remainder):
                product = product * IndexExpr((((atom,), 1),))
            else:
                return False
        total = total + product
    return all(factor >= 0 for _, factor in total.terms)
