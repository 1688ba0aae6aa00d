"""The column of values: numbers at the sample point, to four decimals, results to six digits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symbp.derivations import Ledger, StepRecord
from symbp.expressions import Access, Node, Number

__all__ = ["Value", "four_decimals", "row_value", "significant"]

_DECIMALS = 4
_DIGITS = 6
_SMALL, _LARGE = 1e-3, 1e7


@dataclass(frozen=True, slots=True)
class Value:
    """A number as text, with whether it is exact, and a power of ten behind it."""

    text: str
    exact: bool
    power: int = 0


def row_value(ledger: Ledger, record: StepRecord, right: Node) -> Value | None:
    """The value of a row; None where there is no sample point, or the formula is a number."""
    if isinstance(right, Number) or not ledger.values:
        return None
    number = _look_up(ledger, record)
    if number is None:
        return None
    if record.section == "result":
        return significant(number)
    return four_decimals(number)


def _look_up(ledger: Ledger, record: StepRecord) -> Any:
    left = record.left
    if isinstance(left, Access):
        return None if left.indices else ledger.values.get(left.quantity)
    if left.of.indices or left.by.indices:
        return None
    of, by = left.of.quantity, left.by.quantity
    return ledger.values.get(f"∂{of}/∂{by}" if record.section == "local" else f"d{of}/d{by}")


def four_decimals(value: Any) -> Value:
    """A number to four decimals, very small and large ones to six digits."""
    number = float(value)
    if not math.isfinite(number):
        return Value(str(number), exact=True)
    if number and not _SMALL <= abs(number) < _LARGE:
        return significant(number)
    rounded = round(number, _DECIMALS)
    exact = abs(number - rounded) <= 4 * math.ulp(abs(number))
    text = f"{rounded:.{_DECIMALS}f}"
    return Value(text.rstrip("0").rstrip(".") if exact else text, exact)


def significant(number: Any, digits: int = _DIGITS) -> Value:
    """A number to some significant digits."""
    if isinstance(number, int | Fraction) and Fraction(number).denominator == 1:
        whole = str(int(number))
        if len(whole.lstrip("-")) <= digits:
            return Value(whole, exact=True)
    value = float(number)
    if not math.isfinite(value):
        return Value(str(value), exact=True)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    exact = abs(float(f"{value:.{digits - 1}e}") - value) <= 4 * math.ulp(abs(value))
    if -4 <= power < digits:
        text = f"{value:.{max(digits - 1 - power, 0)}f}"
        return Value(_short(text) if exact else text, exact)
    return Value(_short(mantissa) if exact else mantissa, exact, power)


def _short(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
