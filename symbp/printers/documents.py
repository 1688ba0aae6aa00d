"""A document as data: header, sections of rows, matrix form, conditions, check.

What there is to choose (levels of detail, languages, styles) stands here too, and is refused here.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbp.derivations import Partial, StepRecord
from symbp.expressions import Access, Node
from symbp.printers import phrases
from symbp.printers.headers import Header
from symbp.printers.matrixforms import MatrixRow
from symbp.printers.notation import Notation
from symbp.printers.phrases import Piece
from symbp.printers.setting import Face
from symbp.printers.values import Value

__all__ = [
    "LEVELS",
    "STYLES",
    "Document",
    "MatrixSection",
    "Row",
    "Section",
    "check_language",
    "check_style",
    "level_of",
]

#: Names of the levels of detail; the last is a log and no document.
LEVELS = {"result": 1, "textbook": 2, "full": 3, "log": 4}
STYLES = ("index", "matrix")


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row: `left := definition = middle = right   value   reason   (number)`.

    Attributes:
        number: its number, e.g. 1.7.
        left: the left side; None where the row continues the one before.
        definition: the derivative that a row names (`δ := ∂L/∂z`), else None.
        middle: a first right side, where the row opens with one.
        right: the right side.
        face: how the right side shows derivatives; `opening` is that of left and middle.
        boxed: it is a result.
        value: its number at the sample point.
        reason: why it holds, conditions included.
        record: the ledger's row.
        matrix: its matrix form, which then prints instead.
    """

    number: str
    left: Access | Partial | None
    definition: Partial | None
    middle: Node | None
    right: Node
    face: Face
    opening: Face
    boxed: bool
    value: Value | None
    reason: tuple[Piece, ...]
    record: StepRecord
    matrix: MatrixRow | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading; `note` is a sentence between both."""

    heading: tuple[Piece, ...]
    note: tuple[Piece, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class MatrixSection:
    """The gradients in matrix form: row, number and reason each."""

    heading: tuple[Piece, ...]
    note: tuple[Piece, ...]
    rows: tuple[tuple[MatrixRow, str, tuple[Piece, ...]], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that prints, in order; `check` is the line of what a checker found."""

    lang: str
    notation: Notation
    header: Header
    sections: tuple[Section, ...]
    matrices: MatrixSection | None
    closing: tuple[tuple[Piece, ...], ...]
    check: tuple[Piece, ...]


def level_of(level: str | int) -> int:
    """The number of a level of detail.

    Raises:
        ValueError: there is no such level.
    """
    if isinstance(level, int) and not isinstance(level, bool) and level in LEVELS.values():
        return level
    if isinstance(level, str) and level in LEVELS:
        return LEVELS[level]
    raise ValueError(f"there is no level {level!r}; levels are {', '.join(LEVELS)}")


def check_language(lang: str) -> None:
    """Refuse a language without phrases.

    Raises:
        ValueError: there is no such language.
    """
    if lang not in phrases.LANGUAGES:
        raise ValueError(f"there is no language {lang!r}; languages are en, zh")


def check_style(style: str) -> None:
    """Refuse a style that is none.

    Raises:
        ValueError: there is no such style.
    """
    if style not in STYLES:
        raise ValueError(f"there is no style {style!r}; there are {' and '.join(STYLES)}")
