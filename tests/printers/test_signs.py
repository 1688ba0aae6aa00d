from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbp.expressions import Access, Number, Product, Sum
from symbp.printers.signs import arrange_signs
from symbp.spelling import spell

A, B, C = Access("a"), Access("b"), Access("c")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Sum(((-1, A), (1, B))), "b - a"),
        (Product((Number(1), A)), "a"),
        (Product((Number(-1), A, B)), "-a*b"),
        (Product((A, Sum(((-1, B),)))), "-a*b"),
        (Product((Sum(((-1, A),)), Sum(((-1, B),)))), "a*b"),
        (Product((A,), (Sum(((-1, B),)),)), "-a/b"),
        (Sum(((1, A), (1, Sum(((-1, B),))))), "a - b"),
        (Sum(((-1, A), (-1, B))), "-a - b"),
        (Product((Number(1),), (A,)), "1/a"),
        (Product((Number(1), Number(1))), "1"),
        (Sum(((1, A), (1, Number(-3)))), "a - 3"),
        (Sum(()), "0"),
    ],
)
def test_signs_stand_in_front(value, text):
    assert spell(arrange_signs(value)) == text


leaves = st.sampled_from([A, B, C, Number(1), Number(-1), Number(Fraction(-2, 3))])


def combined(inner):
    signed = st.tuples(st.sampled_from([1, -1]), inner)
    sums = st.lists(signed, min_size=1, max_size=3).map(lambda terms: Sum(tuple(terms)))
    products = st.tuples(st.lists(inner, min_size=1, max_size=3), st.lists(leaves, max_size=2)).map(
        lambda pair: Product(tuple(pair[0]), tuple(pair[1]))
    )
    return sums | products


def value_of(node):
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Access):
        return {"a": Fraction(3), "b": Fraction(-5, 7), "c": Fraction(2, 11)}[node.quantity]
    if isinstance(node, Sum):
        return sum((s * value_of(t) for s, t in node.terms), Fraction(0))
    total = Fraction(1)
    for factor in node.numerator:
        total *= value_of(factor)
    for factor in node.denominator:
        total /= value_of(factor)
    return total


@given(st.recursive(leaves, combined, max_leaves=12))
def test_no_value_changes(node):
    made = arrange_signs(node)
    assert value_of(made) == value_of(node)
    assert arrange_signs(made) == made
