"""The refuter: a point, and an entry, at which the two sides of a claim differ.

It runs before any proof, as it is cheapest and needs no algebra. A difference counts only where the
left side has a value (for a derivative: where there is one), and only if it stays when the steps of
the differences are refined. What was found is then made small: the first of the simplest points
that shows a difference, with its values replaced by 0 and 1 where the difference survives.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np

from symbp.evaluation import Value
from symbp.expressions import Call, Comparison, Node, quantities_read
from symbp.functions import define
from symbp.verification.benches import Bench, entries_to_compare
from symbp.verification.claims import Statement
from symbp.verification.experiments import NUMBERS, Experiment, UndefinedError, UntriedError
from symbp.verification.points import Point, holds

__all__ = [
    "Difference",
    "Findings",
    "agree",
    "compare",
    "find_undefined",
    "needed_values",
    "relative_difference",
    "shrink",
    "try_points",
]

_TOLERANCE = {1: Fraction(1, 10**20), 2: Fraction(1, 10**14)}
_SHRINKING = 40
#: Elements that may be computed to refute, to shrink a witness, and to make a denominator 0.
_TRYING, _SIMPLIFYING, _SEEKING = 20_000, 10_000, 10_000
_LARGEST = sys.float_info.max
#: Entries that are moved, and the integers they are moved to, to make a denominator 0.
_SOUGHT = 6
_INTEGERS = tuple(Fraction(n) for n in (0, 1, -1, 2, -2, 3, -3))

#: Points for a witness, the simplest first.
SIMPLE = tuple(
    (size, style, seed)
    for size in (3, 4, 2, 0)
    for style, seed in (("zeros", 0), ("ones", 0), ("small", 0), ("small", 1), ("small", 2))
)


@dataclass(frozen=True)
class Difference:
    """An entry at which the sides differ; `claimed` is None where the right side has no value."""

    experiment: Experiment
    letters: Mapping[str, int]
    correct: Value
    claimed: Value | None


@dataclass
class Findings:
    """What a round of experiments showed.

    Attributes:
        refuted: a difference at a generic point, else one at any point.
        exceptional: whether `refuted` comes from a special point, all generic ones agreeing.
        undefined: an entry at which only the right side has no value.
        never_defined: whether the right side had no value at any generic point.
        tried: the sizes of the points at which the left side had values.
        agreed: at how many entries of generic points the sides agreed.
    """

    refuted: Difference | None = None
    exceptional: bool = False
    undefined: Difference | None = None
    never_defined: bool = False
    tried: list[Mapping[str, int]] = field(default_factory=list)
    agreed: int = 0


def try_points(statement: Statement, bench: Bench) -> Findings:
    """Compare the sides at the points of the schedule, until a generic one refutes the claim."""
    findings = Findings()
    defined = missing = 0
    most = bench.meter.spent + _TRYING
    for experiment in chain(bench.scheduled(), _at_branches(statement, bench)):
        if bench.meter.spent > most and defined > 1:
            break
        used = False
        for letters in entries_to_compare(statement, experiment):
            found = compare(statement, experiment, letters)
            if found == "skip":
                continue
            used = True
            if isinstance(found, Difference):
                if found.claimed is None:
                    findings.undefined = findings.undefined or found
                    missing += experiment.point.generic
                    continue
                if experiment.point.generic or findings.refuted is None:
                    findings.refuted = found
                    findings.exceptional = not experiment.point.generic
                break
            defined += experiment.point.generic
        if used and experiment.point.sizes not in findings.tried:
            findings.tried.append(experiment.point.sizes)
        if findings.refuted is not None and not findings.exceptional:
            break
    findings.agreed = defined
    findings.never_defined = missing > 0 and not defined and findings.refuted is None
    return findings


def _at_branches(statement: Statement, bench: Bench) -> Iterator[Experiment]:
    """Points on both sides of each comparison of the claimed side, one entry moved there."""
    for value in _compared(statement.right)[:_SOUGHT]:
        letters = dict.fromkeys(value.free, 0)
        experiment = bench.experiment(0, "plain", 2)
        if experiment is None:
            return
        for name, place in _entries(statement, experiment)[:_SOUGHT]:
            for zero in _zeros(statement, experiment, value, letters, name, place):
                for shift in (-1, 0, 1):
                    moved = _moved(experiment, name, place, zero + shift)
                    if moved is not None:
                        yield moved


def _compared(root: Node) -> list[Node]:
    """Differences of the two sides of each comparison, definitions of functions spelled out."""
    found: dict[Node, None] = {}
    stack, seen = [root], set[Node]()
    while stack:
        current = stack.pop()
        if current in seen:
            continue
        seen.add(current)
        spelled = define(current) if isinstance(current, Call) else None
        stack += current.children if spelled is None else (spelled,)
        if isinstance(current, Comparison):
            found[current.left - current.right] = None
    return list(found)


def compare(
    statement: Statement, experiment: Experiment, letters: Mapping[str, int]
) -> Difference | str:
    """`agree`, `skip` (the left side has no value here), or the confirmed difference."""
    try:
        left = experiment.value(statement, statement.left, letters)
    except UndefinedError:
        return "skip"
    try:
        right = experiment.value(statement, statement.right, letters)
    except UntriedError:
        return "skip"
    except UndefinedError:
        return Difference(experiment, letters, left, None)
    if agree(statement, left, right):
        return "agree"
    found = Difference(experiment, letters, left, right)
    return found if _confirmed(statement, found) else "skip"


def agree(statement: Statement, left: Value, right: Value) -> bool:
    """Whether two values are equal, as exactly as differences can tell."""
    orders = [len(d.by) for d in statement.derivatives.values()]
    tolerance = NUMBERS.of(_TOLERANCE[max(orders, default=1)])
    return bool(relative_difference(left, right) <= tolerance)


def relative_difference(left: Value, right: Value) -> Any:
    """|a - b|, divided by 1 plus the magnitudes that went into both."""
    scale = 1 + abs(left.value) + left.magnitude + right.magnitude
    return abs(left.value - right.value) / scale


def _confirmed(statement: Statement, found: Difference) -> bool:
    """Whether the difference stays with finer steps, and no kink is as large as it."""
    if not statement.derivatives or found.claimed is None:
        return True
    gap = abs(found.correct.value - found.claimed.value)
    try:
        coarse = found.experiment
        finer = Experiment(coarse.system, coarse.point, coarse, coarse.meter)
        finer.kink = gap / 10**6 / (1 + abs(found.correct.value))
        left = finer.value(statement, statement.left, found.letters)
        right = finer.value(statement, statement.right, found.letters)
    except UndefinedError:
        return False
    moved = abs(left.value - found.correct.value) + abs(right.value - found.claimed.value)
    return bool(moved * 1000 <= gap)


def find_undefined(statement: Statement, bench: Bench, value: Node) -> Difference | None:
    """An entry at which only the right side has no value, sought where a value is 0.

    One given entry at a time is moved: to small integers, and to where the value would be 0 if it
    were linear in that entry.
    """
    letters = dict.fromkeys(value.free, 0)
    most = bench.meter.spent + _SEEKING
    for experiment in (bench.experiment(3, "ones", 0), bench.experiment(2, "plain", 2)):
        if experiment is None or bench.meter.spent > most:
            continue
        for name, place in _entries(statement, experiment)[:_SOUGHT]:
            for tried in (*_zeros(statement, experiment, value, letters, name, place), *_INTEGERS):
                changed = _moved(experiment, name, place, tried)
                if changed is None:
                    continue
                for at in entries_to_compare(statement, changed):
                    found = compare(statement, changed, at)
                    if isinstance(found, Difference) and found.claimed is None:
                        return found
    return None


def _zeros(
    statement: Statement,
    experiment: Experiment,
    value: Node,
    letters: Mapping[str, int],
    name: str,
    place: tuple[int, ...],
) -> Iterator[Fraction]:
    """Where a value would be 0 if it were linear in one entry."""
    before = experiment.point.values[name][place]
    other = _moved(experiment, name, place, before + 1)
    if other is None:
        return
    try:
        here = experiment.value(statement, value, letters).value
        slope = other.value(statement, value, letters).value - here
    except UndefinedError:
        return
    if abs(slope) > NUMBERS.of(Fraction(1, 10**20)):
        step = here / slope
        yield before - Fraction(str(float(step))).limit_denominator(1024)


# -- small witnesses -------------------------------------------------------------------------------


def shrink(statement: Statement, bench: Bench, found: Difference) -> dict[str, Any]:
    """The witness of a difference, as small as a bounded search makes it."""
    most = bench.meter.spent + _SIMPLIFYING
    found = _simplest(statement, bench) or found
    tries = _SHRINKING
    for name, place in _entries(statement, found.experiment):
        if bench.meter.spent > most:
            break
        for value in (0, 1):
            before = found.experiment.point.values[name][place]
            if tries == 0 or abs(before) <= value:
                break
            tries -= 1
            smaller = _with(statement, found, name, place, value)
            if smaller is not None:
                found = smaller
                break
    return _as_data(statement, found)


def _simplest(statement: Statement, bench: Bench) -> Difference | None:
    most = bench.meter.spent + _SIMPLIFYING
    for size, style, seed in SIMPLE:
        experiment = bench.experiment(size, style, seed)
        if experiment is None or bench.meter.spent > most:
            continue
        for letters in entries_to_compare(statement, experiment)[:6]:
            found = compare(statement, experiment, letters)
            if isinstance(found, Difference) and found.claimed is not None:
                return found
    return None


def _entries(statement: Statement, experiment: Experiment) -> list[tuple[str, tuple[int, ...]]]:
    """The given real entries on which the claim depends."""
    return [
        (name, place)
        for name in needed_values(statement)
        if experiment.system.quantity(name).kind == "real"
        for place in np.ndindex(experiment.point.values[name].shape)
    ]


def _with(
    statement: Statement, found: Difference, name: str, place: tuple[int, ...], value: int
) -> Difference | None:
    """The difference with one entry replaced, if it is still one."""
    experiment = _moved(found.experiment, name, place, Fraction(value))
    if experiment is None:
        return None
    again = compare(statement, experiment, found.letters)
    return again if isinstance(again, Difference) and again.claimed is not None else None


def _moved(
    experiment: Experiment, name: str, place: tuple[int, ...], value: Fraction
) -> Experiment | None:
    """The experiment with one entry replaced, where the facts still hold and there is a value."""
    point = experiment.point
    array = point.values[name].copy()
    array[place] = value
    changed = Point(point.sizes, {**point.values, name: array}, "small")
    if not holds(experiment.system, changed):
        return None
    try:
        return Experiment(experiment.system, changed, meter=experiment.meter)
    except UndefinedError:
        return None


def needed_values(statement: Statement) -> list[str]:
    """The given quantities on which the claim depends, in order of declaration."""
    wanted = dict.fromkeys(quantities_read(statement.left, statement.right))
    for derivative in statement.derivatives.values():
        wanted.update(dict.fromkeys((derivative.of, *derivative.by)))
    for equation in reversed(statement.system.equations):
        if equation.target in wanted:
            wanted.update(dict.fromkeys(quantities_read(equation.right)))
    return [q.name for q in statement.system.given() if q.name in wanted]


def _as_data(statement: Statement, found: Difference) -> dict[str, Any]:
    values = found.experiment.point.values
    return {
        "values": {name: _plain(values[name].tolist()) for name in needed_values(statement)},
        "at": [found.letters[b.name] for b in statement.ranges],
        "correct": _number(found.correct.value),
        "claimed": None if found.claimed is None else _number(found.claimed.value),
    }


def _plain(value: Any) -> Any:
    return [_plain(v) for v in value] if isinstance(value, list) else _number(value)


def _number(value: Any) -> int | float:
    """An integer where it is one to 15 digits, else a float; the largest one for what is beyond."""
    near = max(-_LARGEST, min(_LARGEST, float(value)))
    nearest = round(near)
    return nearest if abs(near) < _LARGEST and _is_close(value, nearest) else near


def _is_close(value: Any, nearest: int) -> bool:
    return bool(abs(value - nearest) <= 1e-15 * max(1, abs(nearest)))
