"""Gradients that are proved to be zero, those that are not zero, and the values of both."""

import numpy as np
import pytest

from symbp.adjoints import sweep
from symbp.expressions import ZERO
from symbp.gradients import differentiate
from symbp.interpreter import evaluate
from symbp.simplification import Simplifier
from symbp.simplifying.vanishing import MOST, Vanishing
from symbp.spelling import spell
from tests.systems.cases import read, shape_of
from tests.systems.measuring import gradients_hold

SCORES = "index u:T, w:T; input q[t:T,d:D], k[u,d], v[u], c[t]; param b[d], a0[t]"
CAUSAL = (
    "a[t,u] = where(u <= t, exp(s[t,u]), 0)/sum(w, where(w <= t, exp(s[t,w]), 0))\n"
    "L = sum(t,u, c[t]*a[t,u]*v[u])"
)
BATCH = "input x[n:N,i:I], y[n,i]; param b[i], s[i], g[i]"
NORMAL = (
    "m[i] = mean(n, z[n,i]); v[i] = mean(n, (z[n,i] - m[i])^2)\n"
    "h[n,i] = g[i]*(z[n,i] - m[i])/sqrt(v[i]); L = sum(n,i, y[n,i]*h[n,i]^3)"
)

#: What it is, the system, what vanishes, what does not.
ZEROS = [
    (
        "a key's bias under a causal mask",
        f"{SCORES}\ns[t,u] = sum(d, q[t,d]*(k[u,d] + b[d]))\n{CAUSAL}",
        ["b"],
        ["q"],
    ),
    (
        "a number for each query",
        f"{SCORES}\ns[t,u] = sum(d, q[t,d]*k[u,d]) + a0[t]\n{CAUSAL}",
        ["a0"],
        ["k"],
    ),
    (
        "a key's bias behind a projection, for each head",
        (
            "index u:T; input x[t:T,d:D], v[u,e:J], c[t,h:K,e]; param Q[d,h,e], R[d,h,e], b[h,e]\n"
            "q[t,h,e] = sum(d, x[t,d]*Q[d,h,e]); k[u,h,e] = sum(d, x[u,d]*R[d,h,e]) + b[h,e]\n"
            "s[h,t,u] = where(u <= t, sum(e, q[t,h,e]*k[u,h,e])/sqrt(J), -9)\n"
            "f[h,t,u] = where(u <= t, exp(s[h,t,u]), 0); Z[h,t] = sum(u, f[h,t,u])\n"
            "a[h,t,u] = f[h,t,u]/Z[h,t]; o[t,h,e] = sum(u, a[h,t,u]*v[u,e])\n"
            "L = sum(t,h,e, c[t,h,e]*o[t,h,e])"
        ),
        ["b"],
        ["R", "Q"],
    ),
    (
        "a key's bias, scores inside the exponential",
        (
            "index u:T; input q[t:T,d:D], k[u,d], v[u], c[t]; param b[d]\n"
            "a[t,u] = exp(sum(d, q[t,d]*(k[u,d] + b[d])))"
            "/sum(w:T, exp(sum(d, q[t,d]*(k[w,d] + b[d])))); L = sum(t,u, c[t]*a[t,u]*v[u])"
        ),
        ["b"],
        ["k"],
    ),
    (
        "a scale and a bias before batch norm",
        f"{BATCH}\nz[n,i] = s[i]*x[n,i] + b[i]\n{NORMAL}",
        ["s", "b"],
        ["g"],
    ),
    (
        "a bias before batch norm in small steps",
        (
            "input x[n:N,i:I], c[n,i]; param s[i], b[i]; z[n,i] = s[i]*x[n,i] + b[i]\n"
            "m[i] = sum(n, z[n,i])/N; d[n,i] = z[n,i] - m[i]; v[i] = sum(n, d[n,i]^2)/N\n"
            "r[i] = sqrt(v[i]); h[n,i] = d[n,i]/r[i]; y[n,i] = tanh(h[n,i])\n"
            "L = sum(n,i, c[n,i]*y[n,i])"
        ),
        ["s", "b"],
        [],
    ),
    (
        "a scale before a unit vector",
        (
            "input x[i:I], c[i]; param s; u[i] = s*x[i]; r = sqrt(sum(i, u[i]^2))\n"
            "L = sum(i, c[i]*u[i]/r)"
        ),
        ["s"],
        ["c"],
    ),
    (
        "a scale under a cosine",
        (
            "input x[i:I], y[i]; param s\n"
            "L = sum(i, s*x[i]*y[i])/(sqrt(sum(i, (s*x[i])^2))*sqrt(sum(i, y[i]^2)))"
        ),
        ["s"],
        ["y"],
    ),
    (
        "a sum over a softmax, under a name",
        "param x[n:N]; p[n] = exp(x[n])/sum(m:N, exp(x[m])); L = sum(n, p[n])",
        ["x"],
        [],
    ),
    ("a function less itself", "param a; L = logsigmoid(a) + softplus(-a)", ["a"], []),
    (
        "such a function, weighted",
        "input c[n:N]; param a[n]; L = sum(n, c[n]*(sin(2*a[n]) - 2*sin(a[n])*cos(a[n])))",
        ["a"],
        [],
    ),
    (
        "names that mean something elsewhere",
        (
            "input x[i:I], c[i]; param pi2, σ; z[i] = σ*(x[i] + pi2)\n"
            "N[i] = exp(z[i])/sum(i, exp(z[i])); lambda = sum(i, c[i]*N[i]); L = lambda^2"
        ),
        ["pi2"],
        ["σ"],
    ),
]


