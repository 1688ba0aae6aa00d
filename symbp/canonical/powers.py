"""Powers of polynomials: roots under known signs only, denominators as one atom.

Laws, each with its condition:
    (a*b)^r = a^r * b^r         r an integer, or a > 0 (a >= 0 where nothing is left beside it)
    (u^a)^r = u^(a*r)           r an integer, or a not an even integer (then u >= 0 where real)
    (u^a)^r = |u|^(a*r)         a an even integer; |u| = u where u >= 0 is known
    |u|^q = u^q                 q an even integer;  u^q * (2[u > 0] - 1)  q an odd integer
    p^-1 = 1/(c*M) * P^-1       c*M*P = p, P primitive with its sign made canonical: one atom
    p^r = (c*M)^r * R^r         R with its own sign kept, for roots

The denominator rule (in `denominator_law`) is a partial fraction in one fixed variable v of P:
    P^e v^k = (P^(e+1) - P^e * rest) / lead * v^(k-d)     e < 0, k >= d,  P = lead*v^d + rest
    P^e v^k = (P^(e+1) - P^e * rest) / low * v^k          e < 0, k < 0,   P = low + rest
where `lead` and `low` are single terms known not to be 0. It ends because k comes nearer to 0..d-1.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

from symbp.canonical.conditions import above_zero, by_cases, instance, is_fixed, two_valued
from symbp.canonical.contents import inverse, primitive
from symbp.canonical.heads import Atom, Head, Monomial, Poly, Store
from symbp.canonical.polynomials import (
    merge,
    monomial_poly,
    natural_power,
    number,
    product_of,
    raw_product,
    sorted_monomial,
    without,
)
from symbp.canonical.primes import rational_power
from symbp.canonical.rationals import Rational, magnitude, simplify_rational
from symbp.canonical.signs import Known, atom_sign, is_binary, is_nonzero, monomial_sign, sign_of
from symbp.canonical.templates import close, close_up_to_sign, open_head
from symbp.errors import MathError

__all__ = [
    "absolute",
    "absolute_power",
    "canonical_sign",
    "know_nonnegative",
    "power",
    "rational_power",
]


def power(store: Store, poly: Poly, exponent: Rational) -> Poly:
    """`poly ** exponent`, by all laws.

    Raises:
        MathError: a negative power of 0, or a root of a negative number.
        LimitExceeded: a power with too many digits or terms.
    """
    exponent = simplify_rational(exponent)
    if exponent == 1:
        return poly
    if exponent == 0:
        return number(store, 1)
    if poly.is_zero:
        if exponent < 0:
            raise MathError("division by zero")
        return poly
    if isinstance(exponent, int) and exponent > 0 and len(poly.terms) > 1:
        return natural_power(poly, exponent)
    return by_cases(
        store,
        poly,
        lambda p: _power(store, p, exponent),
        lambda p: _opaque_power(store, p, exponent),
    )


def _opaque_power(store: Store, poly: Poly, exponent: Rational) -> Poly:
    """A power of a polynomial as it stands, nothing taken out."""
    if isinstance(exponent, int):
        return (
            natural_power(poly, exponent) if exponent > 0 else _denominator(store, poly, exponent)
        )
    return _closed_root(store, poly, exponent)


def _power(store: Store, poly: Poly, exponent: Rational) -> Poly:
    if poly.is_zero or (isinstance(exponent, int) and exponent > 0 and len(poly.terms) > 1):
        return power(store, poly, exponent)
    term = poly.as_term
    if term is not None:
        return _term_power(store, term[0], term[1], exponent)
    factor, monomial, rest = primitive(store, poly)
    left = rest.as_term
    if left is not None:
        # not multiplied out: that could split it into a sum again (exp(x)/P is 1 - 1/P)
        return _term_power(store, merge(monomial, left[0]), factor * left[1], exponent)
    if isinstance(exponent, int):
        outside = _term_power(store, monomial, factor, exponent)
        return outside * _denominator(store, rest, exponent)
    return _root(store, monomial, factor, rest, exponent)


# -- single terms ---------------------------------------------------------------------------------


def _term_power(store: Store, monomial: Monomial, factor: Rational, exponent: Rational) -> Poly:
    if isinstance(exponent, int):
        raised = tuple((a, e * exponent) for a, e in monomial)
        scaled = rational_power(store, factor, exponent)
        return scaled * monomial_poly(store, sorted_monomial(dict(raised)))
    return _root(store, monomial, factor, number(store, 1), exponent)


def _root(
    store: Store, monomial: Monomial, factor: Rational, rest: Poly, exponent: Rational
) -> Poly:
    """`(factor * monomial * rest) ** exponent` for a fractional exponent."""
    outside: list[Poly] = [rational_power(store, magnitude(factor), exponent)]
    sign = 1 if factor > 0 else -1
    inside: list[tuple[Atom, Rational]] = []
    weak: list[tuple[Atom, Rational]] = []
    for atom, e in monomial:
        known = atom_sign(store, atom)
        even = e % 2 == 0
        if known.sign > 0 or even or e != floor(e):
            if known.nonzero or exponent < 0 or e < 0:
                store.use(known.reasons)
                outside.append(absolute_power(store, atom, e * exponent, even=even))
            else:
                weak.append((atom, e))
        else:
            inside.append((atom, e))
    left = rest.as_number is None or inside or sign < 0
    if left and not inside and not weak and rest.as_number is not None:
        raise MathError("a root of a negative number")
    if not left:
        # nothing else is under the root: it is real exactly where these are
        outside.extend(absolute_power(store, a, e * exponent, even=e % 2 == 0) for a, e in weak)
        return product_of(store, outside)
    if rest.as_number is not None and len(inside) == 1 and sign > 0 and not weak:
        atom, e = inside[0]
        return product_of(store, outside) * monomial_poly(store, ((atom, e * exponent),))
    body = rest * monomial_poly(store, sorted_monomial(dict(inside + weak))).scale(sign)
    return product_of(store, outside) * _closed_root(store, body, exponent)


def absolute_power(store: Store, atom: Atom, exponent: Rational, *, even: bool = True) -> Poly:
    """`|atom| ** exponent`; with `even` false the atom is known to be nonnegative where real."""
    known = atom_sign(store, atom)
    exponent = simplify_rational(exponent)
    if not even or known.sign > 0 or exponent % 2 == 0:
        store.use(known.reasons if even and exponent % 2 else ())
        return monomial_poly(store, ((atom, exponent),))
    base = monomial_poly(store, ((atom, 1),))
    whole = floor(exponent)
    if exponent == whole:
        return _absolute_whole(store, base, whole)
    head, args, new = close(store, "abs", base)
    if new:
        head.known = {"nonnegative": ()}
        head.active = True
    return monomial_poly(store, ((store.atom(head, args), exponent),))


def _absolute_whole(store: Store, base: Poly, exponent: int) -> Poly:
    """`|base| ** exponent` for an integer: a sign where the exponent is odd."""
    raised = power(store, base, exponent)
    return raised * (above_zero(store, base).scale(2) - 1) if exponent % 2 else raised


# -- sums of terms --------------------------------------------------------------------------------


def _denominator(store: Store, rest: Poly, exponent: int) -> Poly:
    """A negative integer power of a primitive polynomial."""
    head, args, sign, new = close_up_to_sign(store, "poly", rest)
    if new:
        _finish(store, head)
    made = monomial_poly(store, ((store.atom(head, args), exponent),))
    return made.scale(-1) if sign < 0 and exponent % 2 else made


def canonical_sign(store: Store, poly: Poly) -> int:
    """1 if the sum is written with its own sign, -1 if its negative is."""
    signed = close_up_to_sign(store, "poly", poly)
    if signed.new:
        _finish(store, signed.head)
    return signed.sign


def _closed_root(store: Store, body: Poly, exponent: Rational) -> Poly:
    """A fractional power of a polynomial that cannot be split, its sign kept."""
    signed = close_up_to_sign(store, "poly", body) if len(body.terms) > 1 else None
    if signed is not None and signed.sign > 0 and signed.head.flip is None:
        if signed.new:
            _finish(store, signed.head)
        head, args = signed.head, signed.args
    else:
        if signed is not None and signed.new:
            _finish(store, signed.head)
        head, args, new = close(store, "root", body)
        if new:
            head.active = True
            _know_sign(store, head)
    return monomial_poly(store, ((store.atom(head, args), exponent),))


def _finish(store: Store, head: Head) -> None:
    head.active = True
    _know_sign(store, head)
    head.pivot = _choose_pivot(store, head)


def _know_sign(store: Store, head: Head) -> None:
    known = sign_of(store, head.template)
    if known.sign > 0:
        head.known["nonnegative"] = known.reasons
        if known.nonzero:
            head.known["positive"] = head.known["nonzero"] = known.reasons
    elif known.nonzero:
        head.known["negative" if known.sign < 0 else "nonzero"] = known.reasons


def know_nonnegative(store: Store, poly: Poly, known: Known) -> None:
    """Attach to a polynomial, and to its denominator, what is known of its sign from elsewhere."""
    store.signs[poly] = (known.nonzero, known.reasons)
    if two_valued(poly):
        return  # a denominator in it may be guarded
    factor, monomial, rest = primitive(store, poly)
    outside = monomial_sign(store, monomial, factor)
    if outside.sign == 0 or not outside.nonzero or rest.as_term is not None:
        return
    signed = close_up_to_sign(store, "poly", rest)
    if signed.new:
        _finish(store, signed.head)
    if signed.head.flip is not None or signed.sign * outside.sign < 0:
        return
    reasons = tuple(dict.fromkeys((*known.reasons, *outside.reasons)))
    store.signs[rest.scale(outside.sign)] = (known.nonzero, reasons)
    signed.head.known.setdefault("nonnegative", reasons)
    if known.nonzero:
        signed.head.known.setdefault("nonzero", reasons)
        signed.head.known.setdefault("positive", reasons)


def _choose_pivot(store: Store, head: Head) -> Atom | None:
    """The last atom of the body for which the denominator rule can be used."""
    body = head.template
    if head.delicate:
        return None
    for kinds in (("exp",), None):
        for atom in reversed(body.atoms()):
            if (kinds is None or atom.head.kind in kinds) and is_fixed(head, atom):
                lead, _, degree = _leading(store, body, atom)
                if degree > 0 and lead is not None:
                    return atom
    return None


def _leading(store: Store, body: Poly, atom: Atom) -> tuple[Poly | None, Poly, Rational]:
    """The leading coefficient in an atom if it may be divided by, the rest, and the degree."""
    degree = max(dict(m).get(atom, 0) for m in body.terms)
    return (*_coefficient(store, body, atom, degree), degree)


def _coefficient(
    store: Store, body: Poly, atom: Atom, degree: Rational
) -> tuple[Poly | None, Poly]:
    chosen = {m: c for m, c in body.terms.items() if dict(m).get(atom, 0) == degree}
    rest = Poly(store, {m: c for m, c in body.terms.items() if m not in chosen})
    if len(chosen) != 1:
        return None, rest
    ((monomial, factor),) = chosen.items()
    lead = Poly(store, {without(monomial, atom): factor})
    if any(is_binary(a) for a in lead.atoms()) or is_nonzero(store, lead) is None:
        return None, rest
    return lead, rest


def denominator_law(
    store: Store, monomial: Monomial, atom: Atom, exponent: Rational
) -> Poly | None:
    """Law: positive powers are written out; the denominator rule; a canonical sign."""
    if exponent >= 1:
        body, _ = open_head(store, atom.head, atom.args)
        raised = natural_power(body, floor(exponent))
        left = dict(monomial)
        left[atom] = exponent - floor(exponent)
        return raw_product(Poly(store, {sorted_monomial(left): 1}), raised)
    if exponent > 0:
        return None
    if atom.head.kind == "root":
        if exponent != floor(exponent):
            return None
        body, _ = open_head(store, atom.head, atom.args)
        beside = Poly(store, {without(monomial, atom): 1})
        return raw_product(beside, power(store, body, exponent))
    if atom.head.flip is not None:
        flipped = store.atom(atom.head, tuple(atom.args[p] for p in atom.head.flip))
        if flipped.key < atom.key:
            rest = merge(without(monomial, atom), ((flipped, exponent),))
            return Poly(store, {rest: -1 if exponent % 2 else 1})
    return _partial_fraction(store, monomial, atom, exponent)


def _partial_fraction(
    store: Store, monomial: Monomial, atom: Atom, exponent: Rational
) -> Poly | None:
    pivot = atom.head.pivot
    if pivot is None or len(monomial) < 2:
        return None
    variable = instance(store, pivot, atom)
    degree = dict(monomial).get(variable, 0)
    if degree == 0:
        return None
    body, _ = open_head(store, atom.head, atom.args)
    if _must_wait(store, monomial, atom, body):
        return None
    lead, rest, highest = _leading(store, body, variable)
    shift: Rational = -highest
    if degree < 0:
        lead, rest = _coefficient(store, body, variable, 0)
        shift = 0
    elif degree < highest:
        return None
    if lead is None:
        return None
    store.use(is_nonzero(store, lead) or ())
    ((divisor, factor),) = lead.terms.items()
    left = dict(without(monomial, atom))
    left[variable] = degree + shift
    common = merge(sorted_monomial(left), inverse(divisor))
    more: Monomial = ((atom, exponent + 1),) if exponent != -1 else ()
    above = Poly(store, {merge(common, more): 1})
    below = Poly(store, {merge(common, ((atom, exponent),)): 1})
    return (above - raw_product(below, rest)).scale(Fraction(1) / factor)


def _must_wait(store: Store, monomial: Monomial, atom: Atom, body: Poly) -> bool:
    """Whether an older denominator eliminates a variable of this one.

    Each rule changes exponents of its own atoms only, so with this order rules cannot feed one
    another in a circle.
    """
    inside = set(body.atoms())
    return any(
        other.head.kind == "poly"
        and exponent < 0
        and other.key < atom.key
        and other.head.pivot is not None
        and instance(store, other.head.pivot, other) in inside
        for other, exponent in monomial
    )


def absolute_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: `|u|^q` keeps 0 < q < 1; the whole part goes over to u."""
    if 0 < exponent < 1:
        return None
    body, _ = open_head(store, atom.head, atom.args)
    whole = floor(exponent)
    left = dict(monomial)
    left[atom] = exponent - whole
    rest = Poly(store, {sorted_monomial(left): 1})
    return raw_product(rest, _absolute_whole(store, body, whole))


def absolute(store: Store, poly: Poly) -> Poly:
    """`|poly|`, as `poly` times its sign."""
    return _absolute_whole(store, poly, 1)
