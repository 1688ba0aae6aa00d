from __future__ import annotations

from fractions import Fraction

from symbp.canonical.rationals import magnitude, simplify_rational


def test_whole_numbers_are_integers():
    assert type(simplify_rational(Fraction(4, 2))) is int
    assert simplify_rational(Fraction(1, 2)) == Fraction(1, 2)
    assert simplify_rational(3) == 3


def test_absolute_values():
    assert magnitude(Fraction(-1, 2)) == Fraction(1, 2)
    assert magnitude(3) == 3
