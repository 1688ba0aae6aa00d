"""Points at which claims are tried: sizes, and exact values that satisfy the facts.

All values are small fractions with a power of two below, so that they are exact in every number
system and a witness can be typed into anything. A point is *generic* if its values were drawn from
so many that no relation between them is to be expected; the others hit zeros, ties and ones on
purpose.

Words of the vocabulary have a row each that draws values; a general identity (`sum(k, y[n,k]) = 1`)
is satisfied by solving it for one entry. What neither can satisfy gives no point.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.environments import Environment
from symbp.errors import DataError, MathError, NotSupportedError, ShapeError
from symbp.evaluation import each_place
from symbp.expressions import accesses
from symbp.factchecks import check_facts
from symbp.facts import Fact, Identity, words_implied
from symbp.interpreter import evaluate_node, read_data
from symbp.labelbounds import label_bounds
from symbp.numerics.exactnumbers import FRACTION
from symbp.quantities import Quantity
from symbp.systems import EquationSystem

__all__ = ["STYLES", "Point", "draw_point", "size_choices"]

Array = npt.NDArray[Any]

#: How values are drawn, from the simplest on; only the last is generic.
STYLES = ("zeros", "ones", "small", "plain", "generic")


@dataclass(frozen=True)
class Point:
    """Sizes of the symbolic extents, and an array of fractions (or integers) for each quantity."""

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    style: str

    @property
    def generic(self) -> bool:
        """Whether no relation between the values is to be expected."""
        return self.style == "generic"


# -- sizes -----------------------------------------------------------------------------------------


def size_choices(names: Sequence[str]) -> tuple[Mapping[str, int], ...]:
    """Sizes to try: distinct ones, the same in another order, all 2, and all 1."""
    if not names:
        return ({},)
    count = len(names)
    rising = [2 + n % 3 for n in range(count)]
    falling = [3 if n % 2 == 0 else 2 for n in range(count)]
    mixed = [1 + n % 2 * 2 for n in range(count)]
    rows = (rising, falling, [2] * count, [1] * count, mixed)
    chosen = [dict(zip(names, row, strict=True)) for row in rows]
    return tuple(size for n, size in enumerate(chosen) if size not in chosen[:n])


# -- values ----------------------------------------------------------------------------------------


def draw_point(
    system: EquationSystem, sizes: Mapping[str, int], style: str, seed: int
) -> Point | None:
    """A point that satisfies all facts; None where none was found, or the sizes do not fit."""
    rng = random.Random(seed)  # noqa: S311 - tests, not secrets
    environment = Environment(FRACTION, dict(sizes))
    given = system.given()
    bounds = label_bounds(system, [q.name for q in given])
    values: dict[str, Array] = {}
    for quantity in given:
        shape = _shape(quantity, environment)
        if shape is None:
            return None
        size = min((environment.index(b, {}) for b in bounds.get(quantity.name, ())), default=2)
        words = [f for f in system.facts if isinstance(f, Fact) and f.quantity == quantity.name]
        values[quantity.name] = _draw(quantity, shape, words, style, rng, size)
    point = Point(dict(sizes), values, style)
    identities = [f for f in system.facts if isinstance(f, Identity)]
    if identities and not _satisfy(system, identities, point, rng):
        return None
    return point if holds(system, point) else None


def holds(system: EquationSystem, point: Point) -> bool:
    """Whether the facts hold at a point."""
    try:
        check_facts(system, point.values, dict(point.sizes))
    except (DataError, MathError):
        return False
    return True


def _shape(quantity: Quantity, environment: Environment) -> tuple[int, ...] | None:
    sizes = []
    for axis in quantity.axes:
        if axis.extent is None:
            return None
        size = environment.index(axis.extent, {})
        if size < 1:
            return None
        sizes.append(size)
    return tuple(sizes)


def _draw(
    quantity: Quantity,
    shape: tuple[int, ...],
    facts: Sequence[Fact],
    style: str,
    rng: random.Random,
    labels: int,
) -> Array:
    words = {word: fact for fact in facts for word in words_implied(fact.word)}
    if quantity.kind != "real" or "class_ids" in words:
        size = 2 if quantity.kind == "boolean" else labels
        return _filled(shape, lambda: 0 if style == "zeros" else rng.randrange(size))
    for word, row in _TENSORS.items():
        if word in words:
            return row(shape, words[word].axes, style, rng)
    for word, draw in _ENTRIES.items():
        if word in words:
            return _filled(shape, partial(draw, style, rng))
    return _filled(shape, partial(_any, style, rng))


def _filled(shape: tuple[int, ...], draw: Callable[[], Any]) -> Array:
    array = np.empty(shape, dtype=object)
    for place in np.ndindex(shape):
        array[place] = draw()
    return array


def _any(style: str, rng: random.Random) -> Fraction:
    if style in ("zeros", "ones"):
        return Fraction(int(style == "ones"))
    if style == "small":
        return Fraction(rng.randint(-2, 2))
    if style == "plain":
        return Fraction(rng.choice([n for n in range(-12, 13) if n]), 4)
    return Fraction(rng.choice((1, -1)) * rng.randint(257, 2047), 1024)


def _nonzero(style: str, rng: random.Random) -> Fraction:
    return _any(style, rng) or Fraction(1)


def _unit(style: str, rng: random.Random) -> Fraction:
    if style in ("zeros", "ones"):
        return Fraction(1, 2)
    below = 1024 if style == "generic" else 4
    return Fraction(rng.randint(1, below - 1), below)


#: Words that speak of each entry by itself, the strongest first.
_ENTRIES: dict[str, Callable[[str, random.Random], Fraction]] = {
    "sign": lambda style, rng: Fraction(1 if style == "ones" else rng.choice((1, -1))),
    "binary": lambda style, rng: Fraction(
        int(style == "ones") if style in ("zeros", "ones") else rng.randint(0, 1)
    ),
    "unit_interval": _unit,
    "positive": lambda style, rng: abs(_nonzero(style, rng)),
    "negative": lambda style, rng: -abs(_nonzero(style, rng)),
    "nonnegative": lambda style, rng: abs(_any(style, rng)),
    "nonzero": _nonzero,
}


def _one_hot(
    shape: tuple[int, ...], axes: tuple[int, ...], style: str, rng: random.Random
) -> Array:
    def row(size: int) -> list[Fraction]:
        chosen = 0 if style == "zeros" else rng.randrange(size)
        return [Fraction(int(n == chosen)) for n in range(size)]

    return _by_rows(shape, axes[0], row)


def _simplex(
    shape: tuple[int, ...], axes: tuple[int, ...], style: str, rng: random.Random
) -> Array:
    if style in ("zeros", "ones", "small"):
        return _one_hot(shape, axes, style, rng)
    below = 8 if style == "plain" else 4096

    def row(size: int) -> list[Fraction]:
        whole = max(below, 4 * size)
        cuts = sorted(rng.sample(range(1, whole), size - 1))
        return [Fraction(b - a, whole) for a, b in pairwise([0, *cuts, whole])]

    return _by_rows(shape, axes[0], row)


def _by_rows(shape: tuple[int, ...], axis: int, row: Callable[[int], list[Fraction]]) -> Array:
    array = np.empty(shape, dtype=object)
    rest = shape[:axis] + shape[axis + 1 :]
    for place in np.ndindex(rest):
        for n, value in enumerate(row(shape[axis])):
            array[(*place[:axis], n, *place[axis:])] = value
    return array


def _symmetric(
    shape: tuple[int, ...], axes: tuple[int, ...], style: str, rng: random.Random
) -> Array:
    del axes
    array = _filled(shape, lambda: _any(style, rng))
    if len(shape) >= 2 and shape[-1] == shape[-2]:
        for place in np.ndindex(shape):
            if place[-1] < place[-2]:
                array[place] = array[(*place[:-2], place[-1], place[-2])]
    return array


def _positive_definite(
    shape: tuple[int, ...], axes: tuple[int, ...], style: str, rng: random.Random
) -> Array:
    """M Mᵀ + 1."""
    del axes
    factor = _filled(shape, lambda: _any(style, rng))
    if len(shape) < 2 or shape[-1] != shape[-2]:
        return factor
    array = np.empty(shape, dtype=object)
    for place in np.ndindex(shape):
        first, second = factor[place[:-1]], factor[(*place[:-2], place[-1])]
        total = sum((a * b for a, b in zip(first, second, strict=True)), Fraction(0))
        array[place] = total + int(place[-1] == place[-2])
    return array


def _invertible(
    shape: tuple[int, ...], axes: tuple[int, ...], style: str, rng: random.Random
) -> Array:
    """Diagonally dominant."""
    del axes
    array = _filled(shape, lambda: _any(style, rng))
    for place in np.ndindex(shape):
        if len(shape) >= 2 and place[-1] == place[-2]:
            array[place] = abs(array[place]) + 4 * shape[-1]
    return array


Row = Callable[[tuple[int, ...], tuple[int, ...], str, random.Random], Array]

#: Words that speak of several entries together, the strongest first.
_TENSORS: dict[str, Row] = {
    "one_hot": _one_hot,
    "simplex": _simplex,
    "spd": _positive_definite,
    "symmetric": _symmetric,
    "invertible": _invertible,
}


# -- identities ------------------------------------------------------------------------------------


def _satisfy(
    system: EquationSystem, identities: Sequence[Identity], point: Point, rng: random.Random
) -> bool:
    """Make identities hold, each place of each by moving one entry; True if it may have worked."""
    for identity in identities:
        read = dict.fromkeys(a.quantity for a in accesses(identity.left))
        names = [n for n in read if n in point.values and system.quantities[n].kind == "real"]
        entries = [(n, place) for n in names for place in np.ndindex(point.values[n].shape)]
        rng.shuffle(entries)
        if not entries or not _solve_all(system, identity, point, entries):
            return False
    return True


def _solve_all(
    system: EquationSystem,
    identity: Identity,
    point: Point,
    entries: list[tuple[str, tuple[int, ...]]],
) -> bool:
    def residual(letters: Mapping[str, int]) -> Fraction:
        environment = read_data(system, point.values, FRACTION, dict(point.sizes))
        left = evaluate_node(identity.left, environment, letters).value
        return Fraction(left - evaluate_node(identity.right, environment, letters).value)

    moved: dict[tuple[str, tuple[int, ...]], None] = {}
    try:
        environment = read_data(system, point.values, FRACTION, dict(point.sizes))
        for letters in each_place(environment, identity.ranges, {}):
            wrong = residual(letters)
            if wrong == 0:
                continue
            for entry in entries:
                if entry not in moved and _move(point, entry, wrong, partial(residual, letters)):
                    moved[entry] = None
                    break
            else:
                return False
    except (MathError, NotSupportedError, ShapeError, DataError):
        return False
    return True


def _move(
    point: Point,
    entry: tuple[str, tuple[int, ...]],
    wrong: Fraction,
    residual: Callable[[], Fraction],
) -> bool:
    """Solve `residual = 0` for one entry in which it is linear."""
    name, place = entry
    array = point.values[name]
    before = array[place]
    array[place] = before + 1
    slope = residual() - wrong
    if slope:
        array[place] = before - wrong / slope
        if residual() == 0:
            return True
    array[place] = before
    return False
