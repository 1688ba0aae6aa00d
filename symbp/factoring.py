"""Common factors taken out of sums: a·x - a·y = a·(x - y); a difference and its negative are one.

Nothing is expanded, so what the author bracketed stays in brackets: (f-g)(1-f²)x + (g-f)(1-g²)u is
(f-g)((1-f²)x - (1-g²)u).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd

from symbp.expressions import Node, Sum, postorder
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total

__all__ = ["factor_sums"]


def factor_sums(root: Node) -> Node:
    """The node with common factors taken out of each of its sums, where that makes it shorter."""
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Sum) and len(current.terms) > 1:
            inner = replace_nodes(current, replaced) if replaced else current
            factored = _factored(inner)
            best = factored if reading_cost(factored) < reading_cost(inner) else inner
            if best != current:
                replaced[current] = best
    return replace_nodes(root, replaced) if replaced else root


def _factored(root: Node) -> Node:
    monomials = _oriented(terms_of(root))
    if len(monomials) < 2:
        return root
    common = _common(monomials)
    content = _content([m.coefficient for m in monomials])
    if not common and content == 1:
        return root
    rest = [_divided(m, content, common) for m in monomials]
    inside = split(total(rest))
    powers = (*common.items(), *inside.powers)
    return join(Monomial(content * inside.coefficient, powers))


def _oriented(monomials: Sequence[Monomial]) -> list[Monomial]:
    """Differences that are equal up to their sign, or the order of their terms, written alike."""
    known: dict[frozenset[tuple[int, Node]], Node] = {}
    made: list[Monomial] = []
    for monomial in monomials:
        coefficient = monomial.coefficient
        powers: dict[Node, Fraction] = {}
        for base, exponent in monomial.powers:
            seat, sign = base, 1
            if isinstance(base, Sum) and exponent.denominator == 1:
                opposite = frozenset((-s, t) for s, t in base.terms)
                if opposite in known and frozenset(base.terms) not in known:
                    seat, sign = known[opposite], -1
                else:
                    seat = known.setdefault(frozenset(base.terms), base)
            coefficient *= sign ** int(exponent) if sign < 0 else 1
            powers[seat] = powers.get(seat, Fraction(0)) + exponent
        made.append(Monomial(coefficient, tuple((b, e) for b, e in powers.items() if e)))
    return made


def _common(monomials: Sequence[Monomial]) -> Mapping[Node, Fraction]:
    """Powers that every monomial holds, above the bar or below it."""
    tables = [dict(m.powers) for m in monomials]
    found: dict[Node, Fraction] = {}
    for base in tables[0]:
        exponents = [t.get(base, Fraction(0)) for t in tables]
        if all(e > 0 for e in exponents):
            found[base] = min(exponents)
        elif all(e < 0 for e in exponents):
            found[base] = max(exponents)
    return found


def _content(values: Sequence[Fraction]) -> Fraction:
    """The rational factor that all coefficients share."""
    above = gcd(*(v.numerator for v in values))
    return Fraction(above, gcd(*(v.denominator for v in values)))


def _divided(monomial: Monomial, content: Fraction, common: Mapping[Node, Fraction]) -> Monomial:
    powers = tuple((b, e - common.get(b, Fraction(0))) for b, e in monomial.powers)
    return Monomial(monomial.coefficient / content, tuple((b, e) for b, e in powers if e))
