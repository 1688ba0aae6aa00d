"""What conditions on values do to what stands beside them in a product.

Laws:
    [v + rest = 0] v = -[v + rest = 0] rest
    [p > 0][q > 0] = [p > 0]                q - c*p >= 0 for a rational c > 0; 0 if q + c*p <= 0
    [p > 0] + [q > 0] = 1 + [p > 0][q > 0]  q + c*p > 0
    [p > 0][q = 0] = [q = 0]                p - c*q > 0; 0 if p - c*q <= 0
"""

from __future__ import annotations

from fractions import Fraction

from symbp.canonical.brackets import once
from symbp.canonical.conditions import instance, last_alone
from symbp.canonical.heads import Atom, Monomial, Poly, Store
from symbp.canonical.polynomials import number, raw_product, without
from symbp.canonical.rationals import Rational
from symbp.canonical.signs import Known, sign_of
from symbp.canonical.substitution import rewrite
from symbp.canonical.templates import open_head
from symbp.errors import MathError

__all__ = ["above_law", "leaves_no_value", "zero_law"]


def zero_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: `[v + rest = 0] v = -[v + rest = 0] rest`; two values that differ are not both 0.

    Not beside what has no value there: `(1 - [u = 0]) / u` is 0 at u = 0 because both its terms are
    rewritten alike, and `[u = 0] / u` is no number of its own.
    """
    if exponent != 1:
        return once(store, monomial, atom, exponent)
    if any(a.head.kind == "zero" and _excludes(store, atom, a) for a, _ in monomial):
        return number(store, 0)
    if any(leaves_no_value(store, atom, a, e) for a, e in monomial if a is not atom):
        return None
    body, _ = open_head(store, atom.head, atom.args)
    if any(e > 0 and _vanishes(store, a, body) for a, e in monomial):
        return number(store, 0)
    filled = _eliminated(store, atom, body)
    power = dict(monomial).get(filled, 0) if filled is not None else 0
    if filled is None or power < 1:
        return None
    lead = body.terms[((filled, 1),)]
    rest = body - Poly(store, {((filled, 1),): lead})
    powers = dict(monomial)
    powers[filled] = power - 1
    left = tuple((a, e) for a, e in powers.items() if e)
    return raw_product(Poly(store, {left: 1}), rest.scale(-1 / Fraction(lead)))


def leaves_no_value(store: Store, zero: Atom, atom: Atom, exponent: Rational) -> bool:
    """Whether a power of an atom has no value wherever the condition `zero` holds."""
    below = store.rules.divisor(store, atom, exponent)
    if below is None:
        return False
    key = ("no value", zero, atom, exponent)
    if key not in store.memo:
        store.memo[key] = _vanishes_with(store, zero, below)
    known: bool = store.memo[key]
    return known


def _vanishes_with(store: Store, zero: Atom, poly: Poly) -> bool:
    body, _ = open_head(store, zero.head, zero.args)
    if poly in (body, -body):
        return True
    filled = _eliminated(store, zero, body)
    if filled is None:
        return False
    lead = body.terms[((filled, 1),)]
    value = (Poly(store, {((filled, 1),): lead}) - body).scale(1 / Fraction(lead))
    try:
        return rewrite(store, poly, {filled: value}.get).is_zero
    except MathError:
        return True  # in it, something else has no value there


def _eliminated(store: Store, atom: Atom, body: Poly) -> Atom | None:
    """The atom that `[body = 0]` writes through the others."""
    key = ("eliminated", atom)
    if key not in store.memo:
        store.budget.spend(1 + len(body.terms) // 8)
        pivot = atom.head.pivot
        found = instance(store, pivot, atom) if pivot is not None else last_alone(body)
        alone = found is not None and ((found, 1),) in body.terms
        store.memo[key] = found if alone else None
    known: Atom | None = store.memo[key]
    return known


def _vanishes(store: Store, atom: Atom, body: Poly) -> bool:
    """Whether a positive power of an atom is 0 where the body is."""
    if atom.head.kind in ("poly", "root", "abs"):
        return open_head(store, atom.head, atom.args)[0] in (body, -body)
    return ((atom, 1),) in body.terms and len(body.terms) == 1


def _excludes(store: Store, atom: Atom, other: Atom) -> bool:
    """Whether `p = 0` and `q = 0` cannot both hold because `q - c*p` is not 0."""
    if other is atom:
        return False
    key = ("beside", atom, other)
    if key not in store.memo:
        store.budget.spend()
        gap = _gap(store, atom, other)
        store.memo[key] = Known() if gap is None or gap[1].is_zero else sign_of(store, gap[1])
    known: Known = store.memo[key]
    if known.nonzero:
        store.use(known.reasons)
    return known.nonzero


def _gap(store: Store, atom: Atom, other: Atom) -> tuple[Rational, Poly] | None:
    """A rational c and `q - c*p` for the bodies p, q of two conditions, one term cancelled."""
    first, _ = open_head(store, atom.head, atom.args)
    second, _ = open_head(store, other.head, other.args)
    shared = [m for m, _ in first.sorted_terms() if m and m in second.terms]
    if not shared:
        return None
    ratio = Fraction(second.terms[shared[-1]]) / first.terms[shared[-1]]
    return ratio, second - first.scale(ratio)


def above_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """What `[p > 0]` and another condition beside it come to, for any rational c > 0.

    Law: `[p > 0][q > 0] = [p > 0]` if `q - c*p >= 0`; 0 if `q + c*p <= 0`;
    `[p > 0] + [q > 0] - 1` if `q + c*p > 0`. `[p > 0][q = 0] = [q = 0]` if `p - c*q > 0`, 0 if it
    is `<= 0`, so that `[p > 0][p = 0] = 0`.
    """
    if exponent != 1:
        return once(store, monomial, atom, exponent)
    for other, _ in monomial:
        if other is atom or other.head.kind not in ("above", "zero"):
            continue
        verdict, reasons = _beside(store, atom, other)
        if verdict:
            store.use(reasons)
        if verdict == "first":
            return Poly(store, {without(monomial, other): 1})
        if verdict == "second":
            return Poly(store, {without(monomial, atom): 1})
        if verdict == "none":
            return number(store, 0)
        if verdict == "all":
            rest = Poly(store, {without(monomial, atom, other): 1})
            pair = Poly(store, {((atom, 1),): 1, ((other, 1),): 1, (): -1})
            return raw_product(rest, pair)
    return None


def _beside(store: Store, atom: Atom, other: Atom) -> tuple[str, tuple[str, ...]]:
    """What `[p > 0]` does to another condition beside it, and the facts that this rests on."""
    key = ("beside", atom, other)
    known: tuple[str, tuple[str, ...]] | None = store.memo.get(key)
    if known is None:
        store.budget.spend()
        gap = _gap(store, atom, other)
        known = ("", ())
        if gap is not None:
            compare = _beside_zero if other.head.kind == "zero" else _compare
            known = compare(store, *gap)
        store.memo[key] = known
    return known


def _beside_zero(store: Store, ratio: Rational, gap: Poly) -> tuple[str, tuple[str, ...]]:
    """Where `q = 0`, `p` is `-gap/ratio`."""
    if gap.is_zero:
        return "none", ()
    known = sign_of(store, gap.scale(-1 / Fraction(ratio)))
    if known.sign > 0 and known.nonzero:
        return "second", known.reasons
    return ("none" if known.sign < 0 else ""), known.reasons


def _compare(store: Store, ratio: Rational, gap: Poly) -> tuple[str, tuple[str, ...]]:
    """Which of `p > 0`, `q > 0` implies the other; whether none, or at least one, must hold."""
    if gap.is_zero:
        return ("first" if ratio > 0 else "none"), ()
    known = sign_of(store, gap)
    if known.sign == 0:
        return "", ()
    if ratio > 0:
        return ("first" if known.sign > 0 else "second"), known.reasons
    if known.sign < 0:
        return "none", known.reasons
    return ("all" if known.nonzero else ""), known.reasons
