"""Long formulas are told by their repeated parts, under names that are defined."""

import re

import pytest

import symbp as sb
from symbp.declarations import Builder
from symbp.language.text import parse_system
from symbp.ledger.parts import LONGEST_READ, with_parts


def chain(step, depth, name="x"):
    system = sb.System()
    made = system.input(name)
    for _ in range(depth):
        made = step(made)
    system.let("y", made)
    return system


STEPS = {
    "square": lambda e: e * e + e,
    "quotient": lambda e: e / (e + 1),
    "sine": lambda e: sb.sin(e) * e,
}


@pytest.mark.parametrize("depth", range(3, 13))
@pytest.mark.parametrize("name", STEPS)
def test_nothing_undefined_is_printed(name, depth):
    derivation = sb.derive(chain(STEPS[name], depth), wrt="x")
    text = str(derivation)
    assert not re.search(r"\b_[0-9]", text)
    used = set(re.findall(r"\bu[0-9]+\b", text))
    assert used == set(re.findall(r"\) +(u[0-9]+) = .* repeated part of y", text))


def test_the_parts_are_those_of_the_author():
    lines = str(sb.derive(chain(STEPS["square"], 4), wrt="x")).splitlines()
    assert [line.split(") ", 1)[1].split() for line in lines if "repeated part" in line] == [
        ["u1", "=", "x*x", "+", "x", "repeated", "part", "of", "y"],
        ["u2", "=", "u1*u1", "+", "u1", "repeated", "part", "of", "y"],
        ["u3", "=", "u2*u2", "+", "u2", "repeated", "part", "of", "y"],
    ]


def test_what_prints_grows_with_what_was_written():
    sizes = [len(str(sb.derive(chain(STEPS["sine"], depth), wrt="x"))) for depth in (20, 40)]
    assert sizes[1] < 2.2 * sizes[0]


@pytest.mark.parametrize("name", STEPS)
def test_values_are_those_of_the_formula(name):
    system, point = chain(STEPS[name], 6), 0.31
    derivation = sb.derive(system, wrt="x")
    step = 1e-6
    ahead, behind = (system.evaluate(x=point + s)["y"] for s in (step, -step))
    assert derivation.system.evaluate(x=point)["dy/dx"] == pytest.approx(
        (ahead - behind) / (2 * step), rel=1e-6
    )


def snapshot(text):
    builder = Builder()
    parse_system(text, builder)
    return builder.snapshot()


LONG = " + ".join(f"sin({k}*exp(-(a - b)^2/c))" for k in range(1, 20))


def test_short_systems_are_left_alone():
    system = snapshot("y = (x*x + x)*(x*x + x) + x*x + x")
    assert with_parts(system) == (system, {})


def test_a_long_formula_without_repetition_is_left_alone():
    text = " + ".join(f"sin(x{k})*x{k + 1}" for k in range(LONGEST_READ // 4))
    system = snapshot(f"y = {text}")
    assert with_parts(system) == (system, {})


def test_names_that_are_taken_are_not_used():
    system, parts = with_parts(snapshot(f"u1 = ln(c); y = u1*({LONG})"))
    assert list(parts) == ["u2"]
    assert [e.target for e in system.author_equations] == ["u1", "u2", "y"]
    assert not system.quantities["u2"].hidden


def test_parts_have_the_indices_that_they_need():
    body = " + ".join(f"sin({k}*tanh(x[n,j]*w[j])*v[n])" for k in range(1, 16))
    system, parts = with_parts(snapshot(f"input x[n:N,j:J], w[j], v[n]; L = sum(n, j, {body})"))
    assert parts == {"u1": "L"}
    assert len(system.quantities["u1"].axes) == 2


def test_what_a_condition_guards_stays_under_it():
    body = " + ".join(f"sin({k}*ln(x)*x)" for k in range(1, 20))
    system, parts = with_parts(snapshot(f"y = where(x > 0, {body}, 0)"))
    assert parts == {}
    assert all(q.hidden or name in "xy" for name, q in system.quantities.items())


def test_a_derivative_on_one_line_says_what_its_names_stand_for():
    line = str(sb.derive(chain(STEPS["quotient"], 6), wrt="x")["x"])
    names = "with u1 = x/(x + 1), u2 = u1/(u1 + 1), u3 = u2/(u2 + 1), "
    assert line.endswith(f"{names}u4 = u3/(u3 + 1), u5 = u4/(u4 + 1)")
    assert "with" not in str(sb.derive(chain(STEPS["quotient"], 2), wrt="x")["x"])
