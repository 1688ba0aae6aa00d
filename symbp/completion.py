"""What an author leaves open: kinds, roles, and extents that stand as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symbp.equations import Equation
from symbp.errors import UnknownNameError
from symbp.expressions import (
    Access,
    IndexValue,
    Node,
    Reduce,
    postorder,
    quantities_read,
    transform,
)
from symbp.extents import index_expressions
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.names import suggest
from symbp.quantities import Quantity

__all__ = ["as_extents", "with_kinds", "with_roles"]


def as_extents(
    equations: Sequence[Equation],
    pending: frozenset[str],
    extents: Mapping[str, None],
    quantities: Mapping[str, Quantity],
) -> tuple[Equation, ...]:
    """Names that nothing declares are extents, if there is an extent of that name: `/ N`."""
    if not pending:
        return tuple(equations)

    def change(current: Node) -> Node:
        if not isinstance(current, Access) or current.quantity not in pending:
            return current
        if current.quantity in extents:
            return IndexValue(IndexExpr.extent(current.quantity))
        raise UnknownNameError(
            f"{current.quantity!r} is neither declared nor defined; "
            f"{suggest(current.quantity, (*quantities, *extents))}"
        )

    return tuple(replace(e, right=transform(e.right, change)) for e in equations)


def with_kinds(
    quantities: Mapping[str, Quantity],
    equations: Sequence[Equation],
    facts: Sequence[Fact | Identity],
    of_kind: Mapping[str, None],
) -> dict[str, Quantity]:
    """Integer are: class ids, argmax and argmin, and what stands only between brackets."""
    integer: dict[str, None] = {}
    for fact in facts:
        if isinstance(fact, Fact) and fact.word == "class_ids":
            integer[fact.quantity] = None
    gathered: dict[str, None] = {}
    valued: dict[str, None] = {}
    for equation in equations:
        right = equation.right
        if isinstance(right, Reduce) and right.operator in ("argmax", "argmin"):
            integer[equation.target] = None
        for current in postorder(right):
            for index in index_expressions(current):
                gathered.update(dict.fromkeys(index.gathered))
            if isinstance(current, Access):
                valued[current.quantity] = None
    for name in gathered:
        if name not in valued and name in quantities and quantities[name].given:
            integer[name] = None
    return {
        q.name: replace(q, kind="integer") if q.name in integer and q.name not in of_kind else q
        for q in quantities.values()
    }


def with_roles(
    quantities: Mapping[str, Quantity], equations: Sequence[Equation]
) -> dict[str, Quantity]:
    """Given quantities first, then computed ones in order; those that nobody reads are outputs."""
    reads: dict[str, None] = {}
    for equation in equations:
        names = quantities_read(equation.right)
        reads.update(dict.fromkeys(name for name in names if name != equation.target))
    made = {q.name: q for q in quantities.values() if q.given}
    for equation in equations:
        role = "intermediate" if equation.target in reads else "output"
        made[equation.target] = replace(quantities[equation.target], role=role)
    made.update({name: q for name, q in quantities.items() if name not in made})
    return made
