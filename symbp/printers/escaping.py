r"""Text made safe for the place it is written into: LaTeX, HTML, Markdown, DOT, a terminal.

Whatever a user chose, a name, a title, a file name, passes one of these before it is printed.
Control characters never pass: they are shown, `\x1b`.
"""

from __future__ import annotations

import html
import re
import unicodedata

__all__ = ["dot_text", "html_text", "markdown_text", "terminal_text", "tex_text"]

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|$~&])")


def terminal_text(text: str) -> str:
    """Control and invisible formatting characters shown as escapes; line ends and tabs too."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(c) for c in text)


def _visible(character: str) -> str:
    if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return character
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def tex_text(text: str) -> str:
    """Text for LaTeX: the ten specials escaped, and three signs that old fonts lack."""
    return "".join(_TEX.get(c, c) for c in terminal_text(text))


def html_text(text: str) -> str:
    """Text for HTML and XML, in elements and in attributes."""
    return html.escape(terminal_text(text), quote=True)


def markdown_text(text: str) -> str:
    """Text for Markdown, safe in paragraphs and in cells of tables."""
    return _MARKDOWN.sub(r"\\\1", terminal_text(text))


def dot_text(text: str) -> str:
    """Text between the double quotes of a DOT string."""
    return terminal_text(text).replace("\\", "\\\\").replace('"', '\\"')
