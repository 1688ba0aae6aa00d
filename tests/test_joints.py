"""Where two branches meet, the derivative is that of one of the sides."""

import numpy as np
import pytest

from symbp.expressions import Access
from symbp.gradients import differentiate
from symbp.interpreter import FLOAT64, evaluate
from symbp.joints import partial_at_joints
from symbp.partials import partial
from symbp.spelling import spell
from tests.systems.cases import read
from tests.systems.measuring import gradients_hold

Z = Access("z")


def right(text):
    return read(f"input z, y, a; o = {text}").author_equations[0].right


def slope(text, by=Z, value=None):
    return spell(partial_at_joints(right(text), by, value))


JOINED = (
    ("max(z, 0) + a*min(z, 0)", "where(z <= 0, a, 1)"),
    ("relu(z) - a*relu(-z)", "where(z <= 0, a, 1)"),
    ("relu(z) - relu(z - 1)", "where(z <= 0, 0, where(z <= 1, 1, 0))"),
    ("y*(max(z, 0) + a*min(z, 0))", "y*where(z <= 0, a, 1)"),
    ("max(0, z) + min(0, exp(z) - 1)", "where(z <= 0, exp(z), 1)"),
    ("max(0, z) + min(0, 3*(exp(z/2) - 1))", "where(z <= 0, 3/2*exp(z/2), 1)"),
)


@pytest.mark.parametrize(("text", "wanted"), JOINED)
def test_a_joint_belongs_to_the_piece_below_it(text, wanted):
    made = partial_at_joints(right(text), Z)
    for z in (-2.0, -0.5, 0.0, 0.5, 1.0, 2.0):
        values = [_value(node, z) for node in (made, right(wanted))]
        assert values[0] == pytest.approx(values[1], rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "relu(z)",
        "abs(z)",
        "abs(z + 1) - abs(z - 1)",
        "(z + abs(z))/2",
        "max(z, -z)",
        "max(-1, min(1, z))",
        "max(0, 1 - abs(z))",
        "where(z < 0, -z, where(z > 0, z, 0))",  # the author says what is at 0
        "relu(z) + where(z > 0, 1, 0)",  # it jumps
        "where(z <= 0, 0, z) + where(z <= 0, 0, 2*z)",  # the joints agree already
        "relu(z)*relu(y)",
        "relu(z - y) + relu(y - z)",
        "max(z, 0) + ln(1 + exp(-abs(z)))",
        "sin(z)*y",
    ],
)
def test_other_expressions_are_left_to_the_chain_rule(text):
    root = right(text)
    assert partial_at_joints(root, Z) == partial(root, Z)


def test_other_variables_keep_their_partials():
    root = right("max(z, 0) + a*min(z, 0)")
    assert spell(partial_at_joints(root, Access("a"))) == "min(z, 0)"
    assert spell(partial_at_joints(root, Access("y"))) == "0"


def test_in_the_value_of_the_whole():
    assert slope("max(0, z) + min(0, exp(z) - 1)", value=Access("o")) == "where(z <= 0, o + 1, 1)"


@pytest.mark.parametrize("text", [text for text, _ in JOINED])
def test_beside_the_joints_the_derivative_is_that_of_the_values(text):
    ledger = differentiate(read(f"input z, y, a; o = {text}"), "o", ["z"])
    for z in np.random.default_rng(0).uniform(-3, 3, 4):
        gradients_hold(ledger, {"z": float(z), "y": 0.7, "a": 0.3})


def _value(root, z):
    system = read(f"input z, y, a; o = {spell(root)}")
    return float(evaluate(system, {"z": z, "y": 0.7, "a": 0.3}, FLOAT64, {})["o"])
