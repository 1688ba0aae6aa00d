"""Straight lines of operations with what rounding takes from them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symbp.expressions import Access, Call, Number, Power, Product, Sum
from symbp.numerics.accuracy import Tape, carried_value, in_two_parts, ulps
from symbp.numerics.carrying import CARRIED, KEPT, Steps, is_constant, mark
from symbp.numerics.exactnumbers import FRACTION
from symbp.numerics.longnumbers import MPMATH
from symbp.numerics.numbers import FLOAT32, FLOAT64
from tests.shorthand import read_node

Z = Access("z")
FORMS = (
    *("1 + z", "z - 1/3", "(1 + z)*(1 - z)", "z^3 - 3*z", "(z + 1/3)/(z - 1/7)", "-z/7 + z^2"),
    *("(1 + z^2)^4/(3 + z)", "((1/(1 + z))/(1 + z))/(1 + z)", "z*z*z - 0.1*z", "2/(7 + 3*z)^2"),
)


def given(steps, z, kind=np.float64):
    numbers = {
        n: in_two_parts(row.node) for n, row in enumerate(steps.rows) if row.kind == "number"
    }
    values = {
        n: (Tape(row.node, [Z], FLOAT64).value([np.float64(z)]), None)
        for n, row in enumerate(steps.rows)
        if row.kind == "value"
    }
    return {**numbers, **values}


def exactly(form, z):
    return Tape(form, [Z], FRACTION).value([Fraction(float(z))])


@pytest.mark.parametrize("text", FORMS)
def test_with_every_rounding_kept_a_value_is_rounded_once(text):
    form = read_node(text)
    steps = Steps(form, everything=True)
    for z in np.random.default_rng(1).uniform(0.1, 9, 60):
        exact = exactly(form, z)
        value, rest = steps.pair(given(steps, z))
        found = Fraction(float(value)) + Fraction(0 if rest is None else float(rest))
        assert abs(found - exact) <= abs(exact) * Fraction(1, 2**96) * 64
        assert abs(Fraction(float(steps.run(given(steps, z)))) - exact) <= abs(exact) / 2**52.5


@pytest.mark.parametrize("text", FORMS)
def test_without_marks_values_are_the_plain_ones(text):
    form = read_node(text)
    steps = Steps(form)
    for z in (0.3, 2.75, 11.0):
        assert steps.run(given(steps, z)) == pytest.approx(
            Tape(form, [Z], FLOAT64).value([np.float64(z)]), rel=1e-15
        )


def test_rests_of_arrays_are_those_of_their_elements():
    steps = Steps(read_node("(1 + z/3)*(1 - z)/(2 + z)"), everything=True)
    places = np.array([0.1, 0.7, 5.3, 1e300])
    numbers = {n: p for n, p in given(steps, 1.0).items() if steps.rows[n].kind == "number"}
    (seat,) = (n for n, row in enumerate(steps.rows) if row.kind == "value")
    with np.errstate(all="ignore"):
        whole = steps.run({**numbers, seat: (places, None)})
        each = [steps.run({**numbers, seat: (z, None)}) for z in places]
    assert list(whole) == each
    assert np.isfinite(whole[:3]).all()


def test_a_kept_sum_makes_a_power_of_it_more_accurate():
    sum_ = read_node("1 + exp(z)")
    plain = Product([Number(1)], [Power(sum_, Number(3))])
    kept = mark(plain, frozenset([sum_]))
    assert kept == Product([Number(1)], [Power(Call(KEPT, (sum_,)), Number(3))])
    exact = Tape(plain, [Z], MPMATH(40))
    worst = {}
    for form in (plain, Call(CARRIED, (kept, Z))):
        tape = Tape(form, [Z], FLOAT64)
        errors = []
        for z in np.random.default_rng(2).uniform(-6, 0, 400):
            true = exact.value([exact.numbers.of_data(float(z))])
            errors.append(ulps(tape.value([z]), true, FLOAT64))
        worst[form] = max(errors)
    first, second = worst.values()
    assert second < first - 1


def test_marks_are_identities_in_exact_and_long_numbers():
    form = read_node("(1 + z)^2/(3 - z)")
    made = Call(CARRIED, (mark(form, frozenset([read_node("1 + z")])), Z))
    assert exactly(made, 0.7) == exactly(form, 0.7)
    long = MPMATH(40)
    point = [long.of_data(0.7)]
    assert Tape(made, [Z], long).value(point) == Tape(form, [Z], long).value(point)


def test_float32_is_computed_in_float64_and_rounded_once():
    form = read_node("(1 + z)^3/(3 - z)^2 - 1")
    tape = Tape(Call(CARRIED, (form, Z)), [Z], FLOAT32)
    for z in np.random.default_rng(3).uniform(0.2, 2, 50).astype(np.float32):
        found = tape.value([z])
        assert found.dtype == np.float32
        assert found == np.float32(float(exactly(form, z)))


def test_what_is_no_arithmetic_is_a_value():
    steps = Steps(read_node("exp(-abs(z))*(2 + exp(-abs(z))) + sin(z)"))
    assert [row.kind for row in steps.rows].count("value") == 2
    function, parts = carried_value(Call(CARRIED, (read_node("z*exp(z)"), Z)), FLOAT64)
    assert parts == (Z, read_node("exp(z)"))
    assert function(np.float64(2.0), np.float64(3.0)) == 6.0


def test_seats_are_not_entered():
    seat = read_node("2*x + 1")
    steps = Steps(Sum([(1, Product([seat, seat])), (1, seat)]), [seat])
    assert [row.node for row in steps.rows if row.kind == "value"] == [seat]
    assert [row.kind for row in steps.rows] == ["value", "multiply", "add"]


def test_equal_steps_are_taken_once():
    steps = Steps(read_node("(1 + z)*(1 + z)*(1 + z)"))
    assert [row.kind for row in steps.rows] == ["number", "value", "add", "multiply", "multiply"]


def test_constants_are_numbers_in_two_parts():
    root = read_node("sqrt(2/pi)")
    assert is_constant(root)
    assert not is_constant(Z)
    value, rest = in_two_parts(root)
    assert value == np.sqrt(2 / np.pi)
    assert 0 < abs(rest) <= np.spacing(value) / 2
    assert in_two_parts(Number(Fraction(3, 4))) == (0.75, None)


def test_a_long_power_is_computed_as_it_is_written():
    steps = Steps(read_node("z^40"))
    assert [row.kind for row in steps.rows] == ["value"]
    steps = Steps(read_node("z^4"))
    assert [row.kind for row in steps.rows] == ["value", "multiply", "multiply", "multiply"]
