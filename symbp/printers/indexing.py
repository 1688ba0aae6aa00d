"""Index expressions, subscripts and relations set as boxes."""

from __future__ import annotations

from symbp.indices import Atom, Division, Extent, Gather, IndexExpr, Letter
from symbp.printers.boxes import Box, Digits, Fence, Line, Operator, Sign
from symbp.printers.naming import combine
from symbp.printers.notation import Notation

__all__ = ["set_index", "set_indices", "set_relation"]

_RELATIONS = {
    "<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠", "=": "=",
}  # fmt: skip


def set_relation(relation: str) -> Sign:
    """The sign of a relation."""
    return Sign(_RELATIONS[relation])


def set_indices(indices: tuple[IndexExpr, ...], notation: Notation) -> tuple[Box, ...]:
    """The subscripts of an access."""
    return tuple(set_index(index, notation) for index in indices)


def set_index(index: IndexExpr, notation: Notation) -> Box:
    """An index expression; positive terms first where there are any."""
    if not index.terms:
        return Digits("0")
    items: list[Box] = []
    for atoms, factor in sorted(index.terms, key=lambda term: term[1] < 0):
        if factor < 0:
            items.append(Sign("−", tight=True))
        elif items:
            items.append(Sign("+", tight=True))
        if abs(factor) != 1 or not atoms:
            items.append(Digits(str(abs(factor))))
        items.extend(_atom(atom, notation) for atom in atoms)
    return items[0] if len(items) == 1 else Line(tuple(items))


def _atom(atom: Atom, notation: Notation) -> Box:
    if isinstance(atom, Letter | Extent):
        return combine(notation.named(atom.name, indexed=False))
    if isinstance(atom, Gather):
        inner = set_indices(atom.indices, notation)
        return combine(notation.named(atom.quantity, indexed=bool(inner)), inner)
    inside = set_index(atom.dividend, notation)
    if isinstance(atom, Division):
        quotient = Line((inside, Sign("/", tight=True), Digits(str(atom.divisor))))
        if len(atom.dividend.terms) > 1:
            held = Fence("(", ")", inside)
            quotient = Line((held, Sign("/", tight=True), Digits(str(atom.divisor))))
        return Fence("⌊", "⌋", quotient)
    held_line = Line((inside, Operator("mod"), Digits(str(atom.divisor))))
    return Fence("(", ")", held_line)
