"""Plain text: a whole derivation, one gradient as a line, one row as a `Step`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symbp.derivations import Condition, Gradient, Ledger, StepRecord
from symbp.expressions import Node, quantities_read
from symbp.facts import Fact, Identity
from symbp.printers import phrases, sentences
from symbp.printers.documents import LEVELS, Document, MatrixSection, Row, Section
from symbp.printers.escaping import terminal_text
from symbp.printers.inline import piece_text
from symbp.printers.layout import Layout, lay_out
from symbp.printers.matrixforms import matrix_text, row_left_text
from symbp.printers.notation import Notation, rename_letters
from symbp.printers.phrases import Piece
from symbp.printers.signs import arrange_signs
from symbp.printers.textmath import TextSetter
from symbp.printers.values import Value, significant
from symbp.printers.widths import text_width

__all__ = ["Step", "print_text", "spell_condition", "spell_gradient", "step_views"]

_WIDEST_FORMULA = 72


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a derivation, read-only, as text.

    Attributes:
        number: its number, `1.7`.
        before: the left side, or the expression that the row rewrites.
        after: the expression it becomes.
        rule: key of the rule.
        because: the reason in words.
        conditions: what the row needs.
    """

    number: str
    before: str
    after: str
    rule: str
    because: str
    conditions: tuple[str, ...] = ()


def print_text(
    ledger: Ledger,
    level: str | int = "textbook",
    lang: str = "en",
    numbering: str = "1.",
    title: str | None = None,
    style: str = "index",
) -> str:
    """The derivation as text in columns: number, formula, value, reason.

    Raises:
        ValueError: there is no such level, language or style.
    """
    return _Printer(lay_out(ledger, level, lang, numbering, title, style)).whole()


def spell_gradient(ledger: Ledger, name: str) -> str:
    """The derivative by one quantity on one line: equation, value, what it needs or rests on."""
    gradient = ledger.gradients[name]
    notation = Notation(ledger)
    texts = TextSetter(notation)
    equation = gradient.printed
    letters = notation.plain_letters([equation.left, equation.right], equation.ranges)
    left = rename_letters(equation.left, letters)
    right = arrange_signs(notation.unhidden(rename_letters(equation.right, letters), left.free))
    spelled = texts.formula(left, "fraction")
    if gradient.delta is not None and notation.alias(gradient.quantity) is not None:
        spelled = f"{texts.formula(left)} := {spelled}"
    line = f"{spelled} = {texts.formula(right)}"
    value = ledger.values.get(gradient.quantity) if not equation.at else None
    if value is not None:
        number = significant(value)
        if number.text != texts.formula(right):
            line += f" {_value(number)}"
    return line + _tail(ledger, gradient, texts) + _parts(ledger, gradient, texts)


def _parts(ledger: Ledger, gradient: Gradient, texts: TextSetter) -> str:
    """What the names stand for that long equations were taken apart with, innermost first."""
    asked = [c.statement for c in gradient.conditions if isinstance(c.statement, Node)]
    read = dict.fromkeys(quantities_read(gradient.printed.right, *asked))
    shown: list[str] = []
    for equation in reversed(ledger.forward.author_equations if ledger.parts else ()):
        if equation.target in ledger.parts and equation.target in read:
            read.update(dict.fromkeys(quantities_read(equation.right)))
            shown.insert(0, f"{texts.formula(equation.left)} = {texts.formula(equation.right)}")
    return f"      with {', '.join(shown)}" if shown else ""


def spell_condition(ledger: Ledger, condition: Condition) -> str:
    """A condition as text: `sum(k, y[n,k]) = 1`, `B > 0`."""
    return _statement(condition, TextSetter(Notation(ledger)))


def _tail(ledger: Ledger, gradient: Gradient, texts: TextSetter) -> str:
    """What the equation needs and rests on, without what a named error signal has stated."""
    known: dict[Condition, None] = {}
    for other in ledger.gradients.values():
        stated = other.quantity in quantities_read(gradient.printed.right)
        if other is not gradient and stated:
            known.update(dict.fromkeys(other.conditions))
    found = [c for c in gradient.conditions if c not in known]
    needs = [_statement(c, texts) for c in found if c.kind in ("domain", "nonzero")]
    # a fact that only settles the domain stands in the conditions and on the page
    used = [c for c in found if c.kind == "fact" and c.asked_by != "domain"]
    rests = [_statement(c, texts) for c in used]
    tail = f"        needs {', '.join(needs)}" if needs else ""
    if rests:
        tail += f"      by {', '.join(rests)}"
    if gradient.zero_because is not None:
        args = {"x": gradient.by, "output": gradient.of}
        pieces = phrases.fill(gradient.zero_because, args, "en")
        tail += "      because " + "".join(piece_text(p, texts) for p in pieces)
    return tail


def _statement(condition: Condition, texts: TextSetter) -> str:
    statement = condition.statement
    if isinstance(statement, Fact | Identity):
        return texts.fact(statement)
    return texts.formula(statement)


