"""Programs of a training step beside the gradient: the batch gathered, the state updated in place.

    x[n,j] = all_x[samples[begin + n], j]   the samples of one batch
    w_next[a] = w[a] - lr*g[a]              what the state becomes, in its own place

An update may overwrite its state if each element is read for the last time before, or at the very
place and time that, its new value is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symbp.equations import Equation
from symbp.errors import NotSupportedError
from symbp.expressions import Access, Binder, IndexValue, Node, accesses, quantities_read
from symbp.indices import IndexExpr
from symbp.kernels.fusion import fuse
from symbp.kernels.loops import (
    Assign,
    Buffer,
    Contract,
    Loop,
    Program,
    Section,
    Statement,
    walk,
    with_nodes,
)
from symbp.kernels.lowering import lower, needed
from symbp.nodes import transform
from symbp.quantities import Quantity
from symbp.spelling import spell_equation
from symbp.systems import EquationSystem

__all__ = [
    "BEGIN",
    "GRADIENT",
    "ORDER",
    "PARAMETERS",
    "Optimiser",
    "batch_program",
    "update_program",
]

#: Names that all optimisers share: the parameter vector and its gradient.
PARAMETERS, GRADIENT = "w", "g"
#: The order of the samples, and where in it a batch begins; no author has names with dots.
ORDER, BEGIN = "·samples", "·begin"


@dataclass(frozen=True)
class Optimiser:
    """One step of an optimiser as equations.

    Attributes:
        name: as `fit` calls it.
        system: the equations; `w[a]`, `g[a]`, the states and the settings are given.
        starts: each state beside the parameters, with the number that it starts at.
        settings: each setting with its value.
    """

    name: str
    system: EquationSystem
    starts: Mapping[str, float]
    settings: Mapping[str, float]

    @property
    def updates(self) -> tuple[tuple[str, str], ...]:
        """What is carried from step to step, with the quantity that it becomes."""
        return tuple((name, f"{name}_next") for name in (PARAMETERS, *self.starts))


def update_program(optimiser: Optimiser) -> Program:
    """One step of an optimiser; its arrays hold the state before it and after it.

    Raises:
        NotSupportedError: a state is read after its new value is stored.
    """
    pairs = {after: name for name, after in optimiser.updates}
    _check_in_place(optimiser.system, pairs)
    program = lower(optimiser.system, tuple(pairs), "update")
    buffers = tuple(
        replace(b, storage="result") if b.name in pairs.values() else b
        for b in program.buffers
        if b.name not in pairs
    )
    return Program(program.name, buffers, _renamed(program.body, pairs))


def _check_in_place(system: EquationSystem, pairs: Mapping[str, str]) -> None:
    """No state is read after its new value is stored, in the order in which loops run."""
    stored: dict[str, None] = {}
    states = set(pairs.values())
    for nest in fuse(needed(system, pairs), system, tuple(pairs)):
        for member in nest.members:
            equation = member.equation
            own = states if len(nest.members) > 1 else {pairs.get(equation.target)}
            reads = [a for a in accesses(equation.right) if a.quantity in own]
            late = [name for name in quantities_read(equation.right) if name in stored]
            if late or any(a.indices != equation.at for a in reads):
                raise NotSupportedError(
                    f"{spell_equation(equation)} reads a state that is overwritten; write what "
                    "needs the old value before it"
                )
            if equation.target in pairs:
                stored[pairs[equation.target]] = None


def _renamed(statements: tuple[Statement, ...], names: Mapping[str, str]) -> tuple[Statement, ...]:
    """The statements with other names of buffers."""

    def rename(node: Node) -> Node:
        if isinstance(node, Access) and node.quantity in names:
            return Access(names[node.quantity], node.indices)
        return node

    if any(isinstance(statement, Contract) for statement in walk(statements)):
        raise NotSupportedError("an optimizer contains a matrix product")
    return with_nodes(statements, lambda root: transform(root, rename))


def batch_program(data: Sequence[Quantity], samples: str) -> Program:
    """The samples `order[begin]`, `order[begin + 1]`, ... of each array as one batch.

    Args:
        data: the quantities that run over the samples.
        samples: name of the extent that counts them.
    """
    extent = IndexExpr.extent(samples)
    order = Buffer(ORDER, (extent,), "integer", "argument")
    wholes: list[Buffer] = []
    batches: list[Buffer] = []
    sections: list[Statement] = []
    for quantity in data:
        shape = tuple(axis.extent or IndexExpr.integer(1) for axis in quantity.axes)
        letters = _letters(quantity)
        at = tuple(IndexExpr.letter(letter) for letter in letters)
        places = tuple(
            IndexExpr.gather(ORDER, (index + IndexExpr.extent(BEGIN),)) if size == extent else index
            for index, size in zip(at, shape, strict=True)
        )
        whole = whole_name(quantity.name)
        right = Access(whole, places)
        zero = IndexExpr.integer(0)
        ranges = tuple(Binder(name, zero, size) for name, size in zip(letters, shape, strict=True))
        shown = Access(f"all_{quantity.name}", places)
        text = spell_equation(Equation(quantity.name, ranges, at, shown))
        text = text.replace(ORDER, ORDER[1:]).replace(BEGIN, BEGIN[1:])
        # A label goes over as an integer: float32 has too few digits for large ones.
        real = quantity.kind == "real"
        value = right if real else IndexValue(IndexExpr.gather(whole, places))
        body: tuple[Statement, ...] = (Assign(Access(quantity.name, at), value),)
        for letter, size in zip(reversed(letters), reversed(shape), strict=True):
            body = (Loop(letter, zero, size, "parallel", body),)
        sections.append(Section(text, body))
        wholes.append(Buffer(whole, shape, quantity.kind, "argument"))
        batches.append(Buffer(quantity.name, shape, quantity.kind, "result"))
    return Program("batch", (order, *wholes, *batches), tuple(sections))


def whole_name(name: str) -> str:
    """What the array of all samples is called; no author's name has a stroke."""
    return f"all/{name}"


def _letters(quantity: Quantity) -> tuple[str, ...]:
    found: list[str] = []
    for letter in quantity.letters:
        found.append(f"{letter}·{found.count(letter)}" if letter in found else letter)
    return tuple(found)
