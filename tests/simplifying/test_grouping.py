import random

import pytest

from symbp.declarations import Builder
from symbp.language.text import parse_expression
from symbp.measures import outline, reading_cost
from symbp.simplifying import grouping
from symbp.simplifying.forms import tidy
from symbp.simplifying.grouping import group_terms, growth_limit, spread_products, ways_limit
from symbp.spelling import spell
from tests.rules.laws import Instance
from tests.shorthand import at


def read(text):
    return tidy(parse_expression(text, Builder()))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("exp(s)*a + b*c + exp(s)*d", "exp(s)*(a + d) + b*c"),
        ("exp(s)*a + b*exp(t) + exp(s)*d + exp(t)*c", "exp(s)*(a + d) + exp(t)*(b + c)"),
        ("a*b + a*c + d", "a*b + a*c + d"),  # a bracket costs more than a factor saves
        ("a + b + c", "a + b + c"),
        ("exp(s)*a + b", "exp(s)*a + b"),
        ("a*(1 - exp(s))*ln(t) - (2*exp(s) - 2)*ln(t) + c", "(1 - exp(s))*ln(t)*(a + 2) + c"),
        ("ln(exp(s)*a + b*c + exp(s)*d)", "ln(exp(s)*(a + d) + b*c)"),
    ],
)
def test_terms_are_grouped_by_what_they_share(before, after):
    assert spell(group_terms(read(before))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("u*v*(a/u - b/v)", "v*a - u*b"),
        ("o*(a*(b/o - c) + d)", "a*b - o*a*c + o*d"),
        ("u*(a - b)", "u*(a - b)"),  # nothing cancels
        ("u*(a/v - b)", "u*(a/v - b)"),
        ("a + b/a", "a + b/a"),
    ],
)
def test_products_are_spread_where_factors_cancel(before, after):
    assert spell(spread_products(read(before), tidy)) == after


def test_values_stay():
    a, b, x, z = at("a"), at("b"), at("x", "n", "k"), at("y", "n", "k")
    for node in (
        x * z * (a / x - b / z + x * z),
        x * (z * (a / x - b) + b / x) - x * a,
        (a - x) * z + (x - a) * b * z + a * b,
    ):
        instance = Instance(node, "n k")
        start = tidy(instance.node)
        instance.agrees(group_terms(start))
        instance.agrees(spread_products(start, tidy))
        assert reading_cost(group_terms(start)) <= reading_cost(start)


def test_long_sums_are_left_alone():
    text = " + ".join(f"exp(s)*a{n} + b{n}*c{n}" for n in range(20))
    node = read(text)
    assert group_terms(node) is node


def test_of_equally_good_groups_the_order_of_terms_chooses_none():
    """The factors s and t save the same at first; only in the end is one way shorter."""
    terms = ["exp(s)*exp(j)*a", "exp(t)*exp(j)*b", "exp(u)*exp(i)*c", "exp(s)*d",
             "exp(s)*exp(i)*exp(k)", "exp(t)*exp(i)*exp(k)"]  # fmt: skip
    rng = random.Random(5)
    found = set()
    for _ in range(12):
        made = group_terms(read(" + ".join(terms)))
        found.add((reading_cost(made), outline(made)))
        rng.shuffle(terms)
    assert len(found) == 1


def test_a_sum_too_long_for_groups_says_why():
    assert growth_limit(read(" + ".join(f"a{n}" for n in range(16)))) is None
    long = " + ".join(f"a{n}*exp(s)" for n in range(17))
    assert growth_limit(read(f"ln({long})")) == "a sum of more than 16 terms"


def test_more_ways_than_are_compared_say_so(monkeypatch):
    ring = "a*b + b*c + c*d + d*f + f*g + g*h + h*a + a*c + b*d + c*f + d*g + f*h"
    assert ways_limit(read(ring)) == "a sum of more than 8 terms"
    pairs = read("a*b*f + a*c*f + b*c*g + a*d*g + b*d*h + c*d*h")
    assert ways_limit(pairs) is None
    monkeypatch.setattr(grouping, "MAX_WAYS", 4)
    grouping._ends.cache_clear()
    assert ways_limit(pairs) == "4 ways or more"
    grouping._ends.cache_clear()


def test_many_alike_terms_are_grouped_in_few_ways():
    terms = [
        f"cos({n}*t)*" + "*".join(f"sin({m}*t)" for m in range(12) if m != n) for n in range(12)
    ]
    grouping._ends.cache_clear()
    group_terms(read(" + ".join(terms)))
    assert grouping._ends.cache_info().misses < 1000


def test_a_short_sum_is_compared_in_all_ways():
    assert ways_limit(read("exp(s)*a + b*c + exp(s)*d")) is None
