import pytest

from symbp.declarations import Builder
from symbp.language.text import parse_expression
from symbp.rewriting import Log
from symbp.simplifying.caseorder import order_branches
from symbp.simplifying.moves import in_order, tidy
from symbp.spelling import spell
from tests.rules.laws import Instance
from tests.shorthand import at


def read(text):
    return parse_expression(text, Builder())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("where(z > 0, a, b)", "where(z <= 0, b, a)"),
        ("where(0 < z, a, b)", "where(z <= 0, b, a)"),
        ("where(1 - y*z > 0, a, 0)", "where(y*z < 1, a, 0)"),
        ("where(z >= z/100, 1, a)", "where(z < 0, a, 1)"),
        ("where(-2*z + 6 <= 0, a, b)", "where(z < 3, b, a)"),
        ("where(min(1, z) <= -1, 0, where(z >= 1, 0, 1))", "where(z <= -1, 0, where(z < 1, 1, 0))"),
        ("where(z > 1, a, where(z < -1, b, c))", "where(z < -1, b, where(z <= 1, c, a))"),
        ("where(z > -1 and z < 1, a, b)", "where(z > -1 and z < 1, a, b)"),  # no longer than it was
        ("where(not z > 0 or z >= 2, a, b)", "where(z <= 0, a, where(z < 2, b, a))"),
        ("where(abs(z) <= 1, z, sign(z))", "where(z <= -1, -1, where(z <= 1, z, 1))"),
        ("where(z < 0, -a, where(z > 0, a, 0))", "a*sign(z)"),
        ("where(z < 2, a, where(z > 2, a, a))", "a"),
        ("where(z < 0, a, where(z <= 0, b, c))", "where(z < 0, a, where(z <= 0, b, c))"),
        ("z*where(z <= 0, 0, 1) + where(z <= 0, 0, 2)", "where(z <= 0, 0, z + 2)"),
    ],
)
def test_branches_stand_in_ascending_order(before, after):
    assert spell(tidy(in_order(tidy(read(before))))) == after


@pytest.mark.parametrize(
    "text",
    [
        "where(z <= y, a, b)",  # two values are compared
        "where(abs(z) <= y, z, y*sign(z))",
        "where(z*z <= z, a, b)",  # no straight line
        "where(z <= 0, 0, where(y <= 0, a, b))",
        "a + b*sign(z)",  # no branch that is spelled out
        "where(z == 0, 1, sin(z)/z)",  # the other branch has no value at 0
    ],
)
def test_what_is_not_of_one_variable_stays(text):
    node = tidy(read(text))
    assert in_order(node) == node


def test_values_stay():
    x, y = at("x", "n", "k"), at("y", "n", "k")
    from symbp.expressions import Call, Comparison, Number, Where

    zero, one = Number(0), Number(1)
    positive = Comparison(">", x, zero)
    for node in (
        Where(positive, y, x) * Where(Comparison(">=", one, x), x, y),
        Where(Comparison(">", Call("abs", (x,)), one), y, x * y),
        Where(Comparison("<", Call("max", (x, one)), one + one), y, Call("abs", (x,))),
    ):
        instance = Instance(node, "n k")
        instance.agrees(order_branches(instance.node, tidy))


def test_limits_leave_the_expression_alone():
    steps = "c"
    for n in range(20):
        steps = f"where(z < {20 - n}, a*{n + 2}, {steps})"
    node = read(steps)
    assert order_branches(node, tidy) == node


def test_a_chain_is_cut_into_pieces_that_are_put_in_order_and_together():
    log = Log()
    order_branches(read("where(z > 1, a*a, where(z < -1, b, c))"), tidy, log)
    assert [spell(use.after) for use in log.applications] == [
        "where(z < -1, b, where(z <= -1, c, where(z < 1, c, where(z <= 1, c, a*a))))",
        "a^2",
        "where(z < -1, b, where(z <= 1, c, a^2))",
    ]
    assert {use.rule for use in log.applications} == {"cases", "product"}
