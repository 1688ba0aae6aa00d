"""Choices between values, as choices between what is computed from them."""

from __future__ import annotations

import numpy as np
import pytest

import symbp as sb
from symbp.spelling import spell
from symbp.stabilising.choices import drawn_out, taken_in
from tests.stable_values import read


def right(text):
    return read(f"u = {text}").equations[-1].right


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("ln(where(y == 1, x, z))", "where(y == 1, ln(x), ln(z))"),
        (
            "w*ln(where(y > 1, x, where(y > 0, z, x*z)))",
            "w*where(y > 1, ln(x), where(y > 0, ln(z), ln(x*z)))",
        ),
        ("ln(where(y > 0, x, 0))", "ln(where(y > 0, x, 0))"),
        ("exp(where(y > 0, x, z))", "exp(where(y > 0, x, z))"),
    ],
)
def test_a_logarithm_is_taken_in_each_branch(text, drawn):
    assert spell(drawn_out(right(text))) == drawn


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("where(y == 1, -1/x, 1/(1 - x))*x*(1 - x)", "where(y == 1, -1 + x, x)"),
        ("3*z*x*where(y == 1, z/x, z)", "3*z*where(y == 1, z, z*x)"),
        ("x*where(y == 1, z, 1/z)", "x*where(y == 1, z, 1/z)"),
        ("where(y == 1, z/x, z)/x", "where(y == 1, z/x, z)/x"),
    ],
)
def test_a_factor_meets_the_branch_that_divides_by_it(text, taken):
    assert spell(taken_in(right(text))) == taken


def test_what_gains_nothing_stays_as_it_was_written():
    net = sb.System("input x[n:N], z[n]; L = sum(n, ln(where(x[n] > 1, x[n], z[n])))")
    assert net.spellings() == "every equation is computed as it is written"


@pytest.mark.parametrize("named", [False, True])
def test_the_likelihood_of_a_label_is_finite_where_its_probability_is_not_a_float(named):
    start, p = ("p[n] = sigmoid(z[n]);", "p[n]") if named else ("", "sigmoid(z[n])")
    likelihood = f"where(y[n] == 1, {p}, 1 - {p})"
    net = sb.System(f"input z[n:N]; target y[n]: binary; {start} L = -sum(n, ln({likelihood}))")
    z, y = np.array([-800.0, 800.0, 40.0, -40.0]), np.array([1.0, 0.0, 1.0, 0.0])
    derived = sb.derive(net, wrt="z")
    values = derived.system.evaluate(z=z, y=y)
    assert values["L"] == 1600.0
    tiny = 4.248354255291589e-18  # exp(-40)
    assert np.allclose(values["dL/dz"], [-1, 1, -tiny, tiny], rtol=1e-14, atol=0)
