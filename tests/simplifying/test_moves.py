import pytest

from symbp.declarations import Builder
from symbp.language.text import parse_expression
from symbp.simplifying.moves import (
    factored,
    grouped,
    in_fractions,
    in_order,
    merged,
    tidy,
    without_brackets,
)
from symbp.spelling import spell
from tests.rules.laws import Instance, over
from tests.shorthand import at, index, same


def read(text):
    return tidy(parse_expression(text, Builder()))


@pytest.mark.parametrize(
    ("move", "before", "after"),
    [
        (factored, "a*b + a*c", "a*(b + c)"),
        (factored, "a + b", "a + b"),
        (in_fractions, "a/(1 - a) + 1", "1/(1 - a)"),
        (in_fractions, "where(c > d, a/(a - a^2), b)", "where(c > d, 1/(1 - a), b)"),
        (grouped, "a*b*(1/a - c/b) + d", "d + a*b*(1/a - c/b)"),
        (grouped, "exp(s)*a + b*c + exp(s)*d", "exp(s)*(a + d) + b*c"),
        (in_order, "where(a > 0, b, c)", "where(a <= 0, c, b)"),
        (in_order, "a + b", "a + b"),
    ],
)
def test_moves_of_arithmetic(move, before, after):
    assert sorted(spell(move(read(before))).split(" + ")) == sorted(after.split(" + "))


def test_moves_of_sums():
    u, v = at("u", "l"), at("v", "l")
    assert spell(merged(tidy(over("l", u) + over("l", v)))) == "sum(l, u[l] + v[l])"
    from symbp.expressions import Bracket

    node = tidy(at("u", "k") * (Bracket(same("k", 0)) - at("v", "k")))
    instance = Instance(node, "k")
    instance.agrees(without_brackets(instance.node))
    assert index("k") is not None


def test_a_move_that_does_nothing_gives_the_node_back():
    node = read("a + b")
    for move in (factored, grouped, in_order):
        assert move(node) is node
