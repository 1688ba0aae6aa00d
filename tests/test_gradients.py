"""Gradients of the systems in the table, and what a derivation refuses or remarks."""

from functools import cache

import autograd
import numpy as np
import pytest

import symbp as sb
from symbp.declarations import Builder
from symbp.errors import NotSupportedError, UnknownNameError
from symbp.expressions import ZERO, quantities_read
from symbp.facts import VOCABULARY, Fact, Identity
from symbp.gradients import differentiate
from symbp.language.text import parse_expression
from symbp.spelling import spell
from tests.systems.cases import read
from tests.systems.measuring import assert_near, float_gradients, gradients_hold
from tests.systems.table import CASES

TABLE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
CROSS_ENTROPY = """input z[n:N,k:K]; target y[n,k]; fact sum(k, y[n,k]) = 1
p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); L = -sum(n,k, y[n,k]*ln(p[n,k]))"""


def derived(case):
    return _derived(case.name)


@cache
def _derived(name):
    case = next(c for c in CASES if c.name == name)
    system = case.system()
    return differentiate(system, case.of, case.names(system)), case.values(system)


def tied(system):
    """Quantities of which a fact ties or fixes values."""
    found = {f.quantity for f in system.facts if isinstance(f, Fact) and VOCABULARY[f.word].ties}
    for fact in system.facts:
        found.update(quantities_read(fact.left) if isinstance(fact, Identity) else ())
    return sorted(found)


def reference_gradient(case, values, name):
    """autograd's Jacobian, the quantity's own axes first."""
    start = np.asarray(values[name], dtype=float)
    found = autograd.jacobian(lambda moved: case.reference({**values, name: moved}))(start)
    outer = np.ndim(found) - start.ndim
    return np.moveaxis(found, list(range(outer)), list(range(start.ndim, start.ndim + outer)))


def test_the_table_is_as_large_as_promised():
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


@TABLE
def test_every_form_equals_differences_of_the_interpreter_in_50_digits(case):
    gradients_hold(*derived(case))


@TABLE
def test_the_derived_system_equals_autograd_in_float64(case):
    ledger, values = derived(case)
    for name, found in float_gradients(ledger, values).items():
        assert_near(found, reference_gradient(case, values, name), 1e-9, f"{case.name}: d/d{name}")


TIED = [c for c in CASES if tied(c.system())]


@pytest.mark.parametrize("case", TIED, ids=lambda case: case.name)
def test_unconditional_forms_hold_where_facts_that_tie_data_do_not(case):
    ledger, values = derived(case)
    rng = np.random.default_rng(5)
    broken = {n: rng.uniform(0.1, 2.0, np.shape(values[n])) for n in tied(ledger.forward)}
    gradients_hold(ledger, {**values, **broken}, facts=False)


def test_contributions_alone_are_right_too():
    for case in CASES:
        if case.name in ("three_layers", "skip_connections", "maxima", "mixture"):
            system = case.system()
            ledger = differentiate(system, case.of, case.names(system), simplify=False)
            gradients_hold(ledger, case.values(system))


# -- derivatives of derivatives ---------------------------------------------------------------


def second(text, of, by, wrt, values):
    first = differentiate(read(text), of, [by])
    ledger = differentiate(first.system, f"d{of}/d{by}", wrt)
    gradients_hold(ledger, values)
    return ledger


def test_the_hessian_of_cross_entropy_starts_from_the_unconditional_form():
    rng = np.random.default_rng(0)
    values = {"z": rng.normal(size=(3, 5)), "y": rng.dirichlet(np.ones(5), 3)}
    ledger = second(CROSS_ENTROPY, "L", "z", ["z", "y"], values)
    mixed = ledger.gradients["y"].printed.right
    assert spell(mixed) == "[n·1 == n]*(p[n·1,k·1] - [k·1 == k])"
    assert "sum(l, y[n·1,l])" in spell(ledger.gradients["z"].unconditional.right)
    assert "y" not in spell(ledger.gradients["z"].printed.right)


def test_the_mixed_derivative_is_the_same_with_and_without_the_fact():
    system = read(CROSS_ENTROPY)
    forms = []
    for facts in (system.facts, ()):
        first = differentiate(system.with_facts(facts), "L", ["z"])
        both = differentiate(first.system, "dL/dz", ["y"])
        forms.append(both.gradients["y"].printed.right)
    assert forms[0] == forms[1]


