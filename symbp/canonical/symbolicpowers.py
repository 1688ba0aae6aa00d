"""Powers whose exponent is not a number: b^x of a positive base, u^k of a base of any sign.

    base^x = exp(x log base)        base > 0, recorded where it is not known

Where the exponent takes whole values only (indices, extents, integer data), no sign is needed. A
power atom closes base and exponent into one body, `base * ⟨base⟩ + exponent * ⟨exponent⟩`, over two
marks that nothing else uses.

Laws, for whole e, f and real u, v, wherever the left side is defined (0^0 = 1, no negative power of
0); the right side is defined there too:
    u^e u^f = u^(e+f)               so u u^e = u^(e+1), and u^(e-1) u = u^e
    (u^e)^f = u^(e f)
    (u v)^e = u^e v^e
    (-1)^e = (-1)^f                 e - f even; in a product of integers each counts once
    0^e = [e = 0]
    u^(e+f) = u^e u^f               e >= 0 and f >= 0
The last one splits an exponent only where each of its terms is known to be nonnegative; any other
stays whole: u^(k-1) is not u^k / u, which has no value at u = 0, k = 1. So what the powers of one
base come to in a product depends on the sum of their exponents only.
"""

from __future__ import annotations

from typing import NamedTuple

from symbp.canonical.brackets import equals_zero
from symbp.canonical.conditions import by_cases, is_zero_bracket
from symbp.canonical.contents import primitive
from symbp.canonical.exponentials import exponential, logarithm
from symbp.canonical.heads import UNIT, Atom, Head, Monomial, Poly, Store
from symbp.canonical.polynomials import (
    merge,
    normalise,
    number,
    product_of,
    raw_product,
    sorted_monomial,
    without,
)
from symbp.canonical.powers import canonical_sign, power
from symbp.canonical.rationals import Rational, magnitude
from symbp.canonical.signs import is_positive, monomial_sign, sign_of
from symbp.canonical.templates import close, open_head
from symbp.errors import NotSupportedError
from symbp.indices import IndexExpr

__all__ = [
    "Parts",
    "divisor",
    "index_of",
    "lifted",
    "parts_of",
    "power_law",
    "split_body",
    "symbolic_power",
]

_BASE, _EXPONENT = "⟨base⟩", "⟨exponent⟩"


class Parts(NamedTuple):
    """The base and the exponent of a power atom."""

    base: Poly
    exponent: Poly


def symbolic_power(store: Store, base: Poly, exponent: Poly) -> Poly:
    """`base ** exponent`, whatever the exponent.

    Raises:
        NotSupportedError: fractions of integers under a base that may be negative.
    """
    value = exponent.as_number
    if value is not None:
        return power(store, base, value)
    reasons = is_positive(store, base)
    if reasons is None:
        if _is_whole(exponent):
            return _whole_power(store, base, exponent)
        if all("integer" in a.head.known for a in exponent.atoms()):
            raise NotSupportedError(
                f"a power of a base that may be negative, with exponent {exponent!r}"
            )
        reasons = (f"{base!r} > 0",)
    store.use(reasons)
    return exponential(store, exponent * logarithm(store, base))


def _is_whole(exponent: Poly) -> bool:
    """Whether it takes integer values only: a polynomial of integers, its coefficients integers."""
    return all(
        isinstance(factor, int)
        and all(isinstance(e, int) and e > 0 and "integer" in a.head.known for a, e in monomial)
        for monomial, factor in exponent.terms.items()
    )


# -- the two parts of an atom ---------------------------------------------------------------------


def parts_of(store: Store, atom: Atom) -> Parts:
    """Base and exponent of a power atom."""
    key = ("parts", atom)
    if key not in store.memo:
        store.memo[key] = split_body(store, open_head(store, atom.head, atom.args)[0])
    found: Parts = store.memo[key]
    return found


