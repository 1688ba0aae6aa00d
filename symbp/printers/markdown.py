"""Markdown of a derivation: headings, and tables of rows with formulas in dollar signs.

Numbers and reasons are text of the table, not of the formulas, so they show in every front end.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.derivations import Ledger
from symbp.printers import sentences
from symbp.printers.boxes import Line, Sign
from symbp.printers.documents import Document, Row, Section
from symbp.printers.escaping import markdown_text
from symbp.printers.inline import runs
from symbp.printers.latexmath import math_latex
from symbp.printers.latexrows import value_latex
from symbp.printers.layout import lay_out
from symbp.printers.matrixforms import matrix_box, row_left_box
from symbp.printers.phrases import Piece
from symbp.printers.rows import row_box
from symbp.printers.setting import PLAIN, Setter

__all__ = ["print_markdown"]


def print_markdown(
    ledger: Ledger,
    *,
    level: str | int = "textbook",
    lang: str = "en",
    numbering: str = "1.",
    title: str | None = None,
    style: str = "index",
) -> str:
    """The derivation as Markdown.

    Raises:
        ValueError: there is no such level, language or style.
    """
    return _Printer(lay_out(ledger, level, lang, numbering, title, style)).whole()


class _Printer:
    """One visit of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.setter = Setter(document.notation)

    def whole(self) -> str:
        """Header, sections, conditions."""
        header = self.document.header
        blocks = [f"## {self._sentence(header.title)}"]
        if header.lines:
            blocks.append("\n".join(f"- {self._sentence(line)}" for line in header.lines))
        for section in self.document.sections:
            blocks.append(f"### {self._sentence(section.heading)}")
            if section.note:
                blocks.append(self._sentence(section.note))
            blocks.append(self._table(section))
        blocks += self._matrices()
        if self.document.closing:
            blocks.append(f"### {self._word('conditions')}")
            blocks.append("\n".join(f"- {self._sentence(c)}" for c in self.document.closing))
        if self.document.check:
            blocks += [f"### {self._word('check')}", self._sentence(self.document.check)]
        return "\n\n".join(blocks) + "\n"

    def _matrices(self) -> list[str]:
        section = self.document.matrices
        if section is None:
            return []
        names = [self._word(name) for name in ("number", "formula", "reason")]
        lines = [f"| {' | '.join(names)} |", "|---|---|---|"]
        for row, number, reason in section.rows:
            left, right = row_left_box(row, self.setter), matrix_box(row.right, self.setter)
            formula = _math(math_latex(Line((left, Sign("="), right))))
            lines.append(f"| ({markdown_text(number)}) | {formula} | {self._sentence(reason)} |")
        heading = f"### {self._sentence(section.heading)}"
        return [heading, self._sentence(section.note), "\n".join(lines)]

    def _word(self, key: str) -> str:
        return sentences.word(key, self.document.lang)

    def _table(self, section: Section) -> str:
        valued = any(row.value is not None for row in section.rows)
        names = ["number", "formula", *(["value"] if valued else []), "reason"]
        lines = [
            f"| {' | '.join(self._word(name) for name in names)} |",
            f"|{'|'.join('---' for _ in names)}|",
        ]
        lines += [f"| {' | '.join(self._cells(row, valued=valued))} |" for row in section.rows]
        return "\n".join(lines)

    def _cells(self, row: Row, *, valued: bool) -> list[str]:
        formula = _math(r"\displaystyle " + math_latex(row_box(row, self.setter)))
        cells = [f"({markdown_text(row.number)})", formula]
        if valued:
            cells.append("" if row.value is None else _math(value_latex(row.value)))
        return [*cells, self._sentence(row.reason)]

    def _sentence(self, pieces: Sequence[Piece]) -> str:
        out = ""
        for run in runs(pieces, self.setter, PLAIN):
            if run.box is not None:
                out += _math(math_latex(run.box))
            else:
                out += markdown_text(run.text)
        return out


def _math(written: str) -> str:
    """A formula between dollar signs; a bar would end a cell of a table."""
    return f"${written.strip().replace('|', chr(92) + 'vert ')}$"
