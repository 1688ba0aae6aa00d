"""The accuracy of functions of one variable and of their derivatives, measured; the measure."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from symbp.errors import NotSupportedError
from symbp.expressions import ONE, Access, Bracket, Call, Comparison, IndexValue, Number, Where
from symbp.numerics.accuracy import (
    BAR,
    Faults,
    Tape,
    corners,
    faults,
    trusted,
    truth,
    ulps,
    value_at,
)
from symbp.numerics.longnumbers import MPMATH
from symbp.numerics.numbers import FLOAT32, FLOAT64
from symbp.stabilising.stableforms import stable_form
from tests.accuracy_table import (
    ACTIVATIONS,
    ELEMENTARY,
    KINDS,
    LOSSES,
    ROWS,
    SEAT,
    SPELLED,
    derivatives,
    error,
    kernel_values,
    page,
    points,
    values,
)
from tests.conftest import ROOT

Z = SEAT
SIGMOID = Call("sigmoid", (Z,))
FEW, MANY = 1_000, 11_000


# -- the table -------------------------------------------------------------------------------------


def check(row, order, dtype, count, found):
    made = error(row, order, dtype, count, found)
    assert made.worst <= BAR, f"{made.worst} units at {made.at!r}"
    assert made.near <= BAR, f"{made.near} units of the larger term near {made.zeros}"
    return made


@pytest.mark.parametrize("row", ROWS)
def test_interpreted_forms_are_accurate(row):
    for order, root in enumerate(derivatives(row)):
        for dtype in KINDS:
            form = stable_form(root)
            check(row, order, dtype, FEW, values(form, dtype, points(dtype, FEW)))


@pytest.mark.parametrize("row", ROWS)
def test_forms_have_the_values_of_what_was_derived(row):
    """The true values of the table come from the emitted form; here from what was derived."""
    for root in derivatives(row):
        assert trusted(root, stable_form(root), [Z])


@pytest.mark.parametrize("row", ROWS)
def test_derivatives_are_difference_quotients(row):
    """Quotients over 1e-12 in numbers of 60 digits: right to 20 digits, whoever derives."""
    numbers = MPMATH(60)
    first, *rest = (Tape(root, [Z], numbers) for root in derivatives(row))
    step = numbers.of_data(1) / 10**12
    for point in (0.3, 0.7, 1.9, -0.4, -2.2):
        z = numbers.of_data(point)
        low, here, high = (first.value([z + k * step]) for k in (-1, 0, 1))
        if low is None or here is None or high is None:
            continue  # outside the domain
        quotients = [(high - low) / (2 * step), (high - 2 * here + low) / step**2]
        for tape, quotient in zip(rest, quotients, strict=False):
            assert abs(tape.value([z]) - quotient) <= (1 + abs(quotient)) / 10**20


@pytest.mark.parametrize("dtype", KINDS)
def test_kernels_of_activations_are_accurate(dtype):
    found = kernel_values(ACTIVATIONS, 1, dtype, points(dtype, FEW))
    assert len(found) == len(ACTIVATIONS)
    for row, array in found.items():
        assert array.dtype == KINDS[dtype]
        check(row, 1, dtype, FEW, list(array))


@pytest.mark.full
def test_the_whole_table():
    """Every row, every order, both types, by the interpreter and by kernels; writes the page."""
    results = {}
    for dtype in KINDS:
        at = points(dtype, MANY)
        for order in range(3):
            compiled = {}
            for group in (ACTIVATIONS, ELEMENTARY, (*LOSSES, *SPELLED)):
                compiled |= kernel_values(group, order, dtype, at)
            for row, array in compiled.items():
                form = stable_form(derivatives(row)[order])
                for way, found in (("interpreter", values(form, dtype, at)), ("kernel", array)):
                    results[row, order, way, dtype] = error(row, order, dtype, MANY, list(found))
    ordered = {key: results[key] for key in sorted(results, key=lambda k: (ROWS.index(k[0]), k[1]))}
    path = ROOT / "docs" / "accuracy.md"
    path.write_text(page(ordered, MANY), encoding="utf-8", newline="\n")
    for (row, order, _, _), found in ordered.items():
        assert max(found.worst, found.near) <= BAR, (row, order, found)


def test_the_page_stands_in_the_docs():
    text = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    for row in ROWS:
        assert f"| `{row.replace('|', chr(92) + '|')}` | 0" in text


# -- the measure -----------------------------------------------------------------------------------


def test_units_in_the_last_place():
    assert ulps(np.float64(1.0), mpmath.mpf(1), FLOAT64) == 0
    assert ulps(np.nextafter(1.0, 2.0), mpmath.mpf(1), FLOAT64) == 1
    assert ulps(np.float32(1 + 2**-23), mpmath.mpf(1), FLOAT32) == 1
    assert ulps(np.float64(0.0), mpmath.mpf(5e-324), FLOAT64) == 1
    assert ulps(np.float64("inf"), mpmath.mpf(10) ** 400, FLOAT64) == 0
    assert ulps(np.float64(1.7e308), mpmath.mpf(10) ** 400, FLOAT64) == math.inf
    assert ulps(np.float64("nan"), mpmath.mpf(1), FLOAT64) == math.inf
    assert ulps(np.float64("inf"), mpmath.mpf(1), FLOAT64) == math.inf


def test_a_cancelling_spelling_has_faults_and_a_good_one_has_none():
    plain, good = ONE - SIGMOID, Call("sigmoid", (-Z,))
    samples = truth(good, [Z])
    assert faults(good, [Z], samples) == Faults(0, 0, 0)
    found = faults(plain, [Z], samples)
    assert found.lost > 20 <= found.missed


def test_points_next_to_a_zero_are_left_out_and_zero_is_not():
    crossing = Call("exp", (Z,)) - Number(3)
    beside = {s.point[0] for s in truth(crossing, [Z])}
    assert 1.23 not in beside
    assert 37.7 in beside
    odd = truth(Call("sinh", (Z,)), [Z])
    assert any(s.point[0] == 1e-20 for s in odd)


def test_a_wrong_spelling_is_not_trusted():
    assert trusted(ONE - SIGMOID, Call("sigmoid", (-Z,)), [Z])
    assert not trusted(ONE - SIGMOID, SIGMOID, [Z])
    tanh = Call("tanh", (Z,))
    assert not trusted(ONE - tanh * tanh, ONE, [Z])


def test_values_follow_branches_and_have_none_outside_the_domain():
    root = Where(Comparison("<", Z, Number(0)), Number(1), Call("ln", (Z,)))
    assert value_at(root, MPMATH(30), {Z: -2}) == 1
    assert value_at(Call("ln", (Z,)), MPMATH(30), {Z: -2}) is None
    with np.errstate(all="ignore"):
        assert np.isnan(value_at(Call("ln", (Z,)), FLOAT64, {Z: -2.0}))
    assert value_at(Call("exp", (Z,)), MPMATH(30), {Z: -1e300}) == 0


def test_what_has_no_value_at_a_point_is_refused():
    with pytest.raises(NotSupportedError):
        Tape(Bracket(Comparison("<", Z, ONE)), [Z], FLOAT64)
    with pytest.raises(NotSupportedError):
        Tape(IndexValue(3), [], FLOAT64)


def test_corners_are_the_same_each_time_and_cover_both_signs():
    assert corners([Z]) == corners([Access("other")])
    assert corners([]) == [()]
    several = corners([Z, Access("a"), Access("b")])
    assert len(set(several)) == len(several)
    for place in range(3):
        assert {np.sign(p[place]) for p in several} == {-1.0, 1.0}
