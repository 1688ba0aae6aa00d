"""How the rows of the function table print: the sign or word that stands before the argument.

The sign is read from the row's own LaTeX (`functions.Function.latex`), so that a new row prints in
every format. The few rows that print otherwise (e to a power, roots, bars) are set by `setting.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from symbp.expressions import ONE, Call, Node
from symbp.functions import FUNCTIONS
from symbp.printers.boxes import Box, Digits, Ident, Operator, Script

__all__ = ["SPELLED", "always_fenced", "operator"]

#: Rows that a textbook has no sign for, and what it writes instead.
SPELLED: dict[str, Callable[[Node], Node]] = {
    "expm1": lambda x: Call("exp", (x,)) - ONE,
    "log1p": lambda x: Call("ln", (ONE + x,)),
    "logsigmoid": lambda z: Call("ln", (Call("sigmoid", (z,)),)),
    "log_erfc": lambda x: Call("ln", (Call("erfc", (x,)),)),
    "log1mexp": lambda u: Call("ln", (ONE - Call("exp", (u,)),)),
    "lncosh": lambda x: Call("ln", (Call("cosh", (x,)),)),
}

_WORD = re.compile(r"\\operatorname\{\{(\w+)\}\}(?:_\{\{\\?(\w+)\}\})? \{\}")
_COMMAND = re.compile(r"\\([a-z]+)(?:_\{?\{?(\d+)\}?\}?)? \{\}")


def operator(name: str, *, sigma: bool) -> Box:
    """What stands before the argument.

    Args:
        name: a row of the table, or any word (it prints upright).
        sigma: whether σ is free to mean the sigmoid.
    """
    if name == "sigmoid":
        return Ident("σ") if sigma else Operator("sigmoid")
    row = FUNCTIONS.get(name)
    template = row.latex if row is not None else ""
    if template == r"\Phi({})":
        return Ident("Φ")
    match = _WORD.fullmatch(template)
    if match:
        word: Box = Operator(match.group(1))
        return word if match.group(2) is None else Script(word, Operator(match.group(2)))
    match = _COMMAND.fullmatch(template)
    if match:
        word = Operator(match.group(1))
        return word if match.group(2) is None else Script(word, Digits(match.group(2)))
    return Operator(name)


def always_fenced(name: str) -> bool:
    """Whether the argument stands in brackets even where it is a single letter."""
    row = FUNCTIONS.get(name)
    return row is None or "({})" in row.latex or "{}" not in row.latex
