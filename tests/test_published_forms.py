"""The forms that readers know from textbooks, out of every usual spelling; a golden file shows all.

Each form is compared with 50-digit differences of the interpreter (values only, no derivative).
"""

import re
from collections import Counter
from functools import cache

import numpy as np
import pytest

from symbp.expressions import ZERO, Product, Sum
from symbp.gradients import differentiate
from symbp.printers.text import spell_condition
from symbp.spelling import spell, spell_equation
from tests.systems.cases import Case, labels, read
from tests.systems.measuring import gradients_hold
from tests.systems.published import FUNCTIONS, KINKED, SYSTEMS
from tests.systems.sciences import SCIENCES

SIZES = {"N": 3, "I": 4, "J": 2, "K": 5, "M": 6}
ROWS = {name: (interval, spellings) for name, interval, spellings in (*FUNCTIONS, *KINKED)}
SPELLED = [(name, text) for name, (_, spellings) in ROWS.items() for text in spellings]
BY_NAME = {row.name: row for row in (*SYSTEMS, *SCIENCES)}


@cache
def local(spelling):
    """do/dz of a named value o = f(z)."""
    return differentiate(read(f"input z\no = {spelling}"), "o", ["z"])


@cache
def inside(spelling):
    """dL/dz[n] of L = sum(n, y[n]*f(z[n])), f not named."""
    indexed = re.sub(r"\bz\b", "z[n]", spelling)
    system = read(f"input z[n:N], y[n]\nL = sum(n, y[n]*({indexed}))")
    return differentiate(system, "L", ["z"])


@cache
def ledger_of(name):
    row = BY_NAME[name]
    return differentiate(read(row.text), row.of, row.wrt)


def form(ledger):
    return spell(ledger.gradients["z"].printed.right)


def shape(ledger, *, kinks=True):
    """A form up to the order of terms and factors; without kinks `<=` is `<`, and `>=` is `>`."""
    return _shape(ledger.gradients["z"].printed.right, kinks)


def _shape(node, kinks):
    parts = [_shape(child, kinks) for child in node.children]
    if isinstance(node, Sum):
        signed = zip((s for s, _ in node.terms), parts, strict=True)
        return "sum", frozenset(Counter(signed).items())
    if isinstance(node, Product):
        cut = len(node.numerator)
        sides = (Counter(side) for side in (parts[:cut], parts[cut:]))
        return "product", *(frozenset(side.items()) for side in sides)
    own = next((getattr(node, n) for n in ("function", "relation") if hasattr(node, n)), None)
    own = own if kinks else {"<=": "<", ">=": ">"}.get(own, own)
    return type(node).__name__, own, *(parts or [spell(node)])


# -- the golden file -----------------------------------------------------------------------------


def function_lines():
    for name, (_, spellings) in ROWS.items():
        yield f"# {name}"
        known = None
        for spelling in spellings:
            pair = (form(local(spelling)), form(inside(spelling)))
            if pair == known:
                yield f"{spelling}    likewise"
            else:
                yield f"{spelling}\n    do/dz = {pair[0]}\n    dL/dz[n] = {pair[1]}"
            known = pair if known is None else known


def system_lines():
    for row in BY_NAME.values():
        ledger = ledger_of(row.name)
        yield f"# {row.name}"
        yield "\n".join(f"  {line}" for line in row.text.split("\n"))
        for gradient in ledger.gradients.values():
            printed, free = gradient.printed, gradient.unconditional
            yield "    " + spell_equation(printed)
            if free != printed:
                yield f"        without facts: {spell(free.right)}"
            facts = [c for c in gradient.conditions if c.kind == "fact"]
            if facts:
                yield "        by " + ", ".join(spell_condition(ledger, c) for c in facts)


def test_the_forms_a_reader_knows(golden):
    golden("forms.txt", "\n".join((*function_lines(), *system_lines())) + "\n")


