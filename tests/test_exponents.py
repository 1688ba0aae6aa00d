"""Powers with symbolic exponents: opened into plain ones, joined across the bar."""

import random

import pytest

from symbp.declarations import Builder
from symbp.exponents import common_units, is_symbolic, joined, opened
from symbp.interpreter import FLOAT64, evaluate
from symbp.language.text import parse_expression
from symbp.monomials import join, split
from symbp.spelling import spell
from tests.systems.cases import read

HEAD = "input x: positive; input y: positive; param p, q\n"


def node(text):
    return parse_expression(text, Builder())


def same_value(one, other):
    rng = random.Random(5)
    for _ in range(4):
        given = {name: rng.uniform(0.3, 2) for name in "xypq"}
        values = [evaluate(read(f"{HEAD}L = {text}"), given, FLOAT64)["L"] for text in (one, other)]
        assert abs(values[0] - values[1]) <= 1e-12 * (1 + abs(values[0]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x^(p - 1)", "x^p/x"),
        ("x^(2*p)", "(x^p)^2"),
        ("x^(1 - p)", "x/x^p"),
        ("x^(p/2)", "x^(p/2)"),
        ("x^(p + q)", "x^p*x^q"),
        ("y + x^(2*p - 2)*q", "y + ((x^p)^2/x^2)*q"),
        ("x^(-p/3)", "1/x^(p/3)"),
        ("x^2 + y", "x^2 + y"),
    ],
)
def test_exponents_are_opened(before, after):
    made = spell(opened(node(before)))
    assert made == after
    same_value(before, made)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x^p/x", "x^(p - 1)"),
        ("x/x^p", "x^(1 - p)"),
        ("x^p/x^(2*p)", "x^(-p)"),
        ("x^p*y/x^p", "y"),
        ("sqrt(x)/x^p", "x^(1/2 - p)"),
        # on one side of the bar each stays by itself, and so does another base
        ("x*x^p", "x*x^p"),
        ("x^p*x^q", "x^p*x^q"),
        ("y^p/x", "y^p/x"),
        ("x^2/y", "x^2/y"),
    ],
)
def test_powers_against_each_other_are_one(before, after):
    made = spell(join(joined(split(node(before)))))
    assert made == after
    same_value(before, made)


def test_indices_stay_indices():
    system = read("input x, c[k:K]\nL[k] = c[k]*x^k/x")
    made = join(joined(split(system.equations[-1].right)))
    assert spell(made) == "c[k]*x^(k-1)"


def test_which_powers_are_symbolic():
    found = [is_symbolic(node(text)) for text in ("x^p", "x^2", "2^x", "x", "sqrt(x)")]
    assert found == [True, False, True, False, False]


def test_exponentials_share_a_unit():
    parts = [node(t) for t in ("exp(x)", "exp(-2*x)", "exp(x/2)", "exp(y)", "exp(p - q)", "x")]
    turned = node("exp(q - p)")
    units = common_units([*parts, turned])
    assert {spell(k): (spell(u), n) for k, (u, n) in units.items()} == {
        "exp(x)": ("exp(x/2)", 2),
        "exp(-2*x)": ("exp(x/2)", -4),
        "exp(x/2)": ("exp(x/2)", 1),
        "exp(p - q)": ("exp(p - q)", 1),
        "exp(q - p)": ("exp(p - q)", -1),
    }
