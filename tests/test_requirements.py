import pytest

from symbp.adjoints import sweep
from symbp.gradients import differentiate
from symbp.printers.text import print_text, spell_condition
from symbp.requirements import Requirements, mentioned
from symbp.simplification import Simplifier
from tests.systems.cases import read


def needed(text, by, of="L"):
    ledger = differentiate(read(text), of, [by])
    return [spell_condition(ledger, c) for c in ledger.gradients[by].conditions]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("input x: positive; L = ln(x)", ["x: positive"]),
        ("input x: nonzero; L = 1/x", ["x: nonzero"]),
        ("input x: nonzero; L = ln(x)", ["x > 0"]),
        ("input x: unit_interval; L = ln(1 - x)", ["x: unit_interval"]),
        ("input x: unit_interval; L = x^2", []),
        ("input x: positive; L = 1/x + x^2", ["x: positive"]),
        # a kink that a fact excludes
        ("input x: positive; L = max(x, -1)*x", ["x: positive"]),
        # what the simplifier used is told once
        ("input x: positive; L = abs(x)*ln(x)", ["x: positive"]),
        # the fact settles one condition and not the other
        ("input x: positive; L = ln(x) + ln(1 - x)", ["x < 1", "x: positive"]),
        # of two facts either of which is enough, the first is told
        ("input w: positive; input x: positive; L = ln(x) + w", ["x: positive"]),
        ("input x: positive; fact x: unit_interval; L = ln(x)", ["x: positive"]),
        ("input x: positive; fact x: unit_interval; L = ln(1 - x)", ["x: unit_interval"]),
    ],
)
def test_a_fact_that_settles_a_condition_is_told(text, conditions):
    assert needed(text, "x") == conditions


def test_a_fact_about_another_quantity_settles_a_condition():
    text = "param s: positive; input x[n:N]; L = sum(n, x[n]^2)/s"
    assert needed(text, "x") == ["s: positive"]


def test_a_fact_that_ties_values_settles_by_their_signs():
    text = "input x[k:K]; input p[k]: simplex(k); L = sum(k, p[k]*x[k]) + sum(k, sqrt(1 + p[k]))"
    assert needed(text, "x") == ["p: nonnegative"]
    lines = print_text(differentiate(read(text), "L", ["x"])).splitlines()
    assert "Assumption (H): p: nonnegative." in lines


def test_kinks_belong_to_a_quantity_and_so_do_their_facts():
    text = "input x; input y: positive; z = max(y, -1)*y; L = z + x^2"
    assert needed(text, "y") == ["y: positive"]
    assert needed(text, "x") == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("input x: unit_interval; L = x^2", []),
        ("input x: positive; L = ln(x)", ["Assumption (H): x: positive."]),
        ("input x: positive; input w: binary; L = w*ln(x)", ["Assumption (H): x: positive."]),
        ("param p[k:K]; input t: class_ids; L = p[t]^2", ["Assumption (H): t: class_ids."]),
    ],
)
def test_only_facts_that_are_used_are_assumed(text, lines):
    system = read(text)
    by = "p" if "class_ids" in text else "x"
    written = print_text(differentiate(system, "L", [by])).splitlines()
    assert [line for line in written if line.startswith("Assumption")] == lines


def test_mentioned():
    system = read("input x[k:K], v[k], u; a = argmax(k, x[k]); L = v[a]; M = u")
    assert mentioned(system, "L") == {"L", "v", "a", "x"}


def test_requirements_of_a_quantity_without_adjoint():
    system = read("input x: positive; input y; L = ln(x) + y - y")
    swept = sweep(system, "L", ["y"])
    simplifier = Simplifier(swept)
    simplifier.run()
    found = Requirements(system, swept, simplifier).of("y")
    assert [(c.kind, c.asked_by) for c in found] == [("fact", "domain")]
