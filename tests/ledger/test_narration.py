"""A chain is told as a chain, everything else as a network."""

import pytest

from symbp.gradients import differentiate
from symbp.printers.phrases import RULES
from symbp.printers.sentences import SECTIONS
from tests.systems.cases import read
from tests.systems.table import CASES


def sections(text, of, wrt):
    return list(dict.fromkeys(r.section for r in differentiate(read(text), of, [wrt]).steps))


def test_a_chain_has_four_parts():
    assert sections("A = X + 1; B = A^2", "B", "X") == ["forward", "local", "backward", "result"]


def test_a_network_has_layers():
    text = "input x; param w, v; a = w*x; h = tanh(a); z = v*h; o = sigmoid(z); L = (o - 1)^2"
    assert sections(text, "L", "w") == ["forward", "output", "hidden"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rows_cite_earlier_rows_and_known_phrases(case):
    system = read(case.text)
    ledger = differentiate(system, case.of, case.names(system))
    for number, row in enumerate(ledger.steps):
        assert row.id == number
        assert row.rule in RULES
        assert row.section in SECTIONS
        assert all(premise < number for premise in row.premises)
        assert set(RULES[row.rule].args) <= set(row.args) | {"then"}


def test_sums_without_any_axis_are_no_chain():
    ledger = differentiate(read("input x; L = sum(n:4, x^n)"), "L", ["x"])
    assert [s.rule for s in ledger.steps if s.section == "forward"] == ["definition"]
    assert any(s.section != "forward" for s in ledger.steps)
