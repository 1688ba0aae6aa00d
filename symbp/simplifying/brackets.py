"""Brackets that stand in powers, kept while everything else is brought over one bar.

    (x - m)/(g^2*((x - m)^2/g^2 + 1))  =  (x - m)/((x - m)^2 + g^2)
    1 - (x - m)^2/((x - m)^2 + g)      =  g/((x - m)^2 + g)

Over one bar with everything multiplied out, x² - 2 x m + m² would not find back to (x - m)². Here a
name sits in the place of x - m, and of m - x with a minus sign.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symbp.expressions import (
    Access,
    Node,
    Number,
    Power,
    Product,
    Sum,
    postorder,
    substitute,
    transform,
)
from symbp.monomials import negate, terms_of
from symbp.rational import rational_form, seated

__all__ = ["over_brackets"]


def over_brackets(root: Node, settle: Callable[[Node], Node]) -> Node | None:
    """One fraction in which brackets that are squared stand as they did; None: there are none.

    Args:
        root: a region of arithmetic.
        settle: brings the fraction into order while names sit in the brackets.
    """
    if not any(_divides_by_sum(n) for n in postorder(root)):
        return None
    shape, parts = seated(root)
    found = _brackets(shape)
    if not found:
        return None
    back = dict(parts)
    seats: dict[Node, Node] = {}
    for place, bracket in enumerate(found):
        seat = Access(f"·bracket{place}")
        back[seat] = substitute(bracket, nodes=back)
        for terms in (bracket.terms, bracket.terms[::-1]):
            seats[Sum(terms)] = seat
            seats[negate(Sum(terms))] = negate(seat)
    made = rational_form(transform(shape, lambda current: seats.get(current, current)))
    return None if made is None else substitute(settle(made), nodes=back)


def _divides_by_sum(current: Node) -> bool:
    """Whether a sum stands below a bar; 1/s - (x - m)²/s³ stays as it is, two fractions."""
    below = current.denominator if isinstance(current, Product) else ()
    return any(isinstance(n.base if isinstance(n, Power) else n, Sum) for n in below)


def _brackets(root: Node) -> list[Sum]:
    """Sums of plain terms under a whole power, in reading order."""
    found: dict[frozenset[object], Sum] = {}
    for current in postorder(root):
        base = current.base if isinstance(current, Power) else None
        if not isinstance(base, Sum) or not _plain(base):
            continue
        if isinstance(current, Power) and isinstance(current.exponent, Number):
            whole = current.exponent.value.denominator == 1
            keys = frozenset(t.key for t in terms_of(base))
            if whole:
                found.setdefault(keys, base)
    return list(found.values())


def _plain(base: Sum) -> bool:
    """Whether each term is one name, a number, or one with the other in front."""
    return len(base.terms) == 2 and all(
        len(t.powers) <= 1 and all(e == Fraction(1) and isinstance(b, Access) for b, e in t.powers)
        for t in terms_of(base)
    )
