"""Nests of loops: what shares a loop computes the same, and needs less memory."""

import random

import numpy as np
import pytest

from symbp.gradients import differentiate
from symbp.interpreter import FLOAT64, close, evaluate, read_data
from symbp.kernels.fusion import fuse
from symbp.kernels.lowering import lower, needed
from symbp.kernels.machine import check_program, run_program
from symbp.stability import stabilise
from tests.kernels.running import SOFTMAX, read
from tests.strategies import FAMILIES, random_system

ROWS = "input z[n:N, k:K]; p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); L = sum(n, k, p[n,k]^2)"


def nests(text, outputs=("L",), *, stable=False):
    system = read(text)
    system = stabilise(system).system if stable else system
    return fuse(needed(system, outputs), system, outputs)


def shape(found):
    return [(nest.targets, nest.depth, tuple(sorted(nest.local))) for nest in found]


def test_pieces_of_one_equation_share_its_outer_loops():
    assert shape(nests(ROWS)) == [(("_1", "p"), 1, ("_1",)), (("L",), 0, ())]


def test_a_softmax_is_computed_row_by_row():
    (row, _) = nests(ROWS, stable=True)
    assert row.depth == 1
    assert row.targets[-1] == "p"
    assert {"max/z", "total/z"} <= row.local
    assert "exp/z" not in row.local  # one value for each entry of a row


def test_the_equations_of_an_author_keep_loops_of_their_own():
    text = "input x[n:N]; a[n] = x[n]^2; b[n] = a[n] + 1; L = sum(n, b[n])"
    assert [nest.targets for nest in nests(text)] == [("a",), ("b",), ("L",)]


def test_letters_and_names_decide_nothing():
    one = "input x[n:N, k:K]; y[n,k] = x[n,k]/sum(l, x[n,l]); L = sum(n, k, y[n,k])"
    other = one.replace("sum(l, x[n,l])", "sum(k, x[n,k])").replace("y", "σ")
    assert [(len(n.targets), n.depth) for n in nests(one)] == [
        (len(n.targets), n.depth) for n in nests(other)
    ]


def test_what_is_read_at_another_place_shares_no_loop():
    text = "input x[n:N, k:K]; y[n] = sum(m, sum(k, x[m,k])*x[n,0]); L = sum(n, y[n])"
    assert all(len(nest.targets) == 1 for nest in nests(text)[:1])
    found = nests("input x[n:N, k:N]; y[n] = x[n,0]*sum(m, k, x[m,k]); L = sum(n, y[n])")
    assert found[0].targets == ("_1",)


def test_what_somebody_asked_for_is_kept():
    (row, _) = nests(ROWS, ("p", "L"))
    assert row.local == {"_1"}
    system = read(ROWS)
    found = fuse(needed(system, ("_1", "L")), system, ("_1", "L"))
    assert all(not nest.local for nest in found)


def test_a_piece_stands_right_before_its_one_reader():
    text = "input x[n:N]; a = 2*sum(n, x[n]); b = 3*sum(n, x[n]^2); L = a*b"
    assert [nest.targets for nest in nests(text)] == [("_1", "a"), ("_2", "b"), ("L",)]


@pytest.mark.parametrize("seed", range(12))
def test_random_stable_programs_equal_the_interpreter(seed):
    system, values = random_system(random.Random(seed), kinks=seed % 2 == 1)
    ledger = differentiate(system, "L", ["W", "b", "s"])
    outputs = ["L", *(ledger.gradients[w].quantity for w in ledger.wrt)]
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    program = check_program(lower(stabilise(ledger.system).system, outputs, "compute"))
    expected = evaluate(ledger.system, values, extents=sizes)
    environment = read_data(ledger.system, values, FLOAT64, sizes)
    with np.errstate(all="ignore"):
        found = run_program(program, environment)
    for name in outputs:
        places = expected.environment.elements[name]
        assert found[name].keys() == places.keys()
        assert all(close(found[name][place], places[place]) for place in places), name


def test_no_array_is_kept_that_the_value_does_not_need():
    system = read(SOFTMAX)
    kept = [b.name for b in lower(system, ("L",), "loss").buffers if b.storage == "workspace"]
    assert kept == ["z", "p"]
