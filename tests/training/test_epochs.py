"""Training against the interpreter, batch by batch, and what may go wrong on the way."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import symbp as sb
from symbp import fitting, pipeline
from symbp.errors import (
    DataError,
    DeclarationError,
    DTypeError,
    MathError,
    NotSupportedError,
    ShapeError,
    UnknownNameError,
)
from symbp.interpreter import evaluate
from symbp.kernels.compiled import Kernel
from symbp.training import epochs
from symbp.training.batches import Batches
from symbp.training.checkpoints import load_checkpoint
from symbp.training.epochs import train
from symbp.training.optimisers import optimiser
from symbp.training.options import Options

#: A scalar parameter, a shared one, a fact, labels: what is easily got wrong.
TEXT = """
  input  x[n:N, j:3]
  param  W[j, k:2], b[k], s
  target y[n, k]
  fact   sum(k, y[n,k]) = 1
  z[n,k] = s*sum(j, x[n,j]*W[j,k]) + b[k]
  p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
  L      = -sum(n, k, y[n,k]*ln(p[n,k])) / N
"""
SAMPLES = 17


def samples(count=SAMPLES, seed=1):
    draws = np.random.default_rng(seed)
    x = draws.normal(size=(count, 3))
    rows = np.eye(2)[(x[:, 0] - 0.5 * x[:, 1] > 0).astype(int)]
    return {"x": x, "y": rows}


START = {"W": np.full((3, 2), 0.1) + np.eye(3, 2), "b": [0.0, 0.1], "s": 0.7}


@pytest.fixture(scope="module")
def snapshot():
    return sb.System(TEXT).snapshot()


@pytest.fixture(scope="module")
def kernel(snapshot):
    return Kernel(fitting.trainable(snapshot, optimizer="adam"))


def by_interpreter(snapshot, settings, batches, epochs):
    """The same training: gradients and updates by the interpreter, one batch after the other."""
    ledger = pipeline.derive(snapshot)
    chosen = optimiser("adam", **settings)
    data, shapes = samples(), {name: np.shape(value) for name, value in START.items()}
    theta = np.concatenate([np.ravel(value) for value in START.values()]).astype(float)
    state = {"m": 0 * theta, "v": 0 * theta, "power1": np.ones(1), "power2": np.ones(1)}
    history = []
    for epoch in range(epochs):
        order, total = batches.order(epoch), 0.0
        for first in range(0, SAMPLES, batches.size):
            chosen_rows = order[first : first + batches.size]
            parts, at = {}, 0
            for name, shape in shapes.items():
                size = int(np.prod(shape))
                parts[name] = theta[at : at + size].reshape(shape)
                at += size
            values = {name: array[chosen_rows] for name, array in data.items()}
            results = evaluate(ledger.system, {**values, **parts})
            gradient = [np.ravel(results[ledger.gradients[name].quantity]) for name in shapes]
            total += float(results["L"]) * len(chosen_rows)
            given = {**state, "w": theta, "g": np.concatenate(gradient), **chosen.settings}
            after = evaluate(chosen.system, given)
            theta = after["w_next"]
            state = {name: after[f"{name}_next"] for name in state}
        history.append(total / SAMPLES)
    return theta, history


@pytest.mark.parametrize("size", [1, 7, None])
def test_training_is_that_of_the_interpreter(snapshot, kernel, size):
    settings = {"lr": 0.05, "beta1": 0.8}
    options = Options(epochs=2, batch_size=size, seed=4, settings=settings)
    result = train(kernel, samples(), options, params=START)
    batches = Batches(SAMPLES, size or SAMPLES, 4)
    theta, losses = by_interpreter(snapshot, settings, batches, 2)
    ours = np.concatenate([np.ravel(result.params[name]) for name in START])
    np.testing.assert_allclose(ours, theta, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(result.history["loss"], losses, rtol=1e-12)
    assert result.stopped == "finished"


def test_fit_learns_and_says_so():
    result = sb.fit(
        sb.System(TEXT),
        samples(200),
        optimizer="adam",
        lr=0.1,
        batch_size=32,
        epochs=15,
        validation=samples(50, seed=2),
        metrics=["accuracy"],
    )
    assert list(result.history) == ["loss", "val_loss", "val_accuracy"]
    assert result.history["loss"][-1] < result.history["loss"][0]
    assert result.history["val_accuracy"][-1] > 0.9
    made = result.predict(x=samples(50, seed=2)["x"])["p"]
    right = made.argmax(1) == samples(50, seed=2)["y"].argmax(1)
    assert right.mean() == result.history["val_accuracy"][-1]


def test_the_same_seed_gives_the_same_bits(kernel):
    options = Options(epochs=2, batch_size=5, seed=3)
    one, two = (train(kernel, samples(), options) for _ in range(2))
    other = train(kernel, samples(), Options(epochs=2, batch_size=5, seed=4))
    for name in one.params:
        assert one.params[name].tobytes() == two.params[name].tobytes()
    assert not np.array_equal(one.params["W"], other.params["W"])


def test_weights_saved_and_loaded_give_the_same_bits(kernel, tmp_path):
    result = train(kernel, samples(), Options(epochs=1))
    back = sb.load_weights(result.save(tmp_path / "net.npz"))
    x = samples()["x"]
    made = kernel.forward(x=x, **back)["p"]
    assert made.tobytes() == result.predict(x=x)["p"].tobytes()


def test_the_data_stay_as_they_are(kernel):
    data = samples()
    before = {name: array.tobytes() for name, array in data.items()}
    start = {name: np.array(value) for name, value in START.items()}
    train(kernel, data, Options(epochs=1), params=start)
    assert {name: array.tobytes() for name, array in data.items()} == before
    assert np.array_equal(start["W"], START["W"])


def test_early_stop_gives_back_the_best(kernel):
    # Validation labels are those of the data, turned round: every step makes that loss worse.
    turned = {"x": samples()["x"], "y": 1 - samples()["y"]}
    options = Options(epochs=50, patience=3, settings={"lr": 0.1})
    result = train(kernel, samples(), options, validation=turned)
    assert result.stopped == "early"
    assert result.history.epochs == result.history.best("val_loss") + 3
    best = min(result.history["val_loss"])
    assert kernel.loss(**turned, **result.params) == best


def test_an_interrupt_gives_what_was_learned_and_soon(kernel):
    train(kernel, samples(), Options(epochs=1))  # compiled
    asked = []

    def interrupt(number, frame):
        asked.append(time.process_time())
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        result = train(kernel, samples(2000), Options(epochs=10**6, batch_size=1))
        waited = time.process_time() - asked[0]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert result.stopped == "interrupted"
    assert waited < 0.5
    start = train(kernel, samples(2000), Options(epochs=1, settings={"lr": 1e-12}))
    assert not np.array_equal(result.params["W"], start.params["W"])
    assert np.isfinite(result.params["W"]).all()


class Stopping:
    """A kernel that is interrupted in its n-th call of compiled steps, after it has worked."""

    def __init__(self, kernel, call):
        self._kernel, self._left = kernel, call

    def __getattr__(self, name):
        return getattr(self._kernel, name)

    def train_steps(self, *args, **values):
        self._kernel.train_steps(*args, **values)
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("size", [1, 5, None])
@pytest.mark.parametrize("call", [1, 2, 5])
def test_a_run_that_was_stopped_goes_on_with_the_same_bits(kernel, tmp_path, size, call):
    options = {"batch_size": size, "seed": 2, "settings": {"lr": 0.05}, "patience": 4}
    data, validation = samples(), samples(9, seed=5)
    whole = train(kernel, data, Options(epochs=6, **options), START, validation)
    part = train(Stopping(kernel, call), data, Options(epochs=6, **options), START, validation)
    assert part.stopped == "interrupted"
    assert part.history.epochs < 6
    point = load_checkpoint(part.save(tmp_path / "run.npz", state=True))
    for start in (point, part.checkpoint):
        rest = train(kernel, data, Options(epochs=6, **options), None, validation, start)
        assert str(rest.history) == str(whole.history)
        assert rest.history["loss"] == whole.history["loss"]
        for name, value in whole.params.items():
            assert rest.params[name].tobytes() == value.tobytes()


def test_more_epochs_go_on_with_the_same_bits(snapshot, tmp_path):
    options = {"batch_size": 4, "optimizer": "momentum", "dtype": "float32", "lr": 0.1}
    data = samples()
    whole = sb.fit(sb.System(TEXT), data, epochs=5, **options)
    first = sb.fit(sb.System(TEXT), data, epochs=2, **options)
    path = first.save(tmp_path / "run.npz", state=True)
    for start in (first, path, str(path)):
        rest = sb.fit(sb.System(TEXT), data, epochs=5, resume=start, **options)
        assert rest.history["loss"] == whole.history["loss"]
        assert rest.params["W"].tobytes() == whole.params["W"].tobytes()
    done = sb.fit(sb.System(TEXT), data, epochs=2, resume=first, **options)
    assert (done.stopped, done.history.epochs) == ("finished", 2)
    assert done.params["W"].tobytes() == first.params["W"].tobytes()
    for other in ({"batch_size": 5}, {"seed": 1}, {"dtype": "float64"}, {"optimizer": "nesterov"}):
        with pytest.raises(DataError, match=next(iter(other))):
            sb.fit(sb.System(TEXT), data, epochs=5, resume=first, **{**options, **other})
    for other in ({"metrics": ["accuracy"]}, {"validation": samples(5)}):
        with pytest.raises(DataError, match="measured loss, not loss, "):
            sb.fit(sb.System(TEXT), data, epochs=5, resume=first, **options, **other)
    for odd in (
        {"state": {"v": np.zeros(8)}},
        {"state": {}},
        {"theta": np.zeros(8)},
        {"losses": np.zeros(6)},
    ):
        part = replace(first, checkpoint=replace(first.checkpoint, **odd))
        with pytest.raises(ShapeError, match="the run to go on with has"):
            sb.fit(sb.System(TEXT), data, epochs=5, resume=part, **options)
    with pytest.raises(DataError, match="samples"):
        sb.fit(sb.System(TEXT), samples(18), epochs=5, resume=first, **options)
    with pytest.raises(DeclarationError, match="one of them"):
        sb.fit(sb.System(TEXT), data, epochs=5, resume=first, params=START, **options)


def test_a_call_that_is_left_behind_changes_nothing_that_is_given_back(kernel, monkeypatch):
    """The interrupt comes while a step runs aside; that step ends later."""
    begun, may_end = threading.Event(), threading.Event()
    real, threads = kernel.train_steps, []

    def slow(*args, **values):
        threads.append(threading.current_thread())
        begun.set()
        may_end.wait(60)
        real(*args, **values)

    def interrupt():
        begun.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(kernel, "train_steps", slow)
    threading.Thread(target=interrupt).start()
    result = train(kernel, samples(), Options(epochs=3, batch_size=4), START)
    assert result.stopped == "interrupted"
    may_end.set()
    threads[0].join(60)
    assert result.params["W"].tobytes() == START["W"].tobytes()
    assert result.checkpoint.state["m"].tolist() == [0.0] * 9


def test_large_models_are_marked_less_often(kernel, monkeypatch):
    monkeypatch.setattr(epochs, "MARK", 10**9)
    result = train(Stopping(kernel, 9), samples(), Options(epochs=6, batch_size=1), START)
    assert result.stopped == "interrupted"
    assert result.checkpoint.epoch == 0
    assert result.params["W"].tobytes() == START["W"].tobytes()
    finished = train(kernel, samples(), Options(epochs=2, batch_size=1), START)
    assert finished.checkpoint.epoch == 2


def test_calls_begin_with_one_step_and_grow_slowly(kernel, monkeypatch):
    spans, real = [], kernel.train_steps

    def spy(theta, state, losses, order, batch, span, **values):
        spans.append(span)
        real(theta, state, losses, order, batch, span, **values)

    monkeypatch.setattr(kernel, "train_steps", spy)
    train(kernel, samples(3000), Options(epochs=1, batch_size=1))
    steps = [stop - start for start, stop in spans]
    assert steps[0] == 1
    assert sum(steps) == 3000
    assert all(b <= 8 * a + 1 for a, b in pairwise(steps))


def test_a_loss_that_is_no_number_stops(kernel):
    big = {"x": samples()["x"] * 1e200, "y": samples()["y"]}
    with pytest.raises(MathError, match=r"(?s)epoch .*use a smaller lr") as raised:
        train(kernel, big, Options(epochs=3, settings={"lr": 1e200}))
    assert len(str(raised.value).splitlines()) <= 3


def test_an_error_leaves_the_line_of_progress(kernel, capsys):
    big = {"x": samples()["x"] * 1e200, "y": samples()["y"]}
    with pytest.raises(MathError):
        train(kernel, big, Options(epochs=3, settings={"lr": 1e200}, progress=True))
    shown = capsys.readouterr().err
    assert shown.startswith("\rcompiling ...")
    assert shown.endswith("\n")


def broken(name, place, value):
    data = samples()
    data[name][place] = value
    return data


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (broken("x", (3, 1), np.nan), DataError, r"x\[3, 1\] is nan"),
        (broken("x", (0, 2), np.inf), DataError, r"x\[0, 2\] is inf"),
        (broken("y", (2, 0), 0.5), DataError, "fact"),
        ({"x": samples()["x"]}, UnknownNameError, "no value for y"),
        ({**samples(), "t": [1]}, UnknownNameError, "'t', which the system does not take"),
        ({**samples(), "y": samples(5)["y"]}, ShapeError, "N is 17 in other arrays, and 5 in y"),
        ({**samples(), "x": np.zeros((SAMPLES, 4))}, ShapeError, "x"),
        ({**samples(), "x": samples()["x"] + 1j}, DTypeError, "real numbers"),
        ({**samples(), "x": np.zeros((0, 3))}, DataError, "empty"),
        ({**samples(), "x": "text"}, DTypeError, "x"),
    ],
)
def test_data_that_are_refused(kernel, data, error, words):
    with pytest.raises(error, match=words):
        train(kernel, data, Options(epochs=1))


def test_data_are_given_by_name(kernel):
    with pytest.raises(DataError, match="the data is a list; give arrays by name"):
        train(kernel, list(samples().values()), Options())
    with pytest.raises(DeclarationError, match="W is learned"):
        train(kernel, {**samples(), "W": START["W"]}, Options())


def test_sizes_that_disagree_never_reach_compiled_code():
    """Facts are the first that is computed: they may not read beyond an array either."""
    text = """
      input x[n:N], v[i:N-1], t[n], y[k:K], r[a:2*M+N+1], s[a:2*N]
      param w[k]
      fact sum(i, v[i]) = 1
      fact sum(n, y[t[n]]) = 1
      fact sum(k, y[k]) = 1
      L = sum(n, (w[0]*x[n]*y[t[n]])^2) + sum(i, v[i]^2) + sum(a, r[a]) + sum(a:2*N, s[a])
    """
    good = {"x": [1.0, 2], "v": [1.0], "t": [0, 1], "y": [0.5, 0.5], "r": [1.0] * 7, "s": [1.0] * 4}
    start = {"w": [2.0, -1.0]}
    kernel = Kernel(fitting.trainable(sb.System(text).snapshot()))
    options = Options(batch_size=None)
    assert train(kernel, good, options, start).stopped == "finished"
    for data, words in (
        ({"v": [0.5, 0.5]}, r"v\[i\] has shape \(2,\); \(1,\) is needed"),
        ({"y": [0.5, 0.25, 0.25]}, "K is 3 in other arrays, and 2 in w|K is 2 .* and 3 in y"),
        ({"t": [0, 2]}, "label 2 of t"),
        ({"t": [0]}, "N is 2 in other arrays, and 1 in t"),
        ({"r": [1.0] * 8}, r"r\[a\] has shape \(8,\)"),
        ({"s": [1.0] * 5}, r"s\[a\] has shape \(5,\)"),
    ):
        wrong = {**good, **data}
        with pytest.raises((ShapeError, DataError), match=words):
            train(kernel, wrong, options, start)
        with pytest.raises((ShapeError, DataError), match=words):
            train(kernel, good, options, start, wrong)
        with pytest.raises((ShapeError, DataError)):
            kernel.loss_and_gradient(**wrong, **start)
    with pytest.raises(ShapeError, match="K is 2 in other arrays, and 3 in w"):
        train(kernel, good, options, {"w": [2.0, -1.0, 0.0]})


def test_starts_that_are_refused(kernel):
    with pytest.raises(UnknownNameError, match="'V' is no parameter"):
        train(kernel, samples(), Options(), params={"V": 1})
    with pytest.raises(ShapeError, match="W"):
        train(kernel, samples(), Options(), params={"W": np.zeros((2, 2))})


def test_questions_to_the_system_that_have_no_answer():
    with pytest.raises(DeclarationError, match="no parameters"):
        sb.fit(sb.System("input x[n:N]; L = sum(n, x[n])"), {"x": [1.0]})
    with pytest.raises(UnknownNameError, match="unknown optimizer"):
        sb.fit(sb.System(TEXT), samples(), optimizer="adm")
    two = "input x[n:N], u[m:M]; param a; L = sum(n, (a*x[n])^2) + sum(m, (a - u[m])^2)"
    with pytest.raises(DeclarationError, match="samples= one of: N, M"):
        sb.fit(sb.System(two), {"x": [1.0], "u": [1.0]})
    with pytest.raises(DeclarationError, match="cannot be cut along 'M'"):
        sb.fit(sb.System(TEXT), samples(), samples="M")
    with pytest.raises(UnknownNameError, match="no metric 'acuracy'"):
        sb.fit(sb.System(TEXT), samples(), metrics=["acuracy"])


def test_a_system_without_samples_takes_all_at_once():
    text = "input a[i:3]; param w[i], c; L = sum(i, (w[i] - a[i])^2) + (c - 2)^2"
    data = {"a": [1.0, 2.0, 3.0]}
    result = sb.fit(text, data, optimizer="momentum", lr=0.05, epochs=300, batch_size=None)
    np.testing.assert_allclose(result.params["w"], [1, 2, 3], atol=1e-4)
    np.testing.assert_allclose(result.params["c"], 2, atol=1e-4)
    with pytest.raises(DeclarationError, match="batch_size=None"):
        sb.fit(text, data)


def test_float32_is_computed_in_float32(snapshot):
    narrow = Kernel(fitting.trainable(snapshot, optimizer="sgd"), "float32")
    options = Options(epochs=2, batch_size=4, settings={"lr": 0.1})
    result = train(narrow, samples(), options, params=START)
    assert {array.dtype for array in result.params.values()} == {np.dtype("float32")}
    wide = Kernel(fitting.trainable(snapshot, optimizer="sgd"))
    other = train(wide, samples(), options, params=START)
    for name, array in other.params.items():
        np.testing.assert_allclose(result.params[name], array, rtol=1e-5, atol=1e-6)


def test_a_start_that_cannot_be_drawn_is_asked_for():
    text = "param A[i:2, j:2]; fact A: symmetric; L = sum(i, j, A[i,j]^2)"
    with pytest.raises(NotSupportedError, match="no start for A"):
        sb.fit(text, {}, batch_size=None)


def test_labels_go_into_batches_as_labels():
    text = """
      input  x[n:N, j:2]
      param  W[j, k:3]
      target t[n]
      fact   t: class_ids
      z[n,k] = sum(j, x[n,j]*W[j,k])
      L      = sum(n, ln(sum(k, exp(z[n,k]))) - z[n,t[n]])/N
    """
    draws = np.random.default_rng(0)
    angles = draws.uniform(0, 2 * np.pi, 120)
    x, t = (
        np.column_stack((np.cos(angles), np.sin(angles))),
        (angles // (2 * np.pi / 3)).astype(int),
    )
    options = {"optimizer": "adam", "lr": 0.1, "batch_size": 16, "epochs": 30}
    result = sb.fit(text, {"x": x, "t": t}, metrics=["accuracy"], dtype="float32", **options)
    assert result.history["accuracy"][-1] > 0.9
    for bad, words in ((3, "label 3 of t at"), (-1, r"label -1 of t at \[7\] is outside")):
        wrong = np.where(np.arange(120) == 7, bad, t)
        with pytest.raises(DataError, match=words):
            sb.fit(text, {"x": x, "t": wrong}, dtype="float32", **options)
    with pytest.raises(DataError, match="no integer"):
        sb.fit(text, {"x": x, "t": t + 0.5}, dtype="float32", **options)


def test_names_of_python_and_extents_that_only_parameters_have():
    text = """
      input  x[n:N], λ[n]
      param  σ, np, w[k:K]
      target self[n]
      L = sum(n, (σ*x[n] + np*λ[n] + sum(k, w[k]) - self[n])^2)/N
    """
    data = {"x": [1.0, 2.0, 0.5], "λ": [1.0, 1.0, -1.0], "self": [1.0, 2.0, 3.0]}
    options = {"lr": 0.05, "epochs": 400, "validation": data}
    result = sb.fit(text, data, params={"w": np.zeros(2)}, **options)
    assert result.params["w"].shape == (2,)
    assert result.history["val_loss"][-1] < 1e-3
    with pytest.raises(ShapeError, match="how large w is"):
        sb.fit(text, data)
