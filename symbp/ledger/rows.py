"""Making ledger rows: the forward pass, which all derivations share, and a small builder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symbp.coefficients import with_decimals
from symbp.derivations import Condition, Ledger, Partial, StepRecord
from symbp.domains import needs, upstream
from symbp.expressions import Access, Node
from symbp.intervals import intervals
from symbp.simplifying.relations import unfold_all

__all__ = ["Rows", "forward_rows", "local_name"]


def local_name(of: str, by: str) -> str:
    """How rows refer to a local partial derivative as a quantity: `∂p/∂z`."""
    return f"∂{of}/∂{by}"


class Rows:
    """Rows in order; each new one gets the next id.

    Attributes:
        made: the rows so far.
        decimals: whether coefficients are written as decimals.
    """

    def __init__(self, *, decimals: bool = False) -> None:
        self.made: list[StepRecord] = []
        self.decimals = decimals

    def add(
        self,
        about: str,
        section: str,
        left: Access | Partial,
        after: Node,
        rule: str,
        args: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> int:
        """Add a row and return its id."""
        number = len(self.made)
        shown = with_decimals(after) if self.decimals and section != "forward" else after
        self.made.append(
            StepRecord(number, about, section, left, shown, rule, args=dict(args or {}), **more)
        )
        return number

    def change(self, number: int, **fields: Any) -> None:
        """Replace fields of a row."""
        self.made[number] = replace(self.made[number], **fields)


def forward_rows(rows: Rows, ledger: Ledger) -> dict[str, list[int]]:
    """One row for each equation that the output, or a derivative, depends on; ids by quantity."""
    system = ledger.forward
    wanted = upstream(system, ledger.of)
    known = intervals(system)
    ids: dict[str, list[int]] = {}
    for equation in system.author_equations:
        if equation.target not in wanted:
            continue
        asked = needs(equation.right, known, strict=False)
        rule, args = _definition(asked)
        whole = ledger.parts.get(equation.target)
        if whole is not None:
            rule, args = "part_of", {"whole": system.producers[whole][0].left}
        conditions = tuple(Condition("domain", statement, "definition") for statement in asked)
        number = rows.add(
            equation.target,
            "forward",
            equation.left,
            equation.right,
            rule,
            args,
            conditions=conditions,
            ranges=equation.ranges,
        )
        ids.setdefault(equation.target, []).append(number)
    hidden = frozenset(q.name for q in system.quantities.values() if q.hidden)
    for equation in ledger.system.author_equations:  # where maxima are attained
        made = ledger.system.quantity(equation.target)
        if equation.target not in system.quantities and made.adjoint_of is None:
            number = rows.add(
                equation.target,
                "forward",
                equation.left,
                unfold_all(equation.right, system, hidden),
                "definition",
                ranges=equation.ranges,
            )
            ids.setdefault(equation.target, []).append(number)
    return ids


def _definition(asked: Sequence[Node]) -> tuple[str, Mapping[str, Any]]:
    return ("definition_needs", {"condition": asked[0]}) if len(asked) == 1 else ("definition", {})
