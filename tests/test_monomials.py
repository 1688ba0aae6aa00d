from fractions import Fraction

import pytest
from hypothesis import given

from symbp.declarations import Builder
from symbp.expressions import ZERO, Call, IndexValue, Number, Power, Product, Sum
from symbp.interpreter import FRACTION, evaluate
from symbp.language.text import parse_expression
from symbp.monomials import Monomial, join, negate, split, terms_of, total
from symbp.spelling import spell
from tests.shorthand import at, builder, index
from tests.shorthand import total as over
from tests.strategies import seeds

a, b, c = at("a"), at("b"), at("c")
ONE, HALF = Fraction(1), Fraction(1, 2)


def read(text):
    return parse_expression(text, Builder())


@pytest.mark.parametrize(
    ("text", "coefficient", "powers"),
    [
        ("3*a/(2*sqrt(b))", Fraction(3, 2), {a: 1, b: -HALF}),
        ("-a", Fraction(-1), {a: 1}),
        ("a*b/a", ONE, {b: 1}),
        ("(a*b)^-2", ONE, {a: -2, b: -2}),
        ("a^b", ONE, {Power(a, b): 1}),
        ("sqrt(a^2)", ONE, {Power(a, Number(2)): HALF}),
        ("sqrt(a)^2", ONE, {a: 1}),
        ("(a^(1/3))^3", ONE, {a: 1}),
        ("0*a", Fraction(0), {}),
        ("exp(a - ln(b))", ONE, {Call("exp", (a,)): 1, b: -1}),
        ("exp(2*ln(b))*c", ONE, {b: 2, c: 1}),
        ("(-a - b)*c", Fraction(-1), {a + b: 1, c: 1}),
    ],
)
def test_a_node_is_read_as_coefficient_and_powers(text, coefficient, powers):
    found = split(read(text))
    assert found.coefficient == coefficient
    assert dict(found.powers) == powers


def test_an_index_that_is_a_number_counts_as_one():
    assert split(IndexValue(index(4)) * a) == Monomial(Fraction(4), ((a, ONE),))
    assert split(IndexValue(index("N"))).powers == ((IndexValue(index("N")), ONE),)


@pytest.mark.parametrize(
    ("coefficient", "powers", "text"),
    [
        (ONE, (), "1"),
        (Fraction(-3, 4), (), "-3/4"),
        (Fraction(2, 3), ((a, ONE),), "2*a/3"),
        (Fraction(1, 2), ((a, -ONE),), "1/(2*a)"),
        (-ONE, ((a, HALF), (b, -HALF)), "-sqrt(a)/sqrt(b)"),
        (ONE, ((a, Fraction(-3)),), "1/a^3"),
        (Fraction(268281, 2000000), ((a, ONE),), "0.1341405*a"),
        (Fraction(0), ((a, ONE),), "0"),
    ],
)
def test_a_monomial_is_written(coefficient, powers, text):
    assert spell(join(Monomial(coefficient, powers))) == text


@given(seeds())
def test_writing_and_reading_give_the_monomial_back(seed):
    import random

    rng = random.Random(seed)
    bases = rng.sample([a, b, c, a + b, Call("exp", (a,))], rng.randint(0, 4))
    powers = tuple((base, Fraction(rng.choice((-3, -1, 1, 2)))) for base in bases)
    monomial = Monomial(Fraction(rng.randint(1, 9), rng.randint(1, 9)), powers)
    again = split(join(monomial))
    assert again.coefficient == monomial.coefficient
    assert dict(again.powers) == dict(monomial.powers)


@given(seeds())
def test_terms_and_their_total_have_the_value_of_the_node(seed):
    import random

    rng = random.Random(seed)

    def draw(depth):
        if not depth:
            return rng.choice((a, b, c, Number(rng.randint(1, 3))))
        left, right = draw(depth - 1), draw(depth - 1)
        kind = rng.randrange(5)
        if kind < 4:
            return (left + right, left - right, left * right, -left)[kind]
        return Power(left, Number(rng.choice((0, 1, 2))))

    node = draw(4)
    made = total(terms_of(node))
    system = builder("a b c", r=node, s=made).snapshot()
    point = {name: Fraction(rng.randint(1, 20), 7) for name in "abc"}
    results = evaluate(system, point, FRACTION)
    assert results["r"] == results["s"]


def test_like_terms_are_those_with_equal_powers_in_any_order():
    assert total(terms_of(a * b + b * a * 2)) == Number(3) * a * b
    one = over("k", at("u", "k") * at("v", "k"))
    other = over("l", at("v", "l") * at("u", "l"))
    assert total(terms_of(one - other)) == ZERO
    assert total(terms_of(one - over("k", at("u", "k")))) != ZERO


def test_the_sign_of_a_sum_changes_term_by_term():
    assert negate(a - b) == Sum(((-1, a), (1, b)))
    assert negate(negate(a)) == a
    assert negate(Number(3)) == Number(-3)


def test_nothing_is_divided_by_zero():
    node = Product((a,), (Number(0),))
    assert join(split(node)) == node


def test_a_deep_product_is_read_without_recursion():
    node = a
    for _ in range(5000):
        node = Product((node, b))
    assert dict(split(node).powers) == {a: 1, b: 5000}


def test_sums_that_differ_in_order_are_one_base():
    inner, turned = (a - b) ** 2, (-b + a) ** 2
    one, other = 1 + inner, turned + 1
    assert split(Product((one, c), (other,))).powers == ((c, 1),)
    assert split(Product((one, other))).powers == ((one, 2),)
    assert total(terms_of(one * c - other * c)) == ZERO
    assert split(Product((a + a + b, a + b + b))).powers == ((a + a + b, 1), (a + b + b, 1))
    assert split(
        Product((Call("exp", (a * b + c,)) + 1, 1 + Call("exp", (c + b * a,))))
    ).powers == ((Call("exp", (a * b + c,)) + 1, 2),)
