"""Each word of the vocabulary, and identities, checked by the emitted file."""

import numpy as np
import pytest

from symbp.facts import VOCABULARY
from symbp.kernels.factchecks import _CONDITIONS, spell_fact
from symbp.kernels.modules import emit_module
from tests.kernels.running import called, interpreted, planned, read

GOOD_AND_BAD = {
    "positive": ([1.0, 2.0], [1.0, 0.0]),
    "negative": ([-1.0, -2.0], [-1.0, 0.0]),
    "nonnegative": ([0.0, 2.0], [0.0, -1.0]),
    "nonzero": ([-1.0, 2.0], [1.0, 0.0]),
    "unit_interval": ([0.5, 0.1], [0.5, 1.0]),
    "sign": ([1.0, -1.0], [1.0, 0.5]),
    "binary": ([1.0, 0.0], [1.0, 0.5]),
    "simplex": ([0.5, 0.5], [0.5, 0.6]),
    "one_hot": ([0.0, 1.0], [0.5, 0.5]),
}


@pytest.mark.parametrize("word", GOOD_AND_BAD)
def test_a_word_that_does_not_hold_is_told(word):
    said = f"{word}(k)" if VOCABULARY[word].axes else word
    module = interpreted(planned(f"input y[k:2]: {said}; param w; L = w*sum(k, y[k])", "L", ("w",)))
    good, bad = GOOD_AND_BAD[word]
    called(module, "loss_and_gradient", {"y": good, "w": 1.0}, {})
    for values in (bad, [*bad[:1], np.nan]):
        with pytest.raises(ValueError, match=f"declared fact y: {word}.* does not hold"):
            called(module, "loss_and_gradient", {"y": values, "w": 1.0}, {})
    called(module, "loss_and_gradient", {"y": bad, "w": 1.0, "check": False}, {})


def test_square_facts():
    text = "input A[i:I,j:I]: {}; param w; L = w*sum(i, j, A[i,j])"
    for word, bad in (("symmetric", [[1.0, 2], [3, 1]]), ("spd", [[1.0, 2], [2, 1]])):
        module = interpreted(planned(text.format(word), "L", ("w",)))
        called(module, "loss_and_gradient", {"A": [[2.0, 1], [1, 2]], "w": 1.0}, {})
        with pytest.raises(ValueError, match=word):
            called(module, "loss_and_gradient", {"A": bad, "w": 1.0}, {})


def test_every_word_has_a_condition_or_a_reason():
    # No number near 0 tells a singular matrix from a badly conditioned one; one_hot says the rest.
    assert set(VOCABULARY) - set(_CONDITIONS) == {"invertible", "one_hot"}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_identities_hold_to_a_millionth(dtype):
    text = "input y[n:N,k:K], s[n]; fact sum(k, y[n,k]) = s[n]; param w; L = w*sum(n,k, y[n,k])"
    module = interpreted(planned(text, "L", ("w",)), dtype)
    y = np.array([[1.0, 2.0], [3.0, 4.0]])
    called(module, "loss_and_gradient", {"y": y, "s": [3.0, 7.0], "w": 1.0}, {})
    with pytest.raises(ValueError, match=r"sum\(k, y\[n,k\]\) = s\[n\] does not hold at \[1\]"):
        called(module, "loss_and_gradient", {"y": y, "s": [3.0, 7.0001], "w": 1.0}, {})


def test_facts_are_spelled_as_they_are_declared():
    system = read("input y[n:N,k:K]: one_hot(k); L = sum(n,k, y[n,k])")
    assert spell_fact(system.facts[0], system) == "y: one_hot(k)"
    text = emit_module(planned("input y[k:2]: positive; param w; L = w*y[0]", "L", ("w",))).text
    assert "Declared facts, checked on the data: y: positive." in text
