from __future__ import annotations

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.functions import apply
from symbp.errors import NotSupportedError
from symbp.expressions import Constant, Number
from tests.canonical.making import at, f, form, same, table

g, h = at("g"), at("h")


def test_parities():
    store = table()
    for name in ("arctan", "erf", "arcsin", "arcsinh", "sin", "tan", "arctanh"):
        assert form(store, f(name, g - h) + f(name, h - g)).is_zero
        assert form(
            store, f(name, at("u", "i") - at("u", "j")) + f(name, at("u", "j") - at("u", "i"))
        ).is_zero
        assert form(store, f(name, g - g)).is_zero
    assert same(store, f("cos", g), f("cos", -g))
    assert not same(store, f("arccosh", g), f("arccosh", -g))


def test_complements():
    store = table()
    assert same(store, f("erfc", g) + f("erf", g), Number(1))
    assert same(store, f("arccos", g) + f("arcsin", g), Constant("pi") / 2)


def test_angles_add():
    store = table()
    sin, cos = f("sin", g), f("cos", g)
    assert same(store, sin**2 + cos**2, Number(1))
    assert same(store, f("sin", g + h), sin * f("cos", h) + cos * f("sin", h))
    assert same(store, f("cos", 2 * g), 1 - 2 * sin**2)
    assert same(store, f("sin", 3 * g), 3 * sin - 4 * sin**3)
    assert same(store, f("sin", g + h) ** 2 + f("cos", g + h) ** 2, Number(1))
    assert same(store, f("tan", g) ** 2 + 1, 1 / cos**2)
    assert not same(store, f("sin", g), f("sin", h))
    assert is_zero(store, form(store, sin / (1 + cos) - (1 - cos) / sin))


def test_what_is_not_known_is_refused():
    store = table()
    with pytest.raises(NotSupportedError, match="gamma"):
        apply(store, "gamma", form(store, g))
