"""Powers of what an equation names a root of, through that name."""

import pytest

from symbp.gradients import differentiate
from symbp.simplifying.roots import by_root, power_of
from symbp.spelling import spell
from tests.shorthand import at, call
from tests.systems.cases import read
from tests.systems.measuring import gradients_hold

GIVEN = "input x[k:K], c, p; fact x: positive; fact p: positive\n"


def root(text):
    made = read(GIVEN + text)
    return by_root(made.equations[-1], made)


@pytest.mark.parametrize(
    ("text", "pattern", "exponent"),
    [
        ("r = sqrt(sum(k, x[k]^2))", "_1", "1/2"),
        ("r[k] = 1/sqrt(x[k]^2 + 1)", "x[k]^2 + 1", "-1/2"),
        ("r = sum(k, x[k]^3)^(1/3)", "_1", "1/3"),
        ("r = sum(k, x[k]^p)^(1/p)", "_1", "1/p"),
        ("r = 1/sum(k, x[k]^p)^(1/p)", "_1", "-1/p"),
        ("r = prod(k, x[k])^(1/K)", "_1", "1/K"),
    ],
)
def test_what_a_root_is_of(text, pattern, exponent):
    found = root(text)
    assert (spell(found.pattern), spell(found.exponent)) == (pattern, exponent)


@pytest.mark.parametrize(
    "text",
    [
        "r = sqrt(c)",  # a radicand with a name
        "r = sum(k, x[k])^2",  # which of two roots?
        "r = 2*sqrt(sum(k, x[k]))",
        "r = c*sqrt(sum(k, x[k]))",
        "r = (c^2 + 1)^(1/3)",  # a chain
        "r[k] = sqrt(c^2 + 1)",  # reads no letter
    ],
)
def test_what_names_no_root(text):
    assert root(text) is None


def test_a_power_is_written_where_it_is_a_whole_power_of_the_root():
    third = root("r = sum(k, x[k]^3)^(1/3)")
    base = third.pattern
    written = [third.written(*power_of(base**power)) for power in (at("p"), 3)]
    assert written[0] is None
    assert spell(written[1]) == "r^9"
    half = call("sqrt", base)
    assert third.written(*power_of(half)) is None
    assert third.written(*power_of(call("sqrt", at("c")))) is None
    assert power_of(base) is None


@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        ("L = sum(k, x[k]^3)^(1/3)", "x[k]^2/L^2"),
        ("L = sum(k, x[k]^4)^(3/2)", "6*x[k]^3*sqrt(sum(l, x[l]^4))"),
        ("L = sum(k, x[k]^p)^(1/p)", "L^(1 - p)*x[k]^(p - 1)"),
        ("L = prod(k, x[k])^(1/K)", "L/(K*x[k])"),
        ("L = sqrt(prod(k, x[k]))", "L/(2*x[k])"),
        ("r[k] = (x[k]^2 + 1)^(1/3); L = sum(k, r[k])", "2*x[k]/(3*r[k]^2)"),
    ],
)
def test_a_gradient_is_written_in_the_norm(text, gradient):
    ledger = differentiate(read(GIVEN + text), "L", ["x"])
    assert spell(ledger.gradients["x"].printed.right) == gradient
    gradients_hold(ledger, {"x": [0.5, 1.25, 2.0], "c": 1.0, "p": 2.5}, sizes={"K": 3})
