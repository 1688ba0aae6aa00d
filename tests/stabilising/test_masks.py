import pytest

from symbp.intervals import intervals
from symbp.spelling import spell
from symbp.stabilising.masks import masks
from tests.stable_values import read

DECLARED = """
input z[k:K], w[k]
input c[k]: binary
input d[k]: positive
input e: nonnegative
"""


def found(text, letters="k"):
    system = read(f"{DECLARED} u[k] = {text}")
    rest = system.equations[-1].right
    return [spell(m) for m in masks(rest, frozenset(letters), system, intervals(system))]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("c[k]*z[k]", ["c[k] != 0"]),
        ("w[k]^2", ["w[k] != 0"]),
        ("c[k]*w[k]^2/d[k]", ["c[k] != 0", "w[k] != 0"]),
        ("w[k]*d[k]", []),
        ("z[k]/c[k]", []),
        ("e*z[k]", []),
    ],
)
def test_a_mask_is_given_never_negative_and_may_be_0(text, conditions):
    assert found(text) == conditions


def test_it_runs_over_the_indices_in_question():
    assert found("c[k]*z[k]", letters="n") == []


def test_what_is_computed_is_no_mask():
    system = read(f"{DECLARED} a[k] = c[k]*z[k]; u[k] = a[k]^2")
    rest = system.equations[-1].right
    assert masks(rest, frozenset("k"), system, intervals(system)) == []


def test_hidden_products_are_looked_into():
    system = read(f"{DECLARED} u[k] = sum(j, z[j])*c[k]")
    (hidden,) = (e for e in system.equations if system.quantities[e.target].hidden)
    assert masks(hidden.left, frozenset("k"), system, intervals(system)) == []
