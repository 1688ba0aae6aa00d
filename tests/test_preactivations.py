import pytest

from symbp.expressions import Access
from symbp.functions import FUNCTIONS, call, define
from symbp.preactivations import is_activation, preactivations
from tests.systems.cases import read

ARGUMENT = Access("z")
ACTIVATIONS = [row.name for row in FUNCTIONS.values() if row.activation]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("input x; z = 2*x; h = sigmoid(z)", ["z"]),
        ("input x; z = 2*x; h = 1/(1+exp(-z))", ["z"]),
        ("input x; z = 2*x; h = z/(1+exp(-z))", ["z"]),
        ("input x; z = 2*x; h = max(0, z)", ["z"]),
        ("input x; z = 2*x; h = where(z > 0, z, 0)", ["z"]),
        ("input x; z = 2*x; h = where(0 < z, z, 0.01*z)", ["z"]),
        ("input x; z = 2*x; h = x + tanh(z)", ["z"]),
        ("input x; z = 2*x; h = x*(1 - 1/(1+exp(z)))", ["z"]),
        ("input x; z = 2*x; L = ln(1+exp(z)) - x*z", ["z"]),
        ("input x; z = 2*x; h = sigmoid(z); g = z^2", []),
        ("input x; z = 2*x; h = sin(z)", []),
        ("input x; z = 2*x; h = exp(z)", []),
        ("input x; z = 2*x; h = sqrt(z)", []),
        ("input x; h = sigmoid(x)", []),
        ("input x; z = 2*x; L = z", []),
    ],
)
def test_what_is_read_by_an_activation_only(text, found):
    assert list(preactivations(read(text))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))", ["z"]),
        ("e[n,k] = exp(z[n,k]); s[n] = sum(k, e[n,k]); p[n,k] = e[n,k]/s[n]", ["z"]),
        ("m[n] = max(k, z[n,k]); p[n,k] = exp(z[n,k]-m[n])/sum(l, exp(z[n,l]-m[n]))", ["z"]),
        ("L = sum(n, ln(sum(k, exp(z[n,k]))))", ["z"]),
        ("L = sum(n,k, z[n,k]^2)", []),
        ("L = max(n, max(k, z[n,k]))", []),
    ],
)
def test_what_a_softmax_reads(text, found):
    given = "input x[n:N,k:K]; z[n,k] = 2*x[n,k]\n"
    assert list(preactivations(read(given + text))) == found


def test_they_stand_in_order_of_evaluation():
    text = "input x; a = x; h = tanh(a); b = h; o = sigmoid(b)"
    assert preactivations(read(text)) == ("a", "b")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_known_by_its_definition(name):
    if FUNCTIONS[name].arity[0] == 1:
        assert is_activation(call(name, ARGUMENT), ARGUMENT)
        assert is_activation(define(call(name, ARGUMENT)), ARGUMENT)


@pytest.mark.parametrize("name", ["exp", "ln", "sin", "abs", "sign", "sinh", "cosh", "sqrt"])
def test_other_functions_are_not_activations(name):
    assert not is_activation(call(name, ARGUMENT), ARGUMENT)


def test_what_is_near_an_activation_is_none():
    text = "input x; z = 2*x; h = 1/(1.0000001+exp(-z))"
    assert preactivations(read(text)) == ()
