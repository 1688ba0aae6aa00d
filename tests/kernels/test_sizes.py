from __future__ import annotations

import numpy as np
import pytest

from symbp.errors import ShapeError
from symbp.kernels.sizes import sizes_of, whole_sizes
from tests.kernels.running import read

SYSTEM = read("input x[n:N, j:J], v[i:N-1], u[k:3]; L = sum(n, j, x[n,j]) + sum(i, v[i]) + u[0]")


def test_sizes_are_found_where_an_axis_is_one():
    values = {"x": np.ones((4, 2)), "v": [1, 2, 3], "u": np.ones(3), "N": 9, "other": np.ones(5)}
    assert sizes_of(SYSTEM, values) == {"N": 4, "J": 2}
    assert sizes_of(SYSTEM, {"v": np.ones(3)}) == {}


def test_sizes_that_disagree_are_told():
    system = read("input x[n:N], y[n]; L = sum(n, x[n]*y[n])")
    with pytest.raises(ShapeError, match="N is 3 in other arrays, and 4 in y"):
        sizes_of(system, {"x": np.ones(3), "y": np.ones(4)})


def test_sizes_are_integers():
    assert whole_sizes({"N": np.int64(3)}) == {"N": 3}
    for wrong in (3.0, "3", None, True):
        with pytest.raises(ShapeError, match="the size N must be an integer"):
            whole_sizes({"N": wrong})
    with pytest.raises(ShapeError, match="the size N is larger than that of any array"):
        whole_sizes({"N": 10**5000})
