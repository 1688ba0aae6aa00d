"""Losses: their values, the facts of their targets, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from symbp.errors import DeclarationError, ParseError, UnsafeInputError
from symbp.facts import Fact
from symbp.interpreter import evaluate
from symbp.layers.dense import Dense
from symbp.layers.inputs import Input
from symbp.layers.losses import LOSSES, Loss
from symbp.layers.networks import assemble

RANDOM = np.random.default_rng(1)
DATA = {
    "x": RANDOM.normal(size=(6, 4)),
    "W": RANDOM.normal(size=(4, 3)),
    "b": RANDOM.normal(size=3),
}
TARGET = RANDOM.dirichlet(np.ones(3), size=6)

LAST = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
ONE_SAMPLE = {
    "squared_error": lambda o, y: ((o - y) ** 2).sum() / 2,
    "absolute_error": lambda o, y: abs(o - y).sum(),
    "cross_entropy": lambda o, y: -(y * np.log(o)).sum(),
    "binary_cross_entropy": lambda o, y: -(y * np.log(o) + (1 - y) * np.log(1 - o)).sum(),
}


def network(kind, samples="N", **options):
    layers = [Input("x", 4), Dense(3, LAST.get(kind, "tanh"))]
    return assemble(layers, [Loss(kind, **options)], samples).snapshot()


@pytest.mark.parametrize("kind", sorted(LOSSES))
def test_the_mean_over_samples_of_a_sum_over_units(kind):
    values = evaluate(network(kind), {**DATA, "y": TARGET})
    output = values["p" if LAST.get(kind) == "softmax" else "o"]
    rows = [ONE_SAMPLE[kind](o, y) for o, y in zip(output, TARGET, strict=True)]
    assert values["L"] == pytest.approx(np.mean(rows), rel=1e-13)


@pytest.mark.parametrize("kind", sorted(LOSSES))
def test_one_sample_without_an_index(kind):
    data = {**DATA, "x": DATA["x"][0], "y": TARGET[0]}
    values = evaluate(network(kind, samples=None), data)
    output = values["p" if LAST.get(kind) == "softmax" else "o"]
    assert values["L"] == pytest.approx(ONE_SAMPLE[kind](output, TARGET[0]), rel=1e-13)


def test_several_losses_add_up_with_their_weights():
    first = Input("x", 4)
    one, two = Dense(3, "softmax", input=first), Dense(1, "sigmoid", input=first)
    losses = [
        Loss("cross_entropy", one, target="y"),
        Loss("squared_error", two, target="t", weight=0.25),
    ]
    system = assemble([one, two], losses).snapshot()
    parameters = {
        q.name: RANDOM.normal(size=[int(str(a.extent)) for a in q.axes])
        for q in system.given("parameter")
    }
    values = evaluate(system, {**parameters, "x": DATA["x"], "y": TARGET, "t": TARGET[:, :1]})
    assert values["L"] == pytest.approx(values["L1"] + values["L2"] / 4, rel=1e-14)


def test_facts_are_those_that_the_user_declares():
    assert network("cross_entropy").facts == ()
    made = network("cross_entropy", facts="simplex", target="t")
    assert made.facts == (Fact("simplex", "t", (1,)),)
    assert network("binary_cross_entropy", facts=("binary",)).facts == (Fact("binary", "y", ()),)


def test_the_target_may_be_the_input():
    system = assemble([Input("x", 4), Dense(4)], [Loss("squared_error", target="x")]).snapshot()
    assert [q.name for q in system.given("input", "target")] == ["x"]


@pytest.mark.parametrize("kind", ["mse", "", "__import__('os').system('id')", None, 5])
def test_unknown_losses(kind):
    with pytest.raises(ParseError, match="unknown loss"):
        Loss(kind)


def test_refusals():
    with pytest.raises(ParseError, match="one_hot"):
        Loss("cross_entropy", facts="onehot")
    for weight in (0, -1, float("nan"), float("inf"), True):
        with pytest.raises(DeclarationError, match="weight"):
            Loss("squared_error", weight=weight)
    with pytest.raises(UnsafeInputError):
        Loss("squared_error", target="y; x")
    with pytest.raises(DeclarationError, match="probabilities"):
        assemble([Input("x", 2), Dense(2)], [Loss("cross_entropy")])
