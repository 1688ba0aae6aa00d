"""Forms that carry their roundings, as functions of an emitted file."""

from __future__ import annotations

import numpy as np
import pytest

import symbp as sb
from symbp.expressions import Access, Call, Number, Power, Product, substitute
from symbp.indices import IndexExpr
from symbp.kernels.carried import carried_shape
from symbp.kernels.helpers import write_helpers
from symbp.kernels.naming import Namer
from symbp.kernels.pymath import Writer
from symbp.numerics.accuracy import Tape
from symbp.numerics.carrying import CARRIED, KEPT, Steps, mark
from symbp.numerics.numbers import FLOAT32, FLOAT64
from symbp.stabilising.carries import with_rests
from tests.kernels.running import python_module
from tests.shorthand import read_node

Z = Access("z")
PRELUDE = (
    'HASH = "carried"\nimport math\nimport numba\nimport numpy as np\nREAL = np.{}\nCACHE = False\n'
    "def compiled(f): return f\n"
)
FORMS = (
    "z*exp(-abs(z))*(2 + exp(-abs(z)))/(1 + exp(-abs(z)))^3",
    "2*(z - 1/3)^3/(1 + z)^4",
    "1/(1 + z^2)/(1 + z^2)/(2 + z^2)",
    "(0.1*z - (z + 0.7)^3)/(z^2 + 1/7)",
    "-(sqrt(2/pi)*z + 1)^3/((pi - z)*(1 + z))",
)


def marked(text):
    """Every step that has a name of its own kept, for the sake of the test."""
    form = read_node(text)
    rows = Steps(form).rows
    return Call(CARRIED, (mark(form, frozenset(r.node for r in rows if r.kind != "value")), Z))


def text_of(call, dtype):
    writer = Writer(Namer(()), dtype)
    line = writer.write(call)
    return line, "\n\n".join(write_helpers(writer.used, dtype))


def compiled_value(call, dtype):
    line, helpers = text_of(call, dtype)
    text = f"{PRELUDE.format(dtype)}{helpers}\ndef value(z): return {line}\n"
    return vars(python_module(text))["value"]


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_values_are_the_interpreters(text, dtype):
    kind, numbers = (np.float64, FLOAT64) if dtype == "float64" else (np.float32, FLOAT32)
    close = {np.float64: 1e-15, np.float32: 5e-7}[kind]  # exp of float32 is not the interpreter's
    for call in (marked(text), Call(CARRIED, (read_node(text), Z))):
        found, tape = compiled_value(call, dtype), Tape(call, [Z], numbers)
        for z in np.random.default_rng(1).uniform(-3, 3, 40).astype(kind):
            with np.errstate(all="ignore"):
                assert found(z) == pytest.approx(tape.value([z]), rel=close)
                assert found(z).dtype == kind


def test_equal_shapes_share_one_function():
    writer = Writer(Namer(()), "float64")
    form = with_rests(read_node(FORMS[0]))[0]
    seats = [Access("x", [IndexExpr.letter("n")]), Access("compute_carried_1")]
    lines = [writer.write(substitute(form, nodes={Z: seat})) for seat in seats]
    assert lines == ["compute_carried_1(x[n])", "compute_carried_1(q_compute_carried_1)"]
    other = writer.write(with_rests(read_node(FORMS[2]))[0])
    assert other == "compute_carried_2(z)"


def test_a_step_that_is_used_once_stands_where_it_is_used():
    form = Product([Number(2)], [Power(Call(KEPT, (Number(1) + Call("exp", (Z,)),)), Number(2))])
    text = text_of(Call(CARRIED, (form, Z)), "float64")[1]
    assert text.splitlines()[-7:] == [
        '    """2/(1 + exp(z))^2, with what rounding takes from some steps."""',
        "    f1 = np.exp(z)",
        "    s1 = 1.0 + f1",
        "    s1_rest = sum_error(1.0, f1, s1)",
        "    p1 = s1*s1",
        "    p1_rest = s1_rest*s1 + s1_rest*s1",
        "    return 2.0/settled(p1, p1_rest)",
    ]


def test_accesses_besides_the_variable_are_arguments_too():
    shape, arguments = carried_shape(Call(CARRIED, (read_node("z*shared + shared^2"), Z)))
    assert arguments == [Z, Access("shared")]
    assert shape == Call(CARRIED, (read_node("z*a + a^2"), Z, Access("a")))


def test_a_variable_that_is_an_expression_is_computed_once():
    seat = read_node("2*x + b")
    form = substitute(with_rests(read_node(FORMS[0]))[0], nodes={Z: seat})
    writer = Writer(Namer(()), "float64")
    assert writer.write(form) == "compute_carried_1(2.0*x + b)"


@pytest.mark.parametrize("name", ["lambda_", "σ", "compute_carried_1", "s1", "f1_rest", "self"])
def test_compiled_files_with_odd_names(name):
    system = sb.System(f"input {name}[n:N]\nL = sum(n, mish({name}[n]))")
    kernel = system.compile("float64", wrt=[name])
    at = np.array([-3.0, -0.5, 0.25, 1.5])
    _, gradient = kernel.loss_and_gradient(**{name: at})
    soft = np.tanh(np.log1p(np.exp(at)))
    expected = soft + at / (1 + np.exp(-at)) * (1 - soft**2)
    np.testing.assert_allclose(gradient[name], expected, rtol=1e-14)
    assert "compute_carried_" in kernel.source
