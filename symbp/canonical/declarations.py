"""Quantities and what is declared of them.

Open facts (positive, nonzero, unit_interval, ...) say something of signs. Facts that tie or fix
values (symmetric, simplex, one_hot, sign, binary) are laws of products, symmetries of the head, or
declared values of sums; derivatives are ambient, so a caller gives them only after differentiating.

Laws:
    s^2 = 1                        sign
    b^2 = b                        binary
    y[n,k] y[n,l] = [k=l] y[n,k]   one_hot over k
    sum(k, y[n,k]) = 1             simplex over k
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.canonical.brackets import equals_zero
from symbp.canonical.heads import Atom, Head, Monomial, Poly, Store, slot_name
from symbp.canonical.polynomials import number, raw_product, sorted_monomial, without
from symbp.canonical.rationals import Rational
from symbp.canonical.sums import sum_letters
from symbp.canonical.templates import substitute
from symbp.canonical.terms import Term
from symbp.errors import NotSupportedError, ShapeError
from symbp.facts import words_implied
from symbp.indices import IndexExpr

__all__ = ["access", "declare_fact", "declare_value", "quantity_head"]

_SPELLED = {
    "positive": "{} > 0",
    "negative": "{} < 0",
    "nonnegative": "{} >= 0",
    "nonzero": "{} != 0",
    "unit_interval": "0 < {} < 1",
}


def quantity_head(store: Store, name: str, rank: int) -> Head:
    """The head of a quantity; its rank is fixed at first use."""
    head = store.head("quantity", name, rank, name=name)
    if head.arity != rank:
        raise ShapeError(f"{name} has {head.arity} axes, and is used here with {rank}")
    return head


def access(store: Store, name: str, terms: Sequence[Term]) -> Poly:
    """A quantity at index terms."""
    head = quantity_head(store, name, len(terms))
    if "symmetric" in head.known:
        store.use(head.known["symmetric"])
    atom = store.atom(head, tuple(terms))
    return Poly(store, {((atom, 1),): 1})


def declare_fact(
    store: Store,
    name: str,
    word: str,
    rank: int,
    axes: tuple[int, ...] = (),
    extents: Sequence[IndexExpr | None] = (),
) -> None:
    """Say a word of the vocabulary of a quantity; declare facts before reading expressions."""
    head = quantity_head(store, name, rank)
    words = words_implied(word)
    for implied in words:
        reason = _SPELLED.get(word, "{} is " + word).format(name)
        head.known.setdefault(implied, (reason,))
    if "symmetric" in words:
        first, second = axes if len(axes) == 2 else (rank - 2, rank - 1)
        exchange = list(range(rank))
        exchange[first], exchange[second] = second, first
        head.symmetry = (tuple(range(rank)), tuple(exchange))
    if "sign" in words or "binary" in words:
        head.active = True
    if "simplex" in words:
        _declare_simplex(store, head, axes[0] if axes else rank - 1, extents)


def _declare_simplex(
    store: Store, head: Head, axis: int, extents: Sequence[IndexExpr | None]
) -> None:
    extent = extents[axis] if extents else None
    if extent is None:
        raise NotSupportedError(
            f"the extent of the axis on which {head.name} sums to 1 is not known"
        )
    letters = [f"i{n}" for n in range(head.arity)]
    letters[axis] = store.fresh(extent)
    terms = tuple(store.term(n) for n in letters)
    total = sum_letters(store, Poly(store, {((store.atom(head, terms), 1),): 1}), (letters[axis],))
    shown = ",".join("k" if n == axis else f"i{n}" for n in range(head.arity))
    declare_value(store, total, number(store, 1), f"sum(k, {head.name}[{shown}]) = 1")
    head.known["simplex"] = (str(axis),)


def declare_value(store: Store, left: Poly, right: Poly, reason: str) -> None:
    """Say that a sum has a value: `left = right` for all values of their letters.

    Raises:
        NotSupportedError: the left side is not one sum (times a number).
    """
    term = left.as_term
    if term is None or len(term[0]) != 1 or term[0][0][1] != 1 or term[0][0][0].head.kind != "sum":
        raise NotSupportedError("a fact must give the value of one sum")
    atom = term[0][0][0]
    slots = {t.letter: store.term(slot_name(n)) for n, t in enumerate(atom.args)}
    if None in slots or len(slots) < len(atom.args) or any(n not in slots for n in right.letters):
        raise NotSupportedError("a fact must hold for all values of its letters")
    value = right * (1 / number(store, term[1]))
    filling = {name: slot for name, slot in slots.items() if name is not None}
    store.values[atom.head] = (substitute(store, value, filling), reason)
    store.memo.clear()


def quantity_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: `s^2 = 1`, `b^2 = b`, `y[k] y[l] = [k=l] y[k]`."""
    known = atom.head.known
    rest = without(monomial, atom)
    if "sign" in known and exponent not in (0, 1) and exponent == int(exponent):
        store.use(known["sign"])
        powers = dict(rest)
        powers[atom] = exponent % 2
        return Poly(store, {sorted_monomial(powers): 1})
    if "binary" not in known or exponent < 0:
        return None
    if exponent != 1:
        store.use(known["binary"])
        return Poly(store, {sorted_monomial({**dict(rest), atom: 1}): 1})
    if "one_hot" in known:
        return _one_hot(store, monomial, atom)
    return None


def _one_hot(store: Store, monomial: Monomial, atom: Atom) -> Poly | None:
    axis = int(atom.head.known["simplex"][0])
    for other, exponent in monomial:
        if other is atom or other.head is not atom.head or exponent < 0:
            continue
        if atom.args[:axis] + atom.args[axis + 1 :] != other.args[:axis] + other.args[axis + 1 :]:
            continue
        store.use(atom.head.known["one_hot"])
        bracket = equals_zero(store, atom.args[axis].expr - other.args[axis].expr)
        return raw_product(Poly(store, {without(monomial, other): 1}), bracket)
    return None
