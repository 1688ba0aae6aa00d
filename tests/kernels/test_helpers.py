"""Helpers of emitted files: their values are the interpreter's, also where plain spellings fail."""

import warnings

import numpy as np
import pytest

from symbp.expressions import Access, Call
from symbp.functions import FUNCTIONS
from symbp.interpreter import FLOAT64, Environment, Value
from symbp.kernels.helpers import STABLE, write_helpers
from symbp.kernels.pymath import DIRECT
from symbp.numerics.special import PARTS, VALUES
from tests.kernels.running import python_module

PRELUDE = (
    'HASH = "helpers"\nimport math\nimport numba\nimport numpy as np\nREAL = np.{}\nCACHE = False\n'
    "def compiled(f): return f\n"
)
POINTS = [-1e4, -800.0, -30.0, -1.0, -1e-9, -0.0, 0.0, 1e-9, 0.3, 1.0, 30.0, 800.0, 1e4]
SPECIAL = [np.inf, -np.inf, np.nan]


def module(key, dtype="float64"):
    text = PRELUDE.format(dtype) + "\n\n".join(write_helpers({key: None}, dtype))
    return vars(python_module(text))


def helpers():
    found = []
    for name, row in FUNCTIONS.items():
        if name not in DIRECT:
            found.append((name, 3 if name in ("max", "min") else row.arity[1]))
    return found


def value(name, arguments):
    environment = Environment(FLOAT64)
    letters = [f"a{n}" for n in range(len(arguments))]
    for letter, number in zip(letters, arguments, strict=True):
        environment.elements[letter] = {(): Value(np.float64(number), abs(number))}
    return environment.evaluate(Call(name, [Access(letter) for letter in letters])).value


@pytest.mark.parametrize(("name", "arity"), helpers())
def test_values_are_the_interpreters(name, arity):
    found = module((name, arity))
    function = found[f"{name}_of_{arity}" if name in ("max", "min") else name]
    for point in (*POINTS, *SPECIAL):
        arguments = [np.float64(point), *(np.float64(0.4 * n) for n in range(1, arity))]
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got, expected = function(*arguments), value(name, arguments)
        assert got == pytest.approx(expected, rel=1e-13, abs=1e-300, nan_ok=True), point


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "logsigmoid", "gelu", "elu"])
def test_float32_stays_float32(name):
    found = module((name, FUNCTIONS[name].arity[1]), "float32")
    arguments = [np.float32(0.3)] * FUNCTIONS[name].arity[1]
    assert found[name](*arguments).dtype == np.float32


def test_zero_outweighs_the_logarithm_of_zero():
    times = module(("times_ln", 2))["times_ln"]
    assert times(0.0, 0.0) == 0
    assert times(2.0, np.e) == pytest.approx(2)
    with np.errstate(all="ignore"):
        assert times(np.float64(1), np.float64(0)) == -np.inf
        assert np.isnan(times(np.float64(0), np.float64(np.inf)))


def test_a_helper_stands_after_those_that_it_calls_and_once():
    texts = write_helpers({("mish", 1): None, ("silu", 1): None, ("softplus", 1): None}, "float64")
    names = [text.split("def ")[1].split("(")[0] for text in texts]
    assert names == ["exactly", "mish", "silu", "softplus"]
    texts = write_helpers({("gelu", 1): None, ("logsigmoid", 1): None}, "float64")
    names = [text.split("def ")[1].split("(")[0] for text in texts]
    assert names == [
        *("exactly", "product_error", "exp_product", "erfcx_right", "normal_cdf", "gelu"),
        *("softplus", "logsigmoid"),
    ]
    assert all(name in STABLE or name in {**VALUES, **PARTS} for name in names[1:])
