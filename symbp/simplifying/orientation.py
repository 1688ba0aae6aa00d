"""Squares of differences in one orientation: (x_m - x_n)² beside (x_n - x_m)² is (x_n - x_m)².

The derivative of Σ_n Σ_m f((x_n - x_m)²) meets each pair twice, once from either side. What stands
first is how the others are written; with them go the functions and the sums that differ in nothing
else: exp(-Σ_k (x_mk - x_nk)²) is exp(-Σ_k (x_nk - x_mk)²).
"""

from __future__ import annotations

from symbp.expressions import Call, Node, Power, Reduce, Sum, postorder
from symbp.matching import replace_nodes
from symbp.monomials import blind_to_sign, split
from symbp.rewriting import Log
from symbp.rules.moves import ORIENT

__all__ = ["oriented"]


def oriented(root: Node, log: Log | None = None) -> Node:
    """The node with equal powers, functions and sums of turned differences written alike."""
    made = root
    while sum(1 for n in postorder(made) if _turns(n)) > 1:
        turned = _once(made)  # fewer different nodes each time, and therefore it ends
        if turned is made:
            break
        made = turned
    if log is not None and made is not root:
        log.add(ORIENT, root, made)
    return made


def _once(root: Node) -> Node:
    """Each node as the first one that is equal to it."""
    known: dict[object, Node] = {}
    replaced: dict[Node, Node] = {}
    holding: set[int] = set()
    for current in postorder(root):
        if not _turns(current) and not any(id(c) in holding for c in current.children):
            continue
        holding.add(id(current))
        if isinstance(current, Power | Call | Reduce):
            first = known.setdefault(split(current).key, current)
            if first != current:
                replaced[current] = first
    return replace_nodes(root, replaced) if replaced else root


def _turns(current: Node) -> bool:
    """Whether it is the same of a difference and of its negative."""
    if not isinstance(current, Power | Call) or not blind_to_sign(current):
        return False
    base = current.children[0]
    return isinstance(base, Sum) and {sign for sign, _ in base.terms} == {1, -1}
