import pytest

from symbp.expressions import (
    ONE,
    ZERO,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    Number,
    Product,
    Sum,
    Where,
)
from symbp.interpreter import evaluate
from symbp.rewriting import rewrite
from symbp.rules.algebra import ALGEBRA
from symbp.rules.branches import BRANCHES, decided
from symbp.spelling import spell
from tests.rules.laws import fires, keeps_values
from tests.shorthand import at, builder, index, same

BY_NAME = {rule.name: rule for rule in BRANCHES}
a, b, c = at("a"), at("b"), at("c")
x = at("x", "n", "k")
POSITIVE = Comparison(">", x, a)
BEHIND = IndexComparison("<=", index("n"), index("k"))
BRACKET = Bracket(BEHIND)

#: For each row: an instance, and what the row makes of it.
INSTANCES = [
    ("number_right", Comparison(">=", ONE, a), "where(a <= 1, b, c)"),
    ("bracket", Bracket(same("n", "n")) * x, "1*x[n,k]"),
    ("bracket", Bracket(same("n", index("n") + 1)) * x, "0*x[n,k]"),
    ("idempotent", BRACKET * x * BRACKET, "[n <= k]*x[n,k]"),
    ("absolute", x * a * Call("sign", (x,)), "a*abs(x[n,k])"),
    ("absolute", Call("abs", (x,)) * a * Call("sign", (x,)), "a*x[n,k]"),
    ("sign", Where(x < 0, Number(-1), Where(x > 0, ONE, ZERO)), "sign(x[n,k])"),
    ("decided", Where(same("n", "n"), a, b), "a"),
    ("decided", Where(POSITIVE, a, a), "a"),
    ("nested", Where(POSITIVE, b, Where(POSITIVE, c, x)), "where(x[n,k] > a, b, x[n,k])"),
    ("nested", Where(POSITIVE, Where(POSITIVE, c, x), b), "where(x[n,k] > a, c, b)"),
    ("into_branch", a * Where(POSITIVE, ZERO, b), "where(x[n,k] > a, 0, a*b)"),
    ("into_branch", Where(POSITIVE, ONE, ZERO) / b, "where(x[n,k] > a, 1/b, 0)"),
    ("sign_into_branch", -Where(POSITIVE, a, b - c), "where(x[n,k] > a, -a, -b + c)"),
    (
        "add_branches",
        Where(POSITIVE, a, b) + c - Where(POSITIVE, b, c),
        "c + where(x[n,k] > a, a - b, b - c)",
    ),
]


@pytest.mark.parametrize(
    ("name", "before", "after"), INSTANCES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_each_row_keeps_the_value_of_an_instance(name, before, after):
    if isinstance(before, Comparison):
        before = Where(before, b, c)
    assert spell(fires(BY_NAME[name], before)) == after


def test_every_row_has_an_instance():
    assert {name for name, _, _ in INSTANCES} == set(BY_NAME)


@pytest.mark.parametrize("seed", range(12))
def test_the_tables_keep_values_end_and_are_idempotent_on_random_nodes(seed):
    keeps_values((*BRANCHES, *ALGEBRA), seed, kinks=True)


def test_an_index_condition_is_decided_where_the_sides_differ_by_a_constant():
    n, k = index("n"), index("k")
    assert decided(IndexComparison("<", n, n + 2)) is True
    assert decided(IndexComparison("!=", n, n)) is False
    assert decided(IndexComparison(">=", n + 1, n + 1)) is True
    assert decided(IndexComparison("==", n, k)) is None
    assert decided(POSITIVE) is None


def test_the_branch_that_is_not_taken_is_not_multiplied():
    node = Product((Call("ln", (a,)), Where(a > 0, b, ZERO)))
    made = rewrite(node, BRANCHES)
    assert spell(made) == "where(a > 0, ln(a)*b, 0)"
    system = builder("a b", r=made).snapshot()
    assert evaluate(system, {"a": 0.0, "b": 3.0})["r"] == 0.0  # -inf * 0 is nan


def test_two_numbers_are_compared():
    comparison = Comparison("<", Number(1), Number(2))
    assert rewrite(Where(comparison, a, b), BRANCHES) == a
    assert rewrite(Bracket(Comparison(">=", Number(1), Number(2))), BRANCHES) == ZERO


def test_a_factor_between_two_values_stays_outside():
    node = Product((a, Where(POSITIVE, b, c)))
    assert rewrite(node, BRANCHES) == node


def test_where_under_different_conditions_stay_apart():
    node = Sum(((1, Where(POSITIVE, a, b)), (1, Where(BEHIND, a, b))))
    assert rewrite(node, BRANCHES) == node
