"""The presentation language: what stands where on the page, before any printer's syntax.

    box ::= Ident(text, roman, bold)      a letter or a word: italic letters, upright words
          | Digits(text, bold)            a number as it prints
          | Operator(text)                the upright name of a function: ln, ReLU
          | Sign(text, tight)             an operator, a relation or a punctuation mark, in Unicode
          | Prose(text)                   words inside a formula
          | Line(box ...)                 side by side
          | Script(base, sub, sup)        a base with a subscript or superscript or both
          | Over(base, accent)            a base under a bar, hat, tilde, dot
          | Fraction(above, below)
          | Root(body)
          | Big(operator, below, above)   a sum sign and the like, with its range
          | Fence(opening, closing, body) brackets, which grow with what they hold
          | Cases(values, conditions)     branches
          | Framed(body)                  a result

Texts are plain Unicode: whoever writes them out escapes them. This module knows nothing of
expressions, and nothing of LaTeX or MathML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, Union

__all__ = [
    "Big",
    "Box",
    "Cases",
    "Digits",
    "Fence",
    "Fraction",
    "Framed",
    "Ident",
    "Line",
    "Operator",
    "Over",
    "Prose",
    "Root",
    "Script",
    "Sign",
    "fold",
    "parts",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ident:
    """A letter (italic) or a word (upright); bold for vectors and matrices."""

    text: str
    roman: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Digits:
    """A number as it prints; a bold 1 is a vector of ones."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Operator:
    """The name of a function."""

    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator, relation or mark, without space around where `tight`; U+2009 is a thin space."""

    text: str
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """Words inside a formula."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Boxes side by side."""

    items: tuple[Box, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """A base with a subscript, a superscript, or both."""

    base: Box
    sub: Box | None = None
    sup: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Over:
    """A base under an accent: `overline`, `hat`, `bar`, `tilde`, `dot`."""

    base: Box
    accent: str


@dataclass(frozen=True, slots=True, eq=False)
class Fraction:
    """One box over another."""

    above: Box
    below: Box


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """A square root."""

    body: Box


@dataclass(frozen=True, slots=True, eq=False)
class Big:
    """`sum`, `prod`, `max`, `min`, `argmax`, `argmin` with its range."""

    operator: str
    below: Box
    above: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Fence:
    """A box between brackets: `(` `)`, `[` `]` or `|` `|`."""

    opening: str
    closing: str
    body: Box


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Branches: a value and a condition each, the last condition may be prose."""

    values: tuple[Box, ...]
    conditions: tuple[Box, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Framed:
    """A result in its frame."""

    body: Box


Box = Union[
    Ident,
    Digits,
    Operator,
    Sign,
    Prose,
    Line,
    Script,
    Over,
    Fraction,
    Root,
    Big,
    Fence,
    Cases,
    Framed,
]


def parts(box: Box) -> tuple[Box, ...]:
    """The boxes directly inside, in reading order."""
    if isinstance(box, Line):
        return box.items
    if isinstance(box, Script):
        return tuple(b for b in (box.base, box.sub, box.sup) if b is not None)
    if isinstance(box, Over):
        return (box.base,)
    if isinstance(box, Fraction):
        return (box.above, box.below)
    if isinstance(box, Root | Fence | Framed):
        return (box.body,)
    if isinstance(box, Big):
        return (box.below,) if box.above is None else (box.below, box.above)
    if isinstance(box, Cases):
        return (*box.values, *box.conditions)
    return ()


def fold(root: Box, combine: Callable[[Box, Sequence[T]], T]) -> T:
    """Combine from the leaves up without recursion; a box that occurs twice is combined once."""
    done: dict[int, T] = {}
    stack: list[tuple[Box, bool]] = [(root, False)]
    while stack:
        current, opened = stack.pop()
        if id(current) in done:
            continue
        inside = parts(current)
        if opened or not inside:
            done[id(current)] = combine(current, [done[id(b)] for b in inside])
        else:
            stack.append((current, True))
            stack.extend((b, False) for b in reversed(inside))
    return done[id(root)]
