"""What counts as a pre-activation, however the activation is spelled."""

import pytest

from symbp.preactivations import preactivations
from tests.systems.cases import read


@pytest.mark.parametrize(
    "activation",
    [
        "sigmoid(z)",
        "1/(1 + exp(-z))",
        "tanh(z)",
        "relu(z)",
        "where(z <= 0, 0, z)",
        "softplus(z)",
        "ln(1 + exp(z))",
    ],
)
def test_an_activation_in_any_spelling(activation):
    assert preactivations(read(f"z = w*x + b; o = {activation}; L = (o - t)^2")) == ("z",)


@pytest.mark.parametrize(
    "text", ["A = X + 1; B = A^2; C = ln(B)", "z = w*x; L = (z - t)^2", "z = x; y = sin(z)"]
)
def test_other_functions_are_no_activations(text):
    assert preactivations(read(text)) == ()


def test_a_softmax_and_a_loss_that_applies_one():
    base = "input x[k:K]; param w; z[k] = w*x[k]\n"
    assert preactivations(read(base + "p[k] = exp(z[k])/sum(l, exp(z[l]))")) == ("z",)
    assert preactivations(
        read(base + "m = max(k, z[k]); e[k] = exp(z[k] - m); s = sum(k, e[k])")
    ) == ("z",)


def test_a_quantity_read_elsewhere_is_none():
    assert preactivations(read("z = w*x; o = sigmoid(z); L = o + z^2")) == ()
