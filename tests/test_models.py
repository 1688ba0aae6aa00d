"""`System` and `Network` as users hold them."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import symbp as sb
from symbp.errors import (
    DeclarationError,
    NameCollisionError,
    ParseError,
    ShapeError,
    SymbpError,
    UnknownNameError,
    UnsafeInputError,
)
from symbp.facts import Fact

NET = """
  input  x[n:N, j:25]
  param  W[j, k:2], b[k]
  target y[n, k]
  fact   sum(k, y[n,k]) = 1
  z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
  p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
  L      = -sum(n, k, y[n,k]*ln(p[n,k])) / N
"""


def net_in_python() -> sb.System:
    m = sb.System()
    n, j, k = m.index("n", "N"), m.index("j", 25), m.index("k", 2)
    el = m.index("l")
    x, y = m.input("x", n, j), m.target("y", n, k)
    w, b = m.param("W", j, k), m.param("b", k)
    z = m.let("z", (n, k), sb.sum(j, x[n, j] * w[j, k]) + b[k])
    p = m.let("p", (n, k), sb.exp(z[n, k]) / sb.sum(el, sb.exp(z[n, el])))
    m.let("L", -(sb.sum(n, k, y[n, k] * sb.ln(p[n, k])) / m.extent("N")))
    return m.assume("sum(k, y[n,k]) = 1")


def net_in_sympy() -> sb.System:
    m = sb.System()
    n, j, k = m.index("n", "N"), m.index("j", 25), m.index("k", 2)
    m.index("l")
    m.input("x", n, j), m.param("W", j, k), m.param("b", k), m.target("y", n, k)
    i, a, c, d, size = sympy.symbols("n j k l N", integer=True)
    x, w, b, z, y, p = map(sympy.IndexedBase, "xWbzyp")
    m.let("z", (n, k), sympy.Sum(x[i, a] * w[a, c], (a, 0, 24)) + b[c])
    total = sympy.Sum(sympy.exp(z[i, d]), (d, 0, 1))
    m.let("p", (n, k), sympy.exp(z[i, c]) / total)
    pairs = ((i, 0, size - 1), (c, 0, 1))
    m.let("L", -sympy.Sum(y[i, c] * sympy.log(p[i, c]), *pairs) / size)
    return m.assume("sum(k, y[n,k]) = 1")


def test_python_makes_the_system_of_the_text():
    assert net_in_python().snapshot().author_equations == sb.System(NET).snapshot().author_equations


def test_sympy_makes_the_gradients_of_the_text():
    expected = str(sb.derive(sb.System(NET))["z"])
    assert str(sb.derive(net_in_sympy())["z"]) == expected


def test_text_is_accepted_as_a_right_side():
    m = sb.System()
    m.let("A", "X + 1")
    m.let("B", "A^2")
    assert str(m) == "A = X + 1\nB = A^2"


def test_a_system_only_grows_and_snapshots_are_fresh():
    m = sb.System()
    x = m.input("x")
    m.let("a", x + 1)
    first = m.snapshot()
    assert m.snapshot() is first
    m.let("b", x * 2)
    assert len(m.snapshot().equations) == 2
    assert len(first.equations) == 1


def test_facts_make_new_systems():
    m = sb.System("input s, x\ny = x/s")
    assumed = m.assume("s > 0")
    assert assumed is not m
    assert m.snapshot().facts == ()
    assert assumed.snapshot().facts == (Fact("positive", "s"),)
    assert assumed.without_facts().snapshot().facts == ()
    assert m.assume("s: positive").snapshot().facts == (Fact("positive", "s"),)
    assert len(m.assume("s > 0", Fact("nonzero", "x")).snapshot().facts) == 2


def test_text_may_use_the_indices_of_its_place_as_numbers():
    system = sb.System()
    n = system.index("n", "N")
    system.input("x", n)
    system.let("r", (n,), "n + 1")
    system.let("L", "sum(n, r[n]*x[n])")
    assert system.evaluate(x=[1.0, 2.0])["L"] == 5.0
    with pytest.raises(UnknownNameError, match="called `k`"):
        system.let("q", (n,), "k + 1")


def test_a_new_system_can_be_added_to():
    m = sb.System("input s, x\ny = x/s").assume("s > 0")
    m.let("z", "2*y")
    assert [e.target for e in m.snapshot().author_equations] == ["y", "z"]
    assert m.snapshot().facts == (Fact("positive", "s"),)


def test_facts_at_declarations():
    m = sb.System()
    n, k = m.index("n", "N"), m.index("k", 3)
    m.target("y", n, k, facts="one_hot")
    m.target("t", n, k, facts=["simplex(k)", "nonnegative"])
    m.param("s", facts="positive")
    assert m.snapshot().facts == (
        Fact("one_hot", "y", (1,)),
        Fact("simplex", "t", (1,)),
        Fact("nonnegative", "t"),
        Fact("positive", "s"),
    )


@pytest.mark.parametrize(
    ("fact", "error"),
    [("onehot", ParseError), ("simplex(q)", DeclarationError), (3, ParseError)],
)
def test_facts_that_are_refused(fact, error):
    m = sb.System()
    with pytest.raises(error):
        m.input("x", m.index("n", "N"), facts=[fact])


def test_evaluate():
    chain = sb.System("A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1")
    values = chain.evaluate(X=2)
    assert (values["A"], values["B"]) == (3, 9)
    assert values["E"] == pytest.approx(0.48230385, rel=1e-7)
    net = sb.System(NET)
    random = np.random.default_rng(0)
    found = net.evaluate(
        {"x": random.normal(size=(4, 25)), "W": random.normal(size=(25, 2))},
        b=np.zeros(2),
        y=random.dirichlet([1, 1], size=4),
    )
    np.testing.assert_allclose(found["p"].sum(axis=1), 1)
    assert not any(name.startswith("_") for name in found)


def test_numpy_text():
    nll = sb.System.from_numpy(
        "np.sum(np.log(s) + (x-m)**2/(2*s**2))",
        shapes={"x": ["N"], "m": [], "s": []},
        params=["m", "s"],
        facts={"s": "positive"},
    )
    assert [q.name for q in nll.snapshot().given("parameter")] == ["m", "s"]
    assert nll.snapshot().facts == (Fact("positive", "s"),)


def test_sympy_symbols_mean_what_is_declared():
    m = sb.System()
    m.let("f", sympy.Symbol("x") ** 2 + 1)
    assert [q.name for q in m.snapshot().given("input")] == ["x"]

    indexed = sb.System()
    indexed.input("v", indexed.index("n", "N"))
    indexed.let("g", sympy.Symbol("q") + 1)
    with pytest.raises(UnknownNameError, match="'q'"):
        indexed.snapshot()


def test_one_name_is_one_sympy_symbol():
    m = sb.System()
    m.let("f", sympy.Symbol("w", real=True) ** 2)
    with pytest.raises(NameCollisionError, match="two different"):
        m.let("g", sympy.Symbol("w"))
    with pytest.raises(NameCollisionError, match="two different"):
        m.name_of(sympy.Symbol("w"))
    assert m.name_of(sympy.Symbol("w", real=True)) == "w"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda m: m.input("x"), NameCollisionError),
        (lambda m: m.index("x"), NameCollisionError),
        (lambda m: m.input("a b"), UnsafeInputError),
        (lambda m: m.input(""), UnknownNameError),
        (lambda m: m.input("v", kind="complex"), DeclarationError),
        (lambda m: m.declare("weight", "v"), DeclarationError),
        (lambda m: m.let("x", 3), DeclarationError),
        (lambda m: m.let("v", object()), UnsafeInputError),
        (lambda m: m.let("v", None), SymbpError),
        (lambda m: m.let("v", True), SymbpError),
        (lambda m: m.let("v", [1, 2]), SymbpError),
        (lambda m: m.let("v", "__import__('os')"), ParseError),
        (lambda m: m.let("v", float("nan")), SymbpError),
        (lambda m: m.let("v", float("inf")), SymbpError),
        (lambda m: m.index("q", 0), ShapeError),
        (lambda m: m.index("q", -1), ShapeError),
        (lambda m: m.index("q", 2.5), DeclarationError),
        (lambda m: m.assume("q > 0"), UnknownNameError),
        (lambda m: m.assume("x >"), ParseError),
        (lambda m: m.name_of(3), DeclarationError),
    ],
)
def test_refusals(call, error):
    m = sb.System()
    m.input("x")
    with pytest.raises(error):
        call(m)


def test_an_equation_that_is_refused_leaves_no_trace():
    m = sb.System("y = x + 1")
    before = str(m)
    with pytest.raises(ParseError):
        m.let("z", "y +")
    assert str(m) == before


@pytest.mark.parametrize("name", ["lambda", "σ", "N", "pi", "self", "E", "I", "S", "gamma", "np"])
def test_odd_names(name):
    m = sb.System()
    v = m.input(name)
    m.let("out", v**2 + v)
    assert str(sb.derive(m)[name]) == f"dout/d{name} = 2*{name} + 1"


def test_empty_systems():
    m = sb.System()
    assert str(m) == ""
    assert m.evaluate() == {}
    assert m.snapshot().equations == ()


def test_networks():
    network = sb.Network(sb.Input("x", 2), sb.Dense(3, "tanh"), sb.Dense(1), loss="squared_error")
    assert isinstance(network, sb.System)
    assert repr(network) == "<Network of 10 quantities>"
    network.let("penalty", "sum(i, j, W1[i,j]^2)")
    assert network.snapshot().quantity("penalty").role == "output"
    assert sb.Network(sb.Input("x", 2), sb.Dense(1)).snapshot().quantities.get("L") is None


def test_a_system_shows_itself():
    system = sb.System("A = X + 1; B = A^2")
    assert repr(system) == "<System of 3 quantities>"
    assert system._repr_latex_().startswith(r"\begin{align}")
    assert "A &= X+1" in system.latex()
