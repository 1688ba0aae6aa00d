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
    read_scale,
)

DECLARED = "input z, m, t, w, a, b, c; s = z; p = z"


def node(text):
    builder = Builder()
    parse_system(DECLARED, builder)
    return parse_expression(text, builder)


def differing(exponents):
    """All exponents, where they are not all the same."""
    same = len({frozenset((m.key, m.coefficient) for m in e) for e in exponents}) < 2
    return () if same else tuple(range(len(exponents)))


def scale(text, tame=lambda exponent: False, merged=differing, of_one=lambda exponents: False):
    """s stands for exp(m)·t, p for exp(z - m)/t; a sum of exp(a) and others for exp(m)·c."""
    entries = {"s": (node("m"), node("t")), "p": (node("z - m"), node("1/t"))}

    def opened(access):
        if access.quantity not in entries:
            return None
        exponent, rest = entries[access.quantity]
        return Scaled(access, tuple(terms_of(exponent)), rest)

    def summed(current, parts):
        if Call("exp", (Access("a"),)) not in [part.literal for part in parts]:
            return None
        return Scaled(current, tuple(terms_of(node("m"))), node("c"))

    positive = (Access("t"), Access("c"))
    known = Knowledge(
        opened, lambda n: n in positive, tame, merged, of_one, summed, lambda exponent, rest: ()
    )
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
    ("text", "written"),
    [
        ("exp(z)/(1 + exp(a))", "exp(z - m)/c"),
        ("ln(1 + exp(a))", "m + ln(c)"),
        ("log1p(exp(a))", "m + ln(c)"),
        ("log1p(exp(a) + exp(b))", "m + ln(c)"),
        ("exp(-z)*sigmoid(a)", "exp(-z + a - m)/c"),
        ("(w + exp(z))/(1 + exp(a))", "w/(1 + exp(a)) + exp(z - m)/c"),
        ("(w + exp(z)*(b + exp(-z)))/s", "w/s + exp(z - m)*b/t + 1/s"),
    ],
)
def test_sums_with_a_scale_meet_the_factors_beside_them(text, written):
    assert spell(scale(text).value) == written


def test_functions_of_one_exponential_are_left_to_the_forms_of_one_variable():
    text = "ln(1 + exp(a))"
    assert scale(text, of_one=lambda exponents: True).value == node(text)
    assert scale("exp(z)/(1 + exp(a))", merged=lambda exponents: ()).met is False


def test_an_exponential_of_a_number_is_no_scale():
    assert scale("exp(1)").exponent == ()
