"""Coefficients and exponents: rational numbers, as integers wherever they are whole."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["Rational", "magnitude", "simplify_rational"]

#: Small integers are much faster than fractions, so both occur.
Rational = int | Fraction


def magnitude(value: Rational) -> Rational:
    """The absolute value."""
    return -value if value < 0 else value


def simplify_rational(value: Rational) -> Rational:
    """An integer where it is one; the exact test of the type is much faster than `isinstance`."""
    if type(value) is Fraction and value.denominator == 1:
        return value.numerator
    return value
