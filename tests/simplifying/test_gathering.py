"""What stands beside [k = t] at the label, and taken out of the sum."""

import pytest

from symbp.gradients import differentiate
from symbp.language.text import parse_expression
from symbp.measures import reading_cost
from symbp.simplifying.gathering import at_labels
from symbp.spelling import spell
from tests.systems.cases import Case, labels, read
from tests.systems.measuring import gradients_hold

GIVEN = "input p[n:N,k:K], w[k], c; target t[n]: class_ids; o = w[t[0]]"


def node(text):
    return parse_expression(text, read(GIVEN), letters="nk")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("w[t[n]]*p[n,k] - w[k]*[k == t[n]]", "w[t[n]]*(p[n,k] - [k == t[n]])"),
        ("c*(w[k]*[t[n] == k] - w[t[n]]*c)", "c*w[t[n]]*([t[n] == k] - c)"),
        (
            "p[n,k]*([k == t[n]]*sin(p[n,k]) - p[n,t[n]]*sin(p[n,t[n]]))",
            "p[n,t[n]]*sin(p[n,t[n]])*([k == t[n]] - p[n,k])",
        ),
    ],
)
def test_common_factors_of_the_label_are_found(text, made):
    before = node(text)
    found = at_labels(before)
    assert spell(found) == made
    assert reading_cost(found) < reading_cost(before)


@pytest.mark.parametrize(
    "text",
    [
        "w[k]*p[n,k]",
        "[k == t[n]]*w[k]",
        "w[k]*[k == t[n]] - p[n,k]",  # nothing is shared
        "w[k]*[k < t[n]] - w[t[n]]",
        "w[k]*[k == 0] - w[0]",  # no label
        "p[n,k] - [k == t[n]]",
    ],
)
def test_what_shares_nothing_stays(text):
    before = node(text)
    assert at_labels(before) is before


SOFTMAX = "param z[n:N,k:K]; target t[n]: class_ids; p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))\n"


@pytest.mark.parametrize(
    ("loss", "gradient"),
    [
        ("sum(n, p[n,t[n]]^2)", "2*p[n,t[n]]^2*([k == t[n]] - p[n,k])"),
        ("sum(n, sin(p[n,t[n]]))", "p[n,t[n]]*([k == t[n]] - p[n,k])*cos(p[n,t[n]])"),
        (
            "-sum(n, (1 - p[n,t[n]])^2*ln(p[n,t[n]]))",
            "(1 - p[n,t[n]])*([k == t[n]] - p[n,k])*(2*p[n,t[n]]*ln(p[n,t[n]]) + p[n,t[n]] - 1)",
        ),
    ],
)
def test_a_loss_of_the_probability_of_the_label(loss, gradient):
    text = SOFTMAX + f"L = {loss}"
    ledger = differentiate(read(text), "L", ["z"])
    assert spell(ledger.gradients["z"].printed.right) == gradient
    case = Case("label", text, lambda values: None, data={"t": labels(5)})
    values = case.values(ledger.forward, 0)
    gradients_hold(ledger, values, sizes={"N": 3, "K": 5})
