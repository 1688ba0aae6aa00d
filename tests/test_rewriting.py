import pytest

from symbp.expressions import Call, Node, Number, Product, Sum
from symbp.rewriting import MAX_REWRITES_PER_NODE, Application, Law, Log, Rule, rewrite
from symbp.spelling import spell
from tests.shorthand import at

a, b = at("a"), at("b")


def halve(current):
    """sin(x) becomes cos(x), and cos(x) x."""
    if current.function == "sin":
        return Call("cos", current.arguments)
    return current.arguments[0] if current.function == "cos" else None


HALVE = Rule("halve", Call, halve, (Law("sin(x)", "cos(x)"),))


def test_rows_are_applied_from_the_leaves_up_until_nothing_changes():
    log = Log()
    assert rewrite(Call("sin", (Call("sin", (a,)),)), (HALVE,), log) is a
    assert [x.rule for x in log.applications] == ["halve"] * 4
    assert log.applications[0].before == Call("sin", (a,))


def test_a_node_without_a_redex_is_given_back_itself():
    node = Product((a, Sum(((1, a), (-1, b)))))
    assert rewrite(node, (HALVE,)) is node


def test_what_a_row_builds_is_rewritten_too():
    split = Rule("split", Product, lambda n: Sum([(1, Call("cos", (f,))) for f in n.numerator]), ())
    assert rewrite(Product((a, b)), (split, HALVE)) == a + b


def test_shared_nodes_are_rewritten_once():
    node: Node = Call("cos", (a,))
    for _ in range(40):
        node = Product((node, node))
    log = Log()
    rewrite(node, (HALVE,), log)
    assert len(log.applications) == 1


def test_the_first_row_that_applies_wins():
    first = Rule("first", Call, lambda n: a, ())
    second = Rule("second", Call, lambda n: b, ())
    assert rewrite(Call("sin", (b,)), (first, second)) is a


def test_a_table_that_does_not_end_is_found_out():
    grow = Rule("grow", Number, lambda n: Number(n.value + 1), ())
    with pytest.raises(AssertionError, match="do not terminate"):
        rewrite(Number(0), (grow,))
    assert MAX_REWRITES_PER_NODE >= 100


def test_conditions_are_what_the_left_side_needs_and_the_right_side_no_longer_says():
    row = Rule("any", Node, lambda n: n, ())
    cancelled = Application(row, Product((a, b), (a,)), b)
    assert [spell(c) for c in cancelled.conditions] == ["a != 0"]
    kept = Application(row, Product((a, a), (a, b)), Product((a,), (b,)))
    assert [spell(c) for c in kept.conditions] == ["a != 0"]
    assert Application(row, a + a, 2 * a).conditions == ()


def test_a_law_prints_with_its_conditions():
    law = Law("x*y/x", "y", ("x != 0",))
    assert str(law) == "x*y/x = y, where x != 0"
    row = Rule("r", Product, lambda n: None, (law, Law("x*1", "x")))
    assert row.law == "x*y/x = y, where x != 0; x*1 = x"


def test_a_node_that_is_settled_is_looked_at_once():
    """What no rule changes is not tried again, in whatever it stands; other tables try anew."""
    seen = []
    look = (Rule("look", Sum, seen.append, ()),)
    inner = Sum(((1, a), (-1, b)))
    for _ in range(2):
        assert rewrite(Product((a, inner)), look) == Product((a, inner))
    assert rewrite(Call("exp", (inner,)), look) == Call("exp", (inner,))
    assert seen == [inner]
    again = (Rule("look", Sum, seen.append, ()),)
    rewrite(inner, again)
    assert seen == [inner, inner]
