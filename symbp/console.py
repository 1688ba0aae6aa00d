"""What a terminal may be sent: text without control characters, in an encoding that it has.

Names and messages quote what users typed, and a terminal obeys control characters. So everything
that the program writes passes `shown`; where the encoding lacks a character, `in_ascii` spells it.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import TextIO

from symbp.errors import ParseError

__all__ = ["argument", "in_ascii", "shown", "write"]

#: Characters that change the order in which others are displayed.
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPELLED = {
    "\u2248": "~=",
    "\u2202": "d",
    "\u00b7": "*",
    "\u2212": "-",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "!=",
    "\u2192": "->",
    "\u2211": "sum",
    "\u221a": "sqrt",
    "\u2013": "-",
    "\u2026": "...",
    "\u0304": "_bar",
}


def shown(text: str) -> str:
    """The text with its control characters written out; line breaks and tabs stay."""
    if text.isprintable():
        return text
    return "".join(_visible(c) for c in text)


def _visible(character: str) -> str:
    if character in "\n\t":
        return character
    if unicodedata.category(character) in {"Cc", "Cs"} or character in _DIRECTIONS:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character


def in_ascii(text: str, encoding: str = "ascii") -> str:
    """The text with Greek letters and signs that the encoding lacks spelled in words."""
    return "".join(_spell(c, encoding) for c in text)


def _spell(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        pass
    else:
        return character
    if character in _SPELLED:
        return _SPELLED[character]
    words = unicodedata.name(character, "").split()
    if words[:1] == ["GREEK"] and words[2:3] == ["LETTER"] and len(words) == 4:
        return words[3].capitalize() if words[1] == "CAPITAL" else words[3].lower()
    return character.encode("unicode_escape").decode("ascii")


def write(stream: TextIO, text: str) -> None:
    """Write text to the terminal (or to what stands in its place), ending in one line break.

    Raises:
        BrokenPipeError: the reader has gone.
    """
    safe = shown(text if text.endswith("\n") else f"{text}\n")
    stream.write(in_ascii(safe, stream.encoding or "utf-8"))
    stream.flush()


def argument(text: str) -> str:
    """A word of the command line as text, also where the locale could not read it as UTF-8.

    Raises:
        ParseError: the bytes are not UTF-8.
    """
    if not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    try:
        return os.fsencode(text).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise ParseError(
            f"the word {shown(text)!r} on the command line is not UTF-8 "
            f"(the file system's encoding is {sys.getfilesystemencoding()})"
        ) from None
