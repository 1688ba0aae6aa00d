import pytest

from symbp.spelling import spell
from symbp.stabilising.univariate import accurate
from tests.stable_values import read


def right(text):
    return read(f"u = {text}").equations[-1].right


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1/(1 + exp(-z))", "sigmoid(z)"),
        ("w*ln(1 + exp(z)) - y*z", "w*softplus(z) - y*z"),
        ("1/(1 + exp(-(a*x + b)))", "sigmoid(a*x + b)"),
        ("ln(1 + x*y)", "log1p(x*y)"),
        ("ln(1 - x*y)", "log1p(-x*y)"),
        ("where(y > 0, exp(x) - 1, 0)", "where(y > 0, expm1(x), 0)"),
        ("y*(exp(x) - 1)", "y*expm1(x)"),
        ("w*exp(x)*y/(1 + exp(x))", "w*sigmoid(x)*y"),
        ("exp(x)*exp(y)/((1 + exp(x))*(1 + exp(y)))", "sigmoid(x)*sigmoid(y)"),
        ("w*(y + z*exp(x)*v/(1 + exp(x)))", "w*(y + z*sigmoid(x)*v)"),
        ("w*exp(x) - w", "w*expm1(x)"),
        ("y*exp(x)/3 + z - y/3", "y*expm1(x)/3 + z"),
        ("w*sigmoid(x)*y - w*y", "w*y*(-sigmoid(-x))"),
    ],
)
def test_functions_of_one_variable_take_their_accurate_forms(text, written):
    assert spell(accurate(right(text))) == written


@pytest.mark.parametrize(
    "text",
    [
        "x*y + z",
        "tanh(x)*y",
        "exp(x)",
        "(x - y)^2/2",
        "x/sqrt(y + 1)",
        "sin(x) + cos(y)*x",
        "ln(x)",
        "tanh(x) + sigmoid(y)*w",
    ],
)
def test_what_has_nothing_to_lose_is_the_same_object(text):
    root = right(text)
    assert accurate(root) is root


def test_equal_shapes_are_looked_at_once(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "symbp.stabilising.univariate.stable_form", lambda n: seen.append(spell(n)) or n
    )
    accurate(right("1/(1 + exp(-(a*x + b)))"))
    accurate(right("1/(1 + exp(-(c*y + d)))"))
    assert len(set(seen)) == 1
