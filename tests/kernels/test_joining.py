"""Loops that are joined: fewer passes, the same sums in the same order."""

import random

import numpy as np
import pytest

from symbp.expressions import Call, Number
from symbp.indices import IndexExpr
from symbp.interpreter import FLOAT64, read_data
from symbp.kernels import lowering
from symbp.kernels.joining import joined
from symbp.kernels.loops import Accumulate, Assign, Contract, Guard, Let, Loop, Section, walk
from symbp.kernels.lowering import lower
from symbp.kernels.machine import check_program, run_program
from symbp.pipeline import derive
from symbp.stability import stabilise
from tests.kernels.running import SOFTMAX, read, softmax_values
from tests.shorthand import at, index, same
from tests.strategies import FAMILIES, random_system

ZERO = IndexExpr.integer(0)


def loop(*body, letter="l", kind="parallel", size="K"):
    return Loop(letter, ZERO, index(size), kind, body)


def loops(statements):
    return [s for s in walk(statements) if isinstance(s, Loop)]


TOTAL = Let("·total", Number(0))
STORE = Assign(at("e", "n", "l"), Call("exp", (at("z", "n", "l"),)))
ADD = Accumulate("sum", at("·total"), at("e", "n", "l"))
READ = Assign(at("p", "n", "l"), at("e", "n", "l") / at("·total"))


def test_a_sum_joins_the_loop_that_stores_its_terms():
    made = joined((loop(STORE), TOTAL, loop(ADD, kind="reduction")))
    assert made == (TOTAL, loop(STORE, ADD, kind="reduction"))


def test_what_needs_the_whole_sum_stays_behind_it():
    body = (TOTAL, loop(ADD, kind="reduction"), loop(READ))
    assert joined(body) == body


def test_inner_loops_are_joined_too():
    inner = [loop(s, letter="n", size="N") for s in (STORE, ADD)]
    made = joined((loop(inner[0]), TOTAL, loop(inner[1], kind="reduction")))
    whole = loop(STORE, ADD, letter="n", size="N")
    assert made == (TOTAL, loop(whole, kind="reduction"))


APART = {
    "letters": (loop(STORE), loop(Assign(at("p", "n", "k"), at("z", "n", "k")), letter="k")),
    "ranges": (loop(STORE), loop(Assign(at("p", "n", "l"), at("z", "n", "l")), size="J")),
    "another place": (loop(STORE), loop(Assign(at("p", "n", "l"), at("e", "n", index("l") + 1)))),
    "every turn one place": (
        loop(Assign(at("e", "n"), at("z", "n", "l"))),
        loop(Assign(at("p", "n", "l"), at("e", "n"))),
    ),
    "overwritten": (loop(Assign(at("p", "n", "l"), at("e", "n", 0))), loop(STORE)),
    "stored twice": (loop(STORE), loop(Assign(at("e", "n", 0), at("z", "n", "l")))),
    "labels": (
        loop(Assign(at("t", "l"), at("z", "n", "l"))),
        loop(Assign(at("p", "n", "l"), at("W", IndexExpr.gather("t", (index("l"),))))),
    ),
    "a value between": (loop(STORE), Let("·a", at("e", "n", 0)), loop(ADD)),
    "a name used before": (TOTAL, loop(ADD), TOTAL, loop(ADD)),
    "a statement between": (loop(STORE), Assign(at("q"), at("r")), loop(ADD)),
    "a product inside": (
        loop(STORE),
        loop(Contract("p", ("x", False), ("y", False)), ADD),
    ),
    "sections": (Section("a", (loop(STORE),)), Section("b", (TOTAL, loop(ADD)))),
    "guards": (Guard(same("n", 0), (loop(STORE),)), TOTAL, loop(ADD)),
}


@pytest.mark.parametrize("statements", APART.values(), ids=APART)
def test_what_may_not_be_joined_is_left(statements):
    assert joined(statements) == statements


def outcomes(monkeypatch, system, outputs, values, sizes):
    """All elements, with loops joined and as they were; and how many loops there are."""
    found, counts = [], []
    for change in (joined, tuple):
        monkeypatch.setattr(lowering, "joined", change)
        program = check_program(lower(system, outputs, "compute"))
        counts.append(len(loops(program.body)))
        with np.errstate(all="ignore"):
            elements = run_program(program, read_data(system, values, FLOAT64, sizes))
        found.append({name: {p: v.value for p, v in elements[name].items()} for name in outputs})
    return found, counts


def test_softmax_takes_fewer_passes_and_has_the_same_bits(monkeypatch):
    system = read(SOFTMAX)
    made = stabilise(derive(system, "L", ["W", "b"]).system).system
    values = softmax_values(np.random.default_rng(1))
    found, (few, many) = outcomes(monkeypatch, made, ["L", "p"], values, {"N": 7})
    assert found[0] == found[1]
    assert few <= many - 2


@pytest.mark.parametrize("seed", range(6))
def test_random_systems_have_the_same_bits(monkeypatch, seed):
    system, values = random_system(random.Random(seed), kinks=seed % 2 == 1)
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    ledger = derive(system, "L", ["W", "b", "s"])
    outputs = ["L", *(ledger.gradients[w].quantity for w in ledger.wrt)]
    found, (few, many) = outcomes(monkeypatch, ledger.system, outputs, values, sizes)
    assert found[0] == found[1]
    assert few <= many
