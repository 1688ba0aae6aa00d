from __future__ import annotations

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.reader import read
from symbp.canonical.sums import sum_letters, sum_over
from symbp.canonical.tables import Table
from symbp.errors import DeclarationError, NotSupportedError
from symbp.expressions import Binder, Bracket, IndexComparison, IndexValue, Logical, Number, Reduce
from symbp.indices import IndexExpr
from symbp.quantities import Axis, Quantity
from tests.canonical.making import D, K, N, at, bracket, f, form, letter, over, same, table

ZERO = IndexExpr.integer(0)


def test_factors_without_the_index_go_outside():
    store = table()
    assert same(
        store,
        over("k", at("g") * at("x", "n") * at("o", "k")),
        at("g") * at("x", "n") * over("k", at("o", "k")),
    )
    assert same(store, over("k", at("g")), IndexValue(K) * at("g"))
    assert same(store, over("k", at("o", "k") + 1), over("k", at("o", "k")) + IndexValue(K))


def test_components_are_split():
    store = table()
    assert same(
        store,
        over("kn", at("o", "k") * at("x", "n")),
        over("k", at("o", "k")) * over("n", at("x", "n")),
    )
    assert same(
        store,
        over("ki", at("o", "k") * at("z", "n", "k") * at("u", "i")),
        over("i", at("u", "i")) * over("k", at("z", "n", "k") * at("o", "k")),
    )


def test_sums_are_flattened():
    store = table()
    inner = over("k", at("z", "n", "k") * at("o", "k"))
    assert same(
        store,
        over("n", at("x", "n") * inner),
        over("kn", at("x", "n") * at("z", "n", "k") * at("o", "k")),
    )
    square = over("n", inner**2)
    assert same(
        store,
        square,
        over("nkl", at("z", "n", "k") * at("o", "k") * at("z", "n", "l") * at("o", "l")),
    )
    assert not same(store, over("n", inner) ** 2, square)


def test_names_and_order_of_bound_indices_do_not_matter():
    store = table()
    one = over("abc", at("A", "a", "b") * at("B", "b", "c") * at("S", "c", "a"))
    two = over("cab", at("S", "a", "b") * at("A", "b", "c") * at("B", "c", "a"))
    assert same(store, one, two)
    assert not same(
        store, one, over("abc", at("A", "a", "b") * at("B", "c", "b") * at("S", "c", "a"))
    )


def test_ranges_that_differ_are_told_apart():
    store = table()
    long = over("n", f("exp", IndexValue(letter("n"))))
    assert same(store, long, over("m", f("exp", IndexValue(letter("m")))))
    assert not same(store, long, over("k", f("exp", IndexValue(letter("k")))))


def test_brackets_are_sifted():
    store = table()
    assert same(store, over("l", bracket("==", "k", "l") * at("z", "n", "l")), at("z", "n", "k"))
    assert same(
        store,
        over("kl", bracket("==", "k", "l") * at("z", "n", "l") * at("o", "k")),
        over("k", at("z", "n", "k") * at("o", "k")),
    )
    gathered = IndexExpr.gather("t", (letter("n"),))
    inside = Bracket(
        Logical("and", (IndexComparison("<=", ZERO, gathered), IndexComparison("<", gathered, K)))
    )
    assert same(
        store,
        over("k", bracket("==", gathered, "k") * at("z", "n", "k")),
        inside * at("z", "n", gathered),
    )
    store.bound_values("t", K)
    assert same(
        store, over("k", bracket("==", gathered, "k") * at("z", "n", "k")), at("z", "n", gathered)
    )


def test_moving_ranges_become_brackets():
    store = table()
    triangle = Reduce("sum", [Binder("l", ZERO, letter("k") + 1)], at("o", "l"))
    assert same(store, triangle, over("l", bracket("<=", "l", "k") * at("o", "l")))
    tail = Reduce("sum", [Binder("l", letter("k"), K)], at("o", "l"))
    whole = over("l", at("o", "l")) + at("o", "k")
    assert is_zero(store, form(store, triangle + tail - whole))
    shifted = Reduce("sum", [Binder("l", IndexExpr.integer(-2), K - 2)], at("o", letter("l") + 2))
    assert same(store, shifted, over("l", at("o", "l")))
    double = Reduce("sum", [Binder("k", ZERO, K), Binder("l", ZERO, letter("k"))], at("o", "l"))
    assert same(store, double, over("kl", bracket("<", "l", "k") * at("o", "l")))


def test_counting():
    store = table()
    assert same(store, over("l", bracket("<=", "l", "k")), IndexValue(letter("k") + 1))
    assert same(store, over("l", bracket("<", "k", "l")), IndexValue(K - 1 - letter("k")))
    assert same(store, over("l", bracket("==", "l", "k")), Number(1))
    assert form(store, over("k", Number(1), k=ZERO)).is_zero


def test_the_quotients_of_softmax_cancel():
    store = table()
    e, total = f("exp", at("z", "n", "k")), over("l", f("exp", at("z", "n", "l")))
    assert form(store, over("k", e / total)).as_number == 1
    assert same(store, over("nk", at("x", "n") * e / total), over("n", at("x", "n")))
    assert same(store, over("k", e**2 / total) * total, over("k", e**2))


def convolution_table():
    length, width = IndexExpr.extent("K"), IndexExpr.extent("P")
    axes = {"x": length, "w": width, "g": length - width + 1}
    known = {name: Quantity(name, (Axis("i", extent),)) for name, extent in axes.items()}
    return Table(known), length, width, length - width + 1


def test_a_convolution_has_one_spelling():
    store, length, width, out = convolution_table()
    m, k, i = letter("m"), letter("k"), letter("i")

    def guarded_sum(name, place, extent, body, limit):
        inside = Logical(
            "and", (IndexComparison("<=", ZERO, place), IndexComparison("<", place, limit))
        )
        return Reduce("sum", [Binder(name, ZERO, extent)], Bracket(inside) * body)

    extents = {"m": length}
    one = guarded_sum("k", m - k, width, at("w", "k") * at("g", m - k), out)
    two = guarded_sum("i", m - i, out, at("g", "i") * at("w", m - i), width)
    link = Reduce(
        "sum",
        [Binder("i", ZERO, out), Binder("k", ZERO, width)],
        bracket("==", m, i + k) * at("g", "i") * at("w", "k"),
    )
    forms = {read(store, e, extents) for e in (one, two, link)}
    assert len(forms) == 1
    wrong = guarded_sum("k", m - k, width, at("w", "k") * at("g", m - k), out - 1)
    assert read(store, wrong, extents) not in forms


def test_sums_of_polynomials_over_binders():
    store = table()
    poly = form(store, at("z", "n", "k"))
    summed = sum_over(store, poly, [Binder("n", ZERO, N), Binder("k", ZERO, K)])
    assert summed == form(store, over("nk", at("z", "n", "k")))
    fresh = store.fresh(D)
    assert sum_letters(store, form(store, at("g")), (fresh,)) == form(
        store, at("g") * IndexValue(D)
    )
    with pytest.raises(DeclarationError):
        sum_over(store, poly, [Binder("n")])
    with pytest.raises(NotSupportedError):
        sum_over(store, poly, [Binder("n", ZERO, letter("unknown"))])
