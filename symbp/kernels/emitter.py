"""From a program to the text of one function: every statement is a line or two, nothing is decided.

Each equation stands as a comment above its loops. Scalars that the program makes are local
variables; arrays come in as arguments, so that the function allocates nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from symbp.errors import impossible
from symbp.expressions import IndexValue
from symbp.kernels.buffers import Signature
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
)
from symbp.kernels.naming import Namer
from symbp.kernels.pymath import Writer, bare, write_index

__all__ = ["emit_function", "fold"]

WIDTH = 100
_OPERATORS = {"sum": "+=", "prod": "*="}


def emit_function(
    program: Program,
    signature: Signature,
    names: Namer,
    dtype: str,
    used: dict[tuple[str, int], None],
) -> str:
    """A compiled function that runs a program.

    Args:
        program: what it does.
        signature: its arguments and what it gives back.
        names: names of the file.
        dtype: `float64` or `float32`.
        used: the helpers that the file calls; those of this function are added.
    """
    kinds = {b.name: b.kind for b in program.buffers if b.kind != "real"}
    writer = Writer(names, dtype, kinds, frozenset(signature.boxed))
    body = _Body(writer, kinds)
    body.block(program.body, 1)
    used.update(writer.used)
    words = [names("quantity", name) for name in signature.arrays]
    words += [names("extent", name) for name in signature.extents]
    head = _wrapped(f"def compute_{program.name}(", words, "):")
    returned = ", ".join(names("quantity", name) for name in signature.returned)
    if returned:
        body.lines.append(f"    return {returned}")
    return "\n".join(["@compiled", head, *body.lines]) + "\n"


def fold(text: str, first: str, later: str) -> list[str]:
    """A text in lines, broken at blanks only."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _wrapped(start: str, words: Sequence[str], end: str) -> str:
    line = f"{start}{', '.join(words)}{end}"
    if len(line) <= WIDTH:
        return line
    filled = textwrap.fill(
        f"{', '.join(words)},", WIDTH, initial_indent="    ", subsequent_indent="    "
    )
    return f"{start}\n{filled}\n{end}"


class _Body:
    """One visit: statements become lines; loops nest as deep as binders, which is limited."""

    def __init__(self, writer: Writer, kinds: Mapping[str, str]) -> None:
        self.writer = writer
        self.kinds = kinds
        self.lines: list[str] = []

    def block(self, statements: Sequence[Statement], depth: int) -> None:
        for statement in statements:
            self._one(statement, depth)

    def _one(self, statement: Statement, depth: int) -> None:
        writer = self.writer
        if isinstance(statement, Section):
            self._comment(statement.equation, depth)
            self.block(statement.body, depth)
        elif isinstance(statement, Loop):
            self._line(self._loop(statement), depth)
            self.block(statement.body, depth + 1)
        elif isinstance(statement, Guard):
            self._line(f"if {bare(writer.write(statement.condition))}:", depth)
            self.block(statement.body, depth + 1)
        elif isinstance(statement, Let):
            name = writer.names("temporary", statement.name)
            self._assign(f"{name} =", bare(writer.write(statement.value)), depth)
        elif isinstance(statement, Assign):
            value = bare(writer.write(statement.value))
            if statement.place.quantity in self.kinds:
                index = statement.value.index if isinstance(statement.value, IndexValue) else None
                value = f"np.int64({value})" if index is None else write_index(index, writer.names)
            self._assign(f"{writer.element(statement.place)} =", value, depth)
        elif isinstance(statement, Accumulate):
            place, sign = writer.element(statement.place), _OPERATORS[statement.operator]
            self._assign(f"{place} {sign}", bare(writer.write(statement.value)), depth)
        elif isinstance(statement, Contract):
            self._line(self._product(statement), depth)
        else:
            impossible(f"a {type(statement).__name__} is no statement")

    def _loop(self, loop: Loop) -> str:
        names = self.writer.names
        upper = write_index(loop.upper, names)
        span = f"{write_index(loop.lower, names)}, {upper}" if loop.lower.terms else upper
        return f"for {names('letter', loop.letter)} in range({span}):"

    def _product(self, statement: Contract) -> str:
        names = self.writer.names
        words = [
            names("quantity", name) + (".T" if turned else "")
            for name, turned in (statement.left, statement.right)
        ]
        return f"np.dot({', '.join(words)}, {names('quantity', statement.target)})"

    def _comment(self, text: str, depth: int) -> None:
        lead = f"{'    ' * depth}# "
        self.lines += fold(text, lead, f"{lead}    ")

    def _assign(self, start: str, value: str, depth: int) -> None:
        """A statement; a long value stands in brackets, folded at blanks."""
        indent = "    " * depth
        if len(f"{indent}{start} {value}") <= WIDTH:
            self._line(f"{start} {value}", depth)
            return
        self._line(f"{start} (", depth)
        self.lines += fold(value, f"{indent}    ", f"{indent}    ")
        self._line(")", depth)

    def _line(self, text: str, depth: int) -> None:
        self.lines.append(f"{'    ' * depth}{text}")
