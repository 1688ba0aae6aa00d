from __future__ import annotations

import pytest

from symbp.canonical.reader import read
from symbp.errors import MathError, NotSupportedError
from symbp.expressions import (
    Abstraction,
    Binder,
    Bracket,
    Comparison,
    Constant,
    Number,
    Reduce,
    TensorOperator,
    Where,
)  # fmt: skip
from symbp.indices import IndexExpr
from tests.canonical.making import D, K, at, f, form, letter, over, same, table, where

ZERO = IndexExpr.integer(0)


def test_shadowed_letters():
    store = table()
    assert same(
        store, at("o", "k") * over("k", at("o", "k")), at("o", "k") * over("l", at("o", "l"))
    )
    assert same(store, over("k", over("k", at("o", "k"))), over("l", over("k", at("o", "k"))))


def test_shared_nodes_are_read_once():
    store = table()
    shared = at("p")
    for _ in range(40):
        shared = f("exp", shared + shared)
    before = store.budget.spent
    form(store, shared)
    assert store.budget.spent - before < 1_000


def test_a_branch_knows_its_condition():
    store = table()
    positive = Comparison(">", at("g"), Number(0))
    ratio = 1 / where(positive, at("g"), 0)
    assert same(store, where(positive, ratio, 0), where(positive, 1 / at("g"), 0))
    assert same(
        store,
        where(positive, where(positive, at("g"), at("h")), at("r")),
        where(positive, at("g"), at("r")),
    )


def test_a_branch_that_is_never_taken_is_not_read():
    store = table()
    always = Comparison("<", Number(0), Number(1))
    assert same(store, Where(always, at("g"), 1 / (at("h") - at("h"))), at("g"))


def test_domains_are_recorded():
    store = table("positive p")
    form(
        store,
        1 / at("g") + f("ln", at("h")) + f("sqrt", at("r")) + f("ln", at("p")) + at("e") ** -2,
    )
    assert store.used == ["g != 0", "h > 0", "r >= 0", "e != 0"]


def test_comparisons_are_numbers():
    store = table()
    assert same(
        store,
        Bracket(Comparison("<=", at("g"), at("h"))),
        1 - Bracket(Comparison(">", at("g"), at("h"))),
    )
    assert same(
        store,
        Bracket(Comparison("!=", at("g"), at("h"))),
        1 - Bracket(Comparison("==", at("h"), at("g"))),
    )
    assert read(store, Comparison(">", at("g"), Number(0))) == form(
        store, Bracket(Comparison(">", at("g"), Number(0)))
    )


def test_definitions_are_unfolded():
    store = table()
    g = at("g")
    assert same(store, f("relu", g), where(Comparison(">", g, Number(0)), g, 0))
    assert same(store, f("gelu", g), g * (1 + f("erf", g / f("sqrt", Number(2)))) / 2)
    assert same(store, f("log2", g), f("ln", g) / f("ln", Number(2)))
    assert same(store, f("log1p", g), f("ln", 1 + g))
    assert same(store, Constant("pi") / Constant("pi"), Number(1))


def test_what_is_not_known_is_refused():
    store = table()
    matrix = Abstraction([Binder("i", ZERO, D), Binder("j", ZERO, D)], at("A", "i", "j"))
    for expression in (
        TensorOperator("inv", [matrix], [letter("i"), letter("j")]),
        Reduce("argmax", [Binder("k", ZERO, K)], at("o", "k")),
    ):
        with pytest.raises(NotSupportedError):
            form(store, expression)
    with pytest.raises(MathError):
        form(store, 1 / (at("g") - at("g")))


def test_extents_of_free_letters():
    store = table()
    guard = Bracket(Comparison("==", Number(0), Number(0)))
    assert read(store, guard, {"n": 3}).as_number == 1
    assert store.extents["n"] == IndexExpr.integer(3)
