"""Data that are cast: the same result, one notice a kernel, and quiet afterwards."""

from __future__ import annotations

import numpy as np
import pytest

import symbp as sb

TEXT = """
input  x[n:N, j:2], t[n], c
param  E[v:V], w[j]
L = sum(n, (sum(j, x[n,j]*w[j]) + E[t[n]] - c)^2)/N
"""


def values():
    draws = np.random.default_rng(0)
    return {
        "x": draws.normal(size=(5, 2)).astype(np.float32).astype(float),
        "t": np.array([0, 2, 1, 1, 0]),
        "c": 2,
        "E": np.array([1.0, 2, 3]),
        "w": np.array([0.5, -1]),
    }


@pytest.fixture
def kernel():
    return sb.System(TEXT).compile()


def told(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "symbp"]


CASTS = {
    "float32": (
        {"x": values()["x"].astype(np.float32)},
        "x is float32, not float64 (cast at each call)",
    ),
    "integers": ({"E": np.array([1, 2, 3])}, "E is int64, not float64 ("),
    "a list": ({"w": [0.5, -1.0]}, "w is a list, not an array of float64 ("),
    "labels": ({"t": values()["t"].astype(np.int32)}, "t is int32, not int64 ("),
    "Fortran order": ({"x": np.asfortranarray(values()["x"])}, "x is not contiguous ("),
    "negative strides": (
        {"x": np.ascontiguousarray(values()["x"][:, ::-1])[:, ::-1]},
        "x is not contiguous (",
    ),
    "big-endian": ({"w": np.array([0.5, -1]).astype(">f8")}, "w is >f8, not float64 ("),
    "several": (
        {"w": [0.5, -1.0], "t": [0, 2, 1, 1, 0]},
        "t is a list, not an array of int64; w is a",
    ),
}


@pytest.mark.parametrize(("changed", "message"), CASTS.values(), ids=CASTS)
def test_one_notice_says_what_is_cast(kernel, caplog, changed, message):
    exact = kernel.loss(**values())
    assert told(caplog) == []
    for _ in range(3):
        assert kernel.loss(**{**values(), **changed}) == exact
    assert kernel.loss_and_gradient(**{**values(), "w": (0.5, -1)})[0] == exact
    first, *rest = told(caplog)
    assert rest == []
    assert first.startswith(f"symbp: {message}")
    assert "(cast at each call)" in first
    assert len(first.splitlines()) <= 3


def test_numbers_and_what_fits_are_no_news(kernel, caplog):
    frozen = values()["x"]
    frozen.flags.writeable = False
    for c in (2, 2.0, np.float32(2), np.array(2)):
        kernel.loss(**{**values(), "c": c, "x": frozen})
    assert told(caplog) == []


def test_an_optimiser_casts_once(kernel, caplog):
    data = {name: values()[name] for name in ("x", "t", "c")}
    narrow = sb.System(TEXT).compile(dtype="float32")
    fun = narrow.objective(**data)
    assert len(told(caplog)) == 1
    assert told(caplog)[0] == "symbp: x is float64, not float32 (cast once)"
    start = fun.pack(E=values()["E"].astype(np.float32), w=values()["w"].astype(np.float32))
    caplog.clear()
    assert fun(start)[1].dtype == np.float64
    wide = kernel.objective(**data)
    start = wide.pack(E=values()["E"], w=values()["w"])
    wide(start)
    assert told(caplog) == []


def test_fit_casts_once_and_says_so(caplog):
    x = np.linspace(-1, 1, 40, dtype=np.float32)
    text = "input x[n:N]; param w; target y[n]; L = sum(n, (w*x[n] - y[n])^2)/N"
    options = {"epochs": 3, "batch_size": 8}
    result = sb.fit(text, {"x": x, "y": 3 * x}, validation={"x": x, "y": x}, **options)
    (notice,) = told(caplog)
    assert notice == "symbp: x is float32, not float64; y is float32, not float64 (cast once)"
    caplog.clear()
    sb.fit(text, {"x": x, "y": 3 * x}, dtype="float32", **options)
    assert result.history.epochs == 3
    assert told(caplog) == []
