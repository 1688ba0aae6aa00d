"""The text of the functions that people call: they read, check, and call compiled code.

`pack` and `unpack` know the layout of the parameter vector, `make_workspace` the memory that the
compiled functions work in; `forward`, `loss` and `loss_and_gradient` are the model.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.indices import IndexExpr
from symbp.kernels import template
from symbp.kernels.factchecks import Checks
from symbp.kernels.host import Reader, write_shape
from symbp.kernels.loops import Buffer
from symbp.kernels.naming import Namer
from symbp.kernels.planning import Plan, Task
from symbp.kernels.pymath import write_index
from symbp.kernels.writing import filled, folded, function, tuple_of, workspace_lines
from symbp.quantities import Quantity

__all__ = ["Faces", "extent_checks", "shape_of"]


class Faces:
    """Writes the public functions of one file.

    Args:
        plan: what the file computes.
        names: names of the file.
        checks: the lines that check declared facts.
    """

    def __init__(self, plan: Plan, names: Namer, checks: Checks) -> None:
        self.plan = plan
        self.system = plan.system
        self.names = names
        self.checks = checks
        self.parameters = [self.system.quantities[name] for name in plan.wrt]

    def texts(self) -> list[str]:
        """The functions, in the order of the file."""
        tasks = self.plan.tasks
        forward = self._forward(tasks["forward"])
        if self.plan.of is None:
            return [forward]
        both = (self._loss(tasks["loss"]), self._both(tasks["loss_and_gradient"]))
        return [*self._vector(), *self._workspace(), forward, *both]

    def facts(self) -> list[str]:
        """The function that checks declared facts, if there are any to check."""
        if not self.checks.lines:
            return []
        reader = self.checks.reader(self.system, self.names)
        about = '"""The declared facts hold, up to 1e-6 where numbers are added."""'
        return [function("check_facts", reader.words, about, [*reader.lines(), *self.checks.lines])]

    @property
    def parameter_extents(self) -> list[str]:
        """Symbolic extents in the shapes of parameters."""
        extents = (e for q in self.parameters for e in shape_of(q))
        return list(dict.fromkeys(n for e in extents for n in e.extents))

    def _vector(self) -> list[str]:
        """`parameter_shapes`, `views`, `pack`, `unpack`."""
        names = self.names
        extents = self.parameter_extents
        words = [names("extent", n) for n in extents]
        rows = [f'("{q.name}", {write_shape(shape_of(q), names)}),' for q in self.parameters]
        shapes = function(
            "parameter_shapes",
            words,
            '"""Names and shapes in the order of the vector."""',
            ["return (", *(f"    {row}" for row in rows), ")"],
            keyword=False,
        )
        reader = Reader(self.system, names, self.parameters)
        flat = [f"np.ravel({names('quantity', q.name)})" for q in self.parameters]
        pack = function(
            "pack",
            reader.words,
            '"""All parameters as one vector."""',
            [*reader.lines(), filled("return np.concatenate([", flat, "])")],
        )
        size = "sum(math.prod(shape) for _, shape in shapes)"
        unpack = function(
            "unpack",
            ["theta", *words],
            '"""The parameters in a vector: views under their names."""',
            [
                f"shapes = parameter_shapes({', '.join(words)})",
                f'check_shape("theta", theta, ({size},), "a")',
                "return views(theta, shapes)",
            ],
            keyword=False,
        )
        return [shapes, template.PARAMETERS, pack, unpack]

    def _workspace(self) -> list[str]:
        """The class of workspaces, `make_workspace`, and the check of one that is handed over."""
        words = [self.names("extent", n) for n in self.workspace_extents]
        checks = [
            line
            for w in words
            for line in (
                f"if {w} < 1:",
                f'    raise ShapeError(f"{w} is {{{w}}}; at least 1 is needed")',
            )
        ]
        make = function(
            "make_workspace",
            words,
            '"""Memory for calls of this size; two calls at once need two."""',
            [*checks, f"return Workspace({', '.join(words)})"],
            keyword=False,
        )
        return [self._workspace_class(words), make, template.CHECK_WORKSPACE]

    def _workspace_class(self, words: Sequence[str]) -> str:
        names = self.names
        lines = [f"self.extents = {tuple_of(words)}"]
        lines += [
            f"self.{names('quantity', b.name)} = np.zeros({write_shape(b.extents, names)}, "
            f"{'REAL' if b.kind == 'real' else 'np.int64'})"
            for b in self.workspace
        ]
        shapes = (
            f"parameter_shapes({', '.join(names('extent', n) for n in self.parameter_extents)})"
        )
        lines += [
            f"shapes = {shapes}",
            "self.gradient = np.zeros(sum(math.prod(shape) for _, shape in shapes), REAL)",
            "self.derivatives = views(self.gradient, shapes)",
        ]
        head = f"def __init__({', '.join(['self', *words])}):"
        made = [
            "class Workspace:",
            '    """Memory of one call; a call overwrites what the call before it gave back."""',
            "",
            f"    {head}",
            *(f"        {line}" for line in lines),
        ]
        return "\n".join(piece for line in made for piece in folded(line)) + "\n"

    def usage(self) -> list[str]:
        """Calls of the functions, for the head of the file."""
        tasks = self.plan.tasks
        calls = [("values = forward(", self._forward_reader(tasks["forward"]))]
        if self.plan.of is not None:
            both = self._reader(tasks["loss_and_gradient"], self.plan.wrt, ())
            calls.append(("value, derivatives = loss_and_gradient(", both))
        return [f"{start}{', '.join(f'{w}={w}' for w in r.words)})" for start, r in calls]

    def _forward_reader(self, task: Task) -> Reader:
        return self._reader(task, (), (*task.signature.workspace, *task.signature.results))

    def _forward(self, task: Task) -> str:
        names, signature = self.names, task.signature
        arrays = (*signature.workspace, *signature.results)
        reader = self._forward_reader(task)
        lines = [*reader.lines(), *extent_checks(arrays, names)]
        lines += [f"{names('quantity', b.name)} = {self._empty(b)}" for b in arrays]
        words = [names("quantity", name) for name in signature.arrays]
        words += [names("extent", name) for name in signature.extents]
        lines.append(filled("compute_forward(", words, ")"))
        lines += [
            "return {",
            *(
                f'    "{b.name}": {names("quantity", b.name)}{"" if b.extents else "[()]"},'
                for b in signature.results
            ),
            "}",
        ]
        shown = ", ".join(b.name for b in signature.results)
        return function(
            "forward", reader.words, f'"""The forward values, by name: {shown}."""', lines
        )

    def _loss(self, task: Task) -> str:
        reader = self._reader(task, self.plan.wrt, ())
        lines = [*reader.lines(), *self._memory()]
        lines += [f"value = {self._call(task)}", *self._look(reader), "return float(value)"]
        words = [*reader.words, "workspace=None"]
        return function("loss", words, f'"""The value of {self.plan.of}."""', lines)

    def _both(self, task: Task) -> str:
        reader = self._reader(task, self.plan.wrt, ())
        lines = reader.lines()
        if self.checks.lines:
            words = self.checks.reader(self.system, self.names).words
            lines += ["if check:", f"    check_facts({', '.join(f'{w}={w}' for w in words)})"]
        lines += [*self._memory(), f"value = {self._call(task)}", *self._look(reader)]
        lines.append("return float(value), dict(workspace.derivatives)")
        words = [*reader.words, "workspace=None"]
        words += ["check=True"] if self.checks.lines else []
        about = [f'"""{self.plan.of} and its derivatives by {", ".join(self.plan.wrt)}.', ""]
        about += ["With a workspace of the caller the derivatives are views of its memory."]
        if self.checks.lines:
            about += ["`check=False` leaves out the check of declared facts."]
        return function(
            "loss_and_gradient",
            words,
            "\n    ".join([*about, '"""']).replace("\n    \n", "\n\n"),
            lines,
        )

    # -- parts of functions -----------------------------------------------------------------------

    def _reader(self, task: Task, more: Sequence[str], arrays: Sequence[Buffer]) -> Reader:
        wanted = {b.name for b in task.signature.given} | set(more)
        if task.program.name == "loss_and_gradient":
            wanted |= set(self.checks.quantities)
        given = [q for q in self.system.given() if q.name in wanted]
        needed = [*task.signature.extents]
        needed += [n for b in arrays for e in b.extents for n in e.extents]
        if task.program.name != "forward":
            needed += self.workspace_extents
        if task.program.name == "loss_and_gradient":
            needed += self.checks.extents
        return Reader(self.system, self.names, given, needed, task.reaches)

    def _memory(self) -> list[str]:
        words = [self.names("extent", n) for n in self.workspace_extents]
        checks = extent_checks(self.workspace, self.names)
        return [*checks, *workspace_lines(words, "Workspace")]

    def _call(self, task: Task) -> str:
        names, signature = self.names, task.signature
        derived = {v: k for k, v in self.plan.gradients.items()}
        words = [names("quantity", b.name) for b in signature.given]
        words += [f"workspace.{names('quantity', b.name)}" for b in signature.workspace]
        words += [f'workspace.derivatives["{derived[b.name]}"]' for b in signature.results]
        words += [names("extent", name) for name in signature.extents]
        return filled(f"compute_{task.program.name}(", words, ")")

    def _look(self, reader: Reader) -> list[str]:
        names = self.names
        real = [names("quantity", q.name) for q in reader.given if q.kind == "real"]
        given = ", ".join(f"{w}={w}" for w in real)
        return ["if not np.isfinite(value):", f"    check_finite({given})"]

    def _empty(self, buffer: Buffer) -> str:
        kind = "REAL" if buffer.kind == "real" else "np.int64"
        return f"np.zeros({write_shape(buffer.extents, self.names)}, {kind})"

    @property
    def workspace(self) -> tuple[Buffer, ...]:
        """The arrays of a workspace: what the gradient needs, then what the loss alone needs."""
        tasks = [self.plan.tasks[name] for name in ("loss_and_gradient", "loss")]
        return tuple({b.name: b for t in tasks for b in t.signature.workspace}.values())

    @property
    def workspace_extents(self) -> list[str]:
        """Symbolic extents in the shapes of a workspace; none without a loss."""
        if self.plan.of is None:
            return []
        found = dict.fromkeys(n for b in self.workspace for e in b.extents for n in e.extents)
        found.update(dict.fromkeys(self.parameter_extents))
        return list(found)


def shape_of(quantity: Quantity) -> tuple[IndexExpr, ...]:
    """The extents of a quantity's axes."""
    return tuple(axis.extent or IndexExpr.integer(1) for axis in quantity.axes)


def extent_checks(buffers: Sequence[Buffer], names: Namer) -> list[str]:
    """Compound extents (`N - K + 1`) are at least 1."""
    compound = dict.fromkeys(
        e for b in buffers for e in b.extents if e.as_integer is None and len(str(e)) > 1
    )
    lines: list[str] = []
    for extent in compound:
        if extent == IndexExpr.extent(extent.extents[0]):
            continue
        text = write_index(extent, names)
        lines += [
            f"if {text} < 1:",
            f'    raise ShapeError(f"{extent} is {{{text}}}; at least 1 is needed")',
        ]
    return lines
