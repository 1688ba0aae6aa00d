"""The chain of chapter 1.3: nineteen rows, as printed there (equations 1.3.5 to 1.3.9)."""

import pytest

from symbp.derivations import Partial
from symbp.gradients import differentiate
from symbp.spelling import spell
from tests.systems.cases import read

CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"


@pytest.fixture(scope="module")
def rows():
    return differentiate(read(CHAIN), "E", ["X"], at={"X": 2}).steps


def test_nineteen_rows(rows):
    assert len(rows) == 19
    assert [r.section for r in rows] == ["forward"] * 5 + ["local"] * 5 + ["backward"] * 5 + [
        "result"
    ] * 4


def test_local_derivatives(rows):
    assert [spell(r.after) for r in rows[5:10]] == ["1", "2*A", "1/B", "1/(2*sqrt(C))", "1"]


def test_the_backward_pass(rows):
    wanted = ["1", "1/(2*sqrt(C))", "1/(2*B*sqrt(C))", "A/(B*sqrt(C))", "A/(B*sqrt(C))"]
    assert [spell(r.after) for r in rows[10:15]] == wanted
    assert rows[13].rule == "chain_cancel"


def test_the_result(rows):
    assert spell(rows[17].after) == "A/(B*sqrt(C))"
    assert rows[17].level == 1
    assert spell(rows[18].after) == "1/((X + 1)*sqrt(ln((X + 1)^2)))"
    assert isinstance(rows[18].left, Partial)


def test_values_at_two():
    values = differentiate(read(CHAIN), "E", ["X"], at={"X": 2}).values
    wanted = {"A": 3, "B": 9, "C": 2.1972, "D": 1.4823, "E": 0.4823, "dE/dX": 0.224875}
    for name, number in wanted.items():
        assert float(values[name]) == pytest.approx(number, abs=5e-5)


def test_two_ways_add():
    rows = differentiate(read("y = u*v + sin(u); w = y/(1 - u)"), "w", ["u"]).steps
    assert any(r.rule == "chain_paths" for r in rows)


def test_an_unused_input_is_said_to_be_unused():
    rows = differentiate(read("input x, w; y = x^2; v = w"), "y", ["w"]).steps
    assert rows[-1].rule == "zero_unused"
