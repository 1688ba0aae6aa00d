from fractions import Fraction

import pytest

from symbp.declarations import Builder
from symbp.errors import LimitExceeded, MathError
from symbp.expressions import Number, Power, Sum
from symbp.language.constants import Constants
from symbp.language.sources import Source
from symbp.language.text import parse_expression


def test_values_of_constant_nodes():
    constants = Constants(Source(""))
    half = constants.note(Number(1) / Number(2), 0)
    assert constants.value(half) == Fraction(1, 2)
    total = constants.note(Sum([(1, half), (-1, Number(2))]), 0)
    assert constants.value(total) == Fraction(-3, 2)
    assert constants.value(constants.note(Power(total, Number(-2)), 0)) == Fraction(4, 9)
    assert constants.value(constants.note(Power(Number(2), half), 0)) is None


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("1/0", 2),
        ("x/0", 2),
        ("x + 1/(2 - 2)", 6),
        ("0^-1", 2),
        ("1/(0*5)", 2),
        ("x/(3 - 6/2)", 2),
        ("ln(0)", 1),
        ("ln(-1)", 1),
        ("log(1 - 1, 2)", 1),
        ("sqrt(-4)", 1),
        ("log(x, 1)", 1),
        ("(-8)^(1/3)", 5),
        ("5 % 0", 3),
    ],
)
def test_what_has_no_value_is_refused_at_its_place(text, column):
    with pytest.raises(MathError, match=rf"column {column}\)"):
        parse_expression(text, Builder())


@pytest.mark.parametrize(
    "text", ["0^0", "0/5", "ln(1)", "sqrt(0)", "(-2)^3", "(-1)^(10^9)", "0^(10^9)"]
)
def test_what_has_a_value_is_read(text):
    parse_expression(text, Builder())


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9",
        "2**2**2**2**2**2",
        "10**(10**10)*x",
        "(9^9)^(9^9)",
        "2^(9^9 - 1)",
        "x^(10^10)",
        "x^-(10^10)",
        "(x + 1)^(10^6)",
        "10^4000*10^4000",
        "1e4000*1e4000",
        "2^(10^9 + 1/2)",
        "x^9^9^9",
    ],
)
def test_constant_powers_are_bounded_before_they_are_computed(text):
    with pytest.raises(LimitExceeded, match=r"limit `(digits|exponent)`"):
        parse_expression(text, Builder())