def split_body(store: Store, body: Poly) -> Parts:
    """Base and exponent out of the body of a power atom."""
    mark = _mark(store, _BASE)
    base: dict[Monomial, Rational] = {}
    exponent: dict[Monomial, Rational] = {}
    for monomial, factor in body.terms.items():
        if any(atom is mark for atom, _ in monomial):
            base[without(monomial, mark)] = factor
        else:
            exponent[without(monomial, _mark(store, _EXPONENT))] = factor
    return Parts(Poly(store, base), Poly(store, exponent))


def _mark(store: Store, name: str) -> Atom:
    return store.atom(store.head("mark", name, 0, name=name), ())


def _marked(store: Store, poly: Poly, name: str) -> Poly:
    return raw_product(poly, Poly(store, {((_mark(store, name), 1),): 1}))


def _closed(store: Store, base: Poly, exponent: Poly) -> Atom:
    body = _marked(store, base, _BASE) + _marked(store, exponent, _EXPONENT)
    head, args, new = close(store, "power", body)
    if new:
        head.active = True
        _know_sign(store, head)
    return store.atom(head, args)


def _know_sign(store: Store, head: Head) -> None:
    base, exponent = split_body(store, head.template)
    known = sign_of(store, base)
    if known.nonzero:
        head.known["nonzero"] = known.reasons
    if all(factor % 2 == 0 for factor in exponent.terms.values()):
        head.known["nonnegative"] = ()
    elif known.sign > 0:
        head.known["nonnegative"] = known.reasons


def index_of(exponent: Poly) -> IndexExpr | None:
    """The exponent as an index expression, where indices and extents are all that it has."""
    total = IndexExpr.integer(0)
    for monomial, factor in exponent.terms.items():
        term = IndexExpr.integer(int(factor))
        for atom, times in monomial:
            if atom.head.kind not in ("index", "extent"):
                return None
            value = atom.args[0].expr if atom.args else atom.head.extents[0]
            for _ in range(int(times)):
                term = term * value
        total = total + term
    return total


# -- making ---------------------------------------------------------------------------------------


def _whole_power(store: Store, base: Poly, exponent: Poly) -> Poly:
    def of_base(chosen: Poly) -> Poly:
        return by_cases(
            store,
            base,
            lambda b: _of_parts(store, b, chosen),
            lambda b: _assembled(store, b, chosen),
        )

    return by_cases(store, exponent, of_base)


def _of_parts(store: Store, base: Poly, exponent: Poly) -> Poly:
    """The product of the powers of what a base is a product of."""
    value = exponent.as_number
    if value is not None:
        return power(store, base, value)
    if base.is_zero:
        index = index_of(exponent)
        return is_zero_bracket(store, exponent) if index is None else equals_zero(store, index)
    factor, monomial, rest = primitive(store, base)
    left = rest.as_term
    if left is not None:
        monomial, factor, rest = merge(monomial, left[0]), factor * left[1], number(store, 1)
    made = [_of_one(store, rest, exponent)] if left is None else []
    made.append(symbolic_power(store, number(store, magnitude(factor)), exponent))
    if factor < 0:
        made.append(_power_of_minus_one(store, exponent))
    for atom, e in monomial:
        whole = isinstance(e, int)
        inner = Parts(
            Poly(store, {((atom, 1 if whole else e),): 1}), number(store, e if whole else 1)
        )
        if whole and atom.head.kind == "power":
            base, times = parts_of(store, atom)
            inner = Parts(base, times.scale(e))
        elif whole and atom.head.kind == "poly":
            inner = Parts(open_head(store, atom.head, atom.args)[0], inner.exponent)
        made.append(_of_one(store, inner.base, inner.exponent * exponent))
    return product_of(store, made)


def _of_one(store: Store, base: Poly, exponent: Poly) -> Poly:
    if is_positive(store, base) is not None:
        return symbolic_power(store, base, exponent)
    return normalise(store, _assembled(store, base, exponent))


