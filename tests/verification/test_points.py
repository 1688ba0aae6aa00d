from fractions import Fraction

import numpy as np
import pytest

from symbp.factchecks import check_facts
from symbp.verification.points import STYLES, draw_point, holds, size_choices
from tests.verification.samples import LABELS, SOFTMAX, system_of

WORDS = """
  input a[n:N]: positive; input b[n]: unit_interval; input c[n]: sign; input d[n]: binary
  input e[n]: nonzero; input f[n]: nonnegative; input g[n]: negative
  input h[n, k:K]: simplex(k); input i0[n, k]: one_hot(n)
  input S[n, m:N]: symmetric; input P[n, m:N]: spd; input M[n, m:N]: invertible
  L = sum(n, a[n]*b[n]*c[n]*d[n]*e[n]*f[n]*g[n]*sum(k, h[n,k]*i0[n,k])*S[n,n]*P[n,n]*M[n,n])
"""


@pytest.mark.parametrize("style", STYLES)
def test_points_satisfy_every_word(style):
    system = system_of(WORDS)
    for sizes in size_choices(("N", "K")):
        point = draw_point(system, sizes, style, 1)
        assert point is not None, (style, sizes)
        check_facts(system, point.values, sizes)
        assert holds(system, point)


def test_a_point_that_breaks_a_fact_is_found_out():
    system = system_of(WORDS)
    point = draw_point(system, {"N": 2, "K": 3}, "plain", 1)
    point.values["c"][0] = Fraction(2)
    assert not holds(system, point)


@pytest.mark.parametrize("style", STYLES)
def test_identities_are_solved(style):
    system = system_of(SOFTMAX)
    point = draw_point(system, {"N": 3, "J": 2, "K": 4}, style, 5)
    assert (point.values["y"].sum(axis=1) == 1).all()


def test_an_identity_between_quantities_is_solved_too():
    system = system_of(
        "input a[n:N], b[n]; param c; fact sum(n, a[n]*b[n]) = 2*c + 1; L = sum(n, a[n]) + c"
    )
    point = draw_point(system, {"N": 3}, "plain", 3)
    assert (point.values["a"] * point.values["b"]).sum() == 2 * point.values["c"][()] + 1


def test_facts_that_contradict_one_another_have_no_point():
    system = system_of("input y[k:K]: positive; fact sum(k, y[k]) = -1; L = sum(k, y[k]^2)")
    assert all(draw_point(system, {"K": 2}, style, 1) is None for style in STYLES)


def test_values_are_exact_and_small():
    point = draw_point(system_of(SOFTMAX), {"N": 2, "J": 3, "K": 4}, "generic", 1)
    for array in point.values.values():
        for value in array.flat:
            assert isinstance(value, Fraction)
            assert 4096 * 1024 % value.denominator == 0
            assert abs(value) < 100


def test_the_same_seed_gives_the_same_point():
    one, two = (draw_point(system_of(SOFTMAX), {"N": 2, "J": 3, "K": 4}, "small", 9) for _ in "ab")
    assert all((one.values[name] == two.values[name]).all() for name in one.values)


def test_labels_lie_in_the_axis_that_they_index():
    system = system_of(LABELS)
    point = draw_point(system, {"N": 40, "J": 1, "K": 3}, "small", 1)
    assert sorted(set(point.values["t"].tolist())) == [0, 1, 2]


def test_labels_that_are_only_compared_lie_in_the_index_that_they_meet():
    text = "input t[n:N]: class_ids; input p[n, k:K]; L = sum(n, k, [k == t[n]]*p[n,k])"
    point = draw_point(system_of(text), {"N": 40, "K": 3}, "small", 1)
    assert sorted(set(point.values["t"].tolist())) == [0, 1, 2]


def test_labels_lie_in_every_axis_that_they_index():
    text = "input t[n:N]; param E[v:V], F[u:U]; L = sum(n, E[t[n]]*F[t[n]])"
    point = draw_point(system_of(text), {"N": 40, "V": 5, "U": 2}, "small", 1)
    assert sorted(set(point.values["t"].tolist())) == [0, 1]


def test_sizes_are_distinct_equal_and_one():
    choices = [tuple(size.values()) for size in size_choices(("N", "J", "K"))]
    assert choices[0] == (2, 3, 4)
    assert (1, 1, 1) in choices
    assert (2, 2, 2) in choices
    assert any(1 in choice and max(choice) > 1 for choice in choices)
    assert size_choices(()) == ({},)


def test_sizes_that_do_not_fit_have_no_point():
    system = system_of("input x[n:N], f[k:K]; L = sum(n, x[n])*sum(k, f[k])")
    assert draw_point(system, {"N": 0, "K": 1}, "plain", 1) is None


def test_generic_points_are_marked():
    system = system_of(SOFTMAX)
    marks = [draw_point(system, {"N": 1, "J": 1, "K": 2}, style, 1).generic for style in STYLES]
    assert marks == [False, False, False, False, True]
    assert np.shape(draw_point(system, {"N": 2, "J": 1, "K": 2}, "ones", 1).values["x"]) == (2, 1)
