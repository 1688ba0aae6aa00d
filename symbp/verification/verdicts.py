"""Verdicts: what is known of a claim after all has been tried.

* proved: equal for all sizes and all values that satisfy the facts;
* refuted: a witness shows that it is false, or the shapes disagree;
* holds_if: false as stated, proved under one further fact;
* holds_except: proved but for a smaller set, where the claimed side differs or has no value;
* undecided: neither proved nor refuted; the reason says what stood in the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

__all__ = ["TRUTH", "Verdict"]

#: Whether a claim with this verdict is true; None: it is not known.
TRUTH: Mapping[str, bool | None] = {
    "proved": True,
    "refuted": False,
    "holds_if": False,
    "holds_except": False,
    "undecided": None,
}

_DOMAIN = "domain: "
_LONGEST_VALUES = 120
_LARGEST_SHOWN = 6
#: Digits that two numbers may be printed with: the fewest that show them different.
_DIGITS = (6, 9, 12, 17)


@dataclass(frozen=True)
class Verdict:
    """The answer to a claim.

    Attributes:
        verdict: one of the words of `TRUTH`.
        conditions: texts in the language of systems: first `domain: ...`, where the claim is made,
            then the facts that the proof uses; of `holds_if` the further fact, last; of
            `holds_except` what must hold besides.
        witness: `{"values": {name: nested list}, "at": [index, ...], "correct": number,
            "claimed": number}`; `claimed` is None where the claimed side has no value.
        seeker: finds out what is wrong with a false claim; it is asked when `defect` is read.
        method: `canonical` for a proof, `digits50` for a witness, `none`.
        sizes: the sizes of the symbolic extents that were tried.
        reason: why it is undecided, or refuted without a witness.
        everywhere: whether symbolic extents occur, so that a proof is one for all sizes.
        claim: the claim as text.
    """

    verdict: str
    conditions: tuple[str, ...] = ()
    witness: Mapping[str, Any] | None = None
    method: str = "none"
    sizes: tuple[Mapping[str, int], ...] = ()
    reason: str | None = None
    everywhere: bool = False
    claim: str = ""
    seeker: Callable[[], Mapping[str, str] | None] | None = field(
        default=None, repr=False, compare=False
    )

    @cached_property
    def defect(self) -> Mapping[str, str] | None:
        """What is wrong with a false claim: `{"kind": "sign", "repaired": text}`.

        The repaired side is proved; None where no single slip explains the claim.
        """
        return None if self.seeker is None else self.seeker()

    @property
    def true(self) -> bool | None:
        """Whether the claim is true; None where that is not known."""
        return TRUTH[self.verdict]

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain data, under the names of the claims file."""
        return {
            "verdict": self.verdict,
            "true": self.true,
            "method": self.method,
            "conditions": list(self.conditions),
            "sizes": [dict(size) for size in self.sizes],
            "witness": None if self.witness is None else dict(self.witness),
            "defect": None if self.defect is None else dict(self.defect),
            "reason": self.reason,
        }

    def json(self) -> str:
        """The answer as JSON."""
        return json.dumps({"claim": self.claim, **self.as_dict()}, ensure_ascii=False, indent=2)

    def __str__(self) -> str:
        rests = [c for c in self.conditions if not c.startswith(_DOMAIN)]
        asked = [c.removeprefix(_DOMAIN) for c in self.conditions if c.startswith(_DOMAIN)]
        domains = [text for text in asked if text not in rests]
        where = f", where {', '.join(domains)}" if domains else ""
        if self.verdict == "proved":
            sizes = ", for all sizes" if self.everywhere else ""
            return f"proved{sizes}" + (f", by {', '.join(rests)}" if rests else "") + where
        if self.verdict == "holds_if":
            return f"holds only if {', '.join(rests)}{where}; {self._difference()}"
        if self.verdict == "holds_except":
            return f"holds only where {', '.join(rests)}{where}"
        if self.verdict == "refuted":
            return f"refuted: {self.reason or self._difference()}{self._slip()}"
        return f"undecided: {self.reason}"

    def _slip(self) -> str:
        if self.defect is None:
            return ""
        return f"; defect: {self.defect['kind']}, {self.defect['repaired']} is proved"

    def _difference(self) -> str:
        if self.witness is None:
            return "without it the claim is false"
        at = ", ".join(str(i) for i in self.witness["at"])
        values = _spell_values(self.witness["values"])
        claimed, correct = self.witness["claimed"], self.witness["correct"]
        digits = next((n for n in _DIGITS if claimed is None or _differ(claimed, correct, n)), 17)
        shown = "has no value" if claimed is None else f"gives {claimed:.{digits}g}"
        place = f" entry [{at}]" if at else ""
        return f"at {values}{place} the claimed side {shown}, correct is {correct:.{digits}g}"


def _differ(one: float, other: float, digits: int) -> bool:
    return f"{one:.{digits}g}" != f"{other:.{digits}g}"


def _spell_values(values: Mapping[str, Any]) -> str:
    text = ", ".join(f"{name} = {_spell_tensor(value)}" for name, value in values.items())
    return text if len(text) <= _LONGEST_VALUES else f"{text[:_LONGEST_VALUES]}..."


def _spell_tensor(value: Any) -> str:
    entries = _entries(value)
    if len(entries) > _LARGEST_SHOWN and len(set(entries)) == 1:
        return _spell_number(entries[0])
    if isinstance(value, Sequence):
        return "[" + ", ".join(_spell_tensor(v) for v in value) + "]"
    return _spell_number(value)


def _entries(value: Any) -> list[float]:
    if not isinstance(value, Sequence):
        return [value]
    return [entry for part in value for entry in _entries(part)]


def _spell_number(value: float) -> str:
    return f"{value:.6g}"
