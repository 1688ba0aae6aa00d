"""Tokens into syntax trees: operators by binding power (Pratt), levels of one strength flat.

    condition  = joined by `or`, then `and`, then `not`
    comparison = sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]      one, never a chain
    sum        = ["-" | "+"] product {("+" | "-") product}
    product    = power {("*" | "/" | "//" | "%") power}
    power      = operand [("^" | "**") signed power]      from the right; -x^2 is -(x^2)

`Reader` holds what the text language and NumPy syntax share; `TextReader` adds accesses, Iverson
brackets and bound letters. Nothing here knows what a name stands for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from symbp.errors import ParseError
from symbp.language.lexer import Dialect, Token, number_of, tokenize
from symbp.language.sources import Source, visible
from symbp.language.syntax import (
    Applied,
    Bracketed,
    Chain,
    Compared,
    Held,
    Joined,
    Literal,
    Name,
    Negation,
    Raised,
    Ranged,
    SecondDerivative,
    Task,
    Tree,
)

__all__ = ["Reader", "TextReader"]

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGNED, _POWER = range(1, 9)
_STRENGTH = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARE),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "//", "%", "@"), _PRODUCT),
    **dict.fromkeys(("^", "**"), _POWER),
}
_WORDS = ("and", "or", "not")
#: Calls that always bind an index; max and min may do so.
_BINDING = ("sum", "prod", "mean", "argmax", "argmin")


class Reader(ABC):
    """A place in a list of tokens, and the grammar of operators."""

    def __init__(self, source: Source, dialect: Dialect) -> None:
        self.source = source
        self.tokens = tokenize(source, dialect)
        self.place = 0
        self.depth = 0

    # -- tokens -----------------------------------------------------------------------------------

    @property
    def decimals(self) -> bool:
        """Whether a number of the text is written as a decimal: 0.3, 1e-8."""
        return any(t.kind == "number" and not t.text.isdecimal() for t in self.tokens)

    @property
    def token(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.place]

    def take(self) -> Token:
        """The next token, and go on to the one behind it."""
        token = self.tokens[self.place]
        if token.kind != "stop":
            self.place += 1
        return token

    def at(self, *signs: str) -> bool:
        """Whether the next token is one of these signs, or of these words."""
        return self.token.kind in {"sign", "name"} and self.token.text in signs

    def accept(self, *signs: str) -> Token | None:
        """The next token where it is one of these signs, else None."""
        return self.take() if self.at(*signs) else None

    def close(self, opened: Token, sign: str) -> Token:
        """The bracket that closes `opened`."""
        if self.at(sign):
            self.depth -= 1
            return self.take()
        line, column = self.source.locate(opened.position)
        where = f"`{sign}` is missing: it closes `{opened.text}` of line {line}, column {column}"
        stop = self.token.kind == "stop"
        return self.refuse(where if stop else f"{self.seen()} here; {where}")

    def nest(self, token: Token) -> None:
        """Go one level deeper; leave it with `depth -= 1`."""
        self.depth += 1
        if self.depth > self.source.limits.depth:
            raise self.source.exceed("depth", "too deeply nested", token.position)

    def refuse(self, message: str, token: Token | None = None) -> NoReturn:
        """Raise a `ParseError` at a token, the next one where none is given."""
        raise self.source.fail(ParseError, message, (token or self.token).position)

    def expected(self, what: str) -> NoReturn:
        """Raise because something else than `what` comes next."""
        self.refuse(f"{what} is expected, not {self.seen()}")

    def seen(self) -> str:
        """The next token, for a message."""
        token = self.token
        if token.kind == "stop":
            return "the end of the text"
        if token.kind == "end":
            return "the end of the statement"
        return f"`{visible(token.text[:40])}`"

    # -- operators --------------------------------------------------------------------------------

    def expression(self, weakest: int = _OR) -> Task[Tree]:
        """An expression of operators at least as strong as `weakest`."""
        left: Tree = yield self.signed(weakest)
        while True:
            token = self.token
            strength = _STRENGTH.get(token.text, 0) if token.kind in {"sign", "name"} else 0
            if strength == 0 or strength < weakest:
                self._check_adjacent(token)
                return left
            if strength == _POWER:
                left = yield self._raised(left)
            elif strength == _COMPARE:
                left = yield self._compared(left)
            elif strength in {_SUM, _PRODUCT}:
                left = yield self._chain(left, strength)
            else:
                left = yield self._joined(left, strength)

    def signed(self, weakest: int) -> Task[Tree]:
        """An operand with the signs before it: a minus spans a product, but not a sum."""
        token = self.token
        if self.at("+", "-"):
            self.take()
            self.nest(token)
            inner: Tree = yield self.expression(_PRODUCT if weakest <= _PRODUCT else _SIGNED)
            self.depth -= 1
            return inner if token.text == "+" else Negation(token.position, inner)
        if self.at("not"):
            if weakest > _NOT:
                self.refuse("`not` stands before a condition; put it in brackets")
            self.take()
            self.nest(token)
            inner = yield self.expression(_NOT)
            self.depth -= 1
            return Joined(token.position, "not", (inner,))
        operand: Tree = yield self.operand()
        return operand

    def _raised(self, base: Tree) -> Task[Tree]:
        token = self.take()
        self.nest(token)
        exponent: Tree = yield self.expression(_SIGNED)
        self.depth -= 1
        return Raised(token.position, base, exponent)

    def _compared(self, left: Tree) -> Task[Tree]:
        token = self.take()
        right: Tree = yield self.expression(_SUM)
        if self.token.kind == "sign" and _STRENGTH.get(self.token.text) == _COMPARE:
            self.refuse("write two comparisons joined with `and`")
        return Compared(token.position, token.text, left, right)

    def _chain(self, first: Tree, strength: int) -> Task[Tree]:
        rest: list[tuple[str, int, Tree]] = []
        while self.token.kind == "sign" and _STRENGTH.get(self.token.text) == strength:
            token = self.take()
            operand: Tree = yield self.expression(strength + 1)
            rest.append((token.text, token.position, operand))
        return Chain(first.position, first, tuple(rest))

    def _joined(self, first: Tree, strength: int) -> Task[Tree]:
        operands = [first]
        position, word = self.token.position, self.token.text
        while self.accept(word):
            operand: Tree = yield self.expression(strength + 1)
            operands.append(operand)
        return Joined(position, word, tuple(operands))

    def _check_adjacent(self, token: Token) -> None:
        """Two operands side by side: name the operator that is missing."""
        before = self.tokens[self.place - 1]
        if (token.kind in {"name", "number"} and token.text not in _WORDS) or self.at("(", "["):
            between = self.source.text[before.after : token.position]
            if "\n" in between or "\r" in between:
                self.refuse("the line before ends inside brackets; close them first")
            left = self.source.text[max(before.position, before.after - 20) : before.after]
            right = self.source.text[token.position : min(token.after, token.position + 20)]
            if token.kind == "name" and before.kind == "name":
                self.refuse(f"two names side by side: `{visible(left)} {visible(right)}`")
            if before.kind in {"name", "number"} or before.text in {")", "]"}:
                written = f"{visible(left)}*{visible(right)}"
                self.refuse(f"an operator is missing; a product is written `{written}`")

    # -- operands ---------------------------------------------------------------------------------

    @abstractmethod
    def operand(self) -> Task[Tree]:
        """A number, a name with what belongs to it, or something in brackets."""

    def literal(self) -> Literal:
        """A number."""
        token = self.take()
        return Literal(token.position, number_of(token), token.text.isdecimal())

    def grouped(self) -> Task[Tree]:
        """An expression in round brackets."""
        opened = self.take()
        self.nest(opened)
        inner: Tree = yield self.expression()
        self.close(opened, ")")
        return inner

    def finish(self) -> None:
        """Refuse whatever follows the end of an expression."""
        if self.token.kind != "stop":
            self.refuse(f"{self.seen()} does not belong here")


class TextReader(Reader):
    """The text language.

    Attributes:
        bracketed: positions at which each name stands between the brackets of an access, in order.
        extents: names that stand behind the colon of a declared axis.
        ranges: names that stand behind the colon of a bound letter.
        bound: names that stand before the last argument of a reduction.
        indexed: whether an index occurred anywhere.
    """

    def __init__(self, source: Source, dialect: Dialect) -> None:
        super().__init__(source, dialect)
        self.bracketed: dict[str, list[int]] = {}
        self.extents: dict[str, int] = {}
        self.ranges: dict[str, int] = {}
        self.bound: dict[str, None] = {}
        self.indexed = False
        self._inside = 0
        self._measured: dict[str, int] | None = None

    def operand(self) -> Task[Tree]:
        """A number, a name, an access, a call, or something in brackets."""
        token = self.token
        if token.kind == "number":
            return self.literal()
        if token.kind == "name" and token.text not in _WORDS:
            self.take()
            if token.text in {"d", "∂"} and self.at("^", "**"):
                made: Tree = yield self.second_derivative(token)
                return made
            if self.at("("):
                made = yield self._call(token)
                return made
            if self._measured is not None:
                self._measured.setdefault(token.text, token.position)
            elif self._inside:
                self.bracketed.setdefault(token.text, []).append(token.position)
            if self.at("["):
                made = yield self.access(token)
                return made
            return Name(token.position, token.text)
        if self.at("("):
            made = yield self.grouped()
            return made
        if self.at("["):
            self.take()
            self.nest(token)
            condition: Tree = yield self.expression()
            self.close(token, "]")
            return Held(token.position, condition)
        return self.expected("an expression")

    def access(self, name: Token) -> Task[Tree]:
        """A name, already taken, read at the indices that follow it."""
        opened = self.take()
        self.nest(opened)
        self.indexed = True
        self._inside += 1
        indices: list[Tree] = []
        while not indices or self.accept(","):
            index: Tree = yield self.expression(_SUM)
            indices.append(index)
        self._inside -= 1
        if self.at(":") and isinstance(indices[-1], Name):
            letter, following = indices[-1].name, [t.text for t in self.tokens[self.place :][1:3]]
            extent = following[0] if following[1:] in (["]"], [","]) else letter.upper()
            first = f"`index {letter}:{extent}` on a line before it"
            self.refuse(f"`:` here; an index is given its extent once: {first}, `{letter}` here")
        self.close(opened, "]")
        if self.at("["):
            self.refuse("write all indices in one pair of brackets: x[n, j]")
        return Bracketed(name.position, Name(name.position, name.text), tuple(indices))

    def _call(self, name: Token) -> Task[Tree]:
        opened = self.take()
        self.nest(opened)
        inside, self._inside = self._inside, 0
        self.indexed = self.indexed or name.text in _BINDING
        arguments: list[Tree] = []
        starts: list[int] = []
        while not self.at(")") and (not arguments or self.accept(",")):
            starts.append(self.token.position)
            argument: Tree = yield self.expression()
            colon = self.accept(":")
            if colon:
                if not isinstance(argument, Name):
                    self.refuse("a range `:` follows an index letter", colon)
                extent: Tree = yield self.measure(self.ranges)
                argument = Ranged(argument.position, argument.name, extent)
            arguments.append(argument)
        self._inside = inside
        after = self.close(opened, ")").after
        if name.text in _BINDING:
            first = (a for a in arguments[:-1] if isinstance(a, Name | Ranged))
            self.bound.update({a.name if isinstance(a, Name) else a.letter: None for a in first})
        return Applied(
            name.position, name.text, tuple(arguments), starts=tuple(starts), after=after
        )

    def measure(self, names: dict[str, int]) -> Task[Tree]:
        """What stands behind the colon of an axis or of a bound letter; fills in its names."""
        outer, self._measured = self._measured, names
        made: Tree = yield self.expression(_SUM)
        self._measured = outer
        return made

    def second_derivative(self, start: Token) -> Task[Tree]:
        """`d^2L/dz[k]dz[m]`, from behind its first letter; `/dX^2` is `/dXdX`."""
        back = self.place
        sign = self.take()
        order = self.take()
        if order.kind != "number" or self.token.kind != "name":
            self.place = back
            name: Tree = Name(start.position, start.text)
            return name
        if order.text != "2":
            self.refuse("derivatives are read up to the second order", order)
        of: Tree = yield self._letter_of_derivative("")
        if not self.accept("/"):
            self.expected("`/` of a second derivative")
        by: list[Tree] = []
        while len(by) < 2:
            part: Tree = yield self._letter_of_derivative(start.text)
            by.append(part)
            if len(by) == 1 and self.accept("^", "**"):
                if self.take().text != "2":
                    self.refuse("a second derivative ends in `^2` here", sign)
                by.append(part)
        return SecondDerivative(start.position, of, tuple(by))

    def _letter_of_derivative(self, prefix: str) -> Task[Tree]:
        token = self.token
        if token.kind != "name" or not token.text.startswith(prefix):
            self.expected(f"`{prefix}` and a name" if prefix else "a name")
        self.take()
        name = Token("name", token.text.removeprefix(prefix), token.position, token.after)
        if self.at("["):
            made: Tree = yield self.access(name)
            return made
        return Name(name.position, name.text)
