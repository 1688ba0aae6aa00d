"""A ledger laid out as a document: header, sections, numbered rows, conditions.

What is decided here is the same in every format: which rows a level shows, their numbers (which no
level changes), where a left side is repeated, which face derivatives have, what stands in the
columns of values and of reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symbp.derivations import Condition, Ledger, Partial, StepRecord
from symbp.equations import Equation
from symbp.expressions import Access, Node
from symbp.facts import Fact, Identity, words_implied
from symbp.indices import IndexExpr
from symbp.printers import phrases, sentences
from symbp.printers.documents import (
    LEVELS,
    Document,
    MatrixSection,
    Row,
    Section,
    check_language,
    check_style,
    level_of,
)
from symbp.printers.headers import make_header
from symbp.printers.matrixforms import matrix_row, matrix_rows
from symbp.printers.notation import Notation, rename_letters
from symbp.printers.numbering import cite, number_rows
from symbp.printers.phrases import Piece
from symbp.printers.setting import Face
from symbp.printers.signs import arrange_signs
from symbp.printers.values import row_value

__all__ = ["Layout", "lay_out"]

#: Rules of rows that define; the first condition is what the definition needs.
_DEFINITIONS = ("definition", "part_of")


def lay_out(
    ledger: Ledger,
    level: str | int,
    lang: str,
    numbering: str,
    title: str | None = None,
    style: str = "index",
) -> Document:
    """The document of a derivation.

    Args:
        ledger: the derivation.
        level: `result`, `textbook`, `full`, or its number.
        lang: `en` or `zh`.
        numbering: what stands before the number of a row, e.g. `7.`.
        title: a title instead of the one made from the names.
        style: `index`, or `matrix`: the model and its gradients in matrices, index form only where
            there is no matrix form, and nothing between.

    Raises:
        ValueError: there is no such level, language or style.
    """
    check_language(lang)
    check_style(style)
    layout = Layout(ledger, level_of(level), lang, numbering)
    return layout.document(title, matrix=style == "matrix")


class Layout:
    """One visit of a ledger."""

    def __init__(self, ledger: Ledger, level: int, lang: str, numbering: str) -> None:
        self.ledger = ledger
        self.level = level
        self.lang = lang
        self.numbering = numbering
        self.notation = Notation(ledger)
        for step in ledger.steps:
            self.notation.note_ranges(step.ranges, step.after)
        self.numbers = number_rows(ledger.steps, numbering)
        self.facts = _fact_letters(ledger)
        self.face = Face(
            given=sentences.word("if", lang), otherwise=sentences.word("otherwise", lang)
        )

    def document(self, title: str | None, *, matrix: bool = False) -> Document:
        """Header, sections and conditions."""
        shown = [s for s in self.ledger.steps if s.level <= self.level]
        if matrix:
            return self._in_matrices(title)
        sections: list[Section] = []
        start = 0
        for place in range(1, len(shown) + 1):
            if place == len(shown) or shown[place].section != shown[start].section:
                sections.append(self._section(len(sections) + 1, shown[start:place]))
                start = place
        matrices = None if self.level < LEVELS["textbook"] else self._matrices(len(sections) + 1)
        return self._document(title, sections, matrices)

    def _in_matrices(self, title: str | None) -> Document:
        """The model and its gradients; gradients without a matrix form keep their last row."""
        matrices = self._matrices(2)
        restated = set() if matrices is None else {row.name for row, _, _ in matrices.rows}
        forward = [self._restated(s) for s in self.ledger.steps if s.section == "forward"]
        wanted = {self.ledger.gradients[name].quantity for name in self.ledger.wrt} - restated
        left = [s for s in self.ledger.steps if self._is_result(s) and self._adjoint(s) in wanted]
        sections = [
            Section(tuple(sentences.section_title("forward", 1, self.lang)), (), tuple(forward))
        ]
        if left:
            sections.append(self._section(2, left))
            matrices = self._matrices(3)
        return self._document(title, sections, matrices)

    def _restated(self, record: StepRecord) -> Row:
        """A row of the forward pass with its matrix form, if there is one."""
        row = self.row(record)
        if not isinstance(record.left, Access):
            return row
        letters = tuple(b for b in record.ranges)
        equation = Equation(record.left.quantity, letters, record.left.indices, record.after)
        made = matrix_row(self.notation, equation)
        if made is None:
            return row
        shape = phrases.fill("shape", {"shape": made.shape}, self.lang)
        return replace(row, matrix=made, reason=tuple(self._resolve(p) for p in shape))

    def _adjoint(self, record: StepRecord) -> str | None:
        made = self.notation.adjoint(record.left) if isinstance(record.left, Partial) else None
        return None if made is None else made.quantity

    def _document(
        self, title: str | None, sections: Sequence[Section], matrices: MatrixSection | None
    ) -> Document:
        rights = [row.right for section in sections for row in section.rows]
        header = make_header(self.notation, self.lang, self.numbering, self.facts, title, rights)
        check = self.ledger.check
        return Document(
            self.lang,
            self.notation,
            header,
            tuple(sections),
            matrices,
            self._closing(),
            () if check is None else tuple(sentences.check_line(check, self.lang)),
        )

    def _matrices(self, number: int) -> MatrixSection | None:
        """The last section; its rows have the numbers after the last of the ledger's."""
        start = sum(1 for step in self.ledger.steps if step.level <= LEVELS["textbook"])
        rows = []
        for place, row in enumerate(matrix_rows(self.notation), start + 1):
            key = "shape"
            args: dict[str, Any] = {"shape": row.shape}
            if row.cites is not None:
                key, args = "matrix_shape", {"shape": row.shape, "rows": row.cites}
            reason = tuple(self._resolve(p) for p in phrases.fill(key, args, self.lang))
            rows.append((row, f"{self.numbering}{place}", reason))
        if not rows:
            return None
        note = (Piece("plain", sentences.word("matrix_note", self.lang)),)
        heading = tuple(sentences.section_title("matrix", number, self.lang))
        return MatrixSection(heading, note, tuple(rows))

    def _section(self, number: int, records: Sequence[StepRecord]) -> Section:
        key = records[0].section
        rows: list[Row] = []
        for place, record in enumerate(records):
            previous = records[place - 1] if place else None
            following = records[place + 1] if place + 1 < len(records) else None
            rows.append(self.row(record, previous, following))
        return Section(
            tuple(sentences.section_title(key, number, self.lang)),
            tuple(self._note(key)),
            tuple(rows),
        )

    def _note(self, key: str) -> list[Piece]:
        if key == "backward" and self.notation.index_free:
            letter = next(v for v in "VUQRVYZ" if v not in self.ledger.forward.quantities)
            return sentences.sensitivity_note(self.ledger.of, letter, self.lang)
        return []

    # -- rows -------------------------------------------------------------------------------------

    def row(
        self,
        record: StepRecord,
        previous: StepRecord | None = None,
        following: StepRecord | None = None,
    ) -> Row:
        """A row of the ledger, among those printed before and after it."""
        naming = self._names_delta(record)
        continues = self._continues(previous, record)
        ends = following is None or not self._continues(record, following)
        moved, args = self._plain(record)
        left, right = moved.left, self._tidy(moved.after, record)
        middle = None if moved.before is None or continues else self._tidy(moved.before, record)
        if middle == right and record.rule != "insert":
            middle = None
        return Row(
            number=self.numbers[record.id],
            left=None if continues else left,
            definition=left if naming and isinstance(left, Partial) else None,
            middle=None if naming else middle,
            right=right,
            face=self._face(record, right),
            opening=self._face(record, middle, left=not naming),
            boxed=self._is_result(record),
            value=row_value(self.ledger, record, right) if ends else None,
            reason=self._reason(record, args),
            record=record,
        )

    def _plain(self, record: StepRecord) -> tuple[StepRecord, dict[str, Any]]:
        """A row and what fills its phrase, letters that symbp made replaced in all of it alike."""
        left = record.left
        sides = (left.of, left.by) if isinstance(left, Partial) else (left,)
        nodes = [*sides, record.after, *_nodes(record.args)]
        if record.before is not None:
            nodes.append(record.before)
        letters = self.notation.plain_letters(nodes, record.ranges)
        moved = [rename_letters(side, letters) for side in sides]
        places = [side for side in moved if isinstance(side, Access)]
        scope = frozenset(name for side in moved for name in side.free)
        before = record.before
        renamed = replace(
            record,
            left=replace(left, of=places[0], by=places[1])
            if isinstance(left, Partial)
            else places[0],
            after=self._visible(record.after, letters, scope),
            before=None if before is None else self._visible(before, letters, scope),
        )
        return renamed, _rename_args(record.args, letters)

    def _visible(self, root: Node, letters: Mapping[str, IndexExpr], scope: frozenset[str]) -> Node:
        """Plain letters, and no bound one that hides a letter of the left side."""
        made = self.notation.unhidden(rename_letters(root, letters), scope)
        self.notation.note_ranges((), made)
        return made

    def _tidy(self, value: Node, record: StepRecord) -> Node:
        return value if record.rule == "insert" else arrange_signs(value)

    def _face(self, record: StepRecord, value: Node | None, *, left: bool = False) -> Face:
        face = self.face
        if record.section == "backward" and self.notation.index_free:
            face = replace(face, adjoint="bar")
        elif left or (value is not None and self.notation.is_chain_statement(value)):
            face = replace(face, adjoint="fraction")
        spelled = record.rule == "insert" and self.notation.index_free and record.level > 1
        return replace(face, spelled=spelled)

    def _continues(self, previous: StepRecord | None, record: StepRecord) -> bool:
        """Whether a row goes on with the chain of equalities of the one before."""
        if previous is None or not _same_left(previous.left, record.left):
            return False
        return not self._names_delta(previous) and not self._names_delta(record)

    def _names_delta(self, record: StepRecord) -> bool:
        if record.rule not in ("delta", "definition_of_delta"):
            return False
        adjoint = self.notation.adjoint(record.left) if isinstance(record.left, Partial) else None
        return adjoint is not None and self.notation.alias(adjoint.quantity) is not None

    def _is_result(self, record: StepRecord) -> bool:
        return record.level == 1

    def _reason(self, record: StepRecord, args: Mapping[str, Any]) -> tuple[Piece, ...]:
        pieces = list(phrases.fill(record.rule, args, self.lang))
        comma, needs = ("，", "，要求 ") if self.lang == "zh" else (", ", "; needs ")
        if record.rule != "definition_needs":
            domains = [c for c in record.conditions if c.kind in ("domain", "nonzero")]
            for place, condition in enumerate(domains):
                opens = needs if place == 0 and record.rule in _DEFINITIONS else comma
                pieces.append(Piece("plain", opens))
                pieces.append(Piece("node", condition.statement))
        return tuple(self._resolve(p) for p in pieces)

    def _resolve(self, piece: Piece) -> Piece:
        """Rows, words and facts become plain text; what is set stays."""
        if piece.kind == "rows":
            return Piece("plain", cite(piece.value, self.numbers))
        if piece.kind == "word":
            return Piece("plain", sentences.word(piece.value, self.lang))
        if piece.kind == "fact":
            letter = self.facts.get(piece.value)
            return Piece("plain", f"({letter})") if letter else Piece("fact", piece.value)
        return piece

    def _closing(self) -> tuple[tuple[Piece, ...], ...]:
        """The conditions that the whole derivation needs, each on a line."""
        found: dict[Condition, None] = dict.fromkeys(self.ledger.conditions)
        lines = []
        for condition in found:
            statement = condition.statement
            if isinstance(statement, Fact | Identity):
                pieces = [Piece("fact", statement)]
            else:
                pieces = [Piece("node", statement)]
            lines.append(tuple(sentences.condition_line(condition.kind, pieces, self.lang)))
        return tuple(lines)


