"""Expressions multiplied out, so that what cancels between brackets meets: a search's other way in.

    x·(a - b)/√u + b·x·y/(J·u),  u = v/J + e   becomes   x·a/√u - x·b/√u + b·x·y/(J·u)

Products are spread over the sums in them, and reductions over the terms under them; then sums that
differ by a monomial are written alike, v + J·e as J·(v/J + e), so that a root meets its square:
√u/(v + J·e) is 1/(J·√u). Nothing is divided by what was not below a bar before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from symbp.expressions import IndexValue, Node, Reduce, Sum
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.simplifying.moves import tidy

__all__ = ["growth_limit", "multiplied_out", "proportional"]

#: Terms when everything is multiplied out; beyond, the expression is left as it is.
MAX_TERMS = 32


def multiplied_out(root: Node) -> Node | None:
    """The node as a sum of monomials, like ones collected; None where there are too many."""
    opened = _opened(root)
    return None if opened is None else tidy(total(proportional(opened)))


def growth_limit(root: Node) -> str | None:
    """Why an expression is not multiplied out: a limit of size, never of time; None: it is."""
    return None if _opened(root) is not None else f"more than {MAX_TERMS} terms"


def _opened(root: Node) -> list[Monomial] | None:
    spread = _spread(terms_of(root))
    if spread is None:
        return None
    opened: list[Monomial] = []
    for monomial in spread:
        opened.extend(_under_sums(monomial))
        if len(opened) > MAX_TERMS:
            return None
    return opened


def _spread(monomials: Sequence[Monomial]) -> list[Monomial] | None:
    """Products spread over the sums among their factors."""
    found: list[Monomial] = []
    stack = list(reversed(monomials))
    while stack:
        monomial = stack.pop()
        place = next(
            (n for n, (b, e) in enumerate(monomial.powers) if e == 1 and isinstance(b, Sum)), None
        )
        if place is None:
            found.append(monomial)
        else:
            rest = (*monomial.powers[:place], *monomial.powers[place + 1 :])
            terms = terms_of(monomial.powers[place][0])
            stack.extend(_product(monomial.coefficient, rest, t) for t in reversed(terms))
        if len(found) + len(stack) > MAX_TERMS:
            return None
    return found


def _under_sums(monomial: Monomial) -> Iterable[Monomial]:
    """A reduction among the factors spread over the terms under it, the first that has several."""
    for place, (base, exponent) in enumerate(monomial.powers):
        if exponent != 1 or not isinstance(base, Reduce) or base.operator != "sum":
            continue
        terms = _spread(terms_of(base.body))
        if terms is None or len(terms) < 2:
            continue
        rest = (*monomial.powers[:place], *monomial.powers[place + 1 :])
        parts = (split(tidy(Reduce("sum", base.binders, join(term)))) for term in terms)
        return [_product(monomial.coefficient, rest, part) for part in parts]
    return [monomial]


def _product(
    coefficient: Fraction, powers: Sequence[tuple[Node, Fraction]], other: Monomial
) -> Monomial:
    collected: dict[Node, Fraction] = {}
    for base, exponent in (*powers, *other.powers):
        collected[base] = collected.get(base, Fraction(0)) + exponent
    left = tuple((b, e) for b, e in collected.items() if e)
    return Monomial(coefficient * other.coefficient, left)


# -- sums that differ by a monomial


def proportional(monomials: Sequence[Monomial]) -> list[Monomial]:
    """The monomials with sums that differ by a monomial written alike, as one stands under a root.

    A power with an exponent that is no integer stays as it is, the others are written through it.
    """
    classes: dict[frozenset[object], list[Node]] = {}
    rooted: dict[Node, None] = {}
    powers = [p for m in monomials for p in m.powers]
    inside = dict.fromkeys(_inside(b) for b, e in powers if e.denominator > 1)
    for base, exponent in powers:
        if isinstance(base, Sum) or base in inside or exponent.denominator > 1:
            classes.setdefault(_primitive(base)[1], []).append(base)
        if exponent.denominator > 1:
            rooted[base] = None
    seats = {
        base: min(dict.fromkeys(members), key=lambda m: (m not in rooted, reading_cost(m)))
        for members in classes.values()
        for base in members
    }
    if all(base == seat for base, seat in seats.items()):
        return list(monomials)
    return [_seated(monomial, seats) for monomial in monomials]


def _seated(monomial: Monomial, seats: dict[Node, Node]) -> Monomial:
    made = Monomial(monomial.coefficient, ())
    for base, exponent in monomial.powers:
        seat = seats.get(base, base)
        factor = _quotient(_primitive(base)[0], _primitive(seat)[0])
        if exponent.denominator > 1 and factor != Monomial(Fraction(1), ()):
            seat, factor = base, Monomial(Fraction(1), ())
        powers = ((seat, exponent), *((b, e * exponent) for b, e in factor.powers))
        coefficient = factor.coefficient ** int(exponent)
        made = _product(made.coefficient, made.powers, Monomial(coefficient, powers))
    return made


def _quotient(one: Monomial, other: Monomial) -> Monomial:
    inverse = tuple((b, -e) for b, e in other.powers)
    return _product(one.coefficient / other.coefficient, one.powers, Monomial(Fraction(1), inverse))


def _primitive(root: Node) -> tuple[Monomial, frozenset[object]]:
    """A sum as a monomial times a sum in which no power is left that all terms share."""
    if not isinstance(root, Sum):
        monomial, base = split(root), _inside(root)
        beside = tuple(p for p in monomial.powers if p[0] != base)
        return Monomial(monomial.coefficient, beside), frozenset((base,))
    terms = [t for t in terms_of(root) if t.coefficient]
    if not terms:
        return Monomial(Fraction(1), ()), frozenset((root,))
    bases = dict.fromkeys(b for t in terms for b, e in t.powers if e.denominator == 1)
    shared = [(b, min(dict(t.powers).get(b, Fraction(0)) for t in terms)) for b in bases]
    content = Monomial(_leading(terms), tuple((b, e) for b, e in shared if e))
    rest = (_quotient(term, content) for term in terms)
    return content, frozenset((m.coefficient, m.key) for m in rest)


def _inside(root: Node) -> Node:
    """What a radicand S/K is a number of times of: S; itself where there is no such thing."""
    own = [(b, e) for b, e in split(root).powers if not isinstance(b, IndexValue)]
    return own[0][0] if len(own) == 1 and own[0][1] == 1 else root


def _leading(terms: Sequence[Monomial]) -> Fraction:
    """The number that is divided by: one that does not depend on the order of the terms."""
    sizes = [abs(t.coefficient) for t in terms]
    low = min(sizes)
    positive = sum(1 for t in terms if t.coefficient > 0)
    return low if 2 * positive >= len(terms) else -low
