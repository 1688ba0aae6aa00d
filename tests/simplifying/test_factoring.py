import re

import pytest

from symbp.declarations import Builder
from symbp.expressions import Sum
from symbp.language.text import parse_expression
from symbp.simplifying.factoring import factor_sums, growth_limit
from symbp.spelling import spell
from tests.rules.laws import Instance
from tests.shorthand import at


def read(text):
    return parse_expression(text, Builder())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a*b + a*c", "a*(b + c)"),
        ("a*b - a", "a*(b - 1)"),  # no shorter, but a occurs once
        ("a^2*b - b", "b*(a^2 - 1)"),
        ("a^2 + a", "a^2 + a"),
        ("2*a + 4*b", "2*a + 4*b"),
        ("2*a*c + 4*b*c", "2*c*(a + 2*b)"),
        ("a/2 + b/2", "(a + b)/2"),
        ("a/b + c/b", "(a + c)/b"),
        ("a^2*b + a^3", "a^2*(b + a)"),
        ("(a - b)*c + (b - a)*a", "(a - b)*(c - a)"),
        ("(a - b)^2*c + (b - a)^2*a", "(a - b)^2*(c + a)"),
        ("(a - b)*(1 - c^2)*b + (b - a)*(1 - a^2)*c", "(a - b)*((1 - c^2)*b - (1 - a^2)*c)"),
        ("a + b", "a + b"),
        ("a*b + c", "a*b + c"),
        ("exp(a*b + a*c)", "exp(a*(b + c))"),
        ("a/2 + b/3", "a/2 + b/3"),
        # 1/√exp(a) in front would leave √exp(a) inside
        (
            "c*b/exp(a) - c/(sqrt(exp(a))*sqrt(exp(b)))",
            "c*(b/exp(a) - 1/(sqrt(exp(a))*sqrt(exp(b))))",
        ),
        ("b/sqrt(exp(a)) - c/sqrt(exp(a))", "(b - c)/sqrt(exp(a))"),
    ],
)
def test_common_factors(before, after):
    node = read(before)
    made = factor_sums(node)
    assert spell(made) == after or made == read(after)
    Instance(node, "").agrees(made)


def test_brackets_are_not_opened():
    node = read("a*(1 - b^2)*c + a*(1 - c^2)*b")
    assert spell(factor_sums(node)) == "a*((1 - b^2)*c + (1 - c^2)*b)"


def test_a_single_term_is_no_sum():
    node = Sum(((-1, at("a")),))
    assert factor_sums(node) is node


def test_a_limit_of_size_says_so_and_leaves_the_node_as_it_is():
    inner = at("x")
    for n in range(200):  # a sum over a sum over a sum, all of them seen again and again
        inner = Sum(((1, inner * at("a")), (1, at(f"q{n}") * at("a"))))
    assert factor_sums(inner) is inner
    assert re.fullmatch(r"\d+ sums over \d+ nodes", growth_limit(inner))


def test_a_thousand_terms_are_no_matter():
    long = Sum([(1, at("a") * at(f"q{n}")) for n in range(1000)])
    assert growth_limit(long) is None
    assert spell(factor_sums(long)).startswith("a*(q0 + q1")
