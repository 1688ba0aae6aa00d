"""Derivatives on canonical forms, for tests: one line for each kind of head.

This shares nothing with the differentiator of systems, so that two derivations that agree are worth
more than one. The derivative by `x[t]` brings brackets `[i = t]`, which contract as they arise.

Laws:
    d x[i] / d x[t] = [i = t]                    entries are independent: the ambient derivative
    d (u v) = u dv + v du;    d u^e = e u^(e-1) du
    d sum(k, f) = sum(k, df);    d prod(k, f) = prod(k, f) * sum(k, df/f)
    d exp(f) = exp(f) df;    d log|f| = df/f;    d |f|^e = e |f|^e df/f
    conditions are locally constant
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from symbp.canonical.brackets import equals_zero
from symbp.canonical.budgets import guarded
from symbp.canonical.exponentials import exponential
from symbp.canonical.functions import apply
from symbp.canonical.functions import constant as mathematical_constant
from symbp.canonical.heads import Atom, Head, Poly, Store
from symbp.canonical.polynomials import monomial_poly, number, product_of, sum_of, without
from symbp.canonical.sums import sum_letters
from symbp.canonical.templates import open_head
from symbp.canonical.terms import Term
from symbp.errors import NotSupportedError, ShapeError
from symbp.indices import IndexExpr

__all__ = ["derivative"]

_HALF = Fraction(1, 2)
_LOCALLY_CONSTANT = frozenset({"above", "zero", "equal", "atmost", "index", "extent", "prime"})
_TIES = ("symmetric", "sign", "binary", "simplex", "one_hot")

#: f'(p) for each opaque function f.
FUNCTIONS: dict[str, Callable[[Store, Poly], Poly]] = {
    "sin": lambda store, p: apply(store, "cos", p),
    "cos": lambda store, p: -apply(store, "sin", p),
    "arctan": lambda store, p: (p * p + 1) ** -1,
    "arcsin": lambda store, p: (1 - p * p) ** -_HALF,
    "arcsinh": lambda store, p: (p * p + 1) ** -_HALF,
    "arccosh": lambda store, p: (p * p - 1) ** -_HALF,
    "arctanh": lambda store, p: (1 - p * p) ** -1,
    "erf": lambda store, p: (
        exponential(store, -(p * p)) * mathematical_constant(store, "pi") ** -_HALF * 2
    ),
}


@guarded
def derivative(
    store: Store, poly: Poly, quantity: str, indices: Sequence[IndexExpr | Term | str | int]
) -> Poly:
    """The derivative of a polynomial by an entry of a quantity.

    Raises:
        NotSupportedError: a fact ties the entries of the quantity (declare it afterwards, in
            another table), or something has no derivative here.
    """
    head = store.find_head("quantity", quantity)
    if head is None:
        return number(store, 0)
    if head.arity != len(indices):
        raise ShapeError(f"{quantity} has {head.arity} axes, not {len(indices)}")
    tied = [word for word in _TIES if word in head.known]
    if tied or any(_mentions(store, h, quantity) for h in store.values):
        raise NotSupportedError(
            f"the derivative by {quantity} under a fact that ties its entries: "
            "differentiate first, in a table without the fact"
        )
    terms = tuple(store.term(i) for i in indices)
    return _Derivative(store, quantity, terms).poly(poly)


class _Derivative:
    """One variable; the derivative of each atom is found once."""

    def __init__(self, store: Store, quantity: str, terms: tuple[Term, ...]) -> None:
        self.store = store
        self.quantity = quantity
        self.terms = terms

    def poly(self, poly: Poly) -> Poly:
        parts: list[Poly] = []
        for monomial, factor in poly.terms.items():
            for atom, exponent in monomial:
                inner = self.atom(atom)
                if inner.is_zero:
                    continue
                powers = dict(without(monomial, atom))
                if atom.head.kind in ("exp", "abs"):
                    powers = dict(monomial)
                elif exponent != 1:
                    powers[atom] = exponent - 1
                ordered = tuple(sorted(powers.items(), key=lambda pair: pair[0].key))
                rest = monomial_poly(self.store, ordered, factor * exponent)
                parts.append(rest * inner)
        return sum_of(self.store, parts)

    def atom(self, atom: Atom) -> Poly:
        """The derivative of an atom; of exp and abs, of their logarithm."""
        if not _mentions(self.store, atom.head, self.quantity):
            return number(self.store, 0)
        key = ("derivative", atom, self.quantity, self.terms)
        known: Poly | None = self.store.memo.get(key)
        if known is None:
            self.store.budget.spend()
            known = self.store.memo[key] = self.find(atom)
        return known

    def find(self, atom: Atom) -> Poly:
        store, kind = self.store, atom.head.kind
        if kind == "quantity":
            pairs = zip(atom.args, self.terms, strict=True)
            return product_of(store, [equals_zero(store, a.expr - t.expr) for a, t in pairs])
        if kind in _LOCALLY_CONSTANT:
            return number(store, 0)
        body, letters = open_head(store, atom.head, atom.args)
        inner = self.poly(body)
        if kind == "sum":
            return sum_letters(store, inner, letters)
        if kind in ("exp", "poly", "root"):
            return inner
        if kind in ("log", "abs"):
            return inner * body**-1
        if kind == "prod":
            whole = Poly(store, {((atom, 1),): 1})
            return whole * sum_letters(store, inner * body**-1, letters)
        if kind == "function" and atom.head.name in FUNCTIONS:
            return FUNCTIONS[atom.head.name](store, body) * inner
        raise NotSupportedError(f"the canonical form has no derivative of {atom.head.name or kind}")


def _mentions(store: Store, head: Head, quantity: str) -> bool:
    """Whether a head's value depends on a quantity."""
    if head.kind in _LOCALLY_CONSTANT:
        return False
    if head.body is None:
        return head.kind == "quantity" and head.name == quantity
    key = ("mentions", head, quantity)
    known: bool | None = store.memo.get(key)
    if known is None:
        known = any(_mentions(store, a.head, quantity) for a in head.body.atoms())
        store.memo[key] = known
    return known
