"""Limits on what a text may contain, so that no input makes symbp slow or lets it fall over.

Each limit is a field of `Limits`; a text that exceeds one raises `LimitExceeded`, whose message
names the field. To raise a limit, pass another `Limits` to the function that reads the text.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one text may contain.

    Attributes:
        characters: length of the whole text.
        tokens: names, numbers and signs in one statement (in one expression).
        depth: brackets, signs and powers inside one another.
        digits: digits of a number, also of one that constants add, multiply or raise to; CPython
            itself refuses to write longer integers.
        exponent: absolute value of a constant exponent over something that is not constant.
        index_terms: terms, and factors of one term, of an index expression or an extent.
    """

    characters: int = 1_000_000
    tokens: int = 32_000
    depth: int = 200
    digits: int = 4300
    exponent: int = 100_000
    index_terms: int = 64


#: The limits that hold where none are passed.
DEFAULT = Limits()
