"""A sum over several letters with the sum over one of them inside, which an identity knows.

sum(n, k, y[n,k]*w[n])   as   sum(n, w[n]*sum(k, y[n,k]))
"""

from __future__ import annotations

from fractions import Fraction

from symbp.expressions import Node, Reduce, postorder
from symbp.facts import Identity
from symbp.matching import replace_nodes
from symbp.monomials import Monomial, join, split
from symbp.simplifying.relations import apply_identity

__all__ = ["apply_inside"]


def apply_inside(root: Node, identity: Identity) -> Node:
    """The identity used on what one letter of a longer sum reaches; else the node itself."""
    if not isinstance(identity.left, Reduce) or len(identity.left.binders) != 1:
        return root
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Reduce) and current.operator == "sum" and len(current.binders) > 1:
            for place in range(len(current.binders)):
                made = _one_inside(current, place, identity)
                if made is not None:
                    replaced[current] = made
                    break
    return replace_nodes(root, replaced) if replaced else root


def _one_inside(current: Reduce, place: int, identity: Identity) -> Node | None:
    binder = current.binders[place]
    others = (*current.binders[:place], *current.binders[place + 1 :])
    if any(binder.name in other.letters for other in others):
        return None  # the range of one letter needs the other: sum(j, k <= j, ...)
    whole = split(current.body)
    reached = tuple(p for p in whole.powers if binder.name in p[0].free)
    inner = Reduce("sum", (binder,), join(Monomial(Fraction(1), reached)))
    used = apply_identity(inner, identity)
    if used == inner:
        return None
    rest = tuple(p for p in whole.powers if p not in reached)
    return Reduce("sum", others, join(Monomial(whole.coefficient, (*rest, (used, Fraction(1))))))
