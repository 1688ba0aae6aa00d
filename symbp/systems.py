"""Equation systems: an ordered, immutable set of equations over declared quantities.

This is the one form in which models, gradients and optimisers live; everything after it only reads.
A system is a value: passes take one and return another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from symbp.equations import Equation
from symbp.errors import UnknownNameError
from symbp.expressions import Reduce, accesses, postorder, quantities_read
from symbp.facts import Fact, Identity
from symbp.quantities import Quantity

__all__ = ["EquationSystem"]


@dataclass(frozen=True)
class EquationSystem:
    """Quantities by name, in order of declaration, and equations in the order of the author.

    Attributes:
        quantities: every quantity, given or computed.
        equations: each defines (part of) one quantity; a quantity is used only after it was
        defined. facts: what is known of given quantities. originals: an equation whose pieces were
        given hidden names, with the equation that its
            author wrote.
        decimals: whether the author writes 0.3 and not 3/10; the library then does, too.
    """

    quantities: Mapping[str, Quantity]
    equations: tuple[Equation, ...]
    facts: tuple[Fact | Identity, ...] = ()
    originals: Mapping[Equation, Equation] = field(default_factory=dict)
    decimals: bool = False

    @cached_property
    def extents(self) -> tuple[str, ...]:
        """Names of the symbolic extents, each once: those of axes, then those of ranges only."""
        axes = (axis.extent for q in self.quantities.values() for axis in q.axes)
        found = dict.fromkeys(n for extent in axes if extent is not None for n in extent.extents)
        for equation in self.equations:
            binders = list(equation.ranges)
            for current in postorder(equation.right):
                binders += current.binders if isinstance(current, Reduce) else ()
            uppers = (b.upper for b in binders if b.upper is not None)
            found.update(dict.fromkeys(n for upper in uppers for n in upper.extents))
        return tuple(found)

    @cached_property
    def producers(self) -> dict[str, tuple[Equation, ...]]:
        """The equations that define each computed quantity."""
        found: dict[str, list[Equation]] = {}
        for equation in self.equations:
            found.setdefault(equation.target, []).append(equation)
        return {name: tuple(equations) for name, equations in found.items()}

    @cached_property
    def consumers(self) -> dict[str, tuple[Equation, ...]]:
        """The equations that read each quantity, in order."""
        found: dict[str, list[Equation]] = {name: [] for name in self.quantities}
        for equation in self.equations:
            for name in quantities_read(equation.right):
                found[name].append(equation)
        return {name: tuple(equations) for name, equations in found.items()}

    def quantity(self, name: str) -> Quantity:
        """The quantity of that name.

        Raises:
            UnknownNameError: there is none.
        """
        try:
            return self.quantities[name]
        except KeyError:
            known = ", ".join(q.name for q in self.quantities.values() if not q.hidden)
            raise UnknownNameError(f"there is no quantity {name!r}; known are: {known}") from None

    def given(self, *roles: str) -> tuple[Quantity, ...]:
        """Quantities whose values come from outside, of these roles (all where none is named)."""
        chosen = (q for q in self.quantities.values() if q.given)
        return tuple(q for q in chosen if not roles or q.role in roles)

    @cached_property
    def author_equations(self) -> tuple[Equation, ...]:
        """The equations as their author wrote them, in order, without hidden pieces."""
        shown = (e for e in self.equations if not self.quantities[e.target].hidden)
        return tuple(self.originals.get(e, e) for e in shown)

    @cached_property
    def author_readers(self) -> dict[str, tuple[Equation, ...]]:
        """The author's equations that read each quantity as a value, in order."""
        found: dict[str, list[Equation]] = {}
        for equation in self.author_equations:
            for name in dict.fromkeys(a.quantity for a in accesses(equation.right)):
                found.setdefault(name, []).append(equation)
        return {name: tuple(equations) for name, equations in found.items()}

    @cached_property
    def readings(self) -> dict[Hashable, object]:
        """What passes made of this system, under keys of theirs: a value need not be read twice."""
        return {}

    def with_facts(self, facts: Iterable[Fact | Identity]) -> EquationSystem:
        """The same system under other facts."""
        return replace(self, facts=tuple(facts))
