"""Spellings of fractions in one exponential: equal, finite, and in both branches alike."""

from __future__ import annotations

import pytest

from symbp.expressions import Access
from symbp.numerics.accuracy import trusted
from symbp.rules.stablereading import read
from symbp.rules.stablewriting import STYLES, spellings
from symbp.spelling import spell
from symbp.stabilising.stableforms import proved_equal
from tests.shorthand import read_node

TEXTS = [
    "sigmoid(z)*(1 - sigmoid(z))",
    "1 - tanh(z)^2",
    "tanh(z)*(1 - tanh(z)^2)",
    "sigmoid(z)*(z - z*sigmoid(z) + 1)",
    "tanh(softplus(z))",
    "(exp(z) - exp(-z))/2",
    "z*exp(-z^2/2)",
    "(2 - z^2)*exp(-z^2)",
    "exp(z) - 3*z",
    "z/(1 + exp(-3*z))",
]


def spelt(text, names="z"):
    return list(spellings(read(read_node(text, names))))


@pytest.mark.parametrize("text", TEXTS)
def test_every_spelling_is_equal_by_proof_and_by_numbers(text):
    found = spelt(text)
    assert found
    for made in found:
        assert proved_equal(read_node(text), made), spell(made)
        assert trusted(read_node(text), made, [Access("z")])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("exp(z)/(1 + exp(z))", "sigmoid(z)"),
        ("1/(1 + exp(z))", "sigmoid(-z)"),
        ("(exp(z) - exp(-z))/(exp(z) + exp(-z))", "tanh(z)"),
        ("(exp(z) - exp(-z))/2", "sinh(z)"),
        ("exp(z) + exp(-z)", "2*cosh(z)"),
        ("exp(z) - 1", "expm1(z)"),
        ("1 - exp(-z)", "-expm1(-z)"),
        ("z/(1 + exp(-z))", "silu(z)"),
        ("w*exp(z)/(1 + exp(z))", "w*sigmoid(z)"),
    ],
)
def test_functions_of_the_table_are_recognised(text, named):
    assert spell(spelt(text, "z, w")[0]) == named


def test_both_branches_are_one_where_they_agree():
    assert {spell(n) for n in spelt("sigmoid(z)*(1 - sigmoid(z))")} == {
        "exp(-abs(z))/(1 + exp(-abs(z)))^2"
    }
    odd = spell(spelt("tanh(z)*(1 - tanh(z)^2)")[0])
    assert odd == "4*tanh(z)*exp(-2*abs(z))/(1 + exp(-2*abs(z)))^2"


def test_styles_differ_where_a_coefficient_grows():
    found = dict.fromkeys(spelt("(2 - z^2)*exp(-z^2)"))
    plain, halved, guarded, split = found
    assert len(STYLES) == 4
    assert spell(plain) == "(2 - z^2)*exp_product(-z, z)"
    assert spell(halved).count("exp_product(-z/2, z)") == 2
    assert spell(guarded).startswith("where(0 < exp_product(-z/2, z), ")
    assert spell(split).startswith(f"where(0 < exp_product(-z, z)*(1/{2**60}), ")


def test_without_an_exponential_there_is_none():
    assert spelt("1/(1 + z^2)") == []