def step_views(ledger: Ledger, numbering: str = "1.") -> tuple[Step, ...]:
    """All rows as text, in the order of the ledger."""
    layout = Layout(ledger, LEVELS["full"], "en", numbering)
    return tuple(_view(layout, record) for record in ledger.steps)


def _view(layout: Layout, record: StepRecord) -> Step:
    texts = TextSetter(layout.notation)
    row = layout.row(replace(record, conditions=()))
    if row.middle is not None:
        before = texts.formula(row.middle, row.opening.adjoint)
    else:
        before = texts.left(record.left if row.left is None else row.left, row.opening.adjoint)
    return Step(
        number=row.number,
        before=before,
        after=texts.formula(row.right, row.face.adjoint),
        rule=record.rule,
        because="".join(piece_text(p, texts) for p in row.reason),
        conditions=tuple(_statement(c, texts) for c in record.conditions),
    )


class _Printer:
    """One visit of a document: each row becomes cells, then columns are made."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.texts = TextSetter(document.notation)

    def whole(self) -> str:
        """Header, sections, conditions."""
        header = self.document.header
        lines = [self._sentence(header.title), *(self._sentence(p) for p in header.lines)]
        cells = [[self._cells(row) for row in s.rows] for s in self.document.sections]
        widths = _widths([row for rows in cells for row in rows])
        for section, rows in zip(self.document.sections, cells, strict=True):
            lines += ["", self._heading(section)]
            lines += [line for row in rows for line in _columns(row, widths)]
        lines += self._matrices()
        if self.document.closing:
            head = "条件：" if self.document.lang == "zh" else "Conditions:"
            lines += ["", head, *("  " + self._sentence(p) for p in self.document.closing)]
        if self.document.check:
            head = sentences.word("check", self.document.lang)
            stop = "：" if self.document.lang == "zh" else ". "
            lines += ["", f"{head}{stop}{self._sentence(self.document.check)}"]
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def _matrices(self) -> list[str]:
        section = self.document.matrices
        if section is None:
            return []
        cells = []
        for row, number, reason in section.rows:
            left = row_left_text(row, self.texts)
            right = f"= {matrix_text(row.right, self.texts)}"
            cells.append([f"({number})", left, right, "", self._sentence(reason)])
        widths = _widths(cells)
        lines = [line for row in cells for line in _columns(row, widths)]
        return ["", self._heading(section), *lines]

    def _sentence(self, pieces: Sequence[Piece]) -> str:
        return "".join(piece_text(piece, self.texts) for piece in pieces)

    def _heading(self, section: Section | MatrixSection) -> str:
        heading = self._sentence(section.heading)
        stop = "。" if self.document.lang == "zh" else ". "
        return f"{heading}{stop}{self._sentence(section.note)}" if section.note else heading

    def _cells(self, row: Row) -> list[str]:
        texts = self.texts
        if row.matrix is not None:
            left, right = row_left_text(row.matrix, texts), matrix_text(row.matrix.right, texts)
            number = f"({terminal_text(row.number)})"
            return [number, left, f"= {right}", "", self._sentence(row.reason)]
        left = "" if row.left is None else texts.left(row.left, row.opening.adjoint)
        right = f"= {texts.formula(row.right, row.face.adjoint)}"
        if row.middle is not None:
            right = f"= {texts.formula(row.middle, row.opening.adjoint)} {right}"
        if row.definition is not None:
            right = f":= {texts.left(row.definition, 'fraction')} {right}"
        value = "" if row.value is None else _value(row.value)
        return [f"({terminal_text(row.number)})", left, right, value, self._sentence(row.reason)]


def _value(value: Value) -> str:
    power = f"e{value.power}" if value.power else ""
    return ("= " if value.exact else "≈ ") + value.text + power


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Widths of the columns; a formula wider than most does not push the reasons away."""
    found = [0] * 5
    for row in rows:
        for place, cell in enumerate(row):
            limit = _WIDEST_FORMULA if place == 2 else 200
            if text_width(cell) <= limit:
                found[place] = max(found[place], int(text_width(cell)))
    return found


def _columns(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The lines of a row; relations that do not fit beside each other hang below."""
    number, left, right, value, reason = row
    line = f"  {_pad(number, widths[0])}  {' ' * max(widths[1] - int(text_width(left)), 0)}{left} "
    indent = " " * int(text_width(line))
    lines = []
    middle, sign, last = right.rpartition(" = ")
    if sign and text_width(right) > widths[2] >= text_width(middle):
        lines.append(line + middle)
        line, right = indent, f"= {last}"
    if text_width(right) > widths[2]:
        lines.append(line + right)
        line, right = indent, ""
    cells = [_pad(right, widths[2]), _pad(value, widths[3]) if widths[3] else "", reason]
    return [*lines, line + "  ".join(cell for cell in cells if cell)]


def _pad(text: str, columns: int) -> str:
    return text + " " * max(columns - int(text_width(text)), 0)
