"""Names: which strings may name a quantity, an index or an extent, and when two are one name.

Names are compared after NFKC, as Python compares identifiers. A legal name is then an identifier in
Python's sense (any script; keywords such as `lambda` are names like others), with any number of
primes at its end. Brackets, quotes, blanks, control characters and the like are refused, because a
name is printed into LaTeX, HTML and Python. The middle dot is kept for letters that symbp makes.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from symbp.errors import LimitExceeded, NameCollisionError, UnknownNameError, UnsafeInputError

__all__ = ["NameTable", "fold_keys", "fold_letter", "fold_name", "meant", "suggest"]

#: Longest name, in characters.
MAX_NAME_LENGTH = 200
_PRIME = "′"
_DOT = "·"


def fold_name(raw: str) -> str:
    """The form in which a name is compared: NFKC, checked to be legal.

    Raises:
        UnknownNameError: the name is empty.
        LimitExceeded: it is longer than `MAX_NAME_LENGTH`.
        UnsafeInputError: it holds something that no name may hold.
    """
    if not raw:
        raise UnknownNameError("a name is empty; give it at least one letter")
    if len(raw) > MAX_NAME_LENGTH:
        raise LimitExceeded(f"a name has {len(raw)} characters; at most {MAX_NAME_LENGTH} are read")
    name = raw if raw.isascii() else unicodedata.normalize("NFKC", raw)
    if not name.rstrip(_PRIME).isidentifier() or _DOT in name:
        raise UnsafeInputError(
            f"{raw!r} is not a legal name; a name holds letters, digits and _, starts with no "
            "digit, and may end in primes (′)"
        )
    return name


def meant(raw: str) -> str:
    """The name that a string looks up, folded; nothing is said of whether it is legal or known."""
    return raw if raw.isascii() else unicodedata.normalize("NFKC", raw)


def fold_keys(values: Mapping[Any, Any]) -> dict[str, Any]:
    """A mapping by names, as a user wrote it, by folded names.

    Raises:
        NameCollisionError: two keys are one name.
    """
    made: dict[str, Any] = {}
    for raw, value in values.items():
        name = meant(raw) if isinstance(raw, str) else raw
        if name in made:
            raise NameCollisionError(f"two values are given for {name!r}, in two spellings")
        made[name] = value
    return made


def fold_letter(raw: str) -> str:
    """As `fold_name`, for an index letter; letters made by symbp (`k·1`) pass."""
    stem, dot, number = raw.partition(_DOT)
    if dot and (number.isdecimal() or not stem):
        return raw
    return fold_name(raw)


def suggest(name: object, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, or all of few."""
    names = list(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    if not names:
        return "nothing has been declared yet"
    return "known are: " + ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


class NameTable:
    """The spellings used in one system: two that fold to one name are a collision."""

    def __init__(self) -> None:
        self._spellings: dict[str, str] = {}

    def fold(self, raw: str) -> str:
        """The folded name.

        Raises:
            NameCollisionError: the name was spelled differently before.
        """
        return self._remember(raw, fold_name(raw))

    def fold_letter(self, raw: str) -> str:
        """The folded letter; raises as `fold` does."""
        return self._remember(raw, fold_letter(raw))

    def fold_read(self, raw: str) -> str:
        """The folded name of something read in a node, where a folded name may stand already."""
        name = fold_letter(raw)
        return name if raw == name else self._remember(raw, name)

    def _remember(self, raw: str, name: str) -> str:
        first = self._spellings.setdefault(name, raw)
        if first != raw:
            raise NameCollisionError(
                f"{raw!r} and {first!r} are the same name after Unicode folding (NFKC); "
                "use one spelling, or two names that differ"
            )
        return name
