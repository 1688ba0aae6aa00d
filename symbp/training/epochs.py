"""The loop over epochs: batches in their order, steps in bounded calls, numbers after each epoch.

From time to time the training marks where it stands; after an interrupt it gives back the last
mark. How long calls take, and how an interrupt is heard: `pacing.py`, `interrupts.py`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.errors import DataError, DeclarationError, MathError, ShapeError, UnknownNameError
from symbp.kernels.compiled import Kernel
from symbp.kernels.faces import shape_of
from symbp.kernels.sizes import sizes_of
from symbp.kernels.stepping import data_of
from symbp.names import suggest
from symbp.training.batches import Batches
from symbp.training.checkpoints import Checkpoint
from symbp.training.history import History
from symbp.training.options import Options
from symbp.training.pacing import Calls
from symbp.training.progress import Progress
from symbp.training.results import FitResult
from symbp.training.starting import start_values

__all__ = ["train"]

#: Training may run so many times as long as a mark takes before there is another one.
MARK = 20

Array = npt.NDArray[Any]


def train(
    kernel: Kernel,
    data: Mapping[str, Any],
    options: Options,
    params: Mapping[str, Any] | None = None,
    validation: Mapping[str, Any] | None = None,
    resume: Checkpoint | None = None,
) -> FitResult:
    """Train the parameters of a kernel that has an optimiser.

    Args:
        kernel: what is trained.
        data: inputs, targets and constants by name; cast once to the kernel's type.
        options: how.
        params: where to start; those that are not given are drawn.
        validation: data of the same names, for the numbers after each epoch.
        resume: a training to go on with, on the same data; `options.epochs` counts its epochs too.

    Raises:
        UnknownNameError: a name that the system does not have, or one that is missing.
        ShapeError, DTypeError, DataError: a value does not fit, is not finite, or breaks a fact; or
            the run to go on with is another one.
        DeclarationError: both `params` and `resume` say where to start.
        MathError: the loss is no finite number any more.
    """
    if params and resume is not None:
        raise DeclarationError("params and resume both say where to start; give one of them")
    training = _Training(kernel, data, options, params or {}, validation)
    if resume is not None:
        training.go_on(resume)
    return training.run()


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
        self.extents = sizes_of(kernel.plan.system, self.data)
        self.validation = None if validation is None else self._read(validation, "validation")
        values = self._start(params)
        self.theta = kernel.pack(**values).astype(np.dtype(kernel.dtype))
        self._marked, self._cost = 0.0, 0.0
        self.given = {**self.data, **self.extents}
        self.measured = self.given
        if self.validation is not None:
            sizes = sizes_of(kernel.plan.system, {**self._views(), **self.validation})
            self.measured = {**self.validation, **self.extents, **sizes}
        self.state = kernel.make_state(self.theta)
        self.batches = self._batches()
        self.history = History()
        self.progress = Progress(options.epochs, wanted=options.progress)
        self.best, self.best_theta, self.since = np.inf, self.theta.copy(), 0
        self.losses = self.theta[:0]
        self.calls = Calls()
        self._memory: dict[int, Any] = {}
        self.run_facts = self._run_facts()
        self._mark(now=True)

    # -- before -----------------------------------------------------------------------------------

    def _read(self, data: Mapping[str, Any], what: str) -> dict[str, Array]:
        plan = self.kernel.plan
        if not isinstance(data, Mapping):
            raise DataError(f"{what} is a {type(data).__name__}; give arrays by name: {{'x': x}}")
        known = [q.name for q in plan.system.given() if q.name not in plan.wrt]
        for name in data:
            if name in plan.wrt:
                raise DeclarationError(f"{name} is learned; where it starts goes into params=")
            if name not in known:
                raise UnknownNameError(
                    f"{what} has {str(name)[:60]!r}, which the system does not take; "
                    f"{suggest(str(name), known)}"
                )
        missing = [q.name for q in data_of(plan) if q.name not in data]
        if missing:
            raise UnknownNameError(f"{what} has no value for {', '.join(missing)}")
        self.kernel.notice.say(data, once=True)
        return {name: self.kernel.read(name, value) for name, value in data.items()}

    def _start(self, params: Mapping[str, Any]) -> dict[str, Any]:
        plan = self.kernel.plan
        for name in params:
            if name not in plan.wrt:
                raise UnknownNameError(f"{name!r} is no parameter; {suggest(name, plan.wrt)}")
        given = {name: self.kernel.read(name, value) for name, value in params.items()}
        self.extents = sizes_of(plan.system, {**self.data, **given})
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

    def _views(self, theta: Array | None = None) -> dict[str, Array]:
        """The parameters by name, as views of a vector: of the one that is trained, if of none."""
        extents = {name: self.extents[name] for name in self.kernel.parameter_extents}
        return self.kernel.unpack(self.theta if theta is None else theta, **extents)

    def _run_facts(self) -> dict[str, Any]:
        """What has to be the same when the training goes on later."""
        plan, batches = self.kernel.plan, self.batches
        facts: dict[str, Any] = {
            "optimizer": "" if plan.optimiser is None else plan.optimiser.name,
            "dtype": self.kernel.dtype,
            "parameters": [[name, list(view.shape)] for name, view in self._views().items()],
        }
        if batches is not None:
            facts |= {name: getattr(batches, name) for name in ("seed", "shuffle", "samples")}
            facts["batch_size"] = batches.size
        return facts

    def go_on(self, point: Checkpoint) -> None:
        """Stand where another training stood."""
        point.check(self.run_facts)
        own, other = ({"theta": p.theta, **p.state} for p in (self.point, point))
        if {n: a.shape for n, a in own.items()} != {n: a.shape for n, a in other.items()}:
            raise ShapeError("the run to go on with has another state of the optimizer")
        if point.epoch and list(point.history) != self._measured_names():
            raise DataError(
                f"the run to go on with measured {', '.join(point.history)}, not "
                f"{', '.join(self._measured_names())}; validation and metrics stay the same"
            )
        self.theta[:] = point.theta
        for name, array in self.state.items():
            array[:] = point.state[name]
        self.history = point.history.first(point.epoch)
        self.best, self.best_theta, self.since = point.best, point.best_theta.copy(), point.since
        self.losses = np.array(point.losses, self.theta.dtype)
        if len(self.losses) > (0 if self.batches is None else self.batches.steps):
            raise ShapeError("the run to go on with has taken more steps than an epoch has")
        self._mark(now=True)

    # -- under way --------------------------------------------------------------------------------

    def run(self) -> FitResult:
        """Train until the end, an interrupt, or no improvement."""
        stopped = "finished"
        self.progress.begin()
        with self.calls.interrupts:
            try:
                for values in (self.given, self.measured):
                    self.kernel.check_facts(**values, **self._views())
                stopped = self._epochs()
                self._mark(now=True)
            except KeyboardInterrupt:
                stopped = "interrupted"
            except BaseException:
                self.progress.leave()
                raise
        point = self.point
        self.progress.end(point.history.epochs, point.history.last)
        theta = point.best_theta if stopped == "early" else point.theta
        params = {name: np.array(view) for name, view in self._views(theta).items()}
        return FitResult(params, point.history, stopped, self.kernel, point)

    def _epochs(self) -> str:
        for epoch in range(self.history.epochs, self.options.epochs):
            row = {"loss": self._epoch(epoch), **self._measure()}
            enough = self._enough(row)
            self.losses = self.losses[:0]
            self.history.add(row)
            if enough:
                return "early"
            self._mark()
        return "finished"

    def _mark(self, *, now: bool = False) -> None:
        """Note where the training stands; for large models not each time."""
        began = time.perf_counter()
        if not now and began - self._marked < MARK * self._cost:
            return
        self.point = Checkpoint(
            self.theta.copy(),
            {name: array.copy() for name, array in self.state.items()},
            self.history.epochs,
            self.losses.copy(),
            self.history.first(self.history.epochs),
            self.best,
            self.best_theta,
            self.since,
            self.run_facts,
        )
        self._marked = time.perf_counter()
        self._cost = self._marked - began

    def _epoch(self, epoch: int) -> float:
        """All samples once; the mean loss of the samples."""
        batches = self.batches
        if batches is None:
            step = partial(
                self.kernel.train_step,
                self.theta,
                self.state,
                **self.given,
                settings=self.options.settings,
                workspace=self._workspace(0),
            )
            value = self.calls.run("step", step)
            self.progress.show(epoch + 1, 1.0, self.history.last)
            self._check(np.array([value]), epoch, 0)
            return value
        order = batches.order(epoch)
        while len(self.losses) < batches.steps:
            done = len(self.losses)
            found = self._steps(batches, order, done)
            self._check(found, epoch, done)
            self.losses = np.concatenate([self.losses, found])
            self.progress.show(epoch + 1, len(self.losses) / batches.steps, self.history.last)
            self._mark()
        total = float(self.losses[: batches.whole].sum(dtype=np.float64)) * batches.size
        total += float(self.losses[batches.whole :].sum(dtype=np.float64)) * batches.rest
        return total / batches.samples

    def _steps(self, batches: Batches, order: Array, done: int) -> Array:
        """The losses of the next steps: so many as a call is to take, or the short last one."""
        whole = done < batches.whole
        size = batches.size if whole else batches.rest
        count = min(self.calls.steps, batches.whole - done) if whole else 1
        losses = np.zeros(count, self.theta.dtype)
        steps = partial(
            self.kernel.train_steps,
            self.theta,
            self.state,
            losses,
            order[done * batches.size :],
            size,
            (0, count),
            **self.given,
            settings=self.options.settings,
            workspace=self._workspace(size),
        )
        self.calls.run("steps" if whole else "rest", steps, count)
        return losses

    def _workspace(self, size: int) -> Any:
        """Memory for batches of one size; there are at most two sizes."""
        if size not in self._memory:
            samples = self.kernel.plan.samples
            cut = {} if samples is None else {samples: size}
            self._memory[size] = self.kernel.workspace_for({**self.extents, **cut})
        return self._memory[size]

    def _check(self, losses: Array, epoch: int, before: int) -> None:
        """The losses of these steps are numbers; `before` steps of the epoch came before them."""
        wrong = ~np.isfinite(losses)
        if wrong.any():
            step = int(np.argmax(wrong))
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
            row["val_loss"] = self.calls.run(
                "loss", partial(self.kernel.loss, **self.measured, **views)
            )
        if self.options.metrics:
            forward = partial(self.kernel.forward, **self.measured, **views)
            values = self.calls.run("forward", forward)
            for name, metric in self.options.metrics.items():
                row[f"{prefix}{name}"] = float(metric(values, data))
        return row

    def _measured_names(self) -> list[str]:
        """The names of a row of the history."""
        if self.validation is None:
            return ["loss", *self.options.metrics]
        return ["loss", "val_loss", *(f"val_{name}" for name in self.options.metrics)]

    def _enough(self, row: Mapping[str, float]) -> bool:
        """Whether the loss has not become smaller for too long."""
        if self.options.patience is None:
            return False
        value = row.get("val_loss", row["loss"])
        if value < self.best:
            self.best, self.best_theta, self.since = value, self.theta.copy(), 0
            return False
        self.since += 1
        return self.since >= self.options.patience
