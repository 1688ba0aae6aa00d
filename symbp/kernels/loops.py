"""The loop language: what a kernel does, in order, over named buffers.

It is the second, and last, language of symbp. Equations say *what* holds for all indices, programs
say *how* it is computed: which loop, into which buffer, in which order. Scalar arithmetic is
written in the nodes of `expressions.py` (accesses read buffers), so that what stands in an equation
stands in its loop; sums over indices do not occur here, they have become loops.

    program   ::= Program(name, buffer..., statement...)
    buffer    ::= Buffer(name, extent..., kind, storage)       storage: argument, result, workspace
    statement ::= Loop(letter, lower, upper, kind, statement...)
                | Let(name, value)                             a scalar temporary, may be assigned
                | Assign(place, value)
                | Accumulate(operator, place, value)           sum or prod
                | Guard(condition, statement...)
                | Contract(target, left, right, ...)           a matrix product on whole buffers
                | Section(equation, statement...)              the loops of one equation

A loop is `sequential`, a `reduction` (its iterations meet in an accumulator) or `parallel` (they
touch different elements). The value of an accumulator exists only after its reduction loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Union

from symbp.errors import impossible
from symbp.expressions import Access, Node
from symbp.indices import IndexExpr

__all__ = [
    "Accumulate",
    "Assign",
    "Buffer",
    "Contract",
    "Guard",
    "Let",
    "Loop",
    "Program",
    "Section",
    "Statement",
    "walk",
    "with_nodes",
]

STORAGES = ("argument", "result", "workspace")
KINDS = ("sequential", "reduction", "parallel")
OPERATORS = ("sum", "prod")


@dataclass(frozen=True, slots=True)
class Buffer:
    """An array (without extents: one number) that a program reads or writes.

    Attributes:
        name: name of the quantity that it holds.
        extents: its shape.
        kind: `real` or `integer`.
        storage: `argument` (read only), `result` or `workspace` (both given by the caller).
    """

    name: str
    extents: tuple[IndexExpr, ...]
    kind: str = "real"
    storage: str = "workspace"


@dataclass(frozen=True, slots=True)
class Let:
    """A scalar temporary, bound once in its block."""

    name: str
    value: Node


@dataclass(frozen=True, slots=True)
class Assign:
    """An element of a buffer gets a value."""

    place: Access
    value: Node


@dataclass(frozen=True, slots=True)
class Accumulate:
    """An element, or a temporary, is combined with a value: `place = place operator value`."""

    operator: str
    place: Access
    value: Node


@dataclass(frozen=True, slots=True)
class Guard:
    """Statements that run only where a condition holds."""

    condition: Node
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """Statements for each value of a letter, `upper` not included."""

    letter: str
    lower: IndexExpr
    upper: IndexExpr
    kind: str
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Contract:
    """`target[a, b] = sum(c, left[..] * right[..])` for whole matrices.

    Attributes:
        target: name of the buffer that is written.
        left, right: names of the factors, each with whether it is read transposed.
    """

    target: str
    left: tuple[str, bool]
    right: tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Section:
    """The statements of one equation; `equation` is the comment that stands above them."""

    equation: str
    body: tuple[Statement, ...]


Statement = Union[Let, Assign, Accumulate, Guard, Loop, Contract, Section]


@dataclass(frozen=True, slots=True)
class Program:
    """A kernel: its buffers, in the order of its arguments, and what it does."""

    name: str
    buffers: tuple[Buffer, ...]
    body: tuple[Statement, ...]

    def buffer(self, name: str) -> Buffer | None:
        """The buffer of that name; None for a temporary."""
        return next((b for b in self.buffers if b.name == name), None)


def walk(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """All statements, outermost first."""
    stack = list(reversed(statements))
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, Loop | Guard | Section):
            stack.extend(reversed(current.body))


def with_nodes(
    statements: tuple[Statement, ...], change: Callable[[Node], Node]
) -> tuple[Statement, ...]:
    """The statements with `change` applied to each value, condition and place.

    As deep as loops are, which is limited. A place stays an access.
    """
    return tuple(_with_nodes(statement, change) for statement in statements)


def _with_nodes(statement: Statement, change: Callable[[Node], Node]) -> Statement:
    if isinstance(statement, Guard):
        return Guard(change(statement.condition), with_nodes(statement.body, change))
    if isinstance(statement, Loop | Section):
        return replace(statement, body=with_nodes(statement.body, change))
    if isinstance(statement, Let):
        return Let(statement.name, change(statement.value))
    if isinstance(statement, Contract):
        return statement
    place = change(statement.place)
    if not isinstance(place, Access):
        return impossible("a place became a value")
    return replace(statement, place=place, value=change(statement.value))
