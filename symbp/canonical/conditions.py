"""Conditions on values, `[p > 0]` and `[p = 0]`, and pushing two-valued things out of functions.

Every other relation is one of these: `[p >= 0] = 1 - [-p > 0]`, `[p != 0] = 1 - [p = 0]`. The body
of a condition is primitive: factors known to be positive are dropped, and `-p` is written through
`p` by `[p > 0] + [-p > 0] + [p = 0] = 1` (unless `p` turns into `-p` when its slots are permuted).

Law: for b in {0, 1}, `f(b*x + (1-b)*y) = b*f(x) + (1-b)*f(y)`, for every function f. A branch in
which f has no value counts as 0: nothing is claimed where a function is not defined.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symbp.canonical.contents import primitive, rational_content
from symbp.canonical.heads import Atom, Head, Monomial, Poly, Store, slot_name
from symbp.canonical.polynomials import (
    monomial_poly,
    normalise,
    number,
    product_of,
    raw_product,
    without,
)
from symbp.canonical.rationals import Rational
from symbp.canonical.signs import atom_sign, is_binary, sign_of
from symbp.canonical.templates import close_up_to_sign
from symbp.errors import MathError

__all__ = [
    "above_zero",
    "at_value",
    "by_cases",
    "complement",
    "instance",
    "is_fixed",
    "is_zero_bracket",
    "last_alone",
    "two_valued",
]

#: More two-valued things than this in one argument stay inside it.
MAX_CASES = 3


# -- two-valued things ----------------------------------------------------------------------------


def two_valued(poly: Poly) -> tuple[Atom, ...]:
    """The atoms of a polynomial that are 0 or 1."""
    return tuple(a for a in poly.atoms() if is_binary(a))


def at_value(store: Store, poly: Poly, atom: Atom, value: int) -> Poly:
    """The polynomial with a two-valued atom given one of its values."""
    kept: dict[Monomial, Rational] = {}
    for monomial, factor in poly.terms.items():
        rest = without(monomial, atom)
        if value or len(rest) == len(monomial):
            total = kept.get(rest, 0) + factor
            kept[rest] = total
    return normalise(store, Poly(store, {m: c for m, c in kept.items() if c}))


def by_cases(
    store: Store,
    poly: Poly,
    function: Callable[[Poly], Poly],
    opaque: Callable[[Poly], Poly] | None = None,
) -> Poly:
    """Apply a function, two-valued things pushed out of it.

    Where there are too many of them, `opaque` closes the polynomial as it stands: a condition in it
    may guard a denominator, `[b]/d + x`, and `d` must then not be taken out of the whole.

    Raises:
        MathError: the function has no value in any case.
    """
    if len(two_valued(poly)) > MAX_CASES:
        return (opaque or function)(poly)
    return _by_cases(store, poly, function)


def _by_cases(store: Store, poly: Poly, function: Callable[[Poly], Poly]) -> Poly:
    atoms = two_valued(poly)
    if not atoms:
        return function(poly)
    chosen = Poly(store, {((atoms[0], 1),): 1})
    store.use(atoms[0].head.known["binary"])
    results: list[Poly] = []
    failure: MathError | None = None
    for value, weight in ((1, chosen), (0, complement(chosen))):
        try:
            inside = _by_cases(store, at_value(store, poly, atoms[0], value), function)
        except MathError as error:
            failure = error
        else:
            results.append(weight * inside)
    if failure is not None and not results:
        raise failure
    total = results[0]
    return total + results[1] if len(results) > 1 else total


def complement(bracket: Poly) -> Poly:
    """`1 - b`: the bracket of the opposite condition."""
    return number(bracket.store, 1) - bracket


# -- conditions -----------------------------------------------------------------------------------


def above_zero(store: Store, poly: Poly) -> Poly:
    """The bracket `[poly > 0]`."""
    return by_cases(store, poly, lambda p: _above_zero(store, p), lambda p: _close_above(store, p))


def _above_zero(store: Store, poly: Poly) -> Poly:
    decided = _decided(store, poly)
    if decided is not None:
        return number(store, decided)
    factor, monomial, rest = primitive(store, poly)
    guards: list[Poly] = []
    body = rest
    for atom, exponent in monomial:
        known = atom_sign(store, atom)
        if exponent % 2 == 1 and known.sign <= 0:
            body = raw_product(body, Poly(store, {((atom, 1),): 1}))
            continue
        store.use(known.reasons)
        if not known.nonzero and exponent > 0:
            guards.append(complement(is_zero_bracket(store, monomial_poly(store, ((atom, 1),)))))
    body = normalise(store, body.scale(factor))
    decided = _decided(store, body)
    if decided is not None:
        return product_of(store, guards).scale(decided)
    return product_of(store, guards) * _close_above(store, body)


def _decided(store: Store, poly: Poly) -> int | None:
    """Whether `poly > 0`, where its sign is known."""
    known = sign_of(store, poly)
    if poly.is_zero or known.sign < 0:
        store.use(known.reasons)
        return 0
    if known.sign > 0 and known.nonzero:
        store.use(known.reasons)
        return 1
    return None


def _close_above(store: Store, body: Poly) -> Poly:
    body = body.scale(1 / Fraction(rational_content(body)))
    head, args, sign, new = close_up_to_sign(store, "above", body)
    if new:
        head.active = True
        head.known = {"binary": (), "nonnegative": ()}
    bracket = Poly(store, {((store.atom(head, args), 1),): 1})
    if sign > 0:
        return bracket
    if head.flip is not None:
        flipped = tuple(args[p] for p in head.flip)
        return Poly(store, {((store.atom(head, flipped), 1),): 1})
    return complement(bracket) - is_zero_bracket(store, body)


def is_zero_bracket(store: Store, poly: Poly) -> Poly:
    """The bracket `[poly = 0]`."""
    return by_cases(store, poly, lambda p: _is_zero(store, p), lambda p: _close_zero(store, p))


def _is_zero(store: Store, poly: Poly) -> Poly:
    if poly.is_zero:
        return number(store, 1)
    known = sign_of(store, poly)
    if known.nonzero:
        store.use(known.reasons)
        return number(store, 0)
    _, monomial, rest = primitive(store, poly)
    nonzero = number(store, 1)
    for atom, exponent in monomial:
        # what stands in a denominator is not 0 where the expression is defined
        if exponent > 0:
            one = monomial_poly(store, ((atom, 1),))
            nonzero = nonzero * complement(_close_zero(store, one))
    if rest.as_number is None:
        nonzero = nonzero * complement(_close_zero(store, rest))
    return complement(nonzero)


def _close_zero(store: Store, poly: Poly) -> Poly:
    known = sign_of(store, poly)
    if known.nonzero:
        store.use(known.reasons)
        return number(store, 0)
    if store.not_always_zero is not None and store.not_always_zero(poly):
        store.use(f"{poly!r} != 0")
        return number(store, 0)
    head, args, _, new = close_up_to_sign(store, "zero", poly, even=True)
    if new:
        head.active = True
        head.known = {"binary": (), "nonnegative": ()}
        head.pivot = _linear_atom(head)
    return Poly(store, {((store.atom(head, args), 1),): 1})


def _linear_atom(head: Head) -> Atom | None:
    """The last atom that stands alone in one term and that symmetries leave in place."""
    return last_alone(head.template, lambda atom: is_fixed(head, atom))


def last_alone(body: Poly, wanted: Callable[[Atom], bool] = lambda _: True) -> Atom | None:
    """The last wanted atom that occurs in one term only, alone."""
    counts: dict[Atom, int] = {}
    for monomial in body.terms:
        for atom, _ in monomial:
            counts[atom] = counts.get(atom, 0) + 1
    alone = [a for a, n in counts.items() if n == 1 and ((a, 1),) in body.terms and wanted(a)]
    return max(alone, key=lambda atom: atom.key, default=None)


def is_fixed(head: Head, atom: Atom) -> bool:
    """Whether every symmetry of the head leaves an atom of its body in place."""
    slots = {slot_name(n): n for n in range(head.arity)}
    for permutation in head.symmetry:
        for term in atom.args:
            if any(permutation[slots[n]] != slots[n] for n in term.letters):
                return False
    return True


def instance(store: Store, inner: Atom, outer: Atom) -> Atom:
    """An atom of a body, at the arguments of the atom that has that body."""
    key = ("instance", inner, outer)
    found: Atom | None = store.memo.get(key)
    if found is None:
        filling = {slot_name(n): t for n, t in enumerate(outer.args)}
        args = tuple(filling.get(t.letter or "", t) for t in inner.args)
        found = store.memo[key] = store.atom(inner.head, args)
    return found
