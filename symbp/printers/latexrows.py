"""Rows of a derivation as lines of an alignment: formula, value, reason, number.

A row whose relations do not fit beside its reason has them on lines of their own; a sum wider than
the page is broken before its terms, which hang below it.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.expressions import Node, Sum
from symbp.printers.boxes import Line, Sign
from symbp.printers.documents import Document, Row
from symbp.printers.escaping import tex_text
from symbp.printers.inline import runs
from symbp.printers.latexmath import math_latex
from symbp.printers.phrases import Piece
from symbp.printers.rows import left_box, right_box
from symbp.printers.setting import PLAIN, Face, Setter
from symbp.printers.values import Value
from symbp.printers.widths import text_width, width

__all__ = ["RowWriter", "value_latex"]

#: Widths in ems: of a line, of gaps and numbers, and the least that is left to formulas.
LINE, GAPS, NARROWEST = 44.0, 8.0, 18.0

#: A relation with its right side, and its width in ems.
Relation = tuple[str, float]


def value_latex(value: Value) -> str:
    """A number of the column of values, relation included."""
    power = rf" \cdot 10^{{{value.power}}}" if value.power else ""
    return ("= " if value.exact else r"\approx ") + value.text + power


class RowWriter:
    """Writes the rows of one document.

    Attributes:
        hanging: wide formulas may reach over the columns of a printed page; a fragment, which is
            shown by programs that scroll, keeps to plain alignments.
    """

    def __init__(self, document: Document, *, hanging: bool) -> None:
        self.document = document
        self.hanging = hanging
        self.setter = Setter(document.notation)
        self.room = self._room()

    def row(self, row: Row, columns: tuple[bool, bool]) -> str:
        """A row, on one line or several, without the line end.

        Args:
            row: what to write.
            columns: whether there is a column of values, and one of reasons.
        """
        box = left_box(row, self.setter)
        left = "" if box is None else math_latex(box)
        relations = self._relations(row)
        if len(relations) > 1 and sum(size for _, size in relations) <= self.room:
            relations = [(" ".join(text for text, _ in relations), self.room)]
        lines = [self._shown(relation) for relation in relations]
        if self.hanging and relations[-1][1] > self.room:
            # the reason would stand upon the formula
            lines.append("")
        tail = self._tail(row, columns) + rf" \tag{{{tex_text(row.number)}}}"
        return f"{left} &" + " \\notag \\\\\n &".join(lines) + tail

    def _tail(self, row: Row, columns: tuple[bool, bool]) -> str:
        """Value and reason, with what separates them."""
        between = r" &&\qquad " if self.hanging else " && "
        cells: list[str] = []
        with_value, with_reason = columns
        if with_value:
            cells.append("" if row.value is None else value_latex(row.value))
        if with_reason:
            cells.append(self.sentence(row.reason, in_math=True))
        return "".join(between + cell for cell in cells)

    def _shown(self, relation: Relation) -> str:
        text, size = relation
        wide = self.hanging and size > self.room
        return rf"\rlap{{$\displaystyle {text}$}}" if wide else text

    def _relations(self, row: Row) -> list[Relation]:
        if row.matrix is not None:
            box = right_box(row, self.setter)
            return [(math_latex(box), width(box))]
        found: list[Relation] = []
        if row.definition is not None:
            named = self.setter.left(row.definition, Face(adjoint="fraction"))
            found.append((":= " + math_latex(named), width(Line((Sign(":="), named)))))
        if row.middle is not None:
            text, size = self._broken(row.middle, row.opening)
            found.append((f"= {text}", size))
        text, size = self._broken(row.right, row.face)
        found.append((rf"= \boxed{{{text}}}" if row.boxed else f"= {text}", size))
        return found

    def _room(self) -> float:
        """How wide the right sides may be, so that reasons and numbers stand beside them."""
        lefts, reasons, values = 0.0, 0.0, 0.0
        for row in (row for section in self.document.sections for row in section.rows):
            left = left_box(row, self.setter)
            lefts = max(lefts, 0.0 if left is None else width(left))
            values = values if row.value is None else 6.0
            found = runs(row.reason, self.setter, PLAIN)
            total = sum(text_width(r.text) / 2 if r.box is None else width(r.box) for r in found)
            reasons = max(reasons, total)
        return max(LINE - GAPS - lefts - values - reasons, NARROWEST)

    def _broken(self, value: Node, face: Face) -> Relation:
        """A formula with its width, on several lines where it is longer than the page."""
        box = self.setter.formula(value, face)
        size = width(box) + width(Sign("="))
        limit = LINE - GAPS
        if not isinstance(value, Sum) or len(value.terms) == 1 or size <= limit:
            return math_latex(box), size
        lines: list[str] = []
        line: list[tuple[int, Node]] = []
        for term in value.terms:
            if line and width(self.setter.formula(Sum((*line, term)), face)) > limit:
                lines.append(self._terms(line, face, first=not lines))
                line = []
            line.append(term)
        lines.append(self._terms(line, face, first=not lines))
        inner = " \\\\ ".join(lines)
        return rf"\begin{{aligned}} {inner} \end{{aligned}}", limit

    def _terms(self, terms: list[tuple[int, Node]], face: Face, *, first: bool) -> str:
        written = math_latex(self.setter.formula(Sum(tuple(terms)), face))
        if first:
            return f"& {written}"
        return f"& \\quad {{}} + {written}" if terms[0][0] > 0 else f"& \\quad {{}} {written}"

    # -- sentences --------------------------------------------------------------------------------

    def sentence(self, pieces: Sequence[Piece], *, in_math: bool = False) -> str:
        """Words and formulas: words as text where all stands in math, formulas in `$` else."""
        out = ""
        for run in runs(pieces, self.setter, PLAIN):
            text = tex_text(run.text)
            if run.box is not None:
                written = math_latex(run.box)
                # a minus that opens a formula is a sign, not an operation on the words before it
                tight = f"{{{written}}}" if written.startswith("-") else written
                out += tight if in_math else f"${written}$"
            elif in_math:
                out += rf"\text{{{self._spaced(text)}}}"
            else:
                out += rf"\textbf{{{text}}}" if run.strong else text
        return out

    def _spaced(self, text: str) -> str:
        """Chinese fonts drop spaces at the edge of text; explicit ones stay."""
        if self.document.lang != "zh":
            return text
        body = text.strip(" ")
        start = "\\ " if text.startswith(" ") and body else ""
        return start + body + ("\\ " if text.endswith(" ") else "")
