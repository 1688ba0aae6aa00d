"""What a derivative needs: a domain, no kink or tie on its way, and the facts that settle the rest.

A condition that a declared fact settles is not asked for; the fact is told in its place. Of facts
that settle the same, the ones declared first are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from symbp.adjoints import Sweep
from symbp.derivations import Condition
from symbp.domains import domain, kink_conditions, upstream
from symbp.expressions import quantities_read
from symbp.facts import Fact, Identity, words_implied
from symbp.simplification import Simplifier
from symbp.systems import EquationSystem
from symbp.ties import is_place, ties

__all__ = ["Requirements", "mentioned"]

Facts = tuple[Fact | Identity, ...]


class Requirements:
    """What the derivatives of one quantity need, apart from facts that their forms use."""

    def __init__(self, system: EquationSystem, swept: Sweep, simplifier: Simplifier) -> None:
        self.system = system
        self.swept = swept
        self.simplifier = simplifier
        self._names = {a.name: name for name, a in swept.adjoints.items()}
        self._made: dict[Facts, tuple[tuple[Condition, ...], Mapping[str, tuple[Condition, ...]]]]
        self._made = {}
        self._reads: dict[str, tuple[str, ...]] = {}
        self._places = [e for e in (*swept.system.equations, *swept.helpers) if is_place(e.right)]

    def of(self, name: str) -> tuple[Condition, ...]:
        """Conditions of the derivative by a quantity, then the facts that settle others."""
        asked = self._under(self.system.facts, name)
        facts = self._settling(name, asked)
        return (*asked, *self._ties(name), *(Condition("fact", f, "domain") for f in facts))

    def _under(self, facts: Facts, name: str) -> tuple[Condition, ...]:
        """A domain, and no jump on its way, as facts leave them over."""
        if facts not in self._made:
            system, of = self.system.with_facts(facts), self.swept.of
            self._made[facts] = domain(system, of), kink_conditions(system, of)
        base, jumps = self._made[facts]
        return (*base, *jumps.get(name, ()))

    def _settling(self, name: str, asked: tuple[Condition, ...]) -> Facts:
        """Facts without any of which more conditions would be asked for."""
        kept: Facts = ()
        if self._under(kept, name) == asked:
            return kept
        kept = self.system.facts
        for fact in reversed(kept):
            fewer = tuple(f for f in kept if f != fact)
            if self._under(fewer, name) == asked:
                kept = fewer
        return tuple(_of_values(fact) for fact in kept)

    def _ties(self, by: str) -> tuple[Condition, ...]:
        """Ties of the maxima whose places a derivative reads, or the output itself."""
        if not self._places:
            return ()
        found = dict.fromkeys(self._mentioned)
        stack = [by] if by in self.swept.adjoints else []
        seen = set(stack)
        while stack:
            read = self._read(stack.pop())
            found.update(dict.fromkeys(read))
            inner = (self._names.get(n) for n in read)
            fresh = [n for n in inner if n is not None and n not in seen]
            seen.update(fresh)
            stack.extend(fresh)
        return ties(self.swept.system, (e for e in self._places if e.target in found), by)

    def _read(self, name: str) -> tuple[str, ...]:
        if name not in self._reads:
            self._reads[name] = quantities_read(self.simplifier.result(name).printed)
        return self._reads[name]

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        return mentioned(self.swept.system, self.swept.of)


def _of_values(fact: Fact | Identity) -> Fact | Identity:
    """What settles a condition of a fact that also ties values: of a simplex, that y >= 0."""
    if isinstance(fact, Fact) and "simplex" in words_implied(fact.word):
        return Fact("nonnegative", fact.quantity)
    return fact


def mentioned(system: EquationSystem, of: str) -> frozenset[str]:
    """Quantities that one depends on in any way, gathers and conditions included."""
    wanted = set(upstream(system, of))
    for equation in reversed(system.equations):
        if equation.target in wanted:
            wanted.update(quantities_read(equation.right))
    return frozenset(wanted)
