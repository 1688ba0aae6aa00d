import math
from fractions import Fraction

import pytest

from symbp.printers.values import Value, four_decimals, significant


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (3.0, Value("3", exact=True)),
        (2.25, Value("2.25", exact=True)),
        (math.log(9), Value("2.1972", exact=False)),
        (-0.10539922456186433, Value("-0.1054", exact=False)),
        (1 / 9, Value("0.1111", exact=False)),
        (0.1 + 0.2, Value("0.3", exact=True)),
        (0.0, Value("0", exact=True)),
        (1.25e-9, Value("1.25", exact=True, power=-9)),
        (math.pi * 1e9, Value("3.14159", exact=False, power=9)),
        (math.inf, Value("inf", exact=True)),
        (math.nan, Value("nan", exact=True)),
    ],
)
def test_four_decimals(number, value):
    assert four_decimals(number) == value


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (0.22487517854070327, Value("0.224875", exact=False)),
        (6, Value("6", exact=True)),
        (Fraction(4, 2), Value("2", exact=True)),
        (Fraction(1, 3), Value("0.333333", exact=False)),
        (123456.75, Value("123457", exact=False)),
        (1e-5, Value("1", exact=True, power=-5)),
        (999999.96, Value("1.00000", exact=False, power=6)),
    ],
)
def test_six_significant_digits(number, value):
    assert significant(number) == value
