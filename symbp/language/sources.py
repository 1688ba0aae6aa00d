"""A text and the places in it: every error of the front ends is made here.

A message ends in the line and column (both from 1) and shows the line with a caret under the
character in question. Characters that a terminal would obey are shown as escapes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TypeVar

from symbp.errors import LimitExceeded, ParseError, SymbpError
from symbp.language.limits import DEFAULT, Limits

__all__ = ["Source", "visible"]

_Error = TypeVar("_Error", bound=SymbpError)

#: How many characters of a long line a message shows on each side of the caret.
_SHOWN = 40
_LINE_END = re.compile(r"\r\n|\r|\n")


class Source:
    """A text that a front end reads.

    Attributes:
        text: the text as it was given.
        limits: what it may contain.
        spellings: names in it, as compared (NFKC), with the way in which the text spells them.

    Raises:
        LimitExceeded: the text is longer than the limits allow.
        ParseError: what was given is not text.
    """

    def __init__(self, text: str, limits: Limits = DEFAULT) -> None:
        if not isinstance(text, str):
            raise ParseError(f"text is expected here, not {type(text).__name__}")
        if len(text) > limits.characters:
            raise LimitExceeded(
                f"the text has {len(text):,} characters, more than the limit"
                f" `characters` = {limits.characters:,}; shorten it or pass larger Limits"
            )
        self.text = text
        self.limits = limits
        self.spellings: dict[str, str] = {}
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def locate(self, position: int) -> tuple[int, int]:
        """Line and column, from 1, of the character at `position`."""
        line = bisect_right(self._starts, position)
        return line, position - self._starts[line - 1] + 1

    def fail(self, kind: type[_Error], message: str, position: int) -> _Error:
        """An error of that kind about the character at `position`; raise what this returns."""
        line, column = self.locate(position)
        shown = self._show(line, column) if self.text.strip() else ""
        full = f"{message} (line {line}, column {column}){shown}"
        if issubclass(kind, ParseError):
            return kind(full, line, column)
        return kind(full)

    def exceed(self, field: str, what: str, position: int) -> LimitExceeded:
        """The error for a limit, named by its field of `Limits`."""
        limit = getattr(self.limits, field)
        message = f"{what}: the limit `{field}` is {limit:,}; simplify, or pass larger Limits"
        return self.fail(LimitExceeded, message, position)

    def _show(self, line: int, column: int) -> str:
        begin = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        whole = self.text[begin:end].rstrip("\r\n")
        start = max(0, column - 1 - _SHOWN)
        before = visible(whole[start : column - 1])
        after = visible(whole[column - 1 : column - 1 + _SHOWN])
        dots = "..." if start else ""
        more = "..." if len(whole) > column - 1 + _SHOWN else ""
        return f"\n  {dots}{before}{after}{more}\n  {' ' * len(dots + before)}^"


def visible(text: str) -> str:
    """Text in which control and format characters are written as escapes, tabs as spaces."""
    return "".join(
        c if c.isprintable() else " " if c == "\t" else c.encode("unicode_escape").decode()
        for c in text
    )
