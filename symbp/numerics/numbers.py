"""Number systems: what the interpreter computes with, and the two of floating numbers.

`FLOAT64` and `FLOAT32` are NumPy's scalars and follow IEEE 754: inf and nan, and no warning. Exact
numbers (`FRACTION`, `MODULAR(p)`) and long ones (`MPMATH(digits)`) stand in modules of their own
and raise `MathError` where a value does not exist.

A function in a `functions` table is evaluated by that row, stably where it has a stable spelling;
all others are evaluated through their definitions.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from symbp.errors import DataError
from symbp.numerics.special import VALUES

__all__ = ["FLOAT32", "FLOAT64", "SENSITIVITY", "Numbers", "Table"]

Table = Mapping[str, Callable[..., Any]]

#: How far an error of the argument moves a value, from the argument and the value. These scale the
#: comparison of two computed numbers; nothing else may read them as derivatives.
SENSITIVITY: dict[str, Callable[[Any, Any], Any]] = {
    "exp": lambda u, f: f,
    "expm1": lambda u, f: f + 1,
    "ln": lambda u, f: 1 / u,
    "log1p": lambda u, f: 1 / (1 + u),
    "log2": lambda u, f: 2 / u,
    "log10": lambda u, f: 1 / u,
    "sqrt": lambda u, f: f / u,
    "sinh": lambda u, f: abs(f) + 1,
    "cosh": lambda u, f: f,
    "tan": lambda u, f: 1 + f * f,
    "tanh": lambda u, f: 1 - f * f,
    "sigmoid": lambda u, f: f,
    "arcsin": lambda u, f: 1 / (1 - u * u),
    "arccos": lambda u, f: 1 / (1 - u * u),
    "arccosh": lambda u, f: 1 / (u * u - 1),
    "arctanh": lambda u, f: 1 / (1 - u * u),
    "erfcx": lambda u, f: 2 * abs(u) * f + 2,
    "log_erfc": lambda u, f: 2 * abs(u) + 2,
    "selu": lambda u, f: 1.76,
}


class Numbers(ABC):
    """Arithmetic of one kind of number.

    Attributes:
        name: how messages call it.
        functions: functions with a row of their own.
        tracks: whether magnitudes are kept (residues have none).
        ordered: whether `<` has a meaning.
    """

    name: str
    functions: Table
    tracks: ClassVar[bool] = True
    ordered: ClassVar[bool] = True

    @abstractmethod
    def of(self, value: Fraction) -> Any:
        """An exact rational number."""

    @abstractmethod
    def of_data(self, value: Any) -> Any:
        """A number that the user gave."""

    @abstractmethod
    def divide(self, a: Any, b: Any) -> Any:
        """`a / b`."""

    @abstractmethod
    def power(self, a: Any, b: Any) -> Any:
        """`a ** b`."""

    @abstractmethod
    def constant(self, name: str) -> Any:
        """A mathematical constant."""

    def whole_power(self, a: Any, exponent: int) -> Any:
        """`a ** exponent` for an integer."""
        return self.power(a, self.of(Fraction(exponent)))

    def add(self, a: Any, b: Any) -> Any:
        """`a + b`."""
        return a + b

    def multiply(self, a: Any, b: Any) -> Any:
        """`a * b`."""
        return a * b

    def magnitude(self, a: Any) -> Any:
        """`|a|`."""
        return abs(a)

    def is_nan(self, a: Any) -> bool:
        """Whether a number is not one."""
        return bool(a != a)  # noqa: PLR0124

    def call(self, function: str, arguments: tuple[Any, ...]) -> Any:
        """The value of a function that has a row."""
        return self.functions[function](*arguments)

    def sensitivity(self, function: str, argument: Any, value: Any) -> Any:
        """The row of `SENSITIVITY`, 1 where there is none or it has no value."""
        row = SENSITIVITY.get(function)
        if row is None:
            return 1
        try:
            return self.magnitude(row(argument, value))
        except ZeroDivisionError:
            return 1

    def __repr__(self) -> str:
        return self.name


# -- floats -------------------------------------------------------------------------------------


def _sigmoid(z: Any) -> Any:
    """1/(1+exp(-z)) with the exponential of a negative number only: no overflow."""
    e = np.exp(-np.abs(z))
    return (1 if z >= 0 else e) / (1 + e)


def _softplus(z: Any) -> Any:
    return np.logaddexp(z * 0, z) if np.isfinite(z) else np.logaddexp(type(z)(0), z)


def _through(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of Python's floats, rounded to the type of its argument."""
    return lambda z: type(z)(function(float(z)))


_FLOAT_FUNCTIONS: Table = {
    "exp": np.exp,
    "ln": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsinh": np.arcsinh,
    "arccosh": np.arccosh,
    "arctanh": np.arctanh,
    "erf": _through(math.erf),
    "erfc": _through(math.erfc),
    "expm1": np.expm1,
    "log1p": np.log1p,
    "log2": np.log2,
    "log10": np.log10,
    "hypot": np.hypot,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "logsigmoid": lambda z: -_softplus(-z),
    **VALUES,
}


def _wide(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of float32 numbers, computed in float64 and rounded once."""
    return lambda *z: np.float32(function(*(np.float64(part) for part in z)))


class _Floats(Numbers):
    """IEEE numbers of one NumPy type; the interpreter silences the warnings around them."""

    def __init__(self, kind: Any) -> None:
        self.name = np.dtype(kind).name
        self._kind = kind
        rows = _FLOAT_FUNCTIONS.items()
        narrow = kind is np.float32
        self.functions = {name: _wide(row) if narrow else row for name, row in rows}

    def of(self, value: Fraction) -> Any:
        try:
            return self._kind(float(value))
        except OverflowError:
            return self._kind(math.inf if value > 0 else -math.inf)

    def of_data(self, value: Any) -> Any:
        try:
            return self._kind(float(value))
        except OverflowError:
            raise DataError(f"a value is too large for {self.name}") from None

    def divide(self, a: Any, b: Any) -> Any:
        return self._kind(a) / b

    def power(self, a: Any, b: Any) -> Any:
        return self._kind(np.power(a, b))

    def constant(self, name: str) -> Any:
        ends = {"inf": math.inf, "-inf": -math.inf}
        return self._kind({"pi": math.pi, "e": math.e, **ends}[name])


FLOAT64: Numbers = _Floats(np.float64)
FLOAT32: Numbers = _Floats(np.float32)
