"""The system that a word of the command line means: a file, a text, or standard input.

A `.symbp` file holds a system, a `.toml` file a network; `-` is standard input. A text without
`name = ` is one expression, which is given a name that is free.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from symbp.errors import FileFormatError, LimitExceeded, SymbpError

if TYPE_CHECKING:
    from symbp.models import System

__all__ = ["MAX_BYTES", "read_model"]

#: More than a person writes; what the language itself takes is limited there.
MAX_BYTES = 1_000_000
#: A statement `name = ...`, told from the comparisons `==`, `<=`, `>=` and `!=` and from `:=`.
_STATEMENT = re.compile(r"(?<![=<>!:])=(?!=)")


def read_model(file: str | None, text: str | None, avoid: Sequence[str] = ()) -> System:
    """The system that a text, standard input or a file holds.

    Args:
        file: a path or `-`; None where the text is given.
        text: a system, or one expression, which is given a name that is none of `avoid`.
        avoid: names that the words of the command line use.

    Raises:
        FileFormatError: no such file, another suffix, or no UTF-8 text.
        LimitExceeded: more than `MAX_BYTES`.
        ParseError and others: what it holds is not understood.
    """
    from symbp.models import System

    if text is not None:
        return System(text) if _STATEMENT.search(text) else _named(text, avoid)
    if file is None or file == "-":
        return System(_decoded(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input"))
    suffix = Path(file).suffix.lower()
    if suffix == ".toml":
        from symbp.networkfile import read_network

        return read_network(file)[0]
    if suffix != ".symbp":
        raise FileFormatError(
            f"{file!r}: a system file ends in .symbp, a network file in .toml; "
            "-e takes a system as text, - reads it from standard input"
        )
    return System(_contents(file))


def _named(expression: str, avoid: Sequence[str]) -> System:
    """The system `y = expression`, under another name where y is taken."""
    from symbp.models import System

    taken = {*re.findall(r"\w+", unicodedata.normalize("NFKC", expression)), *avoid}
    candidates = chain("yfghuvw", (f"y{number}" for number in count()))
    name = next(n for n in candidates if n not in taken)
    system = System()
    system.let(name, expression)
    return system


def _contents(file: str) -> str:
    try:
        with Path(file).open("rb") as stream:
            return _decoded(stream.read(MAX_BYTES + 1), repr(file))
    except (OSError, ValueError) as error:
        if isinstance(error, SymbpError):
            raise
        reason = getattr(error, "strerror", None) or "this is no file name"
        raise FileFormatError(f"cannot read {file[:200]!r}: {reason}") from error


def _decoded(data: bytes, where: str) -> str:
    if len(data) > MAX_BYTES:
        raise LimitExceeded(f"{where} has more than {MAX_BYTES} bytes; split the system")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{where} is not UTF-8 text (byte {error.start})") from error
