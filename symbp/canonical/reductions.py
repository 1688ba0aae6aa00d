"""Products, maxima and minima over bound indices.

Laws:
    prod(k, f[k] * g[k]) = prod(k, f[k]) * prod(k, g[k]);   prod(k, c) = c^K
    prod(k, exp(f[k])) = exp(sum(k, f[k]))
    max(k, c*f[k] + g) = c*max(k, f[k]) + g        c > 0 rational, g free of k
    min(k, f[k]) = -max(k, -f[k])
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symbp.canonical.brackets import index_value
from symbp.canonical.budgets import guarded
from symbp.canonical.contents import rational_content
from symbp.canonical.exponentials import exponential
from symbp.canonical.heads import Atom, Poly, Store
from symbp.canonical.polynomials import monomial_poly, number, product_of
from symbp.canonical.rationals import Rational
from symbp.canonical.signs import sign_of
from symbp.canonical.sums import bind, sum_letters
from symbp.canonical.symbolicpowers import symbolic_power
from symbp.canonical.templates import close, open_head, substitute
from symbp.errors import NotSupportedError
from symbp.expressions import Binder

__all__ = [
    "maximum_over",
    "maximum_over_letters",
    "minimum_over",
    "product_over",
    "product_over_letter",
]


@guarded
def product_over(store: Store, poly: Poly, binders: Iterable[Binder]) -> Poly:
    """The product of a polynomial over the ranges of binders."""
    for binder in reversed(tuple(binders)):
        letter, place, guard = bind(store, binder)
        moved = substitute(store, poly, {binder.name: store.term(place)})
        poly = product_over_letter(store, guard * (moved - 1) + 1, letter)
    return poly


def product_over_letter(store: Store, poly: Poly, letter: str) -> Poly:
    """The product over one letter that runs over its whole extent."""
    term = poly.as_term
    if term is None:
        return _close_product(store, poly, letter)
    monomial, factor = term
    extent = index_value(store, store.extents[letter])
    parts = [
        symbolic_power(store, number(store, factor), extent) if factor != 1 else number(store, 1)
    ]
    for atom, exponent in monomial:
        if letter not in atom.letters:
            parts.append(symbolic_power(store, monomial_poly(store, ((atom, exponent),)), extent))
        elif atom.head.kind == "exp":
            body, _ = open_head(store, atom.head, atom.args)
            parts.append(exponential(store, sum_letters(store, body.scale(exponent), (letter,))))
        else:
            parts.append(_atom_product(store, atom, exponent, letter))
    return product_of(store, parts)


def _atom_product(store: Store, atom: Atom, exponent: Rational, letter: str) -> Poly:
    base = monomial_poly(store, ((atom, 1),))
    return _close_product(store, base, letter) ** exponent


def _close_product(store: Store, poly: Poly, letter: str) -> Poly:
    if poly.is_zero or poly == number(store, 1):
        return poly
    head, args, new = close(store, "prod", poly, (letter,))
    if new:
        known = sign_of(store, poly)
        if known.sign > 0:
            head.known["nonnegative"] = known.reasons
        if known.nonzero:
            head.known["nonzero"] = known.reasons
            if known.sign > 0:
                head.known["positive"] = known.reasons
    return Poly(store, {((store.atom(head, args), 1),): 1})


@guarded
def maximum_over(store: Store, poly: Poly, binders: Iterable[Binder]) -> Poly:
    """The largest value of a polynomial over the ranges of binders."""
    letters = []
    for binder in reversed(tuple(binders)):
        letter, place, guard = bind(store, binder)
        if guard != number(store, 1):
            raise NotSupportedError("a maximum over a range that moves with another index")
        poly = substitute(store, poly, {binder.name: store.term(place)})
        letters.append(letter)
    return maximum_over_letters(store, poly, tuple(letters))


def minimum_over(store: Store, poly: Poly, binders: Iterable[Binder]) -> Poly:
    """The least value of a polynomial over the ranges of binders."""
    return -maximum_over(store, -poly, binders)


def maximum_over_letters(store: Store, poly: Poly, letters: tuple[str, ...]) -> Poly:
    """The largest value over letters that run over their whole extents."""
    fixed = {m: c for m, c in poly.terms.items() if not _touches(m, letters)}
    moving = Poly(store, {m: c for m, c in poly.terms.items() if m not in fixed})
    outside = Poly(store, fixed)
    if moving.is_zero:
        return outside
    factor = rational_content(moving)
    moving = moving.scale(1 / Fraction(factor))
    used = tuple(n for n in letters if n in moving.letters)
    head, args, new = close(store, "max", moving, used)
    if new:
        known = sign_of(store, moving)
        if known.sign > 0:
            head.known["nonnegative"] = known.reasons
            if known.nonzero:
                head.known["positive"] = head.known["nonzero"] = known.reasons
        elif known.sign < 0 and known.nonzero:
            head.known["negative"] = head.known["nonzero"] = known.reasons
    return Poly(store, {((store.atom(head, args), 1),): factor}) + outside


def _touches(monomial: tuple[tuple[Atom, Rational], ...], letters: tuple[str, ...]) -> bool:
    return any(n in letters for a, _ in monomial for n in a.letters)
