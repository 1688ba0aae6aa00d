"""Closing a polynomial into a head, opening a head, and substituting index terms.

Law: `open(close(p)) = p`, and two polynomials close into the same head exactly if one is the other
with its free index terms (and its bound letters) renamed.

Substitution fills slots. Where that could make two slots equal (`S[i,i]`), or let a law inside the
body fire (a bracket `[i=j]`, a shifted index), the atom is rebuilt from its body by all laws, so
that an atom whose arguments coincide never stands beside its own normal form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from symbp.canonical.heads import Atom, Head, Monomial, Poly, Store, bound_name, slot_name
from symbp.canonical.labelling import Factor, Labelling, Structure, group, label
from symbp.canonical.polynomials import normalise, number, raw_product, sorted_monomial, sum_of
from symbp.canonical.rationals import Rational
from symbp.canonical.terms import Shape, Term, build, decompose
from symbp.indices import IndexExpr

__all__ = [
    "Closed",
    "Signed",
    "close",
    "close_up_to_sign",
    "map_terms",
    "open_head",
    "rebuild_atom",
    "substitute",
    "substitute_term",
]

#: Kinds whose atoms have no body and are rebuilt from their arguments whenever these change.
INDEX_KINDS = frozenset({"index", "equal", "atmost"})


class Closed:
    """A polynomial taken apart: its structure, its items, and (after `label`) its numbering."""

    def __init__(self, store: Store, poly: Poly, bound: Sequence[str] = ()) -> None:
        self.store = store
        self.poly = poly
        self.bound = tuple(bound)
        self.numbers_of_bound = {letter: n for n, letter in enumerate(self.bound)}
        self.free: dict[Term, int] = {}
        self.shapes: dict[Term, Shape] = {}
        monomials = tuple(
            (factor, tuple(self._factor(a, e) for a, e in monomial))
            for monomial, factor in poly.sorted_terms()
        )
        colours: list[Any] = [(0, str(store.extents[letter])) for letter in self.bound]
        colours.extend((1,) for _ in self.free)
        self.structure = Structure(tuple(colours), monomials)

    def _factor(self, atom: Atom, exponent: Rational) -> Factor:
        return Factor(atom.head, exponent, tuple(self._shape(t) for t in atom.args))

    def _shape(self, term: Term) -> Shape:
        if term not in self.shapes:
            self.shapes[term] = decompose(term.expr, self.numbers_of_bound, self._item)
        return self.shapes[term]

    def _item(self, expr: IndexExpr) -> int:
        term = self.store.term(expr)
        return self.free.setdefault(term, len(self.bound) + len(self.free))

    @property
    def positive(self) -> int:
        """How many terms have a positive coefficient."""
        return sum(1 for factor in self.poly.terms.values() if factor > 0)

    def label(self) -> Labelling:
        """The canonical numbering of its items."""
        return label(self.structure, self.store.budget)

    def head(self, kind: str, labelling: Labelling, extra: Any = ()) -> tuple[Head, bool]:
        """The head that this closes into, and whether it was made just now."""
        colour_of = dict(zip(labelling.numbers, self.structure.colours, strict=True))
        colours = tuple(colour_of[n] for n in range(len(colour_of)))
        key = (extra, labelling.encoding, colours)
        head = self.store.find_head(kind, key)
        if head is not None:
            return head, False
        head = self.store.head(kind, key, len(self.free), 1 + self.poly.depth)
        names = self._names(labelling)
        letters = [self.bound[i] for i in self._bound_order(labelling)]
        head.extents = tuple(self.store.extents[letter] for letter in letters)
        head.symmetry = self.symmetry(labelling)
        head.delicate = any(not isinstance(s, int) for s in self.shapes.values()) or any(
            a.head.delicate for a in self.poly.atoms()
        )
        head.body = self._renamed(names)
        return head, True

    def args(self, labelling: Labelling) -> tuple[Term, ...]:
        """What fills the slots."""
        terms = list(self.free)
        first = len(self.bound)
        order = sorted(range(len(terms)), key=lambda n: labelling.numbers[first + n])
        return tuple(terms[n] for n in order)

    def symmetry(self, labelling: Labelling) -> tuple[tuple[int, ...], ...]:
        """The automorphisms as permutations of slots."""
        first = len(self.bound)
        numbers = labelling.numbers
        moves = []
        for image in labelling.automorphisms:
            move = [0] * len(self.free)
            for item in range(first, len(image)):
                move[numbers[item] - first] = numbers[image[item]] - first
            moves.append(tuple(move))
        return group(dict.fromkeys(moves), len(self.free))

    def _bound_order(self, labelling: Labelling) -> list[int]:
        return sorted(range(len(self.bound)), key=lambda n: labelling.numbers[n])

    def _names(self, labelling: Labelling) -> list[IndexExpr]:
        first = len(self.bound)
        return [
            IndexExpr.letter(bound_name(n) if item < first else slot_name(n - first))
            for item, n in enumerate(labelling.numbers)
        ]

    def _renamed(self, names: list[IndexExpr]) -> Poly:
        store = self.store
        terms = {t: store.term(build(shape, names)) for t, shape in self.shapes.items()}
        made: dict[Monomial, Rational] = {}
        for monomial, factor in self.poly.terms.items():
            powers = {store.atom(a.head, tuple(terms[t] for t in a.args)): e for a, e in monomial}
            made[sorted_monomial(powers)] = factor
        return Poly(store, made)


def close(
    store: Store, kind: str, poly: Poly, bound: Sequence[str] = (), extra: Any = ()
) -> tuple[Head, tuple[Term, ...], bool]:
    """The head and arguments of a polynomial, and whether the head is new."""
    closed = Closed(store, poly, bound)
    labelling = closed.label()
    head, new = closed.head(kind, labelling, extra)
    return head, closed.args(labelling), new


class Signed(NamedTuple):
    """A polynomial closed up to its sign: it is `sign` times the head at the arguments."""

    head: Head
    args: tuple[Term, ...]
    sign: int
    new: bool


def close_up_to_sign(
    store: Store, kind: str, poly: Poly, *, even: bool = False, extra: Any = ()
) -> Signed:
    """Close `p` or `-p`, whichever has more positive terms; of equals, the greater encoding.

    Where the two are one another with slots permuted (`x - y`), the head's `flip` is that
    permutation and the lesser arguments win; if the kind does not see signs (`even`), the
    permutation is a symmetry of the head.
    """
    plus, minus = Closed(store, poly), Closed(store, -poly)
    first, second = plus.label(), minus.label()
    if (minus.positive, second.encoding) > (plus.positive, first.encoding):
        head, new = minus.head(kind, second, extra)
        return Signed(head, minus.args(second), -1, new)
    head, new = plus.head(kind, first, extra)
    args, sign = plus.args(first), 1
    if first.encoding == second.encoding:
        mirrored = minus.args(second)
        if new:
            head.flip = tuple(args.index(t) for t in mirrored)
            if even:
                head.symmetry = group([*head.symmetry, head.flip], len(args))
        least = [store.atom(head, a).args for a in (args, mirrored)]
        if [t.key for t in least[1]] < [t.key for t in least[0]]:
            args, sign = mirrored, -1
    return Signed(head, args, sign, new)


def open_head(store: Store, head: Head, args: tuple[Term, ...]) -> tuple[Poly, tuple[str, ...]]:
    """The body at these arguments, with fresh letters for its bound indices."""
    if not head.extents:
        known: Poly | None = store.memo.get(("open", head, args))
        if known is not None:
            return known, ()
    filling = {slot_name(n): term for n, term in enumerate(args)}
    fresh = tuple(store.fresh(extent) for extent in head.extents)
    for n, letter in enumerate(fresh):
        filling[bound_name(n)] = store.term(letter)
    if head.delicate or len(set(args)) < len(args):
        body = substitute(store, head.template, filling)
    else:
        body = _rename(store, head.template, filling)
    if not fresh:
        store.memo["open", head, args] = body
    return body, fresh


def substitute(store: Store, poly: Poly, terms: Mapping[str, Term]) -> Poly:
    """Put index terms in the place of letters, all at once, by all laws."""
    return map_terms(store, poly, lambda term: substitute_term(store, term, terms))


def map_terms(store: Store, poly: Poly, change: Callable[[Term], Term]) -> Poly:
    """Change every argument of every atom, by all laws."""
    done: dict[Atom, Poly | None] = {}
    changed: list[Poly] = []
    same: dict[Monomial, Rational] = {}
    for monomial, factor in poly.terms.items():
        for atom, _ in monomial:
            if atom not in done:
                args = tuple(change(t) for t in atom.args)
                done[atom] = None if args == atom.args else rebuild_atom(store, atom.head, args)
        if all(done[atom] is None for atom, _ in monomial):
            same[monomial] = factor
        else:
            changed.append(_product(store, monomial, done).scale(factor))
    return sum_of(store, [Poly(store, same), *changed])


def _product(store: Store, monomial: Monomial, values: Mapping[Atom, Poly | None]) -> Poly:
    """The product of powers of the atoms' values (None: the atom itself), by all laws."""
    product = number(store, 1)
    for atom, exponent in monomial:
        value = values[atom]
        made = atom if value is None else value.as_atom
        if made is not None:
            product = raw_product(product, Poly(store, {((made, exponent),): 1}))
        elif value is not None:
            product = raw_product(product, value**exponent)
    return normalise(store, product)