@pytest.mark.parametrize(
    ("text", "by", "wrt", "shapes"),
    [
        (
            "param z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l])); L = sum(k, p[k]^2)",
            "z",
            ["z"],
            {"z": 5},
        ),
        ("L = exp(x*y) + sin(x)/y", "x", ["x", "y"], {"x": (), "y": ()}),
        (
            "input x[i:I]; param A[i,j:I]; L = sum(i,j, x[i]*A[i,j]*x[j])",
            "x",
            ["x", "A"],
            {"x": 4, "A": (4, 4)},
        ),
        (
            "input x[k:K,n:N]; m[k] = max(n, x[k,n]); L = sum(k, m[k]^2*x[k,0])",
            "x",
            ["x"],
            {"x": (5, 3)},
        ),
        ("input x[k:K]; L = sum(k, relu(x[k])^3)", "x", ["x"], {"x": 5}),
        ("input x[k:K]; L = prod(k, x[k])*max(k, x[k])", "x", ["x"], {"x": 5}),
        (
            """input x[n:N,i:I]; param W[i,j:J]; z[n,j] = sum(i, x[n,i]*W[i,j])
            h[n,j] = tanh(z[n,j]); L = sum(n,j, h[n,j]^2)""",
            "W",
            ["W", "x"],
            {"x": (3, 4), "W": (4, 2)},
        ),
        (
            "param E[v:V,d:D]; input t[n:N]; L = sum(n,d, E[t[n],d]^3)",
            "E",
            ["E"],
            {"E": (7, 3), "t": np.array([2, 0, 2])},
        ),
    ],
)
def test_second_derivatives(text, by, wrt, shapes):
    rng = np.random.default_rng(3)
    fixed = {n: v for n, v in shapes.items() if isinstance(v, np.ndarray)}
    values = {
        n: fixed.get(n, rng.normal(size=v) if n not in fixed else None) for n, v in shapes.items()
    }
    second(text, "L", by, wrt, values)


def test_a_third_derivative():
    first = differentiate(read("L = x^4"), "L", ["x"])
    second_ = differentiate(first.system, "dL/dx", ["x"])
    third = differentiate(second_.system, "ddL/dx/dx", ["x"])
    assert spell(third.gradients["x"].printed.right) == "24*x"


# -- what the output does not depend on -------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "of", "by", "reason"),
    [
        ("input x, y; L = x^2", "L", "y", "zero_unused"),
        ("input x; y = x^2; L = y; z = y + 1", "L", "z", "zero_unused"),
        ("input x; y = x - x; L = y", "L", "x", "zero_cancels"),
        ("input x; L = sign(x)", "L", "x", "zero_blocked"),
        ("input x; L = where(x > 0, 1, 2)", "L", "x", "zero_blocked"),
        ("param p[n:N,k:K]; input t[n]; L = sum(n, p[n,t[n]])", "L", "t", "zero_blocked"),
        ("input x[k:K], v[k]; a = argmax(k, x[k]); L = v[a]", "L", "x", "zero_blocked"),
    ],
)
def test_a_zero_gradient_says_why(text, of, by, reason):
    gradient = differentiate(read(text), of, [by]).gradients[by]
    assert gradient.printed.right == ZERO
    assert gradient.zero_because == reason


def test_a_zero_gradient_keeps_what_the_output_asks_for():
    ledger = differentiate(read("L = sign(x) + ln(y)"), "L", ["x"])
    shown = [(c.kind, spell(c.statement)) for c in ledger.gradients["x"].conditions]
    assert shown == [("domain", "y > 0"), ("kink", "x == 0")]


def test_a_computed_quantity_is_free_and_what_it_depends_on_fixed():
    ledger = differentiate(read("input x; y = x^2; L = y*x + y"), "L", ["y", "x"])
    assert spell(ledger.gradients["y"].printed.right) == "x + 1"
    gradients_hold(ledger, {"x": 0.7})


def test_a_quantity_by_itself_is_a_bracket():
    ledger = differentiate(read("input x[n:N]; y[n] = x[n]^2"), "y", ["y"])
    assert spell(ledger.gradients["y"].printed.right) == "[n·1 == n]"


def test_a_scalar_by_itself_is_one():
    assert spell(differentiate(read("L = 3"), "L", ["L"]).gradients["L"].printed.right) == "1"


@pytest.mark.parametrize("names", [("L", ["w"]), ("M", ["x"]), ("L", ["x", "_1"])])
def test_a_name_that_does_not_occur_is_an_error(names):
    system = read("input x[n:N]; L = sum(n, x[n])/(1 + sum(n, x[n]^2))")
    with pytest.raises(UnknownNameError, match="does not occur"):
        differentiate(system, *names)


