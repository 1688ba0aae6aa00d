"""Common factors taken out of sums: a·x - a·y = a·(x - y); a difference and its negative are one.

Of two equally long forms the one in which fewer names occur is taken: (z² - 1)·L, not z²·L - L, but
x² + x as it stands.

Nothing is expanded, so what the author bracketed stays in brackets: (f-g)(1-f²)x + (g-f)(1-g²)u is
(f-g)((1-f²)x - (1-g²)u).

Each sum is compared with all that stands below it; where sums times nodes are more than `MAX_STEPS`
the expression is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd

from symbp.expressions import Access, Call, Node, Sum, postorder
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total

__all__ = ["factor_sums", "growth_limit", "length"]

#: Sums of an expression times its nodes, shared ones counted once.
MAX_STEPS = 5_000


def factor_sums(root: Node) -> Node:
    """The node with common factors taken out of each of its sums, where it is no longer for it."""
    if growth_limit(root) is not None:
        return root
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Sum) and len(current.terms) > 1:
            inner = replace_nodes(current, replaced) if replaced else current
            factored = _factored(inner)
            shorter = factored is not inner and length(factored) < length(inner)
            best = factored if shorter else inner
            if best != current:
                replaced[current] = best
    return replace_nodes(root, replaced) if replaced else root


def length(root: Node) -> tuple[int, int]:
    """The reading cost, and of equally long forms how often a name or a function occurs."""
    return reading_cost(root), _occurrences(root)


def _occurrences(root: Node) -> int:
    """How many accesses and functions a reader meets: one that occurs twice counts twice."""
    done: dict[int, int] = {}
    for current in postorder(root):
        own = 1 if isinstance(current, Access | Call) else 0
        done[id(current)] = own + sum(done[id(child)] for child in current.children)
    return done[id(root)]


def growth_limit(root: Node) -> str | None:
    """Why common factors are not looked for: a limit of size, never of time; None: they are."""
    if root.size**2 <= MAX_STEPS:
        return None
    nodes = list(postorder(root))
    sums = sum(1 for n in nodes if isinstance(n, Sum) and len(n.terms) > 1)
    return f"{sums} sums over {len(nodes)} nodes" if sums * len(nodes) > MAX_STEPS else None


def _factored(root: Node) -> Node:
    monomials = _oriented(terms_of(root))
    if len(monomials) < 2:
        return root
    common = _common(monomials)
    content = _content([m.coefficient for m in monomials])
    if not common and content == 1:
        return root
    # a root in front of the bracket may leave more roots inside than it takes out
    whole = {b: e for b, e in common.items() if e.denominator == 1}
    candidates = [common] if len(whole) == len(common) else [common, whole]
    return min((_bracketed(monomials, content, c) for c in candidates), key=reading_cost)


def _bracketed(
    monomials: Sequence[Monomial], content: Fraction, common: Mapping[Node, Fraction]
) -> Node:
    """The sum with these common factors in front of it."""
    inside = split(total(_divided(m, content, common) for m in monomials))
    powers = (*common.items(), *inside.powers)
    return join(Monomial(content * inside.coefficient, powers))


def _oriented(monomials: Sequence[Monomial]) -> list[Monomial]:
    """Differences that are equal up to their sign, or the order of their terms, written alike."""
    if not any(isinstance(b, Sum) for m in monomials for b, _ in m.powers):
        return list(monomials)
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
            coefficient *= sign ** abs(int(exponent)) if sign < 0 else 1
            powers[seat] = powers.get(seat, Fraction(0)) + exponent
        made.append(Monomial(coefficient, tuple((b, e) for b, e in powers.items() if e)))
    return made


def _common(monomials: Sequence[Monomial]) -> Mapping[Node, Fraction]:
    """Powers that every monomial holds, above the bar or below it."""
    found = dict(monomials[0].powers)
    for monomial in monomials[1:]:
        powers = dict(monomial.powers)
        shared = ((b, e, powers[b]) for b, e in found.items() if b in powers)
        found = {b: min(e, o) if e > 0 else max(e, o) for b, e, o in shared if (e > 0) == (o > 0)}
        if not found:
            break
    return found


def _content(values: Sequence[Fraction]) -> Fraction:
    """The rational factor that all coefficients share."""
    above = gcd(*(v.numerator for v in values))
    return Fraction(above, gcd(*(v.denominator for v in values)))


def _divided(monomial: Monomial, content: Fraction, common: Mapping[Node, Fraction]) -> Monomial:
    powers = tuple((b, e - common.get(b, Fraction(0))) for b, e in monomial.powers)
    return Monomial(monomial.coefficient / content, tuple((b, e) for b, e in powers if e))
