"""NumPy syntax, as syntax.

    operand  = number | name | ("np" | "math") "." name {"." name} | text in quotes | "(" ... ")"
    postfix  = operand {"." name ["(" arguments ")"] | "[" items "]" | "(" arguments ")"}
    argument = [name "="] expression
    item     = [expression] ":" [expression] [":" [expression]] | expression

Operators are Python's: `* / @ // %` of one strength from the left, `**` from the right and above
the sign. Names, functions and shapes are looked up in `numpy_syntax.py`.
"""

from __future__ import annotations

from symbp.errors import NotSupportedError
from symbp.language.lexer import NUMPY, Token
from symbp.language.reading import Reader
from symbp.language.sources import Source
from symbp.language.syntax import (
    Applied,
    Attribute,
    Bracketed,
    Name,
    Quoted,
    Several,
    Slice,
    Task,
    Tree,
)

__all__ = ["MODULES", "NumpyReader"]

#: Names before a point that are modules, not values.
MODULES = ("np", "math")

#: In the language of claims, and not read yet.
NOT_YET = (
    "any",
    "array",
    "convolve",
    "correlate",
    "cumsum",
    "einsum",
    "kron",
    "pad",
    "repeat",
    "reshape",
    "stack",
    "lib.stride_tricks.sliding_window_view",
    "linalg.cholesky",
    "linalg.det",
    "linalg.eigh",
    "linalg.eigvals",
    "linalg.inv",
    "linalg.matrix_power",
    "linalg.norm",
    "linalg.pinv",
    "linalg.slogdet",
    "linalg.solve",
    "linalg.svd",
)


class NumpyReader(Reader):
    """Reads one expression in NumPy syntax."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, NUMPY)

    def whole(self) -> Task[Tree]:
        """The expression that the whole text is."""
        if self.token.kind == "stop":
            self.refuse("the expression is empty")
        tree: Tree = yield self.expression()
        if self.at("="):
            self.refuse("assignments are not in the language; one expression is expected here")
        self.finish()
        return tree

    def operand(self) -> Task[Tree]:
        """An operand with all that follows it: attributes, arguments, indices."""
        token = self.token
        made: Tree
        if token.kind == "number":
            made = self.literal()
        elif token.kind == "quoted":
            self.take()
            made = Quoted(token.position, token.text)
        elif token.kind == "name" and token.text not in {"and", "or", "not"}:
            made = yield self._named()
        elif self.at("("):
            made = yield self._grouped()
        elif self.at("["):
            self.refuse("lists are not in the language")
        else:
            self.expected("an expression")
        while self.at(".", "["):
            if self.at("["):
                made = yield self._items(made)
            else:
                made = yield self._attribute(made)
        return made

    def _named(self) -> Task[Tree]:
        token = self.take()
        name = token.text
        if name in MODULES and self.at("."):
            name = ""
            while self.accept("."):
                if self.token.kind != "name":
                    self.expected(f"a name behind `{token.text}.`")
                name += ("." if name else "") + self.take().text
                if self.at(".") and name not in {"linalg", "lib", "lib.stride_tricks"}:
                    break
            name = f"{token.text}.{name}"
            self._check_known(name, token)
            if not self.at("("):
                return Attribute(token.position, Name(token.position, token.text), name)
        if not self.at("("):
            return Name(token.position, name)
        made: Tree = yield self._arguments(token, name, None)
        return made

    def _check_known(self, name: str, token: Token) -> None:
        """What cannot be treated yet is refused before its arguments are read."""
        if name.partition(".")[2] in NOT_YET:
            message = f"`{name}` is not supported yet"
            raise self.source.fail(NotSupportedError, message, token.position)

    def _attribute(self, base: Tree) -> Task[Tree]:
        self.take()
        token = self.token
        if token.kind != "name":
            self.expected("a name behind the point")
        self.take()
        if not self.at("("):
            return Attribute(token.position, base, token.text)
        self._check_known(f".{token.text}", token)
        made: Tree = yield self._arguments(token, token.text, base)
        return made

    def _arguments(self, token: Token, name: str, base: Tree | None) -> Task[Tree]:
        opened = self.take()
        self.nest(opened)
        arguments: list[Tree] = []
        keywords: list[tuple[str, int, Tree]] = []
        while not self.at(")") and (not (arguments or keywords) or self.accept(",")):
            if self.at(")"):
                break
            key = self.token
            if key.kind == "name" and self.tokens[self.place + 1].text == "=":
                self.take()
                self.take()
                value: Tree = yield self.expression()
                keywords.append((key.text, key.position, value))
                continue
            if keywords:
                self.refuse("arguments without a name stand before those with one")
            value = yield self.expression()
            arguments.append(value)
        self.close(opened, ")")
        return Applied(token.position, name, tuple(arguments), tuple(keywords), base)

    def _grouped(self) -> Task[Tree]:
        opened = self.take()
        self.nest(opened)
        values: list[Tree] = []
        comma: Token | None = None
        while not self.at(")") and (not values or comma):
            value: Tree = yield self.expression()
            values.append(value)
            comma = self.accept(",")
        self.close(opened, ")")
        if len(values) == 1 and comma is None:
            return values[0]
        return Several(opened.position, tuple(values))

    def _items(self, base: Tree) -> Task[Tree]:
        opened = self.take()
        self.nest(opened)
        items: list[Tree] = []
        while not items or self.accept(","):
            item: Tree = yield self._item()
            items.append(item)
        self.close(opened, "]")
        return Bracketed(opened.position, base, tuple(items))

    def _item(self) -> Task[Tree]:
        position = self.token.position
        parts: list[Tree | None] = [None]
        while not self.at(",", "]") and len(parts) <= 3:
            if self.accept(":"):
                parts.append(None)
                continue
            if parts[-1] is not None:
                break
            part: Tree = yield self.expression()
            parts[-1] = part
        if len(parts) == 1:
            return parts[0] if parts[0] is not None else self.expected("an index or a slice")
        if len(parts) > 3:
            self.refuse("a slice has at most three parts")
        return Slice(position, parts[0], parts[1], parts[2] if len(parts) == 3 else None)
