"""Data from outside: what a caller hands over, as an array of plain real numbers."""

from __future__ import annotations

from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.errors import DTypeError, LimitExceeded, ShapeError

__all__ = ["as_numbers"]

#: Elements of one array that the interpreter takes.
MAX_ELEMENTS = 20_000_000


def as_numbers(name: str, value: Any) -> npt.NDArray[Any]:
    """An array-like of real numbers as an array; numbers of other libraries as objects.

    Raises:
        DTypeError: it holds something that is no real number, or is no plain array.
        ShapeError: its rows have different lengths.
        LimitExceeded: it has more than `MAX_ELEMENTS` elements.
    """
    if type(value).__module__.startswith("scipy.sparse"):
        raise DTypeError(f"{name} is a sparse matrix; hand over {name}.toarray()")
    if isinstance(value, np.ma.MaskedArray):
        raise DTypeError(f"{name} is a masked array; fill it first: {name}.filled(...)")
    if hasattr(value, "detach") and getattr(value, "requires_grad", False):
        raise DTypeError(f"{name} carries a gradient; hand over {name}.detach()")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ShapeError(f"the rows of {name} differ in length") from None
    if array.size > MAX_ELEMENTS:
        raise LimitExceeded(f"{name} has {array.size} elements; at most {MAX_ELEMENTS} are read")
    if array.dtype.kind == "O":
        for element in array.flat:
            if not (isinstance(element, Real | Fraction) or hasattr(element, "_mpf_")):
                raise DTypeError(
                    f"{name} holds a {type(element).__name__}; real numbers are needed"
                )
    elif array.dtype.kind not in "biuf":
        raise DTypeError(f"{name} has type {array.dtype}; real numbers are needed")
    return array
