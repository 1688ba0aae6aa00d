"""Parts that do not hold a variable, as one constant."""

from symbp.expressions import Product, Sum, postorder, substitute
from symbp.narrowing import LONG_SUM, narrowed
from tests.shorthand import at, call

x = at("x")
others = [at(f"c{n}") for n in range(2 * LONG_SUM)]


def test_a_long_sum_is_the_terms_that_hold_the_variable_and_a_constant():
    root = Sum(((1, x**2), *((-1, other) for other in others)))
    small, constants = narrowed(root, x)
    assert len(small.terms) == 2
    assert [len(part.terms) for part in constants.values()] == [len(others)]
    assert substitute(small, nodes=constants) == Sum(((1, x**2), (1, Sum(root.terms[1:]))))


def test_a_long_product_keeps_both_sides_of_its_bar():
    root = Product([x, *others[:LONG_SUM]], [*others[LONG_SUM:], call("exp", x)])
    small, constants = narrowed(root, x)
    assert len(constants) == 1
    assert small.denominator == (call("exp", x),)
    assert all(other not in list(postorder(small)) for other in others)


def test_short_ones_stay():
    root = call("sin", x + others[0]) * others[1]
    assert narrowed(root, x) == (root, {})
