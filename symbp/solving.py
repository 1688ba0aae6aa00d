"""Solving for one unknown by back-propagated increments.

The goal E = 0.5 leaves a residual ΔE = 0.5 - E at the present X. Chapter 1.3.3 of the lessons hands
it back along the chain, ΔD = ΔE/(dE/dD), ..., ΔX = ΔE/(dE/dX), and adds ΔX to X. Repeated, that is
Newton's method: near a solution with a nonzero derivative the error is squared at each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from symbp.derivations import Ledger
from symbp.errors import DataError, DeclarationError, MathError, ShapeError, UnknownNameError
from symbp.expressions import quantities_read
from symbp.gradients import differentiate
from symbp.interpreter import evaluate
from symbp.names import suggest
from symbp.stability import stabilise
from symbp.systems import EquationSystem

__all__ = ["Iteration", "Solution", "solve"]

#: More steps than Newton's method takes where it converges at all, a double root included.
MAX_ITERATIONS = 60
#: A few roundings: what is smaller than this part cannot be improved.
ROUNDING = 4 * float(np.finfo(np.float64).eps)
#: Where goal and unknown are both 0 nothing is relative, as at the double root of x^2 = 0.
ABSOLUTE = 1e-14
#: How far the residual must have come down where only roundings keep it from coming further.
NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Iteration:
    """One row of the table.

    Attributes:
        unknown: the value of the unknown.
        goal: the value of the goal's quantity there.
        residual: what is missing to the goal.
        increment: what is added to the unknown next.
        increments: the increments of all scalars on the way back, from the goal to the unknown.
    """

    unknown: float
    goal: float
    residual: float
    increment: float
    increments: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Solution:
    """A solved equation; it prints as the table of its iterations.

    Attributes:
        of: name of the quantity that has a goal.
        goal: the value that it is to have.
        wrt: name of the unknown.
        value: the value of the unknown.
        iterations: the steps, the last one at `value`.
    """

    of: str
    goal: float
    wrt: str
    value: float
    iterations: tuple[Iteration, ...]

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        header = ("", self.wrt, self.of, f"Δ{self.of}", f"Δ{self.wrt}")
        rows = [
            (str(number), *map(_shown, (row.unknown, row.goal, row.residual, row.increment)))
            for number, row in enumerate(self.iterations)
        ]
        widths = [max(len(row[column]) for row in (header, *rows)) for column in range(5)]
        lines = [
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in (header, *rows)
        ]
        end = f"{self.wrt} = {self.value!r} gives {self.of} = {self.iterations[-1].goal!r}"
        return "\n".join((*lines, end))

    def __repr__(self) -> str:
        return f"<Solution {self.wrt} = {self.value!r} of {self.of} = {self.goal!r}>"


def solve(
    system: EquationSystem,
    of: str,
    goal: Any,
    wrt: str,
    start: Any,
    *,
    at: Mapping[str, Any] | None = None,
    limit: int = MAX_ITERATIONS,
) -> Solution:
    """The value of one given scalar at which a computed scalar reaches a goal.

    Args:
        system: a checked system.
        of: the quantity that has a goal.
        goal: its value.
        wrt: the unknown, a given quantity.
        start: where the search begins.
        at: values of the other given quantities.
        limit: how many increments are tried.

    Raises:
        UnknownNameError, DeclarationError, ShapeError: the names do not say a scalar equation.
        DataError: a number that is none, or a given quantity without a value.
        MathError: the derivative is zero, a step leaves the domain, or there is no convergence.
    """
    _check(system, of, wrt, at or {})
    target, place = _number(f"the goal of {of}", goal), _number(f"the start of {wrt}", start)
    if limit < 1:
        raise DataError(f"limit is {limit}; at least one step is needed")
    on_the_way = _between(system, of, wrt)
    ledger = differentiate(system, of, (wrt, *on_the_way))
    ledger = replace(ledger, system=stabilise(ledger.system).system)
    rows: list[Iteration] = []
    for _ in range(limit + 1):
        row, magnitude = _step(ledger, wrt, target, place, at or {}, tuple(rows))
        rows.append(row)
        if _settled(row, rows[0], magnitude):
            return Solution(of, target, wrt, place, tuple(rows))
        place = row.unknown + row.increment
    raise MathError(
        f"no convergence to {of} = {target:.6g} in {limit} steps: {wrt} = {row.unknown:.6g} gives "
        f"{of} = {row.goal:.6g}\n  there may be no solution; try another start"
    )


def _check(system: EquationSystem, of: str, wrt: str, at: Mapping[str, Any]) -> None:
    shown = [q.name for q in system.quantities.values() if not q.hidden]
    for name in (of, wrt, *at):
        if name not in shown:
            raise UnknownNameError(f"{name!r} does not occur in the system; {suggest(name, shown)}")
    for name in (of, wrt):
        if system.quantity(name).axes:
            raise ShapeError(f"{name} has indices; solve is for one equation between scalars")
    if system.quantity(of).given:
        raise DeclarationError(f"{of} is given, not computed; it has no equation to be solved")
    if not system.quantity(wrt).given:
        raise DeclarationError(f"{wrt} is computed; solve for a given quantity, wrt=...")
    if wrt in at:
        raise DataError(f"{wrt} is the unknown; its value in at= means nothing, use start=")
    given = [n for n in _needed(system, of) if system.quantity(n).given]
    if wrt not in given:
        raise DeclarationError(f"{of} does not depend on {wrt}; there is nothing to solve")
    missing = [name for name in given if name != wrt and name not in at]
    if missing:
        raise DataError(f"solve needs values for {', '.join(missing)}: at={{{missing[0]!r}: ...}}")


def _number(what: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"{what} must be a number, got {str(value)[:60]!r}") from None
    if not np.isfinite(number):
        raise DataError(f"{what} must be a finite number, got {number}")
    return number


def _needed(system: EquationSystem, of: str) -> dict[str, None]:
    """What a quantity is computed from, itself included."""
    needed = {of: None}
    for equation in reversed(system.equations):
        if equation.target in needed:
            needed.update(dict.fromkeys(quantities_read(equation.right)))
    return needed


def _between(system: EquationSystem, of: str, wrt: str) -> tuple[str, ...]:
    """The author's scalars through which the goal depends on the unknown, the last ones first."""
    needed, moved = _needed(system, of), {wrt: None}
    for equation in system.equations:
        if any(name in moved for name in quantities_read(equation.right)):
            moved[equation.target] = None
    names = [n for n in moved if n in needed and n not in (of, wrt)]
    chosen = (system.quantity(name) for name in reversed(names))
    return tuple(q.name for q in chosen if not (q.axes or q.hidden))