# -- every line is right -------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "spelling"), SPELLED)
def test_derivatives_of_functions_are_right(name, spelling):
    (low, high), _ = ROWS[name]
    rng = np.random.default_rng(len(spelling))
    for z in rng.uniform(low, high, 3):
        gradients_hold(local(spelling), {"z": float(z)})
    values = {"z": rng.uniform(low, high, 3), "y": rng.normal(size=3)}
    gradients_hold(inside(spelling), values, sizes=SIZES)


@pytest.mark.parametrize("name", BY_NAME)
def test_derivatives_of_systems_are_right(name):
    row = BY_NAME[name]
    case = Case(row.name, row.text, lambda values: None, data={"t": labels(SIZES["K"])})
    for seed in range(2):
        values = case.values(ledger_of(name).forward, seed)
        gradients_hold(ledger_of(name), values, sizes=SIZES)


# -- one function, one form ----------------------------------------------------------------------

SMOOTH = [(name, text) for name, _, spellings in FUNCTIONS for text in spellings[1:]]
BRANCHED = [(name, text) for name, _, spellings in KINKED for text in spellings[1:]]


@pytest.mark.parametrize(("name", "spelling"), SMOOTH)
def test_every_spelling_has_the_form_of_the_named_function(name, spelling):
    named = ROWS[name][1][0]
    assert shape(local(spelling)) == shape(local(named))
    assert shape(inside(spelling)) == shape(inside(named))


@pytest.mark.parametrize(("name", "spelling"), BRANCHED)
def test_branches_differ_at_most_in_whom_the_kink_belongs_to(name, spelling):
    named = ROWS[name][1][0]
    assert shape(local(spelling), kinks=False) == shape(local(named), kinks=False)
    assert shape(inside(spelling), kinks=False) == shape(inside(named), kinks=False)


ALIKE = (
    ("softmax: its Jacobian", "softmax, shifted"),
    ("log-softmax", "log-softmax of a quotient", "log-softmax, shifted"),
    (
        "sigmoid, Bernoulli",
        "sigmoid spelled out, Bernoulli",
        "sigmoid by exp(z)/(1 + exp(z)), Bernoulli",
        "sigmoid by tanh, Bernoulli",
        "sigmoid in steps, Bernoulli",
        "sigmoid by a named tanh, Bernoulli",
    ),
    ("quantile, unnamed", "quantile by branches"),
    ("PReLU", "PReLU by max and min"),
    (
        "softmax, categorical, by log-softmax",
        "log-softmax in steps, categorical",
        "log-softmax of differences, categorical",
    ),
    (
        "Bernoulli from scores",
        "Bernoulli of unnamed sigmoids",
        "Bernoulli from scores, spelled out",
        "Bernoulli from scores, stable",
    ),
    ("softmax, categorical", "softmax, categorical, shifted"),
    ("softmax unnamed, categorical", "softmax, categorical, by log-sum-exp"),
    ("log-cosh", "log-cosh, stable"),
    (
        "layer norm by its variance",
        "layer norm by E(x^2) - m^2",
        "layer norm of named differences",
    ),
    ("batch norm, unbiased variance", "batch norm, unbiased variance by E(z^2) - m^2"),
    ("cosine", "cosine, dot product named"),
    ("cosine, norms named", "cosine, all named"),
)


@pytest.mark.parametrize("names", ALIKE, ids=lambda names: names[0])
def test_systems_that_say_the_same_have_one_gradient(names):
    for name in names[1:]:
        first, other = ledger_of(names[0]), ledger_of(name)
        asked = first.wrt[0]
        for side in ("printed", "unconditional"):
            one, two = (getattr(x.gradients[asked], side) for x in (first, other))
            assert spell(one.right) == spell(two.right)


# -- what is published ---------------------------------------------------------------------------

