"""Conditions that a system asks for, and those that it shows by itself."""

from fractions import Fraction

import pytest

from symbp.domains import at_least_zero, domain, kink_conditions, upstream, whole_exponent
from symbp.expressions import IndexValue, Number
from symbp.indices import IndexExpr
from symbp.spelling import spell
from tests.systems.cases import read


def asked(text, of="y"):
    return [spell(c.statement) for c in domain(read(text), of)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("y = ln(x)", ["x > 0"]),
        ("y = sqrt(x)", ["x > 0"]),
        ("y = 1/x", ["x != 0"]),
        ("y = 1/(x - 1)", ["x != 1"]),
        ("y = x^0.5", ["x > 0"]),
        ("y = x^-2", ["x != 0"]),
        ("y = ln(exp(x))", []),
        ("y = 1/(1 + x^2)", []),
        ("y = 1/(1 + exp(-x))", []),
        ("y = where(x > 0, ln(x), 0)", []),
        ("y = sin(x)*tanh(x)", []),
        ("y = a^b + (a/b)^1.5 + 1/a + c^a", ["a > 0", "a/b > 0", "b != 0", "c > 0"]),
        ("y = ln(a) + ln(b) + ln(a*b) + sqrt(a/b)", ["a > 0", "b > 0"]),
        ("o = exp(z)/(1 + exp(z)); y = ln(1 - o)", []),
        ("y = max(3, ln(x))", ["x > 0"]),
        ("y = relu(1/x)", ["x != 0"]),
        ("y = abs(ln(x)) + hardtanh(sqrt(u))", ["x > 0", "u > 0"]),
        ("y = where(ln(x) > 0, x, ln(u))", ["x > 0"]),
        ("y = where(x > 0 and ln(x) < 1, x, 0)", []),
        ("y = u*[ln(x) > 1]", ["x > 0"]),
        ("y = ln(x + sqrt(x^2 + 1))", []),
        ("s = sqrt(v + u); y = x/s", ["v + u > 0"]),
        ("s = sqrt(x^2 + u^2); y = x/s + ln(s)", ["x^2 + u^2 > 0"]),
        ("s = 1/v; y = x/s", ["v != 0", "s != 0"]),
        ("s = 1/v^2; y = x/s", ["v != 0"]),
        ("s = where(x > 0, sqrt(v), u); y = 1/s", ["s != 0"]),
    ],
)
def test_what_a_function_asks_for(text, wanted):
    assert asked(text) == wanted


def test_declared_facts_and_other_quantities_do_not_ask():
    assert asked("input s: positive; y = ln(s)") == []
    assert asked("y = x^2; v = ln(x)") == []


def test_kinks_are_listed_once():
    found = kink_conditions(read("y = abs(x) + relu(x)"), "y")
    assert {name: [spell(c.statement) for c in at] for name, at in found.items()} == {
        "x": ["x == 0"]
    }


def test_facts_exclude_kinks():
    assert kink_conditions(read("input s: positive; y = abs(s) + max(s, -1)"), "y") == {}
    assert kink_conditions(read("input s: nonnegative; y = abs(s)"), "y") != {}


def test_kinks_belong_to_what_moves_them():
    system = read("input x, t, w; z = w*x; h = relu(z); u = t*h; L = where(t > 1, u, 2*u) + w*u")
    found = kink_conditions(system, "L")
    assert {name: [spell(c.statement) for c in at] for name, at in found.items()} == {
        "z": ["z == 0"],
        "t": ["t == 1"],
        "w": ["z == 0"],
        "x": ["z == 0"],
    }


def test_a_condition_is_listed_once_whatever_its_letters():
    text = "input x[n:N,k:N]; a[n,k] = ln(x[n,k]) + relu(x[n,k]); y = sum(i,j, a[i,j]*sqrt(x[j,i])"
    system = read(f"{text} + abs(x[i,j]) + 1/x[i,i])")
    assert asked(f"{text} + abs(x[i,j]) + 1/x[i,i])") == ["x[n,k] > 0"]
    found = kink_conditions(system, "y")["x"]
    assert [spell(c.statement) for c in found] == ["x[n,k] == 0"]


def test_upstream():
    assert upstream(read("a = x; b = a; c = u"), "b") == {"a", "b", "x"}


def test_a_power_with_a_whole_exponent_asks_for_nothing():
    assert asked("input x[n:N]; y = sum(n, x[n]^n + x[n]^N)") == []
    assert asked("input x[n:N]; y = sum(n, x[n]^(1-N))") == ["x[n] != 0"]
    assert asked("input x[n:N]; y = sum(n, x[n]^(2*n + N - 1))") == []
    assert asked("input x[n:N]; y = sum(n, x[n]^(n-1))") == ["x[n] != 0"]
    assert asked("input x[n:N]; y = sum(n, x[n]^(n/2))") == ["x[n] > 0"]


@pytest.mark.parametrize("text", ["y = sqrt(-x^2)", "y = ln(-x^2)"])
def test_a_condition_that_nothing_meets_stays(text):
    assert [spell(c.statement) for c in domain(read(text), "y")] == ["x^2 < 0"]


def test_whole_exponents_and_their_least_values():
    n, extent = IndexExpr.letter("n"), IndexExpr.extent("N")
    index = IndexValue(n)
    assert whole_exponent(index * 2 - Number(1)) == n * 2 - 1
    assert whole_exponent(index * IndexValue(extent)) == n * extent
    assert whole_exponent(index / 2) is None
    assert whole_exponent(Number(Fraction(1, 2)) + index) is None
    assert at_least_zero(extent - 1)
    assert at_least_zero(n * extent)
    assert not at_least_zero(n - 1)
    assert not at_least_zero(extent - n)
    assert at_least_zero(n - 1, {"n": 1})
    assert not at_least_zero(n, {"n": -2})
    assert not at_least_zero(n // 2)
