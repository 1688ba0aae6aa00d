"""Replacing atoms everywhere: in products, and inside the bodies of sums, functions, denominators.

A body in which something is replaced is opened with fresh bound letters and closed again by all
laws, so nothing can be captured and the result is in normal form. One pass: what a rule puts in is
not looked at again.
"""

from __future__ import annotations

from collections.abc import Callable

from symbp.canonical.budgets import guarded
from symbp.canonical.heads import Atom, Poly, Store
from symbp.canonical.polynomials import normalise, number, raw_product, sum_of
from symbp.canonical.templates import open_head, substitute
from symbp.canonical.terms import Term
from symbp.errors import NotSupportedError

__all__ = ["Rule", "equation", "rewrite"]

#: What stands in the place of an atom; None leaves it (its body is then looked into).
Rule = Callable[[Atom], Poly | None]


@guarded
def rewrite(store: Store, poly: Poly, rule: Rule) -> Poly:
    """Replace atoms wherever they occur; a power of an atom becomes that power of its value."""
    return _Rewriting(store, rule).poly(poly)


class _Rewriting:
    """One pass; each atom is looked at once."""

    def __init__(self, store: Store, rule: Rule) -> None:
        self.store = store
        self.rule = rule
        self.done: dict[Atom, Poly | None] = {}

    def poly(self, poly: Poly) -> Poly:
        parts: list[Poly] = []
        for monomial, factor in poly.terms.items():
            if all(self.atom(a) is None for a, _ in monomial):
                parts.append(Poly(self.store, {monomial: factor}))
                continue
            product = number(self.store, factor)
            for atom, exponent in monomial:
                value = self.atom(atom)
                if value is None:
                    power = Poly(self.store, {((atom, exponent),): 1})
                else:
                    power = value**exponent
                product = raw_product(product, power)
            parts.append(normalise(self.store, product))
        return sum_of(self.store, parts)

    def atom(self, atom: Atom) -> Poly | None:
        """The value of an atom, None where nothing changes."""
        if atom not in self.done:
            self.store.budget.spend()
            value = self.rule(atom)
            if value is None and atom.head.body is not None:
                value = self.body(atom)
            self.done[atom] = value
        return self.done[atom]

    def body(self, atom: Atom) -> Poly | None:
        store = self.store
        body, letters = open_head(store, atom.head, atom.args)
        changed = self.poly(body)
        if changed == body:
            return None
        return store.rules.builders[atom.head.kind](store, atom.head, changed, letters)


def equation(store: Store, left: Poly, right: Poly) -> Rule:
    """The rule `left -> right` for all values of the letters of `left`.

    Args:
        store: where both sides live.
        left: one atom whose arguments are distinct letters.
        right: what stands for it; its letters are among those of `left`.

    Raises:
        NotSupportedError: `left` is not of that form.
    """
    atom = left.as_atom
    names = [] if atom is None else [t.letter for t in atom.args]
    if atom is None or None in names or len(set(names)) < len(names):
        raise NotSupportedError(f"{left!r} is not one atom at distinct letters")
    if any(name not in atom.letters for name in right.letters):
        raise NotSupportedError("the right side has letters that the left side has not")
    head, letters = atom.head, [t.letter or "" for t in atom.args]

    def rule(found: Atom) -> Poly | None:
        if found.head is not head:
            return None
        filling: dict[str, Term] = dict(zip(letters, found.args, strict=True))
        return substitute(store, right, filling)

    return rule
