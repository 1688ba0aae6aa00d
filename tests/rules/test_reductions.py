from fractions import Fraction

import pytest

from symbp.expressions import (
    ZERO,
    Bracket,
    Call,
    Comparison,
    Number,
    Product,
    Reduce,
    Sum,
    Where,
)
from symbp.indices import IndexExpr
from symbp.rewriting import rewrite
from symbp.rules.algebra import ALGEBRA
from symbp.rules.branches import BRANCHES
from symbp.rules.reductions import REDUCTIONS
from symbp.spelling import spell
from tests.rules.laws import Instance, fires, keeps_values, over
from tests.shorthand import at, index, same

BY_NAME = {rule.name: rule for rule in REDUCTIONS}
a, b = at("a"), at("b")
u, v, w = at("u", "l"), at("v", "l"), at("w", "j")
x = at("x", "n", "l")
label = IndexExpr.gather("t", (index("n"),))
#: Reads t between brackets once, so that it is a quantity of labels.
LABELLED = at("u", label)


def above(node):
    return Comparison(">", node, Number(Fraction(1, 2)))


#: For each row: an instance, and what the row makes of it.
INSTANCES = [
    ("empty", over("l", ZERO), "0"),
    ("no_index", Reduce("sum", (), a * b), "a*b"),
    ("sift", over("l", Bracket(same("l", "k")) * x * u), "x[n,k]*u[k]"),
    ("sift", over("l", Bracket(same(label, "l")) * x) * LABELLED, "x[n,t[n]]*u[t[n]]"),
    ("sift", over("l j", Bracket(same("k", "l")) * u * w), "sum(j, u[k]*w[j])"),
    (
        "equate",
        over("m l", Bracket(same("m", "l")) * x * at("u", "m")),
        "sum(m, l, [m == l]*(x[n,m]*u[m]))",
    ),
    ("equate", Bracket(same("k", label)) * at("u", label), "[k == t[n]]*u[k]"),
    ("nest", over("l", over("j", u * w)), "sum(l, j, u[l]*w[j])"),
    ("nest", over("l", over("l", u)), "sum(l, m, u[m])"),
    ("indep", over("l", 3 * a * u / b), "(3*a/b)*sum(l, u[l])"),
    ("indep", over("l", a), "a*K"),
    ("indep", over("l j", u), "J*sum(l, u[l])"),
    (
        "bracket_leaves",
        over("l", Where(above(u), Bracket(same("k", label)) * v, ZERO)) * LABELLED,
        "([k == t[n]]*sum(l, where(u[l] > 1/2, v[l], 0)))*u[t[n]]",
    ),
    (
        "bracket_leaves",
        over("l", Where(above(u), ZERO, Where(above(v), -Bracket(same("k", label)), ZERO))),
        None,
    ),
    ("branch_leaves", over("l", Where(above(a), ZERO, v)), "where(a > 1/2, 0, sum(l, v[l]))"),
    ("components", over("l j", u * w * v), "sum(l, u[l]*v[l])*sum(j, w[j])"),
    ("split", over("l", u + a), "sum(l, u[l]) + sum(l, a)"),
    ("split", over("l", Bracket(same("l", "k")) * u - v), None),
    ("multiply_out", over("l", u * (Bracket(same("l", "k")) - v)), None),
]


@pytest.mark.parametrize(("name", "before", "after"), INSTANCES)
def test_each_row_keeps_the_value_of_an_instance(name, before, after):
    found = fires(BY_NAME[name], before)
    if after is not None:
        assert spell(found) == after


def test_every_row_has_an_instance():
    assert {name for name, _, _ in INSTANCES} == set(BY_NAME)


ALL = (*REDUCTIONS, *BRANCHES, *ALGEBRA)


@pytest.mark.parametrize("kinks", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_the_tables_keep_values_end_and_are_idempotent_on_random_nodes(seed, kinks):
    keeps_values(ALL, seed, kinks=kinks)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 300))
def test_the_same_for_many_more(seed):
    keeps_values(ALL, seed, kinks=bool(seed % 2))


def tidied(node, letters="n k"):
    instance = Instance(node, letters)
    made = rewrite(instance.node, ALL)
    instance.agrees(made)
    return spell(made)


def test_a_bracket_is_sifted_out_of_a_difference():
    p = at("v", "l")
    node = over("l", at("y", "n", "l") * (Bracket(same("l", "k")) - p))
    assert tidied(node) == "y[n,k] - sum(l, y[n,l]*v[l])"


def test_a_sum_that_hides_a_letter_is_nested_without_capture():
    node = over("l", u * over("l", v * at("y", "n", "l")))
    assert tidied(node) == "sum(l, v[l]*y[n,l])*sum(l, u[l])"


def test_a_factor_may_have_the_letter_of_the_binder_outside():
    inner = over("k", at("u", "k") * at("y", "n", "k"))
    assert tidied(at("v", "k") * inner) == "v[k]*sum(l, u[l]*y[n,l])"


def test_a_bound_letter_inside_what_is_equated_moves_out_of_the_way():
    row = over("k", at("x", "n", "k") * at("u", label))
    node = Product((Bracket(same("k", label)), row))
    made = rewrite(Instance(node).node, ALL)
    Instance(node).agrees(made)
    assert spell(made) == "[k == t[n]]*u[k]*sum(l, x[n,l])"


def test_a_letter_of_the_gathered_index_may_be_bound_beside_it():
    """Whatever the author calls the index of another sum: [k = t[n]] u[t[n]] is [k = t[n]] u[k]."""
    for beside in (over("n", at("x", "n", "k")), over("m", at("y", 0, "m"))):
        node = Product((Bracket(same("k", label)), at("u", label), Call("exp", (beside,))))
        made = rewrite(Instance(node).node, ALL)
        Instance(node).agrees(made)
        assert "u[k]" in spell(made)
    inner = over("n", at("x", "n", "k") * at("u", label))
    node = Product((Bracket(same("k", label)), at("u", label), inner))
    made = rewrite(Instance(node).node, ALL)
    Instance(node).agrees(made)
    assert spell(made).count("u[t[") == spell(made).count("u[k]") == 1


def test_max_and_products_over_indices_are_left_alone():
    for operator in ("max", "min", "prod"):
        node = over("l", a * u, operator)
        assert tidied(node, "") == f"{operator}(l, a*u[l])"


def test_a_reduction_inside_a_function_is_tidied_too():
    node = Call("exp", (over("l", 2 * u),))
    assert tidied(node, "") == "exp(2*sum(l, u[l]))"


def test_sums_of_nothing_are_zero():
    node = Sum(((1, over("l", Number(0) * u)), (1, a)))
    assert tidied(node, "") == "a"
