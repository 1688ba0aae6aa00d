"""Deviations from a mean, freed from the rounding error of the mean.

    m[n] = sum(k, x[n,k])/K          d[n] = sum(k, x[n,k] - m[n])/K
    x[n,k] - m[n]                    x[n,k] - m[n] - d[n]

Deviations add up to 0, so that d is 0 as algebra goes. As numbers go it is what rounding has made
of the mean, at the size of x, and what all deviations are off by: with x around 10^4 and deviations
around 1 that is half of the digits of a float32. Squares are left as they are: what they are off by
is the square of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Binder,
    IndexValue,
    Node,
    Number,
    Power,
    Reduce,
    Sum,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.matching import match, replace_nodes
from symbp.monomials import join, split
from symbp.ordering import recurrent
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.hidden import Hidden, stem_of_name
from symbp.stabilising.rewrites import Rewrite
from symbp.systems import EquationSystem

__all__ = ["remove_drift"]


@dataclass(slots=True)
class _Mean:
    """A mean: its equation, the sum that it divides, and what is computed to correct it."""

    equation: Equation
    total: Equation
    body: Node
    binders: tuple[Binder, ...]
    drift: tuple[Equation, ...] = ()


def remove_drift(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with its deviations corrected for the rounding of their mean."""
    return _Correcting(system, closed).run()


class _Correcting:
    """One run over the equations in their order."""

    def __init__(self, system: EquationSystem, closed: frozenset[str]) -> None:
        self.system = system
        self.closed = closed
        self.hidden = Hidden(system)
        self.means = {m.equation.target: m for m in _means(system, closed)}

    def run(self) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
        """Correct each deviation; the corrections stand before their first use."""
        if not self.means:
            return self.system, ()
        equations: list[Equation] = []
        originals = dict(self.system.originals)
        done: list[Rewrite] = []
        for equation in self.system.equations:
            made = equation
            before: list[Equation] = []
            if equation.target not in self.closed and not recurrent(equation):
                made, before = self._one(equation)
            if made is not equation:
                originals[made] = originals.pop(equation, equation)
                done.append(Rewrite("drift", equation, made))
            equations += [*before, made]
        if not done:
            return self.system, ()
        return self.hidden.rebuilt(equations, originals), tuple(done)

    def _one(self, equation: Equation) -> tuple[Equation, list[Equation]]:
        replaced: dict[Node, Node] = {}
        used: dict[str, None] = {}
        before: list[Equation] = []
        for current in _unsquared(equation.right):
            found = self._deviation(current)
            if found is None:
                continue
            mean, indices = found
            if not mean.drift:
                mean.drift = self._drift(mean)
                before += mean.drift
            used[mean.equation.target] = None
            drift = Access(mean.drift[-1].target, indices)
            replaced[current] = Sum((*current.terms, (-1, drift)))
        if not replaced:
            return equation, []
        right = replace_nodes(equation.right, replaced)
        opened = {e.target: e for n in used for e in self._definitions(self.means[n])}
        if not proved_equal(equation.right, right, equation.ranges, opened, self.hidden.quantities):
            self._forget(before)
            return equation, []
        return replace(equation, right=right), before

    def _deviation(self, current: Sum) -> tuple[_Mean, tuple[IndexExpr, ...]] | None:
        """The mean that is subtracted in a sum of two terms, and where it stands."""
        if len(current.terms) != 2:
            return None
        for sign, term in current.terms:
            for mean in self.means.values() if sign < 0 else ():
                for spelled in (mean.equation.left, mean.equation.right):
                    found = match(spelled, term, frozenset(mean.equation.letters))
                    if found is None or any(n not in found for n in mean.equation.letters):
                        continue
                    if _deviates(current, found, mean):
                        return mean, tuple(found[n] for n in mean.equation.letters)
        return None

    def _definitions(self, mean: _Mean) -> Sequence[Equation]:
        return (mean.equation, mean.total, *mean.drift)

    def _forget(self, before: Sequence[Equation]) -> None:
        self.hidden.forget(before)
        names = {e.target for e in before}
        for mean in self.means.values():
            if mean.drift and mean.drift[-1].target in names:
                mean.drift = ()

    def _drift(self, mean: _Mean) -> tuple[Equation, ...]:
        own = mean.equation
        stem = stem_of_name(own.left)
        deviation = Sum(((1, mean.body), (-1, own.left)))
        total = Reduce("sum", mean.binders, deviation)
        added = self.hidden.define(f"sum/{stem}", own.ranges, total)
        powers = split(own.right).powers
        count = tuple(p for p in powers if isinstance(p[0], IndexValue))
        mono = replace(split(own.right), powers=((added.left, Fraction(1)), *count))
        return added, self.hidden.define(f"drift/{stem}", own.ranges, join(mono))


def _means(system: EquationSystem, closed: frozenset[str]) -> list[_Mean]:
    """The quantities that are a sum over whole axes divided by how many there are."""
    found: list[_Mean] = []
    for equation in system.equations:
        monomial = split(equation.right)
        bases = [b for b, e in monomial.powers if e == 1 and isinstance(b, Access)]
        counts = [p for p in monomial.powers if isinstance(p[0], IndexValue)]
        if len(bases) != 1 or len(counts) + 1 != len(monomial.powers) or not equation.plain:
            continue
        producers = system.producers.get(bases[0].quantity, ())
        if len(producers) != 1 or {equation.target, bases[0].quantity} & closed:
            continue
        total = producers[0]
        right = total.right
        same = total.plain and total.letters == equation.letters and bases[0].indices == total.at
        if not same or not isinstance(right, Reduce) or right.operator != "sum":
            continue
        if isinstance(right.body, Sum) or monomial.coefficient <= 0:
            continue  # a mean of deviations is a drift itself
        found.append(_Mean(equation, total, right.body, right.binders))
    return found


def _unsquared(root: Node) -> list[Sum]:
    """The sums in an expression, but for those that are squared, or bare, under indices.

    Bare deviations add up to what rounding left of them, which is what a correction is.
    """
    found: dict[Sum, None] = {}
    stack, seen = [root], set[int]()
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Sum):
            found[current] = None
        if isinstance(current, Reduce) and (_even(current.body) or isinstance(current.body, Sum)):
            continue
        stack.extend(reversed(current.children))
    return list(found)


def _even(body: Node) -> bool:
    exponent = body.exponent if isinstance(body, Power) else None
    return isinstance(exponent, Number) and exponent.value % 2 == 0


def _deviates(current: Sum, at: Mapping[str, IndexExpr], mean: _Mean) -> bool:
    """Whether what a mean is of stands in a sum, at the place of the mean."""
    body = substitute(mean.body, {n: i for n, i in at.items() if i.as_letter != n})
    letters = frozenset(b.name for b in mean.binders)
    return any(sign > 0 and match(body, t, letters) is not None for sign, t in current.terms)
