import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbp.errors import (
    DataError,
    DeclarationError,
    LimitExceeded,
    MathError,
    NotSupportedError,
)
from symbp.numerics.exactnumbers import FRACTION, MODULAR, as_fraction

PRIME = 1_000_003


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.5, Fraction(1, 2)),
        (0.1, Fraction(0.1)),
        (2**63 + 1, Fraction(2**63 + 1)),
        (np.int64(2**53 + 1), Fraction(2**53 + 1)),
        (np.float32(0.25), Fraction(1, 4)),
        (mpmath.mpf("-1.5"), Fraction(-3, 2)),
        (mpmath.mpf(0), Fraction(0)),
        (Fraction(1, 3), Fraction(1, 3)),
        (True, Fraction(1)),
    ],
)
def test_numbers_are_taken_as_they_are(value, expected):
    assert as_fraction(value) == expected


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, mpmath.mpf("inf"), np.nan])
def test_no_exact_number(value):
    with pytest.raises(DataError, match="no exact number"):
        as_fraction(value)


def test_what_has_no_value():
    zero, one = Fraction(0), Fraction(1)
    with pytest.raises(MathError, match="division by zero"):
        FRACTION.divide(one, zero)
    with pytest.raises(MathError, match="negative power of 0"):
        FRACTION.power(zero, Fraction(-1))
    with pytest.raises(MathError, match="logarithm of 0"):
        FRACTION.call("ln", (zero,))
    with pytest.raises(MathError, match="negative number"):
        FRACTION.call("sqrt", (Fraction(-1),))


def test_what_is_no_fraction():
    for make in (
        lambda: FRACTION.call("exp", (Fraction(1),)),
        lambda: FRACTION.call("sqrt", (Fraction(2),)),
        lambda: FRACTION.power(Fraction(2), Fraction(1, 3)),
        lambda: FRACTION.constant("pi"),
    ):
        with pytest.raises(NotSupportedError):
            make()


def test_what_is_one():
    assert FRACTION.call("exp", (Fraction(0),)) == 1
    assert FRACTION.call("ln", (Fraction(1),)) == 0
    assert FRACTION.power(Fraction(4, 9), Fraction(-3, 2)) == Fraction(27, 8)
    assert FRACTION.power(Fraction(0), Fraction(0)) == 1


def test_powers_are_limited():
    with pytest.raises(LimitExceeded, match="bits"):
        FRACTION.power(Fraction(9), Fraction(9**9))
    assert FRACTION.power(Fraction(1), Fraction(9**9)) == 1


fractions = st.fractions(-50, 50, max_denominator=40)


@given(fractions, fractions, fractions)
def test_residues_follow_fractions(a, b, c):
    residues = MODULAR(PRIME)
    x, y, z = (residues.of(q) for q in (a, b, c))
    assert residues.add(residues.multiply(x, y), z) == residues.of(a * b + c)
    if b:
        assert residues.divide(x, y) == residues.of(a / b)
        assert residues.whole_power(y, -3) == residues.of(b**-3)


def test_residues_refuse():
    residues = MODULAR(7)
    assert MODULAR(7) is residues
    for make, error in [
        (lambda: residues.divide(1, 0), MathError),
        (lambda: residues.whole_power(0, -1), MathError),
        (lambda: residues.of(Fraction(1, 7)), MathError),
        (lambda: residues.power(2, 3), NotSupportedError),
        (lambda: residues.constant("pi"), NotSupportedError),
        (lambda: MODULAR(1), DeclarationError),
    ]:
        with pytest.raises(error):
            make()
    assert residues.magnitude(5) == 0
    assert not residues.ordered
