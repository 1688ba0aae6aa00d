import mpmath
import numpy as np
import pytest

import symbp as sb
from symbp.spelling import spell_equation
from symbp.stabilising.weighting import weigh
from tests.systems.cases import read

SOFTMAX = "input z[n:N, k:K]; target y[n,k]; p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); "
FOCAL = SOFTMAX + "L = -sum(n, k, y[n,k]*(1 - p[n,k])^2*ln(p[n,k]))"
GIVEN = "input z[n:N, k:K]; target y[n,k]; e[n,k] = exp(z[n,k]); "


def test_a_focal_loss_of_large_logits_has_a_finite_gradient():
    z = np.array([[1e3, 0, -1e3], [1e4, -1e4, 0], [3, -1, 0.5]])
    y = np.array([[0, 1, 0], [0, 0, 1], [1.0, 0, 0]])
    derived = sb.derive(sb.System(FOCAL), wrt="z").system
    found = derived.evaluate(z=z, y=y)["dL/dz"]
    np.testing.assert_allclose(found[:2], [[1e0, -1, 0], [1, 0, -1]], atol=1e-300)
    with mpmath.workdps(40):
        step, at = mpmath.mpf(10) ** -15, [mpmath.mpf(x) for x in z[2]]
        for k in range(3):
            moved = [list(at), list(at)]
            moved[0][k] += step
            moved[1][k] -= step
            up, down = (focal(row, 0) for row in moved)
            assert abs((up - down) / (2 * step) - found[2, k]) < 1e-14


def focal(logits, label):
    total = sum(mpmath.exp(x) for x in logits)
    p = mpmath.exp(logits[label]) / total
    return -((1 - p) ** 2) * mpmath.log(p)


@pytest.mark.parametrize("power", [1, 3])
def test_other_powers_of_what_is_missing(power):
    text = SOFTMAX + f"L = -sum(n, k, y[n,k]*(1 - p[n,k])^{power}*ln(p[n,k]))"
    z, y = np.array([[1e3, 0.0, -1e3]]), np.array([[0, 0, 1.0]])
    found = sb.derive(sb.System(text), wrt="z").system.evaluate(z=z, y=y)["dL/dz"]
    np.testing.assert_allclose(found, [[1, 0, -1]], atol=1e-300)


def weighed(text):
    system, done = weigh(read(GIVEN + text))
    return [spell_equation(e) for e in system.equations][1:] if done else None


def test_the_product_stands_in_the_place_of_its_factors():
    assert weighed("a[n,k] = y[n,k]/e[n,k] - e[n,k]; g[n,k] = 3*e[n,k]*(a[n,k] - y[n,k])") == [
        "a/e[n,k] = y[n,k] - e[n,k]^2",
        "a[n,k] = y[n,k]/e[n,k] - e[n,k]",
        "g[n,k] = 3*a/e[n,k] - 3*e[n,k]*y[n,k]",
    ]


def test_a_quotient_in_a_branch_is_multiplied_in_the_branch():
    assert weighed(
        "a[n,k] = where(y[n,k] <= 0, 0, y[n,k]/e[n,k]); g[n,k] = e[n,k]*(a[n,k] - y[n,k])"
    ) == [
        "a/e[n,k] = where(y[n,k] <= 0, 0, y[n,k])",
        "a[n,k] = where(y[n,k] <= 0, 0, y[n,k]/e[n,k])",
        "g[n,k] = a/e[n,k] - e[n,k]*y[n,k]",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a[n,k] = y[n,k]/e[n,k]; g[n,k] = a[n,k]*y[n,k]",  # wanted without e
        "a[n,k] = y[n,k]/e[n,k]; g[n,k] = a[n,k]*e[n,k]; h[n,k] = 2*a[n,k]",
        "a[n,k] = y[n,k]/e[n,k]; g[n,k] = sin(a[n,k])*e[n,k]",
        "a[n,k] = y[n,k]/e[n,k]",  # nobody reads it
        "a[n,k] = y[n,k]/e[n,k]^2; g[n,k] = a[n,k]*e[n,k]",  # something stays below the bar
        "a[n,k] = y[n,k]/z[n,k]; g[n,k] = a[n,k]*z[n,k]",  # no exponential
        "a[n,k] = y[n,k]/(1 + e[n,k]); g[n,k] = a[n,k]*(1 + e[n,k])",  # does not vanish
    ],
)
def test_other_systems_stay(text):
    assert weighed(text) is None
