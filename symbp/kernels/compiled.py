"""`Kernel`: a system's functions, compiled; and `Objective`, what an optimiser minimises.

A kernel takes and gives the author's own names. What it checks, and how, stands in its file
(`Kernel.source`); here the file's plain errors become symbp's.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.errors import (
    DataError,
    DeclarationError,
    DTypeError,
    ShapeError,
    UnknownNameError,
)
from symbp.files import check_path, write_text
from symbp.kernels.casting import Notice
from symbp.kernels.loader import Loaded
from symbp.kernels.modules import emit_module
from symbp.kernels.planning import Plan
from symbp.kernels.sizes import sizes_of, whole_sizes
from symbp.names import fold_keys, suggest

__all__ = ["DTYPES", "Kernel", "Objective"]

DTYPES = ("float64", "float32")
#: Keywords that are no quantities; no quantity has such a name in a file.
OPTIONS = ("workspace", "check", "settings")
Array = npt.NDArray[Any]


class Kernel:
    """Forward values, loss, and loss with its gradient, as compiled functions.

    Functions compile when they are first called. Values are handed over by name, as keywords:
    `k.loss_and_gradient(x=X, y=Y, W=W0, b=b0)`; arrays of another type or layout are copied once a
    call, and the first time a notice says so.

    Args:
        plan: what is computed.
        dtype: `float64` or `float32`.

    Raises:
        DTypeError: another type of number.
    """

    def __init__(self, plan: Plan, dtype: str = "float64") -> None:
        try:
            name = np.dtype(dtype).name
        except TypeError:
            name = repr(dtype)[:60]
        if name not in DTYPES:
            raise DTypeError(f"kernels compute in {' or '.join(DTYPES)}, not in {name}")
        self.dtype = name
        self.plan = plan
        self._emitted = emit_module(plan, name)
        self._arguments: dict[str, dict[str, str]] = {}
        #: Says, once for this kernel, what is cast.
        self.notice = Notice(plan.system, name)

    def __reduce__(self) -> tuple[type[Kernel], tuple[Plan, str]]:
        return Kernel, (self.plan, self.dtype)  # who reads it finds the compiled code, or compiles

    # -- the file ---------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The stand-alone file of these functions: it needs NumPy and Numba, not symbp."""
        return self._emitted.text

    @property
    def parameter_extents(self) -> tuple[str, ...]:
        """The symbolic extents of the parameters: `unpack` has to be told them."""
        return self._emitted.parameter_extents

    @property
    def extents(self) -> tuple[str, ...]:
        """All symbolic extents; those that no array fixes are handed over as values are."""
        known = self.plan.system.quantities
        return tuple(name for name in self._emitted.names if name not in known)

    def text(self, *, cache: bool = False) -> str:
        """The file; with `cache`, Numba keeps what it compiles beside it."""
        return emit_module(self.plan, self.dtype, cache=True).text if cache else self.source

    def save(self, path: str | os.PathLike[str], *, cache: bool = False) -> Path:
        """Write the file.

        Args:
            path: where.
            cache: whether Numba keeps what it compiles beside it.

        Raises:
            OutputPathError: a place that may not be written.
        """
        return write_text(check_path(path), self.text(cache=cache))

    @cached_property
    def _loaded(self) -> Loaded:
        kept = self.text(cache=True)
        errors = {"ShapeError": ShapeError, "DataError": DataError, "DTypeError": DTypeError}
        return Loaded(self._emitted.text, kept, errors)

    # -- functions --------------------------------------------------------------------------------

    def forward(self, /, **values: Any) -> dict[str, Any]:
        """The quantities that no target enters, by name (all, where each needs a target).

        Raises:
            UnknownNameError: a value is missing, or is of nothing in the system.
            ShapeError, DTypeError, DataError: a value does not fit.
        """
        found: dict[str, Any] = self._call("forward", values)
        return found

    def loss(self, /, **values: Any) -> float:
        """The value of the output; raises as `forward`. `workspace=` gives memory to work in."""
        return float(self._call("loss", values))

    def loss_and_gradient(self, /, **values: Any) -> tuple[float, dict[str, Array]]:
        """The value of the output, and its derivative by each parameter.

        Declared facts that gradients rely on are checked, unless `check=False`. Derivatives are
        arrays of their own, or views of the memory of a `workspace=` that is handed over.
        """
        value, gradient = self._call("loss_and_gradient", values)
        return float(value), gradient

    def make_workspace(self, *sizes: int, **named: int) -> Any:
        """Memory for calls of one size; extents in the order of the file, or by name."""
        self._need_loss()
        taken = list(inspect.signature(self._loaded.module.make_workspace).parameters)
        words = dict(zip(taken, sizes, strict=False))
        named = fold_keys(named)
        words |= {self._emitted.names.get(name, name): size for name, size in named.items()}
        shown = {word: name for name, word in self._emitted.names.items()}
        unknown = [word for word in words if word not in taken]
        if unknown or len(sizes) > len(taken):
            known = ", ".join(shown[word] for word in taken)
            raise UnknownNameError(f"a workspace takes the sizes {known}, and nothing else")
        missing = [shown[word] for word in taken if word not in words]
        if missing:
            raise ShapeError(f"the size of {', '.join(missing)} is needed: {missing[0]}=...")
        return self._loaded.call("make_workspace", **whole_sizes(words))

    def workspace_for(self, sizes: Mapping[str, int]) -> Any:
        """Memory for calls of one size; `sizes` may name more extents than it takes."""
        self._need_loss()
        shown = {word: name for name, word in self._emitted.names.items()}
        words = inspect.signature(self._loaded.module.make_workspace).parameters
        return self._loaded.call("make_workspace", *(sizes[shown[word]] for word in words))

    def pack(self, /, **parameters: Any) -> Array:
        """All parameters as one vector."""
        self._need_loss()
        vector: Array = self._call("pack", parameters)
        return vector

    def unpack(self, theta: Any, /, **extents: int) -> dict[str, Array]:
        """The parameters in a vector: views under their names.

        Args:
            theta: the vector.
            extents: the symbolic extents of the parameters.
        """
        self._need_loss()
        extents = fold_keys(extents)
        words = {self._emitted.names.get(name, name): size for name, size in extents.items()}
        missing = [n for n in self._emitted.parameter_extents if n not in extents]
        if missing:
            raise ShapeError(f"the size of {', '.join(missing)} is needed: {missing[0]}=...")
        parts: dict[str, Array] = self._loaded.call(
            "unpack", np.asarray(theta), **whole_sizes(words)
        )
        return parts

    def objective(self, /, **data: Any) -> Objective:
        """The function of one parameter vector that `scipy.optimize.minimize(jac=True)` takes."""
        self._need_loss()
        return Objective(self, data)

    # -- training ---------------------------------------------------------------------------------

    def make_state(self, theta: Array) -> dict[str, Array]:
        """What the optimiser keeps beside the parameter vector, before the first step."""
        self._need_optimiser()
        state: dict[str, Array] = self._loaded.call("make_state", theta)
        return state

    def train_step(self, theta: Array, state: dict[str, Array], /, **values: Any) -> float:
        """One step of the optimiser: `theta` and `state` change in place.

        Args:
            theta: the parameter vector, of the kernel's own type.
            state: what `make_state` gave.
            values: the data; `settings={"lr": 0.1}` for other settings, and `workspace=`.

        Returns:
            The loss before the step.
        """
        self._need_optimiser(values)
        return float(self._call("train_step", values, theta=theta, state=state))

    def train_steps(
        self,
        theta: Array,
        state: dict[str, Array],
        losses: Array,
        order: Array,
        batch: int,
        span: tuple[int, int],
        /,
        **values: Any,
    ) -> None:
        """Several steps, each with a batch of the data, without a return to Python between them.

        Args:
            theta, state: as in `train_step`.
            losses: gets the loss of each step.
            order: numbers of samples; step s takes `batch` of them from `s*batch`.
            batch: the size of a batch.
            span: the first step, and the one after the last.
            values: the data of all samples; `settings=` and `workspace=` as in `train_step`.
        """
        self._need_optimiser(values)
        start, stop = span
        steps = {"losses": losses, "order": order, "batch": batch, "start": start, "stop": stop}
        self._call("train_steps", values, theta=theta, state=state, **steps)

    def read(self, name: str, value: Any) -> Array:
        """A value as the kernels take it: of their type, contiguous, finite.

        Raises:
            ShapeError, DTypeError, DataError: it does not fit.
        """
        array = self._cast(name, value)
        self._loaded.call("check_finite", **{name: array})
        return array

    def cast(self, values: Mapping[str, Any]) -> dict[str, Array]:
        """Values as the kernels take them; raises as `read`, but does not look for NaN."""
        return {name: self._cast(name, value) for name, value in values.items()}

    def _cast(self, name: str, value: Any) -> Array:
        quantity = self.plan.system.quantity(name)
        reader = "as_array" if quantity.kind == "real" else "as_labels"
        array: Array = self._loaded.call(reader, name, value, len(quantity.axes))
        return array

    def check(self, /, **values: Any) -> None:
        """Look at all values before a call: types, numbers of axes, NaN, declared facts.

        Calls look for NaN only where the result has one, since that takes time.

        Raises:
            UnknownNameError, ShapeError, DTypeError, DataError: as the call, and for what it
                would not notice.
        """
        known = self.plan.system.quantities
        values = fold_keys(values)
        self._given(values, {})
        read = {n: self.read(n, v) for n, v in values.items() if n in known}
        sizes = {n: v for n, v in values.items() if n not in known}
        self.check_facts(**read, **{**sizes_of(self.plan.system, read), **sizes})

    def check_facts(self, /, **values: Any) -> None:
        """The declared facts hold of these arrays; `read` has made them.

        Raises:
            DataError: one does not.
        """
        if hasattr(self._loaded.module, "check_facts"):
            self._call("check_facts", values)

    def _need_optimiser(self, values: Mapping[str, Any] | None = None) -> None:
        if self.plan.optimiser is None:
            raise DeclarationError("the kernel was compiled without an optimizer")
        for name in fold_keys(values or {}):
            if name in self.plan.wrt:
                raise DeclarationError(f"{name} is a part of theta; write it there: pack(...)")

    # -- calling ----------------------------------------------------------------------------------

    def _need_loss(self) -> None:
        if self.plan.of is None:
            raise DeclarationError("the system has no scalar output: there is nothing to derive")

    def _call(self, name: str, values: Mapping[str, Any], /, **own: Any) -> Any:
        if name not in self.plan.tasks and name != "pack":
            self._need_loss()
        values = fold_keys(values)
        self.notice.say(values)
        wanted = self._wanted(name)
        given = self._given(values, wanted)
        missing = [n for word, n in wanted.items() if word not in given and word not in OPTIONS]
        if missing:
            raise UnknownNameError(f"no value is given for {', '.join(missing)}")
        return self._loaded.call(name, **given, **own)

    def _wanted(self, name: str) -> dict[str, str]:
        """The keywords of a function, with the author's names of what they take."""
        if name not in self._arguments:
            function = getattr(self._loaded.module, name)
            back = dict.fromkeys(OPTIONS, "") | {w: n for n, w in self._emitted.names.items()}
            self._arguments[name] = {
                word: back[word] for word in inspect.signature(function).parameters if word in back
            }
        return self._arguments[name]

    def _given(self, values: Mapping[str, Any], wanted: Mapping[str, str]) -> dict[str, Any]:
        """Values under the file's names; what the function does not read is left out."""
        names = self._emitted.names
        given: dict[str, Any] = {}
        for name, value in values.items():
            word = names.get(name)
            if word is None and name in OPTIONS:
                if name in wanted:
                    given[name] = value
            elif word is None:
                raise UnknownNameError(
                    f"{name!r} is not given to this system; {suggest(name, names)}"
                )
            elif word in wanted:
                given[word] = value
        return given


