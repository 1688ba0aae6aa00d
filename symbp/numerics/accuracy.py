"""How accurate a spelling is: measured at corner points, against long numbers.

Spellings of one expression that are equal by algebra differ in floating numbers. Each is evaluated
in float64 and float32 at points where formulas fail (±0, subnormal numbers, where exp under- and
overflows, far out), and the errors are counted in units in the last place of the true value. The
true value is that of the spelling which is meant to be safest, in long numbers: algebra says that
all are equal, so no digits beyond what *it* loses are needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np

from symbp.errors import LimitExceeded, MathError, NotSupportedError
from symbp.expressions import (
    Access,
    Call,
    Comparison,
    Constant,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Where,
    postorder,
)
from symbp.functions import define
from symbp.numerics.carrying import CARRIED, Pair, Steps
from symbp.numerics.longnumbers import MPMATH
from symbp.numerics.numbers import FLOAT32, FLOAT64, Numbers

__all__ = [
    "BAR",
    "Faults",
    "Sample",
    "Tape",
    "carried_value",
    "corners",
    "faults",
    "in_two_parts",
    "trusted",
    "truth",
    "ulps",
    "unit_of",
    "value_at",
]

#: Units in the last place that a good spelling may be off.
BAR = 4.0
#: Errors beyond which a value is lost, and from which the bar is not far.
LOST, CLOSE = 1e4, 2.5
#: Digits of the true value, and of the expression itself, which may cancel, where it is checked.
DIGITS = 60
MANY = 700
#: Where it is checked.
_CHECKS = (0.37, 5.0, -5.0, 36.9, -36.9, 13.1, -13.1, 1e-9)
#: Values per variable: sizes at which formulas fail, both signs.
_SIZES = (
    *(0.37, 1.7, 1e-9, 5.0, 36.9, 0.62, 2.9, 88.2, 1e-3, 745.1, 19.0, 708.9, 1e4, 101.7, 0.05),
    *(1e-20, 737.4, 11.0, 1e-310, 350.3, 1.0, 27.2, 1e200, 0.8, 38.1, 1e-155, 103.4, 7.7),
    *(1.7e308, 1e160, 13.1, 1e-40, 3e38, 200.0, 1e-8, 1e20, 3.9, 0.5, 14.2, 1e100),
    *(0.999999999, 0.9999, 1.0001, 1.3e27, 3.1e30, 3e214, 3e104, 3e78, 2e13, 5e9),
    *(5.48, 16.62, 2.3, 9.1, 23.3, 31.3, 3.34, 1.23, 0.21, 38.45, 37.7, 13.6, 46.6),
    *(6.755, 7.65, 2.05, 4.41, 6.07, 8.31, 0.162, 0.234, 0.3, 0.13, 9.87, 1.45, 2.55, 17.9),
)
#: Values of several variables below this, where digits are lost to underflow, are not measured.
_SMALLEST = {"float64": 1e-290, "float32": 1e-30}
#: How many points are taken where there are several variables.
_SEVERAL = 48


def corners(seats: Sequence[Node]) -> list[tuple[float, ...]]:
    """Points of the variables: each corner of one; of several, a fixed mixture of moderate ones."""
    if not seats:
        return [()]
    if len(seats) == 1:
        return [(v,) for v in (0.0, -0.0, *(s * v for v in _SIZES for s in (1.0, -1.0)))]
    moderate = [v for v in _SIZES if 1e-20 <= v <= 1e4]
    points: list[tuple[float, ...]] = []
    for row in range(_SEVERAL):
        point: list[float] = []
        for place in range(len(seats)):
            number = (row * (2 * place + 1) + 7 * place + row // 5 * place) % len(moderate)
            sign = -1.0 if (row >> place % 5) & 1 else 1.0
            point.append(sign * moderate[number])
        points.append(tuple(point))
    return points


def value_at(root: Node, numbers: Numbers, point: Mapping[Node, Any]) -> Any:
    """The value of an elementwise expression at a point; None where a long number has none.

    Raises:
        NotSupportedError: an index expression or a bracket, which has no value here.
    """
    return Tape(root, tuple(point), numbers).value([numbers.of_data(v) for v in point.values()])


class Tape:
    """An expression as a list of steps, for values at many points.

    Args:
        root: the expression; shared parts are computed once, both branches of a `where` always.
        seats: its variables.
        numbers: what it is computed in.

    Raises:
        NotSupportedError: an index expression or a bracket, which has no value here.
    """

    def __init__(self, root: Node, seats: Sequence[Node], numbers: Numbers) -> None:
        self.numbers = numbers
        self._first = len(seats)
        places: dict[Node, int] = {seat: n for n, seat in enumerate(seats)}
        self._steps: list[tuple[Callable[..., Any], tuple[int, ...], bool]] = []
        for current in postorder(root):
            if current not in places:
                function, parts = self._step(current), current.children
                if isinstance(current, Call) and current.function == CARRIED:
                    function, parts = carried_value(current, self.numbers)
                below = tuple(places[part] for part in parts)
                self._steps.append((function, below, isinstance(current, Where)))
                places[current] = self._first + len(self._steps) - 1
        self._last = places[root]

    def value(self, values: Sequence[Any]) -> Any:
        """The value for these values of the variables; None where it has none."""
        done = list(values)
        for function, below, lazy in self._steps:
            parts = [done[place] for place in below]
            if parts and (parts[0] is None if lazy else any(p is None for p in parts)):
                done.append(None)
                continue
            try:
                done.append(function(*parts))
            except (MathError, LimitExceeded, ZeroDivisionError):
                done.append(None)
        return done[self._last]

    def _step(self, current: Node) -> Callable[..., Any]:
        if isinstance(current, Call):
            return self._call(current)
        if isinstance(current, Number):
            number = self.numbers.of(current.value)
            return lambda: number
        if isinstance(current, Constant):
            constant = self.numbers.constant(current.name)
            return lambda: constant
        if isinstance(current, Where):
            return lambda truth, then, otherwise: then if truth else otherwise
        if isinstance(current, Comparison):
            return _RELATIONS[current.relation]
        if isinstance(current, Logical):
            return _LOGIC[current.operator]
        return self._arithmetic(current)

    def _arithmetic(self, current: Node) -> Callable[..., Any]:
        if isinstance(current, Sum):
            signs = [sign for sign, _ in current.terms]
            return lambda *parts: self._added(signs, parts)
        if isinstance(current, Product):
            cut = len(current.numerator)
            return lambda *parts: self._divided(parts[:cut], parts[cut:])
        if isinstance(current, Power):
            exponent = current.exponent
            if isinstance(exponent, Number) and exponent.value.denominator == 1:
                whole = int(exponent.value)
                return lambda base, _: self.numbers.whole_power(base, whole)
            return self.numbers.power
        raise NotSupportedError(f"a {type(current).__name__} has no value at a point")

    def _added(self, signs: Sequence[int], parts: Sequence[Any]) -> Any:
        total = None
        for sign, part in zip(signs, parts, strict=True):
            signed = part if sign > 0 else -part
            total = signed if total is None else self.numbers.add(total, signed)
        return self.numbers.of(Fraction(0)) if total is None else total

    def _divided(self, above: Sequence[Any], below: Sequence[Any]) -> Any:
        value = self._multiplied(above)
        return self.numbers.divide(value, self._multiplied(below)) if below else value

    def _multiplied(self, parts: Sequence[Any]) -> Any:
        made = parts[0] if parts else self.numbers.of(Fraction(1))
        for part in parts[1:]:
            made = self.numbers.multiply(made, part)
        return made

    def _call(self, current: Call) -> Callable[..., Any]:
        known = self.numbers.functions.get(current.function)
        if known is not None:
            return _rounded(current.function, known, self.numbers)
        seats = [Access(f"·{n}") for n in range(len(current.arguments))]
        defined = define(Call(current.function, seats))
        if defined is None:
            raise NotSupportedError(f"{current.function} has no value in {self.numbers.name}")
        inner = Tape(defined, seats, self.numbers)

        def value(*parts: Any) -> Any:
            found = inner.value(parts)
            if found is None:
                raise MathError(f"{current.function} has no value here")
            return found

        return value


def carried_value(current: Call, numbers: Numbers) -> tuple[Callable[..., Any], tuple[Node, ...]]:
    """What computes a call of `carried`, and the nodes whose values it takes.

    In float64 rests are carried, in float32 the steps are taken in float64; other numbers lose
    nothing, or have many digits, and need the plain value only.
    """
    if numbers not in (FLOAT64, FLOAT32):
        return (lambda value: value), current.arguments[:1]
    steps = Steps(current.arguments[0], current.arguments[1:])
    rows = dict(enumerate(steps.rows))
    known = {n: in_two_parts(row.node) for n, row in rows.items() if row.kind == "number"}
    places = {n: row.node for n, row in rows.items() if row.kind == "value"}

    def value(*parts: Any) -> Any:
        given = {n: (np.float64(p), None) for n, p in zip(places, parts, strict=True)}
        return numbers.of_data(steps.run({**known, **given}, rests=numbers is FLOAT64))

    return value, tuple(places.values())


@lru_cache(maxsize=4096)
def in_two_parts(constant: Node) -> Pair:
    """A number in float64, and what rounding took from it; None where it took nothing."""
    exact = Tape(constant, [], MPMATH(DIGITS)).value([])
    if exact is None:
        raise MathError(f"{constant} has no value")
    value = np.float64(float(exact))
    rest = np.float64(float(exact - exact.context.mpf(float(value))))
    return value, rest or None


def _rounded(name: str, function: Callable[..., Any], numbers: Numbers) -> Callable[..., Any]:
    """A function of a number system; exp and erfc of what is too long to write down are 0."""

    def value(*parts: Any) -> Any:
        try:
            return function(*parts)
        except LimitExceeded:
            if parts[0] < 0 if name == "exp" else name == "erfc":
                return numbers.of(Fraction(0))  # below every float: it has no other effect
            raise

    return value


_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
}
_LOGIC: dict[str, Callable[..., bool]] = {
    "and": lambda *parts: all(parts),
    "or": lambda *parts: any(parts),
    "not": lambda part: not part,
}


# -- errors ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """A point at which a spelling is measured: its type of number, and the true value."""

    numbers: Numbers
    point: tuple[float, ...]
    value: Any


def truth(safe: Node, seats: Sequence[Node]) -> list[Sample]:
    """The points at which an expression is measured, with its true values by a safe spelling."""
    samples: list[Sample] = []
    rough, fine = (Tape(safe, seats, MPMATH(digits)) for digits in (DIGITS, 2 * DIGITS))
    for point in corners(seats):
        for numbers, largest in ((FLOAT64, 1.8e308), (FLOAT32, 3.4e38)):
            if any(abs(v) > largest for v in point):
                continue
            here = tuple(float(numbers.of_data(v)) for v in point)
            value = rough.value([rough.numbers.of_data(v) for v in here])
            if value is None or not mpmath.isfinite(value):
                continue
            again = fine.value([fine.numbers.of_data(v) for v in here])
            if again is None or not _agree(value, again):
                continue
            if len(seats) == 1 or not 0 < abs(again) < _SMALLEST[numbers.name]:
                samples.append(Sample(numbers, here, again))
    return _away_from_zeros(samples) if len(seats) == 1 else samples


def _away_from_zeros(samples: list[Sample]) -> list[Sample]:
    """The points that are not next to a change of sign, where every spelling loses digits.

    A zero of the value at 0 is no such place: there the points are close enough.
    """
    kept: list[Sample] = []
    for kind in (FLOAT64, FLOAT32):
        row = sorted((s for s in samples if s.numbers is kind), key=lambda s: s.point)
        signs = [mpmath.sign(s.value) for s in row]
        for place, sample in enumerate(row):
            around = signs[max(place - 1, 0) : place + 2]
            if all(sign * signs[place] >= 0 for sign in around):
                kept.append(sample)
    return kept


def _agree(one: Any, two: Any) -> bool:
    return bool(one == two or abs(one - two) <= abs(two) * mpmath.mpf(10) ** (-DIGITS // 2))


def ulps(found: Any, exact: Any, numbers: Numbers) -> float:
    """The error of a floating number in units in the last place of the true value."""
    kind = np.float32 if numbers is FLOAT32 else np.float64
    with np.errstate(all="ignore"):
        rounded = np.abs(kind(float(exact)))
    if np.isinf(rounded):
        return math.inf if np.isfinite(found) else 0.0
    if not np.isfinite(found):
        return math.inf
    return float(abs(mpmath.mpf(float(found)) - exact) / unit_of(rounded))


def unit_of(size: Any) -> float:
    """The distance of neighbouring floating numbers at a positive one, the largest too."""
    half = size / 2
    return float(2 * np.spacing(half)) if half > 1 else float(np.spacing(size))


@dataclass(frozen=True, order=True)
class Faults:
    """How bad a spelling is, the worst first.

    Attributes:
        lost: points beyond ten thousand units: no digit, or few, are right.
        missed: points beyond the bar.
        close: points close to the bar; only between spellings that are else alike.
    """

    lost: int
    missed: int
    close: int = 0


def faults(root: Node, seats: Sequence[Node], samples: Sequence[Sample]) -> Faults:
    """The faults of a spelling at the points where true values are known."""
    errors: list[float] = []
    tapes = {numbers.name: Tape(root, seats, numbers) for numbers in (FLOAT64, FLOAT32)}
    with np.errstate(all="ignore"):
        for sample in samples:
            values = [sample.numbers.of_data(v) for v in sample.point]
            found = tapes[sample.numbers.name].value(values)
            errors.append(ulps(found, sample.value, sample.numbers))
    return Faults(
        *(sum(1 for error in errors if error > bar) for bar in (LOST, BAR, CLOSE)),
    )


def trusted(root: Node, spelling: Node, seats: Sequence[Node]) -> bool:
    """Whether a spelling has the values of an expression where many digits settle them."""
    points = [(v,) for v in _CHECKS] if len(seats) == 1 else corners(seats)[: len(_CHECKS)]
    tapes = [Tape(root, seats, MPMATH(digits)) for digits in (MANY // 2, MANY)]
    tapes.append(Tape(spelling, seats, MPMATH(DIGITS)))
    for point in points:
        few, many, found = (t.value([t.numbers.of_data(v) for v in point]) for t in tapes)
        # 0 may be all that is left of a value that needs more digits
        settled = few is not None and many is not None and many and _agree(few, many)
        if settled and (found is None or not _agree(found, many)):
            return False
    return True
