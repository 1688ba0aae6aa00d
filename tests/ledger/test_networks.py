"""Networks are told as the chapter does (7.5 to 7.7): error signals, and gradients in them."""

import pytest

from symbp.gradients import differentiate
from symbp.spelling import spell
from tests.systems.cases import read

NEURON = """input x[j:J]; param w[j], b; target t
z = sum(j, w[j]*x[j]) + b; o = sigmoid(z); L = (o - t)^2/2"""
TWO_LAYERS = """input x[i:I]; param W[i,j:J], V[j,k:K]; target t[k]
a[j] = sum(i, W[i,j]*x[i]); h[j] = sigmoid(a[j])
z[k] = sum(j, V[j,k]*h[j]); o[k] = sigmoid(z[k])
L = sum(k, (o[k] - t[k])^2)/2"""
SOFTMAX = """input x[n:N,j:J]; param W[j,k:K]; target y[n,k]; fact sum(k, y[n,k]) = 1
z[n,k] = sum(j, x[n,j]*W[j,k]); p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
L = -sum(n,k, y[n,k]*ln(p[n,k]))"""


def told(text, wrt):
    return differentiate(read(text), "L", wrt)


def test_the_single_neuron():
    ledger = told(NEURON, ["w", "b"])
    assert spell(ledger.gradients["z"].printed.right) == "(o - t)*o*(1 - o)"
    assert spell(ledger.gradients["w"].printed.right) == "dL/dz*x[j]"


def test_the_recursion_of_error_signals():
    ledger = told(TWO_LAYERS, ["W", "V"])
    assert spell(ledger.gradients["z"].printed.right) == "(o[k] - t[k])*o[k]*(1 - o[k])"
    hidden = spell(ledger.gradients["a"].printed.right)
    assert hidden == "h[j]*(1 - h[j])*sum(k, V[j,k]*dL/dz[k])"
    assert spell(ledger.gradients["W"].printed.right) == "dL/da[j]*x[i]"


def test_the_rules_of_the_rows():
    rules = [r.rule for r in told(TWO_LAYERS, ["W", "V"]).steps]
    for rule in ("feeds", "own_value", "definition_of_delta", "only_through"):
        assert rule in rules


def test_a_softmax_gets_its_jacobian():
    rows = told(SOFTMAX, ["W"]).steps
    (jacobian,) = [r for r in rows if r.rule == "quotient"]
    assert spell(jacobian.after).startswith("p[n,")
    assert [r.rule for r in rows if r.about == "z" and r.section == "output"][-2:] == [
        "hyp",
        "definition_of_delta",
    ]


@pytest.mark.parametrize("text", [NEURON, TWO_LAYERS, SOFTMAX])
def test_every_derived_row_has_a_certificate(text):
    names = ["w"] if text is NEURON else ["W"]
    rows = told(text, names).steps
    assert [r for r in rows if r.certificate is not None]
    assert all(
        r.certificate for r in rows if r.rule in {"chain_sum", "only_through", "feeds", "hyp"}
    )
