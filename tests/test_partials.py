"""Local partials: smooth pieces, branches and definitions; values checked by differences."""

import random

import pytest

from symbp.declarations import Builder
from symbp.errors import NotSupportedError
from symbp.expressions import ZERO, Access
from symbp.functions import FUNCTIONS
from symbp.language.text import parse_expression
from symbp.longnumbers import MPMATH
from symbp.partials import kinks, partial
from symbp.spelling import spell
from tests.shorthand import at, number_of, total

X = Access("x")


def read(text):
    return parse_expression(text, Builder())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x^2", "2*x"),
        ("ln(x)", "1/x"),
        ("y*ln(x)", "y/x"),
        ("y + 3", "0"),
        ("relu(x)", "where(x <= 0, 0, 1)"),
        ("where(x < y, x^2, y)", "where(x < y, 2*x, 0)"),
        ("max(x, y)", "where(x >= y, 1, 0)"),
    ],
)
def test_partials(text, wanted):
    assert spell(partial(read(text), X)) == wanted


@pytest.mark.parametrize("name", [r.name for r in FUNCTIONS.values() if r.arity[0] == 1])
def test_every_function_of_the_table_by_differences(name):
    rng = random.Random(name)
    node = read(f"{name}(x)")
    slope = partial(node, X)
    inside = {
        "arccosh": (1.5, 3.0),
        "arcsin": (0.1, 0.8),
        "arccos": (0.1, 0.8),
        "arctanh": (0.1, 0.8),
    }
    low, high = inside.get(name, (0.2, 2.0))
    numbers = MPMATH(50)
    for _ in range(3):
        point = rng.uniform(low, high)
        step = 1e-12

        def value(at_point, root=node):
            return number_of(root, {"x": at_point}, numbers)

        wanted = (value(point + step) - value(point - step)) / ((point + step) - (point - step))
        found = value(point, slope)
        assert abs(float(found - wanted)) <= 1e-6 * max(1.0, abs(float(wanted))), (name, point)


def test_a_reduction_has_no_local_partial():
    with pytest.raises(NotSupportedError):
        partial(total("k", at("x", "k")), at("x", "k"))


def test_long_sums_are_differentiated_term_by_term():
    text = "+".join(f"a{i}*x" if i % 7 == 0 else f"b{i}" for i in range(60))
    assert partial(read(text), Access("b1")) != ZERO
    assert partial(read(text), Access("c")) == ZERO


def test_kinks_are_found_in_definitions():
    assert [spell(k) for k in kinks(read("relu(x) + 1"))] == ["x <= 0"]
    assert kinks(read("tanh(x)")) == ()
