"""Where training starts: values of the parameters that nobody gave.

Matrices and larger arrays are drawn from a normal distribution of variance 2/(fan in + fan out), so
that neither values nor errors grow on their way (X. Glorot and Y. Bengio, Understanding the
difficulty of training deep feedforward neural networks, 2010); the first and the last axis count
as in and out. Vectors and scalars are drawn from [0, 0.1), as the biases of chapter 7.9 are. A
parameter that was declared positive, nonzero or in (0, 1) starts where it is so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.errors import NotSupportedError
from symbp.facts import Fact, words_implied
from symbp.systems import EquationSystem

__all__ = ["start_values"]

Array = npt.NDArray[Any]

#: Facts that random numbers of a suitable range have.
_OPEN = ("positive", "negative", "nonnegative", "nonzero", "unit_interval", "invertible")


def start_values(
    system: EquationSystem, shapes: Mapping[str, tuple[int, ...]], seed: int
) -> dict[str, Array]:
    """Random values for these parameters, the same for the same seed.

    Raises:
        NotSupportedError: a parameter with a fact that random numbers do not have.
    """
    draws = np.random.default_rng(seed)
    return {
        name: _drawn(draws, shape, _facts(system, name), name) for name, shape in shapes.items()
    }


def _facts(system: EquationSystem, name: str) -> tuple[str, ...]:
    said = (f.word for f in system.facts if isinstance(f, Fact) and f.quantity == name)
    return tuple(dict.fromkeys(w for word in said for w in words_implied(word)))


def _drawn(
    draws: np.random.Generator, shape: tuple[int, ...], facts: tuple[str, ...], name: str
) -> Array:
    other = [word for word in facts if word not in _OPEN]
    if other:
        raise NotSupportedError(
            f"there is no start for {name}, which was declared {other[0]}; give one: params=..."
        )
    if "unit_interval" in facts:
        return draws.uniform(0.4, 0.6, shape)
    if "negative" in facts:
        return np.asarray(-draws.uniform(0.9, 1.1, shape))
    if {"positive", "nonzero", "nonnegative"} & set(facts):
        return draws.uniform(0.9, 1.1, shape)
    if len(shape) < 2:
        return draws.uniform(0, 0.1, shape)
    return draws.normal(0, math.sqrt(2 / (shape[0] + shape[-1])), shape)
