from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.evaluation import evaluate
from symbp.canonical.reader import read
from symbp.canonical.tables import Table
from symbp.errors import MathError, NotSupportedError, ShapeError
from symbp.expressions import Access, Binder, Reduce, substitute
from symbp.gradients import differentiate
from symbp.indices import IndexExpr
from symbp.simplifying.relations import unfold_all
from tests.canonical.differentiation import derivative
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
from tests.systems.cases import read as read_system

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


# -- what the differentiator of systems finds, found a second time ---------------------------------

NETWORK = """input x[n:N,j:J]; target y[n,k]; param W[j,k:K], b[k]
z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]; h[n,k] = tanh(z[n,k])
L = sum(n, k, (h[n,k] - y[n,k])^2)/2"""
SOFTMAX = """input z[n:N,k:K]; target y[n,k]
p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); L = -sum(n, k, y[n,k]*ln(p[n,k]))/N"""
SHARED = """input x[n:N,j:J]; param W[j,i:J]
u[n,j] = sigmoid(sum(i, W[j,i]*x[n,i])); v[n,j] = sigmoid(sum(i, W[j,i]*u[n,i]))
L = sum(n, j, v[n,j]^2)"""
CENTRED = """input x[n:N,j:J]; m[n] = sum(j, x[n,j])/J
L = sum(n, j, (x[n,j] - m[n])^2*x[n,j])"""
CHAIN = "input X; param w; A = w*X; B = exp(A); C = B^2 + B; D = sqrt(C)"
SYSTEMS = {
    "chain": (CHAIN, "D", "w X"),
    "network": (NETWORK, "L", "W b x z"),
    "softmax": (SOFTMAX, "L", "z"),
    "shared": (SHARED, "L", "W x"),
    "centred": (CENTRED, "L", "x"),
}


@pytest.mark.parametrize(("text", "of", "names"), SYSTEMS.values(), ids=SYSTEMS)
def test_both_derivations_agree(text, of, names):
    for by in names.split():
        system = read_system(text)
        ledger = differentiate(system, of, [by])
        claim = ledger.gradients[by].unconditional
        store = Table(dict(ledger.system.quantities), ())
        places = [store.fresh(binder.extent) for binder in claim.ranges]
        letters = {
            b.name: IndexExpr.letter(place) for b, place in zip(claim.ranges, places, strict=True)
        }
        targets = frozenset(e.target for e in ledger.system.equations) - {by}
        whole, right = (
            unfold_all(node, ledger.system, targets)
            for node in (Access(of), substitute(claim.right, letters))
        )
        gap = derivative(store, read(store, whole), by, places) - read(store, right)
        assert is_zero(store, gap), by
        wrong = derivative(store, read(store, whole), by, places) - read(store, right) * 2
        assert not is_zero(store, wrong), by