@pytest.mark.parametrize(
    "text",
    [
        "input x[t:4]; y[t] = x[t+1] - x[t]; L = sum(t, y[t]^2)",
        "input x[t:4]; h[0] = x[0]; h[t] = h[t-1]*x[t]; L = h[3]",
    ],
)
def test_what_is_not_differentiated_yet_is_said(text):
    with pytest.raises(NotSupportedError, match="not differentiated yet"):
        differentiate(read(text), "L", ["x"])


# -- names ------------------------------------------------------------------------------------


def test_error_signals_are_named_after_their_number_or_their_name():
    def aliases(text, of="L"):
        system = read(text)
        names = [q.name for q in system.given("parameter")]
        return differentiate(system, of, names).aliases

    one = "param w; z = w; L = sigmoid(z)"
    two = "param w; z1 = w; h = sigmoid(z1); z2 = h*w; L = sigmoid(z2)"
    other = "param w; a = w; h = sigmoid(a); b = h*w; L = sigmoid(b)"
    assert aliases(one) == {"dL/dz": "delta"}
    assert aliases(two) == {"dL/dz2": "delta2", "dL/dz1": "delta1"}
    assert aliases(other) == {"dL/db": "delta_b", "dL/da": "delta_a"}


def test_an_error_signal_takes_no_name_that_the_author_uses():
    system = read("param delta; z = 2*delta; L = sigmoid(z)")
    assert differentiate(system, "L", ["delta"]).aliases == {"dL/dz": "delta_"}


@pytest.mark.parametrize("name", ["lambda", "E", "I", "S", "N", "pi", "gamma", "self", "σ", "θ₁"])
def test_any_name_is_legal_for_a_quantity(name):
    builder = Builder()
    builder.declare(name, [("n", 3)])
    builder.define("L", [], parse_expression(f"sum(n, {name}[n]^2*n)", builder))
    ledger = differentiate(builder.snapshot(), "L", [next(iter(builder.quantities))])
    gradients_hold(ledger, {next(iter(builder.quantities)): np.array([1.0, 2.0, 4.0])})


# -- size -------------------------------------------------------------------------------------


def chain(count):
    forms = ("{}^2 + 1", "sin({})", "ln({}^2 + 2)", "exp(-{})", "sqrt({}^2 + 1)", "tanh({})")
    lines, previous = [], "x"
    for number in range(count):
        lines.append(f"a{number} = " + forms[number % len(forms)].format(previous))
        previous = f"a{number}"
    return "; ".join(lines), previous


@pytest.mark.parametrize("count", [1000, pytest.param(10_000, marks=pytest.mark.full)])
def test_a_long_chain_meets_no_limit_of_recursion(count):
    text, last = chain(count)
    ledger = differentiate(read(text), last, ["x"])
    assert len(ledger.system.equations) <= 2 * count + 2
    values = float_gradients(ledger, {"x": 0.3})
    assert np.isfinite(values["x"])


def test_a_deep_network():
    layers, width, previous = 64, 4, "x"
    lines = ["input x[n:N,i:4]", "target y[n,i]"]
    for layer in range(layers):
        lines.append(f"param W{layer}[i,j:{width}], b{layer}[j]")
        lines.append(f"z{layer}[n,j] = sum(i, {previous}[n,i]*W{layer}[i,j]) + b{layer}[j]")
        lines.append(f"h{layer}[n,j] = tanh(z{layer}[n,j])")
        previous = f"h{layer}"
    lines.append(f"L = sum(n,i, ({previous}[n,i] - y[n,i])^2)/2/N")
    system = read("\n".join(lines))
    ledger = differentiate(system, "L", [q.name for q in system.given("parameter")])
    assert len(ledger.wrt) == 2 * layers
    delta = ledger.gradients["z7"].printed.right
    assert spell(delta) == "(1 - h7[n,j]^2)*sum(k, W8[j,k]*dL/dz8[n,k])"


def test_an_expression_with_a_trillion_leaves():
    builder = Builder()
    builder.declare("x")
    node = parse_expression("x", builder)
    for _ in range(40):
        node = node * node + node
        node = node / 4
    builder.define("L", [], node)
    ledger = differentiate(builder.snapshot(), "L", ["x"])
    gradients_hold(ledger, {"x": 0.5})


def test_a_derived_system_is_derived_and_compiled_again():
    text = """input z[n:N,k:K]; target y[n,k]; q[n,k] = z[n,k] - ln(sum(l, exp(z[n,l])))
    L = -sum(n, k, y[n,k]*q[n,k])"""
    derived = sb.derive(text, wrt="z")
    again = sb.derive(derived.system, of="L", wrt="z")
    assert str(again["z"]) == str(derived["z"])
    assert "dL_dz" in derived.system.compile(of="L", wrt="z").source
