"""Odd and even functions as the author wrote them: tanh(a - b), not -tanh(b - a).

SymPy takes a sign out of the argument of such a function, which of two by its own order. Laws:
f(-u) = -f(u) for odd f, f(-u) = f(u) for even f, and (-u)^n = u^n for even n.
"""

from __future__ import annotations

from symbp.expressions import ZERO, Call, Node, Number, Power, Sum, postorder, substitute
from symbp.monomials import negate, terms_of, total

__all__ = ["EVEN", "ODD", "as_written"]

ODD = ("sin", "tan", "tanh", "sinh", "arcsin", "arctan", "arcsinh", "arctanh", "erf")
EVEN = ("cos", "cosh")


def as_written(root: Node, source: Node) -> Node:
    """The same value, sums in the order of `source`, differences turned round as they are there."""
    turned = [n for n in postorder(root) if _has_symmetry(n)]
    if not turned:
        return root
    sums = (n for n in postorder(source) if isinstance(n, Sum) and len(n.terms) > 1)
    known: dict[Sum, None] = dict.fromkeys(sums)
    swaps: dict[Node, Node] = {}
    for current in turned:
        inside = current.children[0]
        if not isinstance(inside, Sum) or inside in known:
            continue
        terms = frozenset(inside.terms)
        ordered = next((k for k in known if frozenset(k.terms) == terms), None)
        if ordered is not None:
            swaps[current] = current.rebuild([ordered, *current.children[1:]])
            continue
        other = next((k for k in known if _opposite(inside, k)), None)
        if other is not None:
            written = current.rebuild([other, *current.children[1:]])
            odd = isinstance(current, Call) and current.function in ODD
            swaps[current] = negate(written) if odd else written
    return substitute(root, nodes=swaps) if swaps else root


def _has_symmetry(current: Node) -> bool:
    if isinstance(current, Call):
        return current.function in (*ODD, *EVEN)
    if not isinstance(current, Power) or not isinstance(current.base, Sum):
        return False
    exponent = current.exponent
    return isinstance(exponent, Number) and exponent.value % 2 == 0


def _opposite(one: Node, other: Node) -> bool:
    return total([*terms_of(one), *terms_of(other)]) == ZERO
