"""Which roundings of a stable form are kept: those without which it is off by too much.

The form of a function of one variable is run at many points twice, as it is and with every rounding
carried along (`carrying.py`). The difference is what its own arithmetic loses; what its functions
lose (exp to half a unit, erfc to one) is found with long numbers where the former is large, and
cannot be helped here. Where both together pass the bar, roundings are kept one step after the
other, each time the one that takes most off for what it costs, until the rest is below. A form that
is good as it is stays as it is.

Near a zero of the value an error is counted in units of the larger term of the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

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
    substitute,
)
from symbp.numerics.accuracy import BAR, DIGITS, Sample, Tape, in_two_parts
from symbp.numerics.carrying import CARRIED, Pair, Step, Steps, is_constant, mark
from symbp.numerics.longnumbers import MPMATH
from symbp.numerics.numbers import FLOAT64

__all__ = ["away_from_zeros", "is_measurable", "with_rests"]

Array = np.ndarray[Any, Any]

_SEAT = Access("·u")
_OPEN = (Access, Number, Constant, Sum, Product, Power, Call, Where, Comparison, Logical)
#: Points: how many, and at how many of them at most the errors of functions are measured.
POINTS, FEW = 6_000, 300
#: Units of a form that stays as it is, where it has few roundings and where it has more, and those
#: that are wanted of one that does not. What is left below the bar is for other libraries'
#: functions, and for the points between: few roundings reach their worst case at these points,
#: many are far from it.
ALLOWED_FEW, ALLOWED, WANTED, WANTED_OF_MANY = BAR - 0.5, BAR - 1.1, BAR - 1.1, BAR - 1.7
FEW_ROUNDINGS, MANY_ROUNDINGS = 3, 16
#: Points of a branch that see too little of the worst case: it is allowed a unit less.
SPARSE = 500
#: How far functions are off, mostly, relative to their values: the points are chosen by it.
OFF = 1.5 * 2.0**-53
#: Values below lose digits to underflow, products with those above cannot be split.
SMALLEST, LARGEST = 1e-290, 1e290
#: A point is near a zero r of the value between r/3 and 3r.
AROUND = 3.0
#: Most marks in one form, and most nodes of one.
MOST, MAX_SIZE = 12, 1_000
#: What it costs to keep a step of each kind, in operations.
_COSTS = {
    "number": 2,
    "add": 6,
    "subtract": 6,
    "multiply": 18,
    "divide": 24,
    "divide_sum": 24,
    "negate": 1,
}


def with_rests(form: Node) -> tuple[Node, float]:
    """The form, with roundings kept where it misses the bar, and by how many units it may be off.

    Args:
        form: a stable form; one of several variables, or one that has its marks, is given back.
    """
    if not is_measurable(form):
        return form, 0.0
    variable = next(n for n in postorder(form) if isinstance(n, Access))
    shape = substitute(form, nodes={variable: _SEAT})
    made, worst = _marked(shape)
    return (form if made == shape else substitute(made, nodes={_SEAT: variable})), worst


def is_measurable(form: Node) -> bool:
    """Whether a form is a function of one variable that has a value at every point of it."""
    found = dict.fromkeys(n for n in postorder(form) if isinstance(n, Access))
    return len(found) == 1 and form.size <= MAX_SIZE and not any(map(_is_closed, postorder(form)))


def _is_closed(node: Node) -> bool:
    """Whether a node has no value at a point, or is carried already."""
    return not isinstance(node, _OPEN) or (isinstance(node, Call) and node.function == CARRIED)


@lru_cache(maxsize=4096)
def _marked(shape: Node) -> tuple[Node, float]:
    points = _points()
    with np.errstate(all="ignore"):
        branches = _branches(shape, points)
        measures = [_Measure(branch, points[here]) for branch, here in branches]
        zeros = _zeros(measures)
        made = {m.form: m.marked(zeros) for m in measures}
    worst = max(units for _, units in made.values())
    if any(node is not form for form, (node, _) in made.items()):
        # a branch that float64 comes to where its digits end: float32 comes to it earlier
        far = [m.form for m in measures if not len(m.points) and not is_constant(m.form)]
        made |= {form: (Call(CARRIED, (form, _SEAT)), 0.0) for form in far}
    return _rebuilt(shape, {form: node for form, (node, _) in made.items()}), worst


@lru_cache(maxsize=1)
def _points() -> Array:
    """Both signs, over the range in which functions bend and far out; spread by a golden ratio."""
    steps = np.arange(1, POINTS // 2 + 1) * 0.6180339887498949 % 1.0
    fifth = len(steps) // 5
    parts = (
        4.0 * steps[: 3 * fifth],
        40.0 * steps[3 * fifth : 4 * fifth],
        10.0 ** (-6.0 + 9.0 * steps[4 * fifth :]),
    )
    sizes = np.concatenate(parts)
    return np.concatenate([sizes, -sizes])


def _branches(shape: Node, points: Array) -> list[tuple[Node, Array]]:
    """The branches that hold no branch, each with the places of the points that come to it."""
    found: dict[Node, list[Array]] = {}
    waiting = [(shape, np.arange(len(points)))]
    while waiting:
        current, here = waiting.pop()
        if not isinstance(current, Where):
            found.setdefault(current, []).append(here)
            continue
        tape = Tape(current.condition, [_SEAT], FLOAT64)
        truth = np.array([bool(tape.value([points[n]])) for n in here], bool)
        waiting += [(current.then, here[truth]), (current.otherwise, here[~truth])]
    return [(node, np.concatenate(places)) for node, places in found.items()]


def _rebuilt(shape: Node, made: Mapping[Node, Node]) -> Node:
    """The form over its new branches."""
    done: dict[Node, Node] = {}
    waiting = [shape]
    while waiting:
        current = waiting[-1]
        if not isinstance(current, Where):
            done[current] = made[current]
        elif all(part in done for part in (current.then, current.otherwise)):
            then, otherwise = done[current.then], done[current.otherwise]
            same = then is current.then and otherwise is current.otherwise
            done[current] = current if same else Where(current.condition, then, otherwise)
        else:
            waiting += [p for p in (current.then, current.otherwise) if p not in done]
            continue
        waiting.pop()
    return done[shape]


class _Measure:
    """A form without branches at the points that come to it.

    Attributes:
        form: the form.
        points: where it is measured: where it and all that it is made of are numbers.
        exact: its values in pairs.
    """

    def __init__(self, form: Node, points: Array) -> None:
        self.form = form
        self._all = Steps(form, everything=True)
        rows = dict(enumerate(self._all.rows))
        self._values = {n: row.node for n, row in rows.items() if row.kind == "value"}
        numbers = {n: in_two_parts(row.node) for n, row in rows.items() if row.kind == "number"}
        columns = {n: _column(node, points) for n, node in self._values.items()}
        given: dict[int, Pair] = {**numbers, **{n: (c, None) for n, c in columns.items()}}
        value, rest = _full(self._all.pair(given), points)
        sound = np.isfinite(value) & np.isfinite(rest)
        sound &= (np.abs(value) > SMALLEST) & (np.abs(value) < LARGEST)
        self.points = points[sound]
        self.exact: Pair = (value[sound], rest[sound])
        self._nodes = {row.node: pair for row, pair in ((rows[n], p) for n, p in numbers.items())}
        self._columns = {self._values[n]: column[sound] for n, column in columns.items()}

    def _given(self, steps: Steps) -> dict[int, Pair]:
        found: dict[int, Pair] = {}
        for place, row in enumerate(steps.rows):
            if row.kind == "value":
                found[place] = (self._columns[row.node], None)
            elif row.kind == "number":
                found[place] = self._nodes[row.node]
        return found

    def marked(self, zeros: Sequence[float]) -> tuple[Node, float]:
        """The form with the roundings kept that it needs, and by how much it may be off then."""
        if not len(self.points):
            return self.form, 0.0
        unit = self._unit(zeros)
        own = self._errors(frozenset(), unit)
        functions = self._likely(unit)
        likely = np.abs(own) + functions
        worst = np.argsort(-likely, kind="stable")[:FEW]
        worst = worst[likely[worst] > ALLOWED - 1.0]
        moved = np.zeros(len(self.points))
        moved[worst] = self._moved(worst, unit)
        off = float(np.max(np.abs(own + moved)))
        roundings = sum(self._rounds(row) for row in self._all.rows)
        allowed = ALLOWED_FEW if roundings <= FEW_ROUNDINGS else ALLOWED
        allowed -= 1.0 if len(self.points) < SPARSE else 0.0
        if off <= allowed:
            return self.form, max(off, float(np.max(functions)))
        wanted = WANTED if roundings <= MANY_ROUNDINGS else WANTED_OF_MANY
        kept = self._chosen(unit, moved, min(allowed, wanted))
        if not kept:
            return self.form, off
        off = float(np.max(np.abs(self._errors(kept, unit) + moved)))
        made = Call(CARRIED, (mark(self.form, kept), _SEAT))
        return made, max(off, float(np.max(functions)))

    def _rounds(self, row: Step) -> bool:
        """Whether a step rounds: a product by a power of 2 does not."""
        numbers = (
            self._nodes[r.node][0]
            for r in map(self._all.rows.__getitem__, row.parts)
            if r.kind == "number"
        )
        powers = any(np.frexp(np.abs(n))[0] == 0.5 for n in numbers)
        return row.kind not in _EXACT and not (powers and row.kind in ("multiply", "divide"))

    def _errors(self, kept: frozenset[Node], unit: Array) -> Array:
        """What the arithmetic loses at each point, in units."""
        steps = Steps(self.form, kept=kept)
        found = steps.run(self._given(steps))
        errors: Array = ((found - self.exact[0]) - self.exact[1]) / unit
        return _finite(errors)

    def _unit(self, zeros: Sequence[float]) -> Array:
        """Units in the last place of the value; near a zero those of the larger term."""
        sizes = np.abs(self.exact[0])
        near = _near(self.points, zeros)
        if near.any():
            larger = _full((self._larger(), None), self.points)[0]
            sizes = np.where(near & (larger > sizes), larger, sizes)
        unit: Array = np.spacing(sizes)
        return unit

    def _larger(self) -> Any:
        """The size of the largest term of the sums, with the factors beside them."""
        done: list[Any] = []
        given = self._given(self._all)
        values: list[Any] = []
        for place, row in enumerate(self._all.rows):
            if place in given:
                values.append(given[place][0])
                done.append(np.abs(given[place][0]))
                continue
            sizes = [done[part] for part in row.parts]
            below = [values[part] for part in row.parts]
            values.append(_PLAIN[row.kind](*below))
            if row.kind in ("add", "subtract"):
                done.append(np.maximum(*sizes))
            elif row.kind in ("divide", "divide_sum"):
                done.append(sizes[0] / np.abs(below[1]))
            else:
                done.append(sizes[0] * sizes[1] if len(sizes) > 1 else sizes[0])
        return done[self._all.last]

    def _likely(self, unit: Array) -> Array:
        """About what the errors of functions make, in units."""
        found = np.zeros(len(self.points))
        for place, node in self._values.items():
            if node != _SEAT and not (isinstance(node, Call) and node.function in _SIZES):
                given = self._given(self._all)
                given[place] = (given[place][0], given[place][0] * OFF)
                value, rest = _full(self._all.pair(given), self.points)
                found += np.abs((value - self.exact[0]) + (rest - self.exact[1])) / unit
        return _finite(found)

    def _moved(self, places: Array, unit: Array) -> Array:
        """What the errors of functions make at some of the points, in units."""
        given = self._given(self._all)
        for place, node in self._values.items():
            if node == _SEAT:
                given[place] = (self.points[places], None)
                continue
            column = self._columns[node][places]
            tape = Tape(node, [_SEAT], MPMATH(DIGITS))
            exact = [tape.value([tape.numbers.of_data(float(z))]) for z in self.points[places]]
            pairs = zip(exact, column, strict=True)
            rests = [0.0 if e is None else float(e.context.mpf(float(c)) - e) for e, c in pairs]
            given[place] = (column, -np.array(rests))
        value, rest = _full(self._all.pair(given), places)
        moved = (self.exact[0][places] - value) + (self.exact[1][places] - rest)
        moved = moved / unit[places]
        return _finite(moved)

    def _chosen(self, unit: Array, moved: Array, wanted: float) -> frozenset[Node]:
        """Steps to keep, one after the other; then those that are not needed beside the others."""
        costs: dict[Node, int] = {}
        for row in self._all.rows:
            if row.kind != "value" and (row.kind != "number" or self._nodes[row.node][1]):
                costs[row.node] = costs.get(row.node, 0) + _COSTS[row.kind]

        def excess(nodes: frozenset[Node]) -> float:
            errors = np.abs(self._errors(nodes, unit) + moved)
            return float(np.sum(np.maximum(errors - wanted, 0.0)))

        kept: frozenset[Node] = frozenset()
        left = excess(kept)
        while left > 0 and len(kept) < MOST:
            others = [node for node in costs if node not in kept]
            gains = [(left - excess(kept | {node})) / costs[node] for node in others]
            if not others or max(gains) <= 0:
                break
            kept |= {others[gains.index(max(gains))]}
            left = excess(kept)
        for node in sorted(costs, key=lambda n: -costs[n]):
            if node in kept and excess(kept - {node}) <= left:
                kept -= {node}
        return kept


#: Functions that round nothing.
_SIZES = ("abs", "sign", "max", "min")
_EXACT = ("value", "number", "negate")
_PLAIN: Mapping[str, Any] = {
    "negate": np.negative,
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "divide_sum": np.divide,
}


def _finite(errors: Array) -> Array:
    """The errors, 0 where there is none."""
    made: Array = np.where(np.isfinite(errors), errors, 0.0)
    return made


def _full(pair: Pair, points: Array) -> tuple[Array, Array]:
    """A pair at every point; that of a constant is one number."""
    value, rest = pair
    rest = 0.0 if rest is None else rest
    return np.broadcast_to(value, points.shape), np.broadcast_to(rest, points.shape)


def _column(node: Node, points: Array) -> Array:
    """The values of a node at points; NaN where it has none."""
    if node == _SEAT:
        return points
    tape = Tape(node, [_SEAT], FLOAT64)
    found = (tape.value([z]) for z in points)
    return np.array([np.nan if value is None else float(value) for value in found])


def away_from_zeros(samples: Sequence[Sample]) -> list[Sample]:
    """The samples of a function of one variable that are not near a zero of it."""
    places = np.array([sample.point[0] for sample in samples])
    near = _near(places, _changes(places, np.array([float(s.value) for s in samples])))
    return [sample for sample, close in zip(samples, near, strict=True) if not close]


def _near(places: Array, zeros: Sequence[float]) -> Array:
    near = np.zeros(len(places), bool)
    for zero in zeros:
        low, high = sorted((zero / AROUND, zero * AROUND))
        near |= (places >= low) & (places <= high)
    return near


def _zeros(measures: Sequence[_Measure]) -> tuple[float, ...]:
    """Where the value changes sign away from 0."""
    places = np.concatenate([m.points for m in measures])
    return _changes(places, np.concatenate([m.exact[0] for m in measures]))


def _changes(places: Array, values: Array) -> tuple[float, ...]:
    order = np.argsort(places, kind="stable")
    places, values = places[order], values[order]
    signs, sides = np.sign(values), np.sign(places)
    change = (signs[:-1] * signs[1:] < 0) & (sides[:-1] * sides[1:] > 0)
    return tuple(float(z) for z in (places[:-1][change] + places[1:][change]) / 2)
