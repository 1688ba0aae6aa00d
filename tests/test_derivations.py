"""The ledger is data: rows are made when they are read, conditions are collected once."""

from symbp.derivations import Condition, Ledger
from symbp.gradients import differentiate
from tests.systems.cases import read


def test_rows_are_made_when_they_are_first_read():
    system = read("y = x^2")
    calls = []
    ledger = Ledger(system, system, "y", ("x",), {}, narrator=lambda told: calls.append(1) or ())
    assert not calls
    assert ledger.steps == ()
    assert ledger.steps == ()
    assert calls == [1]


def test_conditions_are_listed_once():
    ledger = differentiate(read("input a, b; y = ln(a) + b"), "y", ["a", "b"])
    assert len(ledger.conditions) == len(set(ledger.conditions)) == 1
    assert isinstance(ledger.conditions[0], Condition)


def test_a_gradient_keeps_its_unconditional_form():
    text = """input z[k:K]; target y[k]; fact sum(k, y[k]) = 1
    p[k] = exp(z[k])/sum(l, exp(z[l])); L = -sum(k, y[k]*ln(p[k]))"""
    gradient = differentiate(read(text), "L", ["z"]).gradients["z"]
    assert gradient.printed != gradient.unconditional
    assert [c.kind for c in gradient.conditions] == ["fact"]
