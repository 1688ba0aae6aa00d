from __future__ import annotations

import pytest

from symbp.canonical.tables import Table
from symbp.errors import UnknownNameError
from symbp.facts import Fact
from symbp.quantities import Axis, Quantity
from tests.canonical.making import K, N, at, form, over, table


def test_facts_speak_of_known_quantities():
    with pytest.raises(UnknownNameError):
        Table({}, [Fact("positive", "nobody")])


def test_every_kind_has_its_rows():
    from symbp.canonical.tables import _BUILDERS, _LAWS

    store = table("positive p", "symmetric S", "one_hot w 1")
    for kind in ("quantity", "poly", "root", "above", "zero", "equal", "atmost", "prime", "abs"):
        assert kind in _LAWS
    for kind in (
        "sum",
        "exp",
        "log",
        "poly",
        "root",
        "above",
        "zero",
        "function",
        "max",
        "prod",
        "abs",
    ):
        assert kind in _BUILDERS
    assert store.rules.power is not None


def test_a_new_question_forgets_conditions_and_steps():
    store = table("sign s")
    form(store, at("s") ** 2 + over("n", at("x", "n")))
    assert store.used
    assert store.budget.spent
    store.restart()
    assert not store.used
    assert not store.budget.spent
    assert form(store, at("s") ** 2).as_number == 1
    assert store.used == ["s is sign"]


def test_values_and_bounds_are_declared():
    store = table()
    store.declare_value(
        form(store, over("k", at("z", "n", "k"))), form(store, at("x", "n")), "given"
    )
    assert form(store, over("k", at("z", "m", "k"))) == form(store, at("x", "m"))
    store.bound_values("t", K)
    assert store.value_bounds == {"t": K}


def test_integer_quantities_are_known_as_such():
    store = Table({"c": Quantity("c", (Axis("n", N),), kind="integer")})
    assert "integer" in form(store, at("c", "n")).as_atom.head.known
    assert store.axes == {"c": (N,)}
