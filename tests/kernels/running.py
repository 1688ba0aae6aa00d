"""Emitted files run as plain Python: what they say is tested without waiting for a compiler."""

from __future__ import annotations

import inspect
import warnings
from types import ModuleType
from typing import Any

import numba
import numpy as np

from symbp.declarations import Builder
from symbp.gradients import differentiate
from symbp.kernels.loader import _module
from symbp.kernels.modules import emit_module
from symbp.kernels.planning import Plan, plan
from symbp.language.text import parse_system
from symbp.systems import EquationSystem

SOFTMAX = """
input  x[n:N, j:3]
param  W[j, k:2], b[k]
target y[n, k]
fact   sum(k, y[n,k]) = 1
z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
L      = -sum(n, k, y[n,k]*ln(p[n,k])) / N
"""


def read(text: str) -> EquationSystem:
    builder = Builder()
    parse_system(text, builder)
    return builder.snapshot()


def planned(text: str, of: str = "L", wrt: tuple[str, ...] = ("W", "b")) -> Plan:
    system = read(text)
    return plan(system, differentiate(system, of, wrt))


def interpreted(plan: Plan, dtype: str = "float64") -> ModuleType:
    """The file of a plan, its functions left to Python."""
    return python_module(emit_module(plan, dtype).text)


def python_module(text: str) -> ModuleType:
    settings: Any = numba.config
    chosen, settings.DISABLE_JIT = settings.DISABLE_JIT, True
    try:
        return _module(text, "<test>")
    finally:
        settings.DISABLE_JIT = chosen


def called(module: ModuleType, name: str, values: dict[str, Any], sizes: dict[str, int]) -> Any:
    """Call a function with those values that it takes; 0/0 is no warning in compiled code."""
    function = getattr(module, name)
    words = inspect.signature(function).parameters
    given = {word: value for word, value in {**sizes, **values}.items() if word in words}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(**given)


def softmax_values(rng: np.random.Generator, samples: int = 7) -> dict[str, Any]:
    return {
        "x": rng.normal(size=(samples, 3)),
        "W": rng.normal(size=(3, 2)),
        "b": rng.normal(size=2),
        "y": np.eye(2)[rng.integers(0, 2, samples)],
    }
