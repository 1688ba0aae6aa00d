"""The loop over epochs: batches in their order, steps in bounded calls, numbers after each epoch.

No call of compiled code runs longer than about `CALL` seconds (a single step is never cut), so that
progress shows and an interrupt is heard; what was learned until then is given back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.errors import DataError, DeclarationError, MathError, ShapeError, UnknownNameError
from symbp.kernels.compiled import Kernel
from symbp.kernels.faces import shape_of
from symbp.kernels.stepping import data_of
from symbp.names import suggest
from symbp.training.batches import Batches
from symbp.training.history import History
from symbp.training.metrics import Metric
from symbp.training.progress import Progress
from symbp.training.starting import start_values
from symbp.training.weights import save_weights

__all__ = ["FitResult", "Options", "train"]

#: Seconds that one call of compiled code is meant to take.
CALL = 0.1
#: The first call takes one step; each call takes at most so many times more than the last.
GROWTH = 8

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Options:
    """How to train.

    Attributes:
        epochs: how often all samples are gone through.
        batch_size: samples a step; None: all.
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


@dataclass(frozen=True)
class FitResult:
    """What was learned.

    Attributes:
        params: the parameters by name.
        history: the numbers of each completed epoch.
        stopped: `finished`, `early` (no improvement) or `interrupted`.
        kernel: the compiled functions that were trained.
    """

    params: dict[str, Array]
    history: History
    stopped: str
    kernel: Kernel

    def predict(self, /, **inputs: Any) -> dict[str, Any]:
        """The forward values for these inputs, by name."""
        return self.kernel.forward(**inputs, **self.params)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the parameters to a `.npz` file; see `load_weights`."""
        return save_weights(path, self.params)

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name} {value:.6g}" for name, value in self.history.last.items())
        return f"<FitResult: {self.stopped} after {self.history.epochs} epochs; {numbers or '-'}>"


def train(
    kernel: Kernel,
    data: Mapping[str, Any],
    options: Options,
    params: Mapping[str, Any] | None = None,
    validation: Mapping[str, Any] | None = None,
) -> FitResult:
    """Train the parameters of a kernel that has an optimiser.

    Args:
        kernel: what is trained.
        data: inputs, targets and constants by name; cast once to the kernel's type.
        options: how.
        params: where to start; those that are not given are drawn.
        validation: data of the same names, for the numbers after each epoch.

    Raises:
        UnknownNameError: a name that the system does not have, or one that is missing.
        ShapeError, DTypeError, DataError: a value does not fit, is not finite, or breaks a fact.
        MathError: the loss is no finite number any more.
    """
    return _Training(kernel, data, options, params or {}, validation).run()


class _Training:
    """One training under way; `theta` and `state` change in place."""

    def __init__(
        self,
        kernel: Kernel,
        data: Mapping[str, Any],
        options: Options,
        params: Mapping[str, Any],
        validation: Mapping[str, Any] | None,
    ) -> None:
        self.kernel = kernel
        self.options = options
        self.data = self._read(data, "the data")
        self.extents = self._extents(self.data)
        self.validation = None if validation is None else self._read(validation, "validation")
        values = self._start(params)
        self.theta = kernel.pack(**values).astype(np.dtype(kernel.dtype))
        self.given = {**self.data, **self.extents}
        self.measured = self.given
        if self.validation is not None:
            self.measured = {**self.validation, **self.extents, **self._extents(self.validation)}
        for values in (self.given, self.measured):
            self.kernel.check_facts(**values, **self._views())
        self.state = kernel.make_state(self.theta)
        self.batches = self._batches()
        self.history = History()
        self.progress = Progress(options.epochs, wanted=options.progress)
        self.best, self.best_theta, self.since = np.inf, self.theta.copy(), 0
        self.pace = 0.0
        self._memory: dict[int, Any] = {}

    # -- before -----------------------------------------------------------------------------------

    def _read(self, data: Mapping[str, Any], what: str) -> dict[str, Array]:
        plan = self.kernel.plan
        known = [q.name for q in plan.system.given() if q.name not in plan.wrt]
        for name in data:
            if name not in known:
                raise UnknownNameError(
                    f"{what} has {str(name)[:60]!r}, which the system does not take; "
                    f"{suggest(str(name), known)}"
                )
        missing = [q.name for q in data_of(plan) if q.name not in data]
        if missing:
            raise UnknownNameError(f"{what} has no value for {', '.join(missing)}")
        return {name: self.kernel.read(name, value) for name, value in data.items()}

    def _extents(self, values: Mapping[str, Array]) -> dict[str, int]:
        """Sizes of the symbolic extents that are an axis of some array."""
        found: dict[str, int] = {}
        for name, array in values.items():
            extents = shape_of(self.kernel.plan.system.quantity(name))
            for extent, size in zip(extents, array.shape, strict=True):
                names = extent.extents
                if names and str(extent) == names[0] and found.setdefault(names[0], size) != size:
                    raise ShapeError(
                        f"{names[0]} is {found[names[0]]} in other arrays, and {size} in {name}"
                    )
        return found

    def _start(self, params: Mapping[str, Any]) -> dict[str, Any]:
        plan = self.kernel.plan
        for name in params:
            if name not in plan.wrt:
                raise UnknownNameError(f"{name!r} is no parameter; {suggest(name, plan.wrt)}")
        given = {name: self.kernel.read(name, value) for name, value in params.items()}
        self.extents |= self._extents(given)
        shapes = {n: self._shape(n) for n in plan.wrt if n not in given}
        return {**given, **start_values(plan.system, shapes, self.options.seed)}

    def _shape(self, name: str) -> tuple[int, ...]:
        sizes: list[int] = []
        for extent in shape_of(self.kernel.plan.system.quantity(name)):
            size = (
                extent.as_integer
                if extent.as_integer is not None
                else self.extents.get(str(extent))
            )
            if size is None:
                raise ShapeError(f"the data do not say how large {name} is; give it: params=...")
            sizes.append(size)
        return tuple(sizes)

    def _batches(self) -> Batches | None:
        samples = self.kernel.plan.samples
        if samples is None:
            if self.options.batch_size is not None:
                raise DeclarationError(
                    "the data have no axis of samples to cut into batches; use batch_size=None"
                )
            return None
        count = self.extents[samples]
        size = count if self.options.batch_size is None else self.options.batch_size
        return Batches(count, min(size, count), self.options.seed, self.options.shuffle)

    def _views(self) -> dict[str, Array]:
        extents = {name: self.extents[name] for name in self.kernel.parameter_extents}
        return self.kernel.unpack(self.theta, **extents)

    # -- under way --------------------------------------------------------------------------------

    def run(self) -> FitResult:
        """Train until the end, an interrupt, or no improvement."""
        stopped = "finished"
        try:
            for epoch in range(self.options.epochs):
                row = {"loss": self._epoch(epoch), **self._measure()}
                self.history.add(row)
                if self._enough(row):
                    stopped = "early"
                    self.theta[:] = self.best_theta
                    break
        except KeyboardInterrupt:
            stopped = "interrupted"
        self.progress.end(self.history.epochs, self.history.last)
        params = {name: np.array(view) for name, view in self._views().items()}
        return FitResult(params, self.history, stopped, self.kernel)

    def _epoch(self, epoch: int) -> float:
        """All samples once; the mean loss of the samples."""
        batches = self.batches
        if batches is None:
            value = self.kernel.train_step(
                self.theta,
                self.state,
                **self.given,
                settings=self.options.settings,
                workspace=self._workspace(0),
            )
            self.progress.show(epoch + 1, 1.0, self.history.last)
            self._check(np.array([value]), epoch, (0, 1))
            return value
        order = batches.order(epoch)
        losses = np.zeros(batches.whole, self.theta.dtype)
        done = 0
        while done < batches.whole:
            stop = min(batches.whole, done + self._steps())
            began = time.perf_counter()
            self._call(losses, order, batches.size, (done, stop))
            self._note(time.perf_counter() - began, stop - done)
            self._check(losses, epoch, (done, stop))
            done = stop
            self.progress.show(epoch + 1, done / batches.whole, self.history.last)
        total = float(losses.sum(dtype=np.float64)) * batches.size
        if batches.rest:
            last = np.zeros(1, self.theta.dtype)
            self._call(last, order[-batches.rest :], batches.rest, (0, 1))
            self._check(last, epoch, (0, 1), before=done)
            total += float(last[0]) * batches.rest
        return total / batches.samples

    def _call(self, losses: Array, order: Array, size: int, span: tuple[int, int]) -> None:
        self.kernel.train_steps(
            self.theta,
            self.state,
            losses,
            order,
            size,
            span,
            **self.given,
            settings=self.options.settings,
            workspace=self._workspace(size),
        )

    def _workspace(self, size: int) -> Any:
        """Memory for batches of one size; there are at most two sizes."""
        if size not in self._memory:
            samples = self.kernel.plan.samples
            cut = {} if samples is None else {samples: size}
            self._memory[size] = self.kernel.workspace_for({**self.extents, **cut})
        return self._memory[size]

    def _steps(self) -> int:
        """How many steps the next call takes."""
        return 1 if not self.pace else max(1, int(CALL / self.pace))

    def _note(self, seconds: float, steps: int) -> None:
        """Learn how long a step takes; the first call has compiled as well, and tells nothing."""
        if not self.pace:
            self.pace = CALL / GROWTH
        else:
            self.pace = max(seconds / steps, self.pace / GROWTH, 1e-9)

    def _check(self, losses: Array, epoch: int, span: tuple[int, int], before: int = 0) -> None:
        """The losses of these steps are numbers; `before` steps came before the first of all."""
        wrong = ~np.isfinite(losses[slice(*span)])
        if wrong.any():
            step = span[0] + int(np.argmax(wrong))
            raise MathError(
                f"the loss is {losses[step]} in epoch {epoch + 1}, step {before + step + 1}: the "
                "steps were too large\n  use a smaller lr, or scale the data"
            )

    # -- after an epoch ---------------------------------------------------------------------------

    def _measure(self) -> dict[str, float]:
        """Numbers on the validation data; metrics on the data themselves where there are none."""
        row: dict[str, float] = {}
        views = self._views()
        data, prefix = self.data, ""
        if self.validation is not None:
            data, prefix = self.validation, "val_"
            row["val_loss"] = self.kernel.loss(**self.measured, **views)
        if self.options.metrics:
            values = self.kernel.forward(**self.measured, **views)
            for name, metric in self.options.metrics.items():
                row[f"{prefix}{name}"] = float(metric(values, data))
        return row

    def _enough(self, row: Mapping[str, float]) -> bool:
        """Whether the loss has not become smaller for too long."""
        if self.options.patience is None:
            return False
        value = row.get("val_loss", row["loss"])
        if value < self.best:
            self.best, self.since = value, 0
            self.best_theta[:] = self.theta
            return False
        self.since += 1
        return self.since >= self.options.patience
