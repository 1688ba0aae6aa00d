import pytest

from symbp.language.text import parse_expression
from symbp.spelling import spell
from symbp.verification.claims import read_statement
from symbp.verification.grounds import same_zero, unshown
from symbp.verification.theories import make_theory
from tests.verification.samples import (
    CHAIN,
    LIKELIHOOD,
    NETWORK,
    RECTIFIED,
    SCALARS,
    SOFTMAX,
    system_of,
)


def missing(text, claim, facts=None):
    statement = read_statement(system_of(text), claim)
    known = statement.system.facts if facts is None else facts
    return [spell(n.value) for n in unshown(statement, make_theory(statement), known)]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (CHAIN, "dE/dX = A/(B*sqrt(C))"),
        (CHAIN, "dE/dX = 1/(A*D)"),
        (CHAIN, "dE/dX = 1/((X + 1)*D)"),
        (CHAIN, "dE/dX = 1/((X + 1)*sqrt(ln((X + 1)^2)))"),
        (CHAIN, "dE/dX = ln(B)/(2*C)"),
        (SOFTMAX, "dL/dp[n,k] = -y[n,k]/(N*p[n,k])"),
        (SOFTMAX, "dL/dz[n,k] = ln(p[n,k])"),
        (NETWORK, "dL/dz[n,k] = 1/(o[n,k]*(1 - o[n,k]))"),
        (NETWORK, "dL/dz[n,k] = sqrt(h[n,0] - h[n,0]^2)"),
        (LIKELIHOOD, "dL/ds = ln(s)/s^3"),
        (SCALARS, "dq/dx = x/abs(x)"),
        (SCALARS, "dr/dx = where(x > 0, ln(x), 1)"),
        (SCALARS, "dr/dx = where(x <= 0, 1, x^-0.5)"),
        (SCALARS, "dr/dx = 1/(1 + x^2) + sqrt(1 + x^4)"),
        (SCALARS, "dr/dx = 1/cosh(x) + 1/(1 + exp(-x))"),
        (SCALARS, "dr/dx = 1/(x^2 - 2*x + 2) + ln(3 - x + x^2) + sqrt(-(x - 1 - x^2))"),
        (RECTIFIED, "dL/dz[n,k] = 1/z[n,k]"),
    ],
)
def test_what_can_be_shown(text, claim):
    assert missing(text, claim) == []


@pytest.mark.parametrize(
    ("text", "claim", "expected"),
    [
        (SCALARS, "dr/dx = 2*x^2/x", ["x"]),
        (SCALARS, "dr/dx = where(x > 0, 1, ln(x))", ["x"]),
        (SCALARS, "dr/dx = where(x >= 0, 1/x, 1)", ["x"]),
        (SCALARS, "dr/dx = where(x > 0, 1/(x - 1), 1)", ["x - 1"]),
        (SCALARS, "dr/dx = where(y > 0, ln(x), 1)", ["x"]),
        (CHAIN, "dE/dX = 1/((X + 1)*sqrt(2*ln(X + 1)))", ["X + 1"]),
        (CHAIN, "dE/dX = 1/(X*D)", ["X"]),
        (CHAIN, "dE/dX = 1/(B - 1)", ["B - 1"]),
        (SCALARS, "dr/dx = 1/(x^2 - 2*x + 1)", ["x^2 - 2*x + 1"]),
        (SCALARS, "dr/dx = ln(x - 1 - x^2)", ["x - 1 - x^2"]),
        (SCALARS, "dr/dx = 1/(x^2 - 2*x)", ["x^2 - 2*x"]),
        (SOFTMAX, "dL/dp[n,k] = -y[n,k]^2/(N*p[n,k]*y[n,k])", ["y[n,k]"]),
        (NETWORK, "dL/dz[n,k] = 1/a[n,0]", ["a[n,0]"]),
        # the condition holds for z at (n, k), not for every other quantity
        (RECTIFIED, "dL/dz[n,k] = 1/h[n,k]", ["h[n,k]"]),
    ],
)
def test_what_is_not_shown_is_not_assumed(text, claim, expected):
    assert missing(text, claim)[: len(expected)] == expected


def test_a_condition_of_one_index_says_nothing_of_the_diagonal():
    # where(A[i,j] > 0, ...) guards its own place only
    text = "input A[i:N, j:N]; L = sum(i, j, A[i,j])"
    assert missing(text, "dL/dA[i,j] = where(A[i,j] > 0, ln(A[i,j]), 1)") == []
    assert missing(text, "dL/dA[i,j] = where(A[i,j] > 0, ln(A[j,i]), 1)") == ["A[j,i]"]


def test_facts_show_what_they_say():
    text = "input s: positive; L = s^2"
    assert missing(text, "dL/ds = 2*exp(ln(s))") == []
    assert missing("input s; L = s^2", "dL/ds = 2*exp(ln(s))") == ["s"]


def test_equal_zeros_are_recognised_through_definitions():
    statement = read_statement(system_of("u = 2*x - 2; s = max(u, 0)"), "ds/dx = 0")
    theory = make_theory(statement)

    def node(text):
        return parse_expression(text, statement.system)

    assert same_zero(statement, theory, (node("u"),), (node("x - 1"),))
    assert same_zero(statement, theory, (node("1 - x"),), (node("u"),))
    assert not same_zero(statement, theory, (node("x"),), (node("u"),))
    assert not same_zero(statement, theory, (node("x"), node("u")), (node("u"),))
