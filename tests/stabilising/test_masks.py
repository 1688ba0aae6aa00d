import mpmath
import numpy as np
import pytest

import symbp as sb
from symbp.intervals import intervals
from symbp.spelling import spell
from symbp.stabilising.masks import masks, under_logarithms
from tests.stable_values import read

DECLARED = """
input z[k:K], w[k]
input c[k]: binary
input d[k]: positive
input e: nonnegative
"""


def found(text, letters="k"):
    system = read(f"{DECLARED} u[k] = {text}")
    rest = system.equations[-1].right
    return [spell(m) for m in masks(rest, frozenset(letters), system, intervals(system))]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("c[k]*z[k]", ["c[k] != 0"]),
        ("w[k]^2", ["w[k] != 0"]),
        ("c[k]*w[k]^2/d[k]", ["c[k] != 0", "w[k] != 0"]),
        ("w[k]*d[k]", []),
        ("z[k]/c[k]", []),
        ("e*z[k]", []),
    ],
)
def test_a_mask_is_given_never_negative_and_may_be_0(text, conditions):
    assert found(text) == conditions


def test_it_runs_over_the_indices_in_question():
    assert found("c[k]*z[k]", letters="n") == []


def test_what_is_computed_is_no_mask():
    system = read(f"{DECLARED} a[k] = c[k]*z[k]; u[k] = a[k]^2")
    rest = system.equations[-1].right
    assert masks(rest, frozenset("k"), system, intervals(system)) == []


def test_hidden_products_are_looked_into():
    system = read(f"{DECLARED} u[k] = sum(j, z[j])*c[k]")
    (hidden,) = (e for e in system.equations if system.quantities[e.target].hidden)
    assert masks(hidden.left, frozenset("k"), system, intervals(system)) == []


def test_under_a_logarithm_data_of_any_sign_count():
    system = read(
        DECLARED + "s = sum(k, w[k]*exp(z[k])); t[k] = w[k]*ln(2*s); r[k] = exp(ln(z[k]))"
    )
    assert under_logarithms(system) == {"s", "z"}
    rest = system.equations[1].right.numerator[0]
    known = intervals(system)
    assert masks(rest, frozenset("k"), system, known) == []
    (found,) = masks(rest, frozenset("k"), system, known, signed=True)
    assert spell(found) == "w[k] != 0"


@pytest.mark.parametrize("named", ["", "s[n] = sum(k, y[n,k]*exp(z[n,k]))"])
def test_what_is_weighted_with_0_does_not_count_however_large_it_is(named):
    inner = "s[n]" if named else "sum(k, y[n,k]*exp(z[n,k]))"
    system = sb.System(f"input z[n:N, k:K]; target y[n,k]\n{named}\nL = sum(n, ln({inner}))")
    z = np.array([[1e4, 0.5, -3, 2], [-1e3, -1001, 1e4, 40]])
    y = np.array([[0, 2, 1, -1e-3], [1.0, 0.5, 0, 0]])
    with mpmath.workdps(40):
        terms = [
            [a * mpmath.exp(b) for a, b in zip(*r, strict=True)] for r in zip(y, z, strict=True)
        ]
        true = float(sum(mpmath.log(sum(row)) for row in terms))
        slopes = np.array([[float(t / sum(row)) for t in row] for row in terms])
    found = sb.derive(system, wrt="z").system.evaluate(z=z, y=y)
    loss, gradient = system.compile(wrt="z").loss_and_gradient(z=z, y=y)
    for value, slope in ((found["L"], found["dL/dz"]), (loss, gradient["z"])):
        assert value == pytest.approx(true, rel=1e-14)
        np.testing.assert_allclose(slope, slopes, rtol=1e-13)
