"""Cases as textbooks print them: of two cases the one that is 0 comes last.

    where(z <= 0, 0, 1)                       where(z > 0, 1, 0)
    where(z < a, 0, where(z > b, 0, y))       where(z >= a and z <= b, y, 0)

Only what prints is written so. The derived system keeps its conditions as they came about, and with
them the branch that NaN takes: z <= 0 and not z > 0 differ there, and for no number. Three cases
stay in their order.
"""

from __future__ import annotations

from symbp.branching import negated
from symbp.expressions import ZERO, Comparison, Logical, Node, Number, Where, postorder, transform

__all__ = ["zero_last"]

_BELOW, _ABOVE = ("<", "<="), (">", ">=")


def zero_last(root: Node) -> Node:
    """The same value at every number, with 0 in the last of two cases."""
    later = {n.otherwise for n in postorder(root) if isinstance(n, Where) and _goes_on(n)}
    return transform(root, lambda current: _turned(current) if current not in later else current)


def _goes_on(current: Where) -> bool:
    """Whether it is one of several cases, and what stands last are more of them."""
    rest = current.otherwise
    if not isinstance(rest, Where):
        return False
    return current.then != ZERO or _ascends(current, rest)


def _ascends(current: Where, rest: Where) -> bool:
    """Whether both compare one value with numbers: z <= -1, z < 1, and the rest."""
    compared = [n.condition.children for n in (current, rest) if _orders(n.condition)]
    if len(compared) < 2:
        return False
    return compared[0][0] == compared[1][0] and all(isinstance(c[1], Number) for c in compared)


def _turned(current: Node) -> Node:
    if not isinstance(current, Where):
        return current
    if current.then == ZERO and _orders(current.condition) and not _goes_on(current):
        current = Where(negated(current.condition), current.otherwise, ZERO)
    inner = current.then
    if current.otherwise != ZERO or not isinstance(inner, Where) or inner.otherwise != ZERO:
        return current
    conditions = (*_parts(current.condition), *_parts(inner.condition))
    if not all(_orders(condition) for condition in conditions):
        return current
    rising = sorted(conditions, key=_from_above)
    return Where(Logical("and", rising), inner.then, ZERO)


def _orders(condition: Node) -> bool:
    """Whether it says which of two values is larger."""
    return isinstance(condition, Comparison) and condition.relation in (*_BELOW, *_ABOVE)


def _from_above(condition: Node) -> bool:
    return isinstance(condition, Comparison) and condition.relation in _BELOW


def _parts(condition: Node) -> tuple[Node, ...]:
    joined = isinstance(condition, Logical) and condition.operator == "and"
    return condition.children if joined else (condition,)
