"""Batches: in which order the samples are taken, and how many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbp.errors import DataError

__all__ = ["Batches"]


@dataclass(frozen=True)
class Batches:
    """How an epoch is cut.

    Attributes:
        samples: how many there are.
        size: how many are taken at once; the last batch of an epoch may be short.
        seed: of the orders; the same seed gives the same ones.
        shuffle: whether each epoch has an order of its own, or all have that of the data.

    Raises:
        DataError: a size that is not between 1 and the number of samples, or a negative seed.
    """

    samples: int
    size: int
    seed: int = 0
    shuffle: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.size <= self.samples:
            raise DataError(
                f"batch_size is {self.size}; with {self.samples} samples it lies between 1 and "
                f"{self.samples}, or is None for all"
            )
        if self.seed < 0:
            raise DataError(f"seed is {self.seed}; it must not be negative")

    @property
    def whole(self) -> int:
        """How many batches of an epoch are full."""
        return self.samples // self.size

    @property
    def rest(self) -> int:
        """How many samples the last, short batch has; 0 where there is none."""
        return self.samples % self.size

    @property
    def steps(self) -> int:
        """How many steps an epoch has, a short last one included."""
        return self.whole + bool(self.rest)

    def order(self, epoch: int) -> npt.NDArray[np.int64]:
        """The samples in the order of an epoch, counted from 0; it does not depend on others."""
        if not self.shuffle:
            return np.arange(self.samples)
        return np.random.default_rng((self.seed, epoch)).permutation(self.samples)
