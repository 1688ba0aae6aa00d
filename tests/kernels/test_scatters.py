"""Scatters and gathers: loops that a label shortens compute the same, with fewer operations."""

from dataclasses import replace

import numpy as np
import pytest

import symbp as sb
from symbp.costs import count_system
from symbp.errors import DataError
from symbp.gradients import differentiate
from symbp.kernels.loops import Accumulate, Guard, Loop, walk
from symbp.kernels.lowering import lower
from symbp.kernels.modules import emit_module
from symbp.kernels.planning import plan
from tests.kernels.running import called, interpreted, read

EMBEDDING = """
input t[n:N]: class_ids; param E[v:V, d:D]; target y[n, d]
h[n,d] = tanh(E[t[n],d])
L = sum(n, d, (h[n,d] - y[n,d])^2)/2
"""
TIED = """
input t[n:N]: class_ids; input s[n]: class_ids; param E[v:V, d:D]
h[n,d] = E[t[n],d] - E[s[n],d]^2
z[n,v] = sum(d, h[n,d]*E[v,d])
L = sum(n, v, z[n,v]^2)/2
"""
COUNTED = """
input t[n:N]: class_ids; param W[v:V, d:D]
y[n,d] = sum(v, [v == t[n]]*W[v,d])
c[v] = sum(n, [v == t[n]])
L = sum(n, d, y[n,d]^2) + sum(v, d, c[v]*W[v,d])
"""


def planned(text, wrt):
    system = read(text)
    return plan(system, differentiate(system, "L", wrt))


def values(rng, low=0):
    return {
        "t": rng.integers(low, 4, 9),
        "s": rng.integers(0, 4, 9),
        "E": rng.normal(size=(4, 3)),
        "W": rng.normal(size=(4, 3)),
        "y": rng.normal(size=(9, 3)),
    }


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("text", "name"), [(EMBEDDING, "E"), (TIED, "E"), (COUNTED, "W")], ids=["one", "tied", "counts"]
)
def test_gradients_equal_differences(text, name, dtype):
    given = values(np.random.default_rng(1))
    module = interpreted(planned(text, (name,)), dtype)
    _, gradient = called(module, "loss_and_gradient", given, {})
    wide = interpreted(planned(text, (name,)))
    for place in ((0, 0), (1, 2), (3, 1)):
        moved = []
        for step in (1e-6, -1e-6):
            array = given[name].copy()
            array[place] += step
            moved.append(called(wide, "loss", {**given, name: array}, {}))
        found = (moved[0] - moved[1]) / 2e-6
        assert gradient[name][place] == pytest.approx(found, rel=1e-4, abs=1e-4)


def loops_around(program, target):
    """Letters of the loops around each statement that adds to an array."""
    found = []

    def visit(statements, letters):
        for statement in statements:
            if isinstance(statement, Loop):
                visit(statement.body, (*letters, statement.letter))
            elif isinstance(statement, Accumulate) and statement.place.quantity == target:
                found.append(letters)
            else:
                visit(getattr(statement, "body", ()), letters)

    visit(program.body, ())
    return found


def test_no_loop_runs_over_the_rows_that_a_label_picks():
    program = planned(EMBEDDING, ("E",)).tasks["loss_and_gradient"].program
    assert loops_around(program, "dL/dE") == [("n", "d")]


def test_several_scatters_add_to_one_array():
    program = planned(TIED, ("E",)).tasks["loss_and_gradient"].program
    assert loops_around(program, "dL/dE") == [("n", "d"), ("n", "d")]
    assert "np.dot(" in emit_module(planned(TIED, ("E",))).text


def test_operations_are_those_of_the_labels():
    ledger = differentiate(read(EMBEDDING), "L", ("E",))
    large, small = (count_system(ledger.system).at(N=100, D=5, V=v) for v in (1000, 10))
    assert large == small


def test_a_factor_of_all_of_a_scatter_is_left_to_the_rows():
    text = EMBEDDING.replace("^2)/2", "^2)")
    program = planned(text, ("E",)).tasks["loss_and_gradient"].program
    assert loops_around(program, "dL/dE") == []


def test_a_one_hot_product_by_labels_is_a_gather():
    program = lower(read(COUNTED), ("y",), "compute")
    assert [s.letter for s in walk(program.body) if isinstance(s, Loop)] == ["n", "d"]
    system = read(COUNTED)
    assert str(count_system(system)["y"]) == "0"
    assert str(count_system(system)["c"]) == "N"


def test_labels_that_nobody_checks_are_looked_at_where_they_are_used():
    checked = read("input t[n:N]: class_ids; param W[v:V]; L[v] = W[v]*sum(n, [v == t[n]])")
    free = replace(checked, facts=())
    for system, guarded in ((checked, False), (free, True)):
        statements = tuple(walk(lower(system, ("L",), "compute").body))
        assert any(isinstance(s, Guard) for s in statements) is guarded
        assert any(isinstance(s, Accumulate) for s in statements)
    module = interpreted(plan(free))
    given = {"t": np.array([-1, 0, 7, 2, 2]), "W": np.ones(4)}
    assert called(module, "forward", given, {})["L"].tolist() == [1, 0, 2, 0]


def test_labels_of_an_embedding_are_checked_before():
    text = emit_module(planned(EMBEDDING, ("E",))).text
    assert "dL_dE[t[n], d] += " in text
    assert "0 <= " not in text.split("compute_loss_and_gradient")[1].split("return")[0]
    kernel = sb.System(EMBEDDING).compile()
    with pytest.raises(DataError, match="label 4 of t"):
        kernel.loss_and_gradient(t=np.array([4]), E=np.zeros((4, 3)), y=np.zeros((1, 3)))
