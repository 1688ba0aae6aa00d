"""Where a training stands: all that its next step depends on, so that it can go on later.

A run that was stopped and goes on from its checkpoint takes the same steps, and gives the same
bits, as one that was never stopped: also where it stopped in the middle of an epoch.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.errors import DataError, FileFormatError
from symbp.training.history import History
from symbp.training.weights import Extra, load_extra, save_weights

__all__ = ["Checkpoint", "load_checkpoint", "save_checkpoint"]

Array = npt.NDArray[Any]

_ARRAYS = ("theta", "losses", "history", "best", "best_theta")
_COUNTS = ("epoch", "since")
_STATE = "state/"
#: What may be said of a run, and of which type it is.
_RUN = {
    "optimizer": str,
    "dtype": str,
    "seed": int,
    "shuffle": bool,
    "samples": int,
    "batch_size": int,
    "parameters": list,
}


@dataclass(frozen=True)
class Checkpoint:
    """Where a training stands.

    Attributes:
        theta: the vector of all parameters.
        state: what the optimiser keeps beside it.
        epoch: how many epochs are completed.
        losses: those of the steps that the next epoch has taken already.
        history: the numbers of the completed epochs.
        best: the smallest loss so far, for an early stop.
        best_theta: the parameters that gave it.
        since: how many epochs ago that was.
        run: what has to be the same when it goes on: `optimizer`, `dtype`, `seed`, `shuffle`,
            `samples`, `batch_size`, `parameters`.
    """

    theta: Array
    state: Mapping[str, Array]
    epoch: int
    losses: Array
    history: History
    best: float
    best_theta: Array
    since: int
    run: Mapping[str, Any] = field(default_factory=dict)

    def check(self, run: Mapping[str, Any]) -> None:
        """The run that goes on is the run that stopped.

        Raises:
            DataError: it is another one.
        """
        for name, value in run.items():
            if self.run.get(name) != value:
                raise DataError(
                    f"the run to go on with had {name} {str(self.run.get(name))[:80]}, not "
                    f"{str(value)[:80]}; keep it, or begin anew from the parameters: params="
                )


def save_checkpoint(
    path: str | os.PathLike[str], params: Mapping[str, Array], point: Checkpoint
) -> Path:
    """Write parameters, as `save_weights` does, with the checkpoint beside them."""
    names = list(point.history)
    arrays = {
        "theta": point.theta,
        "losses": point.losses,
        "history": _table(point.history),
        "best": np.array(point.best),
        "best_theta": point.best_theta,
        **{f"{_STATE}{name}": array for name, array in point.state.items()},
    }
    values = {"epoch": point.epoch, "since": point.since, "measured": names, **point.run}
    return save_weights(path, params, Extra(arrays, values))


def _table(history: History) -> Array:
    columns = [history[name] for name in history]
    return np.array(columns, np.float64).reshape(len(columns), history.epochs)


def load_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Read what `save_checkpoint` wrote.

    Raises:
        FileFormatError: it cannot be read, is damaged, or holds weights only.
        VersionMismatch: it was written in a later format.
    """
    extra = load_extra(path)
    if extra is None:
        raise FileFormatError(
            f"{str(path)[:200]!r} holds weights only; save(path, state=True) keeps what a "
            "training needs to go on"
        )
    if not _sound(extra):
        raise FileFormatError(f"{str(path)[:200]!r} has a damaged checkpoint")
    arrays, values = extra.arrays, extra.values
    columns = zip(values["measured"], arrays["history"], strict=True)
    numbers = {str(name): column.tolist() for name, column in columns}
    rows = [{name: row[at] for name, row in numbers.items()} for at in range(values["epoch"])]
    return Checkpoint(
        theta=arrays["theta"],
        state={n[len(_STATE) :]: a for n, a in arrays.items() if n.startswith(_STATE)},
        epoch=values["epoch"],
        losses=arrays["losses"],
        history=History(rows),
        best=float(arrays["best"]),
        best_theta=arrays["best_theta"],
        since=values["since"],
        run={name: values[name] for name in _RUN if name in values},
    )


def _sound(extra: Extra) -> bool:
    """Everything is there, of its type, and of sizes that agree."""
    arrays, values = extra.arrays, extra.values
    if any(name not in arrays for name in _ARRAYS):
        return False
    counts = [values.get(name) for name in _COUNTS]
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in counts):
        return False
    if not all(isinstance(values[n], kind) for n, kind in _RUN.items() if n in values):
        return False
    names = values.get("measured")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return False
    shape = (len(names), values["epoch"])
    flat = all(arrays[name].ndim == 1 for name in ("theta", "losses", "best_theta"))
    numbers = (arrays["best"].shape, arrays["history"].shape) == ((), shape)
    same = arrays["best_theta"].shape == arrays["theta"].shape
    return flat and numbers and same and (bool(names) or not values["epoch"])
