r"""LaTeX of a derivation: a fragment for notebooks and books, or a document that compiles.

Rows stand in `align` with columns formula, value, reason and an explicit `\tag`. Headings stand
outside the math. The commands used are those that KaTeX, MathJax and amsmath share; a document is
set in one alignment with `\intertext`, so that reasons stand at one place down the page (English:
`article`, pdfLaTeX or XeLaTeX; Chinese: `ctexart`, XeLaTeX).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from symbp.derivations import Ledger
from symbp.equations import Equation
from symbp.expressions import Node
from symbp.printers import sentences
from symbp.printers.documents import Document, MatrixSection, Row, Section
from symbp.printers.escaping import tex_text
from symbp.printers.latexmath import math_latex
from symbp.printers.latexrows import RowWriter
from symbp.printers.layout import lay_out
from symbp.printers.matrixforms import matrix_box, row_left_box
from symbp.printers.notation import Notation, rename_letters
from symbp.printers.setting import Face, Setter
from symbp.printers.signs import arrange_signs

__all__ = ["equation_latex", "node_latex", "print_latex"]

#: Rows of a document in one alignment; TeX sets an alignment as a whole.
ROWS_PER_ALIGNMENT = 60

_PACKAGES = r"""\usepackage{amsmath,amssymb}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\setlength{\mathindent}{0pt}
\setlength{\jot}{6pt}
"""
_ENGLISH = (
    r"""\documentclass[11pt,a4paper,fleqn]{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[utf8]{inputenc}
\fi
\usepackage[margin=18mm]{geometry}
"""
    + _PACKAGES
)
_CHINESE = (
    r"""% !TEX program = xelatex
\documentclass[11pt,a4paper,fleqn,UTF8]{ctexart}
\usepackage[margin=18mm]{geometry}
"""
    + _PACKAGES
)


def print_latex(
    ledger: Ledger,
    *,
    level: str | int = "textbook",
    lang: str = "en",
    numbering: str = "1.",
    document: bool = False,
    title: str | None = None,
    style: str = "index",
) -> str:
    """The derivation as LaTeX.

    Args:
        ledger: the derivation.
        level: `result`, `textbook` or `full`.
        lang: `en` or `zh`.
        numbering: what stands before the number of a row.
        document: whether it is a file that compiles, or a fragment.
        title: a title instead of the one made from the names; any text.

    Raises:
        ValueError: there is no such level, language or style.
        UnsafeInputError: a quantity has a LaTeX name that is not accepted.
    """
    laid_out = lay_out(ledger, level, lang, numbering, title, style)
    return _Printer(laid_out, whole_file=document).whole()


def node_latex(root: Node, ledger: Ledger | None = None) -> str:
    """An expression as LaTeX for math mode, in the notation of a derivation if one is given."""
    notation = Notation(ledger) if ledger is not None else Notation.empty()
    notation.note_ranges((), root)
    setter = Setter(notation)
    return math_latex(setter.formula(arrange_signs(root)))


def equation_latex(equation: Equation, ledger: Ledger | None = None) -> str:
    """An equation as LaTeX for math mode; an error signal says which derivative it is."""
    if ledger is None:
        return f"{node_latex(equation.left)} = {node_latex(equation.right)}"
    notation = Notation(ledger)
    letters = notation.plain_letters([equation.left, equation.right], equation.ranges)
    left = rename_letters(equation.left, letters)
    right = notation.unhidden(rename_letters(equation.right, letters), left.free)
    setter = Setter(notation)
    shown = math_latex(setter.formula(left, Face(adjoint="fraction")))
    if notation.alias(equation.target) is not None:
        shown = f"{math_latex(setter.formula(left))} := {shown}"
    return f"{shown} = {math_latex(setter.formula(arrange_signs(right)))}"


class _Printer:
    """One visit of a document."""

    def __init__(self, document: Document, *, whole_file: bool) -> None:
        self.document = document
        self.whole_file = whole_file
        self.setter = Setter(document.notation)
        self.rows = RowWriter(document, hanging=whole_file)

    def whole(self) -> str:
        """Header, sections, conditions, inside a document where one is wanted."""
        parts = [self._header(), *self._sections(), self._matrices(), self._closing()]
        parts.append(self._check())
        body = "\n".join(part for part in parts if part)
        if not self.whole_file:
            return body + "\n"
        wide = self.document.lang == "zh" or any(_east_asian(c) for c in body)
        preamble = _CHINESE if wide else _ENGLISH
        if not wide:
            body = _within_fonts(body)
        return f"{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"

    def _header(self) -> str:
        lines = [self.rows.sentence(line) for line in self.document.header.lines]
        title = self.rows.sentence(self.document.header.title)
        return "\n\n".join([title, *lines]) + "\n"

    def _sections(self) -> list[str]:
        if not self.whole_file:
            return [self._section(section) for section in self.document.sections]
        return self._alignments()

    def _section(self, section: Section) -> str:
        columns = _columns(section.rows)
        rows = " \\\\\n".join(self.rows.row(row, columns) for row in section.rows)
        return f"{self._heading(section)}\n\\begin{{align}}\n{rows}\n\\end{{align}}\n"

    def _alignments(self) -> list[str]:
        """All rows in few alignments, headings between them."""
        rows = [row for section in self.document.sections for row in section.rows]
        columns = _columns(rows)
        out: list[str] = []
        lines: list[str] = []
        for section in self.document.sections:
            heading = self._heading(section)
            if len(lines) >= ROWS_PER_ALIGNMENT:
                out.append(_alignment(lines, columns))
                lines = []
            if lines:
                lines[-1] += f" \\\\\n\\intertext{{{heading}}}"
                first = "\n"
            else:
                out.append(heading)
                first = ""
            for place, row in enumerate(section.rows):
                written = self.rows.row(row, columns)
                if place == 0 and first:
                    lines[-1] += first + written
                elif len(lines) >= 2 * ROWS_PER_ALIGNMENT:
                    out.append(_alignment(lines, columns))
                    lines = [written]
                else:
                    lines.append(written)
        if lines:
            out.append(_alignment(lines, columns))
        return out

    def _matrices(self) -> str:
        section = self.document.matrices
        if section is None:
            return ""
        lines = []
        for row, number, reason in section.rows:
            left = math_latex(row_left_box(row, self.setter))
            right = math_latex(matrix_box(row.right, self.setter))
            words = self.rows.sentence(reason, in_math=True)
            lines.append(f"{left} &= {right} && {words} \\tag{{{tex_text(number)}}}")
        body = " \\\\\n".join(lines)
        return f"{self._heading(section)}\n\\begin{{align}}\n{body}\n\\end{{align}}\n"

    def _heading(self, section: Section | MatrixSection) -> str:
        heading = self.rows.sentence(section.heading)
        if not section.note:
            return rf"\textbf{{{heading}}}"
        stop = "。" if self.document.lang == "zh" else "."
        return rf"\textbf{{{heading}{stop}}} {self.rows.sentence(section.note)}"

    def _closing(self) -> str:
        if not self.document.closing:
            return ""
        chinese = self.document.lang == "zh"
        head = r"\textbf{条件：}" if chinese else r"\textbf{Conditions.}"
        stop, between = ("。", "；") if chinese else (".", "; ")
        return f"{head} {between.join(self.rows.sentence(p) for p in self.document.closing)}{stop}"

    def _check(self) -> str:
        if not self.document.check:
            return ""
        head = sentences.word("check", self.document.lang)
        stop = "：" if self.document.lang == "zh" else "."
        return f"\n\\textbf{{{head}{stop}}} {self.rows.sentence(self.document.check)}"


def _alignment(lines: list[str], columns: tuple[bool, bool]) -> str:
    """Rows at common places; columns stand as close as they can."""
    rows = " \\\\\n".join(lines)
    pairs = 1 + sum(columns)
    return f"\\begin{{alignat}}{{{pairs}}}\n{rows}\n\\end{{alignat}}"


def _columns(rows: Sequence[Row]) -> tuple[bool, bool]:
    """Whether there is a column of values, and of reasons."""
    return any(r.value is not None for r in rows), any(r.reason for r in rows)


def _east_asian(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _within_fonts(body: str) -> str:
    """Characters that the fonts of an English document do not have, as their numbers."""
    return "".join(c if c.isascii() or c in "–…äöüßéèàñ" else f"[U+{ord(c):04X}]" for c in body)
