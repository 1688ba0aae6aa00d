"""The reading cost orders the forms that compete."""

import pytest

from symbp.declarations import Builder
from symbp.language.text import parse_expression
from symbp.measures import reading_cost, size_with


def cost(text):
    return reading_cost(parse_expression(text, Builder()))


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("o*(1 - o)", "exp(-z)/(1 + exp(-z))^2"),
        ("1 - t^2", "(1 - t)*(1 + t)"),
        ("(p*s - y)/n", "p*s/n - y/n"),
        ("x", "-x"),
        ("x*y", "x*y*z"),
        ("x", "sqrt(x)"),
    ],
)
def test_the_published_form_is_shorter(shorter, longer):
    assert cost(shorter) < cost(longer)


def test_leaves_cost_nothing():
    assert cost("x") == cost("3") == cost("pi") == 0


def test_the_size_once_names_stand_for_more():
    builder = Builder()
    root = parse_expression("x*(y + x)", builder)
    assert size_with(root, {}) == root.size
    assert size_with(root, {"x": 10}) == root.size + 18
