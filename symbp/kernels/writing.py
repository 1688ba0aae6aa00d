"""Python text in lines of bounded length: calls, heads of functions, whole functions."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

__all__ = ["WIDTH", "filled", "folded", "function", "tuple_of", "workspace_lines"]

WIDTH = 100

_QUOTED = re.compile(r'"[^"]*"')
#: Stands for a blank inside quotes, where no line is broken; no text of ours has it.
_FIXED = "\x00"


def function(
    name: str, words: Sequence[str], about: str, lines: Sequence[str], *, keyword: bool = True
) -> str:
    """A function with its docstring; its arguments are keywords where there are any."""
    arguments = ["*", *words] if keyword and words else list(words)
    body = [f"    {line}" if line else "" for text in lines for line in text.split("\n")]
    head = [filled(f"def {name}(", arguments, "):")]
    if about:
        head += _paragraphs(f"    {about}")
    return "\n".join([*head, *(piece for line in body for piece in folded(line))]) + "\n"


def _paragraphs(about: str) -> list[str]:
    """The lines of a docstring, none too long."""
    made: list[str] = []
    for line in about.split("\n"):
        if len(line) <= WIDTH:
            made.append(line)
        else:
            made += textwrap.wrap(line, WIDTH, subsequent_indent="    ", drop_whitespace=True)
    return made


def folded(line: str) -> list[str]:
    """A statement; where it is too long, what its first bracket holds stands in filled lines.

    Text in quotes is never broken, so that a line may stay too long.
    """
    start, bracket, rest = line.partition("(")
    end = rest.rfind(")")
    if len(line) <= WIDTH or not bracket or end < 0:
        return [line]
    margin = " " * (len(line) - len(line.lstrip()))
    inside = _QUOTED.sub(lambda found: found[0].replace(" ", _FIXED), rest[:end])
    filled_lines = textwrap.wrap(
        inside,
        WIDTH,
        initial_indent=f"{margin}    ",
        subsequent_indent=f"{margin}    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    shown = (piece.replace(_FIXED, " ") for piece in filled_lines)
    return [f"{start}(", *shown, f"{margin}{rest[end:]}"]


def filled(start: str, words: Sequence[str], end: str, indent: int = 0) -> str:
    """A call or a head on one line, or its arguments in filled lines; `indent` more come later."""
    line = f"{start}{', '.join(words)}{end}"
    if len(line) <= WIDTH - 8 - indent:
        return line
    inside = textwrap.fill(
        f"{', '.join(words)},",
        WIDTH - 4 - indent,
        initial_indent="    ",
        subsequent_indent="    ",
    )
    return f"{start}\n{inside}\n{end}"


def tuple_of(words: Sequence[str]) -> str:
    """Words as a tuple; one alone has a comma."""
    return f"({words[0]},)" if len(words) == 1 else f"({', '.join(words)})"


def workspace_lines(words: Sequence[str], maker: str) -> list[str]:
    """Statements that make a workspace of these sizes, or check the one that was handed over."""
    return [
        "if workspace is None:",
        f"    workspace = {maker}({', '.join(words)})",
        f"check_workspace(workspace, {tuple_of(words)})",
    ]
