"""Sums over bound indices, in one normal shape: flattened, sifted, split into components.

    sum(k, c * f[i] * g[i,k]) = c * f[i] * S[i]        S the closed head of sum(k, g[s,k])

Laws:
    flatten     a positive whole power of a sum that touches an outer bound index is opened into it
    sift        sum(k, [k = t] f(k)) = [0 <= t < K] f(t)
    link        x[i+k] = sum(b, [b = i+k] x[b]), where k is bound: a convolution has one spelling,
                a product of plain accesses and a link of three indices, which is not sifted
    split       factors that share no bound index are summed apart; a bound index that occurs
                nowhere gives its extent
    absorb      an inner sum that is declared (sum(k, y[n,k]) = 1), or that stands in a denominator
                beside it, is closed first
    count       sum(k, [a <= k][k <= b]) = b - a + 1
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor

from symbp.canonical import ranges
from symbp.canonical.brackets import (
    at_least_zero,
    difference_of,
    equals_zero,
    index_value,
    solve,
)
from symbp.canonical.budgets import guarded
from symbp.canonical.heads import Atom, Head, Monomial, Poly, Store, slot_name
from symbp.canonical.polynomials import (
    monomial_poly,
    product_of,
    sorted_monomial,
    sum_of,
    without,
)
from symbp.canonical.rationals import Rational
from symbp.canonical.signs import monomial_sign
from symbp.canonical.templates import close, open_head, substitute
from symbp.canonical.terms import Term
from symbp.errors import DeclarationError, MathError, NotSupportedError
from symbp.expressions import Binder
from symbp.indices import Extent, IndexExpr, Letter

__all__ = ["bind", "sum_letters", "sum_over"]

Letters = tuple[str, ...]


@guarded
def sum_over(store: Store, poly: Poly, binders: Iterable[Binder]) -> Poly:
    """The sum of a polynomial over the ranges of binders; a later range may use earlier letters."""
    for binder in reversed(tuple(binders)):
        fresh, place, guard = bind(store, binder)
        moved = substitute(store, poly, {binder.name: store.term(place)})
        poly = sum_letters(store, moved * guard, (fresh,))
    return poly


def bind(store: Store, binder: Binder) -> tuple[str, IndexExpr, Poly]:
    """A fresh letter for a binder, what to write for its letter, and the guard of its range.

    A range whose ends move with outer letters becomes a rectangle and a bracket.

    Raises:
        DeclarationError: the range is not known.
        NotSupportedError: no bound of the range is known.
    """
    if binder.upper is None:
        raise DeclarationError(f"the range of the index {binder.name} is not known")
    lower, upper = binder.lower, binder.upper
    offset = IndexExpr.integer(0)
    if not ranges.is_nonnegative(store, lower):
        offset, lower, upper = lower, IndexExpr.integer(0), upper - lower
    extent = _rectangle(store, upper)
    if extent is None:
        raise NotSupportedError(f"no bound is known for the range of the index {binder.name}")
    letter = store.fresh(extent)
    place = IndexExpr.letter(letter)
    guard = at_least_zero(store, place - lower) * at_least_zero(store, upper - 1 - place)
    return letter, place + offset, guard


def _rectangle(store: Store, upper: IndexExpr) -> IndexExpr | None:
    """An extent that a moving end never passes: that of its own letter, if that is enough."""
    if not upper.letters and not upper.gathered:
        return upper
    extent = ranges.largest(store, upper)
    for name in upper.letters:
        wider = store.extents.get(name)
        if extent is None or wider is None or wider.letters:
            continue
        if ranges.is_nonnegative(store, wider - extent):
            return wider
    return extent


def sum_letters(store: Store, poly: Poly, letters: Sequence[str]) -> Poly:
    """The sum over letters that run over their whole extents."""
    total: list[Poly] = []
    todo: list[tuple[Poly, Letters]] = [(poly, tuple(letters))]
    while todo:
        current, bound = todo.pop()
        store.budget.check_terms(len(todo) + len(current.terms))
        for monomial, factor in current.terms.items():
            store.budget.spend()
            step = _one_step(store, monomial, bound)
            if isinstance(step, Poly):
                total.append(step.scale(factor))
            else:
                todo.append((step[0].scale(factor), step[1]))
    return sum_of(store, total)


def _one_step(store: Store, monomial: Monomial, bound: Letters) -> Poly | tuple[Poly, Letters]:
    """The sum of a monomial, or a polynomial and letters with the same sum, nearer to the end."""
    return (
        _flatten(store, monomial, bound)
        or _sift(store, monomial, bound)
        or _link(store, monomial, bound)
        or _absorb(store, monomial, bound)
        or _split(store, monomial, bound)
    )


def _touches(atom: Atom, bound: Iterable[str]) -> bool:
    return any(letter in bound for letter in atom.letters)


def _flatten(store: Store, monomial: Monomial, bound: Letters) -> tuple[Poly, Letters] | None:
    for atom, exponent in monomial:
        if atom.head.kind == "sum" and exponent >= 1 and _touches(atom, bound):
            copies = floor(exponent)
            left = tuple((a, e) if a is not atom else (a, e - copies) for a, e in monomial)
            opened = [open_head(store, atom.head, atom.args) for _ in range(copies)]
            rest = monomial_poly(store, tuple((a, e) for a, e in left if e))
            letters = bound + tuple(letter for _, fresh in opened for letter in fresh)
            return product_of(store, [rest, *(body for body, _ in opened)]), letters
    return None


def _sift(store: Store, monomial: Monomial, bound: Letters) -> tuple[Poly, Letters] | None:
    for atom, _ in monomial:
        if atom.head.kind != "equal" or not _touches(atom, bound):
            continue
        difference = difference_of(atom)
        found = [
            (letter, value)
            for letter in bound
            if (value := solve(difference, letter)) is not None and _may_sift(value, bound)
        ]
        if not found:
            continue
        letter, value = min(found, key=lambda f: _sift_order(store, *f))
        others = tuple(b for b in bound if b != letter)
        rest = Poly(store, {without(monomial, atom): 1})
        try:
            moved = substitute(store, rest, {letter: store.term(value)})
        except MathError:
            continue  # [i = j] / (x[i] - x[j]) has no value, and may yet cancel
        guard = at_least_zero(store, value) * at_least_zero(
            store, store.extents[letter] - 1 - value
        )
        return guard * moved, others
    return None


def _may_sift(value: IndexExpr, bound: Letters) -> bool:
    """A link between three indices, two of them bound, stays a link."""
    return len(value.letters) <= 1 or not any(n in bound for n in value.letters)


def _sift_order(store: Store, letter: str, value: IndexExpr) -> tuple[bool, bool, str]:
    """Replace by a free value if there is one, by a positive shift, a longer range by a shorter."""
    constant = dict(value.terms).get((), 0)
    moving = any(n.startswith("‡") for n in value.letters)
    return moving, constant < 0, _reverse(str(store.extents[letter]))


def _link(store: Store, monomial: Monomial, bound: Letters) -> tuple[Poly, Letters] | None:
    for atom, _ in monomial:
        for place, term in enumerate(atom.args):
            extent = _axis(store, atom, place)
            if extent is None or not _is_link(term, bound):
                continue
            letter = store.fresh(extent)
            plain = store.term(letter)
            powers: dict[Atom, Rational] = {}
            for other, exponent in monomial:
                args = tuple(
                    plain if t is term and _axis(store, other, n) == extent else t
                    for n, t in enumerate(other.args)
                )
                moved = store.atom(other.head, args)
                powers[moved] = powers.get(moved, 0) + exponent
            rest = monomial_poly(store, sorted_monomial(powers))
            return rest * equals_zero(store, plain.expr - term.expr), (*bound, letter)
    return None


def _axis(store: Store, atom: Atom, place: int) -> IndexExpr | None:
    """The extent of an axis of a quantity."""
    known = store.axes.get(atom.head.name, ()) if atom.head.kind == "quantity" else ()
    return known[place] if place < len(known) else None


def _is_link(term: Term, bound: Letters) -> bool:
    """Whether a term adds a bound letter to other letters, and does nothing else."""
    if len(term.letters) < 2 or not any(n in bound for n in term.letters):
        return False
    return all(isinstance(a, Letter | Extent) for atoms, _ in term.expr.terms for a in atoms)


def _reverse(text: str) -> str:
    return "".join(chr(0x10FFFF - ord(c)) for c in text)


def _absorb(store: Store, monomial: Monomial, bound: Letters) -> tuple[Poly, Letters] | None:
    if not store.values and all(e > 0 for _, e in monomial):
        return None
    for letter in bound:
        inner = tuple((a, e) for a, e in monomial if letter in a.letters)
        if not inner or not any(_touches(a, set(bound) - {letter}) for a, _ in inner):
            continue
        head, args = _close(store, inner, (letter,))
        atom = store.atom(head, args)
        rest = tuple((a, e) for a, e in monomial if letter not in a.letters)
        if head in store.values:
            value = _declared(store, head, args)
        elif dict(rest).get(atom, 0) < 0:
            value = Poly(store, {((atom, 1),): 1})
        else:
            continue
        return Poly(store, {rest: 1}) * value, tuple(b for b in bound if b != letter)
    return None


def _split(store: Store, monomial: Monomial, bound: Letters) -> Poly:
    """One factor for each connected component; the factors without bound letters outside."""
    groups: list[tuple[set[str], list[tuple[Atom, Rational]]]] = []
    outside: list[tuple[Atom, Rational]] = []
    for atom, exponent in monomial:
        letters = {n for n in atom.letters if n in bound}
        if not letters:
            outside.append((atom, exponent))
            continue
        touching = [g for g in groups if g[0] & letters]
        for other in touching[1:]:
            touching[0][0].update(other[0])
            touching[0][1].extend(other[1])
            groups.remove(other)
        if touching:
            touching[0][0].update(letters)
            touching[0][1].append((atom, exponent))
        else:
            groups.append((letters, [(atom, exponent)]))
    used = {n for letters, _ in groups for n in letters}
    factors = [_extent_value(store, letter) for letter in bound if letter not in used]
    for letters, atoms in groups:
        component = tuple(sorted(atoms, key=lambda pair: pair[0].key))
        factors.append(_component(store, component, tuple(b for b in bound if b in letters)))
    return product_of(store, [monomial_poly(store, tuple(outside)), *factors])


def _extent_value(store: Store, letter: str) -> Poly:
    extent = store.extents[letter]
    if not ranges.is_nonnegative(store, extent):
        store.use(f"{extent} >= 0")
    return index_value(store, extent)


def _component(store: Store, monomial: Monomial, bound: Letters) -> Poly:
    counted = _count(store, monomial, bound)
    if counted is not None:
        return counted
    head, args = _close(store, monomial, bound)
    if head in store.values:
        return _declared(store, head, args)
    return Poly(store, {((store.atom(head, args), 1),): 1})


def _close(store: Store, monomial: Monomial, bound: Letters) -> tuple[Head, tuple[Term, ...]]:
    head, args, new = close(store, "sum", Poly(store, {monomial: 1}), bound)
    if new:
        known = monomial_sign(store, monomial)
        strict = known.nonzero and all(ranges.is_nonnegative(store, e - 1) for e in head.extents)
        if known.sign > 0:
            head.known["nonnegative"] = known.reasons
        if known.sign and strict:
            head.known["positive" if known.sign > 0 else "negative"] = known.reasons
            head.known["nonzero"] = known.reasons
    return head, args


def _declared(store: Store, head: Head, args: tuple[Term, ...]) -> Poly:
    value, reason = store.values[head]
    store.use(reason)
    return substitute(store, value, {slot_name(n): t for n, t in enumerate(args)})


def _count(store: Store, monomial: Monomial, bound: Letters) -> Poly | None:
    """How many values of one letter satisfy its inequalities."""
    if len(bound) != 1 or any(a.head.kind != "atmost" for a, _ in monomial):
        return None
    (letter,) = bound
    least: IndexExpr | None = None
    most: IndexExpr | None = None
    for atom, _ in monomial:
        difference = difference_of(atom)
        value = solve(difference, letter)
        if value is None:
            return None
        rising = not any(f < 0 for a, f in difference.terms if a == _letter_atoms(letter))
        if (least if rising else most) is not None:
            return None
        if rising:
            least = value
        else:
            most = value
    least = IndexExpr.integer(0) if least is None else least
    most = store.extents[letter] - 1 if most is None else most
    inside = (least, store.extents[letter] - 1 - most, most - least + 1)
    if not all(ranges.is_nonnegative(store, e) for e in inside):
        return None
    return index_value(store, most - least + 1)


def _letter_atoms(letter: str) -> tuple[object, ...]:
    return IndexExpr.letter(letter).terms[0][0]
