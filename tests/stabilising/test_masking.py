import numpy as np
import pytest

from symbp.interpreter import evaluate
from symbp.stabilising.masking import guard_masks
from tests.stable_values import derived, line, read


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("input c[n]: binary; u[n] = c[n]*exp(z[n])", "where(c[n] != 0, c[n]*exp(z[n]), 0)"),
        (
            "input c[n]; m[n] = where(c[n] > 0, 1, 0); u[n] = m[n]*exp(z[n])",
            "where(c[n] > 0, m[n]*exp(z[n]), 0)",
        ),
        (
            "input c[n]; m[n] = where(c[n] > 0, 0, 1); a[n] = exp(z[n]); u[n] = m[n]*a[n]",
            "where(not (c[n] > 0), m[n]*a[n], 0)",
        ),
        (
            "input c[n]; u[n] = 3*where(c[n] > 0, z[n], 0)/z[n]^2",
            "where(c[n] > 0, 3*where(c[n] > 0, z[n], 0)/z[n]^2, 0)",
        ),
    ],
)
def test_what_may_be_infinite_stands_inside_the_branch(text, written):
    system = guard_masks(read(f"input z[n:N]; {text}"))[0]
    assert line(system, "u") == written


@pytest.mark.parametrize(
    "text",
    [
        "input c[n]: binary; u[n] = c[n]*z[n]",
        "input c[n]: binary; u[n] = c[n]*sigmoid(z[n])",
        "input c[n]; u[n] = c[n]*exp(z[n])",
        "input c[n]; m[n] = where(c[n] > 0, 1, 2); u[n] = m[n]*exp(z[n])",
        "input c[n]: binary; u[n] = exp(z[n]) + c[n]",
        "input c[n]: binary; u[n] = c[n]*tanh(exp(z[n]))",
    ],
)
def test_other_products_stay(text):
    system = read(f"input z[n:N]; {text}")
    assert guard_masks(system) == (system, ())


def test_matrix_products_stay_matrix_products():
    system = derived(
        "input x[n:N, j:J], W[j, k:K], V[k]; z[n,k] = sum(j, tanh(x[n,j])*W[j,k]);"
        " h[n,k] = relu(z[n,k]); L = sum(n, exp(sum(k, h[n,k]*V[k])))",
        wrt=("W",),
    )
    assert guard_masks(system) == (system, ())


def test_it_is_done_once():
    text = "input z[n:N], c[n]; m[n] = where(c[n] > 0, 1, 0); u[n] = m[n]*exp(z[n])"
    once = guard_masks(read(text))[0]
    assert guard_masks(once) == (once, ())


def test_values_and_gradients_are_finite():
    text = "input z[n:N]; input c[n]: binary; a[n] = exp(z[n]); L = sum(n, c[n]*a[n])"
    system = derived(text)
    values = {"z": np.array([1e4, 1.0]), "c": np.array([0.0, 1.0])}
    with np.errstate(all="ignore"):
        assert np.isnan(evaluate(system, values)["L"])
    found = evaluate(guard_masks(system)[0], values)
    assert found["L"] == np.exp(1.0)
    assert np.array_equal(found["dL/dz"], [0.0, np.exp(1.0)])
