"""Names and letters of networks."""

from __future__ import annotations

import pytest

from symbp.declarations import Builder
from symbp.errors import DeclarationError, NotSupportedError, UnsafeInputError
from symbp.layers.activations import Activation, Softmax
from symbp.layers.dense import Dense
from symbp.layers.drafts import Draft, Layer, size_of
from symbp.layers.inputs import Input
from symbp.layers.losses import Loss
from symbp.layers.networks import assemble
from symbp.spelling import spell_equation


def equations(*layers, loss="squared_error", **options):
    losses = [Loss(loss)] if isinstance(loss, str) else loss
    system = assemble(layers, losses, **options).snapshot()
    return [spell_equation(equation) for equation in system.author_equations]


def test_names_and_letters_of_the_textbook():
    assert equations(Input("x", 2), Dense(25, "sigmoid"), Dense(2, "sigmoid")) == [
        "z1[n,j] = sum(i, x[n,i]*W1[i,j]) + b1[j]",
        "h1[n,j] = sigmoid(z1[n,j])",
        "z2[n,k] = sum(j, h1[n,j]*W2[j,k]) + b2[k]",
        "o[n,k] = sigmoid(z2[n,k])",
        "L = sum(n, k, (o[n,k] - y[n,k])^2)/(2*N)",
    ]


def test_one_layer_has_no_number():
    assert equations(Input("x", 4), Dense(3, "sigmoid"), samples=None) == [
        "z[k] = sum(j, x[j]*W[j,k]) + b[k]",
        "o[k] = sigmoid(z[k])",
        "L = sum(k, (o[k] - y[k])^2)/2",
    ]


def test_deep_networks_use_three_letters_in_turn():
    layers = [Dense(2) for _ in range(6)]
    lines = equations(Input("x", 2), *layers)
    assert [line.split("]")[0][-1] for line in lines[:6]] == list("ijkijk")
    for line in lines[:6]:
        reads, makes = line.split("sum(")[1][0], line.split("]")[0].split(",")[1]
        assert reads != makes


def test_names_of_the_user_win():
    lines = equations(Input("k", 2), Dense(3, "tanh", name="n"), Dense(1))
    assert lines[0].startswith("z_n[s,")
    assert lines[1].startswith("n[s,")
    assert all("[n" not in line and "[k" not in line for line in lines)


def test_a_layer_of_ones_own_has_to_add_something():
    with pytest.raises(NotSupportedError, match="Layer adds no equations"):
        equations(Input("x", 1), Layer())


def test_bad_names_and_inputs():
    with pytest.raises(UnsafeInputError):
        Layer(name="a b")
    with pytest.raises(DeclarationError, match="reads layers"):
        Layer(inputs=["x"])


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None, [2]])
def test_sizes_are_positive_integers_or_names(size):
    with pytest.raises(DeclarationError, match="size"):
        size_of(size, "a layer")


def test_sizes():
    assert str(size_of(3, "a layer")) == "3"
    assert str(size_of("H", "a layer")) == "H"


def test_several_ends_are_numbered():
    first = Input("x", 2)
    one, two = Dense(1, input=first), Softmax(input=first)
    reads = {first: (), one: (first,), two: (first,)}
    draft = Draft(Builder(), None, (first, one, two), reads, set())
    assert draft.result(one, "z") == "o1"
    assert draft.result(two, "p", last="p") == "p2"


def test_names_that_meet_get_a_number():
    lines = equations(Input("x", 2), Dense(3), Activation("tanh"), Activation("relu"), Dense(1))
    assert [line.split("[")[0] for line in lines[:3]] == ["z1", "h1", "h1_2"]
