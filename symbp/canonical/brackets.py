"""Brackets of index conditions: `[i = j]`, `[i <= j]`, and how products with them contract.

Both are kept as two lists of positive terms, so that `[i = k+1]` and `[i - k = 1]` are one atom.

Laws:
    [d = 0] = 1 or 0, [d >= 0] = 1 or 0         where the ranges of the letters decide
    [i = j] f(j) = [i = j] f(i)                 the larger letter is replaced by the smaller,
    [t[n] = k] f(t[n]) = [t[n] = k] f(k)        a gathered value by the plain index
    [a >= 0][b >= 0] = [b >= 0]                 if a - b >= 0; 0 if a + b < 0; [a = 0] if a + b = 0
    [e = 0][a >= 0] = [e = 0]                   if a + e >= 0 or a - e >= 0
"""

from __future__ import annotations

from math import gcd

from symbp.canonical import ranges
from symbp.canonical.heads import Atom, Head, Monomial, Poly, Store
from symbp.canonical.polynomials import number, raw_product, without
from symbp.canonical.rationals import Rational
from symbp.canonical.templates import map_terms
from symbp.canonical.terms import Term, replace_atom
from symbp.errors import MathError, NotSupportedError
from symbp.indices import Atom as IndexAtom
from symbp.indices import Gather, IndexExpr, Letter

__all__ = [
    "at_least_zero",
    "difference_of",
    "equals_zero",
    "index_head",
    "index_value",
    "once",
    "solve",
]

_BINARY: dict[str, tuple[str, ...]] = {"binary": (), "nonnegative": ()}


# -- making ---------------------------------------------------------------------------------------


def index_head(store: Store, kind: str) -> Head:
    """The head of index conditions of a kind, or of index values."""
    arity = 1 if kind == "index" else 2
    head = store.head(kind, (), arity, name={"equal": "eq", "atmost": "le"}.get(kind, ""))
    if not head.delicate:
        head.delicate = True
        head.active = kind != "index"
        head.known = {"integer": ()} if kind == "index" else dict(_BINARY)
        if kind == "equal":
            head.symmetry = ((0, 1), (1, 0))
    return head


