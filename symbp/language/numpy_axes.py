"""What moves the axes of arrays: reductions, matrix products, transposes, diagonals, indices.

Each function takes arrays and gives an array; where the shapes do not allow it, it raises a
`ShapeError` at a position of the text. A reduction binds fresh letters with their ranges written
out, so that it also sums what does not depend on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul

from symbp.errors import LimitExceeded, NotSupportedError, ShapeError
from symbp.expressions import (
    MAX_BINDER_NESTING,
    ONE,
    Binder,
    Bracket,
    IndexComparison,
    Node,
    Number,
    Product,
    Reduce,
)
from symbp.indices import IndexExpr
from symbp.language.indexing import as_number
from symbp.language.numpy_shapes import ONE as SIZE_ONE
from symbp.language.numpy_shapes import Array, Letters, Shape, broadcast, move, place, show
from symbp.language.sources import Source

__all__ = ["Axes"]


@dataclass(frozen=True, slots=True)
class Axes:
    """The operations on axes, for one text.

    Attributes:
        source: the text, for messages.
        letters: where fresh letters come from.
    """

    source: Source
    letters: Letters

    # -- reductions -------------------------------------------------------------------------------

    def reduce(
        self, operator: str, array: Array, axes: Sequence[int], position: int, *, keep: bool
    ) -> Array:
        """`operator` over the axes (numbered from the left, from 0)."""
        rank = array.rank
        binders: list[Binder] = []
        letters: dict[int, IndexExpr | str] = {}
        shape: list[IndexExpr] = []
        for axis, extent in enumerate(array.shape):
            if axis not in axes:
                shape.append(extent)
                continue
            if keep:
                shape.append(SIZE_ONE)
            if extent != SIZE_ONE:
                binder = Binder(self.letters.fresh(), upper=extent)
                binders.append(binder)
                letters[rank - axis] = binder.name
        if not keep:
            after = 0
            for axis in reversed(range(rank)):
                if axis not in axes:
                    after += 1
                    letters[rank - axis] = place(after)
        body = move(array.value, letters)
        return Array(self._bind(operator, binders, body, position), tuple(shape))

    def mean(self, array: Array, axes: Sequence[int], position: int, *, keep: bool) -> Array:
        """The mean over the axes: the sum divided by their sizes."""
        total = self.reduce("sum", array, axes, position, keep=keep)
        sizes = [as_number(array.shape[axis]) for axis in axes if array.shape[axis] != SIZE_ONE]
        return Array(Product([total.node], sizes), total.shape) if sizes else total

    def _bind(self, operator: str, binders: Sequence[Binder], body: Node, position: int) -> Node:
        if body.height + len(binders) > MAX_BINDER_NESTING:
            message = f"more than {MAX_BINDER_NESTING} sums inside one another; name the inner ones"
            raise self.source.fail(LimitExceeded, message, position)
        return Reduce(operator, binders, body) if binders else body

    # -- products of matrices ---------------------------------------------------------------------

    def matmul(self, left: Array, right: Array, position: int) -> Array:
        """`left @ right` by NumPy's rules, operands of one axis and stacks of matrices included."""
        if not left.rank or not right.rank:
            message = "`@` takes arrays with at least one axis; for numbers write `*`"
            raise self.source.fail(ShapeError, message, position)
        inner = left.shape[-1]
        if right.shape[-2 if right.rank > 1 else -1] != inner:
            message = f"`@` of shapes {show(left.shape)} and {show(right.shape)} does not fit"
            raise self.source.fail(ShapeError, message, position)
        row, column = left.rank > 1, right.rank > 1
        stacks = (left.shape[:-2], right.shape[:-2])
        stack = broadcast(stacks, self.source, position)
        shape = (*stack, *left.shape[-2:-1], *(right.shape[-1:] if column else ()))
        binder = Binder(self.letters.fresh(), upper=inner)
        here: dict[int, IndexExpr | str] = {1: binder.name}
        there: dict[int, IndexExpr | str] = {2 if column else 1: binder.name}
        if row:
            here[2] = place(2 if column else 1)
        for number in range(1, len(stack) + 1):
            moved = place(number + row + column)
            here[number + 2] = moved
            there[number + 2] = moved
        body = move(left.value, here) * move(right.value, there)
        binders = [] if inner == SIZE_ONE else [binder]
        return Array(self._bind("sum", binders, body, position), shape)

    def outer(self, left: Array, right: Array, position: int) -> Array:
        """The outer product of two vectors."""
        if left.rank != 1 or right.rank != 1:
            message = "`outer` is read for arrays of one axis only"
            raise self.source.fail(NotSupportedError, message, position)
        node = move(left.value, {1: place(2)}) * right.value
        return Array(node, (*left.shape, *right.shape))

    # -- rearrangements ---------------------------------------------------------------------------

    def transpose(self, array: Array) -> Array:
        """All axes in the opposite order."""
        rank = array.rank
        if rank < 2:
            return array
        letters = {number: place(rank + 1 - number) for number in range(1, rank + 1)}
        return Array(move(array.node, letters), array.shape[::-1], array.truth)

    def trace(self, array: Array, position: int) -> Array:
        """The sum of the diagonal of a matrix."""
        diagonal = self.diagonal(array, position, "trace")
        return self.reduce("sum", diagonal, [0], position, keep=False)

    def diagonal(self, array: Array, position: int, name: str = "diag") -> Array:
        """The diagonal of a square matrix; the diagonal matrix of a vector."""
        if array.rank == 1 and name == "diag":
            square = array.shape * 2
            return Array(_times([*_bracket("==", square), array.value]), square)
        if array.rank != 2:
            message = f"`{name}` takes a matrix, not an array of shape {show(array.shape)}"
            raise self.source.fail(ShapeError, message, position)
        if array.shape[0] != array.shape[1]:
            message = f"`{name}` of a matrix that is not square is not supported yet"
            raise self.source.fail(NotSupportedError, message, position)
        return Array(move(array.value, {2: place(1)}), array.shape[:1])

    def triangle(self, array: Array, position: int, *, lower: bool) -> Array:
        """The entries on and below (above) the diagonal of a matrix, the others 0."""
        if array.rank != 2:
            message = f"a triangle is taken of a matrix, not of shape {show(array.shape)}"
            raise self.source.fail(ShapeError, message, position)
        bracket = _bracket(">=" if lower else "<=", array.shape)
        return Array(_times([*bracket, array.value]), array.shape)

    def eye(self, extent: IndexExpr) -> Array:
        """The unit matrix."""
        square = (extent, extent)
        return Array(_times(_bracket("==", square)), square)

    def constant(self, value: int, shape: Shape) -> Array:
        """An array of equal numbers."""
        return Array(Number(value) if value != 1 else ONE, shape)


def _times(factors: Sequence[Node]) -> Node:
    return reduce(mul, factors) if factors else ONE


def _bracket(relation: str, shape: Shape) -> list[Node]:
    """The condition between row and column as a factor; none where both are single."""
    row, column = (_running(extent, n) for extent, n in zip(shape, (2, 1), strict=True))
    return [Bracket(IndexComparison(relation, row, column))] if row != column else []


def _running(extent: IndexExpr, number: int) -> IndexExpr:
    return IndexExpr.integer(0) if extent == SIZE_ONE else IndexExpr.letter(place(number))
