"""Which buffer is an argument, which a local variable, and where the others live.

    given quantity                    an argument
    array that the program makes      an argument: workspace, or a result
    scalar that the program makes     a local variable
    scalar result                     returned where it is the program's value, else an array
                                      without axes

No two buffers share memory. What lives for one turn of a loop is no buffer (`fusion.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symbp.expressions import postorder
from symbp.indices import IndexExpr
from symbp.kernels.loops import (
    Accumulate,
    Assign,
    Buffer,
    Guard,
    Let,
    Loop,
    Program,
    Statement,
    walk,
)

__all__ = ["Signature", "extents_of", "sign"]


@dataclass(frozen=True, slots=True)
class Signature:
    """How a program is called.

    Attributes:
        given: buffers that come from outside.
        workspace: arrays that it writes and nobody asked for.
        results: arrays that it writes for the caller, in the order in which they were asked for.
        returned: scalars that it gives back.
        extents: names of the symbolic extents that it needs.
    """

    given: tuple[Buffer, ...]
    workspace: tuple[Buffer, ...]
    results: tuple[Buffer, ...]
    returned: tuple[str, ...]
    extents: tuple[str, ...]

    @property
    def arrays(self) -> tuple[str, ...]:
        """Names of the buffers in the order of the arguments."""
        return tuple(b.name for b in (*self.given, *self.workspace, *self.results))

    @property
    def boxed(self) -> tuple[str, ...]:
        """Scalars that are written through an array without axes."""
        return tuple(b.name for b in self.results if not b.extents)


def sign(program: Program, outputs: Sequence[str], returned: Sequence[str] = ()) -> Signature:
    """The signature of a program; `returned` are those outputs that it gives back by value."""
    by_name = {b.name: b for b in program.buffers}
    results = tuple(by_name[name] for name in outputs if name not in returned)
    shown = {b.name for b in results}
    workspace = tuple(
        b for b in program.buffers if b.storage != "argument" and b.extents and b.name not in shown
    )
    given = tuple(b for b in program.buffers if b.storage == "argument")
    return Signature(given, workspace, results, tuple(returned), extents_of(program.body))


def extents_of(statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """Symbolic extents that statements read, in order of appearance."""
    found: dict[str, None] = {}
    for statement in walk(statements):
        indices: list[IndexExpr] = []
        if isinstance(statement, Loop):
            indices += (statement.lower, statement.upper)
        elif isinstance(statement, Let | Assign | Accumulate):
            indices += (i for n in postorder(statement.value) for i in n.own_indices)
        elif isinstance(statement, Guard):
            indices += (i for n in postorder(statement.condition) for i in n.own_indices)
        if isinstance(statement, Assign | Accumulate):
            indices += statement.place.indices
        for index in indices:
            found.update(dict.fromkeys(index.extents))
    return tuple(found)
