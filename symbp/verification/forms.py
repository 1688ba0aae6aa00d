"""Canonical forms evaluated at an experiment, in 60 digits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symbp.canonical.evaluation import Environment, evaluate
from symbp.canonical.heads import Poly
from symbp.canonical.tables import Table
from symbp.errors import MathError, UnknownNameError
from symbp.verification.claims import Statement
from symbp.verification.experiments import NUMBERS, Experiment

__all__ = ["is_nowhere_zero", "value_of_form"]

_SMALL = Fraction(1, 10**15)


def value_of_form(
    table: Table,
    poly: Poly,
    statement: Statement,
    experiment: Experiment,
    letters: Mapping[str, int],
) -> Any:
    """The value of a form of a statement at an experiment, for these index values.

    Raises:
        MathError: it has none.
    """
    return evaluate(table, poly, _environment(statement, experiment, letters))


def is_nowhere_zero(table: Table, poly: Poly, statement: Statement, experiment: Experiment) -> bool:
    """Whether a form has a value other than 0 at every place of an experiment."""
    environment = experiment.results.environment
    names = list(poly.letters)
    try:
        sizes = [environment.index(table.extents[name], {}) for name in names]
        for place in _grid(sizes):
            letters = dict(zip(names, place, strict=True))
            if abs(value_of_form(table, poly, statement, experiment, letters)) < NUMBERS.of(_SMALL):
                return False
    except (MathError, UnknownNameError):
        return False
    return True


def _grid(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if not sizes:
        yield ()
        return
    for first in range(sizes[0]):
        for rest in _grid(sizes[1:]):
            yield (first, *rest)


class _Entries:
    """A tensor of an experiment as nested sequences, entries found when they are read."""

    def __init__(self, elements: Any, shape: tuple[int, ...], place: tuple[int, ...] = ()) -> None:
        self.elements = elements
        self.shape = shape
        self.place = place

    def __len__(self) -> int:
        return self.shape[len(self.place)]

    def __getitem__(self, index: int) -> Any:
        place = (*self.place, index)
        if len(place) < len(self.shape):
            return _Entries(self.elements, self.shape, place)
        return _entry(self.elements, place)


def _entry(elements: Any, place: tuple[int, ...]) -> Any:
    found = elements.get(place)
    if found is None:
        raise MathError("an entry without a value")
    return found.value


def _environment(
    statement: Statement, experiment: Experiment, letters: Mapping[str, int]
) -> Environment:
    experiment.prepare(statement)
    environment = experiment.results.environment
    values: dict[str, Any] = {}
    for name, elements in environment.elements.items():
        shape = environment.shapes[name]
        values[name] = _Entries(elements, shape) if shape else _entry(elements, ())
    functions = dict(NUMBERS.functions)
    functions["log"] = functions["ln"]
    functions["pi"] = lambda _: NUMBERS.constant("pi")
    return Environment(
        values,
        environment.extents,
        letters,
        functions,
        lambda value: NUMBERS.of(Fraction(value)),
    )
