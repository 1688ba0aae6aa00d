"""The interpreter: a slow, obvious evaluator of systems, the oracle for every other reading.

It works equation by equation and element by element, in any number system (`numbers.py`), lazily in
`where` and beside brackets, and keeps with each value the sum of magnitudes that went into it
(`operations.py`). It reads values only and shares nothing with the differentiator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.arrays import as_numbers
from symbp.environments import Environment
from symbp.equations import Equation
from symbp.errors import DataError, DeclarationError, MathError, ShapeError, UnknownNameError
from symbp.evaluation import Value, close, each_place
from symbp.expressions import Node, accesses, quantities_read
from symbp.indices import IndexExpr
from symbp.names import suggest
from symbp.numerics.exactnumbers import FRACTION, MODULAR
from symbp.numerics.longnumbers import MPMATH
from symbp.numerics.numbers import FLOAT32, FLOAT64, Numbers
from symbp.quantities import Quantity
from symbp.spelling import spell_place
from symbp.systems import EquationSystem

__all__ = [
    "FLOAT32",
    "FLOAT64",
    "FRACTION",
    "MODULAR",
    "MPMATH",
    "Environment",
    "Results",
    "Value",
    "close",
    "evaluate",
    "evaluate_node",
    "read_data",
]


class Results(Mapping[str, Any]):
    """Values of all quantities: a number for a scalar, an array for a tensor.

    Attributes:
        environment: the elements with their magnitudes, and where nodes are evaluated.
    """

    def __init__(self, system: EquationSystem, environment: Environment) -> None:
        self.system = system
        self.environment = environment

    def __getitem__(self, name: str) -> Any:
        if self._quantity(name).axes:
            return self.array(name)
        return self.value(name).value

    def __contains__(self, name: object) -> bool:
        return name in self.environment.elements

    def __iter__(self) -> Iterator[str]:
        return iter(self.environment.elements)

    def __len__(self) -> int:
        return len(self.environment.elements)

    def value(self, name: str, *place: int) -> Value:
        """One element with its magnitude."""
        self._quantity(name)
        try:
            return self.environment.elements[name][place]
        except KeyError:
            where = f"{name}[{', '.join(map(str, place))}]" if place else name
            raise DeclarationError(f"{where} has no value here") from None

    def array(self, name: str) -> npt.NDArray[Any]:
        """All elements: floats of the number system, or an array of its objects."""
        return self._gather(name, 0)

    def magnitude(self, name: str) -> npt.NDArray[Any]:
        """The magnitudes of all elements."""
        return self._gather(name, 1)

    def node(self, root: Node, letters: Mapping[str, int] | None = None) -> Any:
        """The value of an expression over these quantities: a `Value`, or a bool."""
        return evaluate_node(root, self.environment, letters)

    def _quantity(self, name: str) -> Quantity:
        if name not in self.environment.elements:
            self.system.quantity(name)
            raise UnknownNameError(f"{name} was not evaluated")
        return self.system.quantity(name)

    def _gather(self, name: str, part: int) -> npt.NDArray[Any]:
        self._quantity(name)
        shape = self.environment.shapes[name]
        found = np.empty(shape, dtype=object)
        for place in np.ndindex(shape):
            found[place] = self.value(name, *place)[part]
        numbers = self.environment.numbers
        if numbers is FLOAT64 or numbers is FLOAT32:
            return found.astype(numbers.name)
        return found


def evaluate(
    system: EquationSystem,
    values: Mapping[str, Any],
    numbers: Numbers = FLOAT64,
    extents: Mapping[str, int] | None = None,
    *,
    only: Sequence[str] | None = None,
) -> Results:
    """Evaluate a system at given values.

    Args:
        system: a checked system.
        values: an array (or number) for each given quantity that is read. A value for a computed
            quantity replaces its equations: the quantity is then free.
        numbers: what to compute with.
        extents: symbolic extents that no array fixes.
        only: evaluate these quantities and what they need; all that have a name by default.

    Raises:
        UnknownNameError: a value is missing, or there is no such quantity.
        ShapeError: shapes and extents disagree, or an extent stays unknown.
        DTypeError, DataError: the data are not what the quantity takes.
        MathError: a value does not exist in these numbers.
        NotSupportedError: the number system, or the interpreter, cannot evaluate something.
    """
    environment = read_data(system, values, numbers, extents)
    wanted = _needed(system, values, only)
    with np.errstate(all="ignore"):
        for equation in system.equations:
            if equation.target in wanted and equation.target not in values:
                _run_equation(equation, system, environment)
    return Results(system, environment)


def evaluate_node(
    root: Node, environment: Environment, letters: Mapping[str, int] | None = None
) -> Any:
    """The value of an expression at index values: a `Value`, or a bool for a condition.

    Raises:
        MathError, NotSupportedError, ShapeError, DeclarationError: see `evaluate`.
    """
    with np.errstate(all="ignore"):
        return environment.evaluate(root, letters)


def read_data(
    system: EquationSystem,
    values: Mapping[str, Any],
    numbers: Numbers = FLOAT64,
    extents: Mapping[str, int] | None = None,
) -> Environment:
    """An environment with the given quantities and all extents; raises as `evaluate` does."""
    for name in values:
        if name not in system.quantities:
            raise UnknownNameError(
                f"a value is given for {name!r}, which the system does not have; "
                f"{suggest(name, (q.name for q in system.quantities.values() if not q.hidden))}"
            )
    arrays = {name: as_numbers(name, value) for name, value in values.items()}
    environment = Environment(numbers, _read_extents(system, arrays, dict(extents or {})))
    for name, array in arrays.items():
        environment.elements[name] = _elements(system.quantities[name], array, numbers)
    for quantity in system.quantities.values():
        sizes = [a.extent for a in quantity.axes if a.extent is not None]
        if all(name in environment.extents for e in sizes for name in e.extents):
            environment.shapes[quantity.name] = tuple(environment.index(e, {}) for e in sizes)
    return environment


# -- data ---------------------------------------------------------------------------------------


def _read_extents(
    system: EquationSystem, arrays: Mapping[str, npt.NDArray[Any]], known: dict[str, int]
) -> dict[str, int]:
    """Symbolic extents read off the shapes, checked against each other."""
    for name, value in known.items():
        if value < 1:
            raise ShapeError(f"extent {name} is {value}; at least 1 is needed")
    claims: list[tuple[IndexExpr, int, str]] = []
    for name, array in arrays.items():
        axes = system.quantities[name].axes
        if array.ndim != len(axes):
            letters = ", ".join(system.quantities[name].letters)
            raise ShapeError(
                f"{name}[{letters}] needs an array of {len(axes)} axes, got shape {array.shape}"
            )
        for axis, size in zip(axes, array.shape, strict=True):
            if size == 0:
                raise DataError(f"{name} has nothing along {axis.letter}; at least 1 is needed")
            if axis.extent is not None:
                claims.append((axis.extent, size, f"axis {axis.letter} of {name}"))
    origins = dict.fromkeys(known, "extents=")
    waiting = claims
    while waiting:
        later = [claim for claim in waiting if not _solve(claim, known, origins)]
        if len(later) == len(waiting):
            break
        waiting = later
    return known


def _solve(
    claim: tuple[IndexExpr, int, str], known: dict[str, int], origins: dict[str, str]
) -> bool:
    """Use one equality extent = size: check it, or solve it for its only unknown name."""
    extent, size, origin = claim
    open_names = [name for name in extent.extents if name not in known]
    if len(open_names) > 1:
        return False
    if not open_names:
        value = Environment(FRACTION, known).index(extent, {})
        if value != size:
            named = [f"{n} = {known[n]} from {origins[n]}" for n in extent.extents]
            reason = f" ({', '.join(named)})" if named else ""
            raise ShapeError(f"{origin} has {size} elements, {extent} = {value} are needed{reason}")
        return True
    name = open_names[0]
    at = [Environment(FRACTION, {**known, name: n}).index(extent, {}) for n in (0, 1, 2)]
    slope = at[1] - at[0]
    if slope == 0 or at[2] - at[1] != slope:
        return False
    solution, rest = divmod(size - at[0], slope)
    if rest or solution < 1:
        raise ShapeError(f"{origin} has {size} elements; no {name} makes {extent} that many")
    known[name] = solution
    origins[name] = origin
    return True


def _elements(
    quantity: Quantity, array: npt.NDArray[Any], numbers: Numbers
) -> dict[tuple[int, ...], Value]:
    found: dict[tuple[int, ...], Value] = {}
    for place in np.ndindex(array.shape):
        raw = array[place]
        if quantity.kind == "integer" and not _is_integer(raw):
            where = f"{quantity.name}[{', '.join(map(str, place))}]" if place else quantity.name
            raise DataError(f"{where} is {raw}: labels and other integers must be integers")
        value = numbers.of_data(raw)
        found[place] = Value(value, numbers.magnitude(value))
    return found


def _is_integer(value: Any) -> bool:
    return bool(value == value and abs(value) != np.inf and value == int(value))  # noqa: PLR0124


def _needed(
    system: EquationSystem, values: Mapping[str, Any], only: Sequence[str] | None
) -> dict[str, None]:
    """Names of the quantities to evaluate; every given one that they read has a value."""
    shown = (q.name for q in system.quantities.values() if not (q.given or q.hidden))
    stack = [*shown] if only is None else [*only]
    needed: dict[str, None] = {}
    while stack:
        name = stack.pop()
        if name in needed:
            continue
        needed[name] = None
        if name in values:
            continue
        if system.quantity(name).given:
            raise UnknownNameError(f"no value is given for {name}")
        for equation in system.producers.get(name, ()):
            stack.extend(quantities_read(equation.right))
    return needed


# -- equations ----------------------------------------------------------------------------------


def _run_equation(equation: Equation, system: EquationSystem, environment: Environment) -> None:
    quantity = system.quantity(equation.target)
    names = dict.fromkeys(n for a in quantity.axes if a.extent for n in a.extent.extents)
    for name in names:
        if name not in environment.extents:
            raise ShapeError(
                f"no array fixes the extent {name}; give it: extents={{{name!r}: ...}}"
            )
    shape = environment.shapes[equation.target]
    elements = environment.elements.setdefault(equation.target, {})
    for letters in _order_of_places(equation, environment):
        place = tuple(environment.index(index, letters) for index in equation.at)
        if any(not 0 <= i < n for i, n in zip(place, shape, strict=True)):
            raise ShapeError(f"{spell_place(equation)} defines {place}, outside shape {shape}")
        if place in elements:
            raise DeclarationError(f"{spell_place(equation)} defines {place} a second time")
        try:
            elements[place] = environment.evaluate(equation.right, letters)
        except MathError as error:
            at = ", ".join(f"{letter}={letters[letter]}" for letter in equation.letters)
            raise MathError(
                f"in {spell_place(equation)}{f' at {at}' if at else ''}: {error}"
            ) from None


def _order_of_places(equation: Equation, environment: Environment) -> Iterator[dict[str, int]]:
    """Index values in order of evaluation; an equation that reads ahead of itself runs back."""
    ahead: dict[str, None] = {}
    for access in accesses(equation.right):
        if access.quantity == equation.target:
            for index, own in zip(access.indices, equation.at, strict=True):
                step, letter = (index - own).as_integer, own.as_letter
                if letter is not None and step is not None and step > 0:
                    ahead[letter] = None
    places = each_place(environment, equation.ranges, {})
    if not ahead:
        return places
    return iter(sorted(places, key=lambda at: [-at[letter] for letter in ahead]))
