"""Derivatives in a function's own value come out however the function is spelled."""

import pytest

from symbp.declarations import Builder
from symbp.expressions import Access
from symbp.language.text import parse_expression
from symbp.partials import partial
from symbp.spelling import spell


def derivative(text):
    return spell(partial(parse_expression(text, Builder()), Access("z"), value=Access("q")))


@pytest.mark.parametrize(
    "text",
    [
        "1/(1 + exp(-z))",
        "exp(z)/(1 + exp(z))",
        "(1 + tanh(z/2))/2",
        "sigmoid(z)",
        "1 - 1/(1 + exp(z))",
        "1 - sigmoid(-z)",
    ],
)
def test_the_sigmoid_in_its_own_value(text):
    assert derivative(text) in {"q*(1 - q)", "(1 - q)*q"}


@pytest.mark.parametrize(
    "text",
    [
        "tanh(z)",
        "(exp(z) - exp(-z))/(exp(z) + exp(-z))",
        "2*sigmoid(2*z) - 1",
        "1 - 2/(exp(2*z) + 1)",
    ],
)
def test_the_hyperbolic_tangent_in_its_own_value(text):
    assert derivative(text) == "1 - q^2"


def test_the_exponential_is_its_own_derivative():
    assert derivative("exp(z)") == "q"


@pytest.mark.parametrize("text", ["ln(1 + exp(z))", "softplus(z)"])
def test_softplus_leads_to_the_sigmoid(text):
    assert derivative(text) == "sigmoid(z)"


def test_algebraic_functions_stay_as_spelled():
    assert derivative("sqrt(z)") == "1/(2*sqrt(z))"
    assert derivative("1/z") == "-1/z^2"
