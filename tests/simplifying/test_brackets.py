"""Brackets in powers are kept where everything else comes over one bar."""

import random

import pytest

from symbp.declarations import Builder
from symbp.interpreter import FLOAT64, evaluate
from symbp.language.text import parse_expression
from symbp.simplifying.brackets import over_brackets
from symbp.simplifying.moves import shortest_fraction, tidy
from symbp.spelling import spell
from tests.systems.cases import read


def node(text):
    return parse_expression(text, Builder())


KEPT = (
    ("(x - m)^2/s^3 - 1/s", "(x - m)^2/s^3 - 1/s"),  # two fractions, and no sum below a bar
    ("(x - m)/(g^2*((x - m)^2/g^2 + 1))", "(x - m)/((x - m)^2 + g^2)"),
    ("(m - x)/(g^2*((x - m)^2/g^2 + 1))", "-(x - m)/((x - m)^2 + g^2)"),
    ("1 - (x + m)^2/((x + m)^2 + g)", "g/((x + m)^2 + g)"),
)


@pytest.mark.parametrize(("before", "after"), KEPT)
def test_brackets_are_kept(before, after):
    made = shortest_fraction(node(before))
    assert spell(tidy(made)) == after
    rng = random.Random(1)
    for _ in range(3):
        given = {name: rng.uniform(0.3, 2) for name in "xmsg"}
        texts = (f"input x, m, s, g\nL = {text}" for text in (before, spell(made)))
        one, other = (evaluate(read(text), given, FLOAT64)["L"] for text in texts)
        assert abs(one - other) <= 1e-12 * (1 + abs(one))


@pytest.mark.parametrize(
    "text",
    [
        "(x - m)^2/s^3 - 1/s",
        "x + m",
        "(x - m)/s",
        "(x*m - s)^2 + g",
        "sqrt(x - m) + g",
        "exp((x - m)^2) + g",
    ],
)
def test_without_a_plain_bracket_in_a_power_there_is_nothing_to_keep(text):
    assert over_brackets(node(text), tidy) is None


def test_indices_under_a_sum_stay_where_they_are_bound():
    text = "sum(n, (x[n] - m)^2)/s^3 + (m - s)^2/((m - s)^2 + s)"
    system = read(f"input x[n:N]; param m, s\nL = {text}")
    made = over_brackets(system.equations[-1].right, tidy)
    assert made is not None
    assert not made.free
