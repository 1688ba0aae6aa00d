"""How to train: the choices that are not part of the system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from symbp.errors import DataError
from symbp.training.metrics import Metric

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """How to train.

    Attributes:
        epochs: how often all samples are gone through, those of a resumed run included.
        batch_size: samples a step; None: all, and so does a size beyond their number.
        seed: of the start and of the orders.
        shuffle: whether each epoch has an order of its own.
        settings: of the optimiser, where they differ from its own.
        metrics: what is measured after each epoch beside the loss.
        patience: stop after so many epochs without a smaller loss (that of the validation data,
            where there are any), and give back the best parameters; None: never.
        progress: whether to show a line; None: on a terminal.

    Raises:
        DataError: a number that is none, or out of its range.
    """

    epochs: int = 1
    batch_size: int | None = 32
    seed: int = 0
    shuffle: bool = True
    settings: Mapping[str, float] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    patience: int | None = None
    progress: bool | None = None

    def __post_init__(self) -> None:
        counts = {"epochs": self.epochs, "batch_size": self.batch_size, "patience": self.patience}
        for name, value in counts.items():
            if value is not None and _whole(name, value) < 1:
                raise DataError(f"{name} is {value}; it is at least 1")
        if _whole("seed", self.seed) < 0:
            raise DataError(f"seed is {self.seed}; it must not be negative")


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise DataError(f"{name} must be an integer, got {str(value)[:40]!r}")
    return int(value)
