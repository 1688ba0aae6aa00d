"""Records of what was rewritten for the sake of accuracy, and what a reader is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbp.equations import Equation

__all__ = ["NOTES", "Rewrite"]

#: What a comment says beside an equation, by rule.
NOTES: Mapping[str, str] = {
    "shift": "shifted by the maximum",
    "centre": "by deviations from the mean",
    "excess": "",
    "unmask": "",
    "weigh": "what divides by it is multiplied with it",
    "residual": "p - y without cancellation",
    "open": "stable form",
    "keep": "stable form",
    "form": "stable form",
    "mask": "inside the branch of its mask",
    "drift": "freed from the rounding of the mean",
    "norm": "0 where the norm is 0",
    "share": "",
}


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One equation in another spelling, proved equal.

    Attributes:
        rule: a key of `NOTES`.
        before, after: the equation as it stood, and as it is computed.
    """

    rule: str
    before: Equation
    after: Equation

    @property
    def note(self) -> str:
        """What is said of it in a comment; empty for what needs no word."""
        return NOTES[self.rule]
