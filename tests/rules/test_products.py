"""Products over indices: all factors but one, divided by all of them."""

import pytest

from symbp.gradients import differentiate
from symbp.rewriting import rewrite
from symbp.rules.products import PRODUCTS
from symbp.spelling import spell
from tests.rules.laws import Instance, fires, given
from tests.systems.cases import read

BY_NAME = {rule.name: rule for rule in PRODUCTS}


INSTANCES = [
    ("all_but_one", "prod(l, where(l == k, 1, u[l]))/prod(l, u[l])", "1/u[k]"),
    ("all_but_one", "prod(l, where(l == k, 1, u[l]))*a/prod(m, u[m])^2", "a/(prod(m, u[m])*u[k])"),
    ("all_but_one", "prod(l, where(k == l, 1, u[l]))/(b*prod(l, u[l]))", "1/(b*u[k])"),
]


@pytest.mark.parametrize(("name", "before", "after"), INSTANCES)
def test_each_row_keeps_the_value_of_an_instance(name, before, after):
    assert spell(fires(BY_NAME[name], Instance(given(before)).node)) == after


def test_every_row_has_an_instance():
    assert {name for name, _, _ in INSTANCES} == set(BY_NAME)


@pytest.mark.parametrize(
    "text",
    [
        "prod(l, where(l == k, 1, u[l]))/prod(l, v[l])",
        "prod(l, where(l == k, 2, u[l]))/prod(l, u[l])",
        "prod(l, where(l < k, 1, u[l]))/prod(l, u[l])",
        "prod(l, where(l == k, 1, u[l]))/sum(l, u[l])",
        "prod(l, where(l == k, 1, u[l]))*prod(l, u[l])",
    ],
)
def test_other_products_stay(text):
    root = Instance(given(text)).node
    assert rewrite(root, PRODUCTS) == root


def test_the_derivative_of_the_logarithm_of_a_product():
    ledger = differentiate(read("input x[n:N]\nL = ln(prod(n, x[n]))"), "L", ["x"])
    assert spell(ledger.gradients["x"].printed.right) == "1/x[n]"
