"""Writing a canonical form as an expression again.

What is written is read back as an equal form. Bound letters are new: a hint (the letter of the axis
where the index occurs), a dot and a number, never one that is free in the form. Conditions that
guard an access or a denominator become `where`, all others brackets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symbp.canonical.budgets import guarded
from symbp.canonical.heads import Atom, Monomial, Poly, Store
from symbp.canonical.polynomials import sum_of
from symbp.canonical.rationals import Rational
from symbp.canonical.signs import is_positive
from symbp.canonical.symbolicpowers import index_of, split_body
from symbp.canonical.templates import open_head
from symbp.canonical.terms import Term
from symbp.errors import impossible
from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    Constant,
    IndexComparison,
    IndexValue,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    fresh_letter,
)
from symbp.indices import IndexExpr

__all__ = ["write"]

_CONDITIONS = ("equal", "atmost", "above", "zero")


@guarded
def write(store: Store, poly: Poly, axes: Mapping[str, Sequence[str]] | None = None) -> Node:
    """The expression of a polynomial.

    Args:
        store: where the polynomial lives.
        poly: what to write.
        axes: the letters of the axes of each quantity, as hints for bound letters.
    """
    return _Writer(store, poly, axes or {}).poly(poly)


class _Writer:
    """One writing: which letters are taken, and what fresh letters print as."""

    def __init__(self, store: Store, poly: Poly, axes: Mapping[str, Sequence[str]]) -> None:
        self.store = store
        self.axes = axes
        self.taken = set(poly.letters)
        self.names: dict[str, IndexExpr] = {}

    def poly(self, poly: Poly) -> Node:
        terms = [self.term(m, c) for m, c in poly.sorted_terms()]
        if not terms:
            return ZERO
        if len(terms) == 1 and terms[0][0] > 0:
            return terms[0][1]
        terms.sort(key=lambda term: -term[0])
        return Sum(terms)

    def term(self, monomial: Monomial, factor: Rational) -> tuple[int, Node]:
        sign = 1 if factor > 0 else -1
        conditions = [self.condition(a) for a, _ in monomial if a.head.kind in _CONDITIONS]
        plain = tuple((a, e) for a, e in monomial if a.head.kind not in _CONDITIONS)
        body = self.product(plain, abs(Fraction(factor)))
        if not conditions:
            return sign, body
        if body is ONE:
            brackets: list[Node] = [Bracket(c) for c in conditions]
            return sign, brackets[0] if len(brackets) == 1 else Product(brackets)
        if any(_needs_guard(a, e) for a, e in plain):
            both = conditions[0] if len(conditions) == 1 else Logical("and", conditions)
            return sign, Where(both, body, ZERO)
        above = body.numerator if isinstance(body, Product) else (body,)
        below = body.denominator if isinstance(body, Product) else ()
        return sign, Product((*(Bracket(c) for c in conditions), *above), below)

    def product(self, monomial: Monomial, factor: Fraction) -> Node:
        above: list[Node] = []
        below: list[Node] = []
        if factor.numerator != 1:
            above.append(Number(factor.numerator))
        if factor.denominator != 1:
            below.append(Number(factor.denominator))
        exponents = [(a, e) for a, e in monomial if a.head.kind == "exp"]
        for atom, exponent in monomial:
            if atom.head.kind != "exp":
                where = above if exponent > 0 else below
                where.append(_power(self.atom(atom), abs(Fraction(exponent))))
        if exponents:
            bodies = [open_head(self.store, a.head, a.args)[0].scale(e) for a, e in exponents]
            above.append(Call("exp", (self.poly(sum_of(self.store, bodies)),)))
        if not below:
            return ONE if not above else above[0] if len(above) == 1 else Product(above)
        return Product(above or [ONE], below)

    def condition(self, atom: Atom) -> Node:
        """The condition that a bracket holds."""
        kind = atom.head.kind
        if kind in ("equal", "atmost"):
            left, right = (self.index(t) for t in atom.args)
            return IndexComparison("==" if kind == "equal" else "<=", left, right)
        body = self.poly(open_head(self.store, atom.head, atom.args)[0])
        return Comparison(">" if kind == "above" else "==", body, ZERO)

    def atom(self, atom: Atom) -> Node:
        """An atom that is neither a condition nor an exponential."""
        head, kind = atom.head, atom.head.kind
        if kind == "quantity":
            return Access(head.name, [self.index(t) for t in atom.args])
        if kind == "extent":
            return IndexValue(head.extents[0])
        if kind == "index":
            return IndexValue(self.index(atom.args[0]))
        if kind == "constant":
            return Constant(head.name)
        if kind == "prime":
            return Number(int(head.name))
        body, letters = open_head(self.store, head, atom.args)
        if kind in ("poly", "root"):
            return self.poly(body)
        if kind == "function":
            return Call(head.name, (self.poly(body),))
        if kind == "abs":
            return Call("abs", (self.poly(body),))
        if kind == "log":
            inner = self.poly(body)
            if is_positive(self.store, body) is None:
                inner = Call("abs", (inner,))
            return Call("ln", (inner,))
        if kind == "power":
            base, exponent = split_body(self.store, body)
            index = index_of(exponent)
            whole = self.poly(exponent) if index is None else IndexValue(index)
            return Power(self.poly(base), whole)
        if kind in ("sum", "prod", "max"):
            return self.reduction(kind, body, letters)
        return impossible(f"an atom of kind {kind} cannot be written")

    def reduction(self, kind: str, body: Poly, letters: Sequence[str]) -> Node:
        binders = []
        for letter in letters:
            name = self.new_letter(self.hint(body, letter))
            self.names[letter] = IndexExpr.letter(name)
            binders.append(Binder(name, IndexExpr.integer(0), self.store.extents[letter]))
        return Reduce(kind, binders, self.poly(body))

    def new_letter(self, hint: str) -> str:
        """A letter with a dot that nothing in the form uses."""
        name = fresh_letter(
            hint.split("·", maxsplit=1)[0], self.taken | {hint.split("·", maxsplit=1)[0]}
        )
        self.taken.add(name)
        return name

    def hint(self, body: Poly, letter: str) -> str:
        """The letter of an axis where a bound index stands by itself, looked for inwards."""
        todo = [(body, letter)]
        while todo:
            current, name = todo.pop(0)
            for atom in current.atoms():
                for place, term in enumerate(atom.args):
                    if term.letter != name:
                        continue
                    if atom.head.kind == "quantity":
                        known = self.axes.get(atom.head.name, ())
                        if place < len(known):
                            return known[place]
                    elif atom.head.body is not None:
                        todo.append((atom.head.body, f"§{place}"))
        return "i"

    def index(self, term: Term) -> IndexExpr:
        """An index expression with fresh letters under their printed names."""
        return term.expr.substitute(self.names)


def _power(base: Node, exponent: Fraction) -> Node:
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return Call("sqrt", (base,))
    return Power(base, Number(exponent))


def _needs_guard(atom: Atom, exponent: Rational) -> bool:
    """Whether an atom may have no value where a condition beside it fails."""
    if exponent < 0 or exponent != int(exponent) or atom.head.kind in ("log", "function", "power"):
        return True
    return any(t.letter is None and t.integer is None for t in atom.args) or atom.head.delicate
