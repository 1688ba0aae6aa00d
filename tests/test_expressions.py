import gc
import pickle
import random
from fractions import Fraction
from functools import reduce

import pytest
from hypothesis import given

from symbp.errors import LimitExceeded
from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    fresh_letter,
    node,
    postorder,
    quantities_read,
    substitute,
    transform,
)
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate_node
from tests.shorthand import at, index, same, total
from tests.strategies import random_system, seeds

x, y, z = at("x"), at("y"), at("z")


def test_equal_nodes_are_one_object():
    assert x * y + 1 is x * y + 1
    assert x * y is not y * x
    assert Number(2) is Number(Fraction(4, 2))
    assert at("x", "n") is at("x", "n")
    assert Access("x", [1]) is at("x", 1)


def test_an_integer_and_a_truth_value_are_not_confused():
    with pytest.raises(TypeError):
        x + True
    assert node(1) is ONE
    assert node(True) is NotImplemented


def test_operators_keep_what_was_written():
    assert (x - y + z).terms == ((1, x), (-1, y), (1, z))
    assert x - (y - z) == Sum(((1, x), (-1, Sum(((1, y), (-1, z))))))
    assert (x + (y - z)).terms == ((1, x), (1, y), (-1, z))
    assert (x * y / z).denominator == (z,)
    assert (x / (y * z)).denominator == (y, z)
    minus = -x
    assert -minus is x
    assert -Number(2) is Number(-2)
    assert 2 - x == Sum(((1, Number(2)), (-1, x)))
    assert 1 / x == Product((ONE,), (x,))
    assert x**2 == Power(x, Number(2))
    assert 2**x == Power(Number(2), x)
    assert +x is x


def test_python_numbers_become_exact():
    assert node(0.1) == Number(Fraction(1, 10))
    assert node(1e-3) == Number(Fraction(1, 1000))
    assert node(index("N")) == IndexValue(index("N"))
    with pytest.raises(TypeError):
        x + "1"


def test_comparisons_are_nodes_and_have_no_truth():
    assert (x < 1) == Comparison("<", x, ONE)
    assert (x >= y).relation == ">="
    with pytest.raises(TypeError, match="where"):
        bool(x < y)


def test_nodes_cannot_be_changed():
    with pytest.raises(AttributeError):
        x.quantity = "y"


def test_bound_letters_are_no_part_of_identity():
    one = total("k", at("x", "k") * at("y", "n"))
    other = total("m", at("x", "m") * at("y", "n"))
    assert one == other
    assert hash(one) == hash(other)
    assert one is not other
    assert one != total("k", at("x", "k") * at("y", "k"))
    assert total("k l", at("A", "k", "l")) == total("l k", at("A", "l", "k"))
    assert total("k l", at("A", "k", "l")) != total("k l", at("A", "l", "k"))
    assert one.alpha is other.alpha


def test_nested_binders_are_told_apart():
    left = total("k", total("l", at("A", "k", "l")))
    assert left == total("l", total("k", at("A", "l", "k")))
    assert left != total("k", total("l", at("A", "l", "k")))


def test_ranges_are_part_of_identity():
    short = Reduce("sum", [Binder("k", upper=index("K"))], at("x", "k"))
    long = Reduce("sum", [Binder("k", upper=index("N"))], at("x", "k"))
    assert short != long
    triangle = Reduce("sum", [Binder("j", upper=index("i") + 1)], at("x", "j"))
    assert triangle.free == {"i"}
    assert triangle == Reduce("sum", [Binder("k", upper=index("i") + 1)], at("x", "k"))


def test_free_letters_depth_size_height():
    body = at("x", "n", "k") * total("l", at("y", "l", "n"))
    assert body.free == {"n", "k"}
    assert total("n", body).free == {"k"}
    assert total("n", body).height == 2
    assert (x + y * z).depth == 3
    assert (x * x).size == 3


def test_a_shared_node_counts_each_time_in_the_size():
    deep = reduce(lambda e, _: e * e + e, range(40), x)
    assert deep.size > 2**40
    assert sum(1 for _ in postorder(deep)) < 200


def test_postorder_gives_children_first_and_each_node_once():
    root = (x + y) * (x + y) / z
    order = list(postorder(root))
    assert order == [x, y, x + y, z, root]


