import pytest

from symbp.kinks import kinks
from symbp.spelling import spell
from tests.systems.cases import read


def found(text):
    system = read(f"input x, y, z[n:N]; o = {text}")
    return [spell(c) for c in kinks(system.author_equations[0].right)]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("sin(x)*y", []),
        ("relu(x)", ["x <= 0"]),
        ("where(x > y, x, 0)", ["x > y"]),
        ("sum(n, relu(z[n]))", ["z[n] <= 0"]),
        ("exp(max(x, 0))", ["x >= 0"]),
        ("sign(x)", ["x < 0"]),  # it jumps, though its derivative is 0 on both sides
        ("where(x > 0, x, x + 1)", ["x > 0"]),
        ("relu(x) + leaky_relu(x)", ["x <= 0"]),
        ("x*[x > 1]", ["x > 1"]),
        ("where(x == 2, 2, x)^max(0, y)", ["x == 2", "0 >= y"]),
        ("sum(n, z[n]*[n == 1])", []),
        # both sides of x = 0 are x^2/2
        ("where(abs(x) <= 1, x^2/2, abs(x) - 1/2)", ["abs(x) <= 1"]),
        ("sum(n, where(abs(z[n]) <= 1, z[n]^2/2, abs(z[n]) - 1/2))", ["abs(z[n]) <= 1"]),
        ("abs(x) + where(abs(x) <= 1, x^2/2, abs(x) - 1/2)", ["abs(x) <= 1", "x < 0"]),
        ("relu(y) + where(abs(x) <= 1, x^2/2, abs(x) - 1/2)", ["y <= 0", "abs(x) <= 1"]),
        ("max(0, x) + min(0, exp(x) - 1)", ["0 >= x"]),
        ("max(0, min(1, (x + 3)/6))", ["x == -3", "1 <= (x + 3)/6"]),
        ("relu(x - 1) + abs(x)*0", ["x - 1 <= 0"]),
        # the second branch has a kink at 0 where d is below 0
        ("where(abs(x) <= y, x, abs(x))", ["abs(x) <= y", "x < 0", "0 < x"]),
    ],
)
def test_where_expressions_branch(text, conditions):
    assert found(text) == conditions


@pytest.mark.parametrize(
    "text",
    [
        "max(x, 0) + ln(1 + exp(-abs(x)))",
        "abs(x) + ln(1 + exp(-2*abs(x)))",
        "where(x >= 0, 1/(1 + exp(-x)), exp(x)/(1 + exp(x)))",
        "sum(n, max(z[n], 0) - y*z[n] + ln(1 + exp(-abs(z[n]))))",
    ],
)
def test_branches_that_join_smoothly_are_no_kinks(text):
    assert found(text) == []
