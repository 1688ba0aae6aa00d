"""The reason of a local derivative is the rule that a teacher would name."""

import pytest

from symbp.declarations import Builder
from symbp.expressions import Access
from symbp.language.text import parse_expression
from symbp.ledger.reasons import reason_for
from symbp.partials import partial
from symbp.printers.phrases import RULES

X, Y = Access("x"), Access("y")


def reason(text):
    right = parse_expression(text, Builder())
    return reason_for(right, X, partial(right, X, value=Y), Y)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("x + 1", "sum_constant"),
        ("x - 1", "sum_constant"),
        ("x + z", "sum_constants"),
        ("x^2", "power"),
        ("(x - t)^2", "power"),
        ("1/x", "power_exponent"),
        ("sqrt(x)", "power_exponent"),
        ("ln(x)", "log"),
        ("t*ln(x)", "log"),
        ("exp(x)", "exp"),
        ("sin(x)", "trig"),
        ("sigmoid(x)", "own_value"),
        ("1/(1 + exp(-x))", "own_value_of"),
        ("relu(x)", "branches"),
        ("softplus(x)", "function_rule"),
        ("3*x", "linear"),
        ("x*sin(x)", "product"),
        ("x/(1 + x)", "quotient"),
    ],
)
def test_rules(text, rule):
    assert reason(text)[0] == rule


@pytest.mark.parametrize(
    "text", ["x + 1", "x^2", "1/x", "sin(x)", "sigmoid(x)", "3*x", "relu(x)", "x + x"]
)
def test_every_reason_is_in_the_phrase_table(text):
    rule, args = reason(text)
    assert set(RULES[rule].args) <= set(args)
