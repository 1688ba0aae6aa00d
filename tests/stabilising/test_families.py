"""Exponents beside the largest of named others: what is at most 0, what is of one, what is added.

m is the largest of 0, a and b; r of 0 and a; q of 0 and b; w of a and m.
"""

import pytest

from symbp.monomials import terms_of
from symbp.stabilising.families import merged, multiple, of_one, proportional, tame
from symbp.stabilising.references import References
from tests.stable_values import read

SYSTEM = read("input a, b; m = max(0, a, b); r = max(0, a); q = max(0, b); w = max(a, m)")
REFERENCES = References(SYSTEM.equations)


def exponent(text):
    system = read(f"input a, b, m, r, q, w; L = {text}")
    return tuple(terms_of(system.equations[-1].right))


def exponents(*texts):
    return [exponent(text) for text in texts]


@pytest.mark.parametrize(
    "text", ["a - m", "b - m", "-m", "a + b - 2*m", "a - 2*m", "-r", "2*a - 2*r", "a - w"]
)
def test_what_is_less_its_own_references_is_at_most_0(text):
    assert tame(exponent(text), REFERENCES)


@pytest.mark.parametrize(
    "text", ["a", "m", "2*a - m", "b - r", "m - a", "a - r/2", "a + b - r", "a - r - q", "a - 5*m"]
)
def test_all_else_may_be_large(text):
    assert not tame(exponent(text), REFERENCES)


@pytest.mark.parametrize("texts", [["a - r"], ["a", "-r"], ["2*a", "-a", "-2*r"], ["-r"]])
def test_rational_functions_of_one_exponential(texts):
    assert of_one(exponents(*texts), REFERENCES)


@pytest.mark.parametrize("texts", [["a"], ["a - m"], ["a", "-q"], ["a - r/2"], ["a - w"]])
def test_roots_and_functions_of_several_are_not(texts):
    assert not of_one(exponents(*texts), REFERENCES)


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        (["a", "-r"], ()),
        (["a"], ()),
        (["a", "2*a"], ()),
        (["a", "-a"], (0, 1)),
        (["a", "b"], (0, 1)),
        (["a", "-m"], (0, 1)),
        (["a", "b", "-r", "-q"], ()),
        (["a", "b", "-r"], (0, 1, 2)),
        (["a + b", "-r", "-q"], (0, 1, 2)),
        (["a - r", "b - q"], ()),
        (["a - r", "b - m", "-m"], ()),
        (["a/2", "-r/2"], (0, 1)),
    ],
)
def test_exponents_are_added_where_a_factor_may_be_too_large(texts, places):
    assert merged(exponents(*texts), REFERENCES) == places


def test_a_part_that_meets_leaves_the_others_alone():
    system = read("input a, b, c; m = max(b, c); r = max(0, a)")
    texts = ["a - r", "b", "-m"]
    found = [
        tuple(terms_of(read(f"input a, b, c, m, r; L = {t}").equations[-1].right)) for t in texts
    ]
    assert merged(found, References(system.equations)) == (1, 2)


def test_multiples():
    one, other, third = exponents("a - m", "2*a - 2*m", "m - a")
    assert multiple(other, one)
    assert not multiple(third, one)
    assert proportional(third, one)
    assert not proportional(exponent("a"), one)


def test_a_family_is_written_at_the_indices_of_its_use():
    system = read("input a[n:N]; m[n] = max(0, a[n]); v[n] = exp(a[n] - m[n]); u = a[0] - m[0]")
    found = terms_of(system.equations[-1].right)
    assert tame(tuple(found), References(system.equations))
    crossed = read("input a[n:N]; m[n] = max(0, a[n]); u = a[1] - m[0]")
    found = terms_of(crossed.equations[-1].right)
    assert not tame(tuple(found), References(crossed.equations))
