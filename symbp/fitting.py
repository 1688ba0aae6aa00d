"""From a system and data to what was learned: derive, plan with an optimiser, compile, train."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symbp import pipeline
from symbp.errors import DeclarationError, UnknownNameError
from symbp.kernels.compiled import Kernel
from symbp.kernels.planning import Plan, plan
from symbp.kernels.stepping import sample_extents
from symbp.kernels.updates import Optimiser
from symbp.systems import EquationSystem
from symbp.training.checkpoints import load_checkpoint
from symbp.training.epochs import train
from symbp.training.metrics import Metric, choose_metrics
from symbp.training.optimisers import optimiser
from symbp.training.options import Options
from symbp.training.results import FitResult

__all__ = ["fit", "trainable"]


def trainable(
    system: EquationSystem,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    *,
    optimizer: str | Optimiser = "adam",
    samples: str | None = None,
    settings: Mapping[str, float] | None = None,
) -> Plan:
    """The plan of kernels that train a system.

    Args:
        system: a checked system.
        of, wrt: what is minimised, and by what, as in `derive`.
        optimizer: its name, or equations of one's own.
        samples: the extent that counts samples, where the shapes leave a choice.
        settings: of the optimiser.

    Raises:
        DeclarationError: it is not clear what the samples are, or there is nothing to learn.
        UnknownNameError, DataError: no such optimiser, or a setting that it does not take.
    """
    if isinstance(optimizer, str):
        optimizer = optimiser(optimizer, **(settings or {}))
    elif not isinstance(optimizer, Optimiser):
        raise UnknownNameError(f"optimizer is a {type(optimizer).__name__}; give the name of one")
    if wrt is None and not system.given("parameter"):
        raise DeclarationError("the system has no parameters; say what is to be learned: wrt=...")
    planned = plan(system, pipeline.derive(system, of, wrt))
    found = sample_extents(planned)
    if samples is not None and samples not in found:
        known = ", ".join(found) or "there are none"
        raise DeclarationError(f"the data cannot be cut along {samples[:60]!r}; extents: {known}")
    if samples is None and len(found) > 1:
        raise DeclarationError(f"say what counts the samples, samples= one of: {', '.join(found)}")
    return replace(planned, optimiser=optimizer, samples=samples or (found[0] if found else None))


def fit(
    system: EquationSystem,
    data: Mapping[str, Any],
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    optimizer: str | Optimiser = "adam",
    samples: str | None = None,
    settings: Mapping[str, float] | None = None,
    dtype: str = "float64",
    metrics: Sequence[str] | Mapping[str, Metric] = (),
    params: Mapping[str, Any] | None = None,
    validation: Mapping[str, Any] | None = None,
    resume: FitResult | str | os.PathLike[str] | None = None,
    **options: Any,
) -> FitResult:
    """Learn the parameters of a system from data.

    Args:
        system, of, wrt, optimizer, samples, settings: as `trainable` takes them.
        data: inputs, targets and constants by name.
        dtype: of all numbers.
        metrics: what is measured beside the loss.
        params: where to start.
        validation: data for the numbers after each epoch.
        resume: a training to go on with, or the file that it was saved to with its state.
        options: the other fields of `training.options.Options`.

    Raises:
        DeclarationError, UnknownNameError: as `trainable`.
        ShapeError, DTypeError, DataError, MathError: as `train`.
        FileFormatError: the file to go on from is none, or holds weights only.
    """
    planned = trainable(system, of, wrt, optimizer=optimizer, samples=samples, settings=settings)
    measures = choose_metrics(system, planned.outputs, metrics)
    wanted = Options(settings=settings or {}, metrics=measures, **options)
    if resume is None:
        point = None
    else:
        point = resume.checkpoint if isinstance(resume, FitResult) else load_checkpoint(resume)
    return train(Kernel(planned, dtype), data, wanted, params, validation, point)
