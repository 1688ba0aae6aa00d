"""Logarithms opened: equal, and finite where the argument is not."""

from __future__ import annotations

import pytest

from symbp.rules.stablelogs import log_spellings
from symbp.spelling import spell
from symbp.stabilising.stableforms import proved_equal
from tests.shorthand import read_node


def spelt(text, names="z"):
    return [spell(n) for n in log_spellings(read_node(text, names))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + exp(z)", "softplus(z)"),
        ("sigmoid(z)", "-softplus(-z)"),
        ("1 - sigmoid(z)", "-softplus(z)"),
        ("1 - exp(z)", "log1mexp(z)"),
        ("exp(z) - 1", "z + log1mexp(-z)"),
        ("(exp(z) + exp(-z))/2", "lncosh(z)"),
        ("1 + z", "log1p(z)"),
        ("1 - z", "log1p(-z)"),
        ("erfc(z)", "log_erfc(z)"),
        ("1 - erf(z)", "log_erfc(z)"),
        ("1 + erf(z)", "log_erfc(-z)"),
        ("3*erfc(z)", "ln(3) + log_erfc(z)"),
        ("normal_cdf(z)", "where(z < 0, log_erfc((-z)/sqrt(2)) - ln(2), log1p(-normal_cdf(-z)))"),
        ("w*exp(z)", "z + ln(w)"),
        ("exp(z)/(1 + exp(z))^2", "-2*lncosh(z/2) - ln(4)"),
    ],
)
def test_rows(text, expected):
    found = spelt(text, "z, w")
    assert expected in found or any(sorted(f) == sorted(expected) for f in found), found


def test_two_exponentials():
    assert spelt("exp(a) + exp(b)", "a, b")[0] == "max(a, b) + log1p(exp(-abs(a - b)))"
    assert spelt("exp(a) - exp(b)", "a, b")[0] == "a + log1mexp(b - a)"


@pytest.mark.parametrize(
    "text", ["1 + exp(z)", "tanh(softplus(z))", "sigmoid(z)", "1 + 3*exp(2*z)"]
)
def test_spellings_are_proved(text):
    root = read_node(f"ln({text})")
    found = list(log_spellings(root.arguments[0]))
    assert found
    assert all(proved_equal(root, made) for made in found)


@pytest.mark.parametrize("text", ["z*w", "z - exp(z)", "-exp(z)", "z"])
def test_what_may_be_negative_is_not_split(text):
    assert spelt(text, "z, w") == []
