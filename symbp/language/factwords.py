"""A fact said of a quantity in one word of Python: `"positive"`, `"one_hot(k)"`."""

from __future__ import annotations

import re

from symbp.declarations import Builder
from symbp.errors import DeclarationError, ParseError
from symbp.facts import VOCABULARY, Fact
from symbp.names import suggest

__all__ = ["fact_in_word"]

_WORD = re.compile(r"\s*(\w{1,200})\s*(?:\(([^()]{0,200})\))?\s*")


def fact_in_word(builder: Builder, word: object, name: str) -> Fact:
    """`positive`, or `one_hot(k)`, said of a quantity.

    A word that speaks of one axis means the last one where none is named.

    Raises:
        ParseError: no such word.
        DeclarationError: the quantity is not declared, or has no such axes.
    """
    found = _WORD.fullmatch(word) if isinstance(word, str) else None
    if found is None or found[1] not in VOCABULARY:
        raise ParseError(f"unknown fact {str(word)[:60]!r}; {suggest(str(word), VOCABULARY)}")
    if name not in builder.quantities:
        raise DeclarationError(f"a fact speaks of {name!r}, which is not declared")
    letters = builder.quantities[name].letters
    wanted = [part.strip() for part in (found[2] or "").split(",") if part.strip()]
    if not wanted and VOCABULARY[found[1]].axes:
        wanted = list(letters[-1:])
    if len(wanted) != VOCABULARY[found[1]].axes or any(w not in letters for w in wanted):
        raise DeclarationError(
            f"{found[1]} of {name!r} speaks of {VOCABULARY[found[1]].axes} of its axes "
            f"({', '.join(letters) or 'it has none'})"
        )
    return Fact(found[1], name, tuple(letters.index(w) for w in wanted))
