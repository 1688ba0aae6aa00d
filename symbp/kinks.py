"""Where an expression branches: at these conditions it may have no derivative.

They go on record with every derivative, together with the value used there.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeGuard

from symbp.branching import plain_conditions
from symbp.cases import MAX_SIZE, cuts, holds_at, meet_at, pieces, variables
from symbp.expressions import (
    ONE,
    ZERO,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    Logical,
    Node,
    Number,
    Reduce,
    Sum,
    TensorOperator,
    Where,
    accesses,
    postorder,
    transform,
)
from symbp.functions import define
from symbp.monomials import Monomial, join, negate, terms_of, total
from symbp.partials import across_kinks

__all__ = ["kinks"]


def kinks(root: Node) -> tuple[Node, ...]:
    """The conditions on which the expression branches: it may have no derivative there.

    A condition at which nothing changes is none of them: where(|r| <= 1, r²/2, |r| - 1/2) branches
    at |r| == 1, and not at r == 0.
    """
    found = _compared(root)
    if not found or _joins_smoothly(root):
        return ()
    parts = [root.body if isinstance(root, Reduce) and root.operator == "sum" else root]
    if _changes(parts[0]) is None and isinstance(parts[0], Sum):
        parts = [term for _, term in parts[0].terms]
    return tuple(dict.fromkeys(c for part in parts for c in _conditions(part)))


def _compared(root: Node) -> tuple[Comparison, ...]:
    """The comparisons of values that decide a branch, in reading order."""
    found: dict[Comparison, None] = {}
    stack = [root]
    seen: dict[int, Node] = {}  # shared parts once; holds the nodes, so that no id is used again
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen[id(current)] = current
        meaning = define(current) if isinstance(current, Call) else None
        if meaning is not None:
            stack.append(meaning)
        if isinstance(current, Where | Bracket):
            for condition in postorder(current.condition):
                if isinstance(condition, Comparison):
                    found[condition] = None
        if not isinstance(current, Comparison | IndexComparison | Logical):
            stack.extend(reversed(current.children))
    return tuple(found)


def _conditions(root: Node) -> tuple[Comparison, ...]:
    """What an expression compares, where its branches differ; in its author's words."""
    found, changes = _compared(root), _changes(root)
    if changes is None:
        return found
    variable, places = changes
    written: dict[Fraction, Comparison] = {}
    for condition in found:
        if not any(cuts(n, smooth=("abs", "sign")) for n in postorder(condition)):
            own = _places(plain_conditions(Where(condition, ONE, ZERO)), variable)
            if own and set(own) <= set(places):
                written = {**dict.fromkeys(own, condition), **written}
    name = join(variable)
    return tuple(written.get(p, Comparison("==", name, Number(p))) for p in places)


def _changes(root: Node) -> tuple[Monomial, tuple[Fraction, ...]] | None:
    """The one quantity over which an expression branches, and where its branches differ."""
    if any(isinstance(n, Reduce | TensorOperator | Bracket) for n in postorder(root)):
        return None
    plain = plain_conditions(_spelled_out(root))
    made = ((variable, _places(plain, variable)) for variable in variables(plain))
    return next(((variable, places) for variable, places in made if places is not None), None)


def _places(root: Node, variable: Monomial) -> tuple[Fraction, ...] | None:
    """Where branches over a quantity differ; None where they depend on more than that."""
    found = pieces(root, variable)
    if found is None or not found.thresholds:
        return None
    return tuple(
        threshold
        for place, threshold in enumerate(found.thresholds)
        if not _equal_terms(*found.between[place : place + 2]) or not holds_at(found, place)
    )


def _equal_terms(one: Node, other: Node) -> bool:
    """Equality up to the order of terms and factors."""
    return one == other or total((*terms_of(one), *terms_of(negate(other)))) == ZERO


def _spelled_out(root: Node) -> Node:
    """Functions that branch, by their definitions: max(0, z) as a `where`."""
    while any(_branches(n) for n in postorder(root)):
        root = transform(root, _meaning)
        if root.size > MAX_SIZE:
            break
    return root


def _branches(current: Node) -> TypeGuard[Call]:
    return isinstance(current, Call) and cuts(current)


def _meaning(current: Node) -> Node:
    meaning = define(current) if _branches(current) else None
    return current if meaning is None else meaning


def _joins_smoothly(root: Node) -> bool:
    """Whether the branches meet and have one derivative: |z| + ln(1 + exp(-2|z|)) has no kink."""
    body = root.body if isinstance(root, Reduce) and root.operator == "sum" else root
    if any(isinstance(n, Reduce | TensorOperator) for n in postorder(body)):
        return False
    return _meets(body) and all(across_kinks(body, a) is not None for a in accesses(body))


def _meets(root: Node) -> bool:
    """Whether neighbouring branches have the same value where they meet."""
    for variable in variables(root):
        found = pieces(root, variable)
        if found is not None and found.thresholds:
            if any(cuts(n) for piece in found.between for n in postorder(piece)):
                return False  # branches over another quantity are left
            sides = enumerate(zip(found.between, found.between[1:], strict=False))
            return all(meet_at(found, place, *pair) for place, pair in sides)
    return False
