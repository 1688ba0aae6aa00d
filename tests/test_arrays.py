from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.sparse

from symbp.arrays import as_numbers
from symbp.errors import DTypeError, LimitExceeded, ShapeError


class Carrying:
    requires_grad = True

    def detach(self):
        return self


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (np.array(["2020-01-01"], dtype="M8[D]"), DTypeError, "datetime"),
        (np.array([1j]), DTypeError, "complex"),
        (["a"], DTypeError, "real numbers"),
        ("1.5", DTypeError, "real numbers"),
        ([None], DTypeError, "NoneType"),
        ([object()], DTypeError, "object"),
        ([[1, 2], [3]], ShapeError, "rows of x differ"),
        (scipy.sparse.csr_matrix(np.eye(3)), DTypeError, r"x\.toarray\(\)"),
        (np.ma.masked_equal([1, 2], 2), DTypeError, "masked"),
        (Carrying(), DTypeError, r"x\.detach\(\)"),
        (np.broadcast_to(np.float64(1.0), (10**6, 10**6)), LimitExceeded, "elements"),
    ],
)
def test_what_is_no_array_of_numbers(value, error, text):
    with pytest.raises(error, match=text):
        as_numbers("x", value)


@pytest.mark.parametrize(
    "value",
    [
        1,
        2.5,
        [1, 2],
        np.matrix([[1.0, 2.0]]),
        np.array([True]),
        np.array([[1]], dtype=">f8"),
        np.array([1], dtype=np.float16),
        [Fraction(1, 3)],
        [mpmath.mpf(1)],
        [2**100],
        range(3),
    ],
)
def test_what_is(value):
    assert as_numbers("x", value).size >= 1
