"""About how wide a box prints, in ems: enough to see that a line is longer than a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from symbp.printers.boxes import (
    Big,
    Box,
    Cases,
    Digits,
    Fence,
    Fraction,
    Ident,
    Operator,
    Prose,
    Root,
    Script,
    Sign,
    fold,
)

__all__ = ["text_width", "width"]

_LETTER, _DIGIT, _WIDE = 0.55, 0.5, 1.0
_SMALLER = 0.7


def width(box: Box) -> float:
    """The width of a box."""
    return fold(box, _width)


def _width(box: Box, inside: Sequence[float]) -> float:
    if isinstance(box, Ident | Digits | Operator | Prose):
        return text_width(box.text) * (_DIGIT if isinstance(box, Digits) else _LETTER)
    if isinstance(box, Sign):
        return 0.3 if box.text in (",", "\u2009") else 0.8 if box.tight else 1.4
    if isinstance(box, Script):
        return inside[0] + _SMALLER * max(inside[1:])
    if isinstance(box, Fraction):
        return max(inside) + 0.3
    if isinstance(box, Big):
        return max(1.4, _SMALLER * max(inside))
    if isinstance(box, Cases):
        count = len(box.values)
        return 2.0 + max(inside[:count]) + max(inside[count:])
    return sum(inside) + (0.9 if isinstance(box, Fence | Root) else 0.0)


def text_width(text: str) -> float:
    """Columns of text; East Asian wide characters count twice, combining marks not at all."""
    if text.isascii():
        return float(len(text))
    columns = 0.0
    for character in text:
        if unicodedata.combining(character):
            continue
        columns += 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
    return columns
