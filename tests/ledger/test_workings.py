"""All algebra: each change leads on from the last, has a law, and is confirmed by the checker."""

import inspect
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from symbp import simplification
from symbp.derivations import Ledger
from symbp.expressions import Node, Sum, postorder
from symbp.gradients import differentiate
from symbp.matching import replace_nodes
from symbp.rules.moves import MOVES
from symbp.simplifying import forms
from symbp.simplifying.forms import TABLES
from symbp.spelling import spell
from symbp.verification.checker import check_rows
from tests.systems.cases import read
from tests.test_random_systems import drawn, names_of

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
    laws = {row.name: row.law for table in (MOVES.values(), *TABLES.values()) for row in table}
    ledger = derived(text, of, *wrt)
    ids = {row.id: row for row in (*ledger.steps, *ledger.workings)}
    assert len(ids) == len(ledger.steps) + len(ledger.workings)
    for row in ledger.workings:
        assert row.level == 3
        assert row.parent in ids
        assert row.args["law"] == (MOVES[row.rule].law if row.certificate else laws[row.rule])


@pytest.mark.parametrize(("text", "of", "wrt"), CASES)
def test_the_applications_of_a_row_lead_from_one_side_to_the_other(text, of, wrt):
    check_applications(derived(text, of, *wrt))


@pytest.mark.parametrize("seed", range(6))
def test_and_in_random_systems(seed):
    system, *_ = drawn(seed)
    check_applications(differentiate(system, "L", names_of(system)))


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_and_in_many_more(seed):
    system, *_ = drawn(seed)
    check_applications(differentiate(system, "L", names_of(system)))


def check_applications(ledger: Ledger) -> None:
    """The parts put in their places one after the other; a change of order alone has none."""
    for row in ledger.workings:
        if row.certificate is not None and row.rule != "arrange":
            below = [r for r in ledger.workings if r.parent == row.id]
            assert below, row.rule
            reached = row.before
            done: list[tuple[Node, Node]] = []
            for use in below:
                made = put(reached, use.before, use.after)
                assert made is not None or (use.before, use.after) in done, use.rule
                reached = reached if made is None else made
                done.append((use.before, use.after))
            assert reached == row.after, f"{row.rule}: {spell(reached)}, not {spell(row.after)}"


def put(root: Node, before: Node, after: Node) -> Node | None:
    """A part replaced wherever it stands, some terms of a sum too; None where it stands nowhere."""
    if any(n == before for n in postorder(root)):
        return after if root == before else replace_nodes(root, {before: after})
    for current in (n for n in postorder(root) if isinstance(n, Sum) and isinstance(before, Sum)):
        left = list(current.terms)
        for term in before.terms:
            if term in left:
                left.remove(term)
        if len(left) == len(current.terms) - len(before.terms):
            return replace_nodes(root, {current: Sum(((1, after), *left))})
    return None


@pytest.mark.parametrize(("text", "of", "wrt"), CASES)
def test_the_checker_confirms_each_change(text, of, wrt):
    ledger = derived(text, of, *wrt)
    assert check_rows(ledger, ledger.workings) == []


def test_adjoints_of_hidden_quantities_are_told_too():
    """How they came about is part of what prints, though their names are not."""
    ledger = derived(SOFTMAX, "L", "z")
    hidden = {q.name for q in ledger.forward.quantities.values() if q.hidden}
    told = [row for row in ledger.workings if row.about in hidden]
    steps = {step.id: step for step in ledger.steps}
    assert told
    assert {steps[row.parent].about for row in told if row.certificate} == {"p", "z"}


def test_every_move_of_the_search_has_a_law():
    """The moves are named where they are tried; a name that was forgotten here is found out."""
    source = inspect.getsource(forms) + inspect.getsource(simplification)
    told = set(re.findall(r'\("([a-z_]+)", ', source)) - {"sum", "symmetric"}
    assert len(told) > 10
    assert told <= set(MOVES)


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
    assert sorted({spell(c.statement) for c in cancelled}) == ["_1[n] != 0", "p[n,k] != 0"]


def test_they_are_made_when_they_are_read():
    ledger = derived(CHAIN, "D", "X")
    assert "workings" not in vars(ledger)
    assert ledger.workings is ledger.workings
    assert differentiate(read(CHAIN), "D", ["X"], simplify=False).workings == ()
