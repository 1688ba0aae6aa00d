"""Common factors leave a sum; the value stays."""

import pytest

from symbp.declarations import Builder
from symbp.factoring import factor_sums
from symbp.language.text import parse_expression
from symbp.spelling import spell
from tests.shorthand import number_of

POINT = {"a": 1.5, "b": -0.5, "x": 2.0, "y": 3.0}


@pytest.mark.parametrize(
    "text", ["a*x - a*y", "a*x + b*x + x", "2*a*x + 4*a*y", "(x - y)*a + (y - x)*b"]
)
def test_it_gets_shorter_and_stays_equal(text):
    node = parse_expression(text, Builder())
    found = factor_sums(node)
    assert found != node
    assert float(number_of(found, POINT)) == pytest.approx(float(number_of(node, POINT)))


@pytest.mark.parametrize("text", ["a + b", "a*x + b*y", "x^2 - y^2"])
def test_what_has_no_common_factor_stays(text):
    node = parse_expression(text, Builder())
    assert spell(factor_sums(node)) == text
