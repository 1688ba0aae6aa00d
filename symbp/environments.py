"""Environments: where expressions have values.

Each node has one plan, kept with the environment. Each frame (one set of index values) takes a step
at most once for a node, so shared nodes are shared. Parts are evaluated in a flat loop; only
conditions and sums inside one another nest calls, and their nesting is limited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbp.errors import DataError, DeclarationError, LimitExceeded, ShapeError
from symbp.evaluation import MAX_NESTING, Frame, Plan, Value
from symbp.expressions import Access, Binder, Node
from symbp.indices import Atom, Division, Extent, Gather, IndexExpr, Letter, Remainder
from symbp.numerics.numbers import Numbers
from symbp.operations import plan

__all__ = ["Environment"]


def _commas(values: tuple[int, ...]) -> str:
    return ", ".join(str(v) for v in values)


@dataclass
class Environment:
    """What an expression is evaluated in.

    Attributes:
        numbers: the number system.
        extents: value of each symbolic extent.
        shapes: extents of each quantity, for messages; a quantity may be absent.
        elements: value of each element that exists, by quantity and place.
    """

    numbers: Numbers
    extents: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    elements: dict[str, dict[tuple[int, ...], Value]] = field(default_factory=dict)
    _plans: dict[int, tuple[Node, Plan]] = field(default_factory=dict)

    def evaluate(self, root: Node, letters: Mapping[str, int] | None = None) -> Any:
        """The value of a node at index values: a `Value`, or a bool for a condition."""
        return self.run(root, Frame(letters or {}, 0))

    def run(self, root: Node, frame: Frame) -> Any:
        """The value of a node in a frame, where nodes may have values already."""
        stack = [root]
        while stack:
            current = stack[-1]
            if id(current) in frame:
                stack.pop()
                continue
            known = self._plans.get(id(current))
            if known is None:
                known = self._plans[id(current)] = (current, plan(current, self))
            missing = [part for part in known[1].strict if id(part) not in frame]
            if missing:
                stack += reversed(missing)
            else:
                frame[id(current)] = known[1].step(frame)
                stack.pop()
        return frame[id(root)]

    def lazily(self, root: Node, frame: Frame) -> Any:
        """`run`, one level further in."""
        if id(root) in frame:
            return frame[id(root)]
        if frame.level >= MAX_NESTING:
            raise LimitExceeded(f"more than {MAX_NESTING} conditions or sums inside one another")
        frame.level += 1
        try:
            return self.run(root, frame)
        finally:
            frame.level -= 1

    # -- index expressions -----------------------------------------------------------------------

    def index(self, expression: IndexExpr, letters: Mapping[str, int]) -> int:
        """The value of an index expression."""
        total = 0
        for atoms, factor in expression.terms:
            product = factor
            for atom in atoms:
                product *= self._atom(atom, letters)
            total += product
        return total

    def _atom(self, atom: Atom, letters: Mapping[str, int]) -> int:
        if isinstance(atom, Letter):
            if atom.name not in letters:
                raise DeclarationError(f"index {atom.name} has no value here")
            return letters[atom.name]
        if isinstance(atom, Extent):
            if atom.name not in self.extents:
                raise ShapeError(
                    f"no array fixes the extent {atom.name}; give it: "
                    f"extents={{{atom.name!r}: ...}}"
                )
            return self.extents[atom.name]
        if isinstance(atom, Division):
            return self.index(atom.dividend, letters) // atom.divisor
        if isinstance(atom, Remainder):
            return self.index(atom.dividend, letters) % atom.divisor
        place = tuple(self.index(i, letters) for i in atom.indices)
        value = self.element(atom.quantity, place, atom).value
        if value != int(value):
            raise DataError(f"{atom.quantity}[{_commas(place)}] is {value}, no integer to index by")
        return int(value)

    def element(self, name: str, place: tuple[int, ...], used: Access | Gather) -> Value:
        """The value of an element; where there is none, the reason why."""
        stored = self.elements.get(name)
        found = None if stored is None else stored.get(place)
        if found is not None:
            return found
        where = f"{name}[{_commas(place)}]"
        if stored is None:
            raise DeclarationError(f"{name} has no value here")
        shape = self.shapes.get(name, ())
        if any(not 0 <= i < n for i, n in zip(place, shape, strict=False)):
            error = DataError if any(index.gathered for index in used.indices) else ShapeError
            raise error(
                f"{where} is outside {name}, which has shape ({_commas(shape)}); "
                "allowed are 0 to one less in each axis"
            )
        raise DeclarationError(f"{where} is not defined by any equation so far")

    def span(self, binder: Binder, letters: Mapping[str, int]) -> range:
        """The values of a binder."""
        if binder.upper is None:
            raise DeclarationError(f"the range of index {binder.name} is not known")
        return range(self.index(binder.lower, letters), self.index(binder.upper, letters))
