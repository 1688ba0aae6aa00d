"""What a training gives back; how it comes about: tests/training/test_epochs.py."""

from __future__ import annotations

import numpy as np
import pytest

import symbp as sb
from symbp.errors import FileFormatError
from symbp.training.checkpoints import load_checkpoint

TEXT = "input x[n:N]; param w; target y[n]; p[n] = w*x[n]; L = sum(n, (p[n] - y[n])^2)/N"


@pytest.fixture(scope="module")
def result():
    x = np.linspace(-1, 1, 40)
    return sb.fit(TEXT, {"x": x, "y": 3 * x}, optimizer="sgd", lr=0.5, epochs=20, batch_size=8)


def test_it_predicts_and_tells(result):
    assert result.predict(x=[2.0])["p"] == pytest.approx(6, abs=1e-5)
    assert repr(result).startswith("<FitResult: finished after 20 epochs; loss ")


def test_it_saves_weights_with_the_state_only_if_asked(result, tmp_path):
    alone = result.save(tmp_path / "alone.npz")
    both = result.save(tmp_path / "both.npz", state=True)
    for path in (alone, both):
        assert sb.load_weights(path)["w"].tobytes() == result.params["w"].tobytes()
    with pytest.raises(FileFormatError, match="weights only"):
        load_checkpoint(alone)
    assert load_checkpoint(both).epoch == 20