LINES = (
    ("softmax: its Jacobian", "z", "p[k·1]*([k·1 == k] - p[k])"),
    ("log-softmax", "z", "[k·1 == k] - exp(q[k])"),
    ("log-softmax of a named softmax", "z", "[k·1 == k] - p[k]"),
    ("log-sum-exp", "z", "exp(z[k])/sum(l, exp(z[l]))"),
    ("log-sum-exp beside a named softmax", "z", "p[k] - a[k]"),
    ("entropy of a softmax", "z", "-p[k]*(ln(p[k]) + L)"),
    ("linear, squared error", "z", "z[n] - y[n]"),
    ("sigmoid, Bernoulli", "z", "o[n] - y[n]"),
    ("Bernoulli from scores", "z", "sigmoid(z[n]) - y[n]"),
    ("softmax, categorical, no fact", "z", "p[n,k]*sum(l, y[n,l]) - y[n,k]"),
    ("softmax, categorical", "z", "p[n,k] - y[n,k]"),
    ("softmax, class labels", "z", "p[n,k] - [k == t[n]]"),
    ("exp, Poisson", "z", "r[n] - y[n]"),
    ("exp unnamed, Poisson", "z", "exp(z[n]) - y[n]"),
    ("log-cosh", "z", "tanh(z[n] - y[n])"),
    ("Huber", "r", "where(abs(r[n]) <= d, r[n], d*sign(r[n]))"),
    ("Huber by min", "r", "min(abs(r[n]), d)*sign(r[n])"),
    (
        "insensitive to small errors",
        "z",
        "where(abs(z[n] - y[n]) > e, sign(z[n] - y[n]), 0)",
    ),
    ("quantile", "z", "where(r[n] < 0, 1 - t, -t)"),
    ("hinge with a margin", "s", "where(y[n]*s[n] < m, -y[n], 0)"),
    ("ranking by a margin", "a", "where(y[n]*(a[n] - b[n]) < m, -y[n], 0)"),
    ("PReLU", "a", "sum(n, where(z[n] <= 0, y[n]*z[n], 0))"),
    ("PReLU by max", "z", "y[n]*where(z[n] < 0, a, 1)"),
    ("logistic with a temperature", "z", "(sigmoid(z[n]/T) - y[n])/T"),
    ("Poisson deviance", "z", "2*(m[n] - y[n])"),
    ("gamma", "z", "(m[n] - y[n])/m[n]"),
    ("distillation", "z", "T*(p[n,k] - q[n,k])"),
    ("policy gradient", "z", "A[n]*(p[n,k] - [k == t[n]])"),
    ("tanh in steps", "z", "y[n]*(1 - t[n]^2)"),
    ("Kullback-Leibler", "z", "q[n,k] - p[n,k]"),
    ("label smoothing, named", "z", "p[n,k] - s[n,k]"),
    ("norm", "x", "x[k]/L"),
    ("unit vector: its Jacobian", "x", "([k·1 == k] - u[k·1]*u[k])/r"),
    ("standard deviation", "x", "(x[i] - m)/(I*L)"),
    ("layer norm: its Jacobian", "x", "([i·1 == i] - q[i·1]*q[i]/I - 1/I)/s"),
    (
        "batch norm by E(z^2) - m^2",
        "z",
        "g[j]*(N*d[n,j] - q[n,j]*sum(o, d[o,j]*q[o,j]) - sum(o, d[o,j]))/(N*sqrt(v[j] + e))",
    ),
    (
        "layer norm by the inverse of its deviation",
        "x",
        "r[n]*(d[n,i] - q[n,i]*sum(j, d[n,j]*q[n,j])/I - sum(j, d[n,j])/I)",
    ),
    ("correlation", "x", "(y[i] - u)/(I*s*t) - L*(x[i] - m)/(I*s^2)"),
    ("variance by weights on the simplex", "w", "sum(n, (x[n,k] - m[n])^2)"),
    ("variance by any weights", "w", "((x[k] - m)^2 - L)/sum(l, w[l])"),
    ("mean by softmax weights", "z", "p[k]*(x[k] - m)"),
    ("Michaelis-Menten", "S", "K*V/(S + K)^2"),
    ("Hill", "x", "h*x^(h - 1)*K^h/(x^h + K^h)^2"),
    ("Bose", "E", "-L*(L + 1)/T"),
    ("Hermite", "z", "g*(z^2 - 1)"),
    ("normal sample", "s", "sum(n, (x[n] - m)^2 - s^2)/s^3"),
    ("Cauchy", "m", "2*sum(n, (x[n] - m)/((x[n] - m)^2 + s^2))"),
    ("Student", "m", "(1 + v)*sum(n, (x[n] - m)/(v*s^2 + (x[n] - m)^2))"),
    ("logarithm of a product", "x", "1/x[n]"),
    ("Box-Cox", "x", "x^(l - 1)"),
    (
        "Bradley-Terry",
        "s",
        "sum(j, (w[j,k]*exp(s[k]) - w[k,j]*exp(s[j]))/(exp(s[k]) + exp(s[j])))",
    ),
    ("Elo", "a", "(p[n] - y[n])*ln(10)/c"),
    ("half-life", "t", "-L*ln(2)/h"),
    ("perplexity", "z", "L*(p[n,k] - [k == t[n]])/N"),
    ("constant risk aversion", "c", "c^(-g)"),
    ("p-norm", "x", "L^(1 - p)*x[n]^(p - 1)"),
    ("norm of the product with itself", "x", "0"),
    ("Tukey", "r", "where(abs(r[n]) <= c, r[n]*(1 - r[n]^2/c^2)^2, 0)"),
    ("contrastive pairs", "d", "y[n]*d[n] + where(m > d[n], (y[n] - 1)*(m - d[n]), 0)"),
    ("clipping by branches", "z", "where(z[n] >= a and z[n] <= b, y[n], 0)"),
    ("quadratic form", "x", "sum(j, (A[i,j] + A[j,i])*x[j])"),
    ("quadratic form, symmetric", "x", "2*sum(j, A[i,j]*x[j])"),
)


