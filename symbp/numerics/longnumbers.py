"""Long floating numbers, by mpmath: as many digits as wanted.

A value that is not real, or not finite where its argument is, raises `MathError`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from numbers import Integral
from typing import Any

import mpmath

from symbp.errors import DeclarationError, LimitExceeded, MathError
from symbp.functions import SELU_ALPHA, SELU_SCALE
from symbp.numerics.numbers import Numbers, Table

__all__ = ["MPMATH"]

#: Largest argument of exp, and largest binary exponent of a power.
MAX_EXPONENT = 10**12
#: Largest binary exponent of the argument of a function that does not grow slowly.
MAX_ARGUMENT_EXPONENT = 10_000
#: Largest binary exponent of the argument of erfc.
MAX_ERFC_EXPONENT = 300
_SLOW = ("ln", "sqrt", "log1p", "arctan", "arcsinh", "arccosh")


class _LongFloats(Numbers):
    """mpmath's numbers in a context of their own."""

    def __init__(self, digits: int) -> None:
        self.name = f"numbers of {digits} digits"
        self._context = mpmath.MPContext()
        self._context.dps = digits
        self.functions = self._table()

    def _table(self) -> Table:
        mp = self._context
        names = (
            "sin",
            "cos",
            "tan",
            "erf",
            "erfc",
            "expm1",
            "log1p",
            "sinh",
            "cosh",
            "tanh",
            "sqrt",
        )
        table: dict[str, Callable[..., Any]] = {name: getattr(mp, name) for name in names}
        inverse = ("sin", "cos", "tan", "sinh", "cosh", "tanh")
        table.update({f"arc{name}": getattr(mp, f"a{name}") for name in inverse})
        table["exp"] = self._exp
        table["ln"] = self._ln
        table["erf"] = self._erf
        table["erfc"] = lambda z: 1 - self._erf(z) if z < 0 else self._erfc(z)
        table["softplus"] = self._softplus
        table["logsigmoid"] = lambda z: -self._softplus(-z)
        table.update(self._special())
        return {name: self._real(name, function) for name, function in table.items()}

    def _special(self) -> dict[str, Callable[..., Any]]:
        """Functions whose definitions cancel: in spellings that do not."""
        mp = self._context
        scale, alpha = self.of(SELU_SCALE.value), self.of(SELU_ALPHA.value)

        def normal(z: Any) -> Any:
            x = -z / mp.sqrt(2)
            return (1 - self._erf(x) if x < 0 else self._erfc(x)) / 2

        def gate(z: Any) -> Any:
            u = mp.sqrt(8 / mp.pi) * (z + self.of(Fraction("0.044715")) * z**3)
            return z / (1 + self._exp(-u)) if z > 0 else z * self._exp(u) / (1 + self._exp(u))

        return {
            "erfcx_bend": self._bend,
            "log1mexp": lambda u: self._ln(-mp.expm1(u)),
            "lncosh": lambda x: mp.log1p(2 * mp.sinh(x / 2) ** 2),
            "log_erfc": lambda x: mp.log1p(-self._erf(x)) if x < 1 else self._ln(self._erfc(x)),
            "normal_cdf": normal,
            "gelu": lambda z: z * normal(z),
            "gelu_tanh": gate,
            "elu": lambda z, a: a * mp.expm1(z) if z <= 0 else z,
            "selu": lambda z: scale * (alpha * mp.expm1(z) if z <= 0 else z),
        }

    def _real(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def value(argument: Any, *more: Any) -> Any:
            if name not in _SLOW and self._exponent(argument) > MAX_ARGUMENT_EXPONENT:
                raise LimitExceeded(f"{name} of a number beyond 2^{MAX_ARGUMENT_EXPONENT}")
            found = function(argument, *more)
            if hasattr(found, "_mpc_"):
                raise MathError(f"{name}({self._context.nstr(argument, 8)}) is not real")
            return found

        return value

    def _exponent(self, z: Any) -> int:
        """The binary exponent of a number; 0 for 0, inf and nan."""
        return int(self._context.mag(z)) if z and self._context.isfinite(z) else 0

    def _exp(self, z: Any) -> Any:
        if self._context.isfinite(z) and abs(z) > MAX_EXPONENT:
            raise LimitExceeded(f"exp of a number beyond {MAX_EXPONENT:.0e}")
        return self._context.exp(z)

    def _ln(self, z: Any) -> Any:
        if z <= 0:
            raise MathError(f"logarithm of {self._context.nstr(z, 8)}")
        return self._context.ln(z)

    def _erf(self, z: Any) -> Any:
        """It is 1 to any number of digits where erfc cannot be written down."""
        if self._exponent(z) > MAX_ERFC_EXPONENT:
            return self._context.sign(z)
        return self._context.erf(z)

    def _erfc(self, z: Any) -> Any:
        if self._exponent(z) > MAX_ERFC_EXPONENT:
            raise LimitExceeded(f"erfc of a number beyond 2^{MAX_ERFC_EXPONENT}")
        return self._context.erfc(z)

    def _bend(self, x: Any) -> Any:
        """(1/sqrt(pi) - x erfcx(x))/erfcx(x)^2; the terms above the bar cancel for large x."""
        mp = self._context
        size = max(self._exponent(x), 0)
        if x > 0 and size > 2 * mp.prec:
            return mp.sqrt(mp.pi) / 2
        with mp.workprec(mp.prec + 4 * size + 20):
            scaled = mp.exp(x * x) * (1 - self._erf(x) if x < 0 else self._erfc(x))
            found = (1 / mp.sqrt(mp.pi) - x * scaled) / scaled**2
        return +found

    def _softplus(self, z: Any) -> Any:
        return max(z, 0) + self._context.log1p(self._exp(-abs(z)))

    def of(self, value: Fraction) -> Any:
        return self._context.mpf(value.numerator) / value.denominator

    def of_data(self, value: Any) -> Any:
        if isinstance(value, Fraction):
            return self.of(value)
        if isinstance(value, Integral):
            return self._context.mpf(int(value))
        return self._context.mpf(value if hasattr(value, "_mpf_") else float(value))

    def divide(self, a: Any, b: Any) -> Any:
        if not b:
            raise MathError("division by zero")
        return a / b

    def power(self, a: Any, b: Any) -> Any:
        if not a and b < 0:
            raise MathError("division by zero: a negative power of 0")
        if self._context.isfinite(b) and abs(b) * abs(self._exponent(a)) > MAX_EXPONENT:
            raise LimitExceeded(f"a power beyond 2^{MAX_EXPONENT}")
        found = a**b
        if hasattr(found, "_mpc_"):
            raise MathError(f"{self._context.nstr(a, 8)}^{self._context.nstr(b, 8)} is not real")
        return found

    def constant(self, name: str) -> Any:
        if name in ("inf", "-inf"):
            return self._context.mpf(name)
        return +getattr(self._context, name)


@cache
def MPMATH(digits: int) -> Numbers:  # noqa: N802
    """Floating numbers of that many decimal digits."""
    if not 1 <= digits <= 100_000:
        raise DeclarationError(f"{digits} digits: give a number from 1 to 100000")
    return _LongFloats(digits)
