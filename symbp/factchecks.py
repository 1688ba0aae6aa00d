"""Declared facts, checked on data before anything is computed with them.

A simplification may rest on a fact (p - y needs Σ_k y[n,k] = 1); data that break the fact would
give a wrong answer silently. Each word of the vocabulary has a row here that finds the first place
where it fails. `invertible` has none: no number near 0 can tell a singular matrix from a badly
conditioned one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.arrays import as_numbers
from symbp.environments import Environment
from symbp.errors import DataError
from symbp.evaluation import Value, each_place
from symbp.expressions import quantities_read
from symbp.facts import Fact, Identity, words_implied
from symbp.interpreter import evaluate_node, read_data
from symbp.labelbounds import label_bounds
from symbp.numerics.numbers import FLOAT64
from symbp.quantities import Quantity
from symbp.spelling import spell
from symbp.systems import EquationSystem

__all__ = ["check_facts"]

#: How far a sum, or two entries that must be equal, may be apart.
TOLERANCE = 1e-6

Array = npt.NDArray[Any]
Place = tuple[int, ...]
#: A row: the first place where the word fails and what stands there, or None.
Row = Callable[[Array, Fact], "tuple[Place, str] | None"]


def check_facts(
    system: EquationSystem,
    values: Mapping[str, Any],
    extents: Mapping[str, int] | None = None,
) -> None:
    """Check the facts, and the ranges of labels, of the quantities that have values.

    Args:
        system: a checked system with its facts.
        values: arrays of given quantities; facts of quantities without a value are not checked.
        extents: symbolic extents that no array fixes.

    Raises:
        DataError: a fact does not hold; the message names the first place and what to do.
        ShapeError, DTypeError: the arrays do not fit the system.
    """
    environment = read_data(system, values, FLOAT64, extents)
    arrays = {name: as_numbers(name, value) for name, value in values.items()}
    for name, bounds in label_bounds(system, arrays).items():
        known = [b for b in bounds if environment.extents.keys() >= set(b.extents)]
        if known:
            _check_labels(name, arrays[name], min(environment.index(b, {}) for b in known))
    for fact in system.facts:
        if isinstance(fact, Identity):
            _check_identity(fact, environment)
        elif fact.quantity in arrays:
            _check_words(fact, system.quantities[fact.quantity], arrays[fact.quantity])


def _check_words(fact: Fact, quantity: Quantity, array: Array) -> None:
    for word in words_implied(fact.word):
        row = _ROWS.get(word)
        found = None if row is None else row(array.astype(float), fact)
        if found is not None:
            place, what = found
            raise DataError(
                f"{_at(quantity.name, place)} {what}, but {quantity.name} was declared "
                f"{fact.word}; mend the data, or derive without the fact: facts=()"
            )


def _at(name: str, place: Place) -> str:
    return f"{name}[{', '.join(map(str, place))}]" if place else name


def _where_fails(fine: Callable[[Array], Array], ending: str) -> Row:
    """A row for a word that speaks of each entry."""

    def row(array: Array, fact: Fact) -> tuple[Place, str] | None:
        del fact
        with np.errstate(invalid="ignore"):
            wrong = ~fine(array)
        if not wrong.any():
            return None
        place = _first(wrong)
        return place, f"is {array[place]:.6g}, {ending}"

    return row


def _first(wrong: Array) -> Place:
    flat = int(np.argmax(wrong))
    return tuple(int(i) for i in np.unravel_index(flat, wrong.shape))


def _sums_to_one(array: Array, fact: Fact) -> tuple[Place, str] | None:
    axis = fact.axes[0]
    sums = array.sum(axis=axis)
    wrong = ~(np.abs(sums - 1) <= TOLERANCE)
    if not wrong.any():
        return None
    place = _first(wrong)
    row = (*place[:axis], *place[axis:])
    shown = ", ".join(map(str, row))
    return (), f"sums to {sums[place]:.6g} over axis {axis + 1} at [{shown}], not to 1"


def _symmetric(array: Array, fact: Fact) -> tuple[Place, str] | None:
    del fact
    wrong = ~(np.abs(array - np.swapaxes(array, -1, -2)) <= TOLERANCE * (1 + np.abs(array)))
    if not wrong.any():
        return None
    place = _first(wrong)
    return place, f"is {array[place]:.6g} and its mirror image is not"


def _positive_definite(array: Array, fact: Fact) -> tuple[Place, str] | None:
    del fact
    least = np.linalg.eigvalsh(array).min(axis=-1)
    if bool(np.all(least > 0)):
        return None
    return (), f"has the eigenvalue {float(np.min(least)):.6g}, not positive"


_ROWS: dict[str, Row] = {
    "positive": _where_fails(lambda a: a > 0, "not positive"),
    "negative": _where_fails(lambda a: a < 0, "not negative"),
    "nonnegative": _where_fails(lambda a: a >= 0, "negative"),
    "nonzero": _where_fails(lambda a: (a != 0) & ~np.isnan(a), "not different from 0"),
    "unit_interval": _where_fails(lambda a: (a > 0) & (a < 1), "not between 0 and 1"),
    "sign": _where_fails(lambda a: np.abs(a) == 1, "neither 1 nor -1"),
    "binary": _where_fails(lambda a: (a == 0) | (a == 1), "neither 0 nor 1"),
    "simplex": _sums_to_one,
    "symmetric": _symmetric,
    "spd": _positive_definite,
    "class_ids": _where_fails(lambda a: (a >= 0) & (a == np.floor(a)), "no label: 0, 1, 2, ..."),
}


# -- identities ------------------------------------------------------------------------------------


def _check_identity(fact: Identity, environment: Environment) -> None:
    if any(name not in environment.elements for name in quantities_read(fact.left, fact.right)):
        return
    for letters in each_place(environment, fact.ranges, {}):
        left = evaluate_node(fact.left, environment, letters)
        right = evaluate_node(fact.right, environment, letters)
        if not _near(left, right):
            at = ", ".join(f"{name}={value}" for name, value in letters.items())
            raise DataError(
                f"the fact {spell(fact.left)} = {spell(fact.right)} does not hold"
                f"{f' at {at}' if at else ''}: the left side is {left.value:.6g}, the right "
                f"side {right.value:.6g}; mend the data, or derive without the fact: facts=()"
            )


def _near(left: Value, right: Value) -> bool:
    scale = max(1.0, float(left.magnitude), float(right.magnitude))
    return bool(abs(float(left.value) - float(right.value)) <= TOLERANCE * scale)


# -- labels ----------------------------------------------------------------------------------------


def _check_labels(name: str, array: Array, bound: int) -> None:
    wrong = (array < 0) | (array >= bound)
    if wrong.any():
        place = _first(wrong)
        at = ", ".join(map(str, place))
        raise DataError(
            f"label {array[place]} of {name} at index {at} is outside its range: "
            f"allowed are 0..{bound - 1}"
        )
