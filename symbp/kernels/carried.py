"""A form that carries its roundings (`carrying.py`) as a function of its own, step by step.

    def compute_carried_1(z):
        f1 = np.exp(-abs(z))
        s1 = 1.0 + f1
        s1_rest = sum_error(1.0, f1, s1)
        return f1/settled(s1, s1_rest)

A step that is used once, and has no rest, is written where it is used. In float32 there are no
rests: the steps are taken in float64.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import NamedTuple

from symbp.expressions import (
    Access,
    Call,
    Constant,
    Node,
    Number,
    Power,
    Product,
    Sum,
    substitute,
    transform,
)
from symbp.numerics.accuracy import in_two_parts
from symbp.numerics.carrying import KEPT, Step, Steps
from symbp.spelling import spell

__all__ = ["carried_shape", "carried_source"]

#: Names of arguments, and of steps by their kinds.
_LETTERS = ("z", "a", "b", "c", "d", "g", "h", "k")
_STEMS = {
    "value": "f",
    "number": "n",
    "negate": "m",
    "add": "s",
    "subtract": "s",
    "multiply": "p",
    "divide": "q",
    "divide_sum": "q",
}
_OPEN = (Number, Constant, Sum, Product, Power, Call)
WIDTH = 96


class Part(NamedTuple):
    """The text of a value, how tightly it binds (0 sum, 1 product, 2 atom), and of its rest."""

    text: str
    tightness: int
    rest: str = ""


def carried_shape(current: Call) -> tuple[Call, list[Node]]:
    """A call of `carried` over letters, and what the letters stand for.

    The variables that it names come first, then all other accesses.
    """
    seats = list(current.arguments[1:])
    found = dict.fromkeys(seats)
    waiting: list[Node] = [current.arguments[0]]
    while waiting:
        node = waiting.pop()
        if node not in found and not isinstance(node, _OPEN):
            found[node] = None
        elif node not in found:
            waiting.extend(reversed(node.children))
    letters: dict[Node, Node] = {n: Access(_letter(k)) for k, n in enumerate(found)}
    form = substitute(current.arguments[0], nodes=letters)
    return Call(current.function, (form, *letters.values())), list(found)


def _letter(number: int) -> str:
    return _LETTERS[number] if number < len(_LETTERS) else f"u{number}"


def carried_source(
    name: str, shape: Call, dtype: str, write: Callable[[Node], str]
) -> tuple[str, list[str]]:
    """The function that computes a shape, and the helpers for roundings that it calls.

    Args:
        name: of the function.
        shape: over letters, by `carried_shape`.
        dtype: `float64` or `float32`.
        write: the text of what is computed as it is written.
    """
    form, *seats = shape.arguments
    text = _Lines(Steps(form, seats), write, wide=dtype == "float32")
    plain = spell(transform(form, lambda n: n.children[0] if _is_mark(n) else n))
    last = text.settled(text.parts[text.steps.last])
    arguments = ", ".join(seat.quantity for seat in seats if isinstance(seat, Access))
    how = "in float64, rounded once" if text.wide else "with what rounding takes from some steps"
    about = textwrap.fill(
        f'"""{plain}, {how}."""',
        WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    decorator = "@compiled" if text.wide else "@exactly"
    value = f"REAL({last.text})" if text.wide else last.text
    lines = [decorator, f"def {name}({arguments}):", about, *text.lines, f"    return {value}"]
    return "\n".join([*lines, ""]), list(text.used)


def _is_mark(node: Node) -> bool:
    return isinstance(node, Call) and node.function == KEPT


class _Lines:
    """The lines of one function.

    Attributes:
        parts: the texts of the steps.
        lines: what stands before the value.
        used: the helpers that the lines call.
    """

    def __init__(self, steps: Steps, write: Callable[[Node], str], *, wide: bool) -> None:
        self.steps = steps
        self.wide = wide
        self.lines: list[str] = []
        self.used: dict[str, None] = {}
        self.parts: list[Part] = []
        self._write = write
        self._counts: dict[str, int] = {}
        self._uses = self._counted()
        for place, row in enumerate(steps.rows):
            self.parts.append(self._part(place, row))

    def _counted(self) -> list[int]:
        """How often each step is read: twice by a step that has a rest."""
        found = [0] * len(self.steps.rows)
        rests = [False] * len(self.steps.rows)
        for place, row in enumerate(self.steps.rows):
            below = any(rests[part] for part in row.parts) and row.kind != "divide"
            rests[place] = not self.wide and (row.kept or below)
            for part in row.parts:
                found[part] += 2 if rests[place] else 1
        return found

    def _part(self, place: int, row: Step) -> Part:
        if row.kind == "value":
            return self._value(place, row)
        if row.kind == "number":
            return self._number(row)
        operands = [self.parts[part] for part in row.parts]
        keep = row.kept and not self.wide
        made = _WRITERS[row.kind](self, operands, keep=keep)
        if not made.rest and self._uses[place] < 2:
            return made
        name = self._name(row.kind)
        self.lines.append(f"    {name} = {made.text}")
        if not made.rest or made.rest.isidentifier():
            return Part(name, 2, made.rest)
        self.lines.append(f"    {name}_rest = {made.rest.replace('{}', name)}")
        return Part(name, 2, f"{name}_rest")

    def _name(self, kind: str) -> str:
        stem = _STEMS[kind]
        self._counts[stem] = self._counts.get(stem, 0) + 1
        return f"{stem}{self._counts[stem]}"

    def _value(self, place: int, row: Step) -> Part:
        text = self._write(row.node)
        if self.wide:
            text = f"np.float64({text})"
        if isinstance(row.node, Access) and not self.wide:
            return Part(text, 2)
        if self._uses[place] < 2:
            return Part(text, 2 if isinstance(row.node, Call) or self.wide else 0)
        name = self._name(row.kind)
        self.lines.append(f"    {name} = {text}")
        return Part(name, 2)

    def _number(self, row: Step) -> Part:
        value, rest = in_two_parts(row.node)
        text = repr(float(value))
        keep = row.kept and rest is not None and not self.wide
        return Part(text, 0 if text[0] == "-" else 2, repr(float(rest)) if keep else "")

    def settled(self, part: Part) -> Part:
        """A value with its rest in one number."""
        return Part(self.call("settled", part.text, part.rest), 2) if part.rest else part

    def call(self, helper: str, *words: str) -> str:
        """A call of a helper."""
        self.used[helper] = None
        return f"{helper}({', '.join(words)})"


def _within(part: Part, least: int) -> str:
    return part.text if part.tightness >= least else f"({part.text})"


def _joined(words: Sequence[str]) -> str:
    return " + ".join(word for word in words if word)


def _negated(lines: _Lines, parts: Sequence[Part], *, keep: bool) -> Part:
    del lines, keep
    return Part(f"-{_within(parts[0], 1)}", 0, f"-{parts[0].rest}" if parts[0].rest else "")


def _added(lines: _Lines, parts: Sequence[Part], *, keep: bool) -> Part:
    a, b = parts
    own = lines.call("sum_error", a.text, b.text, "{}") if keep else ""
    return Part(f"{a.text} + {_within(b, 1)}", 0, _joined((own, a.rest, b.rest)))


def _subtracted(lines: _Lines, parts: Sequence[Part], *, keep: bool) -> Part:
    a, b = parts
    own = lines.call("sum_error", a.text, f"-{_within(b, 2)}", "{}") if keep else ""
    rest = _joined((own, a.rest))
    if b.rest:
        rest = f"{rest} - {b.rest}" if rest else f"-{b.rest}"
    return Part(f"{a.text} - {_within(b, 1)}", 0, rest)


def _multiplied(lines: _Lines, parts: Sequence[Part], *, keep: bool) -> Part:
    a, b = parts
    own = lines.call("product_error", a.text, b.text, "{}") if keep else ""
    first = f"{a.rest}*{_within(b, 2)}" if a.rest else ""
    second = f"{b.rest}*{_within(a, 2)}" if b.rest else ""
    return Part(f"{_within(a, 1)}*{_within(b, 2)}", 1, _joined((own, first, second)))


def _divided(lines: _Lines, parts: Sequence[Part], *, keep: bool) -> Part:
    a, b = parts
    if keep:
        return _sum_divided(lines, parts, keep=True)
    above, below = lines.settled(a), lines.settled(b)
    return Part(f"{_within(above, 1)}/{_within(below, 2)}", 1)


def _sum_divided(lines: _Lines, parts: Sequence[Part], *, keep: bool) -> Part:
    a, b = parts
    own = ""
    if keep:
        back = f"{{}}*{_within(b, 2)}"
        own = f"({_within(a, 2)} - {back}) - {lines.call('product_error', '{}', b.text, back)}"
    rest = _joined((own, a.rest))
    if b.rest:
        rest = f"{rest} - {{}}*{b.rest}" if rest else f"-{{}}*{b.rest}"
    rest = f"({rest})/{_within(b, 2)}" if rest else ""
    return Part(f"{_within(a, 1)}/{_within(b, 2)}", 1, rest)


_WRITERS: dict[str, Callable[..., Part]] = {
    "negate": _negated,
    "add": _added,
    "subtract": _subtracted,
    "multiply": _multiplied,
    "divide": _divided,
    "divide_sum": _sum_divided,
}
