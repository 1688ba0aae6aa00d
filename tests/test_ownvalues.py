"""Derivatives written in the value that they are of; each is checked by difference quotients."""

import pytest

from symbp.gradients import differentiate
from symbp.spelling import spell
from tests.systems.cases import read
from tests.systems.measuring import gradients_hold


def ledger(text):
    return differentiate(read(f"input z; const a: positive\no = {text}"), "o", ["z"])


@pytest.mark.parametrize(
    ("value", "derivative"),
    [
        ("2^z", "o*ln(2)"),
        ("3*2^z", "o*ln(2)"),
        ("a^z", "o*ln(a)"),
        ("5^(2*z)", "2*o*ln(5)"),
        ("a*2^(z^2)", "2*z*o*ln(2)"),
        ("tan(z)", "o^2 + 1"),
        ("tan(2*z)", "2*(o^2 + 1)"),
        ("sin(z)/cos(z)", "o^2 + 1"),
        ("1/cosh(z)", "-o*tanh(z)"),
        ("1/cos(z)", "o*tan(z)"),
        ("1/cosh(z)^2", "-2*o*tanh(z)"),
    ],
)
def test_a_value_that_occurs_in_its_derivative_is_named(value, derivative):
    found = ledger(value)
    assert spell(found.gradients["z"].printed.right) == derivative
    gradients_hold(found, {"z": 0.4, "a": 1.7})


@pytest.mark.parametrize(
    ("value", "derivative"),
    [
        ("1/z", "-1/z^2"),
        ("sqrt(z)", "1/(2*sqrt(z))"),
        ("z^a", "a*z^(a - 1)"),
        ("1/ln(z)", "-1/(z*ln(z)^2)"),
        ("sin(z)^2", "2*cos(z)*sin(z)"),
        # it would divide by a
        ("a*tan(z)", "a*(tan(z)^2 + 1)"),
        ("2^z + 1", "2^z*ln(2)"),
        ("z*exp(z)", "(z + 1)*exp(z)"),
    ],
)
def test_algebraic_values_and_parts_of_terms_stay_spelled(value, derivative):
    found = ledger(value)
    assert spell(found.gradients["z"].printed.right) == derivative
    gradients_hold(found, {"z": 0.4, "a": 1.7})