def test_substitution_avoids_capture():
    body = total("k", at("x", "k") * at("y", "n"))
    moved = substitute(body, {"n": index("k")})
    assert moved.free == {"k"}
    assert moved == total("m", at("x", "m") * at("y", "k"))
    shadowed = substitute(body, {"k": index("n")})
    assert shadowed == body


def test_substitution_of_nodes_avoids_capture():
    body = total("k", at("x", "k") * y)
    put = substitute(body, nodes={y: at("w", "k")})
    assert put == total("m", at("x", "m") * at("w", "k"))


def test_substitution_reaches_ranges():
    triangle = Reduce("sum", [Binder("j", upper=index("i") + 1)], at("x", "j"))
    assert substitute(triangle, {"i": index("j")}).free == {"j"}
    assert substitute(triangle, {"i": index(3)}).binders[0].upper == index(4)


def test_substitution_is_simultaneous():
    assert substitute(at("A", "i", "j"), {"i": index("j"), "j": index("i")}) == at("A", "j", "i")
    assert substitute(x + y, nodes={x: y, y: x}) == y + x


def test_depth_is_no_limit():
    deep = reduce(lambda e, _: Call("sin", (e,)), range(20_000), at("x", "n"))
    assert deep.depth == 20_001
    assert substitute(deep, {"n": index("m")}).free == {"m"}
    assert transform(deep, lambda e: e) is deep
    assert deep.alpha is deep


def test_binders_inside_binders_are_limited():
    with pytest.raises(LimitExceeded, match="64"):
        reduce(lambda e, i: total(f"k{i}", e), range(70), at("x", "n"))


def test_reading():
    t = IndexExpr.gather("t", (index("n"),))
    root = Where(same("n", t), at("p", "n", t), x) + Reduce("sum", [Binder("k", upper=t)], y)
    assert quantities_read(root) == ("t", "p", "x", "y")
    assert accesses(root) == (at("p", "n", t), x, y)
    assert quantities_read(IndexValue(t)) == ("t",)


def test_fresh_letters():
    assert fresh_letter("k", {"n"}) == "k"
    assert fresh_letter("k", {"k"}) == "k·1"
    assert fresh_letter("k·1", {"k·1"}) == "k·2"


def test_interning_keeps_nothing_alive():
    made = at("nobody_else_has_this_name") + 1
    key = made.quantity if isinstance(made, Access) else "nobody_else_has_this_name"
    del made
    gc.collect()
    again = at(key)
    assert isinstance(again, Node)


def test_pickled_nodes_come_back_as_the_same_object():
    root = total("k", Where(same("k", "n"), at("x", "k"), ZERO)) + Bracket(x < 1) ** 2
    assert pickle.loads(pickle.dumps(root)) is root  # noqa: S301


@given(seeds())
def test_substituting_letters_commutes_with_evaluation(seed):
    rng = random.Random(seed)
    system, values = random_system(rng, kinks=True, equations=2)
    from symbp.interpreter import evaluate

    sizes = {"N": values["x"].shape[0], "J": values["x"].shape[1], "K": values["b"].shape[0]}
    results = evaluate(system, values, extents=sizes)
    for equation in system.equations:
        put = {b.name: index(0) for b in equation.ranges}
        moved = substitute(equation.right, put)
        assert not moved.free, seed
        there = evaluate_node(equation.right, results.environment, dict.fromkeys(put, 0))
        assert results.node(moved) == there, seed


def test_ranges_may_use_letters_bound_beside_them():
    pair = [Binder("i", upper=index("N")), Binder("j", upper=index("i") + 1)]
    triangle = Reduce("sum", pair, at("A", "i", "j") * at("x", "n"))
    assert triangle.free == {"n"}
    moved = substitute(triangle, {"n": index("i"), "i": index(7)})
    assert moved.free == {"i"}
    assert moved.binders[1].upper == IndexExpr.letter(moved.binders[0].name) + 1


def test_doubling_over_and_over_stays_small():
    for double in (lambda e: e + e, lambda e: e * e, lambda e: e / e, lambda e: e - e):
        deep = reduce(lambda e, _, double=double: double(e), range(200), x + y)
        assert sum(len(n.children) for n in postorder(deep)) < 100_000


def test_long_sums_are_built_in_linear_time():
    long = reduce(lambda e, n: e + at(f"x{n}"), range(1500), x)
    assert sum(1 for _ in accesses(long)) == 1501
