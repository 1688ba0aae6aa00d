"""Powers of rational numbers: the whole part, times roots of primes.

Law: `p^q = p^floor(q) * p^(q - floor(q))`: a prime's atom keeps an exponent between 0 and 1, the
rest goes into the coefficient. A cofactor without small primes counts as a prime: that may hide
that two roots are equal, and never makes unequal ones equal.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

from symbp.canonical.heads import Atom, Monomial, Poly, Store
from symbp.canonical.polynomials import monomial_poly, number, sorted_monomial
from symbp.canonical.rationals import Rational, magnitude, simplify_rational
from symbp.errors import LimitExceeded, MathError

__all__ = ["factorise", "prime_law", "rational_power"]

_PRIME_LIMIT = 10_000


def rational_power(store: Store, base: Rational, exponent: Rational) -> Poly:
    """A power of a rational number: its whole part, times roots of primes."""
    if base == 1:
        return number(store, 1)
    _check_digits(store, base, exponent)
    if isinstance(exponent, int):
        return number(store, Fraction(base) ** exponent)
    if base < 0:
        raise MathError("a root of a negative number")
    powers: dict[Atom, Rational] = {}
    for prime, count in factorise(base).items():
        head = store.head("prime", prime, 0, name=str(prime))
        head.active = True
        head.known = {"positive": (), "nonzero": (), "nonnegative": ()}
        powers[store.atom(head, ())] = count * exponent
    return monomial_poly(store, sorted_monomial(powers))


def prime_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: of a power of a prime the whole part goes into the coefficient."""
    if 0 < exponent < 1:
        return None
    whole = floor(exponent)
    _check_digits(store, int(atom.head.name), whole)
    left = dict(monomial)
    left[atom] = exponent - whole
    return Poly(
        store, {sorted_monomial(left): simplify_rational(Fraction(int(atom.head.name)) ** whole)}
    )


def factorise(value: Rational) -> dict[int, int]:
    """Primes with their exponents; a large cofactor without small primes counts as one."""
    found: dict[int, int] = {}
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        part, divisor = whole, 2
        while divisor * divisor <= part and divisor < _PRIME_LIMIT:
            while part % divisor == 0:
                found[divisor] = found.get(divisor, 0) + sign
                part //= divisor
            divisor += 1 if divisor == 2 else 2
        if part > 1:
            found[part] = found.get(part, 0) + sign
    return found


def _check_digits(store: Store, base: Rational, exponent: Rational) -> None:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * magnitude(exponent) > 4 * store.budget.digits:
        raise LimitExceeded(f"a number of more than {store.budget.digits} digits")
