"""The primitive part: what is left of a polynomial without its content and common factors.

Law: `p = c * M * P` with a positive rational `c` (the gcd of the coefficients), a monomial `M`
(each atom with the least exponent that it has in any term, so that all denominators go into it) and
a polynomial `P` without common factors. So `1 + exp(-x)` and `exp(x) + 1` have one primitive part.

Atoms that may only be 0 or 1 are never taken out: there is no dividing by them.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from symbp.canonical.heads import Monomial, Poly, Store
from symbp.canonical.polynomials import merge, normalise, sorted_monomial
from symbp.canonical.rationals import Rational, simplify_rational
from symbp.canonical.signs import is_binary

__all__ = ["Primitive", "inverse", "primitive", "rational_content"]


class Primitive(NamedTuple):
    """`factor * monomial * rest`."""

    factor: Rational
    monomial: Monomial
    rest: Poly


def inverse(monomial: Monomial) -> Monomial:
    """One over a monomial."""
    return tuple((a, -e) for a, e in monomial)


def rational_content(poly: Poly) -> Rational:
    """The positive gcd of the coefficients."""
    factors = list(poly.terms.values())
    above = gcd(*(f.numerator for f in factors))
    below = lcm(*(f.denominator for f in factors))
    return simplify_rational(Fraction(above, below))


def common_monomial(poly: Poly) -> Monomial:
    """Each atom with its least exponent over all terms (0 where it does not occur)."""
    monomials = [dict(m) for m in poly.terms]
    atoms = dict.fromkeys(a for m in monomials for a in m if not is_binary(a))
    return sorted_monomial({a: min(m.get(a, 0) for m in monomials) for a in atoms})


def primitive(store: Store, poly: Poly) -> Primitive:
    """The content, the common monomial and the primitive part of a polynomial that is not 0."""
    taken: Monomial = ()
    while True:
        common = common_monomial(poly)
        if not common:
            break
        taken = merge(taken, common)
        divisor = inverse(common)
        divided = Poly(store, {merge(m, divisor): c for m, c in poly.terms.items()})
        # a denominator that was taken out may leave a power of itself to be written out
        poly = normalise(store, divided)
        store.budget.spend()
    if poly.is_zero:
        return Primitive(1, taken, poly)
    factor = rational_content(poly)
    return Primitive(factor, taken, poly.scale(Fraction(1) / factor))
