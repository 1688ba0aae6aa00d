"""Statements of the text language, as syntax.

    system      = {statement (";" | end of line)}
    statement   = declaration | equation | "index" axis {"," axis}
                | "fact" (name ":" words | relation)
    declaration = ("input" | "param" | "target" | "const" | "state") item {"," item} [":" words]
    item        = name ["[" axis {"," axis} "]"]
    axis        = letter [":" extent]
    words       = word ["(" letter {"," letter} ")"] {"," word ...}
    relation    = expression ("=" | "<" | "<=" | ">" | ">=" | "!=") expression
    equation    = name ["[" index {"," index} "]"] "=" expression

The words of statements are names like others everywhere else: `input = x + 1` defines `input`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from symbp.language.lexer import SYSTEM, Token
from symbp.language.reading import TextReader
from symbp.language.sources import Source
from symbp.language.syntax import Bracketed, Compared, Tree, run
from symbp.names import suggest

__all__ = [
    "AxisLine",
    "DeclarationLine",
    "EquationLine",
    "FactLine",
    "IndexLine",
    "Item",
    "RelationLine",
    "Statement",
    "StatementReader",
    "Word",
]

#: Keywords of declarations, and the roles that they give.
ROLE_WORDS = {
    "input": "input",
    "param": "parameter",
    "target": "target",
    "const": "constant",
    "state": "state",
}
KEYWORDS = (*ROLE_WORDS, "fact", "index")


@dataclass(frozen=True, slots=True)
class AxisLine:
    """A letter, and its extent where one is written."""

    position: int
    letter: str
    extent: Tree | None


@dataclass(frozen=True, slots=True)
class Item:
    """A declared name with its axes."""

    position: int
    name: str
    axes: tuple[AxisLine, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the vocabulary of facts, with the letters of the axes that it speaks of."""

    position: int
    name: str
    letters: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class DeclarationLine:
    """`param W[j:25, k:2], b[k]: positive`."""

    position: int
    role: str
    items: tuple[Item, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class IndexLine:
    """`index n:N, k:2`."""

    position: int
    axes: tuple[AxisLine, ...]


@dataclass(frozen=True, slots=True)
class FactLine:
    """`fact y: one_hot(k)`."""

    position: int
    name: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class RelationLine:
    """`fact sum(k, y[n,k]) = 1`; `start` and `after` bound it in the text."""

    position: int
    sign: str
    left: Tree
    right: Tree
    start: int
    after: int


@dataclass(frozen=True, slots=True)
class EquationLine:
    """`z[n,k] = ...`; `at` is empty for a scalar."""

    position: int
    name: str
    at: tuple[Tree, ...]
    right: Tree


Statement = Union[DeclarationLine, IndexLine, FactLine, RelationLine, EquationLine]


class StatementReader(TextReader):
    """Reads a system into statements."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, SYSTEM)

    def statements(self) -> list[Statement]:
        """All statements, in order.

        Raises:
            ParseError: the text is not in the grammar, or empty.
        """
        found: list[Statement] = []
        while self.token.kind != "stop":
            if self.token.kind == "end":
                self.take()
                continue
            found.append(self._statement())
            self._end()
        if not found:
            self.refuse("the text is empty; write equations, such as `y = x^2`")
        return found

    def facts(self) -> list[Statement]:
        """Facts without their keyword, one a statement."""
        found: list[Statement] = []
        while self.token.kind != "stop":
            if self.token.kind == "end":
                self.take()
                continue
            if self.token.text == "fact" and self.tokens[self.place + 1].text not in {":", "["}:
                self.take()
            found.append(self._fact(self.token))
            self._end()
        if not found:
            self.refuse("a fact is expected, such as y: one_hot(k) or s > 0")
        return found

    def _end(self) -> None:
        if self.token.kind not in {"end", "stop"}:
            self.refuse(f"{self.seen()} does not belong here; end a statement by ; or a new line")

    def _statement(self) -> Statement:
        token, following = self.token, self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        if token.kind != "name":
            self.expected("a statement (name = expression)")
        if token.text in KEYWORDS and following.text not in {"=", "[", "=="}:
            if token.text in ROLE_WORDS:
                return self._declaration()
            self.take()
            if token.text == "index":
                return IndexLine(token.position, self._axes())
            return self._fact(token)
        if following.kind == "name":
            self.refuse(f"unknown word `{token.text}`; {suggest(token.text, KEYWORDS)}")
        return self._equation()

    # -- declarations -----------------------------------------------------------------------------

    def _declaration(self) -> DeclarationLine:
        start = self.take()
        items = [self._item()]
        while self.accept(","):
            items.append(self._item())
        words = self._words() if self.accept(":") else ()
        return DeclarationLine(start.position, ROLE_WORDS[start.text], tuple(items), words)

    def _item(self) -> Item:
        name = self.name("a name to declare")
        axes: tuple[AxisLine, ...] = ()
        if self.at("["):
            opened = self.take()
            self.depth += 1
            self.indexed = True
            axes = self._axes()
            self.close(opened, "]")
        return Item(name.position, name.text, axes)

    def _axes(self) -> tuple[AxisLine, ...]:
        axes: list[AxisLine] = []
        while not axes or self.accept(","):
            letter = self.name("an index letter, such as n or n:N")
            extent = run(self.measure(self.extents)) if self.accept(":") else None
            axes.append(AxisLine(letter.position, letter.text, extent))
        self.indexed = True
        return tuple(axes)

    def name(self, what: str) -> Token:
        """The next token, which has to be a name."""
        if self.token.kind != "name":
            self.expected(what)
        return self.take()

    # -- facts ------------------------------------------------------------------------------------

    def _fact(self, start: Token) -> Statement:
        if self.token.kind == "name" and self.tokens[self.place + 1].text == ":":
            name = self.take()
            self.take()
            return FactLine(name.position, name.text, self._words())
        left_start = self.token.position
        left: Tree = run(self.expression())
        sign = self.token
        if isinstance(left, Compared):
            sides = left.sign, left.left, left.right
        elif self.accept("="):
            sides = "=", left, run(self.expression())
        else:
            self.expected("`=`, a comparison, or `name: word`")
        after = self.token.position
        return RelationLine(start.position, *sides, left_start, max(after, sign.after))

    def _words(self) -> tuple[Word, ...]:
        words: list[Word] = []
        while not words or self.accept(","):
            word = self.name("a fact, such as positive or one_hot(k)")
            letters: list[tuple[str, int]] = []
            opened = self.accept("(")
            if opened:
                self.depth += 1
                while not letters or self.accept(","):
                    letter = self.name("the letter of an axis")
                    letters.append((letter.text, letter.position))
                self.close(opened, ")")
            words.append(Word(word.position, word.text, tuple(letters)))
        return tuple(words)

    # -- equations --------------------------------------------------------------------------------

    def _equation(self) -> EquationLine:
        name = self.name("a name")
        at: tuple[Tree, ...] = ()
        if self.at("["):
            left = run(self.access(name))
            at = left.indices if isinstance(left, Bracketed) else ()
        if self.at("=="):
            self.refuse("`==` compares; an equation has `=`")
        if not self.accept("="):
            self.expected(f"`=` behind `{name.text}`")
        right: Tree = run(self.expression())
        if self.at("="):
            self.refuse("one equation has one `=`; end it with ; or a line end")
        return EquationLine(name.position, name.text, at, right)
