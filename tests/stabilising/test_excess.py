import numpy as np
import pytest

from symbp.interpreter import MPMATH, evaluate
from symbp.stabilising.excess import split_excess
from symbp.stabilising.shifting import shift
from tests.stable_values import SOFTMAX, derived, line, lines, read


def split(system):
    return split_excess(shift(system)[0])[0]


def test_the_logarithm_of_a_softmax_keeps_what_is_beyond_the_largest_term():
    system = split(derived(SOFTMAX))
    body = "exp(z[n,l] - max/z[n])"
    assert line(system, "ties/z") == f"sum(l, [{body} == 1])"
    assert line(system, "rest/z") == f"sum(l, where({body} == 1, 0, {body}))"
    assert line(system, "total/z") == "ties/z[n] + rest/z[n]"
    assert any("log1p(rest/z[n] + (ties/z[n] - 1))" in text for text in lines(system))


@pytest.mark.parametrize(
    "text",
    [
        "input z[k:K]; L = ln(sum(k, exp(z[k])))",
        "input z[k:K]; L = ln(sum(k, exp(-z[k])))",
        "input z[k:K]; m = max(k, z[k]); e[k] = exp(z[k] - m); s = sum(k, e[k]); L = m + ln(s)",
        "input z[k:K], c[k]; L = ln(sum(k, where(c[k] > 0, exp(z[k]), 0)))",
        "L = ln(exp(a) + exp(b) + exp(c))",
        "input z[k:K], T; L = ln(sum(k, exp(z[k]/T)))",
    ],
)
def test_sums_whose_largest_term_is_one_are_split(text):
    assert any("log1p(" in line for line in lines(split(read(text))))


@pytest.mark.parametrize(
    "text",
    [
        "input z[k:K]; e[k] = exp(z[k] - 3); s = sum(k, e[k]); L = ln(s)",
        "input z[k:K], m; e[k] = exp(z[k] - m); s = sum(k, e[k]); L = ln(s)",
        "input z[k:K]; m = max(k, 2*z[k]); e[k] = exp(z[k] - m); s = sum(k, e[k]); L = ln(s)",
        "input z[k:K], T; s = sum(k, z[k]^2); L = ln(s)",
        "input z[k:K], T; a = argmax(k, z[k]*T); s = sum(k, exp((z[k] - z[a])/T)); L = ln(s)",
    ],
)
def test_other_sums_are_not(text):
    system = read(text)
    assert split_excess(system) == (system, ())


def test_what_is_nearly_certain_keeps_its_digits():
    system = read("input z[k:K]; L = ln(sum(k, exp(z[k])))")
    values = {"z": np.array([0.0, -40.0])}
    true = float(evaluate(system, values, MPMATH(60))["L"])
    assert evaluate(system, values)["L"] == 0
    assert evaluate(split(system), values)["L"] == pytest.approx(true, rel=1e-15)
