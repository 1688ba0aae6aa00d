"""From a program to the text of one function: every statement is a line or two, nothing is decided.

Each equation stands as a comment above its loops. Scalars that the program makes are local
variables; arrays come in as arguments, so that the function allocates nothing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symbp.errors import impossible
from symbp.expressions import Access, Bracket, Call, IndexValue, Node, Product, Sum, Where
from symbp.kernels.buffers import Signature, extents_of
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
from symbp.kernels.pymath import Used, Writer, bare, write_index
from symbp.kernels.repeats import Key, Repeat, repeats
from symbp.kernels.shorthands import shortened
from symbp.kernels.writing import filled

__all__ = ["Shared", "emit_function", "fold"]

WIDTH = 100
_INDICES = re.compile(r"\[[^][]{1,40}\]")
#: Stands for a blank at which no line is broken; no text of ours has it.
_FIXED = "\x00"
_OPERATORS = {"sum": "+=", "prod": "*="}


def emit_function(
    program: Program,
    signature: Signature,
    names: Namer,
    dtype: str,
    used: Used,
    shared: Shared | None = None,
) -> str:
    """A compiled function that runs a program.

    Args:
        program: what it does.
        signature: its arguments and what it gives back.
        names: names of the file.
        dtype: `float64` or `float32`.
        used: the helpers that the file calls; those of this function are added.
        shared: functions of sections that occur often; those of this function are added. None:
            every section is written where it stands.
    """
    program = shortened(program)
    kinds = {b.name: b.kind for b in program.buffers if b.kind != "real"}
    writer = Writer(names, dtype, kinds, frozenset(signature.boxed), used)
    body = _Body(writer, kinds)
    often = {} if shared is None else repeats(program)
    for place, statement in enumerate(program.body):
        if shared is not None and place in often and isinstance(statement, Section):
            body.call(statement, often[place], shared)
        else:
            body.block((statement,), 1)
    words = [names("quantity", name) for name in signature.arrays]
    words += [names("extent", name) for name in signature.extents]
    head = _wrapped(f"def compute_{program.name}(", words, "):")
    returned = ", ".join(names("quantity", name) for name in signature.returned)
    if returned:
        body.lines.append(f"    return {returned}")
    return "\n".join(["@compiled", head, *body.lines]) + "\n"


@dataclass
class Shared:
    """Functions of sections that occur often: name, extents and text of each, by its shape."""

    functions: dict[Key, tuple[str, tuple[str, ...], str]] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """The functions, in the order of their first call."""
        return tuple(text for _, _, text in self.functions.values())


def fold(text: str, first: str, later: str) -> list[str]:
    """A text in lines, broken at blanks only, and not between the indices of one access."""
    lines = textwrap.wrap(
        _INDICES.sub(lambda found: found[0].replace(" ", _FIXED), text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_FIXED, " ") for line in lines]


def _wrapped(start: str, words: Sequence[str], end: str) -> str:
    line = f"{start}{', '.join(words)}{end}"
    if len(line) <= WIDTH:
        return line
    filled = textwrap.fill(
        f"{', '.join(words)},", WIDTH, initial_indent="    ", subsequent_indent="    "
    )
    return f"{start}\n{filled}\n{end}"


def _updated(place: Access, value: Node) -> tuple[str, Node]:
    """How an element gets a value: anew, or what it holds with one sign and one operand."""
    if isinstance(value, Sum) and len(value.terms) == 2:
        for (first, own), (sign, rest) in (value.terms, value.terms[::-1]):
            if first > 0 and own == place:
                return ("+=" if sign > 0 else "-="), rest
    if isinstance(value, Product) and place in value.numerator:
        others = [n for n in (*value.numerator, *value.denominator) if n != place]
        alone = len(others) == 1 and len(value.numerator) + len(value.denominator) == 2
        if alone and not _guards(others[0]):
            return ("/=" if value.denominator else "*="), others[0]
    return "=", value


def _guards(factor: Node) -> bool:
    """Whether a factor has a say in how the one beside it is written: a bracket, a logarithm."""
    if isinstance(factor, Sum) and len(factor.terms) == 1:
        factor = factor.terms[0][1]
    logarithm = isinstance(factor, Call) and factor.function in ("ln", "log2", "log10")
    return logarithm or isinstance(factor, Bracket)


class _Body:
    """One visit: statements become lines; loops nest as deep as binders, which is limited."""

    def __init__(self, writer: Writer, kinds: Mapping[str, str]) -> None:
        self.writer = writer
        self.kinds = kinds
        self.lines: list[str] = []

    def block(self, statements: Sequence[Statement], depth: int) -> None:
        for statement in statements:
            self._one(statement, depth)

    def call(self, section: Section, repeat: Repeat, shared: Shared) -> None:
        """A call of the function of a section, which is written when it is met first."""
        names = self.writer.names
        if repeat.key not in shared.functions:
            shared.functions[repeat.key] = self._function(section, repeat, len(shared.functions))
        name, extents, _ = shared.functions[repeat.key]
        words = [names("quantity", b) for b in repeat.buffers]
        words += [names("extent", e) for e in extents]
        self._comment(section.equation, 1)
        self.lines += [f"    {line}" for line in filled(f"{name}(", words, ")").split("\n")]

    def _function(
        self, section: Section, repeat: Repeat, number: int
    ) -> tuple[str, tuple[str, ...], str]:
        names = self.writer.names
        target = repeat.buffers[-1].rstrip("0123456789") or repeat.buffers[-1]
        name = names(f"function {number}", f"compute_{target}")
        extents = extents_of(section.body)
        words = [names("quantity", b) for b in repeat.buffers]
        words += [names("extent", e) for e in extents]
        body = _Body(self.writer, self.kinds)
        body.block((section,), 1)
        about = '    """One of several equal parts; the comment is that of the first."""'
        head = _wrapped(f"def {name}(", words, "):")
        return name, extents, "\n".join(["@compiled", head, about, *body.lines]) + "\n"

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
            name = writer.element(Access(statement.name))
            self._value(f"{name} =", statement.value, depth)
        elif isinstance(statement, Assign):
            self._store(statement, depth)
        elif isinstance(statement, Accumulate):
            place, sign = writer.element(statement.place), _OPERATORS[statement.operator]
            self._value(f"{place} {sign}", statement.value, depth)
        elif isinstance(statement, Contract):
            self._line(self._product(statement), depth)
        else:
            impossible(f"a {type(statement).__name__} is no statement")

    def _store(self, statement: Assign, depth: int) -> None:
        """`a = b`, or `a += b` where that is said."""
        writer, place = self.writer, statement.place
        sign, rest = _updated(place, statement.value)
        if place.quantity in self.kinds:
            value = bare(writer.write(rest))
            index = rest.index if isinstance(rest, IndexValue) else None
            value = f"np.int64({value})" if index is None else write_index(index, writer.names)
            self._assign(f"{writer.element(place)} {sign}", value, depth)
        else:
            self._value(f"{writer.element(place)} {sign}", rest, depth)

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

    def _value(self, start: str, value: Node, depth: int) -> None:
        """A statement; the branches of a long value stand one below the other."""
        write, word = self.writer.write, "if"
        text = bare(write(value))
        while isinstance(value, Where) and len(f"{'    ' * depth}{start} {text}") > WIDTH:
            self._line(f"{word} {bare(write(value.condition))}:", depth)
            self._value(start, value.then, depth + 1)
            value, word = value.otherwise, "elif"
            text = bare(write(value))
        if word == "elif":
            self._line("else:", depth)
        self._assign(start, text, depth + (word == "elif"))

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
