import pytest

from symbp.declarations import Builder
from symbp.expressions import ZERO, Comparison, Where
from symbp.language.text import parse_expression
from symbp.simplifying import moves
from symbp.simplifying.moves import (
    factored,
    grouped,
    in_fractions,
    in_order,
    merged,
    settled,
    tidy,
    without_brackets,
)
from symbp.spelling import spell
from tests.rules.laws import Instance, over
from tests.shorthand import at, index, same
from tests.systems.cases import read as read_system


def read(text):
    return tidy(parse_expression(text, Builder()))


@pytest.mark.parametrize(
    ("move", "before", "after"),
    [
        (factored, "a*b + a*c", "a*(b + c)"),
        (factored, "a + b", "a + b"),
        (in_fractions, "a/(1 - a) + 1", "1/(1 - a)"),
        (in_fractions, "where(c > d, a/(a - a^2), b)", "where(c > d, 1/(1 - a), b)"),
        (in_fractions, "b*(1 - a/(a + c)) - d*exp(s)", "c*b/(a + c) - d*exp(s)"),
        (in_fractions, "exp(-a)*(exp(a) - exp(2*a)/(exp(a) + exp(b)))", "exp(b)/(exp(a) + exp(b))"),
        (grouped, "a*b*(1/a - c/b) + d", "d + a*b*(1/a - c/b)"),
        (grouped, "exp(s)*a + b*c + exp(s)*d", "exp(s)*(a + d) + b*c"),
        (in_order, "where(a > 0, b, c)", "where(a <= 0, c, b)"),
        (in_order, "a + b", "a + b"),
    ],
)
def test_moves_of_arithmetic(move, before, after):
    assert sorted(spell(move(read(before))).split(" + ")) == sorted(after.split(" + "))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2*a + where(c > d, 2*b, 0)", "2*(a + where(c > d, b, 0))"),
        ("2*a + where(c > d, 0, 4*b)", "2*(a + where(c > d, 0, 2*b))"),
        ("(2*a + where(c > d, 2*b, 0))/2", "a + where(c > d, b, 0)"),
        ("2*a + where(c > d, 3*b, 0)", "2*a + where(c > d, 3*b, 0)"),
        ("2*a + where(c > d, b, 2)", "2*a + where(c > d, b, 2)"),
    ],
)
def test_a_number_is_shared_with_a_branch_beside_0(before, after):
    assert spell(settled(read(before))) == after


def test_a_number_is_shared_with_branches_under_a_sum():
    """The number stays in the condition, which it is no part of."""
    a, u = at("a"), at("u", "l")
    branches = Where(Comparison(">", a, 2 * u), 2 * u, ZERO)
    node = 2 * a + over("l", branches)
    instance = Instance(tidy(node), "")
    made = settled(instance.node)
    instance.agrees(made)
    assert spell(made) == "2*(a + sum(l, where(a > 2*u[l], u[l], 0)))"


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


def test_a_term_without_a_bar_is_no_fraction_to_look_for(monkeypatch):
    asked = []
    monkeypatch.setattr(moves, "rational_form", asked.append)
    system = read_system("param a, b, c\nr = sin(a)*(b + c) + cos(a)*(b - c)")
    whole = system.author_equations[-1].right
    moves.shortest_fraction(whole)
    assert asked == [whole]
