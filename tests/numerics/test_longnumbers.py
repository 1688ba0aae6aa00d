from fractions import Fraction

import mpmath
import numpy as np
import pytest

from symbp.errors import DeclarationError, LimitExceeded, MathError
from symbp.numerics.longnumbers import MPMATH

LONG = MPMATH(50)


def near(a, b):
    with mpmath.workdps(60):
        return abs(mpmath.mpf(a) - mpmath.mpf(b)) < mpmath.mpf(10) ** -48 * (1 + abs(b))


def test_digits():
    third = LONG.of(Fraction(1, 3))
    with mpmath.workdps(60):
        assert near(third, mpmath.mpf(1) / 3)
        assert near(LONG.constant("pi"), mpmath.pi)
        assert near(LONG.call("exp", (LONG.of(Fraction(1)),)), mpmath.e)
    assert mpmath.mp.dps == 15


def test_data_of_all_kinds():
    for value in (2, np.int64(2), 2.0, np.float32(2), Fraction(2), mpmath.mpf(2), True + 1):
        assert LONG.of_data(value) == 2
    assert LONG.of_data(2**200 + 1) == LONG.of(Fraction(2**200 + 1))


@pytest.mark.parametrize(
    ("function", "argument", "text"),
    [
        ("ln", 0, "logarithm of 0"),
        ("ln", -1, "logarithm of -1"),
        ("sqrt", -1, "not real"),
        ("arcsin", 2, "not real"),
        ("arccosh", 0, "not real"),
    ],
)
def test_what_has_no_value(function, argument, text):
    with pytest.raises(MathError, match=text):
        LONG.call(function, (LONG.of(Fraction(argument)),))


def test_division_and_powers_without_a_value():
    zero, minus, half = (LONG.of(Fraction(q)) for q in ("0", "-1", "1/2"))
    with pytest.raises(MathError, match="division by zero"):
        LONG.divide(half, zero)
    with pytest.raises(MathError, match="negative power of 0"):
        LONG.power(zero, minus)
    with pytest.raises(MathError, match="not real"):
        LONG.power(minus, half)
    assert LONG.power(zero, zero) == 1


def test_stable_rows():
    for z in (-200, 0, 200):
        value = LONG.call("softplus", (LONG.of(Fraction(z)),))
        with mpmath.workdps(250):
            expected = mpmath.log(1 + mpmath.exp(z))
            assert abs(value / expected - 1) < mpmath.mpf(10) ** -48
    assert LONG.call("logsigmoid", (LONG.of(Fraction(-500)),)) == -500


def test_nan_passes_through():
    nan = LONG.of_data(float("nan"))
    assert LONG.is_nan(LONG.call("exp", (nan,)))
    assert LONG.is_nan(LONG.call("ln", (nan,)))
    assert LONG.is_nan(LONG.divide(nan, LONG.of(Fraction(2))))


def test_exponents_are_limited():
    with pytest.raises(LimitExceeded):
        LONG.call("exp", (LONG.of(Fraction(10) ** 30),))


def test_number_of_digits():
    assert MPMATH(50) is LONG
    assert repr(LONG) == "numbers of 50 digits"
    with pytest.raises(DeclarationError):
        MPMATH(0)


def test_towers_are_refused_at_once():
    nine = LONG.of(Fraction(9))
    tower = LONG.power(nine, LONG.power(nine, nine))
    assert tower > 10**9
    with pytest.raises(LimitExceeded):
        LONG.power(nine, tower)
    for function in ("sin", "tanh", "erfc", "sinh", "exp"):
        with pytest.raises(LimitExceeded):
            LONG.call(function, (tower,))
    assert LONG.call("ln", (tower,)) < 10**9
