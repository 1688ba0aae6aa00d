"""Values at a sample point: right where the printed form cancels, refused where there are none."""

import math
from fractions import Fraction

import pytest

import symbp as sb
from symbp.errors import DataError, MathError, UnknownNameError

CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"
ENTROPY = "p = sigmoid(z); L = -(y*ln(p) + (1-y)*ln(1-p))"


def test_every_quantity_and_derivative_has_its_value():
    numbers = sb.derive(CHAIN, at={"X": 2}).numbers
    logarithm = math.log(9)
    assert numbers["B"] == 9
    assert numbers["E"] == pytest.approx(math.sqrt(logarithm) - 1, rel=1e-15)
    assert numbers["dE/dX"] == pytest.approx(3 / (9 * math.sqrt(logarithm)), rel=1e-15)
    assert numbers["∂B/∂A"] == 6


@pytest.mark.parametrize("z", [-745.0, -300.0, -40.0, 0.0, 40.0, 300.0, 700.0])
def test_values_are_right_where_the_printed_form_cancels(z):
    # p*(1 - p) in floats is 0 beyond 37.
    slope = sb.derive("p = sigmoid(z)", at={"z": z}).numbers["dp/dz"]
    assert slope == pytest.approx(math.exp(-abs(z)) / (1 + math.exp(-abs(z))) ** 2, rel=1e-15)


@pytest.mark.parametrize(("z", "y"), [(40, 0), (-800, 0), (800, 1), (10_000, 1), (-10_000, 0)])
def test_far_out_there_are_still_values(z, y):
    numbers = sb.derive(ENTROPY, of="L", wrt="z", at={"z": z, "y": y}).numbers
    assert numbers["L"] == pytest.approx(max(z, 0) - z * y, abs=1e-15)
    assert numbers["dL/dz"] == numbers["p"] - y
    assert math.copysign(1, numbers["dL/dz"]) == 1


def test_exact_numbers_are_taken():
    assert sb.derive("y = 3*x^2", at={"x": Fraction(1, 3)}).numbers["dy/dx"] == 2


@pytest.mark.parametrize("x", [-1, Fraction(-3, 2)])
def test_a_point_outside_the_domain_is_refused(x):
    with pytest.raises(MathError, match="in `"):
        sb.derive(CHAIN, at={"X": x})


def test_names_are_those_of_inputs():
    with pytest.raises(UnknownNameError, match="'A'"):
        sb.derive(CHAIN, at={"A": 2})
    with pytest.raises(DataError, match="y"):
        sb.derive("f = x*y", at={"x": 2})


def test_systems_with_indices_have_no_sample_point():
    with pytest.raises(DataError, match="indices"):
        sb.derive("input x[n:N]\nL = sum(n, x[n]^2)", at={"x": 2})
