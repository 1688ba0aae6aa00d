"""The one exponential that several are powers of."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from symbp.rules.stablebases import argument_of, bases
from symbp.rules.stablereading import read
from symbp.spelling import spell
from symbp.stabilising.stableforms import stable_form
from tests.shorthand import read_node

X, Y = sympy.symbols("x y", real=True)


def test_multiples_of_one_exponent_have_one_basis():
    (found,) = bases([X, -X, X / 2])
    assert (found.u, found.constant) == (X / 2, 0)
    assert found.powers == {X: (2, 0), -X: (-2, 0), X / 2: (1, 0)}
    (none,) = bases([])
    assert none.u is None


def test_a_number_is_added_where_two_exponentials_then_hold_the_same_number():
    first, *others = bases([X, sympy.Integer(2)])
    assert (first.u, first.constant) == (X - 2, 2)
    assert first.powers == {X: (1, 1), sympy.Integer(2): (0, 1)}
    assert [b.u for b in others] == [X]


@pytest.mark.parametrize("arguments", [[X, Y], [X, Y, sympy.Integer(1)], [X, X**2], [X, Y + 1]])
def test_independent_exponents_have_none(arguments):
    assert list(bases(arguments)) == []


def test_each_basis_gives_back_what_it_was_made_of():
    arguments = [3 * X - 1, sympy.Rational(1, 2), -X / 2 + 5]
    found = list(bases(arguments))
    assert found
    for basis in found:
        number = sympy.Rational(basis.constant.numerator, basis.constant.denominator)
        for argument in arguments:
            power, times = basis.powers[argument]
            assert sympy.expand(power * basis.u + times * number - argument) == 0


def test_exponentials_of_numbers_that_are_no_fractions_are_coefficients():
    assert argument_of(sympy.exp(sympy.pi)) is None
    assert argument_of(sympy.sin(X)) is None
    assert argument_of(sympy.E) == 1
    form = read(read_node("exp(z)/(exp(z) + exp(pi))"))
    assert spell(form.u) == "z"
    ((factor, times),) = form.factors
    assert times == -1
    assert [Fraction(c) for c, _, _ in factor.terms] == [1, 1]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("exp(z)/(exp(z) + exp(2))", "sigmoid(z - 2)"),
        ("exp(z)/(exp(z) + exp(1))", "sigmoid(z - 1)"),
        ("(exp(z - 4) - exp(-z))/(exp(-z) + exp(z - 4))", "tanh(z - 2)"),
    ],
)
def test_functions_of_a_shifted_argument_are_found(text, form):
    assert spell(stable_form(read_node(text))) == form
