"""One epoch on two moons: the compiled step against NumPy, written twice, and JAX.

    OPENBLAS_NUM_THREADS=1 python benchmarks/training.py

The network of chapter 7.9 (2-25-50-25-2 sigmoids, half the squared error), gradient descent with
biases. Each way runs the same samples in the same order from the same weights, in turns, several
times; printed are the medians of the time of one step, and how many times as long each takes as the
kernels of this library. All ways end at the same weights, which is checked. What is not installed
is left out, and the table says so. One thread for everyone: these matrices are small, and two
threads that wait for one another on a busy machine measure the machine.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import symbp as sb
from symbp import fitting
from symbp.kernels.compiled import Kernel
from symbp.training.datasets import one_hot, split, two_moons

ROUNDS = 7
RATE = 0.01
SIZES = (2, 25, 50, 25, 2)
LAYERS = range(1, len(SIZES))
Params = dict[str, Any]
#: Runs one epoch from these parameters; gives the parameters after it.
Way = Callable[[Params, np.ndarray, int], Params]


def main() -> None:
    """Measure, and print a table for each batch size."""
    points, labels = two_moons(2000, noise=0.2, seed=100)
    x, _, y, _ = split(points, one_hot(labels), test=0.3, seed=42)
    start = _start()
    ways: dict[str, Way] = {"symbp": _symbp(x, y), "NumPy, in place": _numpy(x, y)}
    ways["NumPy, as the listing"] = _listing(x, y)
    jax = _jax(x, y) if importlib.util.find_spec("jax") else None
    if jax is not None:
        ways["JAX, lax.scan"] = jax
    print(
        f"Python {sys.version.split()[0]}, NumPy {np.__version__}, {os.cpu_count()} cores, "
        f"OPENBLAS_NUM_THREADS={os.environ.get('OPENBLAS_NUM_THREADS', 'not set')}"
    )
    for batch in (1, 32, 1400):
        _table(ways, start, batch, len(x))
    if jax is None:
        print("JAX is not installed: no row for it")


def _table(ways: dict[str, Way], start: Params, batch: int, samples: int) -> None:
    order = np.random.default_rng(0).permutation(samples)[: samples // batch * batch]
    ends = {name: run(dict(start), order, batch) for name, run in ways.items()}  # and compile
    for name, end in ends.items():
        for key, value in ends["symbp"].items():
            np.testing.assert_allclose(np.asarray(end[key]), value, rtol=1e-6, err_msg=name)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            began = time.perf_counter()
            run(dict(start), order, batch)
            times[name].append((time.perf_counter() - began) / (len(order) // batch))
    medians = {name: statistics.median(found) for name, found in times.items()}
    print(f"\nbatch {batch}: one step, median of {ROUNDS} epochs of {len(order) // batch} steps")
    for name, value in medians.items():
        spread = f"{min(times[name]) * 1e6:.1f} to {max(times[name]) * 1e6:.1f}"
        ratio = value / medians["symbp"]
        print(f"  {name:24} {value * 1e6:10.1f} µs   ({spread})   {ratio:6.2f} x symbp")


def _start() -> Params:
    draws = np.random.default_rng(0)
    params: Params = {}
    for number in LAYERS:
        fan_in, units = SIZES[number - 1], SIZES[number]
        params[f"W{number}"] = draws.normal(0, np.sqrt(1 / units), (fan_in, units))
        params[f"b{number}"] = draws.uniform(0, 0.1, units)
    return params


def _symbp(x: np.ndarray, y: np.ndarray) -> Way:
    layers = (sb.Dense(units, "sigmoid") for units in SIZES[1:])
    network = sb.Network(sb.Input("x", 2), *layers, loss="squared_error")
    plan = fitting.trainable(network.snapshot(), optimizer="sgd", settings={"lr": RATE})
    kernel = Kernel(plan)
    memory: dict[int, Any] = {}

    def run(params: Params, order: np.ndarray, batch: int) -> Params:
        theta = kernel.pack(**params)
        steps = len(order) // batch
        losses, state = np.zeros(steps), kernel.make_state(theta)
        if batch not in memory:
            memory[batch] = kernel.workspace_for({"N": batch})
        data = {"x": x, "y": y, "workspace": memory[batch]}
        kernel.train_steps(theta, state, losses, order, batch, (0, steps), **data)
        return kernel.unpack(theta)

    return run


def _listing(x: np.ndarray, y: np.ndarray) -> Way:
    """The formulas one by one, a new array for each, as one writes them first."""

    def run(params: Params, order: np.ndarray, batch: int) -> Params:
        for first in range(0, len(order), batch):
            rows = order[first : first + batch]
            outputs = [x[rows]]
            for number in LAYERS:
                net = outputs[-1] @ params[f"W{number}"] + params[f"b{number}"]
                outputs.append(1 / (1 + np.exp(-net)))
            delta = (outputs[-1] - y[rows]) / batch * outputs[-1] * (1 - outputs[-1])
            for number in reversed(LAYERS):
                before = outputs[number - 1]
                weights = params[f"W{number}"]
                params[f"W{number}"] = weights - RATE * (before.T @ delta)
                params[f"b{number}"] = params[f"b{number}"] - RATE * delta.sum(axis=0)
                delta = (delta @ weights.T) * before * (1 - before)
        return params

    return run


def _numpy(x: np.ndarray, y: np.ndarray) -> Way:
    """NumPy written with care: arrays are made once, and everything is computed into them."""

    def run(params: Params, order: np.ndarray, batch: int) -> Params:
        params = {name: value.copy() for name, value in params.items()}
        outs = [np.empty((batch, units)) for units in SIZES]
        deltas = [np.empty((batch, units)) for units in SIZES]
        moves = [np.empty_like(params[f"W{number}"]) for number in LAYERS]
        goal = np.empty((batch, SIZES[-1]))
        for first in range(0, len(order), batch):
            rows = order[first : first + batch]
            np.take(x, rows, axis=0, out=outs[0])
            np.take(y, rows, axis=0, out=goal)
            for number in LAYERS:
                out = outs[number]
                np.dot(outs[number - 1], params[f"W{number}"], out=out)
                out += params[f"b{number}"]
                np.negative(out, out=out)
                np.exp(out, out=out)
                out += 1
                np.reciprocal(out, out=out)
            np.subtract(outs[-1], goal, out=deltas[-1])
            deltas[-1] /= batch
            for number in reversed(LAYERS):
                delta, out = deltas[number], outs[number]
                delta *= out
                np.subtract(1, out, out=out)
                delta *= out
                if number > 1:
                    np.dot(delta, params[f"W{number}"].T, out=deltas[number - 1])
                move = moves[number - 1]
                np.dot(outs[number - 1].T, delta, out=move)
                move *= RATE
                params[f"W{number}"] -= move
                params[f"b{number}"] -= RATE * delta.sum(axis=0)
        return params

    return run


def _jax(x: np.ndarray, y: np.ndarray) -> Way:
    """A whole epoch as one compiled scan, gradients by JAX."""
    import jax  # noqa: PLC0415 (may be missing)

    jax.config.update("jax_enable_x64", val=True)
    everything = jax.numpy.asarray(x), jax.numpy.asarray(y)

    def loss(params: Params, inputs: Any, goal: Any) -> Any:
        out = inputs
        for number in LAYERS:
            out = jax.nn.sigmoid(out @ params[f"W{number}"] + params[f"b{number}"])
        return ((out - goal) ** 2).sum() / (2 * len(inputs))

    def step(params: Params, rows: Any) -> tuple[Params, Any]:
        value, gradient = jax.value_and_grad(loss)(params, everything[0][rows], everything[1][rows])
        return jax.tree.map(lambda p, g: p - RATE * g, params, gradient), value

    epoch = jax.jit(lambda params, rows: jax.lax.scan(step, params, rows))

    def run(params: Params, order: np.ndarray, batch: int) -> Params:
        after, _ = epoch(params, order.reshape(-1, batch))
        return jax.block_until_ready(after)

    return run


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