def equals_zero(store: Store, difference: IndexExpr) -> Poly:
    """The bracket `[difference = 0]`."""
    value = difference.as_integer
    if value is not None:
        return number(store, int(value == 0))
    if ranges.is_negative(store, difference) or ranges.is_negative(store, -difference):
        return number(store, 0)
    factors = [f for atoms, f in difference.terms if atoms]
    common = gcd(*factors)
    if common > 1:
        if any(f % common for _, f in difference.terms):
            return number(store, 0)
        difference = IndexExpr(tuple((a, f // common) for a, f in difference.terms))
    return _bracket(store, "equal", difference)


def at_least_zero(store: Store, difference: IndexExpr) -> Poly:
    """The bracket `[difference >= 0]`."""
    if ranges.is_nonnegative(store, difference):
        return number(store, 1)
    if ranges.is_negative(store, difference):
        return number(store, 0)
    if ranges.is_nonnegative(store, -difference):
        return equals_zero(store, difference)
    return _bracket(store, "atmost", -difference)


def _bracket(store: Store, kind: str, difference: IndexExpr) -> Poly:
    plus = IndexExpr(tuple((a, f) for a, f in difference.terms if f > 0))
    minus = IndexExpr(tuple((a, -f) for a, f in difference.terms if f < 0))
    atom = store.atom(index_head(store, kind), (store.term(plus), store.term(minus)))
    return Poly(store, {((atom, 1),): 1})


def index_value(store: Store, expr: IndexExpr) -> Poly:
    """An index expression as a number: extents are positive atoms, letters are index atoms."""
    total: dict[Monomial, Rational] = {}
    for atoms, factor in expr.terms:
        powers: dict[Atom, int] = {}
        for index_atom in atoms:
            atom = _value_atom(store, index_atom)
            powers[atom] = powers.get(atom, 0) + 1
        monomial = tuple(sorted(powers.items(), key=lambda pair: pair[0].key))
        total[monomial] = total.get(monomial, 0) + factor
    return Poly(store, total)


def _value_atom(store: Store, atom: IndexAtom) -> Atom:
    term = store.term(IndexExpr((((atom,), 1),)))
    if not term.letters and not term.expr.gathered:
        head = store.head("extent", term.expr, 0, name=str(term.expr))
        head.extents = (term.expr,)
        head.known.setdefault("integer", ())
        if len(head.known) == 1 and ranges.is_nonnegative(store, term.expr):
            head.known = {"nonnegative": (), "integer": ()}
            if ranges.is_nonnegative(store, term.expr - 1):
                head.known = dict.fromkeys(("positive", "nonzero", "nonnegative", "integer"), ())
        return store.atom(head, ())
    return store.atom(index_head(store, "index"), (term,))


def difference_of(atom: Atom) -> IndexExpr:
    """The expression that an index bracket compares with 0."""
    plus, minus = atom.args
    return plus.expr - minus.expr if atom.head.kind == "equal" else minus.expr - plus.expr


def build_index(store: Store, head: Head, args: tuple[Term, ...]) -> Poly:
    """An index value or bracket at other terms."""
    if head.kind == "index":
        return index_value(store, args[0].expr)
    if head.kind == "equal":
        return equals_zero(store, args[0].expr - args[1].expr)
    return at_least_zero(store, args[1].expr - args[0].expr)


# -- laws -----------------------------------------------------------------------------------------


def once(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: a thing that is 0 or 1 is its own square."""
    if exponent == 1:
        return None
    if exponent < 0:
        raise NotSupportedError("a condition stands in a denominator")
    powers = dict(monomial)
    powers[atom] = 1
    return Poly(store, {tuple((a, powers[a]) for a, _ in monomial): 1})


def equal_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: `[i = j] f(j) = [i = j] f(i)`."""
    if exponent != 1:
        return once(store, monomial, atom, exponent)
    replacement = _contraction(difference_of(atom))
    if replacement is None:
        return None
    old, new = replacement
    rest = without(monomial, atom)
    if not any(old in tuple(t.expr.atoms()) for a, _ in rest for t in a.args):
        return None

    def change(term: Term) -> Term:
        return store.term(replace_atom(term.expr, old, new))

    try:
        rewritten = map_terms(store, Poly(store, {rest: 1}), change)
    except MathError:
        return None  # [i = j] / (x[i] - x[j]) has no value, and may yet cancel
    return raw_product(Poly(store, {((atom, 1),): 1}), rewritten)


def _contraction(difference: IndexExpr) -> tuple[IndexAtom, IndexExpr] | None:
    """What an equality replaces by what: a gathered value, else its larger letter."""
    linear = [(atoms[0], f) for atoms, f in difference.terms if len(atoms) == 1]
    letters = [a.name for a, _ in linear if isinstance(a, Letter)]
    if len(difference.letters) > 2 and not difference.gathered:
        return None  # a link of three indices stays a link: see `sums`
    gathers = [(a, f) for a, f in linear if isinstance(a, Gather) and abs(f) == 1]
    for gather, factor in sorted(gathers, key=lambda g: str(g[0]), reverse=True):
        rest = _solved(difference, gather, factor)
        inside = atom_letters(gather)
        if gather not in tuple(rest.atoms()) and not any(n in inside for n in rest.letters):
            return gather, rest
    plain = [(a, f) for a, f in linear if isinstance(a, Letter) and abs(f) == 1]
    for letter, factor in sorted(plain, key=lambda p: p[0].name, reverse=True):
        rest = _solved(difference, letter, factor)
        if letter.name not in rest.letters and letters.count(letter.name) == 1:
            return letter, rest
    return None


def atom_letters(atom: IndexAtom) -> tuple[str, ...]:
    """The running indices inside an atom of an index expression."""
    return IndexExpr((((atom,), 1),)).letters


def _solved(difference: IndexExpr, atom: IndexAtom, factor: int) -> IndexExpr:
    rest = difference - IndexExpr((((atom,), factor),))
    return rest if factor < 0 else -rest


def solve(difference: IndexExpr, letter: str) -> IndexExpr | None:
    """The value of a letter for which the expression is 0, where there is exactly one."""
    for atoms, factor in difference.terms:
        if atoms == (Letter(letter),) and abs(factor) == 1:
            rest = _solved(difference, Letter(letter), factor)
            return None if letter in rest.letters else rest
    return None


def at_most_law(store: Store, monomial: Monomial, atom: Atom, exponent: Rational) -> Poly | None:
    """Law: an inequality that another condition implies is dropped; two may exclude each other."""
    if exponent != 1:
        return once(store, monomial, atom, exponent)
    for other, _ in monomial:
        if other is atom or other.head.kind not in ("equal", "atmost"):
            continue
        key = ("beside", atom, other)
        if key not in store.memo:
            store.budget.spend()
            store.memo[key] = _beside(store, atom, other)
        verdict = store.memo[key]
        if verdict == "excluded":
            return number(store, 0)
        if verdict == "implied":
            return Poly(store, {without(monomial, atom): 1})
        if verdict == "opposite":
            rest = Poly(store, {without(monomial, atom, other): 1})
            return raw_product(rest, equals_zero(store, difference_of(atom)))
    return None


def _beside(store: Store, atom: Atom, other: Atom) -> str:
    """What a condition does to an inequality beside it."""
    own, theirs = difference_of(atom), difference_of(other)
    link = other.head.kind == "equal"
    if ranges.is_nonnegative(store, own - theirs):
        return "implied"
    if link and ranges.is_nonnegative(store, own + theirs):
        return "implied"
    if ranges.is_negative(store, own + theirs):
        return "excluded"
    if link and ranges.is_negative(store, own - theirs):
        return "excluded"
    return "opposite" if not link and not (own + theirs).terms else ""
