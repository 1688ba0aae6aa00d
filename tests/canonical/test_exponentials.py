from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.errors import MathError
from symbp.expressions import Number
from tests.canonical.making import at, f, form, over, same, table

g, h, p = at("g"), at("h"), at("p")


def exp(e):
    return f("exp", e)


def ln(e):
    return f("ln", e)


def test_exponentials_multiply():
    store = table()
    assert same(store, exp(g) * exp(h), exp(g + h))
    assert same(store, exp(g / 2) ** 2, exp(g))
    assert same(store, 1 / exp(g), exp(-g))
    assert same(store, f("sqrt", exp(g)), exp(g / 2))
    assert form(store, exp(g - g)).as_number == 1
    assert same(store, exp(g * (h + 1)), exp(g * h) * exp(g))


def test_logarithms_split():
    store = table("positive p")
    assert same(store, ln(p * g), ln(p) + ln(g))
    assert same(store, ln(g**3), 3 * ln(g))
    assert same(store, ln(f("sqrt", p)), ln(p) / 2)
    assert same(store, ln(exp(g) * p), g + ln(p))
    assert same(store, ln(Number(12)), 2 * ln(Number(2)) + ln(Number(3)))
    assert same(store, ln(2 * g + 2 * h), ln(Number(2)) + ln(g + h))
    assert not same(store, ln(g + h), ln(g) + ln(h))
    assert form(store, ln(Number(1))).is_zero
    with pytest.raises(MathError):
        form(store, ln(g - g))


def test_exp_of_log():
    store = table("positive p")
    assert same(store, exp(2 * ln(p)), p**2)
    assert same(store, exp(ln(p) / 2), f("sqrt", p))
    assert same(store, exp(ln(1 + exp(g))), 1 + exp(g))
    # a logarithm is read as log|g|
    assert same(store, exp(ln(g)), f("abs", g))
    assert same(store, exp(ln(g**2)), g**2)
    assert same(store, exp(ln(Number(3)) / 2), f("sqrt", Number(3)))


def test_hyperbolic_functions():
    store = table()
    sinh, cosh, tanh = (f(name, g) for name in ("sinh", "cosh", "tanh"))
    assert same(store, cosh**2 - sinh**2, Number(1))
    assert same(store, tanh, sinh / cosh)
    assert same(store, f("cosh", 2 * g), 2 * cosh**2 - 1)
    assert same(store, 4 / (exp(g) + exp(-g)) ** 2, 1 - tanh**2)


def test_the_sigmoid_spelled_in_many_ways():
    store = table()
    spellings = [
        1 / (1 + exp(-g)),
        exp(g) / (1 + exp(g)),
        (1 + f("tanh", g / 2)) / 2,
        1 - 1 / (1 + exp(g)),
        exp(g / 2) / (exp(g / 2) + exp(-g / 2)),
        f("sigmoid", g),
        1 - f("sigmoid", -g),
        exp(f("logsigmoid", g)),
        exp(-f("softplus", -g)),
    ]
    forms = [form(store, s) for s in spellings]
    assert all(found == forms[0] for found in forms)
    assert same(store, f("softplus", g) - f("softplus", -g), g)


def test_logsumexp():
    store = table()
    total = over("l", exp(at("z", "n", "l")))
    shifted = over("l", exp(at("z", "n", "l") - g))
    assert same(store, ln(total), g + ln(shifted))
    assert same(store, exp(ln(total) * Fraction(1, 2)), f("sqrt", total))
