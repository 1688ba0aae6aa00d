"""Boxes written as presentation MathML (MathML Core): no script, no style, every leaf escaped."""

from __future__ import annotations

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
from symbp.printers.escaping import html_text

__all__ = ["math_html"]

_ACCENTS = {"overline": "‾", "bar": "‾", "hat": "^", "tilde": "~", "dot": "˙"}
_BIG = {"sum": "∑", "prod": "∏"}
_THIN = "\u2009"
_SPACE = '<mspace width="0.17em"></mspace>'

#: An element, and whether it stands higher than a line.
Written = tuple[str, bool]


def math_html(box: Box, *, display: bool = False) -> str:
    """A box as a `math` element."""
    opening = '<math display="block">' if display else "<math>"
    style = '<mstyle displaystyle="true">'
    return f"{opening}{style}{fold(box, _write)[0]}</mstyle></math>"


def _write(box: Box, inside: Sequence[Written]) -> Written:
    high = isinstance(box, Fraction | Big | Cases) or any(h for _, h in inside)
    return _element(box, [text for text, _ in inside], high=high), high


def _element(box: Box, inside: Sequence[str], *, high: bool) -> str:
    if isinstance(box, Line):
        return f"<mrow>{''.join(inside)}</mrow>"
    if isinstance(box, Script):
        return _script(box, inside)
    if isinstance(box, Fraction):
        return f"<mfrac>{inside[0]}{inside[1]}</mfrac>"
    if isinstance(box, Root):
        return f"<msqrt>{inside[0]}</msqrt>"
    if isinstance(box, Over):
        return f"<mover>{inside[0]}<mo>{html_text(_ACCENTS[box.accent])}</mo></mover>"
    if isinstance(box, Fence):
        opening, closing = html_text(box.opening), html_text(box.closing)
        grows = "true" if high else "false"
        first = f'<mo fence="true" form="prefix" stretchy="{grows}">{opening}</mo>'
        last = f'<mo fence="true" form="postfix" stretchy="{grows}">{closing}</mo>'
        return f"<mrow>{first}{inside[0]}{last}</mrow>"
    if isinstance(box, Big):
        return _big(box, inside)
    if isinstance(box, Cases):
        return _cases(box, inside)
    if isinstance(box, Framed):
        return f'<mrow class="result">{inside[0]}</mrow>'
    return _leaf(box)


def _leaf(box: Box) -> str:
    if isinstance(box, Ident):
        variant = ' mathvariant="normal"' if box.roman and len(box.text) == 1 else ""
        return f"<mi{variant}{_bold(box)}>{html_text(box.text)}</mi>"
    if isinstance(box, Operator):
        return f"{_SPACE}<mi>{html_text(box.text)}</mi>{_SPACE}"
    if isinstance(box, Digits):
        return f"<mn{_bold(box)}>{html_text(box.text)}</mn>"
    if isinstance(box, Prose):
        return f"<mtext>{html_text(box.text)}</mtext>"
    if isinstance(box, Sign) and box.text == _THIN:
        return _SPACE
    if not isinstance(box, Sign):
        impossible(f"cannot write a {type(box).__name__}")
    tight = ' lspace="0" rspace="0"' if box.tight else ""
    return f"<mo{tight}>{html_text(box.text)}</mo>"


def _bold(box: Ident | Digits) -> str:
    return ' class="matrix"' if box.bold else ""


def _script(box: Script, inside: Sequence[str]) -> str:
    if box.sub is not None and box.sup is not None:
        return f"<msubsup>{inside[0]}{inside[1]}{inside[2]}</msubsup>"
    tag = "msub" if box.sub is not None else "msup"
    return f"<{tag}>{inside[0]}{inside[1]}</{tag}>"


def _big(box: Big, inside: Sequence[str]) -> str:
    sign = _BIG.get(box.operator)
    spelled = html_text(sign or box.operator)
    base = f'<mo movablelimits="false">{spelled}</mo>' if sign else f"<mi>{spelled}</mi>"
    if box.above is None:
        return f"<munder>{base}{inside[0]}</munder>"
    return f"<munderover>{base}{inside[0]}{inside[1]}</munderover>"


def _cases(box: Cases, inside: Sequence[str]) -> str:
    count = len(box.values)
    rows = "".join(
        f"<mtr><mtd>{value}</mtd><mtd>{condition}</mtd></mtr>"
        for value, condition in zip(inside[:count], inside[count:], strict=True)
    )
    return f'<mrow><mo fence="true" form="prefix">{{</mo><mtable>{rows}</mtable></mrow>'
