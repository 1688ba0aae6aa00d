"""Whether two right sides are equal once definitions are put in: the proof behind a rewritten line.

The canonical form decides; what it does not show to be equal counts as unproved, and whoever asked
keeps the line as it stood. Quantities that are not opened may have any value: that a softmax does
not change when a number is subtracted from all logits is proved for every number, and so for their
maximum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symbp.canonical.budgets import Budget
from symbp.canonical.clearing import is_zero
from symbp.canonical.reader import read
from symbp.canonical.tables import Table
from symbp.equations import Equation
from symbp.errors import LimitExceeded, MathError, NotSupportedError
from symbp.expressions import (
    Access,
    Binder,
    Node,
    Number,
    Where,
    accesses,
    substitute,
    transform,
)
from symbp.facts import Fact
from symbp.indices import IndexExpr
from symbp.matching import replace_matches
from symbp.quantities import Quantity

__all__ = ["open_definitions", "proved_equal"]

#: What one proof may cost.
TERMS, STEPS = 2_000, 60_000
#: Nodes of an opened side, shared ones counted each time, beyond which nothing is proved.
MAX_OPENED = 4_000


def proved_equal(
    before: Node,
    after: Node,
    ranges: Sequence[Binder],
    definitions: Mapping[str, Equation],
    quantities: Mapping[str, Quantity],
    facts: Sequence[Fact] = (),
) -> bool:
    """Whether two expressions are found to be equal for all sizes and values.

    Args:
        before, after: the expressions, over the letters of the ranges.
        ranges: their running indices.
        definitions: equations that may be put in for the names that they define, each with one
            running index for each axis.
        quantities: everything that is read, with axes.
        facts: what is known of the quantities.

    What the second branches of `where` name need not be opened for that: it is tried both ways.
    """
    if _proved(before, after, ranges, definitions, quantities, facts):
        return True
    closed = {name: f"·{name}" for name in definitions}
    one, other = (_with_others_closed(side, closed) for side in (before, after))
    if one == before and other == after:
        return False
    copies = {closed[name]: quantities[name] for name in closed}
    return _proved(one, other, ranges, definitions, {**quantities, **copies}, facts)


def _proved(
    before: Node,
    after: Node,
    ranges: Sequence[Binder],
    definitions: Mapping[str, Equation],
    quantities: Mapping[str, Quantity],
    facts: Sequence[Fact],
) -> bool:
    one, other = (open_definitions(side, definitions) for side in (before, after))
    if one is None or other is None:
        return False
    table = Table(quantities, facts, Budget(terms=TERMS, steps=STEPS))
    try:
        letters = {b.name: IndexExpr.letter(table.fresh(b.extent)) for b in ranges}
        difference = read(table, substitute(one, letters)) - read(table, substitute(other, letters))
        return is_zero(table, difference)
    except (LimitExceeded, NotSupportedError, MathError):
        return False


def _with_others_closed(root: Node, closed: Mapping[str, str]) -> Node:
    """What is named in the second branches under names of which nothing is known.

    Equal for all values there, two sides are equal for those that the definitions give; ln(p) has
    no canonical form where p is defined to be 0.
    """

    def change(current: Node) -> Node:
        if not isinstance(current, Where) or isinstance(current.otherwise, Number):
            return current
        other = transform(current.otherwise, rename)
        return current.rebuild([current.condition, current.then, other])

    def rename(current: Node) -> Node:
        if isinstance(current, Access) and current.quantity in closed:
            return Access(closed[current.quantity], current.indices)
        return current

    return transform(root, change)


def open_definitions(root: Node, definitions: Mapping[str, Equation]) -> Node | None:
    """Definitions in the place of names until none is left; None where that grows too large."""
    while True:
        names = dict.fromkeys(a.quantity for a in accesses(root) if a.quantity in definitions)
        if not names:
            return root
        for name in names:
            root = _open(root, definitions[name])
            if root.size > MAX_OPENED:
                return None


def _open(root: Node, definition: Equation) -> Node:
    return replace_matches(
        root,
        definition.left,
        frozenset(definition.letters),
        lambda found: substitute(definition.right, found),
    )
