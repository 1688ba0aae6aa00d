"""The header of a document: what is derived, symbols with role and shape, ranges, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symbp.derivations import Partial
from symbp.expressions import Access, Bracket, Node, Reduce, accesses, postorder
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.ledger.regions import solved_region
from symbp.printers import sentences
from symbp.printers.notation import Notation, local_partial
from symbp.printers.phrases import Piece
from symbp.printers.values import significant
from symbp.quantities import Quantity

__all__ = ["Header", "make_header"]

#: Names in a title; the middle of a longer chain is left out.
MAX_ARROWS = 10
#: Intervals of a solved domain; more are left out.
MAX_PIECES = 4

Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The title and the lines below it."""

    title: Line
    lines: tuple[Line, ...]


def make_header(
    notation: Notation,
    lang: str,
    numbering: str,
    facts: Mapping[Fact | Identity, str],
    title: str | None,
    rights: Sequence[Node],
) -> Header:
    """The header of a derivation.

    Args:
        notation: its names and ranges.
        lang: `en` or `zh`.
        numbering: what stands before the number of a row.
        facts: the letter of each assumption.
        title: a title instead of the one made from the names.
        rights: the right sides that print: signs that occur there are explained.
    """
    writer = _Writer(notation, lang)
    lines = [
        writer.domain(),
        writer.indices(),
        *writer.quantities(),
        writer.weights(),
        writer.bracket(rights),
        writer.held(),
        *(writer.fact(fact, letter) for fact, letter in facts.items()),
        writer.sample_point(),
    ]
    return Header(writer.title(numbering.rstrip("."), title), tuple(filter(None, lines)))


