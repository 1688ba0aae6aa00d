"""Reduction modulo what an equation says of a difference: q = (z - m)/r, so z is q·r + m.

`relations.py` writes z - m as q·r where the difference stands as its author wrote it. In
c/√u - S·z/(N·u) + S·m/(N·u), which is how the variance E(z²) - m² comes about, its terms stand
apart. Here everything is multiplied out, the access that the equation can be solved for is written
through the others, and what is left is collected: the remainder of the division by z - m - q·r.

The move offers a candidate; whoever searches forms keeps it where it is shorter to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from symbp.expressions import (
    Access,
    Node,
    Product,
    Sum,
    accesses,
    substitute,
    transform,
)
from symbp.matching import match
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.simplifying.expansion import multiplied_out
from symbp.simplifying.inversions import Relation
from symbp.simplifying.moves import factored, grouped, shortest_fraction, tidy
from symbp.simplifying.relations import Relations

__all__ = ["in_remainders"]


def in_remainders(root: Node, relations: Relations, cost: Callable[[Node], int]) -> Node:
    """The shortest remainder of an expression, modulo the relations that apply to it.

    Of equally short ones that which keeps its brackets.
    """
    candidates = list(_reduced(root, relations))
    spread = [multiplied_out(candidate) for candidate in candidates]
    found = (*candidates, *(s for s in spread if s is not None))
    return min((root, *(_collected(candidate, cost) for candidate in found)), key=cost)


def _collected(root: Node, cost: Callable[[Node], int]) -> Node:
    return min((collect(root) for collect in _COLLECT), key=cost)


#: Ways to put together what a relation left.
_COLLECT: tuple[Callable[[Node], Node], ...] = (factored, shortest_fraction, grouped)


def _reduced(root: Node, relations: Relations) -> Iterator[Node]:
    """Differences written through their names; an access eliminated, one relation at a time."""
    for start in dict.fromkeys((root, tidy(relations.in_differences(root)))):
        turned = _in_reciprocals(start, relations)
        if turned != root:
            yield turned
    read = dict.fromkeys(a.quantity for a in accesses(root))
    for relation in (r for found in relations.differences.values() for r in found):
        solved = _solved(relation)
        if solved is not None and solved[0].quantity in read:
            access, value = solved
            changed = Relation(access, value, relation.letters, relation.equation).apply(root)
            yield _in_reciprocals(tidy(changed), relations)


def _in_reciprocals(root: Node, relations: Relations) -> Node:
    """One name where two are read for one thing: with r = 1/s, r/s³ is r⁴; (1/s)' stays -1/s²."""
    read = dict.fromkeys(a.quantity for a in accesses(root))
    named = {
        name: relation
        for name, relation in relations.reciprocals.items()
        if name in read and relation.equation.target in read
    }
    if not named:
        return root
    made = transform(root, lambda current: _above_the_bar(current, named))
    return root if made is root else tidy(made)


def _above_the_bar(current: Node, found: Mapping[str, Relation]) -> Node:
    if not isinstance(current, Product):
        return current
    monomial = split(current)
    powers: list[tuple[Node, Fraction]] = []
    for base, exponent in monomial.powers:
        named = found.get(base.quantity) if isinstance(base, Access) else None
        here = None if named is None else match(named.pattern, base, named.letters)
        if named is not None and here is not None and exponent < 0:
            powers.append((substitute(named.value, here), -exponent))
        else:
            powers.append((base, exponent))
    if tuple(powers) == monomial.powers:
        return current
    return join(Monomial(monomial.coefficient, tuple(powers)))  # `tidy` collects them


def _solved(relation: Relation) -> tuple[Access, Node] | None:
    """An access at the very place that the equation binds, through the rest of the difference."""
    if not isinstance(relation.pattern, Sum):
        return None
    terms = terms_of(relation.pattern)
    letters = relation.equation.letters
    for place, term in enumerate(terms):
        only = term.powers[0] if len(term.powers) == 1 else None
        access = only[0] if only is not None and only[1] == 1 else None
        if not isinstance(access, Access) or not term.coefficient:
            continue
        others = [t for n, t in enumerate(terms) if n != place]
        here = tuple(i.as_letter for i in access.indices) == letters
        again = any(a.quantity == access.quantity for t in others for a in accesses(join(t)))
        if here and not again:
            value = [split(relation.value), *(Monomial(-t.coefficient, t.powers) for t in others)]
            parts = (Monomial(m.coefficient / term.coefficient, m.powers) for m in value)
            return access, total(parts)
    return None
