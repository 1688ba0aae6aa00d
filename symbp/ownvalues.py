"""Derivatives in the value that they are of: (2^z)' = o·ln 2, tan' = 1 + o², (1/cosh)' = -o·tanh.

A product with a function in it, or with a power whose exponent moves, is looked for in each term of
its derivative. It is written by its name where what is left beside powers of it does not move, so
that the derivative is a polynomial in it, or where every term holds it, nothing of it is left, and
that is shorter: (σ(1 - σ))' stays σ(1 - σ)(1 - 2σ).
Algebraic values are left as their author spelled them: (√x)' stays 1/(2√x), (1/x)' stays -1/x².
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbp.expressions import Access, Call, Node, Power, accesses, postorder, substitute
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.ratios import named_ratios

__all__ = ["in_own_value"]


def in_own_value(derivative: Node, root: Node, by: Access, value: Node) -> Node:
    """The derivative of an expression by an access, written in the expression's value.

    Args:
        derivative: the derivative, spelled out.
        root: what it is the derivative of.
        by: the access that moves.
        value: the name of what `root` is.

    Returns:
        The derivative itself where it is no longer to read.
    """
    if isinstance(root, Call) and root.function != "sqrt":
        derivative = substitute(derivative, nodes={root: value})
    own = split(root)
    moving = [base for base, _ in own.powers if _transcendental(base, by)]
    if not moving:
        return derivative
    terms = [named_ratios(term) for term in terms_of(derivative)]
    candidates: list[Node] = []
    for shape in (named_ratios(own), own):
        times = [_times(term, shape) for term in terms]
        rest = [_divided(term, shape, n) for term, n in zip(terms, times, strict=True)]
        if not any(by in accesses(base) for r in rest for base, _ in r.powers):
            candidates.append(_written(rest, times, value))
            continue
        once = [_divided(term, shape, 1) for term in terms if all(times)]
        if once and not any(n in moving for r in once for b, _ in r.powers for n in postorder(b)):
            candidates.append(_written(once, [1] * len(once), value))
    return min((derivative, *candidates), key=reading_cost)


def _transcendental(base: Node, by: Access) -> bool:
    """Whether it is a function of the access, or a power with it in the exponent alone."""
    if isinstance(base, Call):
        return base.function != "sqrt" and by in accesses(base)
    if not isinstance(base, Power):
        return False
    return by in accesses(base.exponent) and by not in accesses(base.base)


def _times(term: Monomial, shape: Monomial) -> int:
    """How often a product occurs in a term."""
    powers = dict(term.powers)
    counts = [powers.get(base, Fraction(0)) / exponent for base, exponent in shape.powers]
    return max(int(min(counts)), 0)


def _divided(term: Monomial, shape: Monomial, times: int) -> Monomial:
    powers = dict(term.powers)
    for base, exponent in shape.powers if times else ():
        powers[base] -= exponent * times
    coefficient = term.coefficient / shape.coefficient**times
    return Monomial(coefficient, tuple((b, e) for b, e in powers.items() if e))


def _written(rest: Sequence[Monomial], times: Sequence[int], value: Node) -> Node:
    powers = ((value, Fraction(n)) for n in times)
    return total(
        split(join(Monomial(r.coefficient, ((*r.powers, p) if p[1] else r.powers))))
        for r, p in zip(rest, powers, strict=True)
    )
