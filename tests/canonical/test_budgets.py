from __future__ import annotations

import pytest

from symbp.canonical.budgets import Budget, guarded
from symbp.canonical.tables import Table
from symbp.errors import LimitExceeded, NotSupportedError
from symbp.expressions import Binder, Comparison, Number, Product, Reduce, Sum
from symbp.indices import IndexExpr
from tests.canonical.differentiation import derivative
from tests.canonical.making import D, at, f, form, over, table, where


def nested(function, times, start=None):
    expression = start or at("g")
    for _ in range(times):
        expression = function(expression)
    return expression


def test_steps_terms_and_depth_are_counted():
    budget = Budget(terms=10, depth=3, steps=5)
    budget.spend(5)
    for refused in (
        budget.spend,
        lambda: budget.check_terms(11),
        lambda: budget.check_depth(4),
    ):
        with pytest.raises(LimitExceeded):
            refused()
    budget.restart()
    budget.spend(5)


def test_pythons_recursion_limit_counts_as_ours():
    @guarded
    def forever(n):
        return forever.__wrapped__(n + 1)

    with pytest.raises(LimitExceeded, match="too deep"):
        forever(0)


HOSTILE = {
    "deep": lambda: nested(lambda e: f("exp", e), 5_000),
    "squares of squares": lambda: nested(lambda e: e * e + e, 18),
    "a high power of a sum": lambda: (at("g") + at("h") + at("r") + at("s")) ** 60,
    "a long number": lambda: Number(2) ** (10**9),
    "branches": lambda: nested(lambda e: where(Comparison(">", e, at("h")), e * 2, e + 1), 14),
    "absolute values": lambda: nested(lambda e: f("abs", e - 1), 20),
    "many letters": lambda: f("exp", Product([at("u", f"q{n}") for n in range(300)])),
    "a large symmetry": lambda: 1 / Sum([(1, at("u", f"q{n}")) for n in range(40)]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_ends_in_a_limit(name):
    small = table()
    small.budget.terms, small.budget.steps = 1_000, 10_000
    with pytest.raises((LimitExceeded, NotSupportedError)):
        form(small, HOSTILE[name]())


def test_derivatives_of_deep_compositions_end():
    small = table()
    small.budget.terms, small.budget.steps = 500, 10_000
    poly = form(small, nested(lambda e: f("sigmoid", e), 25))
    with pytest.raises(LimitExceeded):
        derivative(small, poly, "g", [])


def test_large_but_tame_inputs_pass():
    tame = [
        nested(lambda e: f("exp", e), 70),
        nested(lambda e: 1 / (at("h") + e), 25),
        nested(lambda e: f("sqrt", e * e + 1), 30),
        over("n", over("k", at("z", "n", "k")) ** 8),
        Reduce(
            "sum",
            [Binder(f"a{q}", IndexExpr.integer(0), D) for q in range(12)],
            Product([at("A", f"a{q}", f"a{(q + 1) % 12}") for q in range(12)]),
        ),
    ]
    for expression in tame:
        assert len(form(table(), expression).terms) < 60


def test_a_table_takes_a_budget():
    assert Table(budget=Budget(terms=7)).budget.terms == 7
