"""Optimisers: systems of equations over one index that runs over all parameters.

A step is a recurrence over the *state*: the parameters, the moments, the powers of β. What `w`
becomes is written `w_next`; it is computed from the states, the gradient `g` and the settings. The
systems are ordinary ones, so that they are printed, interpreted and compiled like any model.

Powers of β are states of one element, so that bias correction needs no count of the steps.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from symbp.declarations import Builder
from symbp.errors import DataError, UnknownNameError
from symbp.kernels.updates import Optimiser
from symbp.language.text import parse_system
from symbp.names import suggest
from symbp.systems import EquationSystem

__all__ = ["OPTIMISERS", "Optimiser", "optimiser"]


@dataclass(frozen=True, slots=True)
class _Row:
    """An optimiser as it stands in the table."""

    text: str
    settings: Mapping[str, float]
    starts: Mapping[str, float] = field(default_factory=dict)


_GIVEN = "state w[a:P]; input g[a]\n"
_VELOCITY = _GIVEN + "state v[a]; const lr, momentum\nv_next[a] = momentum*v[a] + g[a]\n"

_ROWS: Mapping[str, _Row] = {
    "sgd": _Row(_GIVEN + "const lr\nw_next[a] = w[a] - lr*g[a]", {"lr": 0.01}),
    # B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964
    "momentum": _Row(
        _VELOCITY + "w_next[a] = w[a] - lr*v_next[a]",
        {"lr": 0.01, "momentum": 0.9},
        {"v": 0.0},
    ),
    # I. Sutskever et al., On the importance of initialization and momentum in deep learning, 2013;
    # written in the point that the gradient is taken at
    "nesterov": _Row(
        _VELOCITY + "w_next[a] = w[a] - lr*(g[a] + momentum*v_next[a])",
        {"lr": 0.01, "momentum": 0.9},
        {"v": 0.0},
    ),
    # D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015, algorithm 1
    "adam": _Row(
        _GIVEN
        + """state m[a], v[a], power1[i:1], power2[i:1]; const lr, beta1, beta2, eps
             power1_next[i] = beta1*power1[i]
             power2_next[i] = beta2*power2[i]
             rest1 = 1 - power1_next[0]
             rest2 = 1 - power2_next[0]
             m_next[a] = beta1*m[a] + (1 - beta1)*g[a]
             v_next[a] = beta2*v[a] + (1 - beta2)*g[a]^2
             w_next[a] = w[a] - lr*(m_next[a]/rest1)/(sqrt(v_next[a]/rest2) + eps)""",
        {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"m": 0.0, "v": 0.0, "power1": 1.0, "power2": 1.0},
    ),
}

#: Names of the optimisers.
OPTIMISERS = tuple(_ROWS)


def optimiser(name: str, **settings: float) -> Optimiser:
    """An optimiser with its settings.

    Args:
        name: `sgd`, `momentum`, `nesterov` or `adam`.
        settings: `lr`; `momentum`; `beta1`, `beta2`, `eps`: what differs from the table.

    Raises:
        UnknownNameError: no such optimiser or setting.
        DataError: a setting outside its range.
    """
    if name not in _ROWS:
        raise UnknownNameError(f"unknown optimizer {str(name)[:60]!r}; {suggest(str(name), _ROWS)}")
    row = _ROWS[name]
    for word in settings:
        if word not in row.settings:
            raise UnknownNameError(f"{name} has no setting {word!r}; {suggest(word, row.settings)}")
    chosen = {word: _checked(word, value) for word, value in settings.items()}
    return Optimiser(name, _system(name), row.starts, {**row.settings, **chosen})


@cache
def _system(name: str) -> EquationSystem:
    builder = Builder()
    parse_system(_ROWS[name].text, builder)
    return builder.snapshot()


def _checked(word: str, value: object) -> float:
    """A setting as a number: a rate or ε is positive, a factor of the past lies in [0, 1)."""
    number = math.nan
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):
            number = float(value)
    if not math.isfinite(number):
        raise DataError(f"{word} must be a finite number, got {str(value)[:40]!r}")
    if word in ("lr", "eps") and number <= 0:
        raise DataError(f"{word} must be positive, got {value}")
    if word not in ("lr", "eps") and not 0 <= number < 1:
        raise DataError(f"{word} must lie in [0, 1), got {value}")
    return number
