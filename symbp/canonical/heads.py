"""Closed heads with numbered slots, atoms, polynomials of atoms, and the store that interns them.

    poly ::= sum of rational * atom^rational * ...
    atom ::= head[term, ...]
    head ::= kind (name | body)        closed: its body, a poly, knows only slots and bound numbers

A sum, an exponential, a denominator or a condition is a head; its body is a polynomial over the
slot letters `§0, §1, ...` and bound letters `†0, †1, ...`. No substitution ever enters a body: it
fills slots. So capture cannot occur, and a sum is as cheap to rename, multiply and compare as a
variable.

A head's `symmetry` is the group of slot permutations that leave it unchanged: declared for
quantities, found by labelling for everything else. An atom's arguments are the least of its orbit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symbp.canonical.budgets import Budget
from symbp.canonical.rationals import Rational, simplify_rational
from symbp.canonical.terms import Term
from symbp.errors import impossible
from symbp.indices import IndexExpr

__all__ = [
    "UNIT",
    "Atom",
    "Builder",
    "Head",
    "Law",
    "Monomial",
    "Permutations",
    "Poly",
    "Rules",
    "Store",
    "accumulate",
    "bound_name",
    "slot_name",
]

Permutations = tuple[tuple[int, ...], ...]


def slot_name(number: int) -> str:
    """The letter that stands for a slot in a body."""
    return f"§{number}"


def bound_name(number: int) -> str:
    """The letter that stands for a bound index in a body."""
    return f"†{number}"


class Head:
    """What an atom applies: a quantity, or a closed template.

    Attributes:
        number: its place in the store; smaller heads are older.
        kind: which laws it obeys: quantity, sum, exp, log, poly, equal, ...
        name: the quantity, constant, function or operator; empty for the others.
        arity: number of slots.
        body: the template over slot and bound letters, for heads that have one.
        extents: the extents of the bound indices of the body; what an extent head stands for.
        symmetry: all slot permutations that leave it unchanged, the identity included.
        depth: heads inside heads.
        active: whether its powers or products obey laws beyond adding exponents.
        delicate: whether filling the slots may let laws inside the body fire.
        known: what is known of its sign, with the conditions that it rests on.
        pivot: for denominators and zero conditions, the atom of the body that a rule eliminates.
        flip: for a body that changes its sign when slots are permuted, that permutation.
    """

    __slots__ = (
        "active", "arity", "body", "delicate", "depth", "extents", "flip", "kind", "known",
        "name", "number", "pivot", "symmetry",
    )  # fmt: skip

    def __init__(self, number: int, kind: str, name: str, arity: int, depth: int) -> None:
        self.number = number
        self.kind = kind
        self.name = name
        self.arity = arity
        self.depth = depth
        self.body: Poly | None = None
        self.extents: tuple[IndexExpr, ...] = ()
        self.symmetry: Permutations = ()
        self.active = False
        self.delicate = False
        self.known: dict[str, tuple[str, ...]] = {}
        self.pivot: Atom | None = None
        self.flip: tuple[int, ...] | None = None

    @property
    def template(self) -> Poly:
        """The body of a head that has one."""
        if self.body is None:
            impossible(f"head {self!r} has no body")
        return self.body

    def __repr__(self) -> str:
        return self.name or f"{self.kind}{self.number}"


class Atom:
    """A head with its slots filled; one object for each (head, arguments) of a store."""

    __slots__ = ("args", "head", "key")

    def __init__(self, head: Head, args: tuple[Term, ...]) -> None:
        self.head = head
        self.args = args
        self.key = (head.number, tuple(t.key for t in args))

    @property
    def letters(self) -> tuple[str, ...]:
        """Running indices in the arguments."""
        return tuple(dict.fromkeys(n for t in self.args for n in t.letters))

    def __repr__(self) -> str:
        return f"{self.head!r}[{','.join(map(repr, self.args))}]" if self.args else repr(self.head)


#: Atoms with their exponents, none of them zero, sorted by atom.
Monomial = tuple[tuple[Atom, Rational], ...]

UNIT: Monomial = ()


def accumulate(total: dict[Monomial, Rational], monomial: Monomial, factor: Rational) -> None:
    """Add a term to a sum under way."""
    value = total.get(monomial, 0) + factor
    if value:
        total[monomial] = simplify_rational(value)
    else:
        total.pop(monomial, None)


class Poly:
    """An immutable sum of terms, in normal form.

    Attributes:
        store: where its atoms live; polynomials of different stores do not mix.
        terms: coefficient of each monomial, none of them zero.
    """

    __slots__ = ("_hash", "_sorted", "store", "terms")

    def __init__(self, store: Store, terms: Mapping[Monomial, Rational]) -> None:
        self.store = store
        self.terms = terms
        self._hash: int | None = None
        self._sorted: tuple[tuple[Monomial, Rational], ...] | None = None

    # -- reading ----------------------------------------------------------------------------------

    @property
    def is_zero(self) -> bool:
        """Whether it has no terms; the converse of "is the zero function" is not claimed."""
        return not self.terms

    @property
    def as_number(self) -> Rational | None:
        """The value, where it is a rational number."""
        if not self.terms:
            return 0
        return self.terms.get(UNIT) if len(self.terms) == 1 else None

    @property
    def as_term(self) -> tuple[Monomial, Rational] | None:
        """The monomial and coefficient, where there is exactly one term."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    @property
    def as_atom(self) -> Atom | None:
        """The atom, where it is one."""
        term = self.as_term
        if term is None or term[1] != 1 or len(term[0]) != 1 or term[0][0][1] != 1:
            return None
        return term[0][0][0]

    def sorted_terms(self) -> tuple[tuple[Monomial, Rational], ...]:
        """Terms in an order that depends on heads and names only, never on hashes."""
        if self._sorted is None:
            self._sorted = tuple(
                sorted(self.terms.items(), key=lambda t: [(a.key, e) for a, e in t[0]])
            )
        return self._sorted

    def atoms(self) -> tuple[Atom, ...]:
        """The atoms, each once, in order of terms; those inside bodies are not listed."""
        return tuple(dict.fromkeys(a for m, _ in self.sorted_terms() for a, _ in m))

    @property
    def letters(self) -> tuple[str, ...]:
        """Running indices that it uses, each once."""
        return tuple(dict.fromkeys(n for a in self.atoms() for n in a.letters))

    @property
    def depth(self) -> int:
        """Heads inside heads, at the deepest."""
        return max((a.head.depth for m in self.terms for a, _ in m), default=0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and (self is other or self.terms == other.terms)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __repr__(self) -> str:
        if not self.terms:
            return "0"
        words = []
        for monomial, factor in self.sorted_terms():
            powers = [repr(a) if e == 1 else f"{a!r}^({e})" for a, e in monomial]
            if factor != 1 or not powers:
                powers.insert(0, str(factor))
            words.append("*".join(powers))
        return " + ".join(words)

    # -- arithmetic -------------------------------------------------------------------------------

    def __add__(self, other: Poly | Rational) -> Poly:
        right = self._coerce(other)
        total = dict(self.terms)
        for monomial, factor in right.terms.items():
            accumulate(total, monomial, factor)
        self.store.budget.check_terms(len(total))
        return Poly(self.store, total)

    def __neg__(self) -> Poly:
        return self.scale(-1)

    def __sub__(self, other: Poly | Rational) -> Poly:
        return self + (-self._coerce(other))

    def __rsub__(self, other: Rational) -> Poly:
        return self._coerce(other) - self

    def __mul__(self, other: Poly | Rational) -> Poly:
        if isinstance(other, int | Fraction):
            return self.scale(other)
        return self.store.rules.product(self, other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, exponent: Rational) -> Poly:
        return self.store.rules.power(self.store, self, exponent)

    def __truediv__(self, other: Poly | Rational) -> Poly:
        return self * self._coerce(other) ** -1

    def __rtruediv__(self, other: Rational) -> Poly:
        return self._coerce(other) / self

    def scale(self, factor: Rational) -> Poly:
        """The product with a rational number."""
        if factor == 1:
            return self
        if factor == 0:
            return Poly(self.store, {})
        return Poly(self.store, {m: simplify_rational(c * factor) for m, c in self.terms.items()})

    def _coerce(self, other: Poly | Rational) -> Poly:
        if isinstance(other, Poly):
            if other.store is not self.store:
                impossible("polynomials of two tables were mixed")
            return other
        return Poly(self.store, {UNIT: simplify_rational(other)} if other else {})


#: A law rewrites a product in which its atom occurs; None: it has nothing to say.
Law = Callable[["Store", "Monomial", Atom, Rational], "Poly | None"]
#: A builder applies what the head's kind does to an open body with these bound letters.
Builder = Callable[["Store", Head, "Poly", tuple[str, ...]], "Poly"]
#: What must not be 0 for a power of an atom to have a value; None: it always has one.
Divisor = Callable[["Store", Atom, Rational], "Poly | None"]
#: Index values and brackets have no body: they are built from their arguments.
IndexBuilder = Callable[["Store", Head, tuple[Term, ...]], "Poly"]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rows that `tables` assembles: what the lower modules need to know of the higher ones."""

    laws: Mapping[str, Law]
    builders: Mapping[str, Builder]
    index_builder: IndexBuilder
    divisor: Divisor
    product: Callable[[Poly, Poly], Poly]
    power: Callable[[Store, Poly, Rational], Poly]


class Store:
    """Interned terms, heads and atoms, extents of letters, facts, memo tables, and the budget.

    Attributes:
        budget: what a question may cost.
        extents: how far each running letter goes (0 up to, not including, the extent).
        used: facts and conditions that computations relied on, each once, in order of use.
        values: declared values of sum heads: `sum(k, y[n,k]) = 1`.
        axes: extents of the axes of quantities, where they are known.
        signs: polynomials of which the author's spelling shows that they are nonnegative: whether
            they are known not to be 0, and the conditions that this rests on.
        value_bounds: integer quantities whose values are known to lie in 0..bound-1.
        not_always_zero: decides with a numeric witness that a polynomial is not identically 0; if
            given, equality conditions of values count as false and are recorded.
        memo: results by operation, cleared when an extent changes.
    """

    def __init__(self, rules: Rules, budget: Budget | None = None) -> None:
        self.rules = rules
        self.budget = budget or Budget()
        self.extents: dict[str, IndexExpr] = {}
        self.used: list[str] = []
        self.values: dict[Head, tuple[Poly, str]] = {}
        self.axes: dict[str, tuple[IndexExpr | None, ...]] = {}
        self.signs: dict[Poly, tuple[bool, tuple[str, ...]]] = {}
        self.value_bounds: dict[str, IndexExpr] = {}
        self.not_always_zero: Callable[[Poly], bool] | None = None
        self.memo: dict[Any, Any] = {}
        self._terms: dict[IndexExpr, Term] = {}
        self._heads: dict[Any, Head] = {}
        self._atoms: dict[tuple[Head, tuple[Term, ...]], Atom] = {}
        self._fresh = 0

    def term(self, value: IndexExpr | Term | str | int) -> Term:
        """The interned term of an index expression, a letter or an integer."""
        if isinstance(value, Term):
            return value
        if isinstance(value, str):
            value = IndexExpr.letter(value)
        elif isinstance(value, int):
            value = IndexExpr.integer(value)
        found = self._terms.get(value)
        if found is None:
            found = self._terms[value] = Term(value)
        return found

    def fresh(self, extent: IndexExpr) -> str:
        """A letter that nobody uses, running over 0..extent-1."""
        self._fresh += 1
        name = f"‡{self._fresh}"
        self.extents[name] = extent
        return name

    def declare(self, letter: str, extent: IndexExpr) -> None:
        """Say how far a free letter runs; what was worked out under another extent is forgotten."""
        if self.extents.get(letter) != extent:
            self.extents[letter] = extent
            self.memo.clear()

    def use(self, conditions: tuple[str, ...] | str) -> None:
        """Record what a rule relied on."""
        for text in (conditions,) if isinstance(conditions, str) else conditions:
            if text not in self.used:
                self.used.append(text)

    def head(self, kind: str, key: Any, arity: int, depth: int = 0, name: str = "") -> Head:
        """The head of a kind with this key; made, with nothing known of it, at first use."""
        found = self._heads.get((kind, key))
        if found is None:
            self.budget.check_depth(depth)
            found = Head(len(self._heads), kind, name, arity, depth)
            self._heads[kind, key] = found
        return found

    def find_head(self, kind: str, key: Any) -> Head | None:
        """The head of a kind with this key, if it has been made."""
        return self._heads.get((kind, key))

    def atom(self, head: Head, args: tuple[Term, ...]) -> Atom:
        """The atom of a head at these arguments, brought to the least of their orbit."""
        if len(head.symmetry) > 1:
            args = min(
                (tuple(args[p] for p in permutation) for permutation in head.symmetry),
                key=lambda candidate: tuple(t.key for t in candidate),
            )
        found = self._atoms.get((head, args))
        if found is None:
            found = self._atoms[head, args] = Atom(head, args)
        return found