class Objective:
    """Loss and flat gradient, in float64, as a function of the parameter vector.

    Args:
        kernel: whose loss it is.
        data: inputs, targets and constants, which stay as they are; they are cast and checked
            to be finite once, declared facts at the first call.

    Raises:
        DeclarationError: a parameter is among the data.
        UnknownNameError, ShapeError, DTypeError, DataError: the data do not fit.
    """

    def __init__(self, kernel: Kernel, data: Mapping[str, Any]) -> None:
        data = fold_keys(data)
        free = [name for name in kernel.plan.wrt if name in data]
        if free:
            raise DeclarationError(f"{free[0]} is what the objective is a function of, not data")
        self._kernel = kernel
        kernel.notice.say(data, once=True)
        # Copied: what is minimised does not change under way.
        self._data = {
            name: value if name in kernel.extents else np.array(kernel.read(name, value))
            for name, value in data.items()
        }
        self._extents = sizes_of(kernel.plan.system, self._data)
        self._checked = False

    def __call__(self, theta: Any) -> tuple[float, Array]:
        """The loss at a parameter vector, and its derivative by it.

        Raises:
            ShapeError: the vector has another length, or `pack` has to be called first because the
                size of a parameter is in no array of the data.
            DataError: a declared fact does not hold.
        """
        # An optimiser works in float64: that the parameters are cast for it is no news.
        parts, check = self._kernel.cast(self.unpack(theta)), not self._checked
        value, gradient = self._kernel.loss_and_gradient(**self._data, **parts, check=check)
        self._checked = True
        flat = np.concatenate([np.ravel(part) for part in gradient.values()])
        return value, flat.astype(np.float64)

    def pack(self, /, **parameters: Any) -> Array:
        """The vector of these parameters, in float64."""
        vector = self._kernel.pack(**parameters).astype(np.float64)
        self._extents |= sizes_of(self._kernel.plan.system, fold_keys(parameters))
        return vector

    def unpack(self, theta: Any) -> dict[str, Array]:
        """The parameters in a vector."""
        needed = self._kernel.parameter_extents
        unknown = [name for name in needed if name not in self._extents]
        if unknown:
            raise ShapeError(
                f"the size of {', '.join(unknown)} is not known from the data; call pack(...) first"
            )
        extents = {name: self._extents[name] for name in needed}
        return self._kernel.unpack(np.ascontiguousarray(theta), **extents)
