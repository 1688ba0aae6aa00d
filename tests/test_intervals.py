"""Intervals hold every value, and are tight where derivations lean on them."""

import math
import random

import pytest

from symbp.declarations import Builder
from symbp.intervals import ANY, interval_of, intervals
from symbp.language.text import parse_expression
from tests.shorthand import number_of
from tests.systems.cases import read

NAMES = dict.fromkeys("xyz", ANY)


def of(text):
    return interval_of(parse_expression(text, Builder()), NAMES)


@pytest.mark.parametrize(
    "text", ["exp(x)", "1/(1 + exp(-x))", "exp(x)/(exp(x) + exp(y))", "1 + x^2", "softplus(x)"]
)
def test_these_are_positive(text):
    assert of(text).positive


@pytest.mark.parametrize(
    "text",
    [
        "1 - 1/(1 + exp(-x))",
        "1 - sigmoid(x)",
        "2 + sin(x)",
        "1 - tanh(x)",
        "1 - exp(x)/(1 + exp(x))",
    ],
)
def test_these_are_positive_because_of_an_upper_end(text):
    assert of(text).positive


@pytest.mark.parametrize(
    "text", ["x", "x*y", "x^3", "ln(x)", "x^2", "relu(x)", "1 - x^2", "exp(x) - 1"]
)
def test_these_are_not_known_to_be_positive(text):
    assert not of(text).positive


def test_squares_and_roots_are_not_negative():
    assert of("x^2").nonnegative
    assert of("sqrt(x)").nonnegative
    assert not of("x^2").nonzero
    assert of("0*x").nonnegative


@pytest.mark.parametrize(
    ("body", "positive"),
    [
        ("where(w <= t, exp(s[t,w]), 0)", True),
        ("where(t >= w, exp(s[t,w]), 0)", True),
        ("[w < t + 1]*exp(s[t,w])", True),
        ("where(w < T, exp(s[t,w]), 0)", True),
        ("where(w < t, exp(s[t,w]), 0)", False),  # nothing for t = 0
        ("where(w != t, exp(s[t,w]), 0)", False),  # nothing where T is 1
        ("where(w == t + 1, exp(s[t,w]), 0)", False),
        ("where(w <= t, s[t,w]^2, 0)", False),
        ("where(w <= t, -exp(s[t,w]), 0)", False),
        ("where(w <= k[t], exp(s[t,w]), 0)", False),  # what is gathered may be anything
        ("where(w + 1 <= t, exp(s[t,w]), 0)", False),
    ],
)
def test_sums_over_masks_of_indices_have_a_first_element(body, positive):
    text = f"index t:T, w:T; input s[t,w]; target k[t]: class_ids; v[t] = sum(w, {body})"
    assert intervals(read(text))["v"].positive is positive


def test_a_sum_that_starts_later_has_its_own_first_element():
    text = "index t:T, w:T; input s[t,w]; v[t] = sum(w, exp(s[t,w])*[{} <= t])"
    assert intervals(read(text.format("0")))["v"].positive
    assert not intervals(read(text.format("1")))["v"].positive


def test_a_softmax_is_positive_in_its_system():
    found = intervals(read("input z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l]))"))
    assert found["p"].positive


def test_declared_facts_count():
    found = intervals(read("input s: positive; input y; L = s*exp(y)"))
    assert found["s"].positive
    assert found["L"].positive


@pytest.mark.parametrize("seed", range(40))
def test_every_value_lies_in_its_interval(seed):
    rng = random.Random(seed)
    shapes = ["exp({})", "({} + {})", "({} - {})", "{}*{}", "1/(1 + {}^2)", "tanh({})", "{}^2"]
    text = "x"
    for _ in range(4):
        shape = rng.choice(shapes)
        text = shape.format(*[text if rng.random() < 0.7 else "y"] * shape.count("{}"))
    values = {"x": rng.uniform(-1, 1), "y": rng.uniform(-1, 1)}
    node = parse_expression(text, Builder())
    with_values = float(number_of(node, values))
    where = interval_of(node, NAMES)
    if math.isfinite(with_values):
        assert where.low is None or with_values >= where.low - 1e-9, (seed, text)
        assert where.high is None or with_values <= where.high + 1e-9, (seed, text)


@pytest.mark.parametrize(
    "text",
    [
        "x + sqrt(x^2 + 1)",
        "sqrt(x^2 + 1) - x",
        "2*sqrt(x^2 + 1) - 2*x",
        "x - y + sqrt(x^2 - 2*x*y + y^2 + 3)",
    ],
)
def test_a_root_that_outweighs_what_stands_beside_it(text):
    assert of(text).positive
    assert of(f"-({text})").negative


@pytest.mark.parametrize(
    "text", ["x + sqrt(x^2 - 1)", "2*x + sqrt(x^2 + 1)", "x + y*sqrt(x^2 + 1)", "x + sqrt(y^2 + 1)"]
)
def test_a_root_that_does_not(text):
    assert of(text) == ANY


def test_a_root_that_is_as_large_as_what_stands_beside_it():
    found = of("x + sqrt(x^2)")
    assert found.nonnegative
    assert not found.positive


def test_an_inverse_is_never_zero():
    assert of("1/sqrt(x^2 + y)").positive
    assert of("1/x^2").positive
    assert of("1/(-x^2)").negative
    assert of("1/x") == ANY


def test_what_is_given_of_a_part_is_used():
    node = parse_expression("x/(y + 1)", Builder())
    part = parse_expression("y + 1", Builder())
    above = interval_of(parse_expression("exp(x)", Builder()), NAMES)
    assert not interval_of(node, {"x": above}).positive
    assert interval_of(node, {"x": above}, {part: above}).positive
