"""Factors that need only some loops of a sum are computed once."""

import random

import pytest

import symbp as sb
from symbp.costs import count_system
from symbp.economy.hoisting import hoist
from symbp.gradients import differentiate
from symbp.interpreter import FLOAT64, close, evaluate
from symbp.kernels.loops import Contract, walk
from symbp.kernels.lowering import lower
from symbp.spelling import spell_equation
from tests.strategies import FAMILIES, random_system

GIVEN = "input x[t:T, d:D], o[t:T, u:U], y[t:T, u:U], s[t:T], w[u:U];"


def hoisted(text: str, given: int = 0):
    return hoist(sb.System(GIVEN + text).snapshot(), given)


def lines(text: str, given: int = 0) -> list[str]:
    return [spell_equation(e) for e in hoisted(text, given).equations]


def test_a_difference_is_taken_once():
    assert lines("g[d,u] = sum(t, x[t,d]*(o[t,u] - y[t,u]))") == [
        "_1[t,u] = o[t,u] - y[t,u]",
        "g[d,u] = sum(t, x[t,d]*_1[t,u])",
    ]


def test_factors_over_the_same_indices_stay_together():
    found = lines("g[d,u] = sum(t, 2*x[t,d]*o[t,u]*y[t,u]^2/s[t])")
    assert found[:-1] == ["_1[t,u] = o[t,u]*y[t,u]^2", "_2[t] = 1/s[t]"]
    assert found[-1] == "g[d,u] = sum(t, 2*x[t,d]*_1[t,u]*_2[t])"


def test_what_is_left_is_a_product_of_matrices():
    system = hoisted("g[d,u] = sum(t, x[t,d]*(o[t,u] - y[t,u]))")
    program = lower(system, ["g"], "compute")
    assert any(isinstance(s, Contract) for s in walk(program.body))


def test_a_sum_that_is_the_same_for_all_is_taken_once():
    assert lines("g[d,u] = sum(t, [t == u]*x[t,d] + 0*y[t,u])")[-1].startswith("g[d,u] = sum")
    assert lines("g[d,u] = max(t, x[t,d])") == ["_1[d] = max(t, x[t,d])", "g[d,u] = _1[d]"]
    assert lines("g[d,u] = sum(t, x[t,d]*(s[t] + 1))") == [
        "_2[t] = s[t] + 1",
        "_1[d] = sum(t, x[t,d]*_2[t])",
        "g[d,u] = _1[d]",
    ]


def test_a_place_stays_an_integer():
    system = hoisted("g[d,u] = argmax(t, x[t,d])")
    assert system.quantities["_1"].kind == "integer"


KEPT = (
    "g[d,u] = sum(t, x[t,d]*o[t,u])",
    "g[t] = sum(u, (o[t,u] - y[t,u])^2)",  # the factor needs all loops
    "g[d] = sum(t, x[t,d]*s[t])",
    "g[d,u] = sum(t, x[t,d]*where(o[t,u] > 0, 1/o[t,u], 0))",
    "g[d,u] = sum(t, x[t,d]*ln(o[t,u]))",  # 0 ln 0 stands together
    "g[d,u] = max(t, x[t,d]*(o[t,u] - y[t,u]))",
    "g[t,u] = o[t,u] - y[t,u]",
)


@pytest.mark.parametrize("text", KEPT)
def test_what_gains_nothing_or_may_not_be_moved_stays(text):
    before = sb.System(GIVEN + text).snapshot()
    assert hoist(before) is before


def test_what_is_given_stays():
    assert len(lines("g[d,u] = sum(t, x[t,d]*(o[t,u] - y[t,u]))", given=1)) == 1


def test_hidden_names_are_free_ones():
    text = "h[d] = 1 + sum(t, x[t,d]); g[d,u] = sum(t, x[t,d]*(o[t,u] - y[t,u]))"
    assert lines(text)[-2:] == [
        "_2[t,u] = o[t,u] - y[t,u]",
        "g[d,u] = sum(t, x[t,d]*_2[t,u])",
    ]


def test_originals_are_what_their_author_wrote():
    text = "g[d,u] = sum(t, x[t,d]*(o[t,u] - y[t,u]))"
    before = sb.System(GIVEN + text).snapshot()
    assert hoist(before).author_equations == before.author_equations


@pytest.mark.parametrize("seed", range(24))
def test_values_stay_and_nothing_costs_more(seed):
    system, values = random_system(random.Random(seed), kinks=seed % 3 == 0)
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    large = dict.fromkeys(FAMILIES.values(), 50)
    whole = differentiate(system, "L", ["W", "b", "s"]).system
    for made in (system, whole):
        moved = hoist(made)
        assert count_system(moved).at(large) <= count_system(made).at(large)
        before = evaluate(made, values, FLOAT64, extents=sizes).environment.elements
        after = evaluate(moved, values, FLOAT64, extents=sizes).environment.elements
        for equation in made.equations:
            places = before[equation.target]
            assert all(close(after[equation.target][p], places[p]) for p in places), f"seed {seed}"
