"""The rows of the searches: each is written down where its move uses it. Laws: `test_laws.py`."""

import pytest

from symbp.declarations import Builder
from symbp.expressions import Bracket, Node, Number, Sum
from symbp.language.text import parse_expression
from symbp.rewriting import Log
from symbp.rules.moves import MOVES
from symbp.simplifying import moves
from symbp.simplifying.moves import tidy
from symbp.spelling import spell
from tests.rules.laws import Instance, over
from tests.shorthand import at, same


def read(text: str) -> Node:
    return parse_expression(text, Builder())


u, v = at("u", "l"), at("v", "l")
#: Which move, on what, and the rows of the searches that it uses, in order.
USES = {
    "factor": ("factored", read("a*b + a*c"), ["factor"]),
    "collect": ("in_fractions", read("a/(1 - a) + 1"), ["collect"]),
    "expand": (
        "without_brackets",
        at("u", "k") * (Bracket(same("k", 0)) - at("v", "k")) + at("u", "k") * at("v", "k"),
        ["expand"],
    ),
    "group": ("grouped", read("exp(c)*a + a*b + exp(c)*b"), ["group"]),
    "spread": ("grouped", read("a*b*(c/a - one/b)"), ["expand"]),
    "merge": ("merged", at("a") * over("l", u) - at("b") * over("l", v), ["merge"]),
    "take_in": ("merged", tidy(over("l", at("a") - u)), ["take_in"]),
    "take_out": (
        "merged",
        at("a") * over("l", u) + at("a") * over("l", v),
        ["merge", "factor", "take_out"],
    ),
    "cases": ("in_order", read("where(c > 0, a, b)"), ["cases", "cases"]),
    "numbers": ("settled", read("2*a + 2*b"), ["numbers"]),
}


@pytest.mark.parametrize(("move", "node", "rows"), USES.values(), ids=USES)
def test_a_move_writes_down_the_rows_that_it_uses(move, node, rows):
    instance = Instance(node, " ".join(sorted(node.free)))
    start = tidy(instance.node)
    log = Log()
    made = getattr(moves, move)(start, log)
    assert made == getattr(moves, move)(start) != start
    assert [use.rule for use in log.applications if use.row in MOVES.values()] == rows
    instance.agrees(made)


def test_nothing_is_written_down_where_nothing_changes():
    start = tidy(read("a + b*c"))
    for move in ("factored", "in_fractions", "grouped", "merged", "in_order", "settled"):
        log = Log()
        assert getattr(moves, move)(start, log) is start
        assert log.applications == []


def test_a_row_has_laws_or_says_where_its_identity_comes_from():
    for move in MOVES.values():
        assert bool(move.laws) != bool(move.says), move.name
        assert move.law
    assert MOVES["factor"].law == "x*y + x*z = x*(y + z)"


def test_numbers_settle_in_one_way_however_they_came_about():
    for text in ("2*(a + b)", "2*a + 2*b", "(4*a + 4*b)/2", "(a + b)*3/2 + (a + b)/2"):
        assert spell(moves.settled(tidy(read(text)))) == "2*(a + b)"


def test_where_numbers_cancel_what_stands_around_them_settles_too():
    """3 (2 u - 2 v)/2 + 3/4: the 2 goes first, and then the 3 is shared."""
    inner = Sum(((1, 2 * at("a")), (-1, 2 * at("b"))))
    node = tidy(3 * inner * at("c") / 2 + Number(3) / 4)
    once = moves.settled(node)
    assert moves.settled(once) is once
