"""Boxes written as LaTeX, with commands that KaTeX, MathJax and amsmath share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symbp.errors import impossible
from symbp.printers.boxes import (
    Big,
    Box,
    Cases,
    Digits,
    Fence,
    Fraction,
    Framed,
    Ident,
    Line,
    Operator,
    Over,
    Prose,
    Root,
    Script,
    Sign,
    fold,
)
from symbp.printers.escaping import tex_text
from symbp.printers.naming import GREEK

__all__ = ["math_latex"]

_LETTERS = {character: "\\" + name for name, character in GREEK.items()} | {
    "ℓ": r"\ell",
    "ℝ": r"\mathbb{R}",
}
_SIGNS = {
    "−": "-",
    "⋅": r"\cdot",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "∧": r"\land",
    "∨": r"\lor",
    "¬": r"\lnot",
    "∂": r"\partial",
    "∈": r"\in",
    "→": r"\to",
    "⊙": r"\odot",
    "…": r"\dots",
    "×": r"\times",
    "⊤": r"\top",
    "∇": r"\nabla",
    "\u2009": r"\,",
    "<": "<",
    ">": ">",
    ":=": ":=",
}
_RELATIONS = ("=", "<", ">", "≤", "≥", "≠", "≈", "+", "−")
_COMMANDS = (
    "ln", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "max", "min",
    "log", "exp", "det",
)  # fmt: skip
_BIG = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min"}
_FENCES = {"⌊": r"\lfloor", "⌋": r"\rfloor"}
_JOINS = re.compile(r"\\[A-Za-z]+\Z")

#: Text, and how high it stands: 0 on the line, 1 with brackets in it, 2 with fractions or sums.
Written = tuple[str, int]


def math_latex(box: Box) -> str:
    """A box as LaTeX for math mode."""
    return fold(box, _write)[0]


def _write(box: Box, inside: Sequence[Written]) -> Written:
    height = max((h for _, h in inside), default=0)
    texts = [text for text, _ in inside]
    if isinstance(box, Fence):
        return _fence(box, texts[0], height), max(height, 1)
    if isinstance(box, Fraction):
        return rf"\frac{{{texts[0]}}}{{{texts[1]}}}", 2
    if isinstance(box, Big):
        return _big(box, texts), 2
    if isinstance(box, Cases):
        return _cases(box, texts), 2
    return _level(box, texts), height


def _level(box: Box, texts: Sequence[str]) -> str:
    """What does not grow what surrounds it."""
    if isinstance(box, Line):
        return _join(texts)
    if isinstance(box, Script):
        return _script(box, texts)
    if isinstance(box, Over):
        return f"\\{box.accent}{{{texts[0]}}}"
    if isinstance(box, Root):
        return rf"\sqrt{{{texts[0]}}}"
    if isinstance(box, Framed):
        return rf"\boxed{{{texts[0]}}}"
    if isinstance(box, Prose):
        return rf"\text{{{tex_text(box.text)}}}"
    if isinstance(box, Operator):
        known = box.text in _COMMANDS
        return f"\\{box.text}" if known else rf"\operatorname{{{tex_text(box.text)}}}"
    if isinstance(box, Ident):
        return _ident(box)
    if isinstance(box, Sign):
        return _sign(box)
    if not isinstance(box, Digits):
        impossible(f"cannot write a {type(box).__name__}")
    return rf"\mathbf{{{tex_text(box.text)}}}" if box.bold else tex_text(box.text)


def _ident(box: Ident) -> str:
    text = _letters(box)
    return rf"\boldsymbol{{{text}}}" if box.bold else text


def _letters(box: Ident) -> str:
    if box.text in _LETTERS:
        return _LETTERS[box.text]
    if len(box.text) == 1 and box.text.isascii() and not box.roman:
        return tex_text(box.text)
    if box.text.isascii():
        return rf"\mathrm{{{tex_text(box.text)}}}"
    return rf"\text{{{tex_text(box.text)}}}"


def _sign(box: Sign) -> str:
    if box.text and not box.text.strip("′"):
        return "\\prime" * len(box.text)
    text = _SIGNS.get(box.text) or tex_text(box.text)
    return f"{{{text}}}" if box.tight and box.text in _RELATIONS else text


def _join(texts: Sequence[str]) -> str:
    """Side by side; a command that ends in a letter keeps its distance from a letter."""
    out = ""
    for text in texts:
        if text and text[0].isalpha() and text[0].isascii() and _JOINS.search(out):
            out += " "
        out += text
    return out


def _script(box: Script, texts: Sequence[str]) -> str:
    out = texts[0]
    place = 1
    if isinstance(box.base, Script):
        out = f"{{{out}}}"
    if box.sub is not None:
        out += f"_{{{texts[place]}}}"
        place += 1
    if box.sup is not None:
        out += f"^{{{texts[place]}}}"
    return out


def _fence(box: Fence, body: str, height: int) -> str:
    opening = r"\lvert" if box.opening == "|" else _FENCES.get(box.opening, box.opening)
    closing = r"\rvert" if box.closing == "|" else _FENCES.get(box.closing, box.closing)
    if height >= 2:
        return rf"\left{opening} {body}\right{closing}"
    if height == 1:
        return rf"\bigl{opening} {body}\bigr{closing}"
    return _join([opening, body, closing])


def _big(box: Big, texts: Sequence[str]) -> str:
    sign = _BIG.get(box.operator, rf"\operatorname*{{{tex_text(box.operator)}}}")
    upper = f"^{{{texts[1]}}}" if box.above is not None else ""
    return f"{sign}_{{{texts[0]}}}{upper} "


def _cases(box: Cases, texts: Sequence[str]) -> str:
    count = len(box.values)
    rows = [f"{v} & {c}" for v, c in zip(texts[:count], texts[count:], strict=True)]
    joined = r" \\ ".join(rows)
    return rf"\begin{{cases}} {joined} \end{{cases}}"
