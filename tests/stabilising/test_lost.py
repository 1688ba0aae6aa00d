"""What a stored value has lost: found by measuring, and computed from the variable instead."""

import re

import numpy as np
import pytest

import symbp as sb
from symbp.expressions import Access
from symbp.matching import replace_nodes
from symbp.numerics.accuracy import Tape
from symbp.numerics.longnumbers import MPMATH
from symbp.spelling import spell
from symbp.stabilising.lost import VALUE, VARIABLE, regained, without_needless_branches
from symbp.stabilising.stableforms import proved_equal
from tests.accuracy_table import (
    ACTIVATIONS,
    LOSSES,
    ROWS,
    SPELLED,
    derivatives,
    error,
    points,
    truths,
)
from tests.systems.cases import read

COUNT = 300
#: What is spelled with a value beside it, and loses it in some way of its own.
SPOILED = (
    *("tanh(z) - 1", "1/(2 + exp(z))", "exp(z)/(2 + 3*exp(z))", "1/(1 + z^2)", "z/sqrt(1 + z^2)"),
    *("where(z > 0, z, exp(z) - 1)", "max(0, z) + min(0, exp(z) - 1)", "2*sigmoid(z) - 1"),
)


def node(text):
    right = read(f"param v, u\nr = {text}").author_equations[-1].right
    return replace_nodes(right, {Access("v"): VALUE, Access("u"): VARIABLE})


@pytest.mark.parametrize(
    ("definition", "whole", "made"),
    [
        ("elu(u)", "1 + v", "where(u <= 0, exp(u), 1 + u)"),
        ("where(u > 0, u, exp(u) - 1)", "1 + v", "where(u > 0, 1 + u, exp(u))"),
        ("max(0, u) + min(0, exp(u) - 1)", "v + 1", None),
        ("tanh(u) - 1", "v + 2", "2*sigmoid(2*u)"),
        ("exp(u)", "1 - v", "-expm1(u)"),
        ("sigmoid(u)", "1 - 2*v", "-tanh(u/2)"),
    ],
)
def test_what_is_lost_is_regained(definition, whole, made):
    found = regained(node(whole), node(definition))
    assert found is not None
    if made is not None:
        assert spell(found).replace("·u", "u") == made
    opened = replace_nodes(node(whole), {VALUE: node(definition)})
    if "where" not in spell(found):
        assert proved_equal(opened, found)


@pytest.mark.parametrize(
    ("definition", "whole"),
    [
        ("exp(u)", "1 + v"),  # nothing cancels
        ("u^2", "1 + v"),
        ("silu(u)", "v + 1"),
        ("cos(u)", "1 - v"),  # no better form is known
        ("exp(u)", "v*u"),
        ("sqrt(u)", "v - 1"),  # a difference by nature, next to its zero
    ],
)
def test_what_is_harmless_or_beyond_help_stays(definition, whole):
    assert regained(node(whole), node(definition)) is None


def test_a_branch_decides_those_inside_it():
    inside = "where(u <= 0, where(u > 0, 1, exp(u)), where(u <= 0, 2, u))"
    assert spell(without_needless_branches(node(inside))).replace("·u", "u") == (
        "where(u <= 0, exp(u), u)"
    )


def computed(row, order, at):
    """A derivative as a system computes it that stores the value, and the slope."""
    text = re.sub(r"\bz\b", "z[n]", row)
    start = f"input z[n:N]; h[n] = {text}"
    derived = sb.derive(sb.System(f"{start}; L = sum(n, h[n])"), of="L", wrt="z")
    with np.errstate(all="ignore"):
        if order == 1:
            return list(derived.system.evaluate(z=at)["dL/dz"])
        slope = spell(derived["z"].node)
        again = sb.System(f"{start}; g[n] = {slope}; M = sum(n, g[n])")
        return list(sb.derive(again, of="M", wrt="z").system.evaluate(z=at)["dM/dz"])


@pytest.mark.parametrize("row", [*ACTIVATIONS, *LOSSES, *SPELLED[:6]])
def test_first_derivatives_through_a_stored_value(row):
    if len(derivatives(row)) > 1:
        at = points("float64", COUNT)
        made = error(row, 1, "float64", COUNT, computed(row, 1, at))
        assert max(made.worst, made.near) <= 4, made


@pytest.mark.parametrize("row", SPOILED)
@pytest.mark.parametrize("order", [1, 2])
def test_derivatives_that_a_stored_value_spoils(row, order):
    at = np.array([s * z for z in (1e-9, 0.3, 0.62, 1.0, 3.0, 17.0, 40.0, 120.0) for s in (1, -1)])
    found = computed(row, order, at)
    for z, value in zip(at, found, strict=True):
        true = true_value(row, order, float(z))
        assert abs(value - true) <= 2e-14 * abs(true), (z, value, true)


def true_value(row, order, z):
    numbers = MPMATH(250)
    tape = Tape(derivatives(row)[order], [Access("z")], numbers)
    return float(tape.value([numbers.of_data(z)]))


def is_beyond(row, order, z):
    """Where no better form is known, and outside of the domain."""
    if abs(z) > 1e100 or (row.startswith("arccosh") and z <= 1):
        return True
    if order == 2 and row == "exp(-z^2/2)":
        return 0.99 < abs(z) < 1.01  # next to a zero, z^2 - 1 is as exact as z^2
    # the slope is -2*z out there, and the bend is what is left beside it
    return order == 2 and row == "ln(erfc(z))" and z > 3


@pytest.mark.full
@pytest.mark.parametrize("row", ROWS)
def test_every_row_through_stored_values(row):
    """Up to |z| = 1e100, and where the value is no subnormal number: 8 units."""
    at = points("float64", COUNT)
    for order in range(1, len(derivatives(row))):
        found = computed(row, order, at)
        exact, _ = truths(row, order, "float64", COUNT)
        for place, (z, true) in enumerate(zip(at, exact, strict=True)):
            if true is not None and (is_beyond(row, order, z) or 0 < abs(true) < 1e-290):
                found[place] = np.float64(float(true))
        made = error(row, order, "float64", COUNT, found)
        assert max(made.worst, made.near) <= 8, (order, made)
