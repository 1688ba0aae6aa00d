"""Numbers of rows: `chapter.n` for rows of a textbook, `chapter.na` for the algebra inside them.

A number depends on the ledger alone, never on the level of detail that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symbp.derivations import StepRecord

__all__ = ["cite", "number_rows"]


def number_rows(steps: Sequence[StepRecord], numbering: str) -> dict[int, str]:
    """The number of each row by its id."""
    numbers: dict[int, str] = {}
    count = 0
    parts: dict[str, int] = {}
    waiting: list[StepRecord] = []
    for step in steps:
        if step.level <= 2:
            count += 1
            numbers[step.id] = f"{numbering}{count}"
        elif step.parent is None:
            stem = f"{numbering}{count}"
            parts[stem] = parts.get(stem, 0) + 1
            numbers[step.id] = stem + _letters(parts[stem])
        else:
            waiting.append(step)
    for step in waiting:
        # a parent may stand before or after the rows that it contains
        stem = numbers.get(step.parent if step.parent is not None else -1, f"{numbering}0")
        parts[stem] = parts.get(stem, 0) + 1
        numbers[step.id] = stem + _letters(parts[stem])
    return numbers


def _letters(number: int) -> str:
    """1, 2, ..., 27 as a, b, ..., aa."""
    out = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        out = chr(ord("a") + rest) + out
    return out


def cite(rows: int | Sequence[int], numbers: Mapping[int, str]) -> str:
    """References to rows, three or more in a run as a range: (1.6)–(1.10)."""
    wanted = [rows] if isinstance(rows, int) else sorted(dict.fromkeys(rows))
    runs: list[list[int]] = []
    for row in wanted:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    texts: list[str] = []
    for run in runs:
        if len(run) > 2:
            texts.append(f"({numbers[run[0]]})–({numbers[run[-1]]})")
        else:
            texts.extend(f"({numbers[row]})" for row in run)
    return ", ".join(texts)