@pytest.mark.parametrize(("name", "by", "text"), LINES)
def test_published_lines(name, by, text):
    assert spell(ledger_of(name).gradients[by].printed.right) == text


CATEGORICAL = [row.name for row in SYSTEMS if row.name.startswith("softmax, categorical")]


@pytest.mark.parametrize("name", CATEGORICAL)
def test_the_fact_is_a_condition_and_the_form_without_it_is_kept(name):
    gradient = ledger_of(name).gradients["z"]
    used = [c for c in gradient.conditions if c.kind == "fact"]
    assert bool(used) == (gradient.printed != gradient.unconditional)
    assert bool(used) == (name != "softmax, categorical, no fact")


def test_a_fact_that_decides_a_branch_is_a_condition():
    gradient = ledger_of("PReLU by max").gradients["z"]
    assert [c.kind for c in gradient.conditions].count("fact") == 1
    assert spell(gradient.unconditional.right) == "y[n]*where(z[n] >= a*z[n], 1, a)"


VANISHING = tuple(name for name in BY_NAME if name.startswith(("sum of a", "shift of", "bias ")))


@pytest.mark.parametrize("name", VANISHING)
def test_gradients_that_vanish_are_proved_to(name):
    ledger = ledger_of(name)
    for asked in ledger.wrt:
        gradient = ledger.gradients[asked]
        assert gradient.printed.right == gradient.unconditional.right == ZERO
        assert gradient.zero_because == "zero_cancels"


def test_the_hessian_of_cross_entropy():
    """diag(p) - p pᵀ, with and without the fact that the targets add up to 1."""
    system = read(BY_NAME["softmax, categorical"].text)
    first = differentiate(system, "L", ["z"])
    second = differentiate(first.system, "dL/dz", ["z"]).gradients["z"]
    hessian = "[n·1 == n]*p[n·1,k·1]*([k·1 == k] - p[n·1,k])"
    assert spell(second.printed.right) == hessian
    assert spell(second.unconditional.right) == hessian + "*sum(l, y[n·1,l])"
