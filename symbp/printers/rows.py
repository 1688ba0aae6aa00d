"""A row as one formula, for formats that do not align at the equals sign, and its two halves."""

from __future__ import annotations

from symbp.printers.boxes import Box, Framed, Line, Sign
from symbp.printers.documents import Row
from symbp.printers.matrixforms import matrix_box, row_left_box
from symbp.printers.setting import Face, Setter

__all__ = ["left_box", "right_box", "row_box"]


def left_box(row: Row, setter: Setter) -> Box | None:
    """What stands left of the relation; None where the row continues the one before."""
    if row.matrix is not None:
        return row_left_box(row.matrix, setter)
    return None if row.left is None else setter.left(row.left, row.opening)


def right_box(row: Row, setter: Setter) -> Box:
    """The relation and what stands right of it, a result in its frame."""
    if row.matrix is not None:
        return Line((Sign("="), matrix_box(row.matrix.right, setter)))
    items: list[Box] = []
    if row.definition is not None:
        items += [Sign(":="), setter.left(row.definition, Face(adjoint="fraction"))]
    if row.middle is not None:
        items += [Sign("="), setter.formula(row.middle, row.opening)]
    right = setter.formula(row.right, row.face)
    items += [Sign("="), Framed(right) if row.boxed else right]
    return Line(tuple(items))


def row_box(row: Row, setter: Setter) -> Box:
    """The whole row."""
    left = left_box(row, setter)
    right = right_box(row, setter)
    return right if left is None else Line((left, right))
