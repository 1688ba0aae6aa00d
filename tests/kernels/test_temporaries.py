"""Temporaries: what a statement needs several times has a name, and no value changes."""

import math

import pytest

from symbp.environments import Environment
from symbp.evaluation import Value
from symbp.expressions import Access, Call, postorder
from symbp.interpreter import FLOAT64
from symbp.kernels.temporaries import name_repeated
from tests.kernels.running import read


def right(text):
    return read(f"input z, w; y = {text}").equations[-1].right


def named(text):
    lets, value = name_repeated(right(text))
    return [let.name for let in lets], lets, value


NAMES = {
    "exp(-abs(z))/(1 + exp(-abs(z)))": ["·exp_z"],
    "exp(z)*w": [],
    "abs(z)*(1 + abs(z))": [],
    "where(z > 0, exp(z), exp(z) + exp(w)*exp(w))": ["·exp_z"],
    "where(z > 0, exp(w)/(1 + exp(w)), z)": [],
    "where(exp(z) > 0, exp(z), w)": ["·exp_z"],
    "(1 + exp(z))^2 + exp(w)*(1 + exp(z))*exp(w)": ["·part_z", "·exp_w"],
    "exp(z) + exp(z/2)*exp(z/2)*exp(z)": ["·exp_z", "·exp_z_2"],
}


@pytest.mark.parametrize(("text", "expected"), NAMES.items())
def test_what_is_named(text, expected):
    assert sorted(named(text)[0]) == sorted(expected)


@pytest.mark.parametrize("text", NAMES)
@pytest.mark.parametrize("point", [(0.5, -1.5), (-2.0, 3.0), (0.0, 0.0)])
def test_the_value_is_the_same(text, point):
    _, lets, value = named(text)
    numbers = {
        name: {(): Value(FLOAT64.of_data(v), abs(FLOAT64.of_data(v)))}
        for name, v in zip("zw", point, strict=True)
    }
    environment = Environment(FLOAT64, elements=numbers)
    expected = environment.evaluate(right(text)).value
    for let in lets:
        environment.elements[let.name] = {(): environment.evaluate(let.value)}
    assert math.isclose(float(environment.evaluate(value).value), float(expected), rel_tol=1e-15)


@pytest.mark.parametrize("text", NAMES)
def test_no_dear_value_that_is_always_needed_is_computed_twice(text):
    _, lets, value = named(text)
    calls = [n for let in lets for n in postorder(let.value) if isinstance(n, Call)]
    for call in calls:
        assert call not in set(postorder(value))


def test_a_part_that_a_named_value_shares_is_named_too():
    lets, value = name_repeated(right("exp(z + w)*exp(z + w) + 3*(z + w)"))
    assert [let.name for let in lets] == ["·part_z", "·exp_z"]
    assert Access(lets[0].name) in set(postorder(value))


def test_a_large_statement_is_left_alone():
    text = " + ".join(f"exp(z)*{n}*exp(z*{n})" for n in range(2, 400))
    assert name_repeated(right(text))[0] == ()
