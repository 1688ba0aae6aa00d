"""Sums whose terms hold powers of one root, over the lowest of these powers.

    1/√u - z²/u^(3/2),  u = z² + 1      is   (u - z²)/u^(3/2) = 1/u^(3/2)
    √(2/π) - z²/√(2π)                   is   (2 - z²)/√(2π)

For `rational.py` each root is a generator of its own; here u^(3/2) is u·√u. The exponents of a base
differ by whole numbers in all terms, so what is left beside the lowest power is a polynomial, which
is brought into its factored form. Roots of positive constants are taken apart for that: √(2/π) has
the powers 1/2 of 2 and -1/2 of π.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symbp.expressions import Constant, Node, Number, Product, Sum, postorder
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.rational import rational_form

__all__ = ["growth_limit", "over_roots"]

#: Powers of a sum that are multiplied out.
MAX_POWER = 4

_Powers = tuple[tuple[Node, Fraction], ...]


def over_roots(root: Node) -> Node:
    """The node with each of its sums over the roots that all terms hold, where that is shorter."""
    if not any(isinstance(n, Sum) and len(n.terms) > 1 for n in postorder(root)):
        return root
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Sum) and len(current.terms) > 1:
            inner = replace_nodes(current, replaced) if replaced else current
            made = _over_root(inner)
            best = inner if made is None or reading_cost(made) >= reading_cost(inner) else made
            if best != current:
                replaced[current] = best
    return replace_nodes(root, replaced) if replaced else root


def _over_root(root: Node) -> Node | None:
    monomials = [_taken_apart(m) for m in terms_of(root)]
    lowest = _lowest([dict(m.powers) for m in monomials])
    if len(monomials) < 2 or not lowest:
        return None
    rest = [_divided(m, lowest) for m in monomials]
    if _too_high(rest, lowest):
        return None
    polynomial = total([_multiplied(m) for m in rest])
    factored = rational_form(polynomial) if isinstance(polynomial, Sum) else polynomial
    inside = split(polynomial if factored is None else factored)
    powers = dict(lowest)
    for base, exponent in inside.powers:
        seat = next((b for b in powers if split(b).key == split(base).key), base)
        powers[seat] = powers.get(seat, Fraction(0)) + exponent
    left = tuple((b, e) for b, e in powers.items() if e)
    return join(Monomial(inside.coefficient, _put_together(left)))


def growth_limit(root: Node) -> str | None:
    """Why a sum is not brought over one root: a limit of size, never of time; None: each is."""
    for current in postorder(root):
        if isinstance(current, Sum) and len(current.terms) > 1:
            monomials = [_taken_apart(m) for m in terms_of(current)]
            lowest = _lowest([dict(m.powers) for m in monomials])
            if lowest and _too_high([_divided(m, lowest) for m in monomials], lowest):
                return f"powers of a root that are more than {MAX_POWER} apart"
    return None


def _too_high(rest: Sequence[Monomial], lowest: Mapping[Node, Fraction]) -> bool:
    return any(abs(e) > MAX_POWER for m in rest for b, e in m.powers if b in lowest)


def _lowest(terms: Sequence[dict[Node, Fraction]]) -> dict[Node, Fraction]:
    """The bases of which every term holds a root, at their lowest exponents.

    The exponents differ by whole numbers, and do differ, or else it is a factor that all share.
    """
    found: dict[Node, Fraction] = {}
    for base, first in terms[0].items():
        exponents = [powers.get(base, Fraction(0)) for powers in terms]
        whole = all((e - first).denominator == 1 for e in exponents)
        if first.denominator > 1 and whole and len(set(exponents)) > 1:
            found[base] = min(exponents)
    return found


def _divided(monomial: Monomial, lowest: dict[Node, Fraction]) -> Monomial:
    powers = tuple((b, e - lowest.get(b, Fraction(0))) for b, e in monomial.powers)
    return Monomial(monomial.coefficient, tuple((b, e) for b, e in powers if e))


def _multiplied(monomial: Monomial) -> Monomial:
    """Whole powers of numbers as part of the coefficient."""
    coefficient = monomial.coefficient
    powers: list[tuple[Node, Fraction]] = []
    for base, exponent in monomial.powers:
        if isinstance(base, Number) and exponent.denominator == 1:
            coefficient *= base.value ** int(exponent)
        else:
            powers.append((base, exponent))
    return Monomial(coefficient, tuple(powers))


# -- roots of constants


def _taken_apart(monomial: Monomial) -> Monomial:
    """Roots of products of positive constants as products of roots of these."""
    powers: dict[Node, Fraction] = {}
    for base, exponent in monomial.powers:
        for part, inner in _parts(base) if exponent.denominator > 1 else ((base, Fraction(1)),):
            powers[part] = powers.get(part, Fraction(0)) + inner * exponent
    return Monomial(monomial.coefficient, tuple((b, e) for b, e in powers.items() if e))


def _parts(base: Node) -> _Powers:
    whole = split(base)
    constant = all(isinstance(b, Constant | Number) for b, _ in whole.powers)
    if not constant or whole.coefficient <= 0:
        return ((base, Fraction(1)),)
    coefficient = whole.coefficient
    above, below = (
        Number(Fraction(coefficient.numerator)),
        Number(Fraction(coefficient.denominator)),
    )
    numbers = ((above, Fraction(1)), (below, Fraction(-1)))
    return (*((n, e) for n, e in numbers if n.value != 1), *whole.powers)


def _put_together(powers: _Powers) -> _Powers:
    """Constants with one broken exponent under one root."""
    groups: dict[Fraction, list[Node]] = {}
    for base, exponent in powers:
        if isinstance(base, Constant | Number) and exponent.denominator > 1:
            groups.setdefault(exponent, []).append(base)
    joined = {e: g[0] if len(g) == 1 else Product(tuple(g)) for e, g in groups.items()}
    kept = tuple((b, e) for b, e in powers if b not in groups.get(e, ()))
    return (*kept, *((node, exponent) for exponent, node in joined.items()))
