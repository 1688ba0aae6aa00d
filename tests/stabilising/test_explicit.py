"""Sums of a few exponentials and others: written out, under one maximum."""

import pytest

from symbp.stabilising.shifting import shift
from symbp.stability import stabilise
from tests.stable_values import derived, line, lines, read


def shifted(text):
    return shift(read(text))[0]


def test_a_number_is_a_term_with_exponent_0():
    system = shifted("input a, b; p = exp(a)/(1 + exp(a) + 2*exp(b))")
    assert lines(system) == [
        "max/a = max(0, a, b)",
        "total/a = exp(-max/a) + exp(a - max/a) + 2*exp(b - max/a)",
        "p = exp(a - max/a)/(total/a)",
    ]


def test_sums_over_indices_stand_among_them():
    system = shifted("input a[k:K], b[j:J]; L = ln(sum(k, exp(a[k])) + sum(j, exp(b[j])))")
    assert line(system, "max/a/2") == "max(max/a, max/b)"
    assert line(system, "L") == "max/a/2 + ln(total/a/2)"


def test_what_may_be_0_counts_where_it_is_not():
    system = shifted("input a, b, x; L = ln(x*exp(a) + exp(b))")
    assert line(system, "max/a") == "max(where(x != 0, a, -inf), b)"
    assert line(system, "total/a") == "where(x != 0, exp(a - max/a)*x, 0) + exp(b - max/a)"


def test_the_same_terms_have_one_maximum_and_one_sum():
    system = shifted(
        "input a, b; p = exp(a)/(1 + exp(a) + exp(b)); q = exp(b)/(exp(b) + 1 + exp(a))"
    )
    assert [e.target for e in system.equations] == ["max/a", "total/a", "p", "q"]


def test_at_other_ranges_it_is_another_sum():
    system = shifted(
        """input a[n:N], b[n]
        p[n] = exp(a[n])/(1 + exp(a[n]) + exp(b[n])); q = exp(a[0])/(1 + exp(a[0]) + exp(b[0]))"""
    )
    assert line(system, "p") == "exp(a[n] - max/a[n])/(total/a[n])"
    assert line(system, "q") == "exp(a[0] - max/a/2)/(total/a/2)"


@pytest.mark.parametrize(
    "text",
    [
        "input a, b; p = 1/(1 + exp(a) + exp(b))",
        "input a, b; p = exp(a) + exp(b)",
        "input a; p = exp(a)/(1 + exp(a))",
        "input a, b, x; p = (x + exp(a))*exp(b)",
        "input a, b; p = exp(a)*exp(b)/((1 + exp(a))*(1 + exp(b)))",
    ],
)
def test_where_nothing_overflows_and_in_one_exponential_nothing_is_done(text):
    system = read(text)
    assert shift(system)[0] is system or "max/" not in " ".join(lines(shift(system)[0]))


def test_letters_and_order_do_not_matter():
    one = shifted("input a, b; p = exp(b)/(exp(b) + exp(a) + 1)")
    other = shifted("input σ, λ; p = exp(σ)/(exp(σ) + exp(λ) + 1)")
    names = str.maketrans({"b": "σ"})
    assert [e.target.translate(names) for e in one.equations] == [e.target for e in other.equations]


def test_it_is_settled():
    system = derived("input a, b; L = exp(a)/(1 + exp(a) + exp(b))", wrt=("a", "b"))
    stable = stabilise(system)
    assert stabilise(stable.system).rewrites == ()
