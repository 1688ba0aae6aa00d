"""Are two spellings equal? The canonical form decides, case by case where there are branches.

A spelling in exp(-|u|) has one branch for each sign of u; a guarded one has a branch that is never
taken, because its condition, 0 < exp(...), holds for all real arguments. Every branch that may be
taken is proved by itself, |u| being u or -u in it.
"""

from __future__ import annotations

from symbp.canonical.budgets import Budget
from symbp.canonical.clearing import is_zero
from symbp.canonical.reader import read as read_form
from symbp.canonical.tables import Table
from symbp.errors import LimitExceeded, MathError, NotSupportedError
from symbp.expressions import ONE, ZERO, Call, Comparison, Node, Sum, Where, postorder
from symbp.matching import replace_nodes
from symbp.monomials import negate

__all__ = ["leading", "proved_equal", "vanishing_difference"]

#: Most cases of one proof.
MAX_CASES = 32
#: What one proof may cost.
MAX_TERMS, MAX_STEPS = 3_000, 60_000


def leading(node: Node) -> tuple[int, Node]:
    """The sign in front of a node, and the node without it."""
    return node.terms[0] if isinstance(node, Sum) and len(node.terms) == 1 else (1, node)


def proved_equal(one: Node, other: Node) -> bool:
    """Whether the canonical form finds two expressions equal, in each case of the second.

    A guard 0 < exp(...) holds for all real arguments, so its other branch is never taken. False
    proves nothing.
    """
    if vanishing_difference(one, other):
        return True
    cases = _cases(other)
    return len(cases) > 1 and all(vanishing_difference(one, case) for case in cases)


def _cases(root: Node) -> list[Node]:
    """The expressions without branches that a spelling stands for, each under its condition."""
    found: list[Node] = []
    waiting = [root]
    while waiting and len(waiting) + len(found) <= MAX_CASES:
        current = waiting.pop()
        branch = next((n for n in postorder(current) if isinstance(n, Where)), None)
        if branch is None:
            found.append(current)
            continue
        waiting.append(replace_nodes(current, {branch: branch.then}))
        if _is_guard(branch.condition):
            continue
        waiting.append(replace_nodes(current, {branch: branch.otherwise}))
        if _is_sign(branch.condition):
            argument = branch.condition.children[0]
            low, high = waiting[-2:]
            waiting[-2] = _signed(low, _bare(argument), _sign(argument, negative=True))
            waiting[-1] = _signed(high, _bare(argument), _sign(argument, negative=False))
    return [] if waiting else list(dict.fromkeys(found))


def _bare(argument: Node) -> Node:
    """The argument without a minus sign in front."""
    return leading(argument)[1]


def _sign(argument: Node, *, negative: bool) -> Node:
    """The sign of the bare argument where the argument is negative, or not."""
    return negate(ONE) if negative == (leading(argument)[0] > 0) else ONE


def _is_sign(condition: Node) -> bool:
    return (
        isinstance(condition, Comparison) and condition.relation == "<" and condition.right == ZERO
    )


def _is_guard(condition: Node) -> bool:
    if not isinstance(condition, Comparison) or condition.relation != "<":
        return False
    right = condition.right
    return (
        condition.left == ZERO
        and isinstance(right, Call)
        and right.function in ("exp", "exp_product", "exp_gate")
    )


def vanishing_difference(one: Node, other: Node) -> bool:
    """Whether the canonical form of the difference is found to be 0; False proves nothing."""
    table = Table(budget=Budget(terms=MAX_TERMS, steps=MAX_STEPS))
    try:
        return is_zero(table, read_form(table, one - other))
    except (NotSupportedError, LimitExceeded, MathError):
        return False


def _signed(shape: Node, argument: Node, sign: Node) -> Node:
    """The shape where the argument of abs and sign has a known sign."""
    size = argument if sign is ONE else negate(argument)
    return replace_nodes(shape, {Call("abs", (argument,)): size, Call("sign", (argument,)): sign})
