import pytest

from symbp.expressions import Call, Node, Number, Product, Sum
from symbp.rewriting import MAX_REWRITES_PER_NODE, Log, Rule, rewrite
from tests.shorthand import at

a, b = at("a"), at("b")


def halve(current, log):
    """sin(x) becomes cos(x), and cos(x) x."""
    del log
    if current.function == "sin":
        return Call("cos", current.arguments)
    return current.arguments[0] if current.function == "cos" else None


HALVE = Rule("halve", "sin(x) = cos(x)", Call, halve)


def test_rows_are_applied_from_the_leaves_up_until_nothing_changes():
    log = Log()
    assert rewrite(Call("sin", (Call("sin", (a,)),)), (HALVE,), log) is a
    assert [x.rule for x in log.applications] == ["halve"] * 4
    assert log.applications[0].before == Call("sin", (a,))


def test_a_node_without_a_redex_is_given_back_itself():
    node = Product((a, Sum(((1, a), (-1, b)))))
    assert rewrite(node, (HALVE,)) is node


def test_what_a_row_builds_is_rewritten_too():
    split = Rule(
        "split", "", Product, lambda n, log: Sum(tuple((1, Call("cos", (f,))) for f in n.numerator))
    )
    assert rewrite(Product((a, b)), (split, HALVE)) == a + b


def test_shared_nodes_are_rewritten_once():
    node: Node = Call("cos", (a,))
    for _ in range(40):
        node = Product((node, node))
    log = Log()
    rewrite(node, (HALVE,), log)
    assert len(log.applications) == 1


def test_the_first_row_that_applies_wins():
    first = Rule("first", "", Call, lambda n, log: a)
    second = Rule("second", "", Call, lambda n, log: b)
    assert rewrite(Call("sin", (b,)), (first, second)) is a


def test_a_table_that_does_not_end_is_found_out():
    grow = Rule("grow", "", Number, lambda n, log: Number(n.value + 1))
    with pytest.raises(AssertionError, match="do not terminate"):
        rewrite(Number(0), (grow,))
    assert MAX_REWRITES_PER_NODE >= 100


def test_conditions_are_kept_with_the_row_that_asked_first():
    log = Log()
    log.needs_nonzero(a, "cancel")
    log.needs_nonzero(a, "other")
    assert log.nonzero == {a: "cancel"}
