from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.canonical.primes import factorise, rational_power
from symbp.errors import LimitExceeded, MathError
from symbp.expressions import Number
from tests.canonical.making import f, form, same, table


def root(e):
    return f("sqrt", e)


def test_roots_of_numbers():
    store = table()
    assert same(store, root(Number(12)), 2 * root(Number(3)))
    assert same(store, root(Number(2)) * root(Number(6)), 2 * root(Number(3)))
    assert same(store, 1 / root(Number(2)), root(Number(2)) / 2)
    assert form(store, root(Number(Fraction(4, 9)))).as_number == Fraction(2, 3)
    assert factorise(Fraction(12, 35)) == {2: 2, 3: 1, 5: -1, 7: -1}
    with pytest.raises(MathError):
        form(store, root(Number(-2)))
    with pytest.raises(LimitExceeded):
        form(store, Number(3) ** (10**8))


def test_large_cofactors_count_as_primes():
    large = 10_007 * 10_009
    assert factorise(Fraction(4 * large)) == {2: 2, large: 1}
    store = table()
    twice = rational_power(store, large, Fraction(1, 2)) ** 2
    assert twice.as_number == large


def test_roots_of_primes_keep_small_exponents():
    store = table()
    assert repr(rational_power(store, 2, Fraction(5, 2))) == "4*2^(1/2)"
    assert repr(rational_power(store, 2, Fraction(-1, 3))) == "1/2*2^(2/3)"
