"""One factor of a fraction in e, written with few roundings."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.expressions import Constant, Number, Product
from symbp.rules.stableexponentials import exponential
from symbp.rules.stablefactors import (
    coefficient_parts,
    constants_of,
    in_one,
    is_constant,
    truncated,
)
from symbp.rules.stablereading import read
from symbp.spelling import spell
from tests.shorthand import read_node


def written(text, *, halved=False, names="z"):
    form = read(read_node(text, names))
    (factor, _), *_ = form.factors
    scale, constants, node = in_one(factor, exponential(form.u), halved=halved)
    shown = [(spell(base), exponent) for base, exponent in constants]
    return scale, shown, spell(node).replace("exp(-abs(z))", "e").replace("exp(-abs(z)/2)", "h")


@pytest.mark.parametrize(
    ("text", "scale", "node"),
    [
        ("1 + exp(z)", 1, "1 + e"),
        ("exp(z) - 1", 1, "expm1(-abs(z))"),
        ("w*exp(z) - w", 1, "expm1(-abs(z))"),
        ("2 + 2*exp(z) + exp(z)^2", 1, "2 + e*(2 + e)"),
        ("z + 1 + exp(z)", 1, "z + 1 + e"),
        ("1 + exp(z)*(z + z^3)", 1, "1 + (z + z^3)*e"),
    ],
)
def test_factors(text, scale, node):
    found = written(text, names="z, w")
    assert found[0] == scale
    assert found[2] == node or sorted(found[2]) == sorted(node)


def test_the_number_is_one_where_constants_stand_beside_it():
    _, constants, node = written("sqrt(pi) + z*sqrt(2)*exp(z)")
    assert constants == [("pi", Fraction(1, 2))]
    assert node == "1 + z*sqrt(2/pi)*e"


def test_a_vanishing_factor_is_multiplied_in_halves():
    _, _, node = written("w + z*exp(z)", halved=True, names="z, w")
    assert node == "w + z*h*h"


def test_constants_share_one_root():
    two, pi = Number(2), Constant("pi")
    above, below = constants_of({two: Fraction(3, 2), pi: Fraction(-1, 2)})
    assert [spell(n) for n in above] == ["2", "sqrt(2/pi)"]
    assert below == []
    above, below = constants_of({pi: Fraction(-3, 2), two: Fraction(1, 3)})
    assert [spell(n) for n in above] == ["2^(1/3)"]
    assert [spell(n) for n in below] == ["pi", "sqrt(pi)"]
    assert is_constant(Product([two, pi]))
    assert not is_constant(read_node("2*z"))


def test_long_quotients_are_one_number():
    assert coefficient_parts(Fraction(3, 4)) == (3, 4)
    assert coefficient_parts(Fraction(1, 12345)) == (Fraction(1, 12345), 1)


def test_a_factor_at_zero():
    form = read(read_node("z + 1 + exp(z)"))
    rest = truncated(form.factors[0][0])
    assert [d for _, _, d in rest.terms] == [0, 0]
