"""Training steps of an emitted file, run as the stand-alone file that they are."""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np
import pytest

import symbp as sb
from symbp import fitting, pipeline
from symbp.errors import DeclarationError
from symbp.kernels.compiled import Kernel
from symbp.kernels.modules import emit_module
from symbp.kernels.planning import plan
from symbp.kernels.stepping import data_of, sample_extents

TEXT = """
  input x[n:N, j:3]
  param w[j], s
  target y[n]
  L = sum(n, (s*sum(j, x[n,j]*w[j]) - y[n])^2)/N
"""
THETA = [0.5, -0.25, 1.0, 2.0]


def planned(text=TEXT, **more):
    return fitting.trainable(sb.System(text).snapshot(), **more)


def data(count=9):
    draws = np.random.default_rng(0)
    return {"x": draws.normal(size=(count, 3)), "y": draws.normal(size=count)}


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    """The emitted file, imported without symbp's loader: its errors are Python's own."""
    import importlib.util

    place = tmp_path_factory.mktemp("kernels") / "kernels_of_a_test.py"
    place.write_text(emit_module(planned(optimizer="momentum")).text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("kernels_of_a_test", place)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def expected(theta, values, lr, momentum, rounds):
    """Loss before each step and parameters after, in NumPy by hand."""
    w, s, velocity, losses = theta[:3].copy(), theta[3], np.zeros(4), []
    x, y = values["x"], values["y"]
    for _ in range(rounds):
        rest = s * (x @ w) - y
        losses.append(np.mean(rest**2))
        gradient = np.append(2 * s * (rest @ x), 2 * rest @ (x @ w)) / len(y)
        velocity = momentum * velocity + gradient
        w, s = w - lr * velocity[:3], s - lr * velocity[3]
    return np.append(w, s), losses


def test_steps_are_those_written_by_hand(module):
    theta = np.array(THETA)
    state = module.make_state(theta)
    losses = [
        module.train_step(theta=theta, state=state, settings={"lr": 0.1, "momentum": 0.5}, **data())
        for _ in range(4)
    ]
    by_hand = expected(np.array(THETA), data(), 0.1, 0.5, 4)
    np.testing.assert_allclose(theta, by_hand[0], rtol=1e-12)
    np.testing.assert_allclose(losses, by_hand[1], rtol=1e-12)


def test_many_steps_are_single_steps_on_gathered_samples(module):
    order = np.random.default_rng(1).permutation(9)
    one, many = np.array(THETA), np.array(THETA)
    state_one, state_many = module.make_state(one), module.make_state(many)
    losses = np.zeros(4)
    module.train_steps(
        theta=many, state=state_many, losses=losses, order=order, batch=2, start=1, stop=4, **data()
    )
    for step in (1, 2, 3):
        rows = order[2 * step : 2 * step + 2]
        part = {name: array[rows] for name, array in data().items()}
        assert module.train_step(theta=one, state=state_one, **part) == losses[step]
    assert one.tobytes() == many.tobytes()
    assert state_one["v"].tobytes() == state_many["v"].tobytes()
    assert losses[0] == 0


def test_nothing_is_allocated_in_a_hundred_steps(module):
    from numba.core.runtime import _nrt_python, rtsys

    _nrt_python.memsys_enable_stats()
    theta = np.array(THETA)
    state, losses, order = module.make_state(theta), np.zeros(100), np.tile(np.arange(9), 30)

    def steps(stop):
        before = rtsys.get_allocation_stats().alloc
        module.train_steps(
            theta=theta,
            state=state,
            losses=losses,
            order=order,
            batch=2,
            start=0,
            stop=stop,
            settings={"lr": 1e-3},
            **data(),
        )
        return rtsys.get_allocation_stats().alloc - before

    steps(1)
    assert steps(100) == steps(0)


def call(module, **other):
    theta = np.array(THETA)
    given = {
        "theta": theta,
        "state": module.make_state(theta),
        "losses": np.zeros(4),
        "order": np.arange(9),
        "batch": 2,
        "start": 0,
        "stop": 4,
        **data(),
        **other,
    }
    module.train_steps(**given)


@pytest.mark.parametrize(
    ("other", "error", "words"),
    [
        ({"order": np.arange(1, 10)}, ValueError, "within 0..8"),
        ({"order": np.arange(-1, 8)}, ValueError, "within 0..8"),
        ({"order": np.arange(5)}, ValueError, "8 are needed"),
        ({"order": np.arange(9.0)}, TypeError, "integers"),
        ({"losses": np.zeros(3)}, ValueError, "losses 3"),
        ({"losses": np.zeros(4, "f4")}, TypeError, "losses changes in place"),
        ({"batch": 0}, ValueError, "batch 0"),
        ({"start": -1}, ValueError, "no steps -1"),
        ({"theta": np.zeros(3)}, ValueError, "theta has shape"),
        ({"theta": np.zeros(4, "f4")}, TypeError, "theta changes in place"),
        ({"theta": np.zeros(8)[::2]}, TypeError, "contiguous"),
        ({"theta": [0, 0, 0, 0]}, TypeError, "theta"),
        ({"state": {}}, ValueError, "the state has"),
        ({"state": {"v": np.zeros(3)}}, ValueError, "v has shape"),
        ({"settings": {"rate": 1}}, ValueError, "unknown settings"),
        ({"settings": {"lr": np.nan}}, ValueError, "lr is nan"),
        ({"state": None}, ValueError, "the state has"),
        ({"y": np.zeros(8)}, ValueError, "y"),
    ],
)
def test_what_would_read_or_write_elsewhere_is_refused(module, other, error, words):
    with pytest.raises(error, match=words):
        call(module, **other)


def test_memory_that_may_not_be_written_is_refused(module):
    theta = np.array(THETA)
    theta.flags.writeable = False
    with pytest.raises(TypeError, match="changes in place"):
        call(module, theta=theta)


def test_the_loss_is_looked_at(module):
    theta = np.array(THETA)
    bad = data()
    bad["x"][1, 2] = np.nan
    with pytest.raises(ValueError, match=r"x\[1, 2\] is nan"):
        module.train_step(theta=theta, state=module.make_state(theta), **bad)


def test_awkward_names_stay_apart():
    text = """
      input theta[n:N], order[n], lr[n], m[n]
      param w, state, losses
      target y[n]
      L = sum(n, (w*theta[n] + state*order[n]*lr[n] + losses*m[n] - y[n])^2)/N
    """
    kernel = Kernel(planned(text, optimizer="adam"))
    ast.parse(kernel.source)
    draws = np.random.default_rng(0)
    values = {name: draws.normal(size=5) for name in ("theta", "order", "lr", "m", "y")}
    vector = np.array([1.0, 2.0, 3.0])
    loss = kernel.train_step(vector, kernel.make_state(vector), **values)
    residual = values["theta"] + 2 * values["order"] * values["lr"] + 3 * values["m"] - values["y"]
    assert loss == pytest.approx(np.mean(residual**2))


def test_extents_that_only_batches_need():
    """A matrix product needs no sizes; gathering its factors does."""
    text = """
      input x[n:N, j:J]
      param W[j, k:K]
      target y[n, k]
      z[n,k] = sum(j, x[n,j]*W[j,k])
      L = sum(n, k, (z[n,k] - y[n,k])^2)/N
    """
    draws = np.random.default_rng(0)
    x, start = draws.normal(size=(20, 3)), draws.normal(size=(3, 2))
    values = {"x": x, "y": x @ np.ones((3, 2))}
    kernel = Kernel(planned(text, optimizer="sgd"))
    theta, losses = kernel.pack(W=start), np.zeros(5)
    state = kernel.make_state(theta)
    options = {"settings": {"lr": 0.1}}
    kernel.train_steps(theta, state, losses, np.arange(20), 4, (0, 5), **values, **options)
    expected = start
    for first in range(0, 20, 4):
        part, goal = x[first : first + 4], values["y"][first : first + 4]
        expected = expected - 0.1 * 2 * part.T @ (part @ expected - goal) / 4
    np.testing.assert_allclose(theta.reshape(3, 2), expected, rtol=1e-12)
    with pytest.raises(DeclarationError, match="W is a part of theta"):
        kernel.train_step(theta, state, W=start, **values)


def test_lines_are_no_longer_than_in_any_source():
    layers = (sb.Dense(4, "tanh") for _ in range(6))
    network = sb.Network(sb.Input("x", 3), *layers, loss="squared_error")
    text = emit_module(fitting.trainable(network.snapshot())).text
    compiled = text[text.index("def compute_update") : text.index("def as_array")]
    public = text[text.index("SETTINGS =") :]
    assert max(len(line) for part in (compiled, public) for line in part.splitlines()) <= 100


def test_the_same_plan_gives_the_same_bytes():
    assert emit_module(planned()).text == emit_module(planned()).text


def test_a_plan_without_an_optimiser_has_no_steps():
    system = sb.System(TEXT).snapshot()
    bare = plan(system, pipeline.derive(system))
    assert "train_step" not in emit_module(bare).text
    assert "train_steps" not in emit_module(replace(planned(), samples=None)).text


@pytest.mark.parametrize(
    ("text", "extents"),
    [
        (TEXT, ("N",)),
        ("input x[n:N]; param w[n]; L = sum(n, (w[n]*x[n])^2)", ()),
        ("input x[n:N, t:T]; param w; L = sum(n, t, (w - x[n,t])^2)", ("N", "T")),
        # A window runs over positions: a batch of positions would be another system.
        ("input x[t:T+2]; param w[k:3]; L = sum(t:T, k, (w[k]*x[t+k])^2)", ()),
        # Labels that count samples would point out of the batch.
        (
            "input x[n:N], u[n]; fact u: class_ids; param w; L = sum(n, (w*x[u[n]] - x[n])^2)",
            (),
        ),
    ],
)
def test_along_which_extents_data_can_be_cut(text, extents):
    system = sb.System(text).snapshot()
    found = plan(system, pipeline.derive(system))
    assert sample_extents(found) == extents


def test_the_data_of_a_plan():
    assert [q.name for q in data_of(planned())] == ["x", "y"]
