"""Special functions: a few units in the last place, in float64 as run and in float32 as emitted."""

from __future__ import annotations

import math
import warnings

import mpmath
import numpy as np
import pytest

from symbp.expressions import Access, Call
from symbp.functions import FUNCTIONS, define
from symbp.kernels.helpers import write_helpers
from symbp.numerics.accuracy import ulps
from symbp.numerics.numbers import FLOAT32, FLOAT64
from symbp.numerics.special import CONSTANTS, PARTS, VALUES
from tests.kernels.running import python_module

#: Value in mpmath, arguments made of one number, and where that number lies.
CASES = {
    "exp_product": (lambda z: mpmath.exp(-z * z / 2), lambda z: (-z / 2, z), (-37, 37)),
    "erfcx": (lambda x: mpmath.exp(x * x) * mpmath.erfc(x), lambda x: (x,), (-9, 60)),
    "erfcx_bend": (
        lambda x: (
            (1 / mpmath.sqrt(mpmath.pi) - x * mpmath.exp(x * x) * mpmath.erfc(x))
            / (mpmath.exp(x * x) * mpmath.erfc(x)) ** 2
        ),
        lambda x: (x,),
        (-9, 60),
    ),
    "log_erfc": (lambda x: mpmath.log(mpmath.erfc(x)), lambda x: (x,), (-5, 60)),
    "normal_cdf": (lambda z: mpmath.erfc(-z / mpmath.sqrt(2)) / 2, lambda z: (z,), (-38, 9)),
    "gelu": (lambda z: z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2, lambda z: (z,), (-38.4, 50)),
    "silu": (lambda z: z / (1 + mpmath.exp(-z)), lambda z: (z,), (-745, 50)),
    "mish": (
        lambda z: (
            z * mpmath.exp(z) * (2 + mpmath.exp(z)) / (2 + mpmath.exp(z) * (2 + mpmath.exp(z)))
        ),
        lambda z: (z,),
        (-745, 50),
    ),
    "exp_gate": (
        lambda z: mpmath.exp(-mpmath.sqrt(8 / mpmath.pi) * (z + mpmath.mpf("0.044715") * z**3)),
        lambda z: (z * 0 - 1, z),
        (0, 20),
    ),
    "gelu_tanh": (
        lambda z: (
            z / (1 + mpmath.exp(-mpmath.sqrt(8 / mpmath.pi) * (z + mpmath.mpf("0.044715") * z**3)))
        ),
        lambda z: (z,),
        (-21, 20),
    ),
    "elu": (mpmath.expm1, lambda z: (z, z * 0 + 1), (-50, 0)),
    "selu": (
        lambda z: (
            mpmath.mpf("1.0507009873554804934")
            * mpmath.mpf("1.67326324235437728482")
            * mpmath.expm1(z)
        ),
        lambda z: (z,),
        (-50, 0),
    ),
    "log1mexp": (lambda u: mpmath.log1p(-mpmath.exp(u)), lambda u: (u,), (-60, -1e-9)),
    "lncosh": (lambda x: mpmath.log1p(2 * mpmath.sinh(x / 2) ** 2), lambda x: (x,), (-90, 90)),
}


def sizes(low, high, kind):
    rng = np.random.default_rng(3)
    near = 10.0 ** rng.uniform(-12, 1, 150) * np.where(rng.random(150) < 0.5, -1, 1)
    found = np.concatenate([rng.uniform(low, high, 150), near]).astype(kind)
    return found[(found >= low) & (found <= high)]


def worst(function, name, kind, numbers):
    exact, arguments, (low, high) = CASES[name]
    off = 0.0
    with np.errstate(all="ignore"), mpmath.workdps(60), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for z in sizes(low, high, kind):
            found = function(*(kind(a) for a in arguments(z)))
            off = max(off, ulps(found, exact(mpmath.mpf(float(z))), numbers))
    return off


