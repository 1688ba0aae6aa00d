from __future__ import annotations

from fractions import Fraction

import pytest

from symbp.canonical.clearing import is_zero
from symbp.canonical.evaluation import Environment, evaluate
from symbp.canonical.reader import read
from symbp.canonical.symbolicpowers import index_of
from symbp.canonical.writer import write
from symbp.errors import MathError, NotSupportedError
from symbp.expressions import Comparison, IndexValue, Number, Power, postorder, substitute
from symbp.indices import IndexExpr
from tests.canonical.making import (
    EXTENTS,
    D,
    N,
    at,
    bracket,
    f,
    form,
    letter,
    over,
    rng_of,
    same,
    seeds,
    table,
    value,
    where,
)  # fmt: skip

g, h, p = at("g"), at("h"), at("p")
n, m = letter("n"), letter("m")
ZERO = Number(0)


def exp(e):
    return f("exp", e)


def to(base, exponent):
    """A power with an index expression for its exponent."""
    return Power(base, IndexValue(exponent))


def zero(store, left, right=ZERO):
    return is_zero(store, form(store, left - right))


# -- positive bases -------------------------------------------------------------------------------


def test_powers_of_what_is_positive():
    store = table("positive p")
    assert same(store, Power(p, g) * Power(p, h), Power(p, g + h))
    assert same(store, Power(p, g), exp(g * f("ln", p)))
    assert same(store, Power(p**2, g), Power(p, 2 * g))
    assert same(store, Power(p, g - 1) * p, Power(p, g))
    assert same(store, Power(p, IndexValue(N)) / p, Power(p, IndexValue(N - 1)))


def test_an_exponent_that_need_not_be_whole_asks_for_a_positive_base():
    store = table()
    form(store, Power(g, h))
    assert store.used == ["g > 0"]
    with pytest.raises(NotSupportedError, match="may be negative"):
        form(store, Power(g, IndexValue(n) / 2))
    with pytest.raises(NotSupportedError, match="may be negative"):
        form(store, Power(g, 1 / IndexValue(N)))


# -- bases of any sign ----------------------------------------------------------------------------


def test_exponents_of_one_base_add():
    store = table()
    assert same(store, to(g, n) * g, to(g, n + 1))
    assert same(store, to(g, n - 1) * g, to(g, n))
    assert same(store, to(g, n) * to(g, m), to(g, n + m))
    assert same(store, to(g, n - m) * to(g, m), to(g, n))
    assert same(store, to(g, N) * to(g, n - N), to(g, n))
    assert same(store, to(g, n) ** 3, to(g, n * 3))
    assert same(store, 1 / to(g, n), to(g, -n))
    assert same(store, to(g, 2 * n) / to(g, n), to(g, n))
    assert form(store, to(g, n) * to(g, -n)).as_number == 1
    assert not same(store, to(g, n) * g, to(g, n))
    assert not same(store, to(g, n), to(h, n))
    assert not same(store, to(g, n), to(g, m))
    assert store.used == ["g^n != 0"]


def test_powers_of_products_and_quotients():
    store = table("positive p")
    assert same(store, to(g * h, n), to(g, n) * to(h, n))
    assert same(store, to(g * p, n), to(g, n) * to(p, n))
    assert same(store, to(g / h, n) * to(h, n), to(g, n))
    assert same(store, to(2 * g, n), to(Number(2), n) * to(g, n))
    assert same(store, to(g**2, n), to(g, 2 * n))
    assert same(store, to(g**2 * h + g * h, n), to(g, n) * to(h, n) * to(1 + g, n))
    assert not same(store, to(g + h, n), to(g, n) + to(h, n))


def test_a_sign_counts_modulo_two():
    store = table()
    minus = to(Number(-1), n)
    assert same(store, to(-g, 2 * n), to(g, 2 * n))
    assert same(store, to(-g, 2 * n + 1), -to(g, 2 * n + 1))
    assert same(store, to(-g, n), minus * to(g, n))
    assert same(store, to(g - h, n), minus * to(h - g, n))
    assert same(store, to(Number(-1), n * n), minus)
    assert form(store, minus * minus).as_number == 1
    assert form(store, to(Number(-1), n * (n + 1))).as_number == 1
    assert not same(store, to(-g, n), to(g, n))
    assert not same(store, minus, to(Number(-1), m))


