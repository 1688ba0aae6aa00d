"""All algebra: every application of a rule between what the chain rule gives and what is printed.

The search for a form is repeated with an observer that is told of each change. Of these the ones
that lead from the contributions to the printed form are kept, and each becomes a row of level 3:
what stood before, what stands after, the rule with its law, the conditions. Below it follow the
applications that it consists of, those of the engine and those of the moves, each a row on the part
of the expression that it changed: put in its place, one by one, they give what stands after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symbp.adjoints import Sweep
from symbp.derivations import Certificate, Condition, Ledger, StepRecord
from symbp.equations import Equation
from symbp.errors import impossible
from symbp.expressions import Node
from symbp.matching import changed_parts
from symbp.rewriting import Application, Log
from symbp.rules.moves import EXPAND, MOVES
from symbp.simplification import Simplifier
from symbp.simplifying.expansion import multiplied_out
from symbp.simplifying.moves import (
    factored,
    grouped,
    in_fractions,
    in_order,
    merged,
    settled,
    shortest_fraction,
    tidy,
    without_brackets,
)
from symbp.simplifying.orientation import oriented
from symbp.spelling import spell

__all__ = ["work"]


def _multiplied_out(root: Node, log: Log) -> Node:
    """Everything multiplied out, as a move: each part that changed is an application."""
    made = multiplied_out(root)
    for pair in changed_parts(root, made) if made is not None else ():
        log.add(EXPAND, *pair)
    return root if made is None else made


#: What the searches call each of their moves, as the functions that may have made it.
_MOVES: Mapping[str, tuple[Callable[[Node, Log], Node], ...]] = {
    "tidy": (tidy,),
    "factor": (factored,),
    "collect": (in_fractions, shortest_fraction),
    "expand": (without_brackets, _multiplied_out),
    "merge": (merged,),
    "group": (grouped,),
    "cases": (in_order,),
    "numbers": (settled,),
    "orient": (oriented,),
}

_Change = tuple[str, Node, Node]


def work(ledger: Ledger, swept: Sweep) -> tuple[StepRecord, ...]:
    """The rows of level 3, numbered on from the other rows of a ledger, in order of evaluation.

    For a gradient they lead from the contributions to what prints; for any other adjoint, which is
    put in somewhere, to the form in which it is put in.
    """
    before: dict[Node, list[_Change]] = {}

    def observe(rule: str, old: Node, new: Node) -> None:
        if old != new:
            before.setdefault(new, []).append((rule, old, new))

    simplifier = Simplifier(swept, observe=observe)
    simplifier.run()
    homes = _homes(ledger, swept)
    rows: list[StepRecord] = []
    first = len(ledger.steps)
    for name, adjoint in swept.adjoints.items():
        gradient = ledger.gradients.get(name)
        raw, conditions = simplifier.raw(name), gradient.conditions if gradient else ()
        end = gradient.printed if gradient else simplifier.plain_equation(name)
        if gradient:
            simplifier.result(name)  # how its printed form comes about is told as it is made
        way = _way(raw, end.right, before)
        _add_rows(rows, first, adjoint.quantity.name, end, conditions, way, homes.get(name))
    return tuple(rows)


def _homes(ledger: Ledger, swept: Sweep) -> Mapping[str, int]:
    """The row that tells of each adjoint; where none does, that of one into which it is put."""
    homes = {step.about: step.id for step in ledger.steps if step.section != "forward"}
    for name in reversed(tuple(swept.adjoints)):
        for contribution in swept.adjoints[name].contributions:
            if name in homes:
                homes.setdefault(contribution.reader.target, homes[name])
    return homes


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
    about: str,
    equation: Equation,
    conditions: Sequence[Condition],
    changes: Sequence[_Change],
    parent: int | None,
) -> None:
    facts = tuple(c for c in conditions if c.kind == "fact" and c.asked_by == "hyp")
    # a fact each; where a row puts in what another gradient made of facts, it may need any of them
    shared = sum(1 for rule, _, _ in changes if rule == "fact") != len(facts)
    turns = iter(facts)
    for rule, old, new in changes:
        needed = () if rule != "fact" else facts if shared else (next(turns),)
        number = first + len(rows)
        rows.append(
            StepRecord(
                number,
                about,
                "working",
                equation.left,
                new,
                rule,
                before=old,
                form="derived",
                args={"law": MOVES[rule].law},
                conditions=needed,
                certificate=Certificate(old, new, conditions=needed),
                level=3,
                parent=parent,
                ranges=equation.ranges,
            )
        )
        _add_applications(rows, first, rows[-1])


def _add_applications(rows: list[StepRecord], first: int, row: StepRecord) -> None:
    """What was done in one row: a row for each application, on the part that it changed."""
    for use in _applications(row):
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
                args={"law": use.law},
                conditions=asked,
                level=3,
                parent=row.id,
                ranges=row.ranges,
            )
        )


def _applications(row: StepRecord) -> list[Application]:
    """The applications that lead from one side of a row to the other."""
    if row.before is None or row.rule == "arrange":  # factors change places, nothing else
        return []
    moves = _MOVES.get(row.rule)
    if moves is None:  # an equation or a fact was used, each time in the place of what it says
        move = MOVES[row.rule]
        return [Application(move, *pair) for pair in changed_parts(row.before, row.after)]
    for made in moves:
        log = Log()
        if made(row.before, log) == row.after:
            return log.applications
    return impossible(f"`{row.rule}` does not give `{spell(row.after)}`")
