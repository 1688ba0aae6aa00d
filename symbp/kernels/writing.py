"""Python text in lines of bounded length: calls, heads of functions, whole functions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

__all__ = ["WIDTH", "filled", "function"]

WIDTH = 100


def function(
    name: str, words: Sequence[str], about: str, lines: Sequence[str], *, keyword: bool = True
) -> str:
    """A function with its docstring; its arguments are keywords where there are any."""
    arguments = ["*", *words] if keyword and words else list(words)
    body = [f"    {line}" if line else "" for text in lines for line in text.split("\n")]
    head = [filled(f"def {name}(", arguments, "):")]
    if about:
        head.append(f"    {about}")
    return "\n".join([*head, *body]) + "\n"


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