def test_even_powers_are_not_negative():
    store = table()
    assert same(store, f("abs", to(g, 2 * n)), to(g, 2 * n))
    assert same(store, f("sqrt", to(g, 2 * n)), f("abs", to(g, n)))
    assert not same(store, f("abs", to(g, n)), to(g, n))
    assert same(store, f("relu", -to(g, 2 * N)), ZERO)


def test_zero_to_a_power_is_one_or_zero():
    store = table()
    assert same(store, to(g - g, n), bracket("==", n, 0))
    assert form(store, to(g - g, n + 1)).is_zero
    assert form(store, to(g - g, N)).is_zero
    assert same(store, to(g - g, n - 1), bracket("==", n, 1))


def test_sums_of_powers():
    store = table()
    u, v = at("x", "n"), at("y", "m")
    double = over("nm", u * v * to(g, n + m))
    assert same(store, double, over("n", u * to(g, n)) * over("m", v * to(g, m)))
    assert same(store, over("m", bracket("==", n, m) * to(g, m) * u), to(g, n) * u)
    assert same(store, over("n", bracket("==", n, 0) * to(g, n) * u), at("x", IndexExpr.integer(0)))
    assert same(store, over("n", to(g, n) * g), over("n", to(g, n + 1)))


def test_a_power_is_not_split_where_a_part_has_no_value():
    # at g = 0 and n = 1 the power is 1, and it is not 0 there
    store = table()
    at_zero = Comparison("==", g, ZERO)
    power = to(g, n - 1)
    assert not zero(store, where(at_zero, power, 0))
    assert not zero(store, where(Comparison("==", power, ZERO), 1, 0), where(at_zero, 1, 0))
    assert not zero(store, where(at_zero, to(g, 1 - n), 0))
    assert zero(store, where(at_zero, to(g, n + 1), 0))


def test_differences_have_one_sign():
    store = table()
    one, other = at("u", "i") - at("u", "j"), at("u", "j") - at("u", "i")
    assert same(store, to(one, n), to(Number(-1), n) * to(other, n))
    assert same(store, to(one, 2 * n), to(other, 2 * n))
    assert not same(store, to(one, n), to(other, n))
    assert same(store, over("i", bracket("==", "i", "j") * to(one, n)), bracket("==", n, 0))


def test_powers_of_sums_are_cleared():
    store = table()
    u = g + h
    assert same(store, to(u, n + 1), u * to(u, n))
    assert same(store, to(u, n) / u, to(u, n - 1))
    assert same(store, 1 / to(u, n), to(1 / u, n))
    assert same(store, to(g / u, n) * to(u, n), to(g, n))
    assert zero(store, to(u, n - 1) * u, to(u, n))
    assert zero(store, to(u, n - 2) * u**2, to(u, n))
    assert zero(store, to(u, n - 1) * (g * h + h**2), to(u, n) * h)
    assert not zero(store, to(u, n - 1) * u, to(u, n + 1))
    assert not zero(store, to(u, n - m) * u, to(u, n))
    # under g + h = 0 only one of them has the factor 0
    at_zero = Comparison("==", u, ZERO)
    assert not zero(store, where(at_zero, to(u, n - 1) + 1, 0), where(at_zero, 1, 0))


def test_integers_of_the_data_are_exponents_too():
    store = table()
    t = at("t", "n")
    assert same(store, Power(g, t) * g, Power(g, t + 1))
    assert same(store, Power(g, t * IndexValue(N)), Power(Power(g, t), IndexValue(N)))
    assert index_of(form(store, IndexValue(2 * n + N * n - 1))) == 2 * n + N * n - 1
    assert index_of(form(store, t + 1)) is None


def test_a_binary_base_and_a_binary_exponent():
    store = table("binary g")
    assert same(store, to(g, n + 1), g)
    assert same(store, to(g, n), g + (1 - g) * bracket("==", n, 0))


def test_two_valued_exponents_are_told_apart():
    store = table("binary t")
    t = at("t", "n")
    assert same(store, Power(h, t), 1 + t * (h - 1))


