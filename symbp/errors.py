"""The error classes, and the policy behind them.

Three things can go wrong, and they are three different things:

* a *user's mistake* raises a subclass of `SymbpError` that is also a `ValueError`;
* a *limit of the library* raises `NotSupportedError`: the input means something, symbp cannot
  treat it yet;
* an *impossible state* is an assertion that asks for a report (see `impossible`).

A message has one to three lines: what is wrong, where (line and column, equation, index), and what
to do. User input is never checked with `assert`, and no exception is swallowed to try something
else.
"""

from __future__ import annotations

from typing import Never

__all__ = [
    "DTypeError",
    "DataError",
    "DeclarationError",
    "FileFormatError",
    "LimitExceeded",
    "MathError",
    "NameCollisionError",
    "NotSupportedError",
    "OutputPathError",
    "ParseError",
    "ShapeError",
    "SymbpError",
    "UnknownNameError",
    "UnsafeInputError",
    "VersionMismatch",
    "impossible",
]


class SymbpError(Exception):
    """The root of every error that symbp raises on purpose."""


class DeclarationError(SymbpError, ValueError):
    """A system is not well formed: bound twice, not bound, a cycle, an index without extent."""


class ParseError(SymbpError, ValueError):
    """Text is not in the language.

    Attributes:
        line: line of the offending character, from 1.
        column: its column, from 1.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class UnknownNameError(SymbpError, ValueError):
    """A name is neither declared nor defined."""


class NameCollisionError(SymbpError, ValueError):
    """Two different things have one name, or names that become one (NFKC)."""


class ShapeError(SymbpError, ValueError):
    """Extents or numbers of axes do not agree."""


class DTypeError(SymbpError, ValueError):
    """An array has a type of number that the quantity does not take."""


class DataError(SymbpError, ValueError):
    """Data contradict what was declared of them (a fact, a range of labels, finiteness)."""


class MathError(SymbpError, ValueError):
    """A value does not exist: division by zero, logarithm of a negative number."""


class FileFormatError(SymbpError, ValueError):
    """A file is not what its name says."""


class OutputPathError(SymbpError, ValueError):
    """A place that may not, or cannot, be written."""


class UnsafeInputError(SymbpError, ValueError):
    """Input that could run code, or break out of the text it is printed into."""


class LimitExceeded(SymbpError, ValueError):
    """Input larger than a stated limit; the message names the limit and how to raise it."""


class NotSupportedError(SymbpError):
    """The input is meaningful, and this version of symbp cannot treat it."""


class VersionMismatch(SymbpError):
    """A file was written by another version of symbp, or for another version of a dependency."""


def impossible(what: str) -> Never:
    """Raise for a state that cannot be: a mistake in symbp, not in what the user wrote."""
    raise AssertionError(f"{what}. This is a mistake in symbp; please report it with the input.")
