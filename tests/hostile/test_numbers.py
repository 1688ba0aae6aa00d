"""Values at the edges: large arguments, cancellation, kinks."""

import math

import mpmath
import numpy as np
import pytest

import symbp as sb
from symbp.errors import MathError


def value(text, **point):
    return float(sb.System(text).evaluate(point)[text.partition("=")[0].strip()])


def derivative(text, **point):
    """The derivative of a chain by the first input at a point, as the derivation shows it."""
    name = next(iter(point))
    derivation = sb.derive(sb.System(text), wrt=name, at=point)
    return derivation.numbers[derivation.ledger.gradients[name].quantity]


def ulps(found, exact):
    return abs(found - float(exact)) / np.spacing(abs(float(exact)))


def sigmoid_far_out():
    assert value("p = sigmoid(z)", z=1000.0) == 1.0
    assert value("p = sigmoid(z)", z=-1000.0) == 0.0


def sigmoid_slope():
    exact = mpmath.exp(-40) / (1 + mpmath.exp(-40)) ** 2
    assert ulps(derivative("p = sigmoid(z)", z=40.0), exact) < 4


def cross_entropy(z):
    """As the textbook spells it, and as a stable formula; the gradient is p - y in both."""
    spelled = "p = sigmoid(z); L = -(y*ln(p) + (1-y)*ln(1-p))"
    derivation = sb.derive(spelled, of="L", wrt="z", at={"z": z, "y": 0.0})
    assert derivation.numbers["dL/dz"] == derivation.numbers["p"]
    assert derivation.numbers["L"] == value("L = softplus(z) - y*z", z=z, y=0.0)
    return derivation.numbers["L"]


def softplus():
    for z in (1e-8, 1e-3, 1.0, 30.0, 800.0):
        exact = mpmath.log1p(mpmath.exp(z))
        assert ulps(value("s = softplus(z)", z=z), exact) < 4
        assert math.isfinite(derivative("s = softplus(z)", z=z))


def power_at_zero():
    return derivative("y = x^0.5", x=0.0)


def relu_at_zero():
    assert derivative("r = relu(z)", z=0.0) == 0.0


def abs_at_zero():
    assert derivative("a = abs(z)", z=0.0) == 0.0


def entropy_at_forty():
    assert cross_entropy(40.0) == 40.0


def entropy_far_out():
    assert cross_entropy(-800.0) == 0.0


CALLS = {
    "num-001": sigmoid_far_out,
    "num-002": sigmoid_slope,
    "num-003": entropy_at_forty,
    "num-004": entropy_far_out,
    "num-007": softplus,
    "num-008": relu_at_zero,
    "num-009": abs_at_zero,
    "num-011": power_at_zero,
}


@pytest.mark.surface("numeric")
@pytest.mark.filterwarnings("error")
def test_number(case, judged):
    judged(case, CALLS[case["id"]])


def test_a_root_has_no_slope_at_zero():
    with pytest.raises(MathError):
        power_at_zero()
    assert sb.derive("y = x^0.5").conditions == ("x > 0",)
