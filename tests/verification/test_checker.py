from dataclasses import replace

import pytest

import symbp as sb
from symbp.derivations import Certificate
from symbp.equations import Equation
from symbp.gradients import differentiate
from symbp.verification.checker import check_ledger
from tests.systems.table import CASES
from tests.verification.samples import CHAIN, NETWORK, SOFTMAX, system_of

#: A few of the table: all of it is checked with --full.
QUICK = CASES[::6]


def check(case):
    system = case.system()
    return check_ledger(differentiate(system, case.of, case.names(system)))


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_derivations_are_confirmed(case):
    assert check(case) == []


@pytest.mark.full
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_all_derivations_of_the_table_are_confirmed(case):
    assert check(case) == []


def spoiled(ledger, name, change, **more):
    gradient = ledger.gradients[name]
    old = gradient.printed
    printed = Equation(old.target, old.ranges, old.at, change(old.right))
    gradients = {**ledger.gradients, name: replace(gradient, printed=printed, **more)}
    return replace(ledger, gradients=gradients, narrator=None)


@pytest.mark.parametrize(
    ("text", "name"), [(CHAIN, "X"), (NETWORK, "W"), (SOFTMAX, "W"), (SOFTMAX, "z")]
)
def test_a_wrong_gradient_is_found(text, name):
    system = system_of(text)
    of = "E" if text is CHAIN else "L"
    ledger = differentiate(system, of, ["X"] if text is CHAIN else ["W"])
    assert check_ledger(ledger) == []
    for change in (lambda right: -right, lambda right: right * 2, lambda right: right + 1):
        problems = check_ledger(spoiled(ledger, name, change))
        assert [(p.about, p.kind) for p in problems] == [(name, "wrong")]


def test_a_condition_that_was_not_recorded_is_found():
    ledger = differentiate(system_of(SOFTMAX), "L", ["W"])
    problems = check_ledger(spoiled(ledger, "z", lambda right: right, conditions=()))
    # the numbers satisfy the fact; the proof may not use it
    assert [(p.about, p.kind) for p in problems] == [("z", "unproved")]


def test_a_wrong_step_is_found():
    ledger = differentiate(system_of(NETWORK), "L", ["W"])
    steps = list(ledger.steps)
    place = next(n for n, s in enumerate(steps) if s.certificate is not None)
    old = steps[place].certificate
    steps[place] = replace(steps[place], certificate=Certificate(old.before, old.after * 2))
    wrong = replace(ledger, narrator=lambda told: tuple(steps))
    assert [(p.about, p.kind) for p in check_ledger(wrong)] == [(f"row {place}", "wrong")]


def test_an_extent_that_no_array_has():
    derived = sb.derive("input x[n:N]; L = sum(n, k:K, x[n]^2)", wrt="x")
    assert check_ledger(derived.ledger) == []
