"""One name is enough for one piece, whatever its letters and whatever the order of its axes."""

import random

import pytest

import symbp as sb
from symbp.costs import count_system
from symbp.economy.duplicates import without_duplicates
from symbp.gradients import differentiate
from symbp.interpreter import FLOAT64, close, evaluate
from symbp.spelling import spell_equation
from tests.strategies import FAMILIES, random_system
from tests.systems.cases import read


def lines(text: str, given: int = 0) -> list[str]:
    system = without_duplicates(sb.System(text).snapshot(), given)
    return [spell_equation(e) for e in system.equations]


GIVEN = "input x[n:N, j:N], W[j:N, k:N];"


def test_letters_do_not_matter():
    text = GIVEN + "y[n,k] = 1 + sum(j, x[n,j]*W[j,k]); z[j,n] = 2 - sum(k, x[j,k]*W[k,n])"
    assert lines(text) == [
        "_1[n,k] = sum(j, x[n,j]*W[j,k])",
        "y[n,k] = 1 + _1[n,k]",
        "z[j,n] = 2 - _1[j,n]",
    ]


def test_the_order_of_axes_does_not_matter():
    text = GIVEN + "y[n,k] = 1 + sum(j, x[n,j]*W[j,k]); z[k,n] = 2 - sum(j, x[n,j]*W[j,k])"
    assert lines(text)[-1] == "z[k,n] = 2 - _1[n,k]"


def test_a_name_that_was_given_serves_as_well():
    text = GIVEN + "s[n] = sum(j, x[n,j]); p[n,k] = W[n,k]/sum(l, x[n,l])"
    assert lines(text) == ["s[n] = sum(j, x[n,j])", "p[n,k] = W[n,k]/s[n]"]


def test_pieces_that_differ_stay():
    text = GIVEN + "y[n] = 1 + sum(j, x[n,j]*W[j,n]); z[n] = 1 + sum(j, x[j,n]*W[n,j])"
    system = sb.System(text).snapshot()
    assert without_duplicates(system) is system
    ranges = "input a[i:N]; input b[i:M]; y = 1 + sum(i, a[i]); z = 1 + sum(i, b[i])"
    assert len(lines(ranges)) == 4


def test_what_is_given_stays():
    text = GIVEN + "y[n] = 1 + sum(j, x[n,j]); z[n] = 2 + sum(k, x[n,k])"
    assert len(lines(text)) == 3
    assert len(lines(text, given=4)) == 4


def test_a_chain_of_repetitions_is_followed():
    text = GIVEN + (
        "y[n] = 1 + exp(sum(j, x[n,j]*sum(k, W[j,k])));"
        "z[n] = 2 + exp(sum(i, x[n,i]*sum(l, W[i,l])))"
    )
    assert len(lines(text)) == 4


def test_originals_are_what_their_author_wrote():
    text = GIVEN + "y[n] = 1 + sum(j, x[n,j]); z[n] = 2 + sum(k, x[n,k])"
    before = sb.System(text).snapshot()
    after = without_duplicates(before)
    assert after.author_equations == before.author_equations


@pytest.mark.parametrize("seed", range(16))
def test_values_stay_and_nothing_costs_more(seed):
    system, values = random_system(random.Random(seed), kinks=seed % 2 == 0)
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    whole = differentiate(system, "L", ["W", "b", "s"]).system
    fewer = without_duplicates(whole)
    assert count_system(fewer).at(sizes) <= count_system(whole).at(sizes)
    before = evaluate(whole, values, FLOAT64, extents=sizes).environment.elements
    after = evaluate(fewer, values, FLOAT64, extents=sizes).environment.elements
    for equation in fewer.equations:
        places = before[equation.target]
        assert all(close(after[equation.target][p], places[p]) for p in places), f"seed {seed}"


def test_the_order_of_factors_and_terms_does_not_matter():
    text = """index u:T, w:T; input q[t:T,d:D], k[u,d], b[u]; param s
    a[t,u] = exp(sum(d, q[t,d]*k[u,d]) + b[u])/sum(w, exp(b[w] + sum(d, k[w,d]*q[t,d])))
    L = sum(t, u, a[t,u]^2)*s"""
    before = read(text)
    made = without_duplicates(before)
    assert len(made.equations) < len(before.equations)
    again = without_duplicates(made)
    assert again == made
