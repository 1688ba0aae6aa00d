"""Metrics: what is measured beside the loss.

A metric is a function of the forward values and the data, by name. `accuracy` is found from the
system: the last computed quantity that has the shape of the target (of class ids: one axis more) is
what predicts it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symbp.errors import DeclarationError, UnknownNameError
from symbp.names import suggest
from symbp.quantities import Quantity
from symbp.systems import EquationSystem

__all__ = ["Metric", "choose_metrics"]

Metric = Callable[[Mapping[str, Any], Mapping[str, Any]], float]


def choose_metrics(
    system: EquationSystem,
    outputs: Sequence[str],
    wanted: Sequence[str] | Mapping[str, Metric],
) -> dict[str, Metric]:
    """The functions of these metrics.

    Args:
        system: what is trained.
        outputs: the quantities that are computed without a target.
        wanted: names of metrics, or own functions under their names.

    Raises:
        UnknownNameError: no such metric.
        DeclarationError: the system has nothing that it could measure, or a metric is called as the
            loss is.
    """
    if isinstance(wanted, Mapping):
        if "loss" in wanted:
            raise DeclarationError("loss is measured in any case; give the metric another name")
        return dict(wanted)
    names = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    for name in names:
        if name not in _ROWS:
            raise UnknownNameError(f"there is no metric {str(name)[:60]!r}; {suggest(name, _ROWS)}")
    return {name: _ROWS[name](system, outputs) for name in names}


def _accuracy(system: EquationSystem, outputs: Sequence[str]) -> Metric:
    """The part of samples whose target is the one that is predicted."""
    for target in system.given("target"):
        for name in reversed(outputs):
            compare = _compare(target, system.quantity(name))
            if compare is not None:
                return lambda values, data, n=name, t=target.name, c=compare: float(  # type: ignore[misc]
                    np.mean(c(np.asarray(values[n]), np.asarray(data[t])))
                )
    raise DeclarationError("accuracy needs a target, and a computed quantity of its shape")


def _compare(target: Quantity, made: Quantity) -> Callable[[Any, Any], Any] | None:
    wanted = tuple(axis.extent for axis in target.axes)
    shape = tuple(axis.extent for axis in made.axes)
    if target.kind == "integer" and shape[:-1] == wanted:
        return lambda values, labels: values.argmax(axis=-1) == labels
    if shape != wanted:
        return None
    if len(shape) > 1:
        return lambda values, rows: values.argmax(axis=-1) == rows.argmax(axis=-1)
    return lambda values, truth: (values > 0.5) == (truth > 0.5)


_ROWS: dict[str, Callable[[EquationSystem, Sequence[str]], Metric]] = {"accuracy": _accuracy}
