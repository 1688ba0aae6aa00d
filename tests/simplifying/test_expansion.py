"""What is multiplied out is equal, flat, and limited; proportional sums are written alike."""

import pytest

from symbp.expressions import Binder
from symbp.indices import IndexExpr
from symbp.monomials import terms_of, total
from symbp.simplifying.expansion import MAX_TERMS, growth_limit, multiplied_out, proportional
from symbp.simplifying.moves import tidy
from symbp.spelling import spell
from symbp.stabilising.equalities import proved_equal
from tests.systems.cases import read

GIVEN = "input a, b, c, u, x[k:K], y[k], z[n:N]; const e: positive"


SYSTEM = read(GIVEN)
RANGES = [Binder("n", upper=IndexExpr.extent("N"))]


def node(text):
    system = read(f"{GIVEN}\nr[n] = {text} + z[n]*0")
    return tidy(next(e for e in system.author_equations if e.target == "r").right)


def same(one, other):
    return proved_equal(one, other, RANGES, {}, SYSTEM.quantities)


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("a*(b - c)", "a*b - a*c"),
        ("(a + b)*(a - b)", "a^2 - b^2"),
        ("a*(b - c) + a*c", "a*b"),
        ("(a - b)/c*(c - a*(b + c))", None),
        ("sum(k, x[k]*(a - y[k]))", "a*sum(k, x[k]) - sum(k, x[k]*y[k])"),
        ("u*sum(k, x[k]*(y[k] - a)) + a*u*sum(k, x[k])", "u*sum(k, x[k]*y[k])"),
        ("sum(k, (x[k] - a)^2)", "sum(k, (x[k] - a)^2)"),
        ("a/(b + c)", "a/(b + c)"),
        ("a*(b - c)/sqrt(u + b) + c*a/sqrt(b + u)", "a*b/sqrt(u + b)"),
        ("sqrt(a + b)/(2*a + 2*b)", "1/(2*sqrt(a + b))"),
        ("z[n]*sqrt(a/K + e)/(a + K*e)", "z[n]/(sqrt(a/K + e)*K)"),
        ("c/(a*b + a*u) - c/sqrt(b + u)", "c/((b + u)*a) - c/sqrt(b + u)"),
        ("sqrt(a - b)/(b - a)", "sqrt(a - b)/(b - a)"),
    ],
)
def test_multiplied_out(text, flat):
    before = node(text)
    made = multiplied_out(before)
    assert flat is None or spell(made) == flat
    assert same(before, made)


def test_it_stops_where_there_would_be_too_many_terms():
    many = "*".join(f"(a + {n}*b)" for n in range(2, MAX_TERMS.bit_length() + 3))
    assert multiplied_out(node(many + "*(c + u)*(a + c)*(b + u)*(u + e)*(e + c)")) is None


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("c*(2*a + 2*b) + u/(a + b)", "2*c*(a + b) + u/(a + b)"),
        ("sqrt(a + b/K)*u + c/(K*a + b)", "sqrt(a + b/K)*u + c/((a + b/K)*K)"),
        ("sqrt(2*a + 2*b)*u + c*sqrt(a + b)", "sqrt(2*a + 2*b)*u + c*sqrt(a + b)"),
        ("(a - b)*u + (b - a)*c", "(a - b)*u + (b - a)*c"),
        ("(a + b)*u + (a + c)*c", "(a + b)*u + (a + c)*c"),
    ],
)
def test_proportional_sums(text, alike):
    before = node(text)
    terms = [t for _, t in before.terms]
    made = total(proportional([m for t in terms for m in terms_of(t)]))
    assert spell(made) == alike
    assert same(before, made)


@pytest.mark.parametrize("text", ["a*(b + c)*(a - u)", "(a + b + c + u + e)^2"])
def test_what_is_multiplied_out_meets_no_limit(text):
    assert growth_limit(node(text)) is None
    assert multiplied_out(node(text)) is not None


def test_the_limit_says_how_many_terms():
    long = node("(a + b + c + u + e)*(a + 2*b + 3*c + 4)*(a - b + 5*u)")
    assert multiplied_out(long) is None
    assert growth_limit(long) == f"more than {MAX_TERMS} terms"
