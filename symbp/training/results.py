"""What a training gives back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from symbp.kernels.compiled import Kernel
from symbp.training.checkpoints import Checkpoint, save_checkpoint
from symbp.training.history import History
from symbp.training.weights import save_weights

__all__ = ["FitResult"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class FitResult:
    """What was learned.

    Attributes:
        params: the parameters by name.
        history: the numbers of each completed epoch.
        stopped: `finished`, `early` (no improvement) or `interrupted`.
        kernel: the compiled functions that were trained.
        checkpoint: where the training stands, to go on from: `fit(..., resume=result)`.
    """

    params: dict[str, Array]
    history: History
    stopped: str
    kernel: Kernel
    checkpoint: Checkpoint

    def predict(self, /, **inputs: Any) -> dict[str, Any]:
        """The forward values for these inputs, by name."""
        return self.kernel.forward(**inputs, **self.params)

    def save(self, path: str | os.PathLike[str], *, state: bool = False) -> Path:
        """Write the parameters to a `.npz` file; see `load_weights`.

        Args:
            path: where.
            state: whether the file also gets what a training needs to go on: `fit(resume=path)`.
        """
        if state:
            return save_checkpoint(path, self.params, self.checkpoint)
        return save_weights(path, self.params)

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name} {value:.6g}" for name, value in self.history.last.items())
        return f"<FitResult: {self.stopped} after {self.history.epochs} epochs; {numbers or '-'}>"
