"""What evaluation is made of: values with magnitudes, frames of index values, plans of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from symbp.errors import DeclarationError, LimitExceeded
from symbp.expressions import Access, Binder, Node
from symbp.indices import Gather, IndexExpr
from symbp.numerics.numbers import Numbers

__all__ = ["MAX_NESTING", "Frame", "Machine", "Plan", "Step", "Value", "close", "each_place"]

#: Conditions and sums inside one another, counted while running.
MAX_NESTING = 120


class Value(NamedTuple):
    """A number, and the sum of the magnitudes that went into it."""

    value: Any
    magnitude: Any


def close(a: Value, b: Value, tolerance: float = 1e-12) -> bool:
    """Whether two values are equal up to the tolerance times what went into them."""
    if a.value == b.value:
        return True
    scale = max(a.magnitude, b.magnitude)
    return bool(abs(a.value - b.value) <= scale * type(scale)(tolerance))


class Frame(dict[int, Any]):
    """Values of nodes at one set of index values."""

    __slots__ = ("letters", "level")

    def __init__(self, letters: Mapping[str, int], level: int) -> None:
        super().__init__()
        self.letters = letters
        self.level = level


Step = Callable[[Frame], Any]


class Machine(Protocol):
    """What operations need of the environment in which they run."""

    numbers: Numbers

    def index(self, expression: IndexExpr, letters: Mapping[str, int]) -> int:
        """The value of an index expression."""

    def element(self, name: str, place: tuple[int, ...], used: Access | Gather) -> Value:
        """The value of an element."""

    def span(self, binder: Binder, letters: Mapping[str, int]) -> range:
        """The values of a binder."""

    def run(self, root: Node, frame: Frame) -> Any:
        """The value of a node in a frame."""

    def lazily(self, root: Node, frame: Frame) -> Any:
        """The same, one level further in."""


def each_place(
    machine: Machine, binders: Sequence[Binder], letters: Mapping[str, int]
) -> Iterator[dict[str, int]]:
    """Index values for binders, the first outermost; a range may use letters of the others."""
    if len(binders) > MAX_NESTING:
        raise LimitExceeded(f"more than {MAX_NESTING} running indices")
    return _nested(machine, _outer_first(binders), letters)


def _nested(
    machine: Machine, binders: Sequence[Binder], letters: Mapping[str, int]
) -> Iterator[dict[str, int]]:
    if not binders:
        yield dict(letters)
        return
    outer, *inner = binders
    for value in machine.span(outer, letters):
        here = {**letters, outer.name: value}
        if inner:
            yield from _nested(machine, inner, here)
        else:
            yield here


def _outer_first(ranges: Sequence[Binder]) -> Sequence[Binder]:
    """Ranges in an order in which each uses only letters before it."""
    if not any(binder.letters for binder in ranges):
        return ranges
    ordered: list[Binder] = []
    waiting = list(ranges)
    while waiting:
        names = {b.name for b in waiting}
        free = [b for b in waiting if not names.intersection(b.letters)]
        if not free:
            raise DeclarationError(f"the ranges of {', '.join(sorted(names))} use each other")
        ordered += free
        waiting = [b for b in waiting if b not in free]
    return ordered


class Plan(NamedTuple):
    """How a node is evaluated: what must have been evaluated before, and the step itself."""

    strict: tuple[Node, ...]
    step: Step
