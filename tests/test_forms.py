"""The search for the shortest form keeps the value and finds the published one."""

import pytest

from symbp.forms import Forms, tidy
from symbp.relations import Relations
from symbp.spelling import spell
from tests.systems.cases import read


def best(text):
    system = read(text)
    return spell(Forms(Relations(system)).best(system.equations[-1].right).node)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("y = p*(-t/(p*n) + s/n)", "(p*s - t)/n"),
        ("y = a - a", "0"),
        ("y = x*y1/x", "y1"),
        ("y = (o - t)*o*(1 - o)", "(o - t)*o*(1 - o)"),
        ("y = n/s - c/s^3", "n/s - c/s^3"),
    ],
)
def test_scalar_forms(text, wanted):
    assert best(text) == wanted


def test_two_sums_are_put_together():
    text = "input x[i:I], A[i,j:I]; f[i] = sum(j, A[i,j]*x[j]) + sum(j, A[j,i]*x[j])"
    system = read(text)
    from symbp.relations import unfold_all

    hidden = frozenset(n for n, q in system.quantities.items() if q.hidden)
    right = unfold_all(system.equations[-1].right, system, hidden)
    found = spell(Forms(Relations(read("y = 1"))).best(right).node)
    assert found.count("sum") == 1


def test_the_author_s_form_stays_where_nothing_is_shorter():
    assert best("y = (x - m)^2/(2*s^2)") == "(x - m)^2/(2*s^2)"


def test_tidy_sifts():
    text = "input x[n:N], y[n]; L = sum(n, x[n]*[n == 0])"
    system = read(text)
    assert "sum" not in spell(tidy(system.equations[0].right))
