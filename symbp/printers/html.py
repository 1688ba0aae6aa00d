"""HTML of a derivation: one self-contained page, formulas in MathML, no script, nothing loaded.

A content-security policy forbids everything but the page's own style; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.derivations import Ledger
from symbp.printers import sentences
from symbp.printers.boxes import Box, Digits, Line, Script, Sign
from symbp.printers.documents import Document, Row, Section
from symbp.printers.escaping import html_text
from symbp.printers.inline import piece_text, runs
from symbp.printers.layout import lay_out
from symbp.printers.mathml import math_html
from symbp.printers.matrixforms import matrix_box, row_left_box
from symbp.printers.phrases import Piece
from symbp.printers.rows import left_box, right_box
from symbp.printers.setting import PLAIN, Setter
from symbp.printers.textmath import TextSetter
from symbp.printers.values import Value

__all__ = ["print_html"]

_STYLE = """\
.symbp{font-family:Georgia,"Noto Serif CJK SC",serif;max-width:62rem;line-height:1.5;color:#111}
.symbp h1{font-size:1.15rem;font-weight:400;margin:.5rem 0}
.symbp h2{font-size:1.05rem;margin:1.2rem 0 .3rem}
.symbp p,.symbp ul{margin:.2rem 0}
.symbp table{border-collapse:collapse;width:100%;table-layout:auto}
.symbp td{padding:.35rem .4rem;border:0;background:none;text-align:left;vertical-align:middle}
.symbp td.left{text-align:right;padding-right:.1rem;width:7rem}
.symbp td.right{padding-left:.1rem}
.symbp td.value{width:8rem;white-space:nowrap}
.symbp td.reason{width:19rem}
.symbp td.number{text-align:right;width:4rem;white-space:nowrap}
.symbp .matrix{font-weight:bold}
.symbp .result{border:1px solid #111;padding:.25em .4em}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CLASSES = ("left", "right", "value", "reason", "number")
_SECTION = "<section><h2>{}</h2>{}<table>\n{}\n</table></section>"


def print_html(
    ledger: Ledger,
    *,
    level: str | int = "textbook",
    lang: str = "en",
    numbering: str = "1.",
    title: str | None = None,
    style: str = "index",
    fragment: bool = False,
) -> str:
    """The derivation as HTML.

    Args:
        ledger: the derivation.
        level: `result`, `textbook` or `full`.
        lang: `en` or `zh`.
        numbering: what stands before the number of a row.
        title: a title instead of the one made from the names; any text.
        fragment: only the part for inclusion in another page (notebooks), with its style.

    Raises:
        ValueError: there is no such level, language or style.
    """
    document = lay_out(ledger, level, lang, numbering, title, style)
    return _Printer(document).whole(fragment=fragment)


class _Printer:
    """One visit of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.setter = Setter(document.notation)

    def whole(self, *, fragment: bool) -> str:
        """The page, or the part of it for another page."""
        header = self.document.header
        lines = "".join(f"<p>{self._sentence(line)}</p>\n" for line in header.lines)
        sections = "\n".join(self._section(s) for s in self.document.sections)
        body = (
            f'<div class="symbp">\n<h1>{self._sentence(header.title)}</h1>\n'
            f"{lines}{sections}\n{self._matrices()}{self._closing()}{self._check()}</div>\n"
        )
        if fragment:
            return f"<style>\n{_STYLE}</style>\n{body}"
        texts = TextSetter(self.document.notation)
        title = html_text("".join(piece_text(p, texts) for p in header.title))
        language = "zh-CN" if self.document.lang == "zh" else "en"
        return (
            f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
            f"<body>\n{body}</body>\n</html>\n"
        )

    def _section(self, section: Section) -> str:
        note = f"<p>{self._sentence(section.note)}</p>" if section.note else ""
        rows = "\n".join(self._row(row) for row in section.rows)
        return _SECTION.format(self._sentence(section.heading), note, rows)

    def _row(self, row: Row) -> str:
        left = left_box(row, self.setter)
        return _table_row(
            row.number,
            (
                "" if left is None else math_html(left),
                math_html(right_box(row, self.setter)),
                "" if row.value is None else _value(row.value),
                self._sentence(row.reason),
                html_text(f"({row.number})"),
            ),
        )

    def _matrices(self) -> str:
        section = self.document.matrices
        if section is None:
            return ""
        rows = []
        for row, number, reason in section.rows:
            right = Line((Sign("="), matrix_box(row.right, self.setter)))
            left = math_html(row_left_box(row, self.setter))
            cells = (left, math_html(right), "", self._sentence(reason), html_text(f"({number})"))
            rows.append(_table_row(number, cells))
        note = f"<p>{self._sentence(section.note)}</p>"
        heading = self._sentence(section.heading)
        return _SECTION.format(heading, note, "\n".join(rows)) + "\n"

    def _closing(self) -> str:
        if not self.document.closing:
            return ""
        head = html_text(sentences.word("conditions", self.document.lang))
        items = "".join(f"<li>{self._sentence(line)}</li>" for line in self.document.closing)
        return f"<section><h2>{head}</h2><ul>{items}</ul></section>\n"

    def _check(self) -> str:
        if not self.document.check:
            return ""
        head = html_text(sentences.word("check", self.document.lang))
        return f"<section><h2>{head}</h2><p>{self._sentence(self.document.check)}</p></section>\n"

    def _sentence(self, pieces: Sequence[Piece]) -> str:
        out = ""
        for run in runs(pieces, self.setter, PLAIN):
            if run.box is not None:
                out += math_html(run.box)
            else:
                text = html_text(run.text)
                out += f"<strong>{text}</strong>" if run.strong else text
        return out


def _table_row(number: str, cells: Sequence[str]) -> str:
    pairs = zip(_CLASSES, cells, strict=True)
    inner = "".join(f'<td class="{name}">{body}</td>' for name, body in pairs)
    return f'<tr id="row-{html_text(number)}">{inner}</tr>'


def _value(value: Value) -> str:
    power: tuple[Box, ...] = ()
    if value.power:
        power = (Sign("⋅"), Script(Digits("10"), None, Digits(str(value.power))))
    relation = Sign("=" if value.exact else "≈")
    return math_html(Line((relation, Digits(value.text), *power)))
