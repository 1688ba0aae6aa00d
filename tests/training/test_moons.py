"""The program of chapter 7.9: the gradients of its listing, and the accuracy that it reaches."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import symbp as sb
from symbp import fitting
from symbp.kernels.compiled import Kernel
from symbp.training.datasets import one_hot, split, two_moons
from symbp.training.epochs import train
from symbp.training.metrics import choose_metrics
from symbp.training.options import Options

_spec = importlib.util.spec_from_file_location("listing", Path(__file__).with_name("listing.py"))
listing = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(listing)


@pytest.fixture(scope="module")
def kernel():
    layers = (sb.Dense(units, "sigmoid") for units in listing.SIZES[1:])
    network = sb.Network(sb.Input("x", 2), *layers, loss="squared_error")
    return Kernel(fitting.trainable(network.snapshot(), optimizer="sgd"))


@pytest.fixture(scope="module")
def moons():
    points, labels = two_moons(2000, noise=0.2, seed=100)
    return split(points, one_hot(labels), test=0.3, seed=42)


def test_weight_gradients_are_those_of_the_listing(kernel, moons):
    x, _, y, _ = moons
    params = listing.start(0)
    order = np.random.default_rng(0).permutation(len(x))[:40]
    for sample in order:
        before = dict(params)
        moves, signals = listing.step(params, x[sample], y[sample], lr=0.5)
        row = {"x": x[sample : sample + 1], "y": y[sample : sample + 1]}
        _, gradient = kernel.loss_and_gradient(**row, **before)
        for name, move in moves.items():
            np.testing.assert_allclose(gradient[name], -move, rtol=1e-12, atol=1e-15)
        for number, signal in signals.items():  # the listing never uses these
            np.testing.assert_allclose(gradient[f"b{number}"], -signal, rtol=1e-12, atol=1e-15)


def test_one_epoch_moves_the_weights_as_the_listing_would_with_biases(kernel, moons):
    x, _, y, _ = (part[:60] for part in moons)
    params, lr = listing.start(1), 0.1
    start = dict(params)
    for sample in range(len(x)):
        _, signals = listing.step(params, x[sample], y[sample], lr)
        for number, signal in signals.items():
            params[f"b{number}"] = params[f"b{number}"] + lr * signal
    options = Options(epochs=1, batch_size=1, shuffle=False, settings={"lr": lr})
    result = train(kernel, {"x": x, "y": y}, options, params=start)
    for name, value in params.items():
        np.testing.assert_allclose(result.params[name], value, rtol=1e-10, atol=1e-12)


@pytest.mark.full
def test_accuracy_at_the_settings_of_the_chapter(kernel, moons):
    x, x_test, y, y_test = moons
    metrics = choose_metrics(kernel.plan.system, kernel.plan.outputs, ["accuracy"])
    found = []
    for seed in range(5):
        options = Options(epochs=1000, batch_size=1, seed=seed, settings={"lr": 0.01})
        result = train(kernel, {"x": x, "y": y}, options, params=listing.start(seed))
        values = result.predict(x=x_test)
        found.append(metrics["accuracy"](values, {"y": y_test}))
    print("test accuracies", found)
    assert np.median(found) >= 0.97
