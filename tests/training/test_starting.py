from __future__ import annotations

import numpy as np
import pytest

import symbp as sb
from symbp.errors import NotSupportedError
from symbp.training.starting import start_values

TEXT = """
  param W[i:200, j:100], b[j], s, u, m
  param A[i, j]
  fact s: positive; fact u: unit_interval; fact m: negative
  L = sum(i, j, W[i,j]*A[i,j]*b[j])*s*u*m
"""
SHAPES = {"W": (200, 100), "b": (100,), "s": (), "u": (), "m": (), "A": (200, 100)}


def drawn(seed=0, text=TEXT):
    return start_values(sb.System(text).snapshot(), SHAPES, seed)


def test_shapes_and_seeds():
    values = drawn()
    assert {name: np.shape(value) for name, value in values.items()} == SHAPES
    assert all(np.array_equal(values[name], drawn()[name]) for name in SHAPES)
    assert not np.array_equal(values["W"], drawn(1)["W"])


def test_matrices_keep_the_variance_of_glorot():
    assert np.var(drawn()["W"]) == pytest.approx(2 / 300, rel=0.05)
    assert abs(np.mean(drawn()["W"])) < 0.01


def test_vectors_begin_small_and_not_negative():
    b = drawn()["b"]
    assert (b >= 0).all()
    assert (b < 0.1).all()
    assert np.unique(b).size == 100


def test_declared_facts_hold_at_the_start():
    values = drawn()
    assert values["s"] > 0
    assert 0 < values["u"] < 1
    assert values["m"] < 0


@pytest.mark.parametrize("word", ["symmetric", "spd", "one_hot(j)", "sign"])
def test_facts_that_random_numbers_do_not_have(word):
    text = f"param W[i:4, j:4]; fact W: {word}; L = sum(i, j, W[i,j])"
    with pytest.raises(NotSupportedError, match="no start for W"):
        start_values(sb.System(text).snapshot(), {"W": (4, 4)}, 0)
