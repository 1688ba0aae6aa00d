"""Text into tokens, by one regular expression for each dialect.

Names are compared after NFKC, as Python compares them; two spellings of one name in a text are an
error. Numbers are decimal and exact: 0.1 is one tenth. A statement ends at `;` or at the end of a
line outside brackets, where the dialect has statements.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from symbp.errors import LimitExceeded, NameCollisionError, ParseError
from symbp.language.sources import Source, visible
from symbp.names import MAX_NAME_LENGTH

__all__ = ["EXPRESSION", "NUMPY", "SYSTEM", "Dialect", "Token", "number_of", "tokenize"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text.

    Attributes:
        kind: `number`, `name`, `sign`, `quoted`, `end` (of a statement) or `stop` (of the text).
        text: as written; a name after NFKC; a quoted text without its quotes.
        position: of its first character.
        after: position behind its last character.
    """

    kind: str
    text: str
    position: int
    after: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one front end reads.

    Attributes:
        signs: operators and brackets, longer ones first.
        statements: whether `;`, line ends and `#` comments structure the text.
        quotes: whether text in quotes is a token.
        hints: what to write instead of a sign that is not in the dialect.
    """

    signs: tuple[str, ...]
    statements: bool = False
    quotes: bool = False
    hints: tuple[tuple[str, str], ...] = ()


_SHARED = ("**", "//", "==", "!=", "<=", ">=", *"<>=+-*/%()[],:")
_HINTS = (
    (":=", "write `=`"),
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("&", "write `and`"),
    ("|", "write `or`; an absolute value is abs(x)"),
    ("!", "write `not`, or `!=`"),
    ("~", "write `not`"),
    ("−", "write `-`"),
    ("–", "write `-`"),
    ("×", "write `*`"),
    ("·", "write `*`"),
    ("⋅", "write `*`"),
    ("÷", "write `/`"),
    ("≤", "write `<=`"),
    ("≥", "write `>=`"),
    ("≠", "write `!=`"),
    ("√", "write sqrt(x)"),
    ("∑", "write sum(index, expression)"),
    ("'", "text in quotes is not in the language"),
    ('"', "text in quotes is not in the language"),
    ("`", "text in quotes is not in the language"),
    ("{", "write ( )"),
    ("}", "write ( )"),
    ("\\", "LaTeX is read elsewhere; write plain text here"),
)
_TEXT_HINTS = (
    *_HINTS,
    (".", "attributes are not in the language"),
    ("@", "write sum(j, A[i,j]*B[j,k])"),
)
_ONE = "one expression is expected here, not a system"

#: One expression of the text language.
EXPRESSION = Dialect(("^", *_SHARED), hints=((";", _ONE), ("#", _ONE), *_TEXT_HINTS))
#: A system in the text language.
SYSTEM = Dialect(("^", *_SHARED), statements=True, hints=_TEXT_HINTS)
#: One expression in NumPy syntax.
NUMPY = Dialect(
    ("@", ".", *_SHARED),
    quotes=True,
    hints=(("^", "a power is written `**` in NumPy syntax"), (";", _ONE), ("#", _ONE), *_HINTS),
)

#: Accents and other marks that may follow a letter in a name (x̂).
_MARKS = "\u0300-\u036f\u0483-\u0487\u1ab0-\u1ace\u1dc0-\u1dff\u20d0-\u20dc\u20e1\u20e5-\u20f0"
_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_PRIMES = "′″‴"
_NAME = rf"∂?[^\W\d][\w{_MARKS}]*[{_PRIMES}]*|∂"


def _pattern(dialect: Dialect) -> re.Pattern[str]:
    quoted = r"'[^'\r\n]*'|\"[^\"\r\n]*\"" if dialect.quotes else r"(?!)"
    comment, end = (r"|#[^\r\n]*", ";") if dialect.statements else ("", "(?!)")
    return re.compile(
        rf"(?P<space>\ufeff|[^\S\r\n]+{comment})"
        rf"|(?P<line>\r\n|\r|\n)"
        rf"|(?P<end>{end})"
        rf"|(?P<number>{_NUMBER})"
        rf"|(?P<name>{_NAME})"
        rf"|(?P<quoted>{quoted})"
        rf"|(?P<sign>{'|'.join(re.escape(s) for s in (':=', *dialect.signs))})"
    )


_PATTERNS = {dialect: _pattern(dialect) for dialect in (EXPRESSION, SYSTEM, NUMPY)}


def tokenize(source: Source, dialect: Dialect) -> list[Token]:
    """All tokens, the last of kind `stop`.

    Raises:
        ParseError: a character, number or name is not in the language.
        NameCollisionError: two spellings in the text are one name.
        LimitExceeded: a statement has too many tokens, or a number too many digits.
    """
    pattern = _PATTERNS[dialect]
    text, tokens = source.text, list[Token]()
    position, start, depth = 0, 0, 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None or match.group() == ":=":
            raise _refuse(source, dialect, position)
        kind, found, position = str(match.lastgroup), match.group(), match.end()
        if kind == "space" or (kind == "line" and (depth or not dialect.statements)):
            continue
        if kind in {"line", "end"}:
            tokens.append(Token("end", found, match.start(), position))
            start = len(tokens)
            continue
        if kind == "number":
            _check_number(source, found, match.start(), position)
        elif kind == "name":
            found = _normalize(source, found, match.start())
        elif kind == "quoted":
            found = found[1:-1]
        elif found in "([":
            depth += 1
        elif found in ")]":
            depth = max(0, depth - 1)
        tokens.append(Token(kind, found, match.start(), position))
        if len(tokens) - start > source.limits.tokens:
            raise source.exceed("tokens", "too many tokens", match.start())
    tokens.append(Token("stop", "", len(text), len(text)))
    return tokens


def number_of(token: Token) -> Fraction:
    """The exact value of a number."""
    return Fraction(token.text)


def _refuse(source: Source, dialect: Dialect, position: int) -> ParseError:
    text = source.text
    for sign, hint in dialect.hints:
        if text.startswith(sign, position):
            return source.fail(ParseError, f"`{sign}` is not allowed here: {hint}", position)
    shown = visible(text[position])
    return source.fail(ParseError, f"the character `{shown}` is not in the language", position)


def _check_number(source: Source, found: str, position: int, after: int) -> None:
    following = source.text[after : after + 2]
    if found == "0" and following[:1].lower() in set("xbo") and following[1:].isalnum():
        raise source.fail(ParseError, "bad number: only decimal numbers are read", position)
    if following[:1] in {".", "_"} or following[:1].isnumeric():
        wrong = found + following[:1]
        raise source.fail(ParseError, f"bad number: `{visible(wrong[-20:])}`", position)
    mantissa, _, exponent = found.lower().partition("e")
    digits = len(mantissa)
    if exponent:
        written = exponent.lstrip("+-").lstrip("0") or "0"
        digits += int(written) if len(written) <= 6 else source.limits.digits
    if digits > source.limits.digits:
        raise source.exceed("digits", "a number has too many digits", position)


def _normalize(source: Source, found: str, position: int) -> str:
    if len(found) > MAX_NAME_LENGTH:
        message = f"a name has {len(found)} characters; at most {MAX_NAME_LENGTH} are read"
        raise source.fail(LimitExceeded, message, position)
    name = found
    if not found.isascii():
        for place, character in enumerate(found):
            if unicodedata.decomposition(character).startswith("<super>"):
                power = unicodedata.normalize("NFKC", character)
                message = f"superscript `{character}` is not read; a power is written ^{power}"
                raise source.fail(ParseError, message, position + place)
        name = unicodedata.normalize("NFKC", found)
        if not name.removeprefix("∂").rstrip(_PRIMES).isidentifier() and name != "∂":
            raise source.fail(ParseError, f"`{visible(found)}` is not a name", position)
    known = source.spellings.setdefault(name, found)
    if known != found:
        message = f"`{found}` and `{known}` are one name, `{name}`; rename one of them"
        raise source.fail(NameCollisionError, message, position)
    return name
