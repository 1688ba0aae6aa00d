import math
import warnings
from fractions import Fraction

import numpy as np
import pytest

from symbp.errors import DataError
from symbp.functions import FUNCTIONS
from symbp.numerics.numbers import FLOAT32, FLOAT64, SENSITIVITY

#: Functions of one argument that have a value at 1/2.
ONE = [
    n for n in FLOAT64.functions if FUNCTIONS[n].arity[1] == 1 and n not in ("arccosh", "log1mexp")
]
BOTH = pytest.mark.parametrize("numbers", [FLOAT64, FLOAT32], ids=str)


@BOTH
def test_numbers_keep_their_type(numbers):
    kind = np.dtype(numbers.name).type
    half = numbers.of(Fraction(1, 2))
    for value in (
        half,
        numbers.of_data(3),
        numbers.of_data(np.int64(3)),
        numbers.of_data(True),
        numbers.divide(half, half),
        numbers.power(half, half),
        numbers.whole_power(half, -3),
        numbers.constant("pi"),
        *(numbers.call(name, (half,)) for name in ONE),
    ):
        assert type(value) is kind


@BOTH
def test_ieee_rules(numbers):
    one, zero = numbers.of(Fraction(1)), numbers.of(Fraction(0))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert numbers.divide(one, zero) == math.inf
        assert numbers.is_nan(numbers.divide(zero, zero))
        assert numbers.call("ln", (zero,)) == -math.inf
        assert numbers.is_nan(numbers.call("ln", (-one,)))
        assert numbers.call("exp", (numbers.of(Fraction(10**6)),)) == math.inf
        assert numbers.is_nan(numbers.power(-one, numbers.of(Fraction(1, 2))))
        assert numbers.power(zero, zero) == 1
        assert numbers.is_nan(numbers.call("softplus", (numbers.of_data(math.nan),)))
        assert numbers.call("softplus", (numbers.of_data(math.inf),)) == math.inf
        assert numbers.call("sigmoid", (numbers.of_data(-math.inf),)) == 0


def test_values_that_do_not_fit():
    assert FLOAT64.of(Fraction(10) ** 400) == math.inf
    with pytest.raises(DataError, match="too large for float64"):
        FLOAT64.of_data(10**400)


@pytest.mark.parametrize("name", ONE)
def test_sensitivities_bound_the_difference_quotient(name):
    point = np.float64(0.37)
    step = 1e-6
    ends = (point + step, point - step)
    values = [FLOAT64.call(name, (end,)) for end in ends]
    slope = abs(values[0] - values[1]) / (2 * step)
    bound = FLOAT64.sensitivity(name, point, FLOAT64.call(name, (point,)))
    assert bound >= slope * 0.999 or name in ("mish", "gelu", "silu")
    assert bound <= 4 * slope + 1


def test_a_sensitivity_without_a_value_is_one():
    assert FLOAT64.sensitivity("sin", 0.0, 0.0) == 1
    assert {"exp", "ln", "sqrt", "tanh"} <= set(SENSITIVITY)