def _assembled(store: Store, base: Poly, exponent: Poly) -> Poly:
    """The power of a base that is not a product: what all its powers in a product come to."""
    if base == number(store, -1):
        return _power_of_minus_one(store, exponent)
    value = exponent.as_number
    if value is not None:
        return power(store, base, value)
    if len(base.terms) > 1 and canonical_sign(store, base) < 0:
        sign = _power_of_minus_one(store, exponent)
        return raw_product(sign, _assembled(store, -base, exponent))
    signs = [monomial_sign(store, m, f) for m, f in exponent.terms.items()]
    if any(known.sign <= 0 for known in signs):
        return Poly(store, {((_closed(store, base, exponent), 1),): 1})
    for known in signs:
        store.use(known.reasons)
    times = exponent.terms.get(UNIT, 0)
    powers = {_closed(store, base, Poly(store, {m: 1})): f for m, f in exponent.terms.items() if m}
    moving = Poly(store, {sorted_monomial(powers): 1})
    return raw_product(power(store, base, times), moving) if times else moving


def _power_of_minus_one(store: Store, exponent: Poly) -> Poly:
    """`(-1) ** exponent`: what is even goes, a square is as odd as its root."""
    odd: dict[Monomial, bool] = {}
    for monomial, factor in exponent.terms.items():
        once = tuple((atom, 1) for atom, _ in monomial)
        odd[once] = odd.get(once, False) != (factor % 2 == 1)
    minus_one = number(store, -1)
    powers: dict[Atom, Rational] = {
        _closed(store, minus_one, Poly(store, {m: 1})): 1
        for m, is_odd in odd.items()
        if m and is_odd
    }
    return Poly(store, {sorted_monomial(powers): -1 if odd.get(UNIT) else 1})


# -- laws -----------------------------------------------------------------------------------------


def power_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: the powers of one base in a product become what the sum of their exponents says."""
    if not isinstance(exponent, int):
        return None
    base = parts_of(store, atom).base
    total = number(store, 0)
    own: dict[Atom, Rational] = {}
    for other, times in monomial:
        share = _share(store, base, other) if isinstance(times, int) else None
        if share is not None and (other.head.kind != "poly" or times < 0):
            own[other] = times
            total = total + share.scale(times)
    made = _assembled(store, base, total)
    if made.terms == {sorted_monomial(own): 1}:
        return None
    return raw_product(Poly(store, {without(monomial, *own): 1}), made)


def _share(store: Store, base: Poly, atom: Atom) -> Poly | None:
    """The exponent with which an atom is a power of the base; None where it is no power of it."""
    if atom.head.kind == "power":
        parts = parts_of(store, atom)
        return parts.exponent if parts.base == base else None
    if base.terms == {((atom, 1),): 1}:
        return number(store, 1)
    if atom.head.kind == "poly" and open_head(store, atom.head, atom.args)[0] == base:
        return number(store, 1)
    return None


def divisor(store: Store, atom: Atom, exponent: Rational) -> Poly | None:
    """What must not be 0 for a power of an atom to have a value; None where it always has one."""
    if atom.head.kind == "power" and exponent > 0:
        base, own = parts_of(store, atom)
        low = any(monomial_sign(store, m, f).sign <= 0 for m, f in own.terms.items())
        return base if low else None
    if exponent > 0:
        return None
    if atom.head.kind in ("poly", "root"):
        return open_head(store, atom.head, atom.args)[0]
    return Poly(store, {((atom, 1),): 1})


def lifted(store: Store, atom: Atom) -> tuple[Poly, int] | None:
    """For u^(e-n), u a sum, e >= 0: the base u and the number n by which it is too low."""
    if atom.head.kind != "power":
        return None
    base, exponent = parts_of(store, atom)
    constant = exponent.terms.get(UNIT, 0)
    if len(base.terms) < 2 or constant >= 0:
        return None
    if any(monomial_sign(store, m, f).sign <= 0 for m, f in exponent.terms.items() if m):
        return None
    return base, -int(constant)
