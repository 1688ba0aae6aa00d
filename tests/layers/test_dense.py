"""The fully connected layer: values, sharing, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from symbp.errors import DeclarationError, ShapeError
from symbp.interpreter import evaluate
from symbp.layers.dense import Dense
from symbp.layers.inputs import Input
from symbp.layers.networks import assemble
from symbp.spelling import spell_equation


def system(*layers):
    return assemble(layers, []).snapshot()


def lines(*layers):
    return [spell_equation(equation) for equation in system(*layers).author_equations]


def test_values():
    random = np.random.default_rng(0)
    values = {"x": random.normal(size=(5, 4)), "W": random.normal(size=(4, 3))}
    values["b"] = random.normal(size=3)
    found = evaluate(system(Input("x", 4), Dense(3, "tanh")), values)["o"]
    np.testing.assert_allclose(found, np.tanh(values["x"] @ values["W"] + values["b"]), rtol=1e-13)


def test_without_bias():
    assert lines(Input("x", 4), Dense(3, bias=False)) == ["o[n,k] = sum(j, x[n,j]*W[j,k])"]


def test_symbolic_sizes():
    made = system(Input("x", "D"), Dense("H"))
    assert [str(a.extent) for a in made.quantity("W").axes] == ["D", "H"]


def test_shared_weights_and_bias():
    one, two = Input("u", 4), Input("v", 4)
    first = Dense(3, input=one)
    second = Dense(3, input=two, weights=first, bias=first)
    made = system(first, second)
    assert [q.name for q in made.given("parameter")] == ["W1", "b1"]
    assert "sum(j, v[n,j]*W1[j,k]) + b1[k]" in " ".join(lines(first, second))


def test_tied_weights_the_other_way_round():
    encoder = Dense(3, "tanh")
    decoder = Dense(5, weights=encoder, transposed=True)
    made = lines(Input("x", 5), encoder, decoder)
    assert made[-1] == "o[n,k] = sum(j, h1[n,j]*W1[k,j]) + b2[k]"


def test_named_layers_name_what_they_learn():
    made = system(Input("x", 2), Dense(3, "relu", name="code"), Dense(1))
    assert {"W_code", "b_code", "z_code", "code", "W2", "b2"} <= set(made.quantities)


def test_refusals():
    encoder = Dense(3)
    with pytest.raises(ShapeError, match="sizes"):
        system(Input("x", 5), encoder, Dense(5, weights=encoder))
    with pytest.raises(DeclarationError, match="not in the network"):
        system(Input("x", 5), Dense(3, weights=Dense(3)))
    one = Dense(5, bias=False)
    with pytest.raises(DeclarationError, match="no bias"):
        system(Input("x", 5), one, Dense(5, weights=one, bias=one))
    with pytest.raises(DeclarationError, match="transposed"):
        Dense(3, transposed=True)
    with pytest.raises(DeclarationError, match="Dense layer only"):
        Dense(3, weights="W1")
    with pytest.raises(DeclarationError, match="size"):
        Dense(0)
