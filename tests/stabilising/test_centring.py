import numpy as np
import pytest

from symbp.interpreter import evaluate
from symbp.stabilising.centring import centre
from tests.stable_values import line, lines, read

VARIANCE = "input x[n:N, k:K]; m[n] = sum(k, x[n,k])/K; v[n] = sum(k, x[n,k]^2)/K - m[n]^2"


def test_a_variance_is_the_mean_of_squared_deviations():
    system, done = centre(read(VARIANCE))
    assert line(system, "spread/x") == "sum(k, (x[n,k] - m[n])^2)"
    assert line(system, "v") == "spread/x[n]/K"
    assert [r.rule for r in done] == ["centre"]


@pytest.mark.parametrize(
    ("text", "spread"),
    [
        ("v = sum(k, x[k]^2)/K - (sum(k, x[k])/K)^2", "sum(k, (x[k] - mean/x)^2)"),
        ("v = sqrt(sum(k, x[k]^2)/K - (sum(k, x[k])/K)^2 + 1)", "sum(k, (x[k] - mean/x)^2)"),
        ("m = sum(k, x[k])/K; v = (sum(k, x[k]^2) - K*m^2)/(K - 1)", "sum(k, (x[k] - m)^2)"),
        (
            "v = sum(k, x[k]*y[k])/K - sum(k, x[k])/K*sum(k, y[k])/K",
            "sum(k, (x[k] - mean/x)*(y[k] - mean/y))",
        ),
    ],
)
def test_every_spelling_of_it(text, spread):
    system = centre(read(f"input x[k:K], y[k]; {text}"))[0]
    assert line(system, "spread/x") == spread


@pytest.mark.parametrize(
    "text",
    [
        "v = sum(k, x[k]^2)/K - sum(k, x[k])^2",
        "v = sum(k, x[k]^2) + (sum(k, x[k])/K)^2",
        "v = sum(k, x[k]^3)/K - (sum(k, x[k])/K)^2",
        "v = sum(k, x[k]^2)/K - y[0]^2",
        "m = sum(k, y[k])/K; v = sum(k, x[k]^2)/K - m^2",
    ],
)
def test_other_differences_stay(text):
    system = read(f"input x[k:K], y[k]; {text}")
    assert centre(system) == (system, ())


def test_the_mean_may_be_large():
    values = {"x": 1e8 + np.array([[1.0, 2.0, 3.0, 4.0]])}
    system = read(VARIANCE)
    assert evaluate(centre(system)[0], values)["v"] == 1.25
    assert evaluate(system, values)["v"] != 1.25


def test_what_is_computed_stands_before_its_use():
    text = "input x[k:K]; v = sum(k, x[k]^2)/K - (sum(k, x[k])/K)^2"
    names = [t.partition(" ")[0] for t in lines(centre(read(text))[0])]
    assert names[-3:] == ["mean/x", "spread/x", "v"]
