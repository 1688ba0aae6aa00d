"""Where an expression branches: at these conditions it may have no derivative.

They go on record with every derivative, together with the value used there.
"""

from __future__ import annotations

from symbp.cases import cuts, meet_at, pieces, variables
from symbp.expressions import (
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    Logical,
    Node,
    Reduce,
    TensorOperator,
    Where,
    accesses,
    postorder,
)
from symbp.functions import define
from symbp.partials import across_kinks

__all__ = ["kinks"]


def kinks(root: Node) -> tuple[Node, ...]:
    """The conditions on which the expression branches: it may have no derivative there."""
    found: dict[Node, None] = {}
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
    return () if found and _joins_smoothly(root) else tuple(found)


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
