"""The text of training steps: compiled ones, and those that people call.

compute_update          the optimiser's equations, in place
compute_batch           the samples of one batch, gathered
compute_train_step      loss and gradient, then the update
compute_train_steps     many of them, without a return to Python between two batches
make_state, train_step, train_steps     the same, with arguments read and checked
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symbp.indices import IndexExpr
from symbp.kernels.buffers import Signature, sign
from symbp.kernels.emitter import emit_function
from symbp.kernels.faces import extent_checks, shape_of
from symbp.kernels.factchecks import Checks
from symbp.kernels.host import Reader
from symbp.kernels.loops import Program
from symbp.kernels.naming import Namer
from symbp.kernels.planning import Plan
from symbp.kernels.pymath import Used, write_index
from symbp.kernels.updates import (
    BEGIN,
    GRADIENT,
    ORDER,
    PARAMETERS,
    Optimiser,
    batch_program,
    update_program,
    whole_name,
)
from symbp.kernels.writing import filled, function, tuple_of, workspace_lines
from symbp.labelbounds import label_bounds
from symbp.quantities import Quantity

__all__ = ["Steps", "data_of", "sample_extents", "write_steps"]


@dataclass(frozen=True, slots=True)
class Steps:
    """Functions of a file that train: the text of the compiled ones, and of those to be called."""

    compiled: tuple[str, ...]
    public: tuple[str, ...]


def data_of(plan: Plan) -> tuple[Quantity, ...]:
    """What a step is given beside the parameters."""
    given = {b.name for b in plan.tasks["loss_and_gradient"].signature.given}
    return tuple(q for q in plan.system.given() if q.name in given and q.name not in plan.wrt)


def sample_extents(plan: Plan) -> tuple[str, ...]:
    """Extents along which the data can be cut into batches.

    No parameter has them, no array has them as part of its size (N - K + 1), and no label counts
    samples: a batch is the same system with a smaller extent.
    """
    data = data_of(plan)
    task = plan.tasks["loss_and_gradient"]
    parameters = (plan.system.quantities[name] for name in plan.wrt)
    ends = [e for q in parameters for e in shape_of(q)]
    ends += [e for r in task.reaches for e in (r.low, r.high, r.extent)]
    bounds = label_bounds(plan.system, [q.name for q in data])
    ends += [e for several in bounds.values() for e in several]
    fixed = {name for extent in ends for name in extent.extents}
    sizes = [e for buffer in task.program.buffers for e in buffer.extents]
    found = dict.fromkeys(n for q in data for e in shape_of(q) for n in e.extents)
    return tuple(n for n in found if n not in fixed and all(_cuts(e, n) for e in sizes))


def _cuts(extent: IndexExpr, name: str) -> bool:
    """An axis is as long as there are samples, or has nothing to do with them."""
    return name not in extent.extents or extent == IndexExpr.extent(name)


def write_steps(
    plan: Plan,
    names: Namer,
    dtype: str,
    used: Used,
    checks: Checks,
    memory: Sequence[str],
) -> Steps:
    """The functions that train, for a plan with an optimiser; none for one without.

    Args:
        plan: what the file holds.
        names: names of the file.
        dtype: `float64` or `float32`.
        used: the helpers that the file calls; those of the update are added.
        checks: the file's check of declared facts.
        memory: names of the extents that a workspace is made for.
    """
    if plan.optimiser is None:
        return Steps((), ())
    written = _Steps(plan, plan.optimiser, names, dtype, used)
    compiled = [written.update(), written.step()]
    public = [written.state(), written.public_step(checks, memory)]
    if plan.samples is not None:
        compiled = [compiled[0], written.batch(), compiled[1], written.steps()]
        public += [AS_ORDER, written.public_steps(memory)]
    return Steps(tuple(compiled), tuple(public))


class _Steps:
    """One file's training functions while they are written."""

    def __init__(
        self,
        plan: Plan,
        optimiser: Optimiser,
        names: Namer,
        dtype: str,
        used: Used,
    ) -> None:
        self.plan = plan
        self.optimiser = optimiser
        self.names = names
        self.dtype = dtype
        self.used = used
        self.task = plan.tasks["loss_and_gradient"]
        self.update_part = update_program(optimiser)
        self.update_call = sign(self.update_part, [name for name, _ in optimiser.updates])
        self.data = data_of(plan)
        extent = None if plan.samples is None else IndexExpr.extent(plan.samples)
        self.cut = tuple(q for q in self.data if extent in shape_of(q))

    # -- compiled ---------------------------------------------------------------------------------

    def update(self) -> str:
        """`compute_update`; its names are its own."""
        return emit_function(self.update_part, self.update_call, Namer(), self.dtype, self.used)

    def batch(self) -> str:
        """`compute_batch`."""
        program, signature = self._batch()
        return emit_function(program, signature, self.names, self.dtype, self.used)

    def _batch(self) -> tuple[Program, Signature]:
        program = batch_program(self.cut, self.plan.samples or "")
        return program, sign(program, [q.name for q in self.cut])

    def _step_words(self) -> list[str]:
        """Arguments of `compute_train_step`: those of the gradient, then those of the update."""
        signature = self.task.signature
        words = [self.names("quantity", name) for name in signature.arrays]
        words += [self.names("extent", name) for name in signature.extents]
        return words + self._update_words()

    def _update_words(self) -> list[str]:
        own = {PARAMETERS: "theta", GRADIENT: "gradient"}
        arrays = (own.get(n) or self.names("state", n) for n in self.update_call.arrays)
        return list(arrays)

    def step(self) -> str:
        """`compute_train_step`."""
        return _compiled(
            "compute_train_step", self._step_words(), [*self._calls("value"), "return value"]
        )

    def _calls(self, value: str, indent: int = 0) -> list[str]:
        """The two calls that make a step."""
        signature = self.task.signature
        single = {b.name for b in signature.given if b.name in self.plan.wrt and not b.extents}
        # A scalar parameter is a view of the vector, too: it is read anew in each step.
        words = [
            self.names("quantity", name) + ("[()]" if name in single else "")
            for name in signature.arrays
        ]
        words += [self.names("extent", name) for name in signature.extents]
        return [
            filled(f"{value} = compute_loss_and_gradient(", words, ")", indent),
            filled("compute_update(", [*self._update_words(), "len(theta)"], ")", indent),
        ]

    def steps(self) -> str:
        """`compute_train_steps`; it repeats the step, since Numba compiles a callee once more."""
        _, signature = self._batch()
        names = self.names
        gather = [names("quantity", name) for name in signature.arrays]
        size = names("extent", self.plan.samples or "")
        gather += [
            f"step*{size}" if name == BEGIN else names("extent", name) for name in signature.extents
        ]
        wholes = [names("quantity", whole_name(q.name)) for q in self.cut]
        order = names("quantity", ORDER)
        words = ["losses", "start", "stop", order, *wholes, *self._sizes_of_batches()]
        words += self._step_words()
        inner = [filled("compute_batch(", gather, ")", 4), *self._calls("losses[step]", 4)]
        lines = ["for step in range(start, stop):"]
        lines += [f"    {line}" for text in inner for line in text.split("\n")]
        return _compiled("compute_train_steps", words, lines)

    def _sizes_of_batches(self) -> list[str]:
        """Extents that a batch is gathered over, and that the gradient does not need."""
        _, signature = self._batch()
        known = {BEGIN, *self.task.signature.extents}
        return [self.names("extent", name) for name in signature.extents if name not in known]

    # -- to be called -----------------------------------------------------------------------------

    def state(self) -> str:
        """`SETTINGS` and `make_state`."""
        settings = ", ".join(f'"{n}": {float(v)!r}' for n, v in self.optimiser.settings.items())
        lines = ["return {"]
        for name, value in self.optimiser.starts.items():
            extent = self.optimiser.system.quantity(name).axes[0].extent
            size = None if extent is None else extent.as_integer
            lines.append(f'    "{name}": np.full({size or "len(theta)"}, {value!r}, REAL),')
        lines = [*lines, "}"] if self.optimiser.starts else ["return {}"]
        about = f'"""The state of {self.optimiser.name} before the first step."""'
        made = function("make_state", ["theta"], about, lines, keyword=False)
        head = "#: Settings of the optimizer where the caller gives no others.\n"
        return f"{head}SETTINGS = {{{settings}}}\n\n\n{made}\n\n{_CHECK}"

    def _reader(self, more: Iterable[str], checked: Sequence[str] = ()) -> Reader:
        wanted = {q.name for q in self.data} | {n for n in checked if n not in self.plan.wrt}
        given = [q for q in self.plan.system.given() if q.name in wanted]
        extents = [*self.task.signature.extents, *more]
        return Reader(self.plan.system, self.names, given, extents, self.task.reaches)

    def public_step(self, checks: Checks, memory: Sequence[str]) -> str:
        """`train_step`."""
        reader = self._reader([*memory, *checks.extents], tuple(checks.quantities))
        words = ["theta", "state", *reader.words, "settings=None", "workspace=None"]
        words += ["check=True"] if checks.lines else []
        extents = [self.names("extent", name) for name in memory]
        lines = [
            *reader.lines(),
            *self._sizes(),
            *workspace_lines(extents, "make_workspace"),
            *self._parts(),
        ]
        if checks.lines:
            lines += ["if check:", f"    {self._facts(checks)}"]
        call = self._call({})
        lines += [filled("value = compute_train_step(", call, ")")]
        real = [self.names("quantity", q.name) for q in self.data if q.kind == "real"]
        shown = ", ".join(f"{w}={w}" for w in (*real, "theta"))
        lines += ["if not np.isfinite(value):", f"    check_finite({shown})", "return float(value)"]
        about = f'''"""One step of {self.optimiser.name}: theta and state change in place.

    Gives {self.plan.of} before the step.
    """'''
        return function("train_step", words, about, lines)

    def _facts(self, checks: Checks) -> str:
        own = {self.names("quantity", name): name for name in self.plan.wrt}
        words = checks.reader(self.plan.system, self.names).words
        given = [f'{w}=parameters["{own[w]}"]' if w in own else f"{w}={w}" for w in words]
        return f"check_facts({', '.join(given)})"

    def public_steps(self, memory: Sequence[str]) -> str:
        """`train_steps`."""
        names = self.names
        reader = self._reader(memory)
        words = ["theta", "state", "losses", "order", "batch", "start", "stop"]
        words += [*reader.words, "settings=None", "workspace=None"]
        size = names("extent", self.plan.samples or "")
        extents = [names("extent", name) for name in memory]
        sized = ["batch" if word == size else word for word in extents]
        lines = [*reader.lines(), *_check_order(size)]
        room = workspace_lines(sized, "make_workspace")
        lines += [*self._sizes(), *room, *self._parts()]
        buffers: dict[str, str] = {}
        for quantity in self.cut:
            word = names("quantity", quantity.name)
            part = names("part", f"batch_{quantity.name}")
            kind = "REAL" if quantity.kind == "real" else "np.int64"
            lines.append(f"{part} = np.empty({self._batch_shape(quantity)}, {kind})")
            buffers[word] = part
        wholes = [names("quantity", q.name) for q in self.cut]
        call = self._call({**buffers, size: "batch"})
        arguments = ["losses", "start", "stop", "order", *wholes]
        arguments += [buffers.get(w, w) for w in self._sizes_of_batches()] + call
        lines.append(filled("compute_train_steps(", arguments, ")"))
        about = f'''"""The steps start, ..., stop - 1 of {self.optimiser.name}, of one batch each.

    Step s takes the samples order[s*batch], ..., order[s*batch + batch - 1] and writes the value of
    {self.plan.of} for this batch into losses[s]; theta and state change in place.
    """'''
        return function("train_steps", words, about, lines)

    def _batch_shape(self, quantity: Quantity) -> str:
        extent = IndexExpr.extent(self.plan.samples or "")
        words = ["batch" if e == extent else write_index(e, self.names) for e in shape_of(quantity)]
        return tuple_of(words)

    def _sizes(self) -> list[str]:
        return extent_checks(self.task.signature.workspace, self.names)

    def _parts(self) -> list[str]:
        """Views of the parameters, and the checks of what a step changes."""
        lines = ["settings = check_training(theta, state, settings, len(workspace.gradient))"]
        extents = [n for q in self._parameters() for e in shape_of(q) for n in e.extents]
        words = [self.names("extent", n) for n in dict.fromkeys(extents)]
        return [*lines, f"parameters = views(theta, parameter_shapes({', '.join(words)}))"]

    def _parameters(self) -> tuple[Quantity, ...]:
        return tuple(self.plan.system.quantities[name] for name in self.plan.wrt)

    def _call(self, other: dict[str, str]) -> list[str]:
        """The arguments of `compute_train_step` as the host has them."""
        names, signature = self.names, self.task.signature
        derived = {v: k for k, v in self.plan.gradients.items()}
        words: list[str] = []
        for buffer in signature.given:
            word = names("quantity", buffer.name)
            own = buffer.name in self.plan.wrt
            part = f'parameters["{buffer.name}"]'
            words.append(part if own else other.get(word, word))
        words += [f"workspace.{names('quantity', b.name)}" for b in signature.workspace]
        words += [f'workspace.derivatives["{derived[b.name]}"]' for b in signature.results]
        extents = [names("extent", name) for name in signature.extents]
        words += [other.get(word, word) for word in extents]
        for name in self.update_call.arrays:
            fixed = {PARAMETERS: "theta", GRADIENT: "workspace.gradient"}.get(name)
            setting = name in self.optimiser.settings
            words.append(fixed or f'{"settings" if setting else "state"}["{name}"]')
        return words


