"""Ties: where a maximum over indices is attained more than once, it may have no derivative.

The derivative goes to the first place that attains it; `argmax` equations hold that place. A
derivative in which none of them is left does not depend on it (softmax after a shift by the
maximum), and needs no condition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeGuard

from symbp.derivations import Condition
from symbp.domains import upstream
from symbp.equations import Equation
from symbp.expressions import (
    ONE,
    Bracket,
    Comparison,
    Node,
    Reduce,
    quantities_read,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.nodes import Binder, fresh_letter
from symbp.simplifying.relations import unfold_all
from symbp.systems import EquationSystem

__all__ = ["is_place", "ties"]

_OPERATORS = {"argmax": "max", "argmin": "min"}


def ties(system: EquationSystem, equations: Iterable[Equation], by: str) -> tuple[Condition, ...]:
    """Where the places that these equations hold are not the only ones: conditions, each once.

    Args:
        system: what the equations read, hidden pieces included.
        equations: those that a derivative reads; all but `argmax` and `argmin` are passed over.
        by: what is differentiated by; a maximum that it does not move has no kink.
    """
    held = [e.right for e in equations if is_place(e.right)]
    extrema = dict.fromkeys(Reduce(_OPERATORS[r.operator], r.binders, r.body) for r in held)
    inner = {r.body for r in extrema if r.body in extrema}
    return tuple(
        Condition("tie", _tied(system, _joined(extremum, extrema)), "tie")
        for extremum in extrema
        if extremum not in inner and _moves(system, extremum, by)
    )


def is_place(right: Node) -> TypeGuard[Reduce]:
    """Whether a right side is the place where an extremum is attained."""
    return isinstance(right, Reduce) and right.operator in _OPERATORS


def _joined(extremum: Reduce, extrema: Collection[Node]) -> Reduce:
    """max_j max_k body is attained at a pair, where the place of k is asked for as well."""
    while extremum.body in extrema and isinstance(extremum.body, Reduce):
        below = extremum.body
        extremum = Reduce(extremum.operator, (*extremum.binders, *below.binders), below.body)
    return extremum


def _moves(system: EquationSystem, extremum: Reduce, by: str) -> bool:
    """Whether its elements differ, and change with a quantity."""
    differ = any(b.name in extremum.body.free for b in extremum.binders)
    return differ and any(by in upstream(system, n) for n in quantities_read(extremum.body))


def _tied(system: EquationSystem, extremum: Reduce) -> Node:
    """Σ_j [x_j = max_i x_i] > 1; an extremum that the author named under its name."""
    hidden = frozenset(q.name for q in system.quantities.values() if q.hidden)
    named = (e.left for e in system.equations if e.right == extremum and e.target not in hidden)
    value: Node | None = next(named, None)
    body = unfold_all(extremum.body, system, hidden)
    binders = tuple(b for b in extremum.binders if b.name in body.free)
    if value is None:
        taken = set(body.free) | {b.name for b in binders}
        letters: dict[str, IndexExpr] = {}
        apart: list[Binder] = []
        for binder in binders:
            name = fresh_letter(binder.name, taken)
            taken.add(name)
            apart.append(binder.substitute(letters).renamed(name))
            letters[binder.name] = IndexExpr.letter(name)
        value = Reduce(extremum.operator, apart, substitute(body, letters))
    attained = Bracket(Comparison("==", body, value))
    return Comparison(">", Reduce("sum", binders, attained), ONE)