class _Writer:
    """Lines of the header in one language."""

    def __init__(self, notation: Notation, lang: str) -> None:
        self.notation = notation
        self.ledger = notation.ledger
        self.lang = lang
        self.chinese = lang == "zh"
        self.stop = "。" if self.chinese else "."
        self.comma = "，" if self.chinese else ", "
        self.semicolon = "；" if self.chinese else "; "
        self.colon = "：" if self.chinese else ": "

    def _word(self, key: str) -> str:
        word = sentences.word(key, self.lang)
        return word if self.chinese else word[0].upper() + word[1:]

    def _joined(self, groups: list[list[Piece]], between: str) -> list[Piece]:
        pieces: list[Piece] = []
        for group in groups:
            if pieces:
                pieces.append(Piece("plain", between))
            pieces.extend(group)
        return pieces

    def _line(self, head: str, groups: list[list[Piece]], between: str) -> Line:
        if not groups:
            return ()
        body = self._joined(groups, between)
        return (Piece("plain", head + self.colon), *body, Piece("plain", self.stop))

    def title(self, chapter: str, title: str | None) -> Line:
        """The title, `Derivation 1. Chain X → A → E; find dE/dX`."""
        start = f"{self._word('derivation')} {chapter}".rstrip() + ("。" if self.chinese else ". ")
        if title is not None:
            return (Piece("strong", start), Piece("text", title))
        pieces = [Piece("strong", start)]
        find = sentences.word("find", self.lang)
        if self.notation.upright:
            pieces.append(Piece("plain", self._word("chain_title") + " "))
            pieces.append(Piece("arrows", self._chain()))
            pieces.append(Piece("plain", f"{self.comma}{find} " if self.chinese else f"; {find} "))
        else:
            pieces.append(Piece("plain", f"{find} " if self.chinese else "Find "))
        wanted = [[Piece("slope", (self.ledger.of, name))] for name in self.ledger.wrt]
        return (*pieces, *self._joined(wanted, self.comma), Piece("plain", self.stop))

    def _chain(self) -> tuple[str, ...]:
        given = [q.name for q in self.ledger.forward.given() if q.role != "constant"]
        names = (*given, *(e.target for e in self.ledger.forward.author_equations))
        if len(names) <= MAX_ARROWS:
            return names
        return (*names[: MAX_ARROWS - 2], "…", names[-1])

    def domain(self) -> Line:
        """Domain conditions; a single real input is named."""
        groups: list[list[Piece]] = []
        if self.notation.upright:
            given = self.ledger.forward.given()
            names = [q.name for q in given if q.role != "constant"]
            groups = [
                [Piece("name", name), Piece("plain", " 为实数")]
                if self.chinese
                else [Piece("real", name)]
                for name in names
            ]
        found = [c for c in self.ledger.conditions if c.kind in ("domain", "nonzero")]
        groups += [[Piece("node", c.statement)] for c in found if isinstance(c.statement, Node)]
        line = self._line(self._word("domain"), groups, self.comma)
        solved = self._solved([c.statement for c in found if isinstance(c.statement, Node)])
        return (*line[:-1], *solved, line[-1]) if solved else line

    def _solved(self, statements: Sequence[Node]) -> list[Piece]:
        """The same for the one input of a chain: `, i.e. X < −2 or X > 0`."""
        given = [q.name for q in self.ledger.forward.given() if q.role != "constant"]
        if not self.notation.index_free or len(given) != 1 or not statements:
            return []
        pieces = solved_region(self.ledger.forward, statements, given[0])
        if pieces is None or len(pieces) > MAX_PIECES or pieces == (tuple(statements),):
            return []
        if not pieces:
            return [Piece("plain", "，无解" if self.chinese else ", which nothing meets")]
        conjunction, disjunction = (" 且 ", " 或 ") if self.chinese else (" and ", " or ")
        alternatives = [
            self._joined([[Piece("node", c)] for c in piece], conjunction) for piece in pieces
        ]
        lead = "，即 " if self.chinese else ", i.e. "
        return [Piece("plain", lead), *self._joined(alternatives, disjunction)]

    def indices(self) -> Line:
        """The range of each index letter, `n = 0, …, N−1`."""
        groups = [
            [Piece("range", (letter, lower, upper))]
            for letter, (lower, upper) in self.notation.ranges.items()
            if upper is not None and not lower.letters and not upper.letters
        ]
        return self._line(self._word("indices"), groups, self.semicolon)

    def quantities(self) -> list[Line]:
        """One line a role: names with indices and shape."""
        if self.notation.upright:
            return []
        by_role: dict[str, list[Quantity]] = {}
        for quantity in self.ledger.forward.quantities.values():
            if not quantity.hidden:
                by_role.setdefault(quantity.role, []).append(quantity)
        return [
            self._line(self._word(role), [self._quantity(q) for q in found], self.comma)
            for role, found in by_role.items()
        ]

    def _quantity(self, quantity: Quantity) -> list[Piece]:
        letters = [IndexExpr.letter(letter) for letter in quantity.letters]
        pieces = [Piece("node", Access(quantity.name, letters))]
        extents = [axis.extent for axis in quantity.axes if axis.extent is not None]
        if len(extents) == len(quantity.axes) and extents:
            pieces += [Piece("plain", " ("), Piece("shape", tuple(extents)), Piece("plain", ")")]
        if quantity.kind != "real":
            pieces.append(Piece("plain", " " + sentences.word(quantity.kind, self.lang)))
        return pieces

    def weights(self) -> Line:
        """The order of the two indices of each weight: from a unit, to a unit."""
        groups: list[list[Piece]] = []
        for equation in self.ledger.forward.author_equations:
            for access, source, target in _weights(equation.right, self.notation):
                if target not in equation.letters:
                    continue
                ends = (Piece("letter", source), Piece("letter", target))
                if self.chinese:
                    words = ("：从 ", " 到 ", " 的权重")
                else:
                    words = (": weight from ", " to ", "")
                groups.append(
                    [
                        Piece("node", access),
                        Piece("plain", words[0]),
                        ends[0],
                        Piece("plain", words[1]),
                        ends[1],
                        *([Piece("plain", words[2])] if words[2] else []),
                    ]
                )
        if not groups:
            return ()
        return (*self._joined(groups, self.semicolon), Piece("plain", self.stop))

    def bracket(self, rights: Sequence[Node]) -> Line:
        """What an Iverson bracket means, where one occurs."""
        for current in postorder(*rights):
            if isinstance(current, Bracket):
                text = self.colon + sentences.word("iverson", self.lang) + self.stop
                return (Piece("node", current), Piece("plain", text))
        return ()

    def held(self) -> Line:
        """What (∂E/∂X)_A means, where a local partial could be taken for the whole derivative."""
        output = self.ledger.of
        for step in self.ledger.steps:
            left = step.left
            if not (isinstance(left, Partial) and left.local):
                continue
            names = self.notation.held(output, left.by.quantity)
            if names and left.of.quantity == output:
                groups = [[Piece("name", name)] for name in names]
                head = Piece("node", local_partial(left.of, left.by))
                end = Piece("plain", " " + sentences.word("held", self.lang) + self.stop)
                return (head, Piece("plain", self.colon), *self._joined(groups, self.comma), end)
        return ()

    def fact(self, fact: Fact | Identity, letter: str) -> Line:
        """An assumption under its letter, `(H): Σ_k y = 1`."""
        head = f"{self._word('fact')} ({letter})"
        return self._line(head, [[Piece("fact", fact)]], "")

    def sample_point(self) -> Line:
        """Where the column of values was evaluated, `X = 2`."""
        groups = [
            [Piece("name", name), Piece("sign", "="), Piece("digits", significant(value).text)]
            for name, value in self.ledger.at.items()
        ]
        if not groups:
            return ()
        start = Piece("plain", sentences.word("at", self.lang) + " ")
        return (start, *self._joined(groups, self.comma), Piece("plain", self.stop))


def _weights(right: Node, notation: Notation) -> list[tuple[Access, str, str]]:
    """Parameters with two indices, one of them summed: the access, from where, to where."""
    found: list[tuple[Access, str, str]] = []
    for current in postorder(right):
        if not isinstance(current, Reduce) or current.operator != "sum":
            continue
        bound = {b.name for b in current.binders}
        for access in accesses(current.body):
            quantity = notation.ledger.forward.quantities.get(access.quantity)
            letters = [index.as_letter for index in access.indices]
            if quantity is None or quantity.role != "parameter" or len(letters) != 2:
                continue
            inner = [x for x in letters if x in bound]
            outer = [x for x in letters if x is not None and x not in bound]
            if len(inner) == len(outer) == 1 and inner[0] is not None:
                found.append((access, inner[0], outer[0]))
    return list(dict.fromkeys(found))