def _compiled(name: str, words: Sequence[str], lines: Sequence[str]) -> str:
    return "@compiled\n" + function(name, words, "", lines, keyword=False)


def _check_order(size: str) -> list[str]:
    """Numba checks no bounds: the order must name samples, and enough of them."""
    return [
        'order = as_order("order", order, batch*stop, ' + f"{size})",
        "if batch < 1 or not 0 <= start <= stop or len(losses) < stop:",
        '    raise ShapeError(f"no steps {start} to {stop}, batch {batch}, losses {len(losses)}")',
        'check_vector("losses", losses, len(losses))',
    ]


_CHECK = '''\
def check_vector(name, vector, size):
    """A vector that changes in place has the type and layout that the kernels need."""
    fits = isinstance(vector, np.ndarray) and vector.dtype == REAL and vector.flags.c_contiguous
    if not fits or not vector.flags.writeable:
        kind = np.dtype(REAL)
        raise DTypeError(f"{name} changes in place; it must be a contiguous array of {kind}")
    if vector.shape != (size,):
        raise ShapeError(f"{name} has shape {vector.shape}; {(size,)} is needed")


def check_training(theta, state, settings, size):
    """What a step changes is sound; gives the settings, completed, as numbers of type REAL."""
    check_vector("theta", theta, size)
    expected = make_state(theta)
    if set(state or ()) != set(expected):
        raise ShapeError(f"the state has {sorted(state or ())}; {sorted(expected)} is needed")
    for name, array in expected.items():
        check_vector(name, state[name], len(array))
    unknown = sorted(set(settings or {}) - set(SETTINGS))
    if unknown:
        raise DataError(f"unknown settings {unknown}; there are {sorted(SETTINGS)}")
    chosen = {name: REAL(value) for name, value in {**SETTINGS, **(settings or {})}.items()}
    check_finite(**chosen)
    return chosen
'''

AS_ORDER = '''\
def as_order(name, order, length, samples):
    """Numbers of samples, at least so many: one outside would read foreign memory."""
    array = np.asarray(order)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise DTypeError(f"{name} must be a list of integers")
    if len(array) < length:
        raise ShapeError(f"{name} has {len(array)} samples; {length} are needed")
    if length and not 0 <= array.min() <= array.max() < samples:
        raise DataError(f"{name} must lie within 0..{samples - 1}")
    return np.asarray(array, np.int64, order="C")
'''
