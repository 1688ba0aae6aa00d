import random

import pytest
from hypothesis import given

from symbp.errors import DeclarationError, ShapeError, UnknownNameError
from symbp.expressions import Binder, Reduce, Where
from symbp.indices import IndexExpr
from tests.shorthand import at, builder, index, same, softmax_builder, total
from tests.strategies import random_system, seeds


def extents(system, name):
    return [str(a.extent) for a in system.quantities[name].axes]


def test_extents_flow_through_accesses():
    system = softmax_builder().snapshot()
    assert extents(system, "z") == extents(system, "p") == extents(system, "y") == ["N", "2"]
    for equation in system.equations:
        assert all(b.upper is not None for b in equation.ranges)


def test_a_letter_is_local_to_an_equation():
    made = builder("x[k:50] y[k:25]", a=total("k", at("x", "k")), b=total("k", at("y", "k")))
    system = made.snapshot()
    uppers = [str(e.right.binders[0].upper) for e in system.equations]
    assert uppers == ["50", "25"]


def test_what_stays_open_is_named_after_its_axis():
    made = builder("x[n] w[j]")
    made.define("z", [index("n")], at("x", "n") * total("j", at("w", "j")))
    system = made.snapshot()
    assert extents(system, "x") == extents(system, "z") == ["N"]
    assert extents(system, "w") == ["J"]


def test_a_name_that_is_taken_is_not_taken_twice():
    made = builder("N x[n] y[n] s[σ]", L=at("N") + total("n", at("x", "n")))
    system = made.snapshot()
    assert extents(system, "x") == ["N1"]
    assert extents(system, "y") == ["N2"]
    assert extents(system, "s") == ["Σ"]


def test_a_declared_extent_is_the_default_in_later_declarations_only():
    system = builder("a[k:5] b[k] c[k:7] d[k]").snapshot()
    assert [extents(system, q) for q in "abcd"] == [["5"], ["5"], ["7"], ["7"]]


def test_a_sum_over_nothing_but_its_letter_takes_the_default():
    made = builder("x[k:5]")
    made.define("y", [index("k")], Where(same("k", 0), at("s"), at("s") * 2))
    made.declare("s")
    assert extents(made.snapshot(), "y") == ["5"]


def test_conflicts_name_both_places_and_the_equation():
    made = builder("x[n:N,j:25] W[i:24,k:2]")
    made.define("z", [index("n"), index("k")], total("j", at("x", "n", "j") * at("W", "j", "k")))
    with pytest.raises(ShapeError) as caught:
        made.snapshot()
    text = str(caught.value)
    assert "z[n,k] = sum(j, x[n,j]*W[j,k])" in text
    assert "25 (axis 2 of x)" in text
    assert "24 (axis 1 of W)" in text


def test_two_symbols_conflict_too():
    made = builder("x[n:N] y[m:M]", L=total("n", at("x", "n") * at("y", "n")))
    with pytest.raises(ShapeError, match="must be equal"):
        made.snapshot()


def test_gathered_affine_and_written_ranges_say_nothing():
    made = builder("p[n:N,k:4] x[i:9] w[k]")
    made.declare("t", [("n", None)], kind="integer")
    gathered = IndexExpr.gather("t", (index("n"),))
    made.define("a", [index("n")], at("p", "n", gathered))
    made.define("b", [], Reduce("sum", [Binder("i", upper=index(3))], at("x", index("i") + 2)))
    made.define("c", [], total("k", at("w", "k") * at("x", index("k") + 5)))
    system = made.snapshot()
    assert extents(system, "t") == ["N"]
    assert system.producers["b"][0].right.binders[0].upper == index(3)
    assert extents(system, "w") == ["4"]


def test_fixed_places_give_their_number():
    made = builder("x")
    for place in range(3):
        made.define("h", [index(place)], at("x") + place)
    assert extents(made.snapshot(), "h") == ["3"]


def test_wrong_number_of_indices():
    made = builder("x[n:N,j:25]", L=total("n", at("x", "n")))
    with pytest.raises(ShapeError, match=r"x has 2 indices \[n,j\], and is used with 1 index"):
        made.snapshot()


def test_an_index_that_nobody_binds():
    made = builder("x[n:N]", L=at("x", "n") + 1)
    with pytest.raises(DeclarationError, match=r"index n is not bound.*sum\(n"):
        made.snapshot()


def test_unknown_names_come_with_a_suggestion():
    made = builder("weight[n:N]", L=total("n", at("weigth", "n")))
    with pytest.raises(UnknownNameError, match="did you mean 'weight'"):
        made.snapshot()


@given(seeds())
def test_accesses_and_axes_agree_in_random_systems(seed):
    system, _ = random_system(random.Random(seed), kinks=True)
    for quantity in system.quantities.values():
        assert all(a.extent is not None for a in quantity.axes), seed
    for equation in system.equations:
        axes = system.quantities[equation.target].axes
        for binder, axis in zip(equation.ranges, axes, strict=True):
            assert binder.upper == axis.extent, seed
