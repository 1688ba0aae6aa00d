"""Which roundings are kept: those that are needed, and what they gain."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from symbp.expressions import (
    Access,
    Bracket,
    Call,
    Comparison,
    Number,
    Where,
    postorder,
    substitute,
)
from symbp.numerics.accuracy import BAR, Sample, Tape, truth, ulps
from symbp.numerics.carrying import CARRIED, KEPT
from symbp.numerics.longnumbers import MPMATH
from symbp.numerics.numbers import FLOAT64
from symbp.spelling import spell
from symbp.stabilising.carries import away_from_zeros, with_rests
from symbp.stabilising.stableproofs import proved_equal
from tests.shorthand import read_node

Z = Access("z")
CUBE = "z*exp(-abs(z))*(2 + exp(-abs(z)))/(1 + exp(-abs(z)))^3"


def worst(form, low, high, count=600):
    tape, exact = Tape(form, [Z], FLOAT64), Tape(form, [Z], MPMATH(40))
    places = np.random.default_rng(4).uniform(low, high, count)
    return max(
        ulps(tape.value([z]), exact.value([exact.numbers.of_data(float(z))]), FLOAT64)
        for z in places
    )


def test_a_form_that_is_accurate_stays_as_it_is():
    for text in ("exp(-abs(z))/(1 + exp(-abs(z)))^2", "1/(1 + exp(-z))", "z + 1", "erfc(z)"):
        form = read_node(text)
        made, units = with_rests(form)
        assert made is form
        assert units < BAR


def test_roundings_are_kept_where_they_add_up():
    form = read_node(CUBE)
    made, units = with_rests(form)
    assert "kept(1 + exp(-abs(z)))^3" in spell(made)
    assert units < 3.5
    assert worst(made, 0, 3) < worst(form, 0, 3) - 0.5
    assert proved_equal(form, made)


def test_what_is_kept_does_not_depend_on_names():
    form = read_node(CUBE)
    made = with_rests(form)[0]
    for name in ("lambda_", "σ", "N", "pi_", "self", "u", "·u"):
        nodes = {Z: Access(name)}
        assert with_rests(substitute(form, nodes=nodes))[0] == substitute(made, nodes=nodes)


def test_branches_are_measured_where_they_are_taken():
    cube = read_node(CUBE)
    form = Where(Comparison("<", Z, Number(0)), Number(1), cube)
    made = with_rests(form)[0]
    assert isinstance(made, Where)
    assert made.then == Number(1)
    assert isinstance(made.otherwise, Call)
    assert made.otherwise.function == CARRIED
    never = Where(Comparison("<", Z, Number(10**6)), Number(1), cube)
    assert with_rests(never)[0] == never


def test_several_variables_brackets_and_marks_are_left_alone():
    cube = read_node(CUBE)
    bracket = cube * Bracket(Comparison("<", Z, Number(1)))
    made = with_rests(cube)[0]
    for form in (cube * Access("y"), bracket, made, Number(3)):
        assert with_rests(form) == (form, 0.0)


def test_no_more_is_kept_than_is_needed():
    branch = "(z + 2 + exp(-abs(z))*(2 - z))*exp(-abs(z))/(1 + exp(-abs(z)))^3"
    form = read_node(f"where(z < 0, {branch}, 1)")
    made = with_rests(form)[0]
    kept = [n for n in postorder(made) if isinstance(n, Call) and n.function == KEPT]
    assert [spell(n.arguments[0]) for n in kept] == ["1 + exp(-abs(z))"]


def test_overflow_and_underflow_are_no_reason():
    for text in ("exp(z)", "exp(-z)*exp(-z)", "1/z", "z^3"):
        form = read_node(text)
        assert with_rests(form)[0] is form


def test_samples_near_a_zero_are_told_apart():
    form = read_node("exp(z) - 3")
    samples = truth(form, [Z])
    left = away_from_zeros(samples)
    assert len(left) < len(samples)
    assert not [s for s in left if 0.7 < s.point[0] < 1.8]
    far = Sample(FLOAT64, (50.0,), mpmath.exp(50) - 3)
    assert far in away_from_zeros([*samples, far])


@pytest.mark.parametrize("z", [0.0, -0.0, 5e-324, 1e308, -1e308, np.inf, -np.inf])
def test_carried_values_at_the_ends_are_the_plain_ones(z):
    for text in (CUBE, "1/(1 + z^2)^2/(3 + z^2)", "(z + 1/3)^3/(z^2 + 1/7)^3"):
        form = read_node(text)
        made = with_rests(form)[0]
        with np.errstate(all="ignore"):
            one, two = (Tape(f, [Z], FLOAT64).value([np.float64(z)]) for f in (form, made))
        assert one == pytest.approx(two, rel=1e-14, nan_ok=True)
