"""Quantities: named tensors with axes, a kind and a role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symbp.indices import IndexExpr

__all__ = ["KINDS", "ROLES", "Axis", "Quantity"]

KINDS = ("real", "integer", "boolean")
ROLES = ("input", "parameter", "target", "constant", "state", "intermediate", "output")


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: the letter that prints for it, and how far it runs (None: not yet inferred)."""

    letter: str
    extent: IndexExpr | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named tensor; without axes a scalar.

    Attributes:
        name: any Unicode name, compared after NFKC.
        axes: in the order in which accesses index them.
        kind: `real`, `integer` or `boolean`.
        role: `input`, `parameter`, `target`, `constant`, `state`, `intermediate` or `output`.
        hidden: made by symbp to name a piece of an equation; never printed.
        adjoint_of: the pair (output, quantity) whose derivative this is, for derived quantities.
        latex: how the name prints, where it is not derived from the name.
    """

    name: str
    axes: tuple[Axis, ...] = ()
    kind: str = "real"
    role: str = "intermediate"
    hidden: bool = False
    adjoint_of: tuple[str, str] | None = None
    latex: str | None = field(default=None, compare=False)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the axes."""
        return tuple(axis.letter for axis in self.axes)

    @property
    def given(self) -> bool:
        """Whether its values come from outside: nobody computes it."""
        return self.role in ("input", "parameter", "target", "constant", "state")

    def with_extents(self, extents: tuple[IndexExpr | None, ...]) -> Quantity:
        """The same quantity with other extents."""
        axes = tuple(Axis(a.letter, e) for a, e in zip(self.axes, extents, strict=True))
        return replace(self, axes=axes)
