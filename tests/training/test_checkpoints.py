"""A checkpoint comes back bit for bit; a damaged or foreign one is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symbp.errors import DataError, FileFormatError, SymbpError
from symbp.training.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from symbp.training.history import History
from symbp.training.weights import Extra, load_extra, load_weights, save_weights

RUN = {"optimizer": "adam", "seed": 3, "shuffle": True, "parameters": [["W", [2]], ["σ", []]]}
POINT = Checkpoint(
    theta=np.array([0.1, np.nextafter(0.1, 1), -0.0]),
    state={"m": np.array([1e-310, 2, 3]), "power1": np.array([0.9])},
    epoch=2,
    losses=np.array([0.5, 0.25]),
    history=History([{"loss": 1 / 3, "val_loss": float("nan")}, {"loss": 0.1, "val_loss": 7}]),
    best=float("inf"),
    best_theta=np.array([1.0, 2, 3]),
    since=1,
    run=RUN,
)
PARAMS = {"W": np.array([0.1, 0.2]), "σ": np.array(3.0)}


def bits(point):
    arrays = {"t": point.theta, "l": point.losses, "b": point.best_theta, **point.state}
    return {name: (array.dtype.str, array.tobytes()) for name, array in arrays.items()}


@pytest.mark.parametrize(
    "point",
    [
        POINT,
        replace(POINT, epoch=0, history=History(), losses=np.zeros(0, np.float32)),
        replace(POINT, state={}, run={}),
    ],
)
def test_the_same_bits_come_back(tmp_path, point):
    place = save_checkpoint(tmp_path / "run.npz", PARAMS, point)
    back = load_checkpoint(place)
    assert bits(back) == bits(point)
    assert str(back.history) == str(point.history)
    numbers = (back.epoch, back.since, back.best, back.run)
    assert numbers == (point.epoch, point.since, point.best, point.run)
    assert back.history["loss"] == point.history["loss"]
    assert {n: a.tobytes() for n, a in load_weights(place).items()} == {
        n: a.tobytes() for n, a in PARAMS.items()
    }


def test_another_run_is_refused():
    POINT.check(RUN)
    with pytest.raises(DataError, match="had seed 3, not 4"):
        POINT.check({**RUN, "seed": 4})
    with pytest.raises(DataError, match="had dtype None, not float32"):
        POINT.check({"dtype": "float32"})


def changed(arrays=None, values=None, without=None):
    return lambda extra: Extra(
        {n: a for n, a in {**extra.arrays, **(arrays or {})}.items() if n != without},
        {n: v for n, v in {**extra.values, **(values or {})}.items() if n != without},
    )


@pytest.mark.parametrize(
    "change",
    [
        changed(without="theta"),
        changed(without="epoch"),
        changed(without="measured"),
        changed({"best": np.zeros(1)}),
        changed({"losses": np.zeros((1, 1))}),
        changed({"best_theta": np.zeros(2)}),
        changed({"history": np.zeros((2, 3))}),
        changed(values={"epoch": -1}),
        changed(values={"epoch": True}),
        changed(values={"epoch": 10**30}),
        changed(values={"measured": [1, 2]}),
        changed(values={"measured": []}),
        changed(values={"seed": "3"}),
        changed(values={"parameters": {"W": 1}}),
    ],
)
def test_damaged_checkpoints_are_refused(tmp_path, change):
    place = save_checkpoint(tmp_path / "run.npz", PARAMS, POINT)
    save_weights(place, PARAMS, change(load_extra(place)))
    with pytest.raises(FileFormatError, match="damaged"):
        load_checkpoint(place)
    assert list(load_weights(place)) == list(PARAMS)


def test_weights_alone_are_no_checkpoint(tmp_path):
    place = save_weights(tmp_path / "net.npz", PARAMS)
    with pytest.raises(FileFormatError, match=r"state=True"):
        load_checkpoint(place)
    with pytest.raises(SymbpError):
        load_checkpoint(tmp_path / "none.npz")
