"""All algebra: each change leads on from the last, has a law, and is confirmed by the checker."""

import inspect
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from symbp import forms, simplification
from symbp.derivations import Ledger
from symbp.forms import TABLES, tidy
from symbp.gradients import differentiate
from symbp.rewriting import Log
from symbp.spelling import spell
from symbp.verification.checker import check_rows
from symbp.workings import LAWS
from tests.systems.cases import read

SOFTMAX = """input z[n:N,k:K]; target y[n,k]; fact sum(k, y[n,k]) = 1
p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); L = -sum(n, k, y[n,k]*ln(p[n,k]))/N"""
NETWORK = """input x[n:N,j:J]; target y[n,k]; param W[j,k:K], b[k]
z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]; h[n,k] = tanh(z[n,k])
L = sum(n, k, (h[n,k] - y[n,k])^2)/2"""
CHAIN = "input X; param w; A = w*X; B = exp(A); C = B^2 + B; D = sqrt(C)"
CANCEL = "input a, b; y = a*b/a + ln(exp(b)) + exp(ln(a))"
BRANCHES = "input x[n:N]; r[n] = relu(x[n])*2; L = sum(n, r[n]*abs(x[n]))"


def derived(text: str, of: str, *wrt: str) -> Ledger:
    return differentiate(read(text), of, wrt)


CASES = [
    (SOFTMAX, "L", ("z",)),
    (NETWORK, "L", ("W", "b", "x")),
    (CHAIN, "D", ("X", "w")),
    (CANCEL, "y", ("a", "b")),
    (BRANCHES, "L", ("x",)),
]


@pytest.mark.parametrize(("text", "of", "wrt"), CASES)
def test_the_rows_lead_from_the_contributions_to_the_printed_form(text, of, wrt):
    ledger = derived(text, of, *wrt)
    whole = [row for row in ledger.workings if row.certificate is not None]
    assert whole
    for name, gradient in ledger.gradients.items():
        mine = [row for row in whole if row.about == name]
        if mine:
            assert mine[-1].after == gradient.printed.right
        for one, other in pairwise(mine):
            assert one.after == other.before
    assert all(row.before != row.after for row in ledger.workings)


@pytest.mark.parametrize(("text", "of", "wrt"), CASES)
def test_every_application_of_the_engine_is_on_record_with_its_law(text, of, wrt):
    laws = {rule.name: rule.law for table in TABLES.values() for rule in table}
    ledger = derived(text, of, *wrt)
    ids = {row.id: row for row in (*ledger.steps, *ledger.workings)}
    assert len(ids) == len(ledger.steps) + len(ledger.workings)
    for row in ledger.workings:
        assert row.level == 3
        assert row.parent in ids
        assert row.args["law"] == (LAWS[row.rule] if row.certificate else laws[row.rule])
        if row.rule == "tidy":
            log = Log()
            assert tidy(row.before, log) == row.after
            below = [r.rule for r in ledger.workings if r.parent == row.id]
            assert below == [use.rule for use in log.applications]


@pytest.mark.parametrize(("text", "of", "wrt"), CASES)
def test_the_checker_confirms_each_change(text, of, wrt):
    ledger = derived(text, of, *wrt)
    assert check_rows(ledger, ledger.workings) == []


def test_every_move_of_the_search_has_a_law():
    """The moves are named where they are tried; a name that was forgotten here is found out."""
    source = inspect.getsource(forms) + inspect.getsource(simplification)
    told = set(re.findall(r'\("([a-z_]+)", ', source)) - {"sum", "symmetric"}
    assert len(told) > 10
    assert told <= set(LAWS)


def test_a_wrong_change_is_found():
    ledger = derived(NETWORK, "L", "W")
    row = next(r for r in ledger.workings if r.certificate is not None)
    wrong = replace(row, certificate=replace(row.certificate, after=2 * row.certificate.after))
    assert [p.kind for p in check_rows(ledger, [wrong])] == ["wrong"]


def test_conditions_and_facts_stand_at_the_row_that_needs_them():
    ledger = derived(SOFTMAX, "L", "z")
    facts = [row for row in ledger.workings if row.rule == "fact"]
    assert [spell(c.statement.left) for row in facts for c in row.conditions] == ["sum(k, y[n,k])"]
    cancelled = [c for row in ledger.workings for c in row.conditions if c.kind == "domain"]
    assert [spell(c.statement) for c in cancelled] == ["p[n,k] != 0", "_1[n] != 0"]


def test_they_are_made_when_they_are_read():
    ledger = derived(CHAIN, "D", "X")
    assert "workings" not in vars(ledger)
    assert ledger.workings is ledger.workings
    assert differentiate(read(CHAIN), "D", ["X"], simplify=False).workings == ()
