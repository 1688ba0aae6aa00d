"""How tests of NumPy syntax compare: NumPy on the text, the interpreter on what was read."""

from __future__ import annotations

import math

import numpy as np

from symbp.declarations import Builder
from symbp.interpreter import evaluate
from symbp.language.numpy_syntax import parse_numpy

SIZES = {"N": 4, "M": 3, "d": 2, "K": 3}


def size(entry):
    return SIZES[entry] if isinstance(entry, str) else entry


def read(text, shapes, **more):
    builder = Builder()
    parse_numpy(text, shapes, builder, **more)
    return builder.snapshot()


def values_of(shapes, seed=0, labels=()):
    rng = np.random.default_rng(seed)
    found = {}
    for name, shape in shapes.items():
        sizes = tuple(size(entry) for entry in shape)
        if name in labels:
            found[name] = rng.integers(0, SIZES["K"], sizes)
        else:
            found[name] = np.round(rng.uniform(0.2, 1.8, sizes), 3)
    return found


def compare(text, shapes, labels=()):
    """The value of a text by NumPy and by symbp; the texts are fixed ones of the tests."""
    values = values_of(shapes, labels=labels)
    used = {e: SIZES[e] for shape in shapes.values() for e in shape if isinstance(e, str)}
    system = read(text, shapes, facts=dict.fromkeys(labels, "class_ids"))
    names = {"np": np, "math": math, **SIZES, **values}
    expected = np.asarray(eval(text, names), dtype=float)  # noqa: S307
    made = np.asarray(evaluate(system, values, extents=used)["L"], dtype=float)
    assert made.shape == expected.shape, f"{text}: {made.shape} instead of {expected.shape}"
    np.testing.assert_allclose(made, expected, rtol=1e-11, atol=1e-12, err_msg=text)
    return system
