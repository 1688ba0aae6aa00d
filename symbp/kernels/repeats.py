"""Sections of a program that say the same of other buffers: the layers of a deep network.

Two sections are the same if they are equal once their buffers, temporaries and letters are numbered
in order of appearance. Where one occurs often it is written as a function of its buffers, and every
occurrence is a call: the file is shorter, and the compiler, which takes more than twice as long for
twice as many loops in one function, has to see it once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from symbp.expressions import Access, Node, accesses, postorder, substitute, transform
from symbp.indices import IndexExpr
from symbp.kernels.loops import (
    Accumulate,
    Assign,
    Contract,
    Guard,
    Let,
    Loop,
    Program,
    Section,
    Statement,
    walk,
)

__all__ = ["OFTEN", "Key", "Repeat", "repeats"]

#: Fewer occurrences are easier to read where they stand.
OFTEN = 4

Key = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """An occurrence of a section that occurs often.

    Attributes:
        key: equal for the occurrences of one section.
        buffers: names of its buffers, at the same places for every occurrence: those that it only
            reads, then those that it writes.
    """

    key: Key
    buffers: tuple[str, ...]


def repeats(program: Program) -> Mapping[int, Repeat]:
    """For each place in the body of a program where such a section stands, what it is."""
    found: dict[int, Repeat] = {}
    for place, section in enumerate(program.body):
        if isinstance(section, Section):
            repeat = _read(section, program)
            if repeat is not None:
                found[place] = repeat
    counts: dict[Key, int] = {}
    for repeat in found.values():
        counts[repeat.key] = counts.get(repeat.key, 0) + 1
    return {place: repeat for place, repeat in found.items() if counts[repeat.key] >= OFTEN}


def _read(section: Section, program: Program) -> Repeat | None:
    """A section with its names numbered; None for one that is no function of its buffers."""
    statements = tuple(walk(section.body))
    if not any(isinstance(s, Loop) for s in statements):
        return None  # a call is no shorter
    nodes = [n for s in statements for n in _nodes(s)]
    if any(i.gathered for root in nodes for n in postorder(root) for i in n.own_indices):
        return None
    temporaries = {s.name for s in statements if isinstance(s, Let)}
    names: dict[str, None] = {}
    written: dict[str, None] = {}
    for statement in statements:
        if isinstance(statement, Contract):
            names.update(dict.fromkeys((statement.left[0], statement.right[0], statement.target)))
            written[statement.target] = None
        if isinstance(statement, Assign | Accumulate):
            written[statement.place.quantity] = None
        names.update(dict.fromkeys(a.quantity for n in _nodes(statement) for a in accesses(n)))
    buffers = [name for name in names if name not in temporaries]
    stored = [name for name in buffers if name in written]
    known = [program.buffer(name) for name in buffers]
    if any(b is None or not b.extents for b in known):
        return None
    letters = dict.fromkeys(s.letter for s in statements if isinstance(s, Loop))
    numbering = _Numbering(
        {name: f"·{number}" for number, name in enumerate(names)},
        {letter: f"·{number}" for number, letter in enumerate(letters)},
    )
    key = numbering.block(section.body)
    return Repeat(key, (*(b for b in buffers if b not in stored), *stored))


def _nodes(statement: Statement) -> tuple[Node, ...]:
    """The expressions of a statement, its place among them."""
    if isinstance(statement, Let):
        return (statement.value,)
    if isinstance(statement, Assign | Accumulate):
        return (statement.place, statement.value)
    return (statement.condition,) if isinstance(statement, Guard) else ()


@dataclass(frozen=True)
class _Numbering:
    """Statements with other names; nests as deep as loops do, which is limited."""

    names: Mapping[str, str]
    letters: Mapping[str, str]

    def block(self, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """All statements of a block."""
        return tuple(self._one(statement) for statement in statements)

    def _one(self, statement: Statement) -> Statement:
        node, index = self._node, self._index
        if isinstance(statement, Loop):
            made = replace(statement, lower=index(statement.lower), upper=index(statement.upper))
            return replace(made, letter=self.letters[made.letter], body=self.block(statement.body))
        if isinstance(statement, Guard):
            return Guard(node(statement.condition), self.block(statement.body))
        if isinstance(statement, Section):
            return Section("", self.block(statement.body))
        if isinstance(statement, Let):
            return Let(self.names.get(statement.name, statement.name), node(statement.value))
        if isinstance(statement, Contract):
            (left, turned), (right, other) = statement.left, statement.right
            return Contract(
                self.names[statement.target], (self.names[left], turned), (self.names[right], other)
            )
        place = node(statement.place)
        return replace(statement, place=place, value=node(statement.value))  # type: ignore[arg-type]

    def _node(self, root: Node) -> Node:
        letters = {old: IndexExpr.letter(new) for old, new in self.letters.items()}
        return transform(substitute(root, letters), _renaming(self.names))

    def _index(self, index: IndexExpr) -> IndexExpr:
        return index.substitute({old: IndexExpr.letter(new) for old, new in self.letters.items()})


def _renaming(names: Mapping[str, str]) -> Callable[[Node], Node]:
    def change(current: Node) -> Node:
        if isinstance(current, Access) and current.quantity in names:
            return Access(names[current.quantity], current.indices)
        return current

    return change
