"""Opened sums and products are closed again: same value, fewer operations."""

import pytest

from symbp.declarations import Builder
from symbp.expressions import Access, Call, Sum, postorder
from symbp.interpreter import evaluate
from symbp.refolding import refold
from symbp.spelling import spell

x = Access("x")


def nested(step, depth):
    made = x
    for _ in range(depth):
        made = step(made)
    return made


STEPS = {
    "square": lambda e: e * e + e,
    "square, first": lambda e: e + e * e,
    "difference": lambda e: e * e - e,
    "sine": lambda e: Call("sin", (e,)) * e,
    "sine, first": lambda e: e * Call("sin", (e,)),
    "quotient": lambda e: e / (e + 1),
}


def operations(root):
    return sum(len(n.children) for n in postorder(root))


@pytest.mark.parametrize("name", STEPS)
def test_the_work_is_linear_in_the_number_of_steps(name):
    sizes = [operations(refold(nested(STEPS[name], depth))) for depth in (10, 20, 40)]
    assert sizes[2] - sizes[1] == 2 * (sizes[1] - sizes[0])


@pytest.mark.parametrize("name", STEPS)
def test_values_are_kept(name):
    builder = Builder()
    builder.declare("x", [])
    root = nested(STEPS[name], 4)
    builder.define("y", [], root)
    builder.define("z", [], refold(root))
    values = evaluate(builder.snapshot(), {"x": 0.37})
    assert values["z"] == pytest.approx(values["y"], rel=1e-13)


def test_what_shares_nothing_stays_as_it_is():
    a, b, c = (Access(name) for name in "abc")
    for root in (a + b + c, a * b / c, Sum(((-1, a), (-1, b))), Call("sin", (a + b,)) * (a - b)):
        assert refold(root) is root


def test_a_part_is_put_back_at_either_end():
    a, b, c = (Access(name) for name in "abc")
    part = a + b
    assert spell(refold(Call("sin", (part,)) * (c + a + b))) == "sin(a + b)*(c + (a + b))"
    assert spell(refold(Call("sin", (part,)) * (a + b + c))) == "sin(a + b)*((a + b) + c)"
    assert spell(refold(Call("sin", (part,)) * (c - a - b))) == "sin(a + b)*(c - (a + b))"


def test_a_part_is_put_back_from_anywhere():
    a, b, c = (Access(name) for name in "abc")
    part = Call("sin", (a + b,))
    assert spell(refold(part * (a + c + b))) == "sin(a + b)*((a + b) + c)"
    assert spell(refold(part * (b + a))) == "sin(a + b)*(a + b)"  # one part
    assert spell(refold(part + Call("sin", (a * c,)) + a * b * c)) == (
        "sin(a + b) + sin(a*c) + (a*c)*b"
    )


def test_equal_parts_that_overlap_are_left():
    """Which of them stands first would decide; a longer one is no doubt."""
    a, b, c, d = (Access(name) for name in "abcd")
    first, second, longer = (Call("sin", (s,)) for s in (a + b, b + c, a + b + c))
    assert spell(refold(Sum(((1, first), (1, second), (1, longer))))) == (
        "sin(a + b) + sin(b + c) + sin(a + b + c)"
    )
    root = Sum(((1, first), (1, longer), (1, Call("exp", (a + b + c + d,)))))
    assert spell(refold(root)) == "sin(a + b) + sin((a + b) + c) + exp(((a + b) + c) + d)"
