"""How large the symbolic extents are: found from the shapes of arrays, or handed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.errors import ShapeError
from symbp.kernels.faces import shape_of
from symbp.systems import EquationSystem

__all__ = ["sizes_of", "whole_sizes"]


def sizes_of(system: EquationSystem, values: Mapping[str, Any]) -> dict[str, int]:
    """The extents that are an axis of some array; names of no quantity are passed over.

    Raises:
        ShapeError: two arrays disagree.
    """
    found: dict[str, int] = {}
    for name, value in values.items():
        quantity = system.quantities.get(name)
        extents = () if quantity is None else shape_of(quantity)
        for extent, size in zip(extents, np.shape(value), strict=False):
            names = extent.extents
            if names and str(extent) == names[0] and found.setdefault(names[0], size) != size:
                raise ShapeError(
                    f"{names[0]} is {found[names[0]]} in other arrays, and {size} in {name}"
                )
    return found


def whole_sizes(sizes: Mapping[str, Any]) -> dict[str, int]:
    """Sizes as integers.

    Raises:
        ShapeError: one is none, or larger than any array.
    """
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int | np.integer):
            raise ShapeError(f"the size {name} must be an integer, got {str(size)[:40]!r}")
        if size > np.iinfo(np.intp).max:
            raise ShapeError(f"the size {name} is larger than that of any array")
    return {name: int(size) for name, size in sizes.items()}
