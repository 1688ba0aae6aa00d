"""Facts in printed forms: where they stand, under sums multiplied out, in what names mean."""

import pytest

from symbp.gradients import differentiate
from symbp.spelling import spell
from tests.systems.cases import read


def both(text, by):
    gradient = differentiate(read(text), "L", [by]).gradients[by]
    facts = [c for c in gradient.conditions if c.kind == "fact" and c.asked_by == "hyp"]
    return spell(gradient.printed.right), spell(gradient.unconditional.right), len(facts)


WEIGHTED = "m[n] = sum(k, w[k]*x[n,k]); L = sum(n,k, w[k]*(x[n,k] - m[n])^2)"


@pytest.mark.parametrize(
    ("by", "form"), [("w", "sum(n, (x[n,k] - m[n])^2)"), ("x", "2*w[k]*(x[n,k] - m[n])")]
)
def test_a_gradient_that_a_fact_makes_vanish_is_not_read(by, form):
    printed, free, facts = both(f"input x[n:N,k:K]; param w[k]: simplex; {WEIGHTED}", by)
    assert (printed, facts) == (form, 1)
    assert free != form
    printed, free, facts = both(f"input x[n:N,k:K]; param w[k]; {WEIGHTED}", by)
    assert (printed, facts) == (free, 0)
    assert printed != form


def test_what_vanishes_by_a_fact_is_not_read_but_shown_for_the_form_without_it():
    system = read(
        "input x[n:N,k:K], t[n]; param w[k]: simplex; m[n] = sum(k, w[k]*x[n,k])\n"
        "q[n] = sum(k, w[k]*(x[n,k] - m[n])^2); r[n] = sqrt(q[n] + 1)\n"
        "s[n] = sum(k, w[k]*x[n,k]^2)/r[n]; L = sum(n, s[n]*t[n])"
    )
    gradients = differentiate(system, "L", ["w", "x"]).gradients
    printed = {name: spell(g.printed.right) for name, g in gradients.items()}
    assert printed["m"] == "0"
    assert "dL/dm" not in "".join(printed.values())
    assert "dL/dm" in spell(gradients["w"].unconditional.right)
    for gradient in gradients.values():
        facts = [c for c in gradient.conditions if c.kind == "fact" and c.asked_by == "hyp"]
        assert bool(facts) == (gradient.printed != gradient.unconditional)


def test_a_fact_under_a_sum_multiplied_out():
    text = "input a[k:K], b; param w[k]: simplex; L = sum(k, w[k]*(b - a[k]))^2/2"
    printed, free, _ = both(text, "b")
    assert printed in ("b - sum(k, w[k]*a[k])", "sum(k, w[k]*(b - a[k]))")
    assert "sum(" in free


def test_a_symmetric_matrix():
    text = "input x[i:I]; param A[i,j:I]: symmetric; L = sum(i,j, x[i]*A[i,j]*x[j])"
    assert both(text, "x") == ("2*sum(j, A[i,j]*x[j])", "sum(j, (A[i,j] + A[j,i])*x[j])", 1)


def test_facts_that_say_nothing_of_a_form_are_not_listed():
    text = "input x[k:K]; param w[k]: simplex; L = sum(k, w[k]*x[k])"
    assert both(text, "x") == ("w[k]", "w[k]", 0)


@pytest.mark.parametrize("product", ["x[i]*A[i,j]*x[j]", "x[j]*A[i,j]*x[i]", "A[j,i]*x[i]*x[j]"])
def test_of_a_symmetric_matrix_the_free_index_comes_first(product):
    text = f"input x[i:I]; param A[i,j:I]: symmetric; L = sum(i, j, {product})/2"
    assert both(text, "x")[0] == "sum(j, A[i,j]*x[j])"


BERNOULLI = "L = -sum(n, ln(y[n]*p[n] + (1 - y[n])*(1 - p[n])))"


@pytest.mark.parametrize(
    ("text", "by", "form"),
    [
        (
            f"target y[n:N]: binary; input z[n]; p[n] = sigmoid(z[n]); {BERNOULLI}",
            "z",
            "p[n] - y[n]",
        ),
        # (1 - y)/p would have no value at p = 0, y = 1
        ("target y: binary; param p; L = (1 - y)*ln(p + y)", "p", None),
        # each n is taken with y[n] of its own
        ("target y[n:N]: binary; param p; L = sum(n, 1/(p + y[n]))", "p", None),
    ],
)
def test_what_is_0_or_1_is_put_in_where_no_value_is_lost(text, by, form):
    printed, free, facts = both(text, by)
    assert printed == (form or free)
    assert facts == (form is not None)
    assert form != free
