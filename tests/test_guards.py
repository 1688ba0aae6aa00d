import numpy as np
import pytest

from symbp.expressions import Bracket, IndexValue
from symbp.gradients import differentiate
from symbp.guards import guard_equalities
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate
from symbp.spelling import spell
from tests.shorthand import at, builder, index, same, total
from tests.systems.measuring import gradients_hold

GIVEN = "x[n:N,k:K] u[k] v[n] t[n] q[j:3]"


def guarded(node, given=GIVEN, more=None):
    made = builder(given)
    if more is not None:
        made.define("more", [], more)
    made.define("L", [], node)
    system = guard_equalities(made.snapshot())
    return system, spell(system.producers["L"][0].right)


LABEL = IndexExpr.gather("t", (index("n"),))
ALL = total("n k", Bracket(same("n", "k")) * at("x", "n", "k"))


def test_two_letters_over_one_extent_may_be_sifted():
    node = total("k l", Bracket(same("k", "l")) * at("u", "k") * at("u", "l"))
    assert guarded(node)[1] == "sum(k, l, [k == l]*u[k]*u[l])"


def test_two_letters_over_different_extents_are_guarded():
    assert "n == k and k < N and n < K" in guarded(ALL)[1]


def test_a_label_that_indexes_the_axis_may_be_sifted():
    node = total("n k", Bracket(same("k", LABEL)) * at("x", "n", "k"))
    free = guarded(node, more=total("n", at("x", "n", LABEL)))[1]
    assert "and" not in free
    assert "t[n] < K" in guarded(node)[1]


@pytest.mark.parametrize(
    ("place", "safe"), [(0, True), (2, True), (3, False), (-1, False)], ids=str
)
def test_a_fixed_place_is_guarded_unless_it_is_inside(place, safe):
    node = total("j", Bracket(same("j", place)) * at("q", "j"))
    assert ("and" not in guarded(node)[1]) == safe


def test_of_a_symbolic_extent_the_first_and_the_last_place_exist():
    first = total("k", Bracket(same("k", 0)) * at("u", "k"))
    second = total("k", Bracket(same("k", 1)) * at("u", "k"))
    last = total("k", Bracket(same("k", index("K") - 1)) * at("u", "k"))
    assert "and" not in guarded(first)[1] + guarded(last)[1]
    assert "and" in guarded(second)[1]


def test_a_label_read_in_a_branch_only_is_guarded():
    from symbp.expressions import ZERO, IndexComparison, Where

    inside = Where(IndexComparison("<", LABEL, index("K")), at("x", "n", LABEL), ZERO)
    node = total("n k", Bracket(same("k", LABEL)) * at("x", "n", "k"))
    assert "and" in guarded(node, more=total("n", inside))[1]


def test_the_value_stays_and_a_second_run_changes_nothing():
    system, _ = guarded(ALL)
    values = {"x": np.arange(12.0).reshape(3, 4)}
    assert evaluate(system, values, only=["L"])["L"] == np.trace(values["x"][:, :3])
    assert guard_equalities(system) is system


def test_the_author_s_equation_is_kept():
    made = builder(GIVEN)
    made.define("L", [], ALL)
    before = made.snapshot()
    assert guard_equalities(before).author_equations == before.author_equations


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (3, 3)])
def test_gradients_through_an_equality_over_two_extents(shape):
    made = builder("x[n:N,j:J] c[n]")
    bracket = Bracket(same("n", "j"))
    made.define("q", [index("n")], total("j", bracket * at("x", "n", "j") * at("c", "n")))
    made.define("L", [], total("n", at("q", "n") * at("q", "n") * IndexValue(index("n") + 1)))
    ledger = differentiate(made.snapshot(), "L", ["x", "c"])
    rng = np.random.default_rng(0)
    sizes = {"N": shape[0], "J": shape[1]}
    gradients_hold(
        ledger, {"x": rng.normal(size=shape), "c": rng.normal(size=shape[0])}, sizes=sizes
    )
