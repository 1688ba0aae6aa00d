"""What each pass of a derivation did: operations before and after, time, and limits that were met.

Operations are polynomials in the extents (`costs.py`), or numbers where the extents are given.
Times are processor time, the only figures that differ from run to run; nothing reads them.

Limits of size that were met on the way are said too (`limits.py`). The rules that led from the
chain rule to the printed forms are counted, each with its law.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symbp.costs import count_system
from symbp.derivations import Ledger, Pass
from symbp.errors import LimitExceeded, NotSupportedError
from symbp.ledger.limits import growth_limits
from symbp.systems import EquationSystem

__all__ = ["Report", "Row", "Use", "report"]


@dataclass(frozen=True, slots=True)
class Row:
    """One pass.

    Attributes:
        name: what it is called.
        before, after: operations, as a polynomial or a number; why not, where they are not counted.
        seconds: processor time.
    """

    name: str
    before: str
    after: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Use:
    """A rule that led to a printed form.

    Attributes:
        rule: its name.
        times: how often it was applied.
        law: what it says.
    """

    rule: str
    times: int
    law: str


@dataclass(frozen=True)
class Report:
    """What the passes of a derivation did; it prints as a table.

    Attributes:
        of, wrt: what was differentiated by what.
        rows: the passes, in order.
        limits: what was left as it is, and which limit of size said so.
        uses: the rules that were applied on the way to the printed forms, most often first; the
            applications themselves are the rows of `Ledger.workings`.
    """

    of: str
    wrt: tuple[str, ...]
    rows: tuple[Row, ...]
    limits: tuple[str, ...]
    uses: tuple[Use, ...] = ()

    def __str__(self) -> str:
        head = ("pass", "operations before", "operations after", "seconds")
        cells = [(r.name, r.before, r.after, f"{r.seconds:.4f}") for r in self.rows]
        lines = [f"Derivatives of {self.of} by {', '.join(self.wrt)}, pass by pass"]
        lines += _table((head, *cells), "<<<>")
        lines += [f"  limit of size: {limit}" for limit in self.limits]
        if self.uses:
            lines.append("Rules applied on the way to the printed forms")
            used = [(u.rule, str(u.times), u.law) for u in self.uses]
            lines += _table((("rule", "times", "law"), *used), "<><")
        return "\n".join(lines)

    __repr__ = __str__


def _table(lines: Sequence[tuple[str, ...]], sides: str) -> Iterator[str]:
    """Columns side by side, each flush left (<) or right (>)."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, sides, widths, strict=True)
        yield "  ".join(("", *(f"{text:{side}{width}}" for text, side, width in cells))).rstrip()


def report(
    ledger: Ledger, extents: Mapping[str, int] | None = None, later: Sequence[Pass] = ()
) -> Report:
    """The passes of a derivation, and those that come after it.

    Args:
        ledger: the derivation.
        extents: sizes, for numbers in place of polynomials.
        later: passes over the derived system, in order.

    Raises:
        ShapeError: extents are given, and one is missing or is no positive integer.
    """
    before = _operations(ledger.forward, extents)
    rows: list[Row] = []
    for done in (*ledger.passes, *later):
        after = before if done.made is None else _operations(done.made(), extents)
        rows.append(Row(done.name, before, after, done.seconds))
        before = after
    limits = list(growth_limits(ledger))
    uses: tuple[Use, ...] = ()
    try:
        uses = tuple(_uses(ledger))
    except LimitExceeded as limit:
        limits.append(f"the rules that were applied are not counted, {limit}")
    return Report(ledger.of, ledger.wrt, tuple(rows), tuple(limits), uses)


def _uses(ledger: Ledger) -> Iterator[Use]:
    """The applications that a derivation consists of, counted by rule."""
    inner = {row.parent for row in ledger.workings}
    laws = [(r.rule, r.args["law"]) for r in ledger.workings if r.id not in inner]
    for (rule, law), times in Counter(laws).most_common():
        yield Use(rule, times, law)


def _operations(system: EquationSystem, extents: Mapping[str, int] | None) -> str:
    try:
        cost = count_system(system)
    except NotSupportedError:
        return "not counted"
    return str(cost) if extents is None else f"{cost.at(extents):,}"
