import pytest

import symbp as sb
from symbp.intervals import intervals
from symbp.simplifying.inversions import (
    by_difference,
    by_logarithm,
    by_mean,
    by_mobius,
    by_reciprocal,
    by_total,
    by_value,
    supports,
)
from symbp.spelling import spell
from tests.systems.cases import read

GIVEN = "input x[k:K], c, d; fact d: positive; fact c: positive\n"


def said(reader, text, *arguments, system=False):
    """`pattern -> value` of the last equation, or None."""
    made = read(GIVEN + text)
    equation = made.equations[-1]
    found = reader(equation, made) if system else reader(equation, *arguments)
    return None if found is None else f"{spell(found.pattern)} -> {spell(found.value)}"


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("p[k] = exp(x[k])/c", "exp(x[k]) -> p[k]*c"),
        ("p[k] = 2*exp(x[k])/c", "exp(x[k]) -> p[k]*c/2"),
        ("p[k] = exp(x[k])", None),
        ("p[k] = exp(x[k])^2/c", None),
        ("p[k] = x[k]*exp(x[k])/c", None),  # x may be 0
        ("p[k] = exp(c)*exp(x[k])/d", "exp(x[k]) -> p[k]*d/exp(c)"),
        ("p[k] = exp(x[k])*exp(x[k]^2)/d", None),  # which of the two?
        ("p[k] = exp(x[k])/(1 + exp(x[k]))", None),  # what it is solved for stays below the bar
    ],
)
def test_values(text, relation):
    assert said(by_value, text, frozenset(), {}) == relation


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("q[k] = x[k] - ln(c)", "exp(x[k]) -> exp(q[k])*c"),
        ("q[k] = ln(exp(x[k])/c)", "exp(x[k]) -> exp(q[k])*c"),
        ("q[k] = x[k] - c - ln(d)", "exp(x[k] - c) -> exp(q[k])*d"),
        ("q[k] = x[k] - c", None),
        ("q[k] = -ln(1 + exp(-x[k]))", None),
        ("q = c + ln(d)", None),  # would divide by d
    ],
)
def test_logarithms(text, relation):
    assert said(by_logarithm, text, frozenset(), {}) == relation


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("q[k] = (x[k] - c)/d", "x[k] - c -> q[k]*d"),
        ("q[k] = 3*(x[k] - c)/d", "x[k] - c -> q[k]*d/3"),
        ("u[k] = x[k]/d", "x[k] -> u[k]*d"),
        ("u[k] = x[k]/K", None),
        ("u[k] = x[k]*c/d", None),
        ("u[k] = x[0]/d", None),
        ("u = c/d", None),  # in a chain the author's names stay
        ("q[k] = (x[k] - c)^2/d", None),
        ("q[k] = (x[k] - d)*c", None),  # would divide by c
    ],
)
def test_differences(text, relation):
    assert said(by_difference, text, system=True) == relation


def test_a_mixture_is_written_in_its_responsibilities():
    """Bishop, Pattern Recognition and Machine Learning (2006), equations 9.16 to 9.20."""
    density = "exp(-(x[n] - mu[k])^2/(2*s[k]^2))/(s[k]*sqrt(2*pi))"
    text = (
        "input x[n:N]; param mu[k:K], s[k], w[k]\n"
        f"p[n,k] = exp(w[k])/sum(l:K, exp(w[l]))*{density}\n"
        "r[n,k] = p[n,k]/sum(l, p[n,l])\n"
        "L = -sum(n, ln(sum(k, p[n,k])))"
    )
    derivation = sb.derive(text, of="L", wrt=("mu", "s", "w"))
    assert {by: spell(derivation[by].node) for by in derivation.wrt} == {
        "mu": "sum(n, (mu[k] - x[n])*r[n,k])/s[k]^2",
        "s": "sum(n, r[n,k]*(1 - (x[n] - mu[k])^2/s[k]^2))/s[k]",
        "w": "N*exp(w[k])/sum(l, exp(w[l])) - sum(n, r[n,k])",
    }
    assert derivation.check() == []


def test_a_factor_that_is_never_zero_may_be_divided_by():
    made = read(GIVEN + "q[k] = (x[k] - d)*c; u[k] = x[k]*c; v[k] = x[k]*K")
    known = intervals(made)
    found = {e.target: by_difference(e, made, known) for e in made.equations}
    shown = {n: r and f"{spell(r.pattern)} -> {spell(r.value)}" for n, r in found.items()}
    assert shown == {"q": "x[k] - d -> q[k]/c", "u": "x[k] -> u[k]/c", "v": None}


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("m = sum(l, x[l]^2)/(c*d)", "_1 -> m*c*d"),
        ("s = sqrt(sum(l, x[l]^2)/K)", "_1 -> s^2*K"),
        ("s = sqrt(sum(l, x[l]^2) + 1)", None),
        ("m = c*sum(l, x[l]^2)", None),  # would divide by c
        ("m = sum(l, x[l]^2)", None),
        ("m = c/d", None),
        ("a = sum(l, x[l]^2); m = a/(c*d)", "a -> m*c*d"),  # a sum, though it has a name
        ("a = mean(l, x[l]^2); m = a/c", "a -> m*c"),
        ("a = sum(l, x[l]^2) + 1; m = a/c", None),
        ("a = sum(l, x[l]^2); s = sqrt(a/K)", None),  # a radicand with a name
    ],
)
def test_totals(text, relation):
    assert said(by_total, text, system=True) == relation


def test_means():
    assert said(by_mean, "m = mean(k, x[k])", system=True) == "_1 -> m*K"
    assert said(by_mean, "m = sum(k, x[k])/c", system=True) is None


def test_reciprocals():
    assert said(by_reciprocal, "r[k] = 1/x[k]") == "x[k] -> r[k]"
    for text in ("r = 1/c", "r[k] = 2/x[k]", "r[k] = 1/x[0]", "r[k] = 1/x[k]^2", "r[k] = c/x[k]"):
        assert said(by_reciprocal, text) is None


def test_a_linear_function_of_a_bounded_value_is_turned_round():
    text = "t = tanh(c); o = (1 + t)/2"
    found = said(by_mobius, text, frozenset(), frozenset({"t"}))
    assert found == "t -> (1/2 - o)/(-1/2)"
    assert said(by_mobius, text, frozenset()) is None
    assert said(by_mobius, "e = exp(c); o = 1 + e", frozenset({"e"}), frozenset({"e"})) is None


def test_a_quotient_is_not_solved_for_what_stands_below_its_bar():
    made = read(GIVEN + "h[k] = x[k]/(1 + abs(x[k])); u[k] = x[k]/(1 + c)")
    found = {e.target: by_difference(e, made) for e in made.equations}
    assert found["h"] is None
    assert found["u"] is not None


def test_a_moebius_function_is_turned_round():
    found = said(by_mobius, "e = exp(c); o = e/(1 + e)", frozenset({"e"}))
    assert found == "e -> (-o)/(o - 1)"
    assert said(by_mobius, "e = exp(c); o = e*e", frozenset({"e"})) is None


def test_where_quantities_may_differ_from_0():
    made = read(
        GIVEN + "f[k] = where(k <= 2, exp(x[k]), 0); a[k] = f[k]/sum(l, f[l]); b[k] = f[0]*x[k]\n"
        "g[k] = where(x[k] > 0, x[k], 0); h[k] = where(k <= 2, 1, x[k])"
    )
    found = supports(made)
    assert list(found) == ["f", "a"]
    assert spell(found["a"][1]) == "k <= 2"
