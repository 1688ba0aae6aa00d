"""exp and log as exponent arithmetic.

Laws:
    exp(sum c_i m_i) = product exp(m_i)^c_i             m_i monomials: one atom for each
    exp(c log|u|) = |u|^c
    log|c u^a v^b ...| = log|c| + a log|u| + b log|v|    logs of primes; log exp(m) = m

A logarithm is read as log|u|: that is the same function where the author's is defined. So a caller
who proves a claim must still check that its logarithms are defined.
"""

from __future__ import annotations

from symbp.canonical.conditions import above_zero, by_cases
from symbp.canonical.contents import primitive
from symbp.canonical.heads import Atom, Monomial, Poly, Store
from symbp.canonical.polynomials import monomial_poly, number, product_of, sum_of
from symbp.canonical.powers import absolute_power, power
from symbp.canonical.primes import factorise, rational_power
from symbp.canonical.rationals import Rational, magnitude
from symbp.canonical.signs import is_positive
from symbp.canonical.templates import close, close_up_to_sign, open_head
from symbp.errors import MathError

__all__ = ["exponential", "logarithm"]


def exponential(store: Store, poly: Poly) -> Poly:
    """`exp(poly)`, two-valued things pushed out."""
    return by_cases(store, poly, lambda p: _exponential(store, p))


def _exponential(store: Store, poly: Poly) -> Poly:
    return product_of(store, [_term_exponential(store, m, c) for m, c in poly.sorted_terms()])


def _term_exponential(store: Store, monomial: Monomial, factor: Rational) -> Poly:
    """`exp(factor * monomial)`."""
    if len(monomial) == 1 and monomial[0][0].head.kind == "log" and monomial[0][1] == 1:
        return _power_of_logarithm(store, monomial[0][0], factor)
    head, args, new = close(store, "exp", Poly(store, {monomial: 1}))
    if new:
        head.known = {"positive": (), "nonzero": (), "nonnegative": ()}
    return monomial_poly(store, ((store.atom(head, args), factor),))


def _power_of_logarithm(store: Store, atom: Atom, factor: Rational) -> Poly:
    """`exp(factor * log|u|) = |u| ** factor`."""
    body, _ = open_head(store, atom.head, atom.args)
    value = body.as_number
    if value is not None:
        return rational_power(store, magnitude(value), factor)
    inner = body.as_atom
    if inner is not None:
        return absolute_power(store, inner, factor)
    for signed in (body, -body):
        reasons = is_positive(store, signed)
        if reasons is not None:
            store.use(reasons)
            return power(store, signed, factor)
    if factor % 2 == 0:
        return power(store, body, factor)
    if isinstance(factor, int):
        return power(store, body, factor) * _sign(store, body)
    return power(store, body * _sign(store, body), factor)


def _sign(store: Store, poly: Poly) -> Poly:
    """1 where it is positive, else -1."""
    return above_zero(store, poly).scale(2) - 1


def logarithm(store: Store, poly: Poly) -> Poly:
    """`log|poly|`.

    Raises:
        MathError: the logarithm of 0.
    """
    return by_cases(
        store, poly, lambda p: _logarithm(store, p), lambda p: _close_logarithm(store, p)
    )


def _logarithm(store: Store, poly: Poly) -> Poly:
    if poly.is_zero:
        raise MathError("the logarithm of 0")
    factor, monomial, rest = primitive(store, poly)
    parts = [_prime_logarithm(store, p).scale(e) for p, e in factorise(magnitude(factor)).items()]
    parts.extend(_atom_logarithm(store, a).scale(e) for a, e in monomial)
    if rest.as_term is not None:
        ((inner, coefficient),) = rest.terms.items()
        if inner or abs(coefficient) != 1:
            parts.append(_logarithm(store, rest))
    else:
        parts.append(_close_logarithm(store, rest))
    return sum_of(store, parts)


def _prime_logarithm(store: Store, prime: int) -> Poly:
    return _close_logarithm(store, number(store, prime))


def _atom_logarithm(store: Store, atom: Atom) -> Poly:
    if atom.head.kind == "exp":
        return open_head(store, atom.head, atom.args)[0]
    if atom.head.kind == "prime":
        return _prime_logarithm(store, int(atom.head.name))
    if atom.head.kind == "abs":
        return _logarithm(store, open_head(store, atom.head, atom.args)[0])
    if atom.head.kind in ("poly", "root"):
        return _logarithm(store, open_head(store, atom.head, atom.args)[0])
    return _close_logarithm(store, Poly(store, {((atom, 1),): 1}))


def _close_logarithm(store: Store, poly: Poly) -> Poly:
    signed = close_up_to_sign(store, "log", poly, even=True)
    return Poly(store, {((store.atom(signed.head, signed.args), 1),): 1})
