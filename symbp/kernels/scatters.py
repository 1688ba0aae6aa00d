"""Equations whose loops a label shortens (`labels.py`): scatters, and sums that are one element.

    g[v,d] = sum(n, [v == t[n]]*f[n,d])     g = 0;  for n: for d: g[t[n], d] += f[n, d]
    y[n,d] = sum(v, [v == t[n]]*W[v,d])     for n: for d: y[n, d] = W[t[n], d]

Where a sum is all that reads a scatter, at its own place, the scatter adds right to what that sum
stores. A label that need not lie in its range is looked at before it is used as a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    IndexComparison,
    Logical,
    Node,
    Reduce,
    Sum,
    Where,
    accesses,
    quantities_read,
)
from symbp.indices import IndexExpr
from symbp.kernels.loops import Accumulate, Guard, Loop, Statement
from symbp.labelbounds import label_bounds
from symbp.labels import Labelled, at_labels, labels_of
from symbp.systems import EquationSystem

__all__ = ["Scatters", "without"]


class Scatters:
    """The scatters among the equations of a system.

    Args:
        system: where quantities are declared, and labels are used.
    """

    def __init__(self, system: EquationSystem) -> None:
        self.system = system

    @cached_property
    def _bounds(self) -> Mapping[str, tuple[IndexExpr, ...]]:
        """The extents below which each given label is checked to lie."""
        return label_bounds(self.system, [q.name for q in self.system.given()])

    def is_one(self, equation: Equation) -> bool:
        """Whether an equation is a scatter."""
        if not equation.plain or self.system.quantities[equation.target].kind != "real":
            return False
        return any(one.binder in equation.ranges for one in self._fixed(equation))

    def shortened(self, equation: Equation) -> Equation:
        """The equation without sums over an index that a label fixes; a scatter stays as it is."""
        fixed = self._fixed(equation)
        right = equation.right
        if not fixed or self.is_one(equation) or not isinstance(right, Reduce):
            return equation
        fixed = tuple(one for one in fixed if one.binder in right.binders)
        if not fixed:
            return equation
        known = {one.binder.name for one in fixed}
        binders = [b for b in right.binders if b.name not in known]
        body = at_labels(right.body, fixed)
        conditions = self._conditions(fixed)
        if conditions:
            body = Where(_all(conditions), body, ZERO)
        return replace(equation, right=Reduce("sum", binders, body) if binders else body)

    def statements(
        self, equation: Equation, target: Access, sign: int = 1
    ) -> tuple[Statement, ...]:
        """The loops of a scatter, which add to what stands there.

        Args:
            equation: a scatter.
            target: what is added to, at the letters of the equation.
            sign: 1, or -1 to subtract.
        """
        right = equation.right
        fixed = self._fixed(equation)
        if not isinstance(right, Reduce):
            return ()
        known = {one.binder.name: one.label for one in fixed}
        value = at_labels(right.body, fixed)
        place = Access(target.quantity, [i.substitute(known) for i in target.indices])
        step: Statement = Accumulate("sum", place, value if sign > 0 else Sum(((-1, value),)))
        conditions = self._conditions(fixed)
        if conditions:
            step = Guard(_all(conditions), (step,))
        body: tuple[Statement, ...] = (step,)
        loops = [(b, "sequential") for b in right.binders]
        loops += [(b, "parallel") for b in equation.ranges]
        for binder, kind in reversed(loops):
            if binder.name not in known and binder.upper is not None:
                body = (Loop(binder.name, binder.lower, binder.upper, kind, body),)
        return body

    def added(
        self, equations: Sequence[Equation], outputs: Sequence[str]
    ) -> dict[str, tuple[tuple[int, Equation], ...]]:
        """For each target, the scatters that add right to it, with their signs."""
        readers: dict[str, list[Equation]] = {}
        for equation in equations:
            for name in quantities_read(equation.right):
                readers.setdefault(name, []).append(equation)
        pieces = {
            e.target: e
            for e in equations
            if self._is_piece(e.target, outputs) and len(readers.get(e.target, [])) == 1
        }
        scatters = {name: e for name, e in pieces.items() if self.is_one(e)}
        found: dict[str, tuple[tuple[int, Equation], ...]] = {}
        for equation in equations:
            made = tuple(_added(equation, scatters))
            if made:
                found[equation.target] = made
        return found

    def _is_piece(self, name: str, outputs: Sequence[str]) -> bool:
        alone = len(self.system.producers[name]) == 1
        return alone and self.system.quantities[name].hidden and name not in outputs

    def _fixed(self, equation: Equation) -> tuple[Labelled, ...]:
        return labels_of(equation.ranges, equation.right)

    def _conditions(self, fixed: Iterable[Labelled]) -> list[Node]:
        """What has to hold of labels that nobody checks."""
        found: list[Node] = []
        for one in fixed:
            gather, upper = one.label.as_gather, one.binder.upper
            if gather is None or upper is None or upper in self._bounds.get(gather.quantity, ()):
                continue
            found.append(IndexComparison(">=", one.label, IndexExpr.integer(0)))
            found.append(IndexComparison("<", one.label, upper))
        return found


def without(equation: Equation, names: Iterable[str]) -> Equation:
    """A sum without the terms that are these quantities."""
    left_out = set(names)
    right = equation.right
    if not left_out or not isinstance(right, Sum):
        return equation
    terms = [
        (sign, term)
        for sign, term in right.terms
        if not (isinstance(term, Access) and term.quantity in left_out)
    ]
    made: Node = Sum(terms) if terms else ZERO
    if len(terms) == 1 and terms[0][0] > 0:
        made = terms[0][1]
    return replace(equation, right=made)


def _added(equation: Equation, scatters: Mapping[str, Equation]) -> Iterable[tuple[int, Equation]]:
    """The terms of a sum that are scatters at its own place and are read nowhere else in it."""
    if not (isinstance(equation.right, Sum) and equation.plain):
        return
    for sign, term in equation.right.terms:
        if not isinstance(term, Access) or term.quantity not in scatters:
            continue
        uses = [a for _, t in equation.right.terms for a in accesses(t)]
        once = sum(a.quantity == term.quantity for a in uses) == 1
        scatter = scatters[term.quantity]
        same = [b.upper for b in scatter.ranges] == [b.upper for b in equation.ranges]
        if once and same and term.indices == equation.at:
            yield sign, scatter


def _all(conditions: Sequence[Node]) -> Node:
    return Logical("and", tuple(conditions))