def _same_left(first: Access | Partial, second: Access | Partial) -> bool:
    return type(first) is type(second) and first == second


def _fact_letters(ledger: Ledger) -> dict[Fact | Identity, str]:
    """Letters of what is assumed: facts that are used, and labels, which must be in their range."""
    used = [c.statement for g in ledger.gradients.values() for c in g.conditions]
    rest = [f for f in dict.fromkeys(used) if isinstance(f, Fact) and f not in ledger.forward.facts]
    facts: dict[Fact | Identity, None] = {}
    for fact in ledger.forward.facts:
        if fact in used or (isinstance(fact, Fact) and fact.word == "class_ids"):
            facts[fact] = None
        facts.update(dict.fromkeys(f for f in rest if _implies(fact, f)))
    if len(facts) == 1:
        return dict.fromkeys(facts, "H")
    return {fact: f"H{number}" for number, fact in enumerate(facts, 1)}


def _implies(fact: Fact | Identity, other: Fact) -> bool:
    if not isinstance(fact, Fact) or fact.quantity != other.quantity:
        return False
    return other.word in words_implied(fact.word)


def _nodes(args: Mapping[str, Any]) -> list[Node]:
    found: list[Node] = []
    found.extend(value for value in args.values() if isinstance(value, Node))
    for _, more in args.get("then", ()):
        found.extend(_nodes(more))
    return found


def _rename_args(args: Mapping[str, Any], letters: Mapping[str, IndexExpr]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in args.items():
        if key == "then":
            made[key] = tuple((rule, _rename_args(more, letters)) for rule, more in value)
        elif isinstance(value, Node):
            made[key] = rename_letters(value, letters)
        elif isinstance(value, IndexExpr):
            made[key] = value.substitute(letters)
        elif isinstance(value, str) and value in letters:
            made[key] = letters[value].as_letter
        else:
            made[key] = value
    return made
