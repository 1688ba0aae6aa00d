from __future__ import annotations

import numpy as np
import pytest

import symbp as sb
from symbp.errors import DeclarationError, UnknownNameError
from symbp.training.metrics import choose_metrics

ROWS = "input x[n:N, k:3]; target y[n, k]; p[n,k] = 2*x[n,k]; L = sum(n, k, (p[n,k] - y[n,k])^2)"
BITS = "input x[n:N]; target y[n]; p[n] = sigmoid(x[n]); L = sum(n, (p[n] - y[n])^2)"
IDS = (
    "input x[n:N, k:3]; target t[n]; fact t: class_ids; p[n,k] = 2*x[n,k]; L = -sum(n, p[n, t[n]])"
)


def accuracy(text, outputs, values, data):
    metrics = choose_metrics(sb.System(text).snapshot(), outputs, ["accuracy"])
    return metrics["accuracy"](values, data)


def test_rows_are_compared_by_their_largest_entry():
    values = {"p": [[0.1, 0.8, 0.1], [0.9, 0, 0]]}
    assert accuracy(ROWS, ("p",), values, {"y": [[0, 1, 0], [0, 1, 0]]}) == 0.5


def test_bits_are_compared_at_one_half():
    assert accuracy(BITS, ("p",), {"p": [0.4, 0.6, 0.7]}, {"y": [0, 1, 0]}) == pytest.approx(2 / 3)


def test_class_ids_are_compared_with_the_largest_entry():
    values = {"p": np.eye(3)}
    assert accuracy(IDS, ("p",), values, {"t": np.array([0, 1, 0])}) == pytest.approx(2 / 3)


def test_own_functions_are_taken_as_they_are():
    def error(values, data):
        return float(np.abs(values["p"] - data["y"]).max())

    assert choose_metrics(sb.System(BITS).snapshot(), ("p",), {"worst": error})["worst"] is error


def test_no_metric_hides_the_loss():
    with pytest.raises(DeclarationError, match="another name"):
        choose_metrics(None, (), {"loss": len})


def test_refusals():
    system = sb.System(BITS).snapshot()
    with pytest.raises(UnknownNameError, match="no metric 'acc'"):
        choose_metrics(system, ("p",), ["acc"])
    with pytest.raises(DeclarationError, match="accuracy needs a target"):
        choose_metrics(sb.System("input x[n:N]; L = sum(n, x[n])").snapshot(), ("L",), ["accuracy"])
