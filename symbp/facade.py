"""What users call: `derive`, `fit`, `verify`, beside the objects that they take and give."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symbp import pipeline
from symbp.errors import DeclarationError
from symbp.models import Network, System
from symbp.names import fold_keys
from symbp.results import Derivation, Formula

if TYPE_CHECKING:
    from symbp.kernels.updates import Optimiser
    from symbp.training.metrics import Metric
    from symbp.training.results import FitResult
    from symbp.verification.verdicts import Verdict

__all__ = ["Derivation", "Formula", "Network", "System", "derive", "fit", "verify"]


def derive(
    system: System | str,
    of: Any = None,
    wrt: Any = None,
    *,
    at: Mapping[Any, Any] | None = None,
    simplify: bool = True,
) -> Derivation:
    """The derivatives of one quantity by others.

    Args:
        system: a system, or the text of one.
        of: what is differentiated, by name; None: the one scalar output.
        wrt: by what: a name or several; None: all parameters, or all inputs where there are none.
        at: values of given scalars at which the derivation is evaluated as well.
        simplify: whether derivatives are brought into their shortest form.

    Raises:
        UnknownNameError: a name that does not occur.
        DeclarationError: no output, or several, and `of` does not say which.
        NotSupportedError: something that cannot be differentiated yet.
    """
    model = _system(system)
    names = None if wrt is None else [model.name_of(name) for name in _several(wrt)]
    output = None if of is None else model.name_of(of)
    point = {model.name_of(name): value for name, value in (at or {}).items()}
    return Derivation(pipeline.derive(model.snapshot(), output, names, at=point, simplify=simplify))


def fit(
    system: System | str,
    data: Mapping[str, Any],
    *,
    optimizer: str | Optimiser = "adam",
    lr: float | None = None,
    batch_size: int | None = 32,
    epochs: int = 1,
    seed: int = 0,
    validation: Mapping[str, Any] | None = None,
    metrics: Sequence[str] | Mapping[str, Metric] = (),
    patience: int | None = None,
    params: Mapping[str, Any] | None = None,
    of: Any = None,
    wrt: Any = None,
    samples: str | None = None,
    dtype: str = "float64",
    shuffle: bool = True,
    progress: bool | None = None,
    resume: FitResult | str | os.PathLike[str] | None = None,
    **settings: float,
) -> FitResult:
    """Learn the parameters of a system from data.

    Args:
        system: a system with a scalar loss, or the text of one.
        data: inputs, targets and constants by name; they are cast once, to `dtype`.
        optimizer: `sgd`, `momentum`, `nesterov` or `adam`, or equations of one's own.
        lr: the rate of learning; None: the optimizer's own.
        batch_size: samples a step, at most all; None: all. The last batch of an epoch may be short.
        epochs: how often all samples are gone through; those of `resume` count.
        seed: of the start and of the order of the samples.
        validation: more data of these names, to measure on after each epoch.
        metrics: what to measure beside the loss: `accuracy`, or functions of (values, data).
        patience: stop after so many epochs without improvement, with the best parameters.
        params: where to start; parameters that are not given are drawn.
        of, wrt: what is minimised, and by what, as in `derive`.
        samples: the extent that counts samples, where the shapes leave a choice.
        dtype: `float64` or `float32`.
        shuffle: whether each epoch has an order of its own.
        progress: whether to show a line; None: on a terminal.
        resume: a result to go on from, or the file of `result.save(path, state=True)`; the bits are
            those of a training that was never stopped.
        settings: of the optimizer: `momentum`; `beta1`, `beta2`, `eps`.

    Returns:
        The parameters, the history, and why it stopped; after Ctrl-C, what was learned so far.

    Raises:
        ShapeError, DTypeError, DataError: data do not fit, are not finite, or break a fact.
        MathError: the loss is no finite number any more.
    """
    from symbp import fitting  # noqa: PLC0415 (a derivation needs none of this)

    model = _system(system)
    names = None if wrt is None else [model.name_of(name) for name in _several(wrt)]
    return fitting.fit(
        model.snapshot(),
        fold_keys(data),
        of=None if of is None else model.name_of(of),
        wrt=names,
        optimizer=optimizer,
        dtype=dtype,
        samples=samples,
        metrics=metrics,
        params=None if params is None else fold_keys(params),
        validation=None if validation is None else fold_keys(validation),
        settings={**({} if lr is None else {"lr": lr}), **settings},
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        shuffle=shuffle,
        patience=patience,
        progress=progress,
        resume=resume,
    )


def verify(system: System | str, left: str, right: str | None = None) -> Verdict:
    """The verdict on a claim: proved, refuted with a witness, true under a fact, or undecided.

    Args:
        system: a system, or the text of one.
        left: the left side of the claim, or the whole claim `left = right`.
        right: its right side.

    Raises:
        ParseError: the claim is not in the language.
    """
    return pipeline.verify(_system(system).snapshot(), left, right)


def _system(system: System | str) -> System:
    return System(system) if isinstance(system, str) else system


def _several(names: Any) -> Sequence[Any]:
    several = list(names) if isinstance(names, list | tuple) else [names]
    if not several:
        raise DeclarationError("wrt names nothing; leave it out for all parameters")
    return several
