"""Loops of one equation that run over the same range, as one loop.

    for l: e[n,l] = exp(z[n,l] - m)        ties = 0
    ties = 0                               rest = 0
    for l: ties += [e[n,l] = 1]            for l:
    rest = 0                                   e[n,l] = exp(z[n,l] - m)
    for l: rest += [e[n,l] < 1]*e[n,l]         ties += [e[n,l] = 1]
                                               rest += [e[n,l] < 1]*e[n,l]

A loop joins the one before it if what it reads of that one is stored in the same turn, at the very
places that it is read at; sums that are not complete have no such place. What stands between the
two are temporaries that have no part in the first. Each sum keeps the order of its terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symbp.expressions import accesses, postorder
from symbp.indices import IndexExpr
from symbp.kernels.loops import (
    Accumulate,
    Assign,
    Contract,
    Guard,
    Let,
    Loop,
    Section,
    Statement,
    walk,
)

__all__ = ["joined"]

#: Kinds of loops: of two that are joined, the one further behind tells what they are together.
_KINDS = ("parallel", "reduction", "sequential")

_Places = Mapping[str, frozenset[tuple[IndexExpr, ...]]]


def joined(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements with loops joined, also inside loops; as deep as these nest, which is limited.

    What stands in a section joins nothing outside: it stands under an equation of its own.
    """
    done: list[Statement] = []
    for statement in statements:
        if isinstance(statement, Loop | Guard | Section):
            statement = replace(statement, body=joined(statement.body))
        if isinstance(statement, Loop):
            between = _last_lets(done)
            first = done[-len(between) - 1] if len(between) < len(done) else None
            if isinstance(first, Loop) and _fits(first, statement, between):
                kind = max(first.kind, statement.kind, key=_KINDS.index)
                body = joined((*first.body, *statement.body))
                del done[-len(between) - 1 :]
                done += between
                statement = replace(first, kind=kind, body=body)
        done.append(statement)
    return tuple(done)


def _last_lets(statements: Sequence[Statement]) -> list[Statement]:
    """The temporaries that are bound at the end."""
    start = len(statements)
    while start and isinstance(statements[start - 1], Let):
        start -= 1
    return list(statements[start:])


def _fits(first: Loop, second: Loop, between: Sequence[Statement]) -> bool:
    """Whether the second loop may run turn by turn with the first, after what is between them."""
    if (first.letter, first.lower, first.upper) != (second.letter, second.lower, second.upper):
        return False
    if any(isinstance(s, Contract) for s in walk((first, second))):
        return False
    one, other, lets = (_Touched.by(s) for s in ((first,), (second,), tuple(between)))
    free = (
        one.written.keys().isdisjoint((*lets.read, *lets.written))
        and one.read.keys().isdisjoint((*lets.written, *other.written))
        and one.written.keys().isdisjoint(other.written)
    )
    shared = [name for name in other.read if name in one.written]
    return free and all(
        _one_place(first.letter, one.written[name] | other.read[name]) for name in shared
    )


def _one_place(letter: str, places: frozenset[tuple[IndexExpr, ...]]) -> bool:
    """Whether there is one place only, and another one in each turn of the loop."""
    return len(places) == 1 and any(i.as_letter == letter for place in places for i in place)


@dataclass(frozen=True, slots=True)
class _Touched:
    """What statements read and write: the indices of each place, by the name of its buffer."""

    read: _Places
    written: _Places

    @classmethod
    def by(cls, statements: tuple[Statement, ...]) -> _Touched:
        """What these statements touch."""
        read: dict[str, frozenset[tuple[IndexExpr, ...]]] = {}
        written: dict[str, frozenset[tuple[IndexExpr, ...]]] = {}
        for statement in walk(statements):
            for name, indices in _reads(statement):
                read[name] = read.get(name, frozenset()) | {indices}
            for name, indices in _writes(statement):
                written[name] = written.get(name, frozenset()) | {indices}
        return cls(read, written)


def _writes(statement: Statement) -> Iterator[tuple[str, tuple[IndexExpr, ...]]]:
    if isinstance(statement, Let):
        yield statement.name, ()
    if isinstance(statement, Assign | Accumulate):
        yield statement.place.quantity, statement.place.indices


def _reads(statement: Statement) -> Iterator[tuple[str, tuple[IndexExpr, ...]]]:
    """What a statement reads by itself; labels that stand in indices have no place of their own."""
    if isinstance(statement, Loop):
        indices = [statement.lower, statement.upper]
    elif isinstance(statement, Let | Assign | Accumulate | Guard):
        value = statement.condition if isinstance(statement, Guard) else statement.value
        yield from ((a.quantity, a.indices) for a in accesses(value))
        indices = [i for current in postorder(value) for i in current.own_indices]
        if isinstance(statement, Assign | Accumulate):
            indices += statement.place.indices
    else:
        indices = []
    yield from ((name, ()) for index in indices for name in index.gathered)
