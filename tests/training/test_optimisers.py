"""Every optimiser against NumPy written by hand from its source, through the interpreter."""

from __future__ import annotations

import numpy as np
import pytest

import symbp as sb
from symbp.errors import DataError, UnknownNameError
from symbp.interpreter import evaluate
from symbp.training.optimisers import OPTIMISERS, optimiser


def run(chosen, gradients, start):
    """The parameters after each of the gradients."""
    state = {"w": start}
    for name, value in chosen.starts.items():
        axis = chosen.system.quantity(name).axes[0]
        state[name] = np.full(axis.extent.as_integer or len(start), value)
    seen = []
    for gradient in gradients:
        results = evaluate(chosen.system, {**state, "g": gradient, **chosen.settings})
        state = {name: results[after] for name, after in chosen.updates}
        seen.append(state["w"])
    return np.array(seen)


def by_hand_sgd(w, gradients, lr):
    for g in gradients:
        w = w - lr * g
        yield w


def by_hand_momentum(w, gradients, lr, momentum):
    v = 0
    for g in gradients:
        v = momentum * v + g
        w = w - lr * v
        yield w


def by_hand_nesterov(w, gradients, lr, momentum):
    v = 0
    for g in gradients:
        v = momentum * v + g
        w = w - lr * (g + momentum * v)
        yield w


def by_hand_adam(w, gradients, lr, beta1, beta2, eps):
    m = v = 0
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        yield w


BY_HAND = {
    "sgd": (by_hand_sgd, {"lr": 0.3}),
    "momentum": (by_hand_momentum, {"lr": 0.1, "momentum": 0.8}),
    "nesterov": (by_hand_nesterov, {"lr": 0.1, "momentum": 0.8}),
    "adam": (by_hand_adam, {"lr": 0.05, "beta1": 0.7, "beta2": 0.9, "eps": 1e-6}),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_steps_are_those_written_by_hand(name):
    draws = np.random.default_rng(3)
    start, gradients = draws.normal(size=4), draws.normal(size=(12, 4))
    by_hand, settings = BY_HAND[name]
    expected = np.array(list(by_hand(start, gradients, **settings)))
    got = run(optimiser(name, **settings), gradients, start)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


def test_nesterov_is_momentum_that_looks_ahead():
    """In Sutskever's form: u_t = w_t + μ·v_t, where the gradient is taken, is our w."""
    momentum, lr = 0.9, 0.1
    chosen = optimiser("nesterov", lr=lr, momentum=momentum)
    ours, their_w, their_v = np.array([1.0, -2.0]), np.array([1.0, -2.0]), np.zeros(2)
    state = np.zeros(2)
    for _ in range(5):
        results = evaluate(chosen.system, {"w": ours, "v": state, "g": 3 * ours, **chosen.settings})
        ours, state = results["w_next"], results["v_next"]
        their_v = momentum * their_v - lr * 3 * (their_w + momentum * their_v)
        their_w = their_w + their_v
        np.testing.assert_allclose(ours, their_w + momentum * their_v, rtol=1e-12)


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient():
    chosen = optimiser("adam", lr=0.25)
    moved = run(chosen, [np.array([1e-3, -1.0, 1e6])], np.zeros(3))[0]
    np.testing.assert_allclose(moved, [-0.25, 0.25, -0.25], rtol=1e-4)


def test_a_quadratic_is_minimised():
    for name in OPTIMISERS:
        chosen = optimiser(name, lr=0.05)
        state = {"w": np.array([3.0, -1.0])}
        for word, value in chosen.starts.items():
            extent = chosen.system.quantity(word).axes[0].extent.as_integer
            state[word] = np.full(extent or 2, value)
        for _ in range(250):
            results = evaluate(chosen.system, {**state, "g": state["w"] - 1, **chosen.settings})
            state = {word: results[after] for word, after in chosen.updates}
        np.testing.assert_allclose(state["w"], 1, atol=0.02, err_msg=name)


def test_the_equations_print_as_any_system():
    text = str(sb.System.from_snapshot(optimiser("sgd").system))
    assert text.splitlines()[-1] == "w_next[a] = w[a] - lr*g[a]"


def test_numbers_of_numpy_are_numbers():
    found = optimiser("sgd", lr=np.float32(0.25)).settings["lr"]
    assert (type(found), found) == (float, 0.25)


def test_refusals():
    with pytest.raises(UnknownNameError, match=r"unknown optimizer 'adm'.*adam"):
        optimiser("adm")
    with pytest.raises(UnknownNameError, match="sgd has no setting 'beta1'"):
        optimiser("sgd", beta1=0.9)
    wrong = (0, -1, float("nan"), float("inf"), 10**400, True, "fast", None, 1j)
    for settings in ({"lr": rate} for rate in wrong):
        with pytest.raises(DataError, match="lr must be"):
            optimiser("sgd", **settings)
    with pytest.raises(DataError, match=r"momentum must lie in \[0, 1\)"):
        optimiser("momentum", momentum=1)
