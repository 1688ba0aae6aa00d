"""The loop language, checked and interpreted: programs compute what their equations say."""

import random

import numpy as np
import pytest

from symbp.expressions import Number
from symbp.gradients import differentiate
from symbp.indices import IndexExpr
from symbp.interpreter import FLOAT64, close, evaluate, read_data
from symbp.kernels.loops import Accumulate, Assign, Buffer, Contract, Let, Loop, Program
from symbp.kernels.lowering import lower
from symbp.kernels.machine import check_program, run_program
from tests.shorthand import at, index
from tests.strategies import FAMILIES, random_system
from tests.systems.cases import SIZES
from tests.systems.table import CASES

ZERO = IndexExpr.integer(0)


@pytest.mark.parametrize("seed", range(12))
def test_random_programs_equal_the_interpreter(seed):
    system, values = random_system(random.Random(seed), kinks=seed % 2 == 1)
    ledger = differentiate(system, "L", ["W", "b", "s"])
    outputs = ["L", *(ledger.gradients[w].quantity for w in ledger.wrt)]
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    _compare(ledger.system, values, outputs, sizes)


@pytest.mark.parametrize("case", CASES[::8], ids=lambda c: c.name)
def test_textbook_programs_equal_the_interpreter(case):
    system = case.system()
    values = case.values(system)
    ledger = differentiate(system, case.of, case.names(system))
    _compare(ledger.system, values, [ledger.gradients[w].quantity for w in ledger.wrt], SIZES)


def _compare(system, values, outputs, sizes):
    program = check_program(lower(system, outputs, "compute"))
    expected = evaluate(system, values, extents=sizes)
    environment = read_data(system, values, FLOAT64, sizes)
    with np.errstate(all="ignore"):
        found = run_program(program, environment)
    for name in outputs:
        places = expected.environment.elements[name]
        assert found[name].keys() == places.keys()
        assert all(close(found[name][place], places[place]) for place in places), name


def program(*body, storage="workspace"):
    buffers = (
        Buffer("x", (index("N"), index("N")), storage="argument"),
        Buffer("y", (index("N"), index("N")), storage=storage),
        Buffer("v", (index("N"),)),
    )
    return Program("p", buffers, body)


def loop(letter, *body, kind="parallel"):
    return Loop(letter, ZERO, index("N"), kind, body)


WRONG = {
    "letter": program(Assign(at("v", "n"), at("x", "n", 0))),
    "argument": program(loop("n", Assign(at("x", "n", 0), at("v", "n")))),
    "unknown": program(loop("n", Assign(at("v", "n"), at("q")))),
    "axes": program(loop("n", Assign(at("v", "n"), at("x", "n")))),
    "temporary": program(Let("·a", at("·b"))),
    "twice": program(loop("n", loop("n", Assign(at("v", "n"), at("x", "n", 0))))),
    "operator": program(loop("n", Accumulate("max", at("v", "n"), at("x", "n", 0)))),
    "reduced": program(loop("n", Assign(at("v", 0), at("x", "n", 0)), kind="reduction")),
    "kind": program(loop("n", Assign(at("v", "n"), at("x", "n", 0)), kind="wild")),
    "vector": program(Contract("y", ("x", False), ("v", False))),
    "itself": program(Contract("y", ("y", False), ("x", False))),
    "storage": program(storage="nowhere"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_program_that_means_nothing_is_refused(wrong):
    with pytest.raises(AssertionError, match="please report"):
        check_program(wrong)


def test_a_program_that_means_something_passes():
    store = Assign(at("v", "n"), at("x", "n", 0))
    good = program(loop("n", store), Contract("y", ("x", True), ("x", False)))
    assert check_program(good) is good
    both = (store, Accumulate("sum", at("·a"), at("v", "n")))
    good = program(Let("·a", Number(0)), loop("n", *both, kind="reduction"))
    assert check_program(good) is good