def _step(
    ledger: Ledger,
    wrt: str,
    target: float,
    place: float,
    at: Mapping[str, Any],
    before: tuple[Iteration, ...],
) -> tuple[Iteration, float]:
    """The row at one value of the unknown, and the magnitude of the goal's quantity there."""
    of = ledger.of
    came = f" (step {len(before)}, from {before[-1].unknown:.6g})" if before else ""
    here = f"at {wrt} = {place:.6g}{came}"
    if not np.isfinite(place):
        raise MathError(f"the search for {of} = {target:.6g} runs away {here}; try another start")
    wanted = (of, *(g.quantity for g in ledger.gradients.values()))
    try:
        results = evaluate(ledger.system, {**at, wrt: place}, only=wanted)
    except MathError as error:
        raise MathError(f"{of} has no value {here}: {error}") from error
    reached = results.value(of)
    if not np.isfinite(reached.value):
        raise MathError(
            f"{of} has no value {here}: this lies outside its domain\n  start closer to a solution"
        )
    residual = target - float(reached.value)
    slopes = {name: float(results[g.quantity]) for name, g in ledger.gradients.items()}
    increments = {of: residual} | {
        name: residual / slopes[name] for name in ledger.wrt[1:] if slopes[name]
    }
    slope = slopes[wrt]
    if residual == 0:
        increments[wrt] = 0.0
    elif slope == 0 or not np.isfinite(slope):
        raise MathError(
            f"d{of}/d{wrt} is {slope:.6g} {here}: no increment of {wrt} follows from "
            f"Δ{of} = {residual:.6g}\n  try another start"
        )
    else:
        increments[wrt] = residual / slope
    row = Iteration(place, float(reached.value), residual, increments[wrt], increments)
    return row, float(reached.magnitude)


def _settled(row: Iteration, first: Iteration, magnitude: float) -> bool:
    """Whether the next increment would change nothing that counts.

    Args:
        row: where the search is.
        first: where it began.
        magnitude: the sum of magnitudes that went into the goal's quantity.
    """
    step, residual = abs(row.increment), abs(row.residual)
    exact = residual <= ROUNDING * max(abs(row.goal), abs(row.goal + row.residual))
    if exact or max(step, residual) <= ABSOLUTE:
        return True
    # Where terms cancel, the residual does not come down to roundings of the goal itself.
    still = step <= ROUNDING * abs(row.unknown) or residual <= ROUNDING * magnitude
    return still and residual <= NEAR * abs(first.residual)


def _shown(number: float) -> str:
    return f"{number:.10g}"
