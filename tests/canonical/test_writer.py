from __future__ import annotations

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.writer import write
from symbp.errors import SymbpError
from symbp.expressions import Binder, Number, Reduce, postorder
from symbp.indices import IndexExpr
from symbp.spelling import spell
from tests.canonical.making import (
    AXES,
    K,
    at,
    bracket,
    f,
    form,
    letter,
    over,
    random_expression,
    rng_of,
    seeds,
    table,
)  # fmt: skip


def written(store, expression):
    return write(store, form(store, expression), {q: tuple(a) for q, a in AXES.items()})


@pytest.mark.parametrize("seed", seeds(150))
def test_what_is_written_is_read_back(seed):
    store = table("positive p", "positive q", "positive o")
    store.budget.steps = 20_000
    expression = random_expression(rng_of(seed), 3)
    try:
        poly = form(store, expression)
        again = form(store, write(store, poly))
    except SymbpError:
        return
    assert is_zero(store, poly - again)


def test_spellings():
    store = table("positive p")
    shown = {
        "exp(z[n,k])/sum(l, exp(z[n,l]))": f("exp", at("z", "n", "k"))
        / over("l", f("exp", at("z", "n", "l"))),
        "sqrt(p)": f("sqrt", at("p")),
        "ln(p)": f("ln", at("p")),
        "ln(abs(g))": f("ln", at("g")),
        "[n == m]*g": bracket("==", "n", "m") * at("g"),
        "0": Number(0),
        "g/2": at("g") / 2,
        "exp(g - h)": f("exp", at("g")) / f("exp", at("h")),
    }
    for text, expression in shown.items():
        found = spell(written(store, expression))
        assert sorted(found) == sorted(text), found


def test_guards_become_branches():
    store = table()
    guarded = written(store, bracket(">=", "n", 1) * at("x", letter("n") - 1))
    assert spell(guarded) == "where(1 <= n, x[n-1], 0)"


def test_bound_letters_are_new_and_hinted():
    store = table()
    product = Reduce(
        "max", [Binder("q", IndexExpr.integer(0), K)], at("z", "n", "q") * at("o", "k")
    )
    node = written(store, at("o", "k") * product)
    names = [b.name for n in postorder(node) if isinstance(n, Reduce) for b in n.binders]
    assert names == ["k·1"]
    taken = at("o", "k·1") * over("k", at("o", "k"))
    store.declare("k·1", K)
    names = [
        b.name for n in postorder(written(store, taken)) if isinstance(n, Reduce) for b in n.binders
    ]
    assert names == ["k·2"]
