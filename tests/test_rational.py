"""One factored fraction: equal in value, shorter where something cancels, bounded in size."""

import random

import pytest

from symbp.declarations import Builder
from symbp.language.text import parse_expression
from symbp.rational import rational_form
from symbp.spelling import spell
from tests.shorthand import number_of


def read(text):
    return parse_expression(text, Builder())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("p*(-y/(p*n) + s/n)", "(p*s - y)/n"),
        ("(2*o - 2*t)/(2*s)", "(o - t)/s"),
        ("(x^2 - 1)/(x - 1)", "1 + x"),
        ("x/y - x/y", "0"),
    ],
)
def test_what_cancels_is_gone(text, wanted):
    assert spell(rational_form(read(text))) == wanted


def test_functions_are_opaque():
    assert spell(rational_form(read("sin(x)*a/sin(x) + a"))) == "2*a"


def test_without_a_sum_there_is_nothing_to_do():
    assert rational_form(read("x*y/z")) is None


def test_growth_is_bounded():
    product = "*".join(f"(x{i} + y{i})" for i in range(12))
    assert rational_form(read(product)) is None
    assert rational_form(read("(x + y)^60 + 1")) is None


def test_the_form_does_not_depend_on_names():
    one = spell(rational_form(read("a*(b/a + c) - b")))
    other = spell(rational_form(read("u*(b/u + c) - b")))
    assert one.replace("a", "u") == other


@pytest.mark.parametrize("seed", range(30))
def test_the_value_stays(seed):
    rng = random.Random(seed)
    text = "a"
    for _ in range(6):
        text = rng.choice(["({} + {})", "({} - {})", "{}*{}", "{}/{}"]).format(
            text, rng.choice(["a", "b", "c", "2", "(a + b)"])
        )
    node = read(text)
    form = rational_form(node)
    values = {"a": rng.uniform(1, 2), "b": rng.uniform(3, 4), "c": rng.uniform(5, 6)}
    if form is not None:
        before, after = (float(number_of(n, values)) for n in (node, form))
        assert after == pytest.approx(before, rel=1e-9, abs=1e-9), (seed, text)
