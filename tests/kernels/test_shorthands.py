"""Shorthands: loops read like their equations, and compute what the spelled-out loops compute."""

import warnings

import mpmath
import numpy as np
import pytest

from symbp.expressions import Access, Call, Comparison, Number, Where
from symbp.functions import FUNCTIONS
from symbp.kernels import emitter
from symbp.kernels.helpers import write_helpers
from symbp.kernels.loops import Let, Program
from symbp.kernels.modules import emit_module
from symbp.kernels.naming import RESERVED
from symbp.kernels.shorthands import SHORTHANDS, shortened
from symbp.models import System
from symbp.stabilising.kept import KEPT
from tests.kernels.running import called, planned, python_module

NETWORK = """
input x[n:N, i:I]; param W[i, j:J], V[j]; target y[n]
a[n,j] = sum(i, x[n,i]*W[i,j])
h[n,j] = {}(a[n,j])
o[n] = {}(sum(j, h[n,j]*V[j]))
L = sum(n, (o[n] - y[n])^2)/2
"""
POINTS = [*np.linspace(-3, 3, 61), *(s * 10.0**e for e in range(-12, 4) for s in (1, -1))]


def body(text):
    """The compiled part of a file."""
    return text[text.index("# -- compiled") : text.index("# -- what comes")]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("functions", [("tanh", "sigmoid"), ("sigmoid", "tanh")])
def test_loops_call_what_the_file_defines_once(functions, dtype):
    text = emit_module(planned(NETWORK.format(*functions), wrt=("W", "V")), dtype).text
    for name in SHORTHANDS:
        assert text.count(f"def {name}(") == 1
        assert f"{name}(" in body(text)
    assert " if " not in body(text)
    assert "np.tanh" not in body(text)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("functions", [("tanh", "sigmoid"), ("sigmoid", "tanh")])
def test_the_values_are_those_of_the_spelled_out_loops(monkeypatch, functions, dtype):
    plan = planned(NETWORK.format(*functions), wrt=("W", "V"))
    files = [emit_module(plan, dtype).text]
    monkeypatch.setattr(emitter, "shortened", lambda program: program)
    files.append(emit_module(plan, dtype).text)
    assert "def tanh_(" not in files[1]
    for scale in (1e-9, 1.0, 30.0, 1e4, 1e300 if dtype == "float64" else 1e30):
        draws = np.random.default_rng(3)
        shapes = {"x": (5, 2), "W": (2, 3), "V": (3,), "y": (5,)}
        values = {n: draws.normal(size=s) * (scale if n == "x" else 1) for n, s in shapes.items()}
        one, other = (called(python_module(f), "loss_and_gradient", values, {}) for f in files)
        assert one[0] == other[0]
        for name, array in one[1].items():
            assert np.array_equal(array, other[1][name], equal_nan=True)


def helpers(dtype="float64"):
    head = (
        'HASH = "h"\nimport math\nimport numba\nimport numpy as np\nREAL = np.{}\nCACHE = False\n'
    )
    head = head.format(dtype) + "def compiled(f): return f\n"
    used = {(name, len(row.letters)): None for name, row in SHORTHANDS.items()}
    return vars(python_module(head + "\n\n".join(write_helpers(used, dtype))))


def units(found, exact, kind):
    """How far a number is from the exact one, in units in its last place."""
    return abs((mpmath.mpf(float(found)) - exact) / float(np.spacing(kind(abs(float(exact))))))


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_values_and_differences_are_as_close_as_the_docstrings_say(kind):
    found = helpers(kind.__name__)
    with mpmath.workdps(60), np.errstate(under="ignore"):
        for point in POINTS:
            z = kind(point)
            exact = mpmath.mpf(float(z))
            e = np.exp(-abs(z))
            sigmoid = 1 / (1 + mpmath.exp(-exact))
            if abs(float(sigmoid)) > 1e-30:
                h = found["sigmoid_"](z, e)
                assert units(h, sigmoid, kind) <= 3
                if h > 0.5 and 1 - sigmoid > 1e-30:
                    assert units(found["one_minus_sigmoid"](h, e), 1 - sigmoid, kind) <= 4
            e = found["tanh_exp"](z)
            h = found["tanh_"](z, e)
            assert h.dtype == kind
            assert units(h, mpmath.tanh(exact), kind) <= 3
            if h**2 > 0.5 and mpmath.sech(exact) ** 2 > 1e-30:
                slope = found["one_minus_tanh_squared"](h, e)
                assert units(slope, mpmath.sech(exact) ** 2, kind) <= 4


def test_nan_stays_nan():
    found = helpers()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        e = found["tanh_exp"](np.float64("nan"))
        assert np.isnan(found["tanh_"](np.float64("nan"), e))
        assert np.isnan(found["one_minus_tanh_squared"](np.float64("nan"), e))
        assert np.isnan(found["sigmoid_"](np.float64("nan"), np.float64("nan")))


def value(node):
    (made,) = shortened(Program("p", (), (Let("·v", node),))).body
    return made.value


Z, E, A = Access("q"), Access("r"), Access("s")


def test_a_part_of_an_expression_is_shortened():
    spelled = Call("exp", (KEPT["sigmoid"].value(Z * Z, E),))
    assert value(spelled) == Call("exp", (Call("sigmoid_", (Z * Z, E)),))


def test_what_only_looks_alike_is_left():
    half = Number(1) / Number(2)
    alike = [
        Where(Comparison(">=", Z, Number(0)), Number(1), E) / (Number(1) + A),
        Where(Comparison(">", Z, Number(0)), Number(1), E) / (Number(1) + E),
        Where(Comparison("<=", E, half), Number(1) - A, E * Z),
        Where(Comparison("<=", Z, Number(0)), Z, E),
    ]
    for node in alike:
        assert value(node) is node


def test_no_quantity_takes_the_name_of_a_helper():
    assert RESERVED.issuperset(SHORTHANDS)
    assert not set(SHORTHANDS) & set(FUNCTIONS)
    text = "input x[n:N]; param tanh_, tanh_exp; L = sum(n, tanh(tanh_*x[n] + tanh_exp)^2)"
    kernel = System(text).compile()
    values = {"x": np.array([0.5, -2.0]), "tanh_": 1.5, "tanh_exp": 0.25}
    assert kernel.loss(**values) == pytest.approx(np.sum(np.tanh([1.0, -2.75]) ** 2), rel=1e-14)
