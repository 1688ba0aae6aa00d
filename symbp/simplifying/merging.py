"""Sums over equal ranges put together where that is shorter: Σ_j a_j + Σ_j b_j = Σ_j (a_j + b_j).

What was taken out of a sum because it does not depend on its index goes back in, where the rest of
the sum waits for it: N m - Σ_n x_n = Σ_n (m - x_n), and Σ_n x_n/(x_n/g + 1)/g = Σ_n x_n/(x_n + g).
Nothing is put together that has to be added up at more places than before: in
x_n Σ_l a_l + Σ_l b_l each sum is one number, in Σ_l (x_n a_l + b_l) it is one for each n.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symbp.expressions import (
    Binder,
    IndexValue,
    Node,
    Product,
    Reduce,
    Sum,
    fresh_letter,
    postorder,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.matching import replace_nodes
from symbp.measures import outline, reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.rewriting import Application, Log
from symbp.rules.moves import MERGE, TAKE_IN, TAKE_OUT

__all__ = ["merge_sums"]


@dataclass
class _Group:
    """Sums over one range: their binders, and what stands under them."""

    binders: tuple[Binder, ...]
    bodies: list[Node] = field(default_factory=list)
    #: indices of the places at which each of the sums is taken
    places: frozenset[str] = frozenset()

    @property
    def whole(self) -> Node:
        """All that stands under it."""
        return self.bodies[0] if len(self.bodies) == 1 else Sum([(1, b) for b in self.bodies])

    @property
    def term(self) -> Monomial:
        """The sum, as a term."""
        return split(Reduce("sum", self.binders, self.whole))

    def takes(self, body: Node) -> bool:
        """Whether the body may come under the sum without it being taken at more places."""
        return body.free - {b.name for b in self.binders} <= self.places


#: Brings an expression into order, and writes down how.
_Settle = Callable[[Node, Log | None], Node]


def merge_sums(root: Node, settle: _Settle, log: Log | None = None) -> Node:
    """The node with the terms of each of its sums merged where that makes it shorter.

    Args:
        root: any expression.
        settle: brings what was put together into order.
        log: where each use of a row is written down.
    """
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Sum) and any(isinstance(n, Reduce) for n in postorder(current)):
            inner = replace_nodes(current, replaced) if replaced else current
            candidates = [(inner, Log()), *_merged(inner, settle)]
            best, told = min(candidates, key=lambda made: reading_cost(made[0]))
            if best != current:
                replaced[current] = best
            if log is not None:
                log.applications.extend(told.applications)
        elif isinstance(current, Product) and _waits(current):
            made, told = _back_inside(current, settle)
            if reading_cost(made) < reading_cost(current):
                replaced[current] = made
                if log is not None:
                    log.applications.extend(told.applications)
    return replace_nodes(root, replaced) if replaced else root


def _waits(current: Product) -> bool:
    """Whether a factor stands before a sum under which it occurs: Σ_k x/(x²/y + 1)/y."""
    reduction, outside = _one_sum(split(current))
    if reduction is None:
        return False
    inside = frozenset(postorder(reduction.body))
    return any(base in inside for base, _ in outside.powers)


def _back_inside(current: Product, settle: _Settle) -> tuple[Node, Log]:
    """What was taken out of the one sum of a product put back, and taken out again if it may be."""
    reduction, outside = _one_sum(split(current))
    if reduction is None:
        return current, Log()
    reduction = _apart(reduction, current.free)
    group = _Group(reduction.binders, [_inside(reduction, outside)])
    log = Log([Application(TAKE_OUT, current, join(group.term))])
    return _written([], [group], settle, log), log


def _merged(root: Node, settle: _Settle) -> list[tuple[Node, Log]]:
    """The node with sums put together, and also with what was taken out put back in."""
    kept, groups = _grouped(root)
    made: list[tuple[Node, Log]] = []
    start, together = root, any(len(group.bodies) > 1 for group in groups)
    if together:
        start = _together(kept, groups)
        log = Log([Application(MERGE, root, start)])
        made.append((_written(kept, groups, settle, log), log))
    taken_in = _absorbed(kept, groups, settle)
    if taken_in is not None:
        log = Log([Application(MERGE, root, start)] if together else [])
        log.add(TAKE_IN, start, _together(taken_in, groups))
        made.append((_written(taken_in, groups, settle, log), log))
    return made


def _together(kept: Sequence[Monomial], groups: Sequence[_Group]) -> Node:
    """The sums as they are put together, before anything else is done with them."""
    return total((*kept, *(group.term for group in groups)))


def _grouped(root: Node) -> tuple[list[Monomial], list[_Group]]:
    """Sums that may come together, and the terms beside them.

    A sum joins those over its range that are taken at the most places, if it does not add places.
    """
    found: list[tuple[Reduce, Node, Monomial]] = []
    kept: list[Monomial] = []
    for monomial in terms_of(root):
        reduction, outside = _one_sum(monomial)
        if reduction is None:
            kept.append(monomial)
            continue
        reduction = _apart(reduction, root.free)
        found.append((reduction, _inside(reduction, outside), monomial))
    groups: list[_Group] = []
    for reduction, body, monomial in found:
        hosts = [
            _Group(reduction.binders, [], other.free)
            for other, _, _ in found
            if _same_ranges(other.binders, reduction.binders)
        ]
        places = max((h.places for h in hosts if h.takes(body)), key=len, default=None)
        if places is None:
            kept.append(monomial)
            continue
        group = _group_at(places, reduction, groups)
        group.bodies.append(_rename(body, reduction.binders, group.binders))
    return kept, groups


def _group_at(places: frozenset[str], reduction: Reduce, groups: list[_Group]) -> _Group:
    """The group of sums over that range at those places; a new one where there is none."""
    for group in groups:
        if _same_ranges(group.binders, reduction.binders) and group.places == places:
            return group
    groups.append(_Group(reduction.binders, [], places))
    return groups[-1]


def _absorbed(kept: list[Monomial], groups: list[_Group], settle: _Settle) -> list[Monomial] | None:
    """K c + Σ_k f: c goes under the sum; the terms that are left, None where there is none."""
    left: list[Monomial] = []
    for monomial in kept:
        shared = ((group, _shared_out(monomial, group.binders)) for group in groups)
        hosts = [(g, join(inside)) for g, inside in shared if inside is not None]
        hosts = [(group, body) for group, body in hosts if group.takes(body)]
        if not hosts:
            left.append(monomial)
            continue
        if len(hosts) > 1:  # the sum that it makes shortest, not the one that stands first
            hosts.sort(key=lambda host: _lengthened(host[0], host[1], settle))
        hosts[0][0].bodies.append(hosts[0][1])
    return left if len(left) < len(kept) else None


def _lengthened(group: _Group, body: Node, settle: _Settle) -> tuple[int, str]:
    """By how much a body makes a sum longer, and the outline of what comes about."""
    with_it = _Group(group.binders, [*group.bodies, body])
    lengths = []
    for part in (group, with_it):
        made = join(_taken_out(_Group(part.binders, [settle(part.whole, None)])))
        lengths.append(reading_cost(made))
    return lengths[1] - lengths[0], outline(made)


def _shared_out(monomial: Monomial, binders: Sequence[Binder]) -> Monomial | None:
    """The monomial divided by the number of places of a sum, where that is one of its factors."""
    coefficient, powers = monomial.coefficient, dict(monomial.powers)
    for binder in binders:
        if binder.letters:
            return None
        length = binder.extent
        number = length.as_integer
        if number is not None:
            if coefficient.numerator % number:
                return None
            coefficient /= number
        elif powers.get(IndexValue(length), Fraction(0)) >= 1:
            powers[IndexValue(length)] -= 1
        else:
            return None
    return Monomial(coefficient, tuple((b, e) for b, e in powers.items() if e))


def _written(kept: Sequence[Monomial], groups: Sequence[_Group], settle: _Settle, log: Log) -> Node:
    terms = list(kept)
    for place, group in enumerate(groups):
        settled = _Group(group.binders, [settle(group.whole, log)])
        before = _together(terms, [settled, *groups[place + 1 :]])
        terms.append(_taken_out(settled))
        log.add(TAKE_OUT, before, _together(terms, groups[place + 1 :]))
    return total(terms)


def _taken_out(group: _Group) -> Monomial:
    """What does not depend on the indices of a sum stands before it."""
    body = split(group.whole)
    names = {b.name for b in group.binders}
    outside = tuple(p for p in body.powers if not p[0].free & names)
    inside = Monomial(Fraction(1), tuple(p for p in body.powers if p[0].free & names))
    reduction = Reduce("sum", group.binders, join(inside))
    return Monomial(body.coefficient, (*outside, (reduction, Fraction(1))))


def _one_sum(monomial: Monomial) -> tuple[Reduce | None, Monomial]:
    found = [b for b, e in monomial.powers if isinstance(b, Reduce) and e == 1]
    if len(found) != 1 or found[0].operator != "sum":
        return None, monomial
    rest = tuple(p for p in monomial.powers if p[0] is not found[0])
    return found[0], Monomial(monomial.coefficient, rest)


def _apart(reduction: Reduce, free: frozenset[str]) -> Reduce:
    """The same sum with letters that are not free around it: any factor may then go inside."""
    if not any(b.name in free for b in reduction.binders):
        return reduction
    taken = set(free | reduction.body.free | {b.name for b in reduction.binders})
    binders: list[Binder] = []
    for binder in reduction.binders:
        name = fresh_letter(binder.name, taken)
        taken.add(name)
        binders.append(binder.renamed(name))
    return Reduce(reduction.operator, binders, _rename(reduction.body, reduction.binders, binders))


def _inside(reduction: Reduce, outside: Monomial) -> Node:
    """The factors before a sum moved under it; its letters are apart from theirs."""
    inner = split(reduction.body)
    return join(Monomial(outside.coefficient * inner.coefficient, outside.powers + inner.powers))


def _same_ranges(one: Sequence[Binder], other: Sequence[Binder]) -> bool:
    return [(b.lower, b.upper) for b in one] == [(b.lower, b.upper) for b in other]


def _rename(body: Node, old: Sequence[Binder], new: Sequence[Binder]) -> Node:
    return substitute(
        body, {o.name: IndexExpr.letter(n.name) for o, n in zip(old, new, strict=True)}
    )
