"""Of two cases the one that is 0 is printed last; no number changes its value."""

import itertools

import pytest

from symbp.casewriting import zero_last
from symbp.expressions import Where
from symbp.gradients import differentiate
from symbp.interpreter import FLOAT64, evaluate
from symbp.spelling import spell
from tests.systems.cases import read

HEAD = "input z, a, b, y, u\n"

WRITTEN = (
    ("where(z <= 0, 0, 1)", "where(z > 0, 1, 0)"),
    ("where(z < a, 0, y)", "where(z >= a, y, 0)"),
    ("y + where(z > a, 0, y)/u", "y + where(z <= a, y, 0)/u"),
    ("where(z < a, 0, where(z > b, 0, y))", "where(z >= a and z <= b, y, 0)"),
    ("where(z <= b, where(z > a, y, 0), 0)", "where(z > a and z <= b, y, 0)"),
    (
        "where(z <= b, where(z > a, where(y < u, y, 0), 0), 0)",
        "where(z > a and z <= b and y < u, y, 0)",
    ),
    # nothing to turn: 0 last already, no 0, three cases, or an equality
    ("where(z > 0, 1, 0)", None),
    ("where(z <= 0, y, 1)", None),
    ("where(z <= -1, 0, where(z < 1, y, 0))", None),
    ("where(z <= -1, 1, where(z < 1, 0, 1))", None),
    ("where(a >= min(z, b), -1, where(z <= b, 0, 1))", None),
    ("where(z == 0, 0, y)", None),
    ("where(z != a, where(z == b, y, 0), 0)", None),
    ("z + y", None),
)


@pytest.mark.parametrize(("before", "after"), WRITTEN)
def test_zero_comes_last(before, after):
    system = read(f"{HEAD}L = {before}")
    root = system.equations[-1].right
    made = zero_last(root)
    assert spell(made) == (before if after is None else after)
    assert zero_last(made) == made
    for values in itertools.product((-2.0, -1.0, 0.0, 1.0), repeat=2):  # at the boundaries too
        given = {"z": values[0], "y": values[1], "a": -1.0, "b": 1.0, "u": 0.5}
        texts = (f"{HEAD}L = {spell(root)}", f"{HEAD}L = {spell(made)}")
        one, other = (evaluate(read(text), given, FLOAT64)["L"] for text in texts)
        assert one == other


def test_only_what_prints_is_turned():
    """The derived system keeps relu's own condition, under which NaN stays NaN."""
    ledger = differentiate(read("input z\nL = relu(z)^2"), "L", ["z"])
    derived = next(e.right for e in ledger.system.equations if e.target == "dL/dz")
    assert isinstance(derived, Where)
    assert spell(derived.condition) == "z <= 0"
    assert spell(ledger.gradients["z"].printed.right) == "where(z > 0, 2*z, 0)"
