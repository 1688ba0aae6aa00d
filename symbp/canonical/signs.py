"""What is known of the sign of a polynomial, and on which declared facts that rests.

Laws, for real values wherever they are defined: a product of positive things is positive; an even
power of a real thing is nonnegative, and positive if the thing is not 0 or is divided by; a root is
nonnegative; a sum of nonnegative things is nonnegative, positive if one of them is; a function that
is linear in u with 0 < u < 1 lies between its values at 0 and 1.

`None` means that nothing is known; nothing is concluded from it.
"""

from __future__ import annotations

from typing import NamedTuple

from symbp.canonical import ranges
from symbp.canonical.heads import Atom, Monomial, Poly, Store
from symbp.canonical.polynomials import without
from symbp.canonical.rationals import Rational

__all__ = [
    "Known",
    "atom_sign",
    "is_binary",
    "is_nonnegative",
    "is_nonzero",
    "is_positive",
    "monomial_sign",
    "sign_of",
]

#: Conditions that something rests on; None: it is not known.
Reasons = tuple[str, ...] | None
_MAX_UNIT_ATOMS = 3


class Known(NamedTuple):
    """What is known of a sign.

    Attributes:
        sign: 1 for nonnegative, -1 for nonpositive, 0 for unknown.
        nonzero: whether it is known not to be 0.
        reasons: the conditions that this rests on.
    """

    sign: int = 0
    nonzero: bool = False
    reasons: tuple[str, ...] = ()


_UNKNOWN = Known()
_WORDS = (
    ("positive", 1, True),
    ("negative", -1, True),
    ("nonnegative", 1, False),
    ("nonzero", 0, True),
)


def is_binary(atom: Atom) -> bool:
    """Whether the atom takes the values 0 and 1 only."""
    return "binary" in atom.head.known


def is_positive(store: Store, poly: Poly) -> Reasons:
    """The reasons for which it is > 0."""
    known = sign_of(store, poly)
    return known.reasons if known.sign > 0 and known.nonzero else None


def is_nonnegative(store: Store, poly: Poly) -> Reasons:
    """The reasons for which it is >= 0."""
    known = sign_of(store, poly)
    return known.reasons if known.sign > 0 else None


def is_nonzero(store: Store, poly: Poly) -> Reasons:
    """The reasons for which it is not 0."""
    known = sign_of(store, poly)
    return known.reasons if known.nonzero else None


def sign_of(store: Store, poly: Poly) -> Known:
    """What is known of the sign of a polynomial."""
    if poly.is_zero:
        return Known(1)
    found = _sign_of_terms(store, poly)
    if found.sign == 0 and len(poly.terms) > 1:
        if poly in store.signs:
            return Known(1, *store.signs[poly])
        return _sign_on_unit_interval(store, poly, _MAX_UNIT_ATOMS)
    return found


def _sign_of_terms(store: Store, poly: Poly) -> Known:
    common: Known | None = None
    for monomial, factor in poly.terms.items():
        found = monomial_sign(store, monomial, factor)
        if len(poly.terms) == 1:
            return found
        if found.sign == 0 or (common is not None and found.sign != common.sign):
            return _UNKNOWN
        if common is None:
            common = found
        elif found.nonzero or found.reasons:
            reasons = tuple(dict.fromkeys((*common.reasons, *found.reasons)))
            common = Known(common.sign, common.nonzero or found.nonzero, reasons)
    return common or _UNKNOWN


def monomial_sign(store: Store, monomial: Monomial, factor: Rational = 1) -> Known:
    """What is known of the sign of a product."""
    sign, nonzero = (1 if factor > 0 else -1), True
    reasons: list[str] = []
    for atom, exponent in monomial:
        known = _power_sign(store, atom, exponent)
        sign *= known.sign
        nonzero = nonzero and known.nonzero
        if not sign and not nonzero:
            return _UNKNOWN
        reasons.extend(known.reasons)
    return Known(sign, nonzero, tuple(dict.fromkeys(reasons)))


def _power_sign(store: Store, atom: Atom, exponent: Rational) -> Known:
    known = atom_sign(store, atom)
    divided = exponent < 0
    if exponent % 2 == 1 or known.sign > 0:
        return known._replace(nonzero=known.nonzero or divided)
    # an even power, or a root: real, hence nonnegative
    return Known(1, known.nonzero or divided, known.reasons if known.nonzero else ())


def atom_sign(store: Store, atom: Atom) -> Known:
    """What is known of the sign of an atom."""
    known = atom.head.known
    if not known:
        return _UNKNOWN
    for word, sign, nonzero in _WORDS:
        if word in known:
            return Known(sign, nonzero or "nonzero" in known, known[word])
    if atom.head.kind == "index" and ranges.is_nonnegative(store, atom.args[0].expr):
        return Known(1, ranges.is_nonnegative(store, atom.args[0].expr - 1))
    return _UNKNOWN


def _sign_on_unit_interval(store: Store, poly: Poly, tries: int) -> Known:
    """Linear in u with 0 < u < 1: between the values at the ends, which it does not reach."""
    for atom in poly.atoms() if tries else ():
        parts = _linear_parts(store, poly, atom) if "unit_interval" in atom.head.known else None
        if parts is None:
            continue
        ends = [e for e in (parts[0], parts[0] + parts[1]) if not e.is_zero]
        found = [_sign_of_end(store, end, tries - 1) for end in ends]
        if found and found[0].sign and all(f.sign == found[0].sign for f in found):
            reasons = [*atom.head.known["unit_interval"], *(r for f in found for r in f.reasons)]
            nonzero = any(f.nonzero for f in found)
            return Known(found[0].sign, nonzero, tuple(dict.fromkeys(reasons)))
    return _UNKNOWN


def _sign_of_end(store: Store, poly: Poly, tries: int) -> Known:
    found = _sign_of_terms(store, poly)
    return found if found.sign else _sign_on_unit_interval(store, poly, tries)


def _linear_parts(store: Store, poly: Poly, atom: Atom) -> tuple[Poly, Poly] | None:
    constant: dict[Monomial, Rational] = {}
    slope: dict[Monomial, Rational] = {}
    for monomial, factor in poly.terms.items():
        exponent = dict(monomial).get(atom, 0)
        if exponent == 0:
            constant[monomial] = factor
        elif exponent == 1:
            slope[without(monomial, atom)] = factor
        else:
            return None
    return Poly(store, constant), Poly(store, slope)
