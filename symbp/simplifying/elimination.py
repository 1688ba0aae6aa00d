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


#: The steps to a candidate: the move of each, and what it led to.
Path = tuple[tuple[str, Node], ...]
#: Is told of each step of the way that was taken: the move, before, after.
Tell = Callable[[str, Node, Node], None]


def in_remainders(
    root: Node, relations: Relations, cost: Callable[[Node], int], tell: Tell | None = None
) -> Node:
    """The shortest remainder of an expression, modulo the relations that apply to it.

    Of equally short ones that which keeps its brackets.
    """
    paths: list[Path] = list(_reduced(root, relations))
    spread = [(path, multiplied_out(path[-1][1] if path else root)) for path in paths]
    paths += [(*path, ("expand", made)) for path, made in spread if made is not None]
    collected = (_collected(path, root, cost) for path in paths)
    best = min(((), *collected), key=lambda path: cost(path[-1][1] if path else root))
    current = root
    for rule, made in best:
        if tell is not None:
            tell(rule, current, made)
        current = made
    return current


def _collected(path: Path, root: Node, cost: Callable[[Node], int]) -> Path:
    start = path[-1][1] if path else root
    ways = ((rule, collect(start)) for rule, collect in _COLLECT)
    return (*path, min(ways, key=lambda way: cost(way[1])))


#: Ways to put together what a relation left.
_COLLECT: tuple[tuple[str, Callable[[Node], Node]], ...] = (
    ("factor", factored),
    ("collect", shortest_fraction),
    ("group", grouped),
)


def _reduced(root: Node, relations: Relations) -> Iterator[Path]:
    """Differences written through their names; an access eliminated, one relation at a time."""
    written = relations.in_differences(root)
    starts: tuple[Path, ...] = ((), (("own_value", written), ("tidy", tidy(written))))
    for path in starts[: 1 if written == root else 2]:
        turned = _in_reciprocals(path, root, relations)
        if (turned[-1][1] if turned else root) != root:
            yield turned
    read = dict.fromkeys(a.quantity for a in accesses(root))
    for relation in (r for found in relations.differences.values() for r in found):
        solved = _solved(relation)
        if solved is not None and solved[0].quantity in read:
            access, value = solved
            changed = Relation(access, value, relation.letters, relation.equation).apply(root)
            path = (("own_value", changed), ("tidy", tidy(changed)))
            yield _in_reciprocals(path, root, relations)


def _in_reciprocals(path: Path, start: Node, relations: Relations) -> Path:
    """One name where two are read for one thing: with r = 1/s, r/s³ is r⁴; (1/s)' stays -1/s²."""
    root = path[-1][1] if path else start
    read = dict.fromkeys(a.quantity for a in accesses(root))
    named = {
        name: relation
        for name, relation in relations.reciprocals.items()
        if name in read and relation.equation.target in read
    }
    if not named:
        return path
    made = transform(root, lambda current: _above_the_bar(current, named))
    return path if made is root else (*path, ("own_value", made), ("tidy", tidy(made)))


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
