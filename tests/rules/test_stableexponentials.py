"""Powers of exp(-|u|) as nodes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.expressions import Access, Call
from symbp.functions import define
from symbp.rules.stableexponentials import exponential, gate_scale, inverse, times
from symbp.spelling import spell
from tests.shorthand import read_node


@pytest.mark.parametrize(
    ("text", "power", "minus", "sign", "argument"),
    [
        ("z", "exp(-abs(z)/2)", "-abs(z)", 0, "z"),
        ("-3*z", "exp(-3*abs(z)/2)", "-3*abs(z)", 0, "-z"),
        ("-z^2/2", "exp_product(-z/4, z)", "-z^2/2", -1, "-z^2/2"),
        ("a^2*b^2", "exp_product(-a*b/2, a*b)", "-a^2*b^2", 1, "a^2*b^2"),
    ],
)
def test_exponents(text, power, minus, sign, argument):
    e = exponential(read_node(text, "z, a, b"))
    assert spell(e.power(Fraction(1, 2))) == power
    assert spell(e.minus) == minus
    assert (e.sign, spell(e.argument)) == (sign, argument)


def test_the_exponent_of_the_approximate_gelu_has_a_function_of_its_own():
    z = Access("z")
    inside = define(Call("gelu_tanh", (z,)))
    tanh = next(c for c in inside.numerator[1].children if isinstance(c, Call))
    (argument,) = tanh.arguments
    assert gate_scale(times(Fraction(2), argument)) is None  # not multiplied out
    u = read_node("2*z*sqrt(2)/sqrt(pi) + 8943*z^3*sqrt(2)/(100000*sqrt(pi))")
    assert gate_scale(u) == (1, z)
    assert spell(exponential(u).power(Fraction(1))) == "exp_gate(-1, abs(z))"
    other = read_node("2*z*sqrt(2)/sqrt(pi) + z^3*sqrt(2)/sqrt(pi)")
    assert gate_scale(other) is None
    assert gate_scale(read_node("z + z^3")) is None


def test_inverse():
    assert spell(inverse(read_node("exp(-abs(z))"))) == "exp(abs(z))"
    product = exponential(read_node("-z^2")).power(Fraction(1))
    assert spell(inverse(product)) == "exp_product(z, z)"
    assert spell(inverse(read_node("z + 1"))) == "1/(z + 1)"
