"""Systems written as text read back as they are."""

from __future__ import annotations

import pytest

import symbp as sb
from symbp.errors import NotSupportedError
from symbp.listing import list_system

SYSTEMS = {
    "chain": "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1",
    "roles in a chain": "param w\ninput x\ny = w*x",
    "softmax": """
        input x[n:N, j:25]
        param W[j, k:2], b[k]
        target y[n, k]
        fact y: one_hot(k)
        fact sum(k, y[n,k]) = 1
        z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
        p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
        L = -sum(n, k, y[n,k]*ln(p[n,k])) / N
    """,
    "labels": """
        input t[n:N]: integer
        param p[n:N, k:3]
        L = -sum(n, ln(p[n,t[n]]))
    """,
    "max and where": """
        input x[n:N, j:J]
        param s: positive
        m[n] = max(j, x[n,j])
        L = sum(n, where(m[n] > s, m[n]/s, -m[n]))
    """,
    "a constant alone": "const c\nA = 2",
    "odd names": "input lambda, N, self, σ\nE = lambda*N + self*σ",
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_reads_back(name):
    system = sb.System(SYSTEMS[name]).snapshot()
    text = list_system(system)
    again = sb.System(text).snapshot()
    assert again.author_equations == system.author_equations
    assert again.facts == system.facts
    assert dict(again.quantities) == dict(system.quantities)
    assert list_system(again) == text


def test_a_chain_is_its_equations():
    assert list_system(sb.System("A = X + 1; B = A^2").snapshot()) == "A = X + 1\nB = A^2"


def test_networks_read_back():
    network = sb.Network(
        sb.Input("x", 2),
        sb.Dense(3, "relu"),
        sb.Dense(2, "softmax"),
        loss="cross_entropy",
        target_facts="simplex",
    )
    assert sb.System(str(network)).snapshot().author_equations == (
        network.snapshot().author_equations
    )


def test_sums_over_part_of_an_axis_have_no_text():
    m = sb.System()
    j = m.index("j", 5)
    x = m.input("x", j)
    m.let("s", sb.sum((j, 1, 5), x[j]))
    with pytest.raises(NotSupportedError, match="part of an axis"):
        str(m)


def test_hidden_names_are_not_written():
    assert "_" not in list_system(sb.System(SYSTEMS["softmax"]).snapshot()).replace("one_hot", "")


@pytest.mark.parametrize(
    "text",
    [
        "input x[n:N, j:25]\ny[n] = sum(j:2, x[n,j])",
        "input x[n:N, j:N]\ny[n] = sum(j:n+1, x[n,j])",
        "input x[n:N]\ny = sum(n:N-1, x[n+1] - x[n])",
        "input x[n:N]\ny = sum(k:5, x[0]*k)",
        "input x[n:N, j:3]\ninput w[k:2]\ny[n] = sum(j:2, x[n,j]*w[j])",
    ],
)
def test_a_sum_over_part_of_an_axis_is_written_with_its_range(text):
    assert list_system(sb.System(text).snapshot()) == text
