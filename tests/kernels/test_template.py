"""The fixed parts of emitted files: short lines, one import each, messages that say where."""

import numpy as np
import pytest

from symbp.kernels import template
from symbp.kernels.modules import emit_module
from tests.kernels.running import SOFTMAX, called, interpreted, planned

PARTS = [getattr(template, name) for name in template.__all__]


@pytest.fixture(scope="module")
def module():
    return interpreted(planned(SOFTMAX), "float32")


def test_lines_are_short():
    assert max(len(line) for part in PARTS for line in part.splitlines()) <= 100


def test_places_are_told(module):
    wrong = np.zeros((2, 3), bool)
    wrong[1, 2] = True
    assert module.first(wrong) == "[1, 2]"
    assert module.first(np.asarray(True)) == ""


def test_arrays_are_copied_only_where_they_must(module):
    array = np.ones((2, 3), np.float32)
    assert module.as_array("x", array, 2) is array
    assert module.as_array("x", array.T, 2).flags.c_contiguous
    assert module.as_array("x", [[1, 2]], 2).dtype == np.float32


def test_what_is_too_large_for_float32_is_told(module):
    with pytest.raises(ValueError, match="too large for float32"):
        module.as_array("x", [1e300], 1)
    assert module.as_array("x", [np.inf], 1)[0] == np.inf


def test_ranges_are_told():
    assert "check_range" not in emit_module(planned(SOFTMAX)).text
    module = interpreted(
        planned("param y[n:N]; input x[k:K]; L = sum(n, y[n]*x[n+1])", "L", ("y",))
    )
    assert called(module, "loss", {"y": [1.0], "x": [2.0, 3.0]}, {}) == 3.0
    with pytest.raises(ValueError, match=r"x\[n\+1\] would read 1 to 2, outside 0..1"):
        called(module, "loss", {"y": [1.0, 1.0], "x": [2.0, 3.0]}, {})
    module.check_range("x[n+1]", 0, 2, 3)
    with pytest.raises(ValueError, match=r"x\[n\+1\] would read 0 to 3, outside 0..2"):
        module.check_range("x[n+1]", 0, 3, 3)
