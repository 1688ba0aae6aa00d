"""Equations: `target[indices] = expression`."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.expressions import Access, Binder, Node
from symbp.indices import IndexExpr

__all__ = ["Equation"]


@dataclass(frozen=True, slots=True)
class Equation:
    """`target[at] = right` for all values of the ranges.

    Attributes:
        target: name of the quantity that it binds.
        ranges: the running indices of the equation, local to it.
        at: the place that is bound, an index expression for each axis; mostly the ranges' letters.
        right: the expression; its free letters are those of the ranges.
    """

    target: str
    ranges: tuple[Binder, ...]
    at: tuple[IndexExpr, ...]
    right: Node

    @property
    def left(self) -> Access:
        """The left side as an access."""
        return Access(self.target, self.at)

    @property
    def letters(self) -> tuple[str, ...]:
        """Letters of the running indices."""
        return tuple(b.name for b in self.ranges)

    @property
    def plain(self) -> bool:
        """Whether each axis of the target has an own running index over its whole range."""
        return tuple(i.as_letter for i in self.at) == self.letters
