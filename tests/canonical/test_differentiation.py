from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.differentiation import derivative
from symbp.canonical.evaluation import evaluate
from symbp.errors import MathError, NotSupportedError, ShapeError
from symbp.expressions import Binder, Reduce
from symbp.indices import IndexExpr
from tests.canonical.making import (
    AXES,
    K,
    Undefined,
    at,
    bracket,
    f,
    form,
    over,
    random_expression,
    random_point,
    rng_of,
    seeds,
    table,
    value,
)  # fmt: skip

PICKED = {"n": "m", "k": "l", "i": "i", "j": "j"}


def d(store, expression, name, *indices):
    return derivative(store, form(store, expression), name, indices)


def test_an_entry_by_an_entry():
    store = table()
    assert d(store, at("x", "n"), "x", "m") == form(store, bracket("==", "n", "m"))
    assert d(store, at("x", "n"), "y", "m").is_zero
    assert d(store, over("n", at("x", "n")), "x", "m").as_number == 1
    assert d(store, over("n", at("x", "n") ** 3), "x", "m") == form(store, 3 * at("x", "m") ** 2)
    assert d(store, at("A", "i", "i"), "A", "a", "b") == form(
        store, bracket("==", "i", "a") * bracket("==", "i", "b")
    )


def test_functions():
    store = table()
    g = at("g")
    pairs = {
        "sin": f("cos", g), "cos": -f("sin", g), "arctan": 1 / (1 + g**2), "exp": f("exp", g),
        "arcsin": 1 / f("sqrt", 1 - g**2), "arcsinh": 1 / f("sqrt", 1 + g**2), "ln": 1 / g,
        "arctanh": 1 / (1 - g**2), "arccosh": 1 / f("sqrt", g**2 - 1),
        "sqrt": 1 / (2 * f("sqrt", g)),
        "tanh": 1 - f("tanh", g) ** 2, "sigmoid": f("sigmoid", g) * (1 - f("sigmoid", g)),
        "softplus": f("sigmoid", g),
    }  # fmt: skip
    for name, expected in pairs.items():
        assert is_zero(store, d(store, f(name, g), "g") - form(store, expected)), name


def test_products_over_an_index():
    store = table("positive o")
    whole = Reduce("prod", [Binder("k", IndexExpr.integer(0), K)], at("o", "k"))
    assert d(store, whole, "o", "l") == form(store, whole / at("o", "l"))


def test_the_derivative_is_ambient():
    for fact, name, indices in (
        ("symmetric S", "S", ("i", "j")),
        ("sign s", "s", ()),
        ("simplex w 1", "w", ("n", "k")),
        ("one_hot w 1", "w", ("n", "k")),
        ("binary e", "e", ()),
    ):
        store = table(fact)
        with pytest.raises(NotSupportedError, match="differentiate first"):
            d(store, at(name, *indices), name, *indices)
    assert not d(table("positive p"), at("p") ** 2, "p").is_zero


def test_a_wrong_number_of_indices():
    store = table()
    with pytest.raises(ShapeError):
        d(store, at("x", "n"), "x", "n", "k")
    with pytest.raises(NotSupportedError):
        d(store, Reduce("max", [Binder("k", IndexExpr.integer(0), K)], at("o", "k")), "o", "l")


def moved(point, name, indices, by):
    values = dict(point.values)
    if not indices:
        values[name] += by
    else:
        row = values[name] = copy.deepcopy(values[name])
        for index in indices[:-1]:
            row = row[point.letters[index]]
        row[point.letters[indices[-1]]] += by
    return replace(point, values=values)


@pytest.mark.parametrize("seed", seeds(150))
def test_against_differences(seed):
    rng = rng_of(seed)
    store = table("positive p", "positive q", "positive o")
    expression = random_expression(rng, 3)
    name = rng.choice(["x", "z", "A", "p", "u", "s"])
    indices = [PICKED[a] for a in AXES.get(name, "")]
    try:
        poly = d(store, expression, name, *indices)
    except MathError:  # a constant subexpression without a value
        return
    for _ in range(3):
        point = random_point(rng)
        try:
            near, far = (
                (
                    value(expression, moved(point, name, indices, h))
                    - value(expression, moved(point, name, indices, -h))
                )
                / (2 * h)
                for h in (1e-5, 2e-5)
            )
            found = evaluate(store, poly, point)
        except (Undefined, OverflowError, MathError):
            continue
        if abs(near - far) < 1e-5 * (1 + abs(near)):  # no kink nearby
            assert found == pytest.approx(near, rel=1e-3, abs=1e-3)