def test_products_over_indices_take_bases_of_any_sign():
    store = table()
    product = f_prod("n", g * at("x", "n"))
    assert same(store, product, to(g, N) * f_prod("n", at("x", "n")))
    assert same(
        store, f_prod("n", -(at("x", "n") ** 2)), to(Number(-1), N) * f_prod("n", at("x", "n")) ** 2
    )


def f_prod(letters, body):
    made = over(letters, body)
    return type(made)("prod", made.binders, made.body)


# -- random powers --------------------------------------------------------------------------------


def random_power(rng):
    base = rng.choice([g, h, -g, g + h, g - h, h - g, 2 * g, g * h, g**2, Number(-1), g * p, 1 + g])
    exponent = rng.choice([n, m, n + 1, n - 1, 2 * n, n + m, n - m, 1 - n, N, N - n, n * m, N - 2])
    return to(base, exponent)


def random_expression(rng, depth=3):
    if depth == 0:
        leaves = [g, h, g + h, IndexValue(n), Number(2), *(random_power(rng) for _ in range(6))]
        return rng.choice(leaves)
    parts = [random_expression(rng, depth - 1) for _ in range(2)]
    kind = rng.randrange(8)
    if kind < 3:
        return parts[0] * parts[1]
    if kind < 6:
        return parts[0] - parts[1]
    if kind == 6:
        return where(Comparison(rng.choice(["==", ">"]), rng.choice([g, h, g + h]), ZERO), *parts)
    return bracket("==", n, rng.choice([0, 1])) * parts[0]


def environment(rng):
    """Small integers for values, often 0: where laws fail they fail there."""
    values = {name: Fraction(rng.choice([0, 0, 1, -1, 2, -2])) for name in "gh"}
    values["p"] = Fraction(rng.choice([1, 2, 3]))
    sizes = {"N": rng.randint(1, 4), "K": 2, "D": 2}
    letters = {name: rng.randrange(sizes["N"]) for name in "nm"}
    return Environment(values, sizes, letters, number=Fraction)


def value_at(expression, point):
    """Its value by the evaluator of these tests; None where it has none."""
    try:
        return value(expression, point)
    except (ValueError, ZeroDivisionError):
        return None


@pytest.mark.parametrize("seed", seeds(120))
def test_forms_have_the_values_of_what_was_read(seed):
    rng = rng_of(seed)
    store = table("positive p")
    expression = random_expression(rng)
    found = form(store, expression)
    again = read(store, write(store, found), EXTENTS)
    assert is_zero(store, found - again)
    for _ in range(12):
        point = environment(rng)
        wanted = value_at(expression, point)
        if wanted is None:
            continue
        for poly in (found, again):
            reached = evaluated(store, poly, point)
            assert reached is None or float(reached) == pytest.approx(float(wanted))


def evaluated(store, poly, point):
    """The value of a form, None where it has none: `k u^(k-1)` has none at k = 0, u = 0."""
    try:
        return evaluate(store, poly, point)
    except MathError:
        return None


@pytest.mark.parametrize("seed", seeds(150))
def test_powers_that_are_found_equal_are_equal(seed):
    rng = rng_of(seed)
    store = table("positive p")
    expression = random_expression(rng, 2)
    target = rng.choice([e for e in postorder(expression) if not hasattr(e, "relation")])
    edits = [target * g, -target, target + 1, target * 1, target**2, target / g * g]
    edited = substitute(expression, nodes={target: rng.choice(edits)})
    try:
        equal = zero(store, expression, edited)
    except (MathError, NotSupportedError):
        return
    for _ in range(40 if equal else 0):
        point = environment(rng)
        left, right = value_at(expression, point), value_at(edited, point)
        if left is not None and right is not None:
            assert float(left) == pytest.approx(float(right))


def test_zero_divided_out_is_seen_by_these_tests():
    # the slow evaluator must know the points at which the laws could fail
    point = Environment({"g": Fraction(0)}, {"N": 3}, {"n": 1}, number=Fraction)
    assert value_at(to(g, n - 1), point) == 1
    assert value_at(to(g, n - 2), point) is None
    assert value_at(to(g, D), Environment({"g": Fraction(0)}, {"D": 2}, {})) == 0
