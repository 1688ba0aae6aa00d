"""`symbp train` and `symbp demo`, through the program's front door."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import symbp as sb
from symbp.cli import main

ROOT = Path(__file__).resolve().parent.parent

NET = """
layers = [3, 4, 2]
loss = "squared_error"
[train]
lr = 0.1
epochs = 3
batch_size = 10
seed = 1
[output]
path = "kernels.py"
"""


@pytest.fixture
def net(tmp_path):
    place = tmp_path / "net.toml"
    place.write_text(NET, encoding="utf-8")
    return place


@pytest.fixture
def data(tmp_path):
    draws = np.random.default_rng(0)
    x = draws.normal(size=(25, 3))
    place = tmp_path / "data.npz"
    np.savez(place, x=x, y=np.eye(2)[(x[:, 0] > 0).astype(int)])
    return place


def test_a_network_file_trains_and_writes_what_it_names(net, data, tmp_path, capsys):
    weights = tmp_path / "weights.npz"
    assert main(["train", str(net), "--data", str(data), "-o", str(weights)]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("finished after 3 epochs: loss ")
    assert "accuracy" in shown.out
    assert shown.err == ""  # no progress where there is no terminal
    assert "def train_steps" in (tmp_path / "kernels.py").read_text(encoding="utf-8")
    learned = sb.load_weights(weights)
    assert {name: array.shape for name, array in learned.items()} == {
        "W1": (3, 4),
        "b1": (4,),
        "W2": (4, 2),
        "b2": (2,),
    }


def test_a_training_goes_on_from_its_file(net, data, tmp_path, capsys):
    whole, part, weights = (tmp_path / f"{name}.npz" for name in ("whole", "part", "weights"))
    words = ["train", str(net), "--data", str(data)]
    net.write_text(NET.replace("epochs = 3", "epochs = 5"), encoding="utf-8")
    assert main([*words, "-o", str(whole)]) == 0
    expected = capsys.readouterr().out.splitlines()[0]
    net.write_text(NET, encoding="utf-8")
    assert main([*words, "-o", str(part), "--state"]) == 0
    assert main([*words, "-o", str(weights)]) == 0
    net.write_text(NET.replace("epochs = 3", "epochs = 5"), encoding="utf-8")
    capsys.readouterr()
    again = tmp_path / "again.npz"
    assert main([*words, "-o", str(again), "--resume", str(part)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == expected
    one, two = sb.load_weights(whole), sb.load_weights(again)
    assert {n: a.tobytes() for n, a in one.items()} == {n: a.tobytes() for n, a in two.items()}
    assert main([*words, "--resume", str(weights)]) == 1
    assert "weights only" in capsys.readouterr().err
    assert main([*words, "--state"]) == 2


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no interrupt can be sent here")
def test_an_interrupted_training_writes_what_there_is_and_ends(net, data, tmp_path):
    net.write_text(NET.replace("epochs = 3", "epochs = 100000000"), encoding="utf-8")
    weights, cache = tmp_path / "weights.npz", tmp_path / "cache"
    words = ["train", str(net), "--data", str(data), "-o", str(weights), "--state"]
    process = subprocess.Popen(
        [sys.executable, "-m", "symbp", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SYMBP_CACHE_DIR": str(cache)},
    )
    while not list(cache.glob("*/kernels_*.py")):  # written just before it is compiled
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == (130, "")
    assert out.startswith("interrupted after ")
    assert list(sb.load_weights(weights)) == ["W1", "b1", "W2", "b2"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["NET"], "needs 2 inputs and 2 outputs; x has 3"),
        (["NET", "--data", "none.npz"], "cannot read 'none.npz'"),
        (["NET", "--data", "NET"], "is no .npz file"),
        (["none.toml"], "cannot read"),
        (["net.symbp"], "ends in .toml"),
    ],
)
def test_refusals(net, words, message, capsys):
    assert main(["train", *(str(net) if word == "NET" else word for word in words)]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) <= 3


def test_arrays_that_are_missing_and_pickles(net, tmp_path, capsys):
    np.savez(tmp_path / "one.npz", x=np.zeros((2, 3)))
    assert main(["train", str(net), "--data", str(tmp_path / "one.npz")]) == 1
    assert "has no array 'y'" in capsys.readouterr().err
    np.savez(tmp_path / "two.npz", x=np.array([print], dtype=object), y=np.zeros(1))
    assert main(["train", str(net), "--data", str(tmp_path / "two.npz")]) == 1
    assert "no .npz file of numbers" in capsys.readouterr().err


def test_help_names_the_commands(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert "train" in text
    assert "demo" in text
