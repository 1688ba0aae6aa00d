"""Quantities that a pass brings into a system: hidden ones, under names that read well in a file.

A name says what the quantity is made of, with a slash that no author's name holds: `max/z`, printed
`max_z`. The second of a kind is `max/z/2`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symbp.equations import Equation
from symbp.expressions import Access, Binder, Node, Reduce
from symbp.indices import IndexExpr
from symbp.quantities import Axis, Quantity
from symbp.systems import EquationSystem

__all__ = ["Hidden", "stem_of_name", "surely_some", "whole"]

_FIRST = IndexExpr.integer(0)


class Hidden:
    """The quantities of a system, and those that a pass adds to them."""

    def __init__(self, system: EquationSystem) -> None:
        self.system = system
        self.quantities: dict[str, Quantity] = dict(system.quantities)

    def define(self, stem: str, ranges: Sequence[Binder], right: Node) -> Equation:
        """A new hidden quantity with the equation that defines it."""
        name, number = stem, 1
        while name in self.quantities:
            number += 1
            name = f"{stem}/{number}"
        index = isinstance(right, Reduce) and right.operator.startswith("arg")
        axes = tuple(Axis(b.name, b.upper) for b in ranges)
        kind = "integer" if index else "real"
        self.quantities[name] = Quantity(name, axes, kind, hidden=True)
        return Equation(name, tuple(ranges), tuple(IndexExpr.letter(b.name) for b in ranges), right)

    def forget(self, equations: Sequence[Equation]) -> None:
        """Take back what was defined."""
        for equation in equations:
            del self.quantities[equation.target]

    def rebuilt(
        self, equations: Sequence[Equation], originals: Mapping[Equation, Equation]
    ) -> EquationSystem:
        """The system of other equations: given quantities first, then computed ones in order."""
        made = dict.fromkeys(e.target for e in equations)
        given = [n for n in self.system.quantities if n not in self.system.producers]
        quantities = {n: self.quantities[n] for n in (*given, *made)}
        return replace(
            self.system,
            quantities=quantities,
            equations=tuple(equations),
            originals=dict(originals),
        )


def stem_of_name(access: Access) -> str:
    """What a new name calls a quantity: the last part of its own name."""
    parts = access.quantity.split("/")
    name = parts[-2] if len(parts) > 1 and parts[-1].isdecimal() else parts[-1]
    return f"part{name[1:]}" if name.startswith("_") and name[1:].isdecimal() else name


def whole(binder: Binder) -> bool:
    """Whether a range is all of an axis: from 0, to an end that does not depend on an index."""
    upper = binder.upper
    return binder.lower == _FIRST and upper is not None and not upper.letters and not upper.gathered


def surely_some(binder: Binder, outer: Sequence[Binder]) -> bool:
    """Whether a range has at least one element: it is a whole axis, or grows with its index."""
    if whole(binder):
        return True
    if binder.upper is None:
        return False
    length = binder.upper - binder.lower
    rising = {b.name for b in outer if b.lower == _FIRST}
    constant = 0
    for atoms, factor in length.terms:
        if not atoms:
            constant = factor
        elif factor < 0 or len(atoms) > 1 or getattr(atoms[0], "name", None) not in rising:
            return False
    return constant >= 1
