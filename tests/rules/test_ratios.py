"""Ratios of functions that have a name of their own."""

import pytest

from symbp.rewriting import rewrite
from symbp.rules.ratios import RATIOS
from symbp.spelling import spell
from tests.rules.laws import Instance, fires, given

BY_NAME = {rule.name: rule for rule in RATIOS}


INSTANCES = [
    ("ratio", "a*sin(b)/cos(b)", "a*tan(b)"),
    ("ratio", "sin(u[k])/cos(u[k])^2", "tan(u[k])/cos(u[k])"),
    ("ratio", "sinh(b)^3/(c*cosh(b))", "tanh(b)*sinh(b)^2/c"),
]


@pytest.mark.parametrize(("name", "before", "after"), INSTANCES)
def test_each_row_keeps_the_value_of_an_instance(name, before, after):
    assert spell(fires(BY_NAME[name], Instance(given(before)).node)) == after


def test_every_row_has_an_instance():
    assert {name for name, _, _ in INSTANCES} == set(BY_NAME)


@pytest.mark.parametrize(
    "text", ["sin(a)/cos(b)", "sin(a)*cos(a)", "cos(a)/sin(a)", "sqrt(sin(a))/cos(a)", "1/cos(a)"]
)
def test_other_products_stay(text):
    root = Instance(given(text)).node
    assert rewrite(root, RATIOS) == root
