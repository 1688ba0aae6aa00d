"""Expressions read as where(guards, exp(u)·r, 0), with z, s, p and t standing for themselves."""

import pytest

from symbp.declarations import Builder
from symbp.expressions import ONE, ZERO, Access, Call, Comparison
from symbp.language.text import parse_expression, parse_system
from symbp.monomials import terms_of, total
from symbp.spelling import spell
from symbp.stabilising.scales import (
    Knowledge,
    Scaled,
    collected,
    compose,
    different_exponents,
    read_scale,
)

DECLARED = "input z, m, t, w, a, b, c; s = z; p = z"


def node(text):
    builder = Builder()
    parse_system(DECLARED, builder)
    return parse_expression(text, builder)


def scale(text, tame=lambda exponent: False):
    """s stands for exp(m)·t, p for exp(z - m)/t."""
    entries = {"s": (node("m"), node("t")), "p": (node("z - m"), node("1/t"))}

    def opened(access):
        if access.quantity not in entries:
            return None
        exponent, rest = entries[access.quantity]
        return Scaled(access, tuple(terms_of(exponent)), rest)

    known = Knowledge(opened, lambda n: n == Access("t"), tame, lambda exponent, rest: ())
    return read_scale(node(text), known)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("exp(z)/s", "exp(z - m)/t"),
        ("ln(s)", "m + ln(t)"),
        ("ln(p)", "z - m - ln(t)"),
        ("w*ln(p)", "w*(z - m - ln(t))"),
        ("exp(z)*w/s^2", "exp(z - 2*m)*w/t^2"),
        ("exp(a)*exp(-b)", "exp(a - b)"),
        ("exp(2*z)/sqrt(s)", "exp(2*z - m/2)/sqrt(t)"),
        ("where(a > 0, exp(z), 0)/s", "where(a > 0, exp(z - m)/t, 0)"),
        ("exp(z)*(a/s - b/s)", "exp(z - m)*(a - b)/t"),
        ("sin(exp(z)/s)", "sin(exp(z - m)/t)"),
        ("ln(s)/w", "(m + ln(t))/w"),
    ],
)
def test_scales_that_meet_are_added_before_the_exponential_is_taken(text, written):
    assert spell(scale(text).value) == written


@pytest.mark.parametrize(
    "text",
    [
        "exp(z)",
        "w*exp(z)",
        "p - w",
        "s + 1",
        "w/p",
        "exp(1)*w",
        "exp(z)*exp(z)",
        "ln(w)",
        "ln(where(a > 0, s, 0))",
        "where(a > 0, s, w)",
        "w/where(a > 0, s, 0)",
        "s^w",
        "exp(z) + s",
    ],
)
def test_what_gains_nothing_stays_as_it_was_written(text):
    assert scale(text).value == node(text)


def test_what_cannot_overflow_is_read_and_not_spelled_again():
    assert scale("p*p*w", tame=lambda exponent: True).value == node("p*p*w")


def test_a_sum_takes_the_scale_beside_which_nothing_overflows():
    tame = {spell(node("z - m")), spell(node("2*z - 2*m"))}
    found = scale("exp(z) - exp(2*z)/s", tame=lambda e: spell(total(e)) in tame)
    assert spell(total(found.exponent)) == "z"
    assert spell(found.rest) == "1 - exp(z - m)/t"


def test_like_terms_of_an_exponent_cancel():
    assert collected(terms_of(node("z - m - z + m"))) == ()
    assert compose((), node("w")) == node("w")
    assert spell(compose(tuple(terms_of(node("z/w - m/w"))), ONE)) == "exp((z - m)/w)"
    guard = Comparison(">", node("a"), ZERO)
    assert spell(compose((), node("w"), (guard,))) == "where(a > 0, w, 0)"


@pytest.mark.parametrize(
    ("text", "count"), [("exp(a) + exp(b)", 2), ("exp(a) + exp(b) - exp(c)", 3)]
)
def test_sums_of_different_exponentials_are_seen(text, count):
    found = different_exponents(node(text))
    assert found is not None
    assert len(found) == count


@pytest.mark.parametrize(
    "text", ["exp(z) - exp(-z)", "1 + exp(z)", "exp(a) + w", "exp(z) + exp(2*z)", "a + b"]
)
def test_sums_in_one_exponential_are_left_to_the_forms_of_one_variable(text):
    assert different_exponents(node(text)) is None


def test_an_exponential_of_a_number_is_no_scale():
    known = Knowledge(lambda a: None, lambda n: False, lambda e: False, lambda e, r: ())
    assert read_scale(Call("exp", (ONE,)), known).exponent == ()
