import numpy as np
import pytest

from symbp.interpreter import FLOAT32, MPMATH, evaluate
from symbp.stabilising.drifts import remove_drift
from tests.stable_values import line, lines, read

MEAN = "input x[n:N, k:K]; m[n] = sum(k, x[n,k])/K;"


def test_a_deviation_is_corrected_by_the_mean_of_the_deviations():
    system, done = remove_drift(read(f"{MEAN} q[n,k] = (x[n,k] - m[n])/sqrt(K)"))
    assert line(system, "sum/m") == "sum(k, x[n,k] - m[n])"
    assert line(system, "drift/m") == "sum/m[n]/K"
    assert line(system, "q") == "(x[n,k] - m[n] - drift/m[n])/sqrt(K)"
    assert [r.rule for r in done] == ["drift"]


def test_one_correction_serves_all_and_stands_before_its_first_use():
    system = remove_drift(read(f"{MEAN} q[n,k] = x[n,k] - m[n]; r[n,k] = 2*(x[n,k] - m[n])"))[0]
    names = [text.partition("[")[0] for text in lines(system)]
    assert names[-4:] == ["sum/m", "drift/m", "q", "r"]
    assert line(system, "r") == "2*(x[n,k] - m[n] - drift/m[n])"


def test_a_mean_that_is_spelled_out_is_the_same_mean():
    system = remove_drift(read("input x[k:K]; m = sum(k, x[k])/K; q[k] = x[k] - m"))[0]
    assert "drift/m" in line(system, "q")


@pytest.mark.parametrize(
    "text",
    [
        "v[n] = sum(k, (x[n,k] - m[n])^2)",
        "q[n,k] = x[n,k] + m[n]",
        "q[n,k] = x[n,k] - 2*m[n]",
        "q[n,j:N,k] = x[j,k] - m[n]",
        "q[n,k] = x[n,k]^2 - m[n]",
        "s[n] = sum(k, x[n,k]); q[n,k] = x[n,k] - s[n]",
    ],
)
def test_other_sums_stay(text):
    text = text.replace("q[n,j:N,k]", "q[n,j,k]").replace("x[j,k]", "x[j,k]*w[j]")
    system = read(f"input w[j:N]; {MEAN} {text}")
    assert remove_drift(system) == (system, ())


def test_it_is_done_once():
    once = remove_drift(read(f"{MEAN} q[n,k] = x[n,k] - m[n]"))[0]
    assert remove_drift(once) == (once, ())


def test_a_large_mean_costs_no_digits():
    system = read(f"{MEAN} q[n,k] = x[n,k] - m[n]")
    x = (np.random.default_rng(0).normal(size=(2, 50)) + 1e4).astype(np.float32)
    true = evaluate(system, {"x": x}, MPMATH(40)).array("q").astype(float)

    def error(of):
        return np.abs(evaluate(of, {"x": x}, FLOAT32)["q"] - true).max()

    assert error(remove_drift(system)[0]) < 1e-6
    assert error(system) > 1e-4
