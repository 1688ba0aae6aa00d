"""All algebra: every application of a rule between what the chain rule gives and what is printed.

The search for a form is repeated with an observer that is told of each change. Of these the ones
that lead from the contributions to the printed form are kept, and each becomes a row of level 3:
what stood before, what stands after, the rule with its law, the conditions. Where the change is the
work of the rewriting engine, its own applications follow as rows below that row, each on the part
of the expression that it changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbp.adjoints import Sweep
from symbp.derivations import Certificate, Condition, Gradient, Ledger, StepRecord
from symbp.errors import impossible
from symbp.expressions import Node
from symbp.forms import tidy
from symbp.rewriting import Log
from symbp.simplification import Simplifier
from symbp.spelling import spell

__all__ = ["LAWS", "work"]

#: The laws of the moves; those of the engine's rows stand in their tables.
LAWS: Mapping[str, str] = {
    "put_in": "an adjoint is what its equation says",
    "open": "a hidden sum is what its equation says",
    "tidy": "the tables of rules, applied to a fixpoint",
    "reduce": "a sum over indices that an equation defines is what it defines",
    "own_value": "q = e/s says e = q*s, and q = (x - m)/r says x - m = q*r",
    "root": "r = sqrt(u) says u = r^2",
    "lemma": "a sum of what a name stands for is free of sums",
    "factor": "x*y + x*z = x*(y + z)",
    "collect": "x/y + u/v = (x*v + u*y)/(y*v)",
    "expand": "x*(y - z) = x*y - x*z",
    "merge": "sum(k, f[k]) + sum(k, g[k]) = sum(k, f[k] + g[k])",
    "group": "x*s + y*t + z*s = (x + z)*s + y*t, and u*v*(x/u - y/v) = x*v - y*u",
    "cases": "where(x < 0, where(x < -1, u, v), y) = where(x < -1, u, where(x < 0, v, y))",
    "fact": "a declared fact",
    "arrange": "x*y = y*x, and x + y = y + x",
}

_Change = tuple[str, Node, Node]


def work(ledger: Ledger, swept: Sweep) -> tuple[StepRecord, ...]:
    """The rows of level 3 for every gradient of a ledger, numbered on from its other rows."""
    before: dict[Node, list[_Change]] = {}

    def observe(rule: str, old: Node, new: Node) -> None:
        if old != new:
            before.setdefault(new, []).append((rule, old, new))

    simplifier = Simplifier(swept, observe=observe)
    simplifier.run()
    parents = {step.about: step.id for step in ledger.steps if step.section != "forward"}
    rows: list[StepRecord] = []
    first = len(ledger.steps)
    for gradient in ledger.gradients.values():
        if gradient.by in swept.adjoints:
            raw = simplifier.result(gradient.by).raw
            changes = _way(raw, gradient.printed.right, before)
            _add_rows(rows, first, gradient, changes, parents.get(gradient.by))
    return tuple(rows)


def _way(start: Node, end: Node, before: Mapping[Node, list[_Change]]) -> list[_Change]:
    """Changes that lead from one node to another: what was told first is tried first."""
    way: list[_Change] = []
    tried: dict[Node, None] = {end: None}
    waiting = [iter(before.get(end, ()))]
    current = end
    while current != start:
        change = next((c for c in waiting[-1] if c[1] not in tried), None)
        if change is not None:
            way.append(change)
            current = change[1]
            tried[current] = None
            waiting.append(iter(before.get(current, ())))
        elif way:
            waiting.pop()
            current = way.pop()[2]
        else:
            return impossible(f"nothing tells how `{spell(end)}` came about")
    return way[::-1]


def _add_rows(
    rows: list[StepRecord],
    first: int,
    gradient: Gradient,
    changes: list[_Change],
    parent: int | None,
) -> None:
    equation = gradient.printed
    facts = iter([c for c in gradient.conditions if c.kind == "fact"])
    for rule, old, new in changes:
        needed = tuple(c for c in (next(facts, None),) if c) if rule == "fact" else ()
        number = first + len(rows)
        rows.append(
            StepRecord(
                number,
                gradient.by,
                "working",
                equation.left,
                new,
                rule,
                before=old,
                form="derived",
                args={"law": LAWS[rule]},
                conditions=needed,
                certificate=Certificate(old, new, conditions=needed),
                level=3,
                parent=parent,
                ranges=equation.ranges,
            )
        )
        if rule == "tidy":
            _add_applications(rows, first, rows[-1])


def _add_applications(rows: list[StepRecord], first: int, row: StepRecord) -> None:
    """What the engine did in one row: a row for each application, on the part that it changed."""
    if row.before is None:
        return
    log = Log()
    tidy(row.before, log)
    for use in log.applications:
        asked = tuple(Condition("domain", c, use.rule) for c in use.conditions)
        rows.append(
            StepRecord(
                first + len(rows),
                row.about,
                "working",
                row.left,
                use.after,
                use.rule,
                before=use.before,
                form="derived",
                args={"law": use.row.law},
                conditions=asked,
                level=3,
                parent=row.id,
                ranges=row.ranges,
            )
        )
