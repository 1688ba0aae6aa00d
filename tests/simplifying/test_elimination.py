"""Remainders modulo what an equation says of a difference."""

from itertools import pairwise

import pytest

from symbp.language.text import parse_expression
from symbp.measures import reading_cost
from symbp.simplifying.elimination import in_remainders
from symbp.simplifying.relations import Relations
from symbp.spelling import spell
from tests.systems.cases import read

NORM = """input z[n:N,j:J], c[n,j], S[j], C[j]; const e: positive; m[j] = mean(n, z[n,j])
v[j] = mean(n, z[n,j]^2) - m[j]^2; h[n,j] = (z[n,j] - m[j])/sqrt(v[j] + e)
"""


def remainder(text, system=NORM, letters="nj"):
    made = read(system)
    node = parse_expression(text, made, letters=letters)
    return node, in_remainders(node, Relations(made), reading_cost)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("(z[n,j] - m[j])/sqrt(v[j] + e)", "h[n,j]"),
        ("S[j]*z[n,j]/(N*(v[j] + e)) - S[j]*m[j]/(N*(v[j] + e))", "S[j]*h[n,j]/(sqrt(v[j] + e)*N)"),
        ("(2*z[n,j] + c[n,j] - 2*m[j])/sqrt(v[j] + e) - 2*h[n,j]", "c[n,j]/sqrt(v[j] + e)"),
        ("c[n,j]*z[n,j]/sqrt(v[j] + e) - m[j]*c[n,j]/sqrt(v[j] + e)", "c[n,j]*h[n,j]"),
    ],
)
def test_a_difference_in_pieces_is_found(text, left):
    before, made = remainder(text)
    assert reading_cost(made) < reading_cost(before)
    assert spell(made) == left


@pytest.mark.parametrize("text", ["z[n,j]", "z[n,j] + m[j]", "z[n,j] - m[j]", "c[n,j]*S[j]"])
def test_what_does_not_get_shorter_stays(text):
    before, made = remainder(text)
    assert made is before


def test_nothing_is_eliminated_without_a_difference():
    system = "input z[n:N], c[n]; q[n] = z[n]*c[n]"
    before, made = remainder("z[n]*c[n] - c[n]*(z[n] - 1)", system, "n")
    assert made is before


def test_several_relations_are_tried():
    system = "input x[n:N], y[n]; param a, b, r: positive; param s: positive; q[n] = (x[n] - a)/r"
    system += "; t[n] = (y[n] - b)/s"
    _, made = remainder("x[n]/r + y[n]*s - b*s - a/r", system, "n")
    assert spell(made) in ("q[n] + y[n]*s - s*b", "q[n] + s*(y[n] - b)", "q[n] + (y[n] - b)*s")


def test_each_step_of_the_way_is_told():
    made = read(NORM)
    text = "S[j]*z[n,j]/(N*(v[j] + e)) - S[j]*m[j]/(N*(v[j] + e))"
    node = parse_expression(text, made, letters="nj")
    told = []
    found = in_remainders(node, Relations(made), reading_cost, lambda *step: told.append(step))
    assert told[0][1] is node
    assert told[-1][2] is found
    assert all(one[2] is two[1] for one, two in pairwise(told))
    assert {rule for rule, _, _ in told} >= {"own_value", "tidy"}
    quiet = []
    in_remainders(found, Relations(made), reading_cost, lambda *step: quiet.append(step))
    assert quiet == []
