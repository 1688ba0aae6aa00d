"""Sums that disappear, and that what is not searched a second time changes nothing."""

import pytest

from symbp.expressions import Reduce, postorder
from symbp.measures import reading_cost
from symbp.simplifying.forms import Forms, tidy
from symbp.simplifying.lemmas import Lemmas
from symbp.simplifying.relations import Relations
from symbp.spelling import spell
from tests.systems.cases import read

GIVEN = "input a, b, u[k:K], v[k], A[k,l:K], B[k,l]"
SOFTMAX = "p[k] = exp(u[k])/sum(l, exp(u[l]))"
CENTRED = "m = mean(k, u[k]); d[k] = u[k] - m"


def made(text, more):
    system = read(f"{GIVEN}\n{more}\nr = {text}")
    right = next(e for e in system.author_equations if e.target == "r").right
    relations = Relations(read(f"{GIVEN}\n{more}"))
    return Lemmas(relations, relations.in_names), tidy(right)


@pytest.mark.parametrize(
    ("text", "more", "value"),
    [
        ("sum(k, p[k])", SOFTMAX, "1"),
        ("sum(k, d[k])", CENTRED, "0"),
        ("sum(k, l, A[k,l]*d[k])", CENTRED, None),
        ("sum(k, p[k]*v[k])", SOFTMAX, None),
        ("sum(k, A[k,0]*d[k])", CENTRED, None),
        ("sum(k, u[k])", SOFTMAX, None),
        ("max(k, p[k])", SOFTMAX, None),
    ],
)
def test_values(text, more, value):
    lemmas, root = made(text, more)
    assert isinstance(root, Reduce)
    found = lemmas.value(root)
    assert (None if found is None else spell(found)) == value
    again = lemmas.value(root)  # whatever is remembered, the answer is the same
    assert (None if again is None else spell(again)) == value


def test_what_was_opened_in_vain_is_known_under_other_letters():
    lemmas, root = made("sum(k, p[k]*p[k])*sum(l, p[l]*p[l])", SOFTMAX)
    for reduction in (n for n in postorder(root) if isinstance(n, Reduce)):
        assert lemmas.value(reduction) is None
    assert len(lemmas._in_vain) == 1


def test_sums_are_multiplied_out_where_that_is_shorter():
    lemmas, root = made("sum(k, d[k]*(v[k] - a))", CENTRED)
    assert spell(lemmas.multiplied_out(root)) == "sum(k, d[k]*v[k])"
    lemmas, root = made("sum(k, v[k]*(u[k] - a*b*u[k]^2))", SOFTMAX)
    assert lemmas.multiplied_out(root) is root


def test_a_sum_that_cancels_beside_another_is_multiplied_out():
    lemmas, root = made("sum(k, v[k]*(u[k] - 1)) + sum(k, v[k])", SOFTMAX)
    assert spell(Forms(lemmas.relations).best(root).node) == "sum(k, v[k]*u[k])"


def test_no_bound_where_a_definition_may_make_a_sum_disappear():
    lemmas, root = made("sum(k, A[k,0]*sum(l, B[k,l]*v[l]))", CENTRED)
    assert lemmas.least(root) > 0
    lemmas, root = made("sum(k, v[k]*d[k])", CENTRED)
    assert lemmas.least(root) > 0
    lemmas, root = made("a*sum(k, d[k])", CENTRED)
    assert lemmas.least(root) == 0
    lemmas, root = made("sum(k, d[k]*(v[k] - a))", CENTRED)
    assert lemmas.least(root) <= reading_cost(Forms(lemmas.relations).best(root).node)
