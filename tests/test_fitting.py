"""What is chosen before training begins; training itself: tests/training/test_epochs.py."""

from __future__ import annotations

import numpy as np
import pytest

import symbp as sb
from symbp.errors import DataError, DeclarationError, UnknownNameError
from symbp.fitting import fit, trainable
from symbp.training.optimisers import optimiser

TEXT = "input x[n:N]; param w; target y[n]; L = sum(n, (w*x[n] - y[n])^2)/N"


@pytest.fixture
def system():
    return sb.System(TEXT).snapshot()


def test_a_plan_knows_its_samples_and_its_optimiser(system):
    plan = trainable(system, optimizer="momentum", settings={"lr": 0.5})
    assert plan.samples == "N"
    assert plan.optimiser.name == "momentum"
    assert plan.optimiser.settings == {"lr": 0.5, "momentum": 0.9}
    assert plan.wrt == ("w",)


def test_an_optimiser_of_ones_own_is_taken(system):
    own = optimiser("sgd", lr=0.125)
    assert trainable(system, optimizer=own).optimiser is own


def test_samples_that_are_named():
    text = "input x[n:N], u[m:M]; param a; L = sum(n, (a*x[n])^2) + sum(m, (a - u[m])^2)"
    system = sb.System(text).snapshot()
    assert trainable(system, samples="M").samples == "M"
    with pytest.raises(DeclarationError, match="samples= one of: N, M"):
        trainable(system)


def test_refusals(system):
    with pytest.raises(UnknownNameError, match="unknown optimizer"):
        trainable(system, optimizer="newton")
    with pytest.raises(UnknownNameError, match="optimizer is a int"):
        trainable(system, optimizer=3)
    with pytest.raises(UnknownNameError, match="sgd has no setting 'beta1'"):
        trainable(system, optimizer="sgd", settings={"beta1": 0.5})
    with pytest.raises(DataError, match="lr must be positive"):
        trainable(system, settings={"lr": 0})
    with pytest.raises(DeclarationError, match="cannot be cut along 'K'"):
        trainable(system, samples="K")
    with pytest.raises(DeclarationError, match="no parameters"):
        trainable(sb.System("y = x^2").snapshot())


def test_a_line_is_fitted(system):
    x = np.linspace(-1, 1, 40)
    result = fit(
        system,
        {"x": x, "y": 3 * x},
        optimizer="sgd",
        settings={"lr": 0.5},
        epochs=20,
        batch_size=8,
    )
    assert result.params["w"] == pytest.approx(3, abs=1e-6)


def test_compiled_kernels_have_a_training_step():
    kernel = sb.System(TEXT).compile(optimizer="momentum")
    theta = np.array([1.0])
    state = kernel.make_state(theta)
    data = {"x": [1.0, 2.0], "y": [2.0, 4.0]}
    assert kernel.train_step(theta, state, **data, settings={"lr": 0.1}) == pytest.approx(2.5)
    assert theta == pytest.approx(1.5)
    assert state["v"] == pytest.approx(-5)
    assert "def train_steps" in kernel.source
    assert "def train_step" in sb.System(TEXT).compile().source


def test_kernels_without_a_training_step_say_so():
    kernel = sb.System(TEXT).compile(optimizer=None)
    assert "train_step" not in kernel.source
    with pytest.raises(DeclarationError, match="without an optimizer"):
        kernel.make_state(np.ones(1))
    assert "train_step" not in sb.System("input x[n:N]; L = sum(n, x[n]^2)").compile().source
