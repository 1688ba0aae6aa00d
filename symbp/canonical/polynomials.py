"""Arithmetic of polynomials: products, and the laws that bring them to normal form.

The operators of `Poly` apply all laws, so that what they return is in normal form. `raw_product`
applies none; it is what laws are written with.

Law of exponents: u^a * u^b = u^(a+b), for every atom; where a root is real on both sides this holds
for real u, and 1/u * u = 1 wherever the left side is defined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symbp.canonical.heads import UNIT, Atom, Head, Monomial, Poly, Store, accumulate
from symbp.canonical.rationals import Rational, simplify_rational
from symbp.canonical.terms import Term
from symbp.errors import MathError, NotSupportedError

__all__ = [
    "atom_poly",
    "merge",
    "monomial_poly",
    "natural_power",
    "normalise",
    "number",
    "product",
    "product_of",
    "raw_product",
    "sorted_monomial",
    "sum_of",
    "without",
]


def _atom_key(pair: tuple[Atom, Rational]) -> tuple[int, tuple[tuple[int, str], ...]]:
    return pair[0].key


def sorted_monomial(powers: Mapping[Atom, Rational]) -> Monomial:
    """The monomial of a mapping from atoms to exponents; zero exponents are dropped."""
    kept = [(a, simplify_rational(e)) for a, e in powers.items() if e]
    if len(kept) > 1:
        kept.sort(key=_atom_key)
    return tuple(kept)


def merge(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials: exponents add."""
    if not left:
        return right
    if not right:
        return left
    powers: dict[Atom, Rational] = dict(left)
    for atom, exponent in right:
        powers[atom] = powers.get(atom, 0) + exponent
    return sorted_monomial(powers)


def number(store: Store, value: Rational) -> Poly:
    """A rational number as a polynomial."""
    return Poly(store, {UNIT: simplify_rational(value)} if value else {})


def atom_poly(store: Store, head: Head, args: tuple[Term, ...], exponent: Rational = 1) -> Poly:
    """A power of an atom, by all laws."""
    return monomial_poly(store, ((store.atom(head, args), exponent),))


def monomial_poly(store: Store, monomial: Monomial, factor: Rational = 1) -> Poly:
    """A monomial with its coefficient, by all laws."""
    return normalise(store, Poly(store, {monomial: factor} if factor else {}))


def sum_of(store: Store, polys: Iterable[Poly]) -> Poly:
    """The sum of many polynomials, in one go."""
    total: dict[Monomial, Rational] = {}
    for poly in polys:
        for monomial, factor in poly.terms.items():
            accumulate(total, monomial, factor)
        store.budget.check_terms(len(total))
    return Poly(store, total)


def product_of(store: Store, polys: Iterable[Poly]) -> Poly:
    """The product of many polynomials, by all laws."""
    total = number(store, 1)
    for poly in polys:
        total = total * poly
    return total


def raw_product(left: Poly, right: Poly) -> Poly:
    """The product with exponents added and like terms collected, and no law applied."""
    store = left.store
    if len(left.terms) == 1 and UNIT in left.terms:
        return right.scale(left.terms[UNIT])
    if len(right.terms) == 1 and UNIT in right.terms:
        return left.scale(right.terms[UNIT])
    pairs = len(left.terms) * len(right.terms)
    store.budget.check_terms(pairs // 4)
    store.budget.spend(1 + pairs // 16)
    total: dict[Monomial, Rational] = {}
    for first, a in left.terms.items():
        for second, b in right.terms.items():
            accumulate(total, merge(first, second), a * b)
    store.budget.check_terms(len(total))
    return Poly(store, total)


def normalise(store: Store, poly: Poly) -> Poly:
    """Apply the laws to each product until none has anything to say.

    Each law names its own measure that gets smaller; the budget of steps stands behind them all.
    """
    if not any(_is_active(m) for m in poly.terms):
        return poly
    total: dict[Monomial, Rational] = {}
    store.budget.spend(1 + len(poly.terms) // 4)
    for monomial, factor in poly.terms.items():
        for reduced, weight in _reduce(store, monomial).terms.items():
            accumulate(total, reduced, factor * weight)
    store.budget.check_terms(len(total))
    return Poly(store, total)


def _is_active(monomial: Monomial) -> bool:
    return any(atom.head.active for atom, _ in monomial)


def _reduce(store: Store, monomial: Monomial) -> Poly:
    if not _is_active(monomial):
        return Poly(store, {monomial: 1})
    known: Poly | None = store.memo.get(("reduce", monomial))
    if known is not None:
        return known
    total: dict[Monomial, Rational] = {}
    todo: list[tuple[Monomial, Rational]] = [(monomial, 1)]
    while todo:
        current, factor = todo.pop()
        rewritten = _apply_first_law(store, current)
        if rewritten is None:
            accumulate(total, current, factor)
            store.budget.check_terms(len(total))
            continue
        store.budget.spend(len(rewritten.terms))
        store.budget.check_terms(len(todo) + len(rewritten.terms))
        todo.extend((m, c * factor) for m, c in rewritten.terms.items())
    result = Poly(store, total)
    store.memo["reduce", monomial] = result
    return result


def _apply_first_law(store: Store, monomial: Monomial) -> Poly | None:
    for atom, exponent in monomial:
        if atom.head.active:
            rewritten = store.rules.laws[atom.head.kind](store, monomial, atom, exponent)
            if rewritten is not None:
                return rewritten
    return None


def natural_power(poly: Poly, exponent: int) -> Poly:
    """A natural power by repeated multiplication, within the budget of terms."""
    store = poly.store
    if exponent < 0:
        raise MathError("a natural power is needed here")
    if exponent > store.budget.terms:
        raise NotSupportedError(f"the power {exponent} of a sum is not written out")
    result, square = number(store, 1), poly
    while exponent:
        if exponent & 1:
            result = result * square
        exponent >>= 1
        if exponent:
            square = square * square
    return result


def without(monomial: Monomial, *atoms: Atom) -> Monomial:
    """The monomial without these atoms."""
    return tuple((a, e) for a, e in monomial if a not in atoms)


def product(left: Poly, right: Poly) -> Poly:
    """The product of two polynomials, by all laws."""
    return normalise(left.store, raw_product(left, right))
