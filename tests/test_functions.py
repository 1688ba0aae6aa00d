import math

import mpmath
import numpy as np
import pytest
from scipy import special

from symbp.environments import Environment
from symbp.errors import NotSupportedError
from symbp.expressions import Call, Number, postorder
from symbp.functions import FUNCTIONS, NAMES, call, define
from symbp.interpreter import FLOAT64, MPMATH, evaluate_node
from symbp.numerics.exactnumbers import FRACTION
from symbp.numerics.numbers import Numbers
from tests.shorthand import at

POINTS = [-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 2.5]
#: The published formulas, from libraries that know nothing of symbp.
PEERS = {
    "relu": lambda z: max(z, 0),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * math.expm1(z)),
    "gelu": lambda z: z * special.ndtr(z),
    "gelu_tanh": lambda z: z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z * special.expit(z),
    "mish": lambda z: z * math.tanh(np.logaddexp(0, z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "normal_cdf": special.ndtr,
    "hardtanh": lambda z: min(1, max(-1, z)),
    "hardsigmoid": lambda z: min(1, max(0, z / 6 + 0.5)),
    "hardswish": lambda z: z * min(1, max(0, z / 6 + 0.5)),
    "sigmoid": special.expit,
    "logsigmoid": special.log_expit,
    "softplus": lambda z: np.logaddexp(0, z),
    "tanh": math.tanh,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "abs": abs,
    "sign": lambda z: (z > 0) - (z < 0),
    "expm1": math.expm1,
    "erf": math.erf,
    "erfc": math.erfc,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "arctan": math.atan,
    "arcsinh": math.asinh,
    "exp": math.exp,
}
POSITIVE = {
    "ln": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "sqrt": math.sqrt,
}
INSIDE = {"arcsin": math.asin, "arccos": math.acos, "arctanh": math.atanh}


def value(root, numbers: Numbers = FLOAT64):
    return evaluate_node(root, Environment(numbers)).value


def number(z):
    return at_number(z)


def at_number(z):
    from symbp.expressions import node

    return node(z)


@pytest.mark.parametrize("name", [*PEERS, *POSITIVE, *INSIDE, "arccosh", "max", "min"])
def test_every_function_has_its_published_value(name):
    if name in PEERS:
        pairs = [(z, PEERS[name](z)) for z in POINTS]
    elif name in POSITIVE:
        pairs = [(z, POSITIVE[name](z)) for z in (0.1, 1.0, 7.5)]
    elif name in INSIDE:
        pairs = [(z, INSIDE[name](z)) for z in (-0.9, 0.0, 0.3)]
    elif name == "arccosh":
        pairs = [(z, math.acosh(z)) for z in (1.0, 2.0)]
    else:
        best = {"max": max, "min": min}[name]
        for a, b, c in [(1, 2, 3), (3, 1, 2), (2, 2, 1)]:
            assert value(call(name, Number(a), Number(b), Number(c))) == best(a, b, c)
        return
    for z, expected in pairs:
        assert value(call(name, number(z))) == pytest.approx(expected, rel=1e-14, abs=1e-15)


def test_every_row_is_tested_here():
    tested = {*PEERS, *POSITIVE, *INSIDE, "arccosh", "max", "min"}
    assert tested == {name for name, row in FUNCTIONS.items() if not row.internal}


INTERNAL = {
    "exp_product": (lambda a, b: math.exp(a * b), 2),
    "exp_gate": (lambda k, z: math.exp(k * math.sqrt(8 / math.pi) * (z + 0.044715 * z**3)), 2),
    "erfcx": (special.erfcx, 1),
    "erfcx_bend": (lambda x: (math.pi**-0.5 - x * special.erfcx(x)) / special.erfcx(x) ** 2, 1),
    "log_erfc": (lambda x: math.log(math.erfc(x)), 1),
    "log1mexp": (lambda u: math.log1p(-math.exp(-abs(u))), 1),
    "lncosh": (lambda x: math.log(math.cosh(x)), 1),
    "hypot": (math.hypot, 2),
    "carried": (lambda value, seat: value, 2),
    "kept": (lambda value: value, 1),
}


def test_internal_rows_have_the_values_of_peers_and_text_cannot_call_them():
    assert {name for name, row in FUNCTIONS.items() if row.internal} == set(INTERNAL)
    assert not set(INTERNAL) & set(NAMES)
    for name, (peer, count) in INTERNAL.items():
        for z in (-1.0, 0.25, 2.5):
            arguments = [-abs(z) if name == "log1mexp" else z, *[0.5] * (count - 1)]
            found = value(call(name, *[number(a) for a in arguments]))
            assert found == pytest.approx(peer(*arguments), rel=1e-14)


@pytest.mark.parametrize("name", [n for n, row in FUNCTIONS.items() if row.definition])
def test_a_row_of_a_number_system_agrees_with_the_definition(name):
    row = FUNCTIONS[name]
    points = (-0.8, -2.0) if name == "log1mexp" else (-0.8, 0.0, 0.3, 2.0)
    for z in (0.3, 0.75) if row.domain else points:
        arguments = [number(z)] + ([number(0.5)] * (row.arity[0] - 1))
        application = call(name, *arguments)
        long = MPMATH(40)
        named, spelled = value(application, long), value(define(application), long)
        assert abs(named - spelled) < mpmath.mpf(10) ** -37


def test_aliases_and_defaults():
    assert NAMES["log"] == "ln"
    assert NAMES["swish"] == "silu"
    shown = [row for row in FUNCTIONS.values() if not row.internal]
    assert len(NAMES) == sum(1 + len(row.aliases) for row in shown)
    assert call("elu", at("x")) == call("elu", at("x"), Number(1))
    assert define(Call("exp", (at("x"),))) is None


def test_definitions_use_known_rows_only():
    for name, row in FUNCTIONS.items():
        if row.definition is not None:
            arguments = [at(f"a{n}") for n in range(row.arity[0])]
            body = define(call(name, *arguments))
            assert all(n.function in FUNCTIONS for n in postorder(body) if isinstance(n, Call))
            assert name not in [n.function for n in postorder(body) if isinstance(n, Call)]


def test_conventions_at_kinks():
    for name, expected in [("relu", 0), ("abs", 0), ("sign", 0), ("leaky_relu", 0), ("elu", 0)]:
        assert value(call(name, Number(0))) == expected
        assert value(call(name, Number(0)), FRACTION if name != "elu" else FLOAT64) == expected


@pytest.mark.parametrize(
    "name", ["relu", "abs", "sign", "leaky_relu", "elu", "hardtanh", "softplus"]
)
def test_nan_stays_nan(name):
    env = Environment(FLOAT64, elements={"x": {(): evaluate_nan()}})
    assert math.isnan(evaluate_node(call(name, at("x")), env).value)


def evaluate_nan():
    from symbp.interpreter import Value

    return Value(np.float64("nan"), np.float64("nan"))


@pytest.mark.parametrize(
    ("name", "z", "expected"),
    [
        ("sigmoid", 1000.0, 1.0),
        ("sigmoid", -1000.0, 0.0),
        ("sigmoid", -40.0, 4.248354255291589e-18),
        ("softplus", 800.0, 800.0),
        ("softplus", -40.0, 4.248354255291589e-18),
        ("softplus", 1e-8, 0.6931471855599453),
        ("logsigmoid", -800.0, -800.0),
        ("logsigmoid", 800.0, 0.0),
        ("tanh", 1000.0, 1.0),
        ("log1p", 1e-20, 1e-20),
        ("expm1", 1e-20, 1e-20),
        ("silu", -800.0, 0.0),
        ("mish", 800.0, 800.0),
        ("gelu", -40.0, 0.0),
    ],
)
def test_corners_are_stable_and_silent(name, z, expected):
    assert value(call(name, number(z))) == pytest.approx(expected, rel=4e-16, abs=1e-300)


def test_exact_numbers_refuse_what_they_do_not_have():
    with pytest.raises(NotSupportedError, match="MPMATH"):
        value(call("exp", Number(1)), FRACTION)
    assert value(call("relu", Number(-2)), FRACTION) == 0
    assert value(call("sqrt", Number(4) / 9), FRACTION) * 3 == 2
