"""Sums taken apart by labels: the parts add up, and each is fixed in one way."""

import numpy as np
import pytest

from symbp.economy.labelling import take_apart
from symbp.expressions import Reduce, Sum
from symbp.interpreter import evaluate
from symbp.spelling import spell
from tests.kernels.running import read

HEAD = "input x[n:N, d:D], w[v:V]; input t[n]: class_ids; input s[n]: class_ids; "
APART = {
    "g[v] = sum(n, x[n,0] + [v == t[n]]*x[n,1])": 2,
    "g[v] = sum(n, [v == t[n]]*x[n,1] - x[n,0]*w[v])": 2,
    "g[v] = sum(n, [v == t[n]]*x[n,1] + [v == s[n]]*x[n,0] - 3*x[n,0])": 3,
    "g[v] = sum(n, (1 - 2*[v == t[n]]*w[v])*x[n,0])": 2,
    "g[v] = sum(n, ([v == s[n]] - 2*[v == t[n]]*w[v])*x[n,0] + x[n,1])": 3,
    "g[v] = sum(n, -[v == t[n]]*x[n,1] + x[n,0])": 2,
}
WHOLE = (
    "g[v] = sum(n, x[n,0] + x[n,1])",
    "g[v] = sum(n, [v == t[n]]*x[n,0] + [v == t[n]]*x[n,1]^2)",
    "g[v] = sum(n, [v == t[n]]*x[n,0])",
    "g[v] = w[v] + 1",
)


def values():
    rng = np.random.default_rng(5)
    return {
        "x": rng.normal(size=(6, 2)),
        "w": rng.normal(size=4),
        "t": rng.integers(0, 4, 6),
        "s": rng.integers(0, 4, 6),
    }


@pytest.mark.parametrize(("text", "parts"), APART.items())
def test_the_parts_add_up(text, parts):
    system = read(HEAD + text)
    made = take_apart(system.equations[-1])
    assert isinstance(made.right, Sum)
    assert len(made.right.terms) == parts
    assert all(isinstance(term, Reduce) for _, term in made.right.terms)
    again = read(f"{HEAD} g[v] = {spell(made.right)}")
    before, after = (evaluate(s, values()).array("g") for s in (system, again))
    np.testing.assert_allclose(after.astype(float), before.astype(float), rtol=1e-14)


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_fixed_in_one_way_stays(text):
    equation = read(HEAD + text).equations[-1]
    assert take_apart(equation) is equation
