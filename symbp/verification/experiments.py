"""Experiments: a system evaluated at a point, with derivatives found by differences of its values.

    dL/dx  =  (L(x + h) - L(x - h)) / 2h,        h = 2^-60, in 60 digits
    d^2L/dxdy likewise from four values,         h = 2^-40

The interpreter reads values only and shares nothing with the differentiator, so this is independent
of every derivation. A quantity that is computed counts as free when one differentiates by it. A
place without derivative shows by its two one-sided quotients, which then disagree.

Of an expensive system only the first entries at a point are found so; then the adjoint equations
are evaluated, which give all entries at once, and must agree with those that differences gave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symbp.adjoints import sweep
from symbp.errors import (
    DataError,
    DeclarationError,
    LimitExceeded,
    MathError,
    ShapeError,
    impossible,
)
from symbp.evaluation import Value, each_place
from symbp.expressions import Node, quantities_read
from symbp.interpreter import Results, evaluate, evaluate_node
from symbp.numerics.longnumbers import MPMATH
from symbp.systems import EquationSystem
from symbp.verification.claims import Derivative, Statement
from symbp.verification.costs import Meter, equation_costs
from symbp.verification.points import Point
from symbp.verification.theories import with_adjoints

__all__ = ["ALLOWANCE", "NUMBERS", "Experiment", "UndefinedError", "UntriedError"]

#: Numbers of the experiments.
NUMBERS = MPMATH(60)

_FIRST_STEP = Fraction(1, 2**60)
_SECOND_STEP = Fraction(1, 2**40)
#: Elements that differences may compute at one point; then the adjoint equations are evaluated.
ALLOWANCE = 3_000
#: One-sided quotients that differ by more than this (relatively) show a kink.
_KINK = Fraction(1, 10**9)

Place = tuple[int, ...]


class UndefinedError(MathError):
    """There is no value, or no derivative, at this place."""


class UntriedError(UndefinedError):
    """There may be a value, and finding it is too much work."""


class _Lazy(dict[Place, Value]):
    """Entries of a derivative, found when they are first read."""

    def __init__(self, experiment: Experiment, derivative: Derivative) -> None:
        super().__init__()
        self.experiment = experiment
        self.derivative = derivative

    def get(self, place: Place, default: Any = None) -> Any:
        if place not in self:
            if not self._within(place):
                return default
            self[place] = self.experiment.entry(self.derivative, place)
        return self[place]

    def _within(self, place: Place) -> bool:
        shape = self.experiment.results.environment.shapes[self.derivative.name]
        return all(0 <= index < length for index, length in zip(place, shape, strict=True))


class Experiment:
    """One system at one point.

    Args:
        system: what is evaluated.
        point: values of the given quantities.
        coarser: the same experiment, whose steps are divided by 16 here: a kink then shows by
            one-sided quotients that come no closer to one another.
        meter: where the elements that are computed are counted.

    Raises:
        UndefinedError: the system has no value at the point.
    """

    def __init__(
        self,
        system: EquationSystem,
        point: Point,
        coarser: Experiment | None = None,
        meter: Meter | None = None,
    ) -> None:
        self.system = system
        self.point = point
        self.coarser = coarser
        self.meter = meter if meter is not None else Meter()
        self.costs = equation_costs(system, point.sizes)
        self.cost = sum(self.costs.values())
        self.left = ALLOWANCE
        self.bends: dict[tuple[Any, ...], Any] = {}
        refine = 1 if coarser is None else 16
        self.first_step = NUMBERS.of(_FIRST_STEP / refine)
        self.second_step = NUMBERS.of(_SECOND_STEP / refine)
        self.kink = NUMBERS.of(_KINK)
        self.results = self._evaluate(system, point.values, list(self.costs), self.cost)
        self._swept: dict[str, Mapping[Place, Value]] = {}
        self._moved: dict[tuple[Any, ...], Mapping[Place, Value]] = {}
        self._arrays: dict[str, Any] = {}

    # -- values -----------------------------------------------------------------------------------

    def value(self, statement: Statement, root: Node, letters: Mapping[str, int]) -> Value:
        """The value of a side of a statement.

        Raises:
            UndefinedError: it has none.
        """
        self.prepare(statement)
        try:
            found = evaluate_node(root, self.results.environment, letters)
        except UntriedError:
            raise
        except (MathError, ShapeError, DataError, DeclarationError, LimitExceeded) as error:
            raise UndefinedError(str(error)) from None
        value = Value(*found)
        if not NUMBERS.is_nan(value.value) and abs(value.value) != float("inf"):
            return value
        raise UndefinedError("the value is not finite")

    def prepare(self, statement: Statement) -> None:
        """Let the derivatives of a statement be read like other quantities."""
        environment = self.results.environment
        for derivative in statement.derivatives.values():
            environment.elements.setdefault(derivative.name, _Lazy(self, derivative))
            environment.shapes.setdefault(derivative.name, self.shape(statement, derivative.name))

    def shape(self, statement: Statement, name: str) -> tuple[int, ...]:
        """The shape of a quantity, derivatives included."""
        environment = self.results.environment
        axes = statement.quantities[name].axes
        return tuple(environment.index(a.extent, {}) for a in axes if a.extent is not None)

    def places(self, statement: Statement) -> list[dict[str, int]]:
        """All values of the free indices."""
        return list(each_place(self.results.environment, statement.ranges, {}))

    # -- derivatives ------------------------------------------------------------------------------

    def entry(self, derivative: Derivative, place: Place) -> Value:
        """One entry of a derivative.

        Raises:
            UndefinedError: there is none at this point.
        """
        cut = 0
        entries: list[tuple[str, Place]] = []
        for name in derivative.by:
            rank = len(self.system.quantity(name).axes)
            entries.append((name, place[cut : cut + rank]))
            cut += rank
        if len(entries) == 1:
            if self.left <= 0:
                return self._by_sweeping(derivative)[place]
            return self._first(derivative.of, place[cut:], entries[0])
        return self._second(derivative.of, place[cut:], entries[0], entries[1])

    def _first(self, of: str, seat: Place, entry: tuple[str, Place]) -> Value:
        step = self.first_step
        here = self._value_of(self.results, of, seat)
        up = self._at(of, seat, (entry, step))
        down = self._at(of, seat, (entry, -step))
        slope = (up.value - down.value) / (2 * step)
        bend = abs(up.value - 2 * here.value + down.value) / step
        self.bends[of, seat, entry] = bend
        before = None if self.coarser is None else self.coarser.bends.get((of, seat, entry))
        straighter = before is not None and bend * 8 <= before
        if bend > self.kink * (1 + abs(slope)) and not straighter:
            raise UndefinedError(f"{of} has a kink by {entry[0]} here")
        return Value(slope, max(abs(slope), here.magnitude))

    def _second(
        self, of: str, seat: Place, one: tuple[str, Place], other: tuple[str, Place]
    ) -> Value:
        fine, coarse = (self._second_at(of, seat, one, other, s) for s in (1, 16))
        if abs(fine.value - coarse.value) > self.kink * (1 + abs(fine.value)):
            raise UndefinedError(f"{of} has no second derivative by {one[0]} and {other[0]} here")
        return fine

    def _second_at(
        self, of: str, seat: Place, one: tuple[str, Place], other: tuple[str, Place], scale: int
    ) -> Value:
        step = self.second_step * scale
        here = self._value_of(self.results, of, seat)
        if one == other:
            up, down = (self._at(of, seat, (one, s * step)) for s in (1, -1))
            total = up.value - 2 * here.value + down.value
        else:
            total = NUMBERS.of(Fraction(0))
            for a in (1, -1):
                for b in (1, -1):
                    found = self._at(of, seat, (one, a * step), (other, b * step))
                    total = total + a * b * found.value
            total = total / 4
        curve = total / step / step
        return Value(curve, max(abs(curve), here.magnitude))

    def _by_sweeping(self, derivative: Derivative) -> Mapping[Place, Value]:
        """All entries of a derivative, by the adjoint equations."""
        if not self.point.generic:
            # at a kink the adjoint equations give a convention, not a derivative
            raise UntriedError("too much work at a special point")
        name = derivative.name
        if name not in self._swept:
            swept = sweep(self.system, derivative.of, derivative.by)
            system = with_adjoints(self.system, swept)
            if name not in system.quantities:
                zero = NUMBERS.of(Fraction(0))
                self._swept[name] = defaultdict(lambda: Value(zero, zero))
            else:
                values = {**self.point.values, **{n: self._array(n) for n in self.costs}}
                found = self._evaluate(system, values, [name], 2 * self.cost)
                self._swept[name] = found.environment.elements[name]
            self._check_sweep(derivative)
        return self._swept[name]

    def _check_sweep(self, derivative: Derivative) -> None:
        known = self.results.environment.elements.get(derivative.name, {})
        for place, value in dict(known).items():
            other = self._swept[derivative.name][place]
            scale = 1 + value.magnitude + other.magnitude
            if abs(value.value - other.value) > self.kink * scale:
                impossible(f"{derivative.name} at {place}: differences and adjoints disagree")

    def _at(self, of: str, seat: Place, *moves: tuple[tuple[str, Place], Any]) -> Value:
        key = (of, moves)
        if key not in self._moved:
            moved: dict[str, Any] = {}
            for (name, place), step in moves:
                array = moved.setdefault(name, self._array(name).copy())
                array[place] = array[place] + step
            self._moved[key] = self._run(moved, of)
        return self._moved[key][seat]

    def _run(self, moved: Mapping[str, Any], of: str) -> Mapping[Place, Value]:
        """The values of a quantity when others are moved; what does not depend on them stays."""
        changed = dict.fromkeys(moved)
        read: dict[str, None] = {}
        cost = 0
        for equation in self.system.equations:
            if equation.target in moved:
                continue
            names = quantities_read(equation.right)
            if any(name in changed for name in names):
                changed[equation.target] = None
                read.update(dict.fromkeys(names))
                cost += self.costs[equation.target]
        if of not in changed:
            return self.results.environment.elements[of]
        kept = {n: self._array(n) for n in read if n not in changed and n in self.costs}
        self.left -= cost
        values = {**self.point.values, **kept, **moved}
        return self._evaluate(self.system, values, [of], cost).environment.elements[of]

    def _array(self, name: str) -> Any:
        """All entries of a quantity as numbers of the experiment."""
        if name not in self._arrays:
            shape = self.results.environment.shapes[name]
            array = np.empty(shape, dtype=object)
            for place in np.ndindex(shape):
                array[place] = self._value_of(self.results, name, place).value
            self._arrays[name] = array
        return self._arrays[name]

    @staticmethod
    def _value_of(results: Results, name: str, place: Place) -> Value:
        try:
            return results.value(name, *place)
        except DeclarationError as error:
            raise UndefinedError(str(error)) from None

    def _evaluate(
        self, system: EquationSystem, values: Mapping[str, Any], only: list[str], cost: int
    ) -> Results:
        self.meter.spent += cost
        try:
            return evaluate(system, values, NUMBERS, dict(self.point.sizes), only=only)
        except (MathError, ShapeError, DataError, LimitExceeded) as error:
            raise UndefinedError(str(error)) from None
