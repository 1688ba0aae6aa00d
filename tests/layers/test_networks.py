"""Layers joined into a system: order, several ends, limits."""

from __future__ import annotations

import numpy as np
import pytest

from symbp.errors import DeclarationError, LimitExceeded
from symbp.interpreter import evaluate
from symbp.layers.activations import Activation
from symbp.layers.dense import Dense
from symbp.layers.inputs import Add, Input
from symbp.layers.losses import Loss
from symbp.layers.networks import assemble


def test_layers_named_as_inputs_need_not_be_listed():
    left, right = Input("u", 3), Input("v", 2)
    joined = Add(Dense(4, "tanh", input=left), Dense(4, "tanh", input=right))
    system = assemble([Dense(1, input=joined)], [Loss("squared_error")]).snapshot()
    assert [q.name for q in system.given("input")] == ["u", "v"]
    assert [e.target for e in system.author_equations] == [
        *("z1", "h1", "z2", "h2"),
        *("s2", "o", "L"),
    ]


def test_a_skip_over_two_layers_evaluates():
    first = Input("x", 3)
    deep = Dense(3, "relu", input=Dense(3, "relu", input=first))
    system = assemble([Add(deep, first)], []).snapshot()
    random = np.random.default_rng(2)
    x, w1, w2 = (random.normal(size=shape) for shape in [(4, 3), (3, 3), (3, 3)])
    b1, b2 = random.normal(size=3), random.normal(size=3)
    found = evaluate(system, {"x": x, "W1": w1, "b1": b1, "W2": w2, "b2": b2})["o"]
    hidden = np.maximum(x @ w1 + b1, 0)
    np.testing.assert_allclose(found, np.maximum(hidden @ w2 + b2, 0) + x, rtol=1e-13)


def test_a_layer_may_be_used_in_two_networks():
    first, hidden = Input("x", 3), Dense(2, "tanh")
    one = assemble([first, hidden, Dense(1)], []).snapshot()
    two = assemble([first, hidden, Dense(1)], []).snapshot()
    assert one == two


def test_deep_networks_are_assembled_without_recursion():
    layers = [Dense(2, "tanh") for _ in range(1500)]
    assert len(assemble([Input("x", 2), *layers], []).quantities) == 1 + 4 * 1500
    chain = Input("x", 2)
    for _ in range(1500):
        chain = Activation("tanh", input=chain)
    assert len(assemble([chain], []).quantities) == 1501


def test_the_number_of_samples():
    assert str(assemble([Input("x", 2), Dense(1)], [], 32).quantities["x"].axes[0].extent) == "32"
    assert [a.letter for a in assemble([Input("x", 2)], [], None).quantities["x"].axes] == ["k"]
    with pytest.raises(DeclarationError, match="size"):
        assemble([Input("x", 2)], [], 0)
    with pytest.raises(DeclarationError, match="another name"):
        assemble([Input("N", 2), Dense(1)], [])


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((), "needs layers"),
        ((Dense(2),), "begins with an Input"),
        ((Add(Dense(2), Dense(2)),), "no input itself"),
        (("x",), "consists of layers"),
    ],
)
def test_refusals(layers, message):
    with pytest.raises(DeclarationError, match=message):
        assemble(layers, [])


def test_a_layer_twice():
    layer = Dense(2)
    with pytest.raises(DeclarationError, match="twice"):
        assemble([Input("x", 2), layer, layer], [])


def test_losses_have_to_say_what_they_read():
    first = Input("x", 2)
    one, two = Dense(1, input=first), Dense(1, input=first)
    with pytest.raises(DeclarationError, match="several outputs"):
        assemble([one, two], [Loss("squared_error")])
    with pytest.raises(DeclarationError, match="not in the network"):
        assemble([one], [Loss("squared_error", two)])


def test_too_many_weights():
    with pytest.raises(LimitExceeded, match=r"6\.9 EiB"):
        assemble([Input("x", 10**9), Dense(10**9)], [])
