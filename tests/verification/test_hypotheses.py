import pytest

from symbp.facts import Fact
from symbp.verification.claims import read_statement
from symbp.verification.hypotheses import further_fact
from symbp.verification.witnesses import try_points
from tests.verification.samples import CHAIN, QUADRATIC, UNCONDITIONAL, bench_of, system_of


def found(text, claim):
    statement = read_statement(system_of(text), claim)
    findings = try_points(statement, bench_of(text))
    return further_fact(statement, findings.refuted.experiment)


@pytest.mark.parametrize(
    ("text", "claim", "fact"),
    [
        (UNCONDITIONAL, "dL/dz[n,k] = (p[n,k] - y[n,k])/N", Fact("simplex", "y", (1,))),
        (QUADRATIC, "dL/dx[i] = 2*sum(j, A[i,j]*x[j])", Fact("symmetric", "A")),
        ("input y, z; L = z*abs(y)", "dL/dz = y", Fact("positive", "y")),
        ("input y, z; L = z*y^2", "dL/dz = 1", Fact("sign", "y")),
        ("input y, z; L = z*y^2", "dL/dz = y", Fact("binary", "y")),
    ],
)
def test_the_further_fact_is_named(text, claim, fact):
    assert found(text, claim) == fact


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        # by the variable itself no fact helps: the derivative is ambient
        (QUADRATIC, "dL/dA[i,j] = 2*x[i]*x[j]"),
        ("input x; L = x^2", "dL/dx = 2*abs(x)"),
        ("input x; L = x^2", "dL/dx = 2"),
        ("input q[k:K], c[k]; L = sum(k, c[k]*q[k])", "dL/dq[k] = c[k]*q[k]"),
        (CHAIN, "dE/dX = A/(B*C)"),
        (UNCONDITIONAL, "dL/dz[n,k] = (y[n,k] - p[n,k])/N"),
    ],
)
def test_other_false_claims_are_just_false(text, claim):
    assert found(text, claim) is None


def test_facts_that_hold_already_are_not_offered():
    text = "input y, z; fact y: positive; L = z*abs(y)"
    assert found(text, "dL/dz = 2*y") is None
