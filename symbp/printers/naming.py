r"""How a name prints: `W1` as W^(1), `theta` as θ, `z_out` as z with the word out below.

    name   ::= part ("_" part)* prime*
    accent ::= a part hat, bar, tilde or dot          y_hat
    Greek  ::= a part that names a Greek letter, or a Greek letter       alpha, σ
    number ::= digits at the end: the layer of an indexed quantity, W^(1)_{jk},
               a subscript of a scalar, x_1

One letter is italic, a word is upright. What a user gives as ready LaTeX (`Quantity.latex`) is read
by a grammar of letters, numbers, Greek commands, accents, `\mathrm` and the like and scripts;
anything else is refused, since it would be written into documents.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from symbp.errors import UnsafeInputError
from symbp.printers.boxes import Box, Digits, Fence, Ident, Line, Over, Script, Sign

__all__ = ["GREEK", "Named", "combine", "name_parts", "read_latex_name"]

#: Commands for Greek letters that LaTeX, KaTeX and MathJax share, with their characters.
GREEK: dict[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "varrho": "ϱ",
    "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω",
}  # fmt: skip
_ACCENTS = ("hat", "bar", "tilde", "dot")
_PRIME = "′"
_TOKEN = re.compile(r"\\[A-Za-z]+|[A-Za-z]|[0-9]+|[\^_{}(),*+']|-|\s+")
_FONTS = ("mathrm", "mathbf", "mathit", "boldsymbol", "mathcal", "mathbb", "text", "operatorname")
_MAX_LATEX_NAME = 120


@dataclass(frozen=True, slots=True)
class Named:
    """A name taken apart: its base and what stands below and above, before any indices."""

    base: Box
    below: tuple[Box, ...] = ()
    above: tuple[Box, ...] = ()


def name_parts(name: str, *, indexed: bool) -> Named:
    """Take a name apart.

    Args:
        name: as declared.
        indexed: whether indices follow, so that a number at the end means a layer.
    """
    stem = name.rstrip(_PRIME)
    primes = len(name) - len(stem)
    words = [w for w in stem.split("_") if w]
    accents = [w for w in words[1:] if w in _ACCENTS]
    words = words[:1] + [w for w in words[1:] if w not in _ACCENTS]
    if not words or words[0].isdecimal():  # `_` and `_1` are no numbers
        return literal(name)
    number = ""
    match = re.fullmatch(r"(.*?)([0-9]+)", words[-1], re.ASCII)
    if match and (match.group(1) or len(words) > 1):
        number = match.group(2)
        words[-1:] = [match.group(1)] if match.group(1) else []
    base = _word(words[0])
    for accent in accents:
        base = Over(base, accent)
    below = [_word(w) for w in words[1:]]
    above: list[Box] = [Sign(_PRIME * primes)] if primes else []
    if number and indexed:
        above.append(Fence("(", ")", Digits(number)))
    elif number:
        below.append(Digits(number))
    return Named(base, tuple(below), tuple(above))


def literal(name: str) -> Named:
    """A name as it stands, for one that would print like another name otherwise."""
    return Named(Ident(name, roman=True))


def combine(named: Named, indices: tuple[Box, ...] = ()) -> Box:
    """A name with its indices: without commas where each index is one character."""
    below = [*named.below, *indices]
    plain = all(isinstance(b, Ident | Digits) and len(b.text) == 1 for b in indices)
    items: list[Box] = []
    for place, box in enumerate(below):
        if place and (not plain or place <= len(named.below)):
            items.append(Sign(","))
        items.append(box)
    sub = _line(items) if items else None
    sup = _line(list(named.above)) if named.above else None
    return named.base if sub is None and sup is None else Script(named.base, sub, sup)


def _line(items: list[Box]) -> Box:
    return items[0] if len(items) == 1 else Line(tuple(items))


def _word(text: str) -> Box:
    if text.isdecimal():
        return Digits(text)
    character = GREEK.get(text, text)
    single = len(character) == 1 and unicodedata.category(character) in ("Ll", "Lu")
    return Ident(character, roman=not single)


def read_latex_name(source: str) -> Named:
    """The ready LaTeX of a name, read and checked.

    Raises:
        UnsafeInputError: it holds a command or character that names do not need.
    """
    if not source or len(source) > _MAX_LATEX_NAME:
        raise UnsafeInputError(f"the LaTeX of a name has 1 to {_MAX_LATEX_NAME} characters")
    return _LatexName(source).read()


class _LatexName:
    """A reader of the few constructs that names need; nesting is bounded by the length."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens: list[str] = []
        place = 0
        while place < len(source):
            match = _TOKEN.match(source, place)
            if match is None:
                raise self._refuse(source[place])
            if not match.group().isspace():
                self.tokens.append(match.group())
            place = match.end()
        self.at = 0

    def read(self) -> Named:
        """The whole name: a base, then scripts in any order."""
        base = self._atom()
        below: list[Box] = []
        above: list[Box] = []
        while self.at < len(self.tokens):
            sign = self._next()
            if sign == "_":
                below.append(self._atom())
            elif sign == "^":
                above.append(self._atom())
            elif sign == "'":
                above.append(Sign(_PRIME))
            else:
                raise self._refuse(sign)
        return Named(base, tuple(below), tuple(above))

    def _next(self) -> str:
        if self.at >= len(self.tokens):
            raise self._refuse("its end")
        self.at += 1
        return self.tokens[self.at - 1]

    def _refuse(self, what: str) -> UnsafeInputError:
        return UnsafeInputError(
            f"the LaTeX {self.source!r} of a name is not accepted, because of {what!r}; "
            "it may hold letters, digits, Greek commands, accents such as \\hat, \\mathrm, _ and ^"
        )

    def _atom(self) -> Box:
        sign = self._next()
        if sign == "{":
            return self._group()
        if sign.startswith("\\"):
            return self._command(sign[1:])
        if sign in "^_}'":
            raise self._refuse(sign)
        if sign.isdigit():
            return Digits(sign)
        return Ident(sign) if sign.isalpha() else Sign(sign)

    def _group(self) -> Box:
        items: list[Box] = []
        while True:
            sign = self._next()
            if sign == "}":
                return _line(items) if items else Line(())
            if sign in "^_{'":
                raise self._refuse(sign)
            self.at -= 1
            items.append(self._atom())

    def _command(self, command: str) -> Box:
        if command in GREEK:
            return Ident(GREEK[command])
        if command in _ACCENTS or command == "overline":
            return Over(self._atom(), command)
        if command == "ell":
            return Ident("ℓ")
        if command in _FONTS:
            if self._next() != "{":
                raise self._refuse("\\" + command)
            letters = []
            while (sign := self._next()) != "}":
                if not sign.isalnum():
                    raise self._refuse(sign)
                letters.append(sign)
            return Ident("".join(letters), roman=True)
        raise self._refuse("\\" + command)
