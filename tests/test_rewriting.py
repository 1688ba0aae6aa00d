"""The engine: rows in order, to a fixpoint, every application on record, and it ends."""

import random

import pytest

from symbp.declarations import Builder
from symbp.expressions import Access, Node, Number, Sum, postorder
from symbp.forms import tidy
from symbp.language.text import parse_expression
from symbp.rewriting import Log, Rule, rewrite

GROW = Rule("grow", "x = x + 0", Sum, lambda n, log: Sum((*n.terms, (1, Number(0)))))


def test_applications_are_recorded():
    log = Log()

    def drop(node: Node, log: Log) -> Node | None:
        kept = tuple(t for t in node.terms if t[1] != Number(0))
        return None if len(kept) == len(node.terms) else Sum(kept)

    row = Rule("drop", "x + 0 = x", Sum, drop)
    rewrite(Sum(((1, Access("x")), (1, Number(0)))), (row,), log)
    assert [a.rule for a in log.applications] == ["drop"]


def test_a_table_that_does_not_end_is_called_faulty():
    with pytest.raises(AssertionError, match="terminate"):
        rewrite(Access("x") + Access("y"), (GROW,))


def random_text(rng, depth=4):
    if depth == 0:
        return rng.choice(["x", "y", "z"])
    shape = rng.choice(
        ["({} + {})", "({} - {})", "{}*{}", "{}/(1 + {}^2)", "-{}", "({})^2", "sqrt({})"]
    )
    return shape.format(*(random_text(rng, depth - 1) for _ in range(shape.count("{}"))))


@pytest.mark.parametrize("seed", range(60))
def test_tidying_twice_changes_nothing(seed):
    node = parse_expression(random_text(random.Random(seed)), Builder())
    once = tidy(node)
    assert tidy(once) == once, seed
    assert sum(1 for _ in postorder(once)) <= 2 * sum(1 for _ in postorder(node)) + 2, seed
