"""How far accesses reach: what is inside for all sizes, and what the host has to check."""

import pytest

from symbp.errors import NotSupportedError
from symbp.kernels.reach import open_reaches, unguarded
from tests.kernels.running import read

OPEN = {
    "plain": ("input x[n:N]; L = sum(n, x[n])", []),
    "shifted": ("input x[i:N], y[k:K]; L = sum(k, x[k+2]*y[k])", [("x[k+2]", "2", "K+1", "N")]),
    "fixed": ("input x[n:N]; L = x[2]", [("x[2]", "2", "2", "N")]),
    "first": ("input x[n:N]; L = x[0]", []),
    "last": ("input x[n:N]; L = x[N-1]", []),
    "guarded": ("input x[n:N]; y[n] = where(n >= 1, x[n-1], 0); L = sum(n, y[n])", []),
    "bracket": ("input x[n:N]; y[n] = [n >= 1]*x[n-1]; L = sum(n, y[n])", []),
    "label": ("input t[n:N], E[v:V]; L = sum(n, E[t[n]])", []),
}


def reaches(text):
    system = read(text)
    return [
        (r.access, str(r.low), str(r.high), str(r.extent))
        for r in open_reaches(system.equations, system)
    ]


@pytest.mark.parametrize(("text", "expected"), OPEN.values(), ids=OPEN)
def test_open_reaches(text, expected):
    assert reaches(text) == expected


def test_labels_in_arithmetic_need_a_guard():
    with pytest.raises(NotSupportedError, match="labels inside arithmetic"):
        reaches("input t[n:N], E[v:V]; L = sum(n, E[t[n]+1])")


def test_accesses_under_conditions_are_guarded():
    system = read("input x[n:N], c; y[n] = where(c > x[n], x[0], c); L = sum(n, y[n])")
    (equation, _) = system.equations
    assert [str(a.indices[0]) if a.indices else a.quantity for a in unguarded(equation.right)] == [
        "c",
        "n",
    ]
