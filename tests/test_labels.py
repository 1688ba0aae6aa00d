"""Labels that one an index: which do, and what is left of the sum."""

import pytest

from symbp.expressions import Binder, Reduce
from symbp.indices import IndexExpr
from symbp.labels import at_labels, labels_of
from symbp.spelling import name_letters, spell
from tests.kernels.running import read

HEAD = "input x[n:N, d:D], y[v:V, d], E[v, d]; input t[n]: class_ids; "


def sum_of(text):
    equation = read(HEAD + text).equations[-1]
    return equation, name_letters(equation.right, frozenset(equation.letters))


FIXED = {
    "g[v,d] = sum(n, [v == t[n]]*x[n,d]) + 0*E[v,d]": None,  # no sum as a whole
    "L = sum(n, v, [v == t[n]]*y[v,0])": ["v"],
    "L = sum(n, v, [t[n] == v]*y[v,0])": ["v"],
    "L = sum(n, v, [v <= t[n]]*y[v,0])": [],
    "L = prod(n, [0 == t[n]]*x[n,0])": [],
    "L = sum(n, v, ([v == t[n]] + 1)*y[v,0])": [],
    "L = sum(n, v, m:2, [v == t[n]]*y[v,m])": ["v"],
    "L = sum(n, v, [v == t[n] + 1]*y[v,0])": [],
}


@pytest.mark.parametrize(("text", "expected"), FIXED.items())
def test_what_is_fixed(text, expected):
    equation, right = sum_of(text)
    found = [one.binder.name for one in labels_of(equation.ranges, right)]
    assert found == (expected or [])


def test_a_range_that_uses_the_index_keeps_its_loop():
    equation, right = sum_of("L = sum(n, v, m:2, [v == t[n]]*y[v,m])")
    inner = Binder("m", right.binders[2].lower, IndexExpr.letter("v"))
    moved = Reduce("sum", (*right.binders[:2], inner), right.body)
    assert labels_of(equation.ranges, moved) == ()


def test_what_is_left_reads_at_the_label():
    equation, right = sum_of("L = sum(n, v, x[n,0]*[v == t[n]]*y[v,0]/E[v,1])")
    fixed = labels_of(equation.ranges, right)
    assert isinstance(right, Reduce)
    assert spell(at_labels(right.body, fixed)) == "x[n,0]*y[t[n],0]/E[t[n],1]"