def test_every_value_is_a_row_and_is_measured():
    assert set(VALUES) == set(CASES) <= set(FUNCTIONS)
    assert not set(PARTS) & set(FUNCTIONS)


@pytest.mark.parametrize("name", CASES)
def test_values_are_accurate(name):
    assert worst(VALUES[name], name, np.float64, FLOAT64) <= 4


@pytest.mark.parametrize("name", CASES)
def test_emitted_values_in_float32_are_accurate_and_float32(name):
    key = (name, VALUES[name].__code__.co_argcount)
    lines = [
        'HASH = "x"',
        "import numba",
        "CACHE = False",
        "import math",
        "import numpy as np",
        "REAL = np.float32",
    ]
    head = "\n".join([*lines, "def compiled(f): return f", ""])
    found = vars(python_module(head + "\n\n".join(write_helpers({key: None}, "float32"))))[name]
    assert worst(found, name, np.float32, FLOAT32) <= 4
    with np.errstate(all="ignore"):
        arguments = [np.float32(-0.3)] * key[1]
        assert found(*arguments).dtype == np.float32


@pytest.mark.parametrize(
    "name", sorted(set(VALUES) - {"log1mexp", "erfcx", "erfcx_bend", "log_erfc", "exp_gate"})
)
def test_finite_arguments_have_finite_values(name):
    count = VALUES[name].__code__.co_argcount
    with np.errstate(all="ignore"):
        for size in (0.0, 5e-324, 1e-310, 40.0, 800.0, 1e4, 1e160, 1.7e308):
            for z in (np.float64(size), np.float64(-size)):
                arguments = (
                    (-z, z) if name == "exp_product" else (z, *[np.float64(1)] * (count - 1))
                )
                assert np.isfinite(VALUES[name](*arguments)), (name, z)


def test_nan_stays_nan():
    with np.errstate(all="ignore"):
        for name, function in VALUES.items():
            count = function.__code__.co_argcount
            assert math.isnan(function(*[np.float64("nan")] * count)), name


def test_products_are_exact_with_their_error():
    rng = np.random.default_rng(0)
    for a, b in rng.uniform(-1e6, 1e6, (200, 2)):
        exact = mpmath.mpf(a) * mpmath.mpf(b)
        with mpmath.workdps(60):
            exact = mpmath.mpf(float(a)) * mpmath.mpf(float(b))
            assert exact == mpmath.mpf(float(a * b)) + mpmath.mpf(
                float(PARTS["product_error"](a, b, a * b))
            )


def test_the_error_of_a_sum_is_exact():
    rng = np.random.default_rng(5)
    for a, b in 10.0 ** rng.uniform(-8, 8, (200, 2)) * rng.choice([-1, 1], (200, 2)):
        rest = PARTS["sum_error"](a, b, a + b)
        exact = mpmath.fadd(float(a), float(b), exact=True)
        assert mpmath.fadd(float(a + b), float(rest), exact=True) == exact


def test_a_rest_that_has_overflowed_is_left_out():
    settled = PARTS["settled"]
    assert settled(1.0, 2.0**-40) == 1 + 2.0**-40
    assert settled(3.0, np.nan) == settled(3.0, np.inf) == settled(3.0, -np.inf) == 3.0


def test_constants_of_a_type_are_numbers_of_that_type():
    for dtype, row in CONSTANTS.items():
        for value in row.values():
            assert float(np.dtype(dtype).type(value)) == value or dtype == "float32"
        with mpmath.workdps(40):
            whole = mpmath.mpf(row["ROOT_HALF"]) + mpmath.mpf(row["ROOT_HALF_REST"])
            digits = {"float64": 30, "float32": 13}[dtype]
            assert abs(whole - mpmath.sqrt(mpmath.mpf(1) / 2)) < mpmath.mpf(10) ** -digits


def test_values_are_those_of_the_definitions():
    for name in VALUES:
        count = VALUES[name].__code__.co_argcount
        definition = define(Call(name, [Access(f"a{n}") for n in range(count)]))
        assert definition is not None
