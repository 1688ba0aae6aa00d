"""Local partials of expressions that branch more than once: at a joint one of the sides counts.

Differentiated branch by branch, max(0, z) + a·min(0, z) has the slope 1 above 0, a below, and at 0
what both conditions leave over: 0, the slope of neither side. The expression itself is continuous
there, so it is as well

    where(z <= 0, a·z, z)        with the slope        where(z <= 0, a, 1)

Where the sum of branches takes such a value, the pieces between the joints are differentiated, and
a joint belongs to the piece on its left. All other partials are those of `partials.py`.
"""

from __future__ import annotations

from fractions import Fraction

from symbp.branching import plain_conditions
from symbp.cases import Pieces, cuts, meet_at, pieces, variables
from symbp.expressions import (
    Access,
    Call,
    Comparison,
    Node,
    Number,
    Reduce,
    TensorOperator,
    Where,
    accesses,
    postorder,
    transform,
)
from symbp.functions import define
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split
from symbp.partials import partial

__all__ = ["partial_at_joints"]

#: Larger expressions (nodes, shared ones counted each time) are differentiated as they stand.
MAX_SIZE = 160

_ONE = Fraction(1)


def partial_at_joints(root: Node, by: Access, value: Node | None = None) -> Node:
    """The partial derivative of an elementwise expression by one access.

    Args:
        root: the right side of an equation, without reductions.
        by: the access that counts as a free variable.
        value: a name for the value of `root`; see `partials.partial`.

    Raises:
        NotSupportedError: the expression holds a reduction or a tensor operator.
    """
    plain = partial(root, by, value)
    if not any(isinstance(n, Where) for n in postorder(plain)) or not _branches_twice(root):
        return plain
    outer, inner = _factors(root, by)
    joined = _continuous(inner)
    if joined is None:
        return plain
    slopes = pieces(plain_conditions(_opened(plain)), joined.variable)
    if slopes is None or not any(_odd(slopes, place) for place in range(len(slopes.at))):
        return plain
    alone = outer == Monomial(_ONE, ())
    made = _slopes(joined, by, value if alone else None)
    made = made if alone else join(Monomial(outer.coefficient, (*outer.powers, (made, _ONE))))
    return made if reading_cost(made) < reading_cost(plain) else plain


def _factors(root: Node, by: Access) -> tuple[Monomial, Node]:
    """Factors that do not depend on the access, and the rest."""
    monomial = split(root)
    outer = tuple(p for p in monomial.powers if by not in accesses(p[0]))
    inner = tuple(p for p in monomial.powers if p not in outer)
    return Monomial(monomial.coefficient, outer), join(Monomial(_ONE, inner))


def _slopes(joined: Pieces, by: Access, value: Node | None) -> Node:
    """The derivative of each piece; a threshold belongs to the piece below it."""
    made = partial(joined.between[-1], by, value)
    for threshold, piece in zip(joined.thresholds[::-1], joined.between[-2::-1], strict=True):
        below = partial(piece, by, value)
        condition = Comparison("<=", join(joined.variable), Number(threshold))
        made = below if below == made else Where(condition, below, made)
    return made


def _branches_twice(root: Node) -> bool:
    """Whether two parts branch, none inside the other; |x| has the slope sgn x, which is 0 at 0."""
    if root.size > MAX_SIZE:
        return False
    found: dict[Node, None] = {}
    stack = [root]
    while stack:
        current = stack.pop()
        if cuts(current):
            found[current] = None
        else:
            stack.extend(current.children)
    smooth = [n for n in found if isinstance(n, Call) and n.function in ("abs", "sign")]
    return 1 < len(found) > len(smooth)


def _opened(root: Node) -> Node:
    """Calls that branch, spelled out."""

    def change(current: Node) -> Node:
        meaning = define(current) if isinstance(current, Call) and cuts(current) else None
        return current if meaning is None else transform(meaning, change)

    return transform(root, change)


def _continuous(root: Node) -> Pieces | None:
    """The pieces of an expression that has one value wherever two of them meet."""
    opened = plain_conditions(_opened(root))
    for variable in variables(opened):
        found = pieces(opened, variable)
        if found is not None and found.thresholds:
            parts = [n for piece in (*found.between, *found.at) for n in postorder(piece)]
            if any(cuts(n) or isinstance(n, Reduce | TensorOperator) for n in parts):
                return None
            return found if all(_joined(found, n) for n in range(len(found.at))) else None
    return None


def _joined(found: Pieces, place: int) -> bool:
    """Whether the branches on both sides have the value that is taken at a threshold."""
    return all(meet_at(found, place, found.at[place], side) for side in found.between[place:][:2])


def _odd(slopes: Pieces, place: int) -> bool:
    """Whether the slope at a threshold is that of neither side."""
    sides = slopes.between[place : place + 2]
    return not any(meet_at(slopes, place, slopes.at[place], side) for side in sides)
