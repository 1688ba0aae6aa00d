from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.canonical.contents import inverse, primitive
from symbp.canonical.heads import Poly
from tests.canonical.making import at, bracket, f, form, random_expression, rng_of, seeds, table


def whole(store, parts):
    return Poly(store, {parts.monomial: parts.factor}) * parts.rest


@pytest.mark.parametrize("seed", seeds(40))
def test_the_parts_multiply_back(seed):
    store = table()
    poly = form(store, random_expression(rng_of(seed), 3))
    if not poly.is_zero:
        assert whole(store, primitive(store, poly)) == poly


def test_content_common_factors_and_denominators_go_out():
    store = table()
    parts = primitive(store, form(store, (4 * at("g") / at("h") + 6 * at("g") ** 2) / 5))
    assert parts.factor == Fraction(2, 5)
    assert parts.rest == form(store, 2 + 3 * at("g") * at("h"))
    assert inverse(parts.monomial) == primitive(store, form(store, at("h") / at("g"))).monomial


def test_opposite_exponentials_have_one_primitive_part():
    store = table()
    one = primitive(store, form(store, 1 + f("exp", -at("g")))).rest
    assert one == primitive(store, form(store, f("exp", at("g")) + 1)).rest


def test_conditions_are_not_taken_out():
    store = table()
    poly = form(store, bracket("==", "i", "j") * at("g") + bracket("==", "i", "j"))
    assert primitive(store, poly).monomial == ()
