import random
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings

from symbp.errors import LimitExceeded
from symbp.expressions import Access, Number, Reduce, Sum, Where, postorder
from symbp.functions import call
from symbp.interpreter import FRACTION, close, evaluate
from symbp.normalisation import MAX_DEPTH, MAX_TREE, normalise
from symbp.spelling import spell_equation
from symbp.systems import EquationSystem
from tests.shorthand import at, builder, index, same, softmax_builder, total
from tests.strategies import random_system, seeds

x = at("x")


def texts(system):
    return [spell_equation(e) for e in system.equations]


def test_inner_sums_become_equations_over_their_free_indices():
    assert texts(softmax_builder().snapshot()) == [
        "_1[n,k] = sum(j, x[n,j]*W[j,k])",
        "z[n,k] = _1[n,k] + b[k]",
        "_2[n] = sum(l, exp(z[n,l]))",
        "p[n,k] = exp(z[n,k])/_2[n]",
        "_3 = sum(n, k, y[n,k]*ln(p[n,k]))",
        "L = -_3",
    ]


def test_a_whole_right_side_stays():
    system = builder("x[n:N]", L=total("n", at("x", "n"))).snapshot()
    assert texts(system) == ["L = sum(n, x[n])"]
    assert system.originals == {}


def test_sums_inside_sums():
    inner = total("j", at("A", "i", "j"))
    system = builder("A[i:2,j:3]", L=total("i", inner * inner)).snapshot()
    assert texts(system) == ["_1[i] = sum(j, A[i,j])", "L = sum(i, _1[i]*_1[i])"]
    assert system.quantities["_1"].hidden
    assert system.quantities["_1"].axes[0].extent == index(2)


def test_originals_are_what_the_author_wrote():
    system = softmax_builder().snapshot()
    assert [spell_equation(e) for e in system.author_equations] == [
        "z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]",
        "p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))",
        "L = -sum(n, k, y[n,k]*ln(p[n,k]))",
    ]


def test_normalising_twice_changes_nothing():
    system = softmax_builder().snapshot()
    assert normalise(system) is system


def test_hidden_names_avoid_the_author_s():
    made = builder("x[n:N] _1", L=total("n", at("x", "n")) * at("_1"))
    assert texts(made.snapshot()) == ["_2 = sum(n, x[n])", "L = _2*_1"]


def test_equal_sums_of_one_equation_share_a_name():
    one, other = total("k", at("x", "k")), total("m", at("x", "m"))
    system = builder("x[k:4]", L=one * other + 1).snapshot()
    assert texts(system) == ["_1 = sum(k, x[k])", "L = _1*_1 + 1"]


def test_a_small_equation_keeps_its_shared_parts():
    system = builder(L=(x + 1) * (x + 1)).snapshot()
    assert len(system.equations) == 1


def test_a_tree_of_2_to_the_40_enters_as_some_forty_equations():
    deep = reduce(lambda e, _: e * e + e, range(40), x)
    system = builder(y=deep).snapshot()
    assert 40 <= len(system.equations) <= 80
    assert all(e.right.size <= MAX_TREE for e in system.equations)
    assert system.author_equations[0].right is deep
    small = reduce(lambda e, _: e * e + e, range(6), x)
    value = evaluate(builder(y=small).snapshot(), {"x": 2}, FRACTION)["y"]
    assert value == reduce(lambda e, _: e * e + e, range(6), 2)


def test_deep_nesting_is_cut():
    deep = reduce(lambda e, _: call("sin", e), range(10_000), x)
    system = builder(y=deep).snapshot()
    assert max(e.right.depth for e in system.equations) <= MAX_DEPTH + 1
    assert len(system.equations) < 200


def test_many_flat_terms_are_no_trouble():
    flat = Sum(tuple((1, at(f"x{n}")) for n in range(20_000)))
    assert len(builder(y=flat).snapshot().equations) == 1


def test_a_sum_in_a_branch_takes_the_condition_along():
    made = builder("x[j:3] s")
    made.define("y", [], Where(at("s") > 0, total("j", 1 / at("x", "j")), at("s")))
    system = made.snapshot()
    assert texts(system) == [
        "_1 = sum(j, where(s > 0, 1/x[j], 0))",
        "y = where(s > 0, _1, s)",
    ]
    values = {"x": [0, 1, 2], "s": -1}
    assert evaluate(system, values, FRACTION)["y"] == -1


def test_a_sum_that_always_has_a_value_does_not():
    made = builder("x[j:3] s")
    made.define("y", [], Where(at("s") > 0, total("j", at("x", "j")), at("s")))
    assert texts(made.snapshot())[0] == "_1 = sum(j, x[j])"


def test_an_access_that_may_leave_its_range_stays_guarded():
    made = builder("x[i:4,j:2]")
    ahead = total("j", at("x", index("i") + 1, "j"))
    made.define("y", [index("i")], Where(same("i", 3), Number(0), ahead + 1))
    system = made.snapshot()
    assert "where(not (i == 3), x[i+1,j], 0)" in texts(system)[0]
    values = {"x": np.arange(8.0).reshape(4, 2)}
    assert evaluate(system, values)["y"].tolist() == [6.0, 10.0, 14.0, 0.0]


def test_a_letter_that_hides_one_of_the_guard_moves_out_of_the_way():
    made = builder("x[n:3]")
    body = Where(at("x", "n") > 0, total("n", 1 / at("x", "n")) + 0, at("x", "n"))
    made.define("z", [index("n")], body)
    system = made.snapshot()
    assert evaluate(system, {"x": [1.0, 2.0, 4.0]})["z"].tolist() == [1.75] * 3
    assert evaluate(system, {"x": [-1, -2, 0]}, FRACTION)["z"].tolist() == [-1, -2, 0]


def test_sums_under_ranges_of_their_own_stay_where_they_are():
    from symbp.expressions import Binder

    made = builder("A[i:3,j:3]")
    inner = total("l", at("A", "j", "l"))
    outer = Reduce("sum", [Binder("j", upper=index("i") + 1)], inner * inner)
    made.define("y", [index("i")], outer)
    system = made.snapshot()
    assert len(system.equations) == 1
    assert evaluate(system, {"A": np.eye(3)})["y"].tolist() == [1.0, 2.0, 3.0]


def test_branches_inside_branches_are_walked_or_refused():
    deep = reduce(lambda e, _: Where(e < 0, e * e, -e), range(40), x)
    assert len(builder(y=deep).snapshot().equations) < 100
    hidden = reduce(lambda e, n: Where(at(f"c{n}") < 0, 1 / e, 2 / (e + 1)), range(40), x)
    with pytest.raises(LimitExceeded, match="name parts of it"):
        builder(y=hidden).snapshot()


@settings(max_examples=60)
@given(seeds())
def test_values_are_those_of_the_author_s_equations(seed):
    rng = random.Random(seed)
    system, values = random_system(rng, kinks=True, depth=3)
    plain = EquationSystem(system.quantities, system.author_equations, system.facts)
    sizes = {"N": values["x"].shape[0], "J": values["x"].shape[1], "K": values["b"].shape[0]}
    one = evaluate(system, values, extents=sizes)
    other = evaluate(plain, values, extents=sizes)
    assert close(one.value("L"), other.value("L")), seed
    for equation in system.equations:
        inner = [
            n
            for n in postorder(equation.right)
            if isinstance(n, Reduce) and n is not equation.right
        ]
        assert not inner, seed
        assert Access(equation.target, equation.at) == equation.left, seed