@pytest.mark.parametrize(
    ("text", "zeros", "others"), [z[1:] for z in ZEROS], ids=[z[0] for z in ZEROS]
)
def test_zeros(text, zeros, others):
    system = read(text)
    ledger = differentiate(system, "L", (*zeros, *others))
    for name in zeros:
        gradient = ledger.gradients[name]
        assert gradient.printed.right == ZERO, spell(gradient.printed.right)
        assert gradient.zero_because == "zero_cancels"
    for name in others:
        assert ledger.gradients[name].printed.right != ZERO


NEARLY = [
    # the numbers are divided by their sum, which changes with a shift
    ("input x[i:I], c[i]; param b; z[i] = x[i] + b; p[i] = z[i]/sum(i, z[i])", "b"),
    # what is added to the variance changes under a scale
    (
        "input x[i:I], c[i]; param b; z[i] = b*x[i]\np[i] = z[i]/sqrt(sum(i, z[i]^2) + 1)",
        "b",
    ),
    # a shift for each key is none for each query
    (
        "input x[i:I], c[i]; param b[i]; z[i] = x[i] + b[i]; p[i] = exp(z[i])/sum(i, exp(z[i]))",
        "b",
    ),
    # the mask of the denominator is another one
    (
        (
            "input x[i:I], c[i], m[i], k[i]; param b; z[i] = x[i] + b\n"
            "p[i] = m[i]*exp(z[i])/(1 + sum(i, k[i]*exp(z[i])))"
        ),
        "b",
    ),
]


@pytest.mark.parametrize(("text", "by"), NEARLY)
def test_what_only_looks_like_it_is_not_zero(text, by):
    system = read(f"{text}\nL = sum(i, c[i]*p[i])")
    ledger = differentiate(system, "L", [by])
    assert ledger.gradients[by].printed.right != ZERO
    rng = np.random.default_rng(3)
    values = {q.name: rng.uniform(0.5, 2, (3,) * len(q.axes)) for q in system.given()}
    assert np.all(np.abs(evaluate(ledger.system, values)[f"dL/d{by}"]) > 1e-6)


@pytest.mark.parametrize("text", [z[1] for z in ZEROS], ids=[z[0] for z in ZEROS])
def test_gradients_agree_with_differences(text):
    system = read(text)
    names = [q.name for q in system.given() if q.role == "parameter"]
    rng = np.random.default_rng(5)
    values = {q.name: rng.uniform(0.5, 2, shape_of(q)) for q in system.given()}
    gradients_hold(differentiate(system, "L", names), values)


def _told(text, by):
    swept = sweep(read(text), "L", [by])
    told = []
    simplifier = Simplifier(swept, observe=lambda *change: told.append(change))
    simplifier.run()
    return [(spell(before), spell(after)) for rule, before, after in told if rule == "vanish"]


def test_the_move_is_told():
    assert _told("param a; L = logsigmoid(a) + softplus(-a)", "a") == [
        ("1 - sigmoid(a) - sigmoid(-a)", "0")
    ]


def _vanishing(text, by):
    """A search that knows the adjoints of a system as their contributions, and the last of them."""
    system = read(text)
    swept = sweep(system, "L", [by])
    found = Vanishing(system, swept.helper_quantities)
    plain = Simplifier(swept, enabled=False)
    plain.run()
    *others, last = (plain.plain_equation(name) for name in swept.adjoints)
    for equation in others:
        found.note(equation)
    return found, last


def test_what_is_put_in_is_bounded():
    text = "input c[n:N]; param x; h = x + 1; g = h - x; f[n] = c[n]*g^2; L = sum(n, f[n])"
    found, last = _vanishing(text, "x")
    assert not found.proved(last, "x", most=0)  # dL/dh - dL/dg: what they are is not known
    assert found.proved(last, "x", most=MOST)
