"""The order in which a formula is written; its value never changes."""

import pytest

from symbp.arrangement import arrange
from symbp.declarations import Builder
from symbp.language.text import parse_expression
from symbp.spelling import spell

ROLES = {"t": "target", "x": "input", "w": "parameter", "o": "intermediate", "d": "adjoint"}


def written(text):
    return spell(arrange(parse_expression(text, Builder()), ROLES))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x*o*(1 - o)*(o - t)", "(o - t)*o*(1 - o)*x"),
        ("-(t - o)", "o - t"),
        ("-t + o", "o - t"),
        ("x*d", "d*x"),
        ("o/(sqrt(x)*w)", "o/(w*sqrt(x))"),
        ("-(o - 1)*x", "x*(1 - o)"),
        ("sin(x)*x", "x*sin(x)"),
        ("-(o + t)", "-o - t"),
    ],
)
def test_as_a_textbook_writes_it(text, wanted):
    assert written(text) == wanted


@pytest.mark.parametrize("text", ["x*o*(1 - o)*(o - t)", "-(t - o)*w", "(x - o)^2*t", "1 - x"])
def test_arranging_twice_changes_nothing(text):
    once = arrange(parse_expression(text, Builder()), ROLES)
    assert arrange(once, ROLES) == once
