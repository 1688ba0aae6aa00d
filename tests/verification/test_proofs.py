import pytest

from symbp.errors import LimitExceeded
from symbp.verification import proofs
from symbp.verification.claims import read_statement
from symbp.verification.proofs import prove
from symbp.verification.theories import make_theory
from tests.verification.samples import (
    AWAY_FROM_KINKS,
    CHAIN,
    FALSE,
    NETWORK,
    SIGNS,
    SOFTMAX,
    TRUE,
    bench_of,
    label,
    system_of,
)


def attempt(text, claim, facts=None, bench=None):
    statement = read_statement(system_of(text), claim)
    known = statement.system.facts if facts is None else facts
    return prove(statement, make_theory(statement), known, bench)


@pytest.mark.parametrize(("sample", "claim"), TRUE, ids=label)
def test_every_true_claim_is_proved(sample, claim):
    if claim in AWAY_FROM_KINKS:
        assert attempt(sample.text, claim) is None
        assert attempt(sample.text, claim, bench=bench_of(sample.text)).exceptions
        return
    made = attempt(sample.text, claim)
    assert made is not None
    assert not made.exceptions


@pytest.mark.parametrize(("sample", "claim"), FALSE, ids=label)
def test_no_false_claim_is_proved(sample, claim):
    assert attempt(sample.text, claim) is None
    assert attempt(sample.text, claim, bench=bench_of(sample.text)) is None


def test_a_fact_is_needed_and_used():
    claim = "dL/dz[n,k] = (p[n,k] - y[n,k])/N"
    assert attempt(SOFTMAX, claim, facts=()) is None
    made = attempt(SOFTMAX, claim)
    assert made.table.used


def test_names_stay_closed_as_long_as_they_may():
    made = attempt(NETWORK, "dL/da[n,j] = h[n,j]*(1 - h[n,j])*sum(k, dL/dz[n,k]*W[j,k])")
    assert "dL/dz" not in made.opened
    assert "x" not in made.opened
    assert set(made.opened) <= {"dL/da", "dL/dh", "dL/d_1", "dL/d_2", "dL/d_3", "h"}


def test_names_are_opened_where_they_must_be():
    assert "C" in attempt(CHAIN, "dE/dX = 1/((X + 1)*sqrt(ln((X + 1)^2)))").opened


def test_derivatives_that_the_claim_mentions_are_opened_last():
    made = attempt(SOFTMAX, "dL/dz[n,k] = p[n,k]*(dL/dp[n,k] - sum(l, p[n,l]*dL/dp[n,l]))")
    assert "dL/dp" not in made.opened


def test_two_valued_data_are_split_into_cases():
    claim = "d^2L/dz[n]dz[m] = [n == m]*sigmoid(z[n])*(1 - sigmoid(z[n]))"
    assert attempt(SIGNS, claim, facts=()) is None
    assert attempt(SIGNS, claim) is not None


def test_almost_everywhere_needs_a_bench_and_names_its_exceptions():
    text, claim = "s = max(x, 0)", "ds/dx = where(x > 0, 1, 0)"
    assert attempt(text, claim) is None
    made = attempt(text, claim, bench=bench_of(text))
    assert [str(n.quantity) for n in made.exceptions] == ["x"]


def test_what_vanishes_everywhere_is_no_exception():
    # [u = 0] with u identically 0 is not "almost nowhere"
    text = "input x[n:N]; u[n] = x[n] - x[n]; L = sum(n, x[n])"
    assert attempt(text, "dL/dx[n] = where(u[n] == 0, 1, 1) ", bench=bench_of(text)) is not None
    assert attempt(text, "dL/dx[n] = where(u[n] == 0, 2, 1)", bench=bench_of(text)) is None


def test_what_vanishes_at_one_place_is_no_exception():
    text = "input x[n:N]; L = sum(n, x[n])"
    claim = "dL/dx[n] = where(x[n] - x[0] == 0, 2, 1)"
    assert attempt(text, claim, bench=bench_of(text)) is None


def test_the_budget_ends_an_attempt(monkeypatch):
    monkeypatch.setattr(proofs, "STEPS", 20)
    with pytest.raises(LimitExceeded):
        attempt(NETWORK, "dL/dV[i,j] = sum(n, dL/da[n,j]*x[n,i])*2")
