"""Domains of chains, solved for their input."""

import pytest

from symbp.domains import domain
from symbp.ledger.regions import solved_region
from symbp.spelling import spell
from tests.systems.cases import read


def solved(text, of="y"):
    system = read(text)
    statements = [c.statement for c in domain(system, of)]
    pieces = solved_region(system, statements, "x")
    if pieces is None:
        return None
    return " or ".join(" and ".join(spell(c) for c in piece) for piece in pieces)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a = x + 1; b = a^2; c = ln(b); y = sqrt(c)", "x < -2 or x > 0"),
        ("a = 1 - x^2; y = sqrt(a)", "x > -1 and x < 1"),
        ("y = 1/x", "x != 0"),
        ("a = 1/(x^2 - 1); y = a + ln(x)", "x > 0 and x < 1 or x > 1"),
        ("a = x^3 - x; y = sqrt(a)", "x > -1 and x < 0 or x > 1"),
        ("a = ln(x); y = ln(a)", "x > 1"),
        ("y = ln(x) + 1/(x - 3)", "x > 0 and x < 3 or x > 3"),
        ("y = sqrt(-x^2)", ""),
        ("y = x^2", ""),
    ],
)
def test_regions(text, wanted):
    assert solved(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "y = ln(x^2 - 2)",
        "y = ln(sin(x))",
        "y = ln(x + z)",
        "y = 1/(x^20 - x)",
        "a = ln(sqrt(x)); y = sqrt(a)",
    ],
)
def test_what_is_not_solved_is_left(text):
    assert solved(text) is None


@pytest.mark.parametrize(
    ("relation", "wanted"),
    [(">=", "x <= -1 or x >= 1"), ("<=", "x >= -1 and x <= 1"), ("<", "x > -1 and x < 1")],
)
def test_ends_belong_to_a_piece_or_not(relation, wanted):
    from symbp.expressions import ZERO, Comparison
    from tests.shorthand import at

    x = at("x")
    pieces = solved_region(read("y = x"), [Comparison(relation, x * x - 1, ZERO)], "x")
    assert " or ".join(" and ".join(spell(c) for c in p) for p in pieces) == wanted


def test_a_point_alone():
    from symbp.expressions import ZERO, Comparison
    from tests.shorthand import at

    x = at("x")
    pieces = solved_region(read("y = x"), [Comparison("<=", x * x, ZERO)], "x")
    assert [[spell(c) for c in p] for p in pieces] == [["x == 0"]]
