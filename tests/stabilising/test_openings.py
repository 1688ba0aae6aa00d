import re

import pytest

from symbp.stabilising.openings import _Opening, open_values
from symbp.stabilising.univariate import MAX_PART
from tests.stable_values import derived, line, lines, read

BCE = """
input z[n:N]; target y[n]
p[n] = {}
L = -sum(n, y[n]*ln(p[n]) + (1 - y[n])*ln(1 - p[n]))
"""


@pytest.mark.parametrize(
    "sigmoid", ["sigmoid(z[n])", "1/(1 + exp(-z[n]))", "exp(z[n])/(1 + exp(z[n]))"]
)
def test_the_logarithms_of_a_sigmoid_are_taken_from_its_argument(sigmoid):
    system = open_values(derived(BCE.format(sigmoid)))[0]
    assert line(system, "p") == "sigmoid(z[n])"
    (text,) = (t for t in lines(system) if "softplus" in t)
    assert "softplus(-z[n])" in text
    assert "softplus(z[n])" in text
    assert "ln(" not in text


def test_a_sigmoid_keeps_its_exponential_for_its_derivative():
    system = open_values(derived("input z[n:N]; h[n] = sigmoid(z[n]); L = sum(n, h[n]^2)"))[0]
    assert line(system, "exp/z") == "exp(-abs(z[n]))"
    assert line(system, "h") == "where(z[n] >= 0, 1, exp/z[n])/(1 + exp/z[n])"
    assert "where(h[n] <= 1/2, 1 - h[n], exp/z[n]*h[n])" in line(system, "dL/dz")


def test_a_tanh_keeps_its_exponential_where_it_is_large():
    system = open_values(derived("input z[n:N]; h[n] = tanh(z[n]); L = sum(n, h[n]^2)"))[0]
    assert line(system, "exp/z") == "where(abs(z[n]) <= 7/8, 0, exp(-2*abs(z[n])))"
    assert line(system, "h").startswith("where(abs(z[n]) <= 7/8, tanh(z[n]), ")
    wanted = "where(h[n]^2 <= 1/2, 1 - h[n]^2, 4*exp/z[n]/(1 + exp/z[n])^2)"
    assert wanted in line(system, "dL/dz")


@pytest.mark.parametrize(
    "text",
    [
        "input z[n:N], y[n]; h[n] = sigmoid(z[n]); L = sum(n, (y[n] - h[n])^2)",
        "input z[n:N]; h[n] = z[n]^3; L = sum(n, 1 - h[n])",
        "input z[n:N]; h[n] = tanh(z[n]); L = sum(n, 1 + z[n]*h[n])",
    ],
)
def test_differences_that_lose_nothing_stay(text):
    system = read(text)
    assert open_values(system) == (system, ())


def test_a_value_that_somebody_else_gives_is_not_opened():
    system = read(BCE.format("sigmoid(z[n])"))
    made = open_values(system, frozenset(("p",)))[0]
    assert "softplus" not in "".join(lines(made))


def test_it_is_done_once():
    system = derived("input z[n:N]; h[n] = tanh(z[n]); L = sum(n, h[n]^2)")
    once = open_values(system)[0]
    assert open_values(once) == (once, ())


def test_a_difference_from_the_lower_end_of_a_range():
    system = open_values(read("input x[i:I]; e[i] = erf(x[i]); v[i] = 1 + e[i]"))[0]
    assert line(system, "v").startswith("where(e[i] >= -1/2, 1 + e[i], ")
    assert "erfc" in line(system, "v")


def test_a_polynomial_in_a_value_with_a_zero_at_an_end_of_its_range():
    text = "input x[i:I]; v[i] = 3/(1 + exp(x[i])); u[i] = {}"
    system = open_values(read(text.format("v[i]^2/3 - v[i]")))[0]
    assert line(system, "u").startswith("where(v[i] <= 3/2, ")
    plain = read(text.format("v[i]^2/2 - v[i]"))
    assert line(open_values(plain)[0], "u") == "v[i]^2/2 - v[i]"


@pytest.mark.parametrize(
    ("inner", "outer", "written"),
    [
        ("exp(x[i])", "p[i]/(1 + p[i])", "sigmoid(x[i])"),
        ("sigmoid(x[i])", "w[i]*exp(-x[i])*p[i]", "w[i]*sigmoid(-x[i])"),
    ],
)
def test_factors_that_overflow_beside_vanishing_ones_are_one_function(inner, outer, written):
    system = open_values(read(f"input x[i:I], w[i]; p[i] = {inner}; v[i] = {outer}"))[0]
    assert line(system, "v") == written


@pytest.mark.parametrize("outer", ["w[i]*p[i]", "p[i]^2*w[i]", "p[i]*exp(w[i])", "w[i]/p[i]"])
def test_other_products_keep_the_name(outer):
    system = read(f"input x[i:I], w[i]; p[i] = sigmoid(x[i]); v[i] = {outer}")
    assert line(open_values(system)[0], "v") == outer


def test_a_sum_that_runs_past_many_layers_is_opened_as_far_in_each():
    depth = 40
    steps = "".join(
        f"z{k}[n] = w*h{k - 1}[n]\nh{k}[n] = h{k - 1}[n] + tanh(z{k}[n])\n"
        for k in range(1, depth + 1)
    )
    system = derived(f"input h0[n:N]; param w\n{steps}L = sum(n, h{depth}[n]^2)", wrt=("w",))
    work = _Opening(system, frozenset())
    for equation in system.equations:
        work.one(equation)
    assert work.definitions.keys() >= {f"h{k}" for k in range(1, depth + 1)}
    assert max(opened.size for _, opened in work.spelled.values()) <= MAX_PART
    made = open_values(system)[0]
    shapes = {re.sub(r"\d+", "#", line(made, f"h{k}")) for k in range(2, depth)}
    assert len(shapes) == 1
