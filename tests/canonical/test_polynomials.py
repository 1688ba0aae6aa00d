from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbp.canonical.polynomials import natural_power, number, product_of, raw_product, sum_of
from symbp.errors import LimitExceeded, MathError
from tests.canonical.making import at, form, table

rationals = st.fractions(min_value=-3, max_value=3, max_denominator=6)
triples = st.lists(st.tuples(rationals, st.integers(0, 3), st.integers(-2, 2)), max_size=4)


def polynomial(store, terms):
    g, h = form(store, at("g")), form(store, at("h"))
    return sum_of(store, [number(store, c) * g**a * h**b for c, a, b in terms])


@given(triples, triples, triples)
def test_the_laws_of_a_ring(first, second, third):
    store = table()
    a, b, c = (polynomial(store, t) for t in (first, second, third))
    assert a + b == b + a
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert (a - a).is_zero
    assert hash(a * b) == hash(b * a)


def test_exponents_add():
    store = table()
    g = form(store, at("g"))
    assert g ** Fraction(1, 2) * g ** Fraction(1, 2) == g
    assert (g**-1 * g).as_number == 1
    assert g / g**3 == g**-2
    assert raw_product(g, g) == g**2


def test_natural_powers_are_written_out():
    store = table()
    g, h = form(store, at("g")), form(store, at("h"))
    assert natural_power(g + h, 2) == g**2 + 2 * g * h + h**2
    assert natural_power(g + h, 0).as_number == 1
    with pytest.raises(MathError):
        natural_power(g, -1)
    assert product_of(store, []).as_number == 1


def test_too_many_terms_are_refused():
    store = table()
    store.budget.terms = 20
    with pytest.raises(LimitExceeded, match="terms"):
        form(store, (at("g") + at("h") + at("r")) ** 9)


def test_order_of_terms_is_that_of_names_not_of_hashes():
    store = table()
    shown = repr(form(store, at("h") + at("g") + at("r")))
    assert shown == repr(form(store, at("r") + at("g") + at("h")))


def test_numbers_on_either_side():
    store = table()
    g = form(store, at("g"))
    assert 1 - g == -(g - 1)
    assert 2 * g + 1 == 1 + g * 2
    assert 1 / g == g**-1
