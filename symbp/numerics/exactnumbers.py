"""Exact numbers: fractions, and residues modulo a prime.

Both refuse functions whose values they do not have (`NotSupportedError`), and raise `MathError` for
values that do not exist.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from numbers import Integral
from types import MappingProxyType
from typing import Any

from symbp.errors import DataError, DeclarationError, LimitExceeded, MathError, NotSupportedError
from symbp.numerics.numbers import Numbers

__all__ = ["FRACTION", "MODULAR", "as_fraction"]

#: Largest exact power, in bits.
MAX_EXACT_BITS = 1_000_000
_ZERO, _ONE = Fraction(0), Fraction(1)
#: Where a function has a value that is plainly rational.
_EXACT_VALUES: dict[str, dict[Fraction, Fraction]] = {
    **{name: {_ZERO: _ZERO} for name in ("sin", "tan", "arcsin", "arctan", "erf", "arcsinh")},
    **{name: {_ZERO: _ONE} for name in ("exp", "cos", "erfc")},
    "arctanh": {_ZERO: _ZERO},
    "ln": {_ONE: _ZERO},
    "arccosh": {_ONE: _ZERO},
}


def as_fraction(value: Any) -> Fraction:
    """A finite number of any kind as the fraction that it is.

    Raises:
        DataError: it is NaN or infinite.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, Integral):
        return Fraction(int(value))
    parts = getattr(value, "_mpf_", None)
    if parts is not None and (parts[1] or not parts[2]):
        sign, digits, exponent, _ = parts
        size = Fraction(int(digits)) * Fraction(2) ** int(exponent)
        return -size if sign else size
    number = float(value)
    if not math.isfinite(number):
        raise DataError(f"{number} is no exact number")
    return Fraction(number)


def _exact_root(value: Fraction) -> Fraction:
    if value < 0:
        raise MathError(f"square root of the negative number {value}")
    above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if above * above != value.numerator or below * below != value.denominator:
        raise NotSupportedError(f"sqrt({value}) is no fraction; use MPMATH(digits)")
    return Fraction(above, below)


def _exact_call(function: str) -> Callable[[Fraction], Fraction]:
    def value(argument: Fraction) -> Fraction:
        if function == "ln" and argument <= 0:
            raise MathError(f"logarithm of {argument}")
        known = _EXACT_VALUES[function].get(argument)
        if known is None:
            raise NotSupportedError(f"{function}({argument}) is no fraction; use MPMATH(digits)")
        return known

    return value


class _Fractions(Numbers):
    """Exact rational numbers."""

    name = "fractions"
    functions = MappingProxyType(
        {**{f: _exact_call(f) for f in _EXACT_VALUES}, "sqrt": _exact_root}
    )

    def of(self, value: Fraction) -> Any:
        return value

    def of_data(self, value: Any) -> Any:
        return as_fraction(value)

    def divide(self, a: Any, b: Any) -> Any:
        if not b:
            raise MathError("division by zero")
        return a / b

    def power(self, a: Any, b: Any) -> Any:
        if b.denominator == 2:
            return self.power(_exact_root(a), Fraction(b.numerator))
        if b.denominator != 1:
            raise NotSupportedError(f"{a}^({b}) is no fraction; use MPMATH(digits)")
        if not a and b < 0:
            raise MathError("division by zero: a negative power of 0")
        bits = max(abs(a.numerator), a.denominator).bit_length() - 1
        if bits * abs(b) > MAX_EXACT_BITS:
            raise LimitExceeded(f"a power of more than {MAX_EXACT_BITS} bits; use MPMATH(digits)")
        return a ** int(b)

    def constant(self, name: str) -> Any:
        raise NotSupportedError(f"{name} is no fraction; use MPMATH(digits)")


FRACTION: Numbers = _Fractions()


class _Residues(Numbers):
    """Integers modulo a prime: they tell rational functions apart, fast and exactly."""

    functions = MappingProxyType({})
    tracks = False
    ordered = False

    def __init__(self, prime: int) -> None:
        self.name = f"integers modulo {prime}"
        self._prime = prime

    def of(self, value: Fraction) -> Any:
        return self.divide(value.numerator % self._prime, value.denominator % self._prime)

    def of_data(self, value: Any) -> Any:
        return self.of(as_fraction(value))

    def add(self, a: Any, b: Any) -> Any:
        return (a + b) % self._prime

    def multiply(self, a: Any, b: Any) -> Any:
        return a * b % self._prime

    def divide(self, a: Any, b: Any) -> Any:
        if not b:
            raise MathError(f"division by zero modulo {self._prime}")
        return a * pow(b, -1, self._prime) % self._prime

    def power(self, a: Any, b: Any) -> Any:
        del a, b
        raise NotSupportedError("only whole powers have a value modulo a prime")

    def whole_power(self, a: Any, exponent: int) -> Any:
        if exponent < 0 and not a:
            raise MathError(f"division by zero modulo {self._prime}")
        return pow(a, exponent, self._prime)

    def magnitude(self, a: Any) -> Any:
        del a
        return 0

    def constant(self, name: str) -> Any:
        raise NotSupportedError(f"{name} has no value modulo a prime")


@cache
def MODULAR(prime: int) -> Numbers:  # noqa: N802
    """The integers modulo a prime (which is not tested; division says so where it is none)."""
    if prime < 2:
        raise DeclarationError(f"{prime} is no prime")
    return _Residues(prime)
