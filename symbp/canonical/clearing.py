"""Is a polynomial zero? The ladder: as it stands, denominators cleared, opposite conditions joined.

Law of clearing: where D is defined, D = 0 exactly if D * P^e = 0 for each denominator P of D. It is
used on each group of terms with the same two-valued factors by itself: there, bracket-free, nothing
divides zero. (`[x = 0] * x = 0` must not clear a denominator x.)

A power u^(k-1) of a sum u, k >= 0, is cleared in the same way, but in no group in which a value is
said to be 0: a polynomial in u that is 0 wherever u is not 0 has no other value at u = 0.

A form that is not found to be zero proves nothing: `is_zero` answers "yes" or "do not know".
"""

from __future__ import annotations

from math import ceil

from symbp.canonical.brackets import at_least_zero, difference_of, equals_zero
from symbp.canonical.budgets import guarded
from symbp.canonical.conditionlaws import leaves_no_value
from symbp.canonical.conditions import complement, is_zero_bracket
from symbp.canonical.heads import Atom, Monomial, Poly, Store
from symbp.canonical.polynomials import (
    merge,
    natural_power,
    normalise,
    number,
    raw_product,
    sorted_monomial,
    sum_of,
    without,
)
from symbp.canonical.rationals import Rational
from symbp.canonical.signs import is_binary
from symbp.canonical.substitution import rewrite
from symbp.canonical.symbolicpowers import lifted, parts_of, symbolic_power
from symbp.canonical.templates import open_head
from symbp.indices import IndexExpr

__all__ = ["clear", "is_zero", "numerators"]


@guarded
def is_zero(store: Store, poly: Poly) -> bool:
    """Whether the polynomial is found to be zero wherever it is defined, for all sizes."""
    if poly.is_zero or _cleared(store, poly):
        return True
    joined = rewrite(store, poly, lambda atom: _join(store, atom))
    return joined != poly and (joined.is_zero or _cleared(store, joined))


def _cleared(store: Store, poly: Poly) -> bool:
    # under [x = 0] a numerator x is zero as well
    return all(
        part.is_zero or (not alike and (Poly(store, {group: 1}) * part).is_zero)
        for group, part, alike in _numerators(store, poly)
    )


@guarded
def clear(store: Store, poly: Poly) -> Poly:
    """The polynomial times its denominators; zero exactly if all its `numerators` are."""
    parts = [
        raw_product(Poly(store, {group: 1}), part) for group, part, _ in _numerators(store, poly)
    ]
    return sum_of(store, parts)


@guarded
def numerators(store: Store, poly: Poly) -> tuple[Poly, ...]:
    """The numerator of each group of terms with the same two-valued factors."""
    return tuple(part for _, part, _ in _numerators(store, poly))


def _numerators(store: Store, poly: Poly) -> list[tuple[Monomial, Poly, bool]]:
    """Groups of terms with their two-valued factors; grouped again after each multiplication.

    And whether a denominator was cleared that is 0 where the group says that something is: what
    `(1 - [u = 0]) / u` comes to has its terms rewritten alike, so u = 0 must not be used on one.
    """
    found: list[tuple[Monomial, Poly, bool]] = []
    todo = [(group, part, False) for group, part in _groups(poly)]
    while todo:
        group, part, alike = todo.pop()
        zeros = [a for a, _ in group if a.head.kind == "zero"]
        atom = _denominator(part, said_zero=bool(zeros))
        if atom is None:
            found.append((group, part, alike))
            continue
        store.budget.spend(len(part.terms))
        cleared = _multiply_out(store, part, atom)
        alike = alike or any(leaves_no_value(store, zero, atom, -1) for zero in zeros)
        todo.extend((merge(group, inner), rest, alike) for inner, rest in _groups(cleared))
    return found


def _groups(poly: Poly) -> list[tuple[Monomial, Poly]]:
    groups: dict[Monomial, dict[Monomial, Rational]] = {}
    for monomial, factor in poly.sorted_terms():
        group = tuple((a, e) for a, e in monomial if is_binary(a))
        rest = tuple((a, e) for a, e in monomial if not is_binary(a))
        groups.setdefault(group, {})[rest] = factor
    return [(group, Poly(poly.store, terms)) for group, terms in groups.items()]


def _denominator(poly: Poly, *, said_zero: bool) -> Atom | None:
    """The deepest atom with laws of its own that has a negative exponent somewhere."""
    found: Atom | None = None
    for monomial, _ in poly.sorted_terms():
        for atom, exponent in monomial:
            if atom.head.kind == "power":
                if said_zero or exponent != 1 or lifted(poly.store, atom) is None:
                    continue
            elif exponent >= 0 or atom.head.kind not in ("poly", "root", "function"):
                continue
            if found is None or (atom.head.depth, atom.key) > (found.head.depth, found.key):
                found = atom
    return found


def _multiply_out(store: Store, poly: Poly, atom: Atom) -> Poly:
    """Times the least power of an atom that leaves no negative exponent of it."""
    low = lifted(store, atom)
    if low is not None:
        return _lift(store, poly, atom, *low)
    least = min(dict(m).get(atom, 0) for m in poly.terms)
    body = Poly(store, {((atom, 1),): 1})
    if atom.head.kind != "function":
        body, _ = open_head(store, atom.head, atom.args)
    parts: list[Poly] = []
    for monomial, factor in poly.terms.items():
        exponent = dict(monomial).get(atom, 0) - least
        whole = ceil(exponent) if exponent == ceil(exponent) else ceil(exponent) - 1
        left = dict(without(monomial, atom))
        left[atom] = exponent - whole
        rest = Poly(store, {sorted_monomial(left): factor})
        parts.append(raw_product(rest, natural_power(body, whole)))
    return normalise(store, sum_of(store, parts))


def _lift(store: Store, poly: Poly, atom: Atom, base: Poly, count: int) -> Poly:
    """Times the base of a power as often as its exponent is too low."""
    beside = natural_power(base, count)
    raised = symbolic_power(store, base, parts_of(store, atom).exponent + count)
    parts: list[Poly] = []
    for monomial, factor in poly.terms.items():
        rest = without(monomial, atom)
        times = raised if len(rest) < len(monomial) else beside
        parts.append(raw_product(Poly(store, {rest: factor}), times))
    return normalise(store, sum_of(store, parts))


def _join(store: Store, atom: Atom) -> Poly | None:
    """Of conditions that speak of one difference all are written through one.

    `[d >= 0] = [d > 0] + [d = 0]`, `[-d > 0] = 1 - [d > 0] - [d = 0]`, for indices and values.
    """
    if atom.head.kind == "atmost":
        return _join_indices(store, difference_of(atom))
    if atom.head.kind != "above" or atom.head.flip is None:
        return None
    flipped = store.atom(atom.head, tuple(atom.args[p] for p in atom.head.flip))
    if flipped.key >= atom.key:
        return None
    body, _ = open_head(store, atom.head, atom.args)
    opposite = Poly(store, {((flipped, 1),): 1})
    return number(store, 1) - opposite - is_zero_bracket(store, body)


def _join_indices(store: Store, difference: IndexExpr) -> Poly | None:
    """The condition `difference >= 0` through the strict one of its canonical direction."""
    constant = dict(difference.terms).get((), 0)
    moving = difference - constant
    if constant not in (0, -1):
        return None
    forward = store.term(moving).key < store.term(-moving).key
    if forward and constant == -1:
        return None
    strict = at_least_zero(store, (moving if forward else -moving) - 1)
    if forward:
        return strict + equals_zero(store, moving)
    if constant == 0:
        return complement(strict)
    return complement(strict) - equals_zero(store, moving)
