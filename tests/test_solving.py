from __future__ import annotations

import math
from itertools import pairwise

import pytest

import symbp as sb
from symbp.errors import (
    DataError,
    DeclarationError,
    MathError,
    ShapeError,
    UnknownNameError,
)
from symbp.solving import solve

CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"


def solved(text, of, goal, wrt, start, **more):
    return solve(sb.System(text).snapshot(), of, goal, wrt, start, **more)


def test_the_chain_of_chapter_1_3_reaches_its_goal():
    solution = sb.System(CHAIN).solve(E=0.5, wrt="X", start=2)
    first = solution.iterations[0]
    assert first.increment == pytest.approx(9 * math.sqrt(math.log(9)) * first.residual / 3)
    assert round(first.increment, 4) == 0.0787
    assert abs(solution.value - (math.exp(1.125) - 1)) <= 1e-12
    assert float(solution) == solution.value


def test_increments_go_back_along_the_chain_as_in_1_3_7():
    first = sb.System(CHAIN).solve(E=0.5, wrt="X", start=2).iterations[0]
    back = first.increments
    assert list(back) == ["E", "D", "C", "B", "A", "X"]
    assert back["D"] == back["E"] == first.residual
    assert back["C"] == pytest.approx(2 * math.sqrt(math.log(9)) * back["D"], rel=1e-14)
    assert back["B"] == pytest.approx(9 * back["C"], rel=1e-14)
    assert back["A"] == pytest.approx(back["B"] / 6, rel=1e-14)
    assert back["X"] == back["A"]


def test_the_square_of_chapter_1_3_2():
    solution = sb.System("y = x^2").solve(y=4, wrt="x", start=1.99)
    assert round(solution.iterations[0].increment, 2) == 0.01
    assert solution.value == pytest.approx(2, abs=1e-12)


def test_convergence_is_quadratic():
    rows = sb.System(CHAIN).solve(E=0.5, wrt="X", start=2).iterations
    exact = math.exp(1.125) - 1
    errors = [abs(row.unknown - exact) for row in rows]
    ratios = [b / a**2 for a, b in pairwise(errors) if b > 1e-13]
    assert len(ratios) >= 2
    assert max(ratios) < 1


def test_a_solution_prints_as_its_table():
    lines = str(sb.System(CHAIN).solve(E=0.5, wrt="X", start=2)).splitlines()
    assert lines[0].split() == ["X", "E", "ΔE", "ΔX"]
    assert lines[1].split() == ["0", "2", "0.4823038074", "0.01769619263", "0.07869340115"]
    assert lines[-1].startswith("X = 2.08021684891")
    assert len({len(line) for line in lines[:-1]}) == 1


@pytest.mark.parametrize(
    ("text", "goal", "start", "value"),
    [
        ("y = x^2", 0, 1, 0),  # a double root at 0: linear convergence, nothing is relative
        ("y = x^2 - 2*x + 1", 0, 3, 1),  # a double root where terms cancel
        ("y = a + b; a = x^2; b = x*a", 3, 3, 1.1745594102929802),  # two ways back
        ("y = 1e20*(x - 1)", 5, 2, 1),  # roundings of the residual are larger than the goal
        ("y = 1e-30*x", 5e-30, 1, 5),
    ],
)
def test_awkward_roots(text, goal, start, value):
    solution = solved(text, "y", goal, "x", start)
    assert solution.value == pytest.approx(value, abs=1e-6)


def test_other_inputs_may_be_arrays():
    solution = sb.System("input a[i:3]; input x; z[i] = a[i]*x; y = sum(i, z[i]^2)").solve(
        y=56, start=1, at={"a": [1, 2, 3]}
    )
    assert solution.value == pytest.approx(2, abs=1e-12)


def test_what_the_goal_does_not_need_needs_no_value():
    assert solved("y = x^2; z = 5*q", "y", 4, "x", 1).value == pytest.approx(2)


def test_names_that_are_keywords_of_the_method_go_into_the_mapping():
    system = sb.System("start = wrt^2")
    assert system.solve({"start": 9}, wrt="wrt", start=2).value == pytest.approx(3)


@pytest.mark.parametrize(
    ("text", "goal", "start", "words"),
    [
        ("y = x^2", 4, 0, "dy/dx is 0 at x = 0"),
        ("y = where(x <= 0, 0, x)", 3, -1, "dy/dx is 0"),
        ("y = ln(x)", 4, 1e5, "outside its domain"),
        ("y = 1/x", 2, 0, "outside its domain"),
        ("y = x^2", -1, 1.5, "no convergence to y = -1"),
        ("y = exp(x)", 0, 2, "no convergence"),
        ("y = 1/x", 0, 2, "no convergence"),
        ("y = arctan(x)", 0, 3, "try another start"),
    ],
)
def test_failures_say_what_happened(text, goal, start, words):
    with pytest.raises(MathError) as raised:
        solved(text, "y", goal, "x", start)
    assert words in str(raised.value)
    assert len(str(raised.value).splitlines()) <= 3


def test_the_step_that_left_the_domain_is_named():
    with pytest.raises(MathError, match=r"step 1, from 100000"):
        solved("y = ln(x)", "y", 4, "x", 1e5)


def test_questions_that_are_no_scalar_equation():
    with pytest.raises(UnknownNameError, match="'F' does not occur"):
        solved(CHAIN, "F", 1, "X", 2)
    with pytest.raises(ShapeError, match="x has indices"):
        solved("input x[i:3]; y = sum(i, x[i]^2)", "y", 4, "x", 1)
    with pytest.raises(DeclarationError, match="X is given"):
        solved(CHAIN, "X", 1, "X", 2)
    with pytest.raises(DeclarationError, match="B is computed"):
        solved(CHAIN, "E", 1, "B", 2)
    with pytest.raises(DeclarationError, match="y does not depend on q"):
        solved("y = x^2; z = q", "y", 1, "q", 2)
    with pytest.raises(DeclarationError, match="one goal"):
        sb.System(CHAIN).solve(wrt="X", start=2)
    with pytest.raises(DeclarationError, match="wrt= one of: k, x, c"):
        sb.System("y = k*x + c").solve(y=1, start=2)


def test_numbers_that_are_none():
    with pytest.raises(DataError, match="start of X must be a finite number, got nan"):
        solved(CHAIN, "E", 0.5, "X", math.nan)
    with pytest.raises(DataError, match="goal of E must be a number"):
        solved(CHAIN, "E", "half", "X", 2)
    with pytest.raises(DataError, match="needs values for c"):
        solved("y = k*x + c", "y", 0, "x", 1, at={"k": 2})
    with pytest.raises(DataError, match="x is the unknown"):
        solved("y = k*x", "y", 0, "x", 1, at={"k": 2, "x": 1})
    with pytest.raises(DataError, match="at least one step"):
        solved(CHAIN, "E", 0.5, "X", 2, limit=0)
