"""Expressions read as factored fractions in one exponential."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.expressions import ONE, Access, Call, Number, Sum
from symbp.rules.stablereading import MAX_SIZE, read
from symbp.spelling import spell
from tests.shorthand import read_node

F = Fraction


def shapes(form):
    return {(f.shape, n) for f, n in form.factors}


ONE_PLUS = ((F(1), 0), (F(1), 1))


@pytest.mark.parametrize(
    "text", ["sigmoid(z)*(1 - sigmoid(z))", "exp(z)/(1 + exp(z))^2", "exp(-z)/(exp(-z) + 1)^2"]
)
def test_named_and_spelled_out_functions_read_the_same(text):
    form = read(read_node(text))
    assert spell(form.u) == "z"
    assert (form.coefficient, form.power, form.generators) == (1, 1, ())
    assert shapes(form) == {(ONE_PLUS, -2)}


def test_the_exponent_is_scaled_so_that_all_factors_are_in_its_steps():
    form = read(read_node("1 - tanh(z)^2"))
    assert spell(form.u) == "2*z"
    assert (form.coefficient, form.power) == (4, 1)
    half = read(read_node("(exp(z) - exp(-z))/2"))
    assert spell(half.u) == "2*z"
    assert half.power == F(-1, 2)


def test_what_is_no_exponential_is_a_coefficient():
    form = read(read_node("z*exp(z)*ln(w)/sqrt(pi)", "z, w"))
    assert {spell(base): exponent for base, exponent in form.generators} == {
        "z": 1,
        "ln(w)": 1,
        "pi": F(-1, 2),
    }
    plain = read(read_node("z/(1 - z^2)"))
    assert plain.u is None
    assert len(plain.factors) == 2


def test_independent_exponentials_have_no_such_form():
    assert read(read_node("exp(a) + exp(b)", "a, b")) is None
    assert read(read_node("exp(a - b)/(1 + exp(2*a - 2*b))", "a, b")) is not None


def test_zero_is_read_as_zero_and_what_is_too_large_is_not_read():
    assert read(read_node("sigmoid(z) - exp(z)/(1 + exp(z))")).coefficient == 0
    z = Access("z")
    assert read(Sum([(1, Call("exp", (z,)))] * (MAX_SIZE + 1))) is None


def test_the_same_in_the_inverse():
    form = read(read_node("z + exp(z)"))
    turned = form.flipped()
    assert turned.power == -1
    (factor, _), (back, _) = turned.factors[0], turned.flipped().factors[0]
    assert [d for _, _, d in factor.terms] == [0, 1]
    assert back == form.factors[0][0]
    assert turned.flipped().power == form.power


def test_complements_of_erf():
    below = read(read_node("1 + erf(z)"), "below")
    assert [spell(base) for base, _ in below.generators] == ["erfc(-z)"]
    normal = read(read_node("1 + erf(z/sqrt(2))"), "below")
    assert [spell(base) for base, _ in normal.generators] == ["normal_cdf(z)"]
    assert normal.coefficient == 2
    scaled = read(read_node("exp(-z^2)/erfc(z)"), "scaled")
    assert [(spell(base), n) for base, n in scaled.generators] == [("erfcx(z)", -1)]
    assert scaled.power == 0


def test_negated_factors():
    factor, _ = read(read_node("z - exp(z)*w", "z, w")).factors[0]
    assert factor.negated().negated() == factor
    assert not factor.plain
    assert factor.degree == 1
    assert read(ONE / (ONE + Call("exp", (Number(2) * Access("z"),)))).factors[0][0].plain


@pytest.mark.parametrize(
    ("text", "bend"),
    [
        ("(1 - sqrt(pi)*z*exp(z^2)*erfc(z))*exp(-2*z^2)/erfc(z)^2", "erfcx_bend(z)"),
        ("(pi*z*exp(-z^2)*erfc(z) - sqrt(pi)*exp(-2*z^2))/erfc(z)^2", "erfcx_bend(z)"),
        ("(exp(-2*z^2) - 2*sqrt(pi)*z*exp(-z^2)*erfc(2*z))/erfc(2*z)^2", None),
    ],
)
def test_the_terms_that_cancel_beside_a_scaled_complement(text, bend):
    form = read(read_node(text), "scaled")
    found = [spell(base) for base, n in form.generators if "bend" in spell(base) and n == 1]
    assert found == ([bend] if bend else [])
    assert bool(form.factors) == (bend is None)
