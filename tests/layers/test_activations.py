"""Activations and the softmax, as equations."""

from __future__ import annotations

import numpy as np
import pytest

from symbp.errors import DeclarationError, ParseError, ShapeError
from symbp.interpreter import evaluate
from symbp.layers.activations import ACTIVATIONS, Activation, Softmax, check_activation
from symbp.layers.dense import Dense
from symbp.layers.inputs import Input
from symbp.layers.networks import assemble
from symbp.spelling import spell_equation

POINTS = np.array([[-1.3, 0.4, 2.0]])

EXPECTED = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(z)),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "swish": lambda z: z / (1 + np.exp(-z)),
    "hardtanh": lambda z: np.clip(z, -1, 1),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}


def output(*layers):
    system = assemble([Input("x", 3), *layers], [], samples=1).snapshot()
    last = system.author_equations[-1].target if system.equations else "x"
    return evaluate(system, {"x": POINTS})[last]


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {"linear"}))
def test_values(name):
    np.testing.assert_allclose(output(Activation(name)), EXPECTED[name](POINTS), rtol=1e-14)


def test_linear_adds_no_equation():
    system = assemble([Input("x", 3), Activation("linear"), Dense(1)], []).snapshot()
    assert [e.target for e in system.author_equations] == ["o"]


def test_parameters_are_exact():
    (equation,) = (
        assemble([Input("x", 3), Activation("leaky_relu", 0.2)], []).snapshot().author_equations
    )
    assert spell_equation(equation) == "o[n,k] = leaky_relu(x[n,k], 1/5)"


def test_softmax_reads_like_the_textbook():
    (equation,) = assemble([Input("z", 3), Softmax()], []).snapshot().author_equations
    assert spell_equation(equation) == "p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))"


def test_softmax_keeps_out_of_the_way_of_names():
    (equation,) = assemble([Input("l", 3), Softmax()], []).snapshot().author_equations
    assert spell_equation(equation) == "p[n,k] = exp(l[n,k])/sum(m, exp(l[n,m]))"


def test_softmax_needs_units():
    with pytest.raises(ShapeError, match="units"):
        assemble([Input("x"), Softmax()], [])


@pytest.mark.parametrize("name", ["sigmod", "", "exp", "__import__('os')", None, 3, ["relu"]])
def test_unknown_activations(name):
    with pytest.raises(ParseError, match="unknown activation"):
        check_activation(name)


def test_a_near_name_is_suggested():
    with pytest.raises(ParseError, match="'sigmoid'"):
        Dense(2, "sigmod")


def test_every_activation_of_the_table_can_be_used():
    for name in ACTIVATIONS:
        assert np.isfinite(output(Activation(name))).all()


@pytest.mark.parametrize("values", [(0.1, 0.2), (float("nan"),), (float("inf"),)])
def test_bad_parameters(values):
    with pytest.raises(DeclarationError):
        Activation("leaky_relu", *values)
    with pytest.raises(DeclarationError):
        Activation("sigmoid", 0.5)