def substitute_term(store: Store, term: Term, terms: Mapping[str, Term]) -> Term:
    """Put index terms in the place of the letters of a term."""
    if term.letter is not None:
        return terms.get(term.letter, term)
    if not any(name in terms for name in term.letters):
        return term
    return store.term(term.expr.substitute({n: t.expr for n, t in terms.items()}))


def rebuild_atom(store: Store, head: Head, args: tuple[Term, ...]) -> Poly:
    """A head at arguments that may coincide, in normal form."""
    if head.kind in INDEX_KINDS:
        return store.rules.index_builder(store, head, args)
    if head.body is not None and (head.delicate or len(set(args)) < len(args)):
        key = ("rebuild", head, args)
        known: Poly | None = store.memo.get(key)
        if known is None:
            store.budget.spend()
            body, letters = open_head(store, head, args)
            known = store.memo[key] = store.rules.builders[head.kind](store, head, body, letters)
        return known
    return Poly(store, {((store.atom(head, args), 1),): 1})


def _rename(store: Store, poly: Poly, terms: Mapping[str, Term]) -> Poly:
    """Other letters for letters, one to one: normal forms stay normal forms."""
    made: dict[Monomial, Rational] = {}
    for monomial, factor in poly.terms.items():
        powers = {
            store.atom(a.head, tuple(substitute_term(store, t, terms) for t in a.args)): e
            for a, e in monomial
        }
        made[sorted_monomial(powers)] = factor
    return Poly(store, made)
