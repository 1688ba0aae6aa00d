import pytest

from symbp.declarations import Builder
from symbp.expressions import Number, Product, Sum
from symbp.language.text import parse_expression
from symbp.rational import MAX_GENERATORS, MAX_SIZE, MAX_TERMS, growth_limit, rational_form
from symbp.spelling import spell
from tests.rules.laws import Instance, over
from tests.shorthand import at


def read(text):
    return parse_expression(text, Builder())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a/b + c/b", "(a + c)/b"),
        ("a/(a*b + a*c)", "1/(b + c)"),
        ("1/a + 1/b", "(a + b)/(a*b)"),
        ("1 - 2*a + a^2", "(1 - a)^2"),
        ("a^2 - b^2", "(a - b)*(a + b)"),
        ("exp(a)/(exp(a)*b + exp(a))", "1/(1 + b)"),
        ("sqrt(a)*b + sqrt(a)*c", "(b + c)*sqrt(a)"),
        ("a^b*c + a^b", "a^b*(1 + c)"),
        ("a - a", "0"),
        ("pi*a + pi*b", "pi*(a + b)"),
        ("a/sqrt(pi) + b/sqrt(pi)", "(a + b)/sqrt(pi)"),
    ],
)
def test_one_factored_fraction(before, after):
    node = read(before)
    made = rational_form(node)
    again = rational_form(made)
    assert again is None or sorted(spell(again)) == sorted(spell(made))
    Instance(node, "").agrees(made)
    assert sorted(spell(made)) == sorted(after)


def test_sums_over_indices_are_generators():
    s = over("l", at("u", "l"))
    made = rational_form(s * at("a") + s * at("b"))
    assert sorted(spell(made)) == sorted("(a + b)*sum(l, u[l])")


def test_names_and_their_order_in_the_alphabet_do_not_matter():
    one = rational_form(read("q*z/(z + z*y) + y"))
    other = rational_form(read("b*a/(a + a*c) + c"))
    table = str.maketrans("qzy", "bac")
    assert spell(one).translate(table) == spell(other)


def test_what_holds_no_sum_or_is_too_large_is_left():
    assert rational_form(read("a*b/c")) is None
    assert rational_form(Sum([(1, at(f"q{n}")) for n in range(MAX_GENERATORS + 1)])) is None
    assert rational_form(Sum([(1, at("a"))] * (MAX_SIZE + 1))) is None
    assert rational_form(read(f"(a + b)^{MAX_TERMS} - a")) is None
    many = " + ".join(f"1/(a + {n}*b)" for n in range(1, 12))
    assert rational_form(read(many)) is None


def test_a_fraction_with_many_terms_over_one_bar_is_not_multiplied_out():
    text = "*".join(f"(a^{n} + b + c)" for n in range(1, 8))
    assert rational_form(read(text + " - a")) is None


def dense(count):
    """Two terms of a high degree in many parts."""
    parts = [f"q{n}" for n in range(count)]
    return read(f"{'*'.join(f'{q}^3' for q in parts)} + 1/({'*'.join(f'{q}^2' for q in parts)})")


@pytest.mark.parametrize(
    ("root", "limit"),
    [
        (Sum([(1, at(f"q{n}")) for n in range(MAX_GENERATORS + 1)]), "different parts"),
        (Sum([(1, at("a"))] * (MAX_SIZE + 1)), "nodes"),
        (read(f"(a + b)^{MAX_TERMS} - a"), "terms when it is multiplied out"),
        (dense(9), "powers of its 9 parts"),
        (read("a/b + c/b"), None),
        (dense(4), None),
    ],
)
def test_a_limit_of_size_says_which(root, limit):
    found = growth_limit(root)
    assert (found is None) == (limit is None)
    assert limit is None or limit in found
    assert (rational_form(root) is None) == (limit is not None)


def test_what_holds_no_sum_meets_no_limit():
    assert growth_limit(read("*".join(f"q{n}" for n in range(300)))) is None


def test_a_part_that_is_divided_by_zero_is_left():
    root = at("a") + Product((at("b"),), (Number(0),))
    assert rational_form(root) is None
