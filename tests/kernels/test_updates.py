from __future__ import annotations

import pytest

import symbp as sb
from symbp.errors import NotSupportedError
from symbp.kernels.buffers import sign
from symbp.kernels.emitter import emit_function
from symbp.kernels.naming import Namer
from symbp.kernels.updates import Optimiser, batch_program, update_program


def emitted(program, outputs):
    return emit_function(program, sign(program, outputs), Namer(), "float64", {})


def own(text, starts=()):
    system = sb.System(text).snapshot()
    return Optimiser("own", system, dict.fromkeys(starts, 0.0), {"lr": 0.1})


def test_an_update_takes_the_place_of_the_state():
    text = "state w[a:P], v[a]; input g[a]; const lr; v_next[a] = v[a] + g[a]; "
    chosen = own(f"{text} w_next[a] = w[a] - lr*v_next[a]", ["v"])
    program = update_program(chosen)
    assert {b.name: b.storage for b in program.buffers} == {
        "w": "result",
        "v": "result",
        "g": "argument",
        "lr": "argument",
    }
    assert emitted(program, ["w", "v"]).splitlines()[2:] == [
        "    # v_next[a] = v[a] + g[a]",
        "    for a in range(P):",
        "        v[a] += g[a]",
        "    # w_next[a] = w[a] - lr*v_next[a]",
        "    for a in range(P):",
        "        w[a] -= lr*v[a]",
    ]


@pytest.mark.parametrize(
    "equations",
    [
        "w_next[a] = w[a] - g[a]; v_next[a] = v[a] + w[a]",  # the old w, after the new one
        "v_next[a] = v[a]; w_next[a] = w[P - 1 - a] - g[a]",  # another element
    ],
)
def test_a_state_that_is_needed_later_is_not_overwritten(equations):
    chosen = own(f"state w[a:P], v[a]; input g[a]; {equations}", ["v"])
    with pytest.raises(NotSupportedError, match="overwritten"):
        update_program(chosen)


def test_a_sum_over_the_state_is_taken_before_it_changes():
    program = update_program(own("state w[a:P]; input g[a]; w_next[a] = g[a]*sum(b:P, w[b])"))
    lines = [line.strip() for line in emitted(program, ["w"]).splitlines()]
    assert lines.index("total += w[b]") < lines.index("w[a] = g[a]*part1")


def test_a_batch_gathers_every_array_along_the_samples():
    text = "input x[n:N, j:2], A[i:2, n]; target t[n]; fact t: class_ids; "
    system = sb.System(f"{text} L = sum(n, i, x[n, t[n]]*A[i,n])").snapshot()
    program = batch_program(system.given("input", "target"), "N")
    lines = emitted(program, ["x", "A", "t"]).splitlines()
    assert [line.strip() for line in lines if " = " in line and "#" not in line] == [
        "x[n, j] = all_x[samples[n + begin], j]",
        "A[i, n] = all_A[i, samples[n + begin]]",
        "t[n] = all_t[samples[n + begin]]",
    ]
    assert lines[1].endswith("N, begin):")
