import numpy as np
import pytest

from symbp.declarations import Builder
from symbp.errors import (
    DeclarationError,
    MathError,
    NameCollisionError,
    ParseError,
    ShapeError,
    SymbpError,
    UnknownNameError,
)
from symbp.facts import Fact
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate
from symbp.language.text import parse_system
from symbp.spelling import spell_equation

N = IndexExpr.extent("N")


def read(text, builder=None):
    builder = builder or Builder()
    parse_system(text, builder)
    return builder.snapshot()


def equations(text):
    return [spell_equation(e) for e in read(text).author_equations]


def test_a_chain_and_its_inputs():
    system = read("A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1")
    assert [q.name for q in system.given("input")] == ["X"]
    assert [e.target for e in system.author_equations] == list("ABCDE")


def test_a_network():
    system = read(
        """
        input  x[n:N, j:25]
        param  W[j, k:2], b[k]
        target y[n, k]
        fact   sum(k, y[n,k]) = 1
        z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
        p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
        L      = -sum(n, k, y[n,k]*ln(p[n,k])) / N
        """
    )
    assert [a.extent for a in system.quantity("W").axes] == [
        IndexExpr.integer(25),
        IndexExpr.integer(2),
    ]
    assert system.quantity("y").role == "target"
    assert system.quantity("L").role == "output"
    assert len(system.facts) == 1


def test_what_stands_below_may_be_used():
    system = read("C = A + B; B = A*2; A = X")
    assert [q.name for q in system.given()] == ["X"]


def test_kinds():
    system = read(
        "input p[n:N, k:3]\ntarget t[n]: class_ids\nconst c: integer\ninput m[n]: boolean\n"
        "L = sum(n, p[n, t[n]]*where(m[n], 1, 0)) + p[c, 0]"
    )
    assert system.quantity("t").kind == "integer"
    assert Fact("class_ids", "t") in system.facts
    assert system.quantity("c").kind == "integer"
    assert system.quantity("m").kind == "boolean"


def test_facts_of_a_declaration_hold_for_each_quantity_in_it():
    system = read("param s, r: positive\nL = s*r")
    assert set(system.facts) == {Fact("positive", "s"), Fact("positive", "r")}


def test_a_fact_of_an_undeclared_name_in_an_index_free_text():
    system = read("fact X: positive; fact Y > 0; A = ln(X)*Y")
    assert set(system.facts) == {Fact("positive", "X"), Fact("positive", "Y")}
    assert [q.name for q in system.given("input")] == ["X", "Y"]


def test_parts_of_a_quantity():
    system = read("input x[t:T]; h[0] = x[0]; h[t] = h[t-1]*x[t]; L = h[T-1]")
    assert system.quantity("h").axes[0].letter == "t"


def test_default_extents_of_letters():
    system = read("index n:N, k:3\ninput x[n], y[n, k]\nL = sum(n, k, x[n]*y[n,k])")
    assert [a.extent for a in system.quantity("y").axes] == [N, IndexExpr.integer(3)]


def test_means_use_declared_default_and_inferred_extents():
    text = "input x[n:N, k:3], u[n]\nr[n] = u[n]^2\nL = mean(n, r[n]) + mean(n, k, x[n,k])"
    assert equations(text)[1] == "L = sum(n, r[n])/N + sum(n, k, x[n,k])/(N*3)"
    builder = Builder()
    builder.index("n", 7)
    assert [
        spell_equation(e) for e in read("input x[n]\nL = mean(n, x[n])", builder).author_equations
    ] == ["L = sum(n, x[n])/7"]


def test_ranges_are_written_out_where_no_access_shows_them():
    assert equations("input a; L = sum(k:K, a)/K") == ["L = sum(k, a)/K"]
    system = read("input x[n:N]; L = sum(n, sum(m:n+1, x[m]))")
    n = IndexExpr.letter("n")
    inner = system.author_equations[0].right.body
    assert inner.binders[0].upper == n + 1
    values = {"x": np.array([1.0, 2.0, 4.0])}
    assert evaluate(system, values)["L"] == 1 + 3 + 7


def test_an_extent_that_nobody_named_is_named_after_its_letter():
    assert equations("input x[n]\nL = sum(n, x[n])/N") == ["L = sum(n, x[n])/N"]


def test_a_second_text_may_use_the_first():
    builder = Builder()
    parse_system("input x[n:N]", builder)
    parse_system("L = sum(n, x[n])/N", builder)
    with pytest.raises(UnknownNameError):
        parse_system("M = q", builder)
    assert [e.target for e in builder.snapshot().author_equations] == ["L"]


def test_where_nothing_is_understood_nothing_is_declared():
    builder = Builder()
    with pytest.raises(SymbpError):
        parse_system("input x[n:N]; a = 1; b[n] = x[m]", builder)
    assert not builder.quantities


def test_nfkc_spellings():
    system = read("σ₁ = θ₁^2; L = σ₁ + θ₁")
    assert set(system.quantities) == {"σ1", "θ1", "L"}
    with pytest.raises(NameCollisionError):
        read("L = θ₁ + θ1")
    builder = Builder()
    parse_system("a = θ₁", builder)
    with pytest.raises(NameCollisionError):
        parse_system("param θ1", builder)


@pytest.mark.parametrize("name", ["lambda", "E", "I", "S", "N", "pi", "gamma", "self", "σ", "exp"])
def test_any_name_may_be_defined(name):
    assert equations(f"{name} = X^2; L = {name} + 1") == [f"{name} = X^2", f"L = {name} + 1"]


def test_a_declared_name_wins_over_a_constant():
    system = read("pi = 3; L = pi*X")
    assert [q.name for q in system.given()] == ["X"]


@pytest.mark.parametrize(
    "text",
    [
        "input x[n:N]; v = mean(n, z[n]^2); z[n] = 2*x[n]",
        "input x[n:N]; v = mean(m, z[m]^2); z[n] = 2*x[n]",
        "input x[n:N]; v = m; m = mean(k, y[k]^2) + u; u = mean(l, z[l]); y[k] = z[k]; z[n] = x[n]",
    ],
)
def test_a_mean_may_stand_above_what_it_is_of(text):
    system = read(text)
    declaration, *rest = text.split("; ")
    other = read("; ".join([declaration, *reversed(rest)]))
    assert [spell_equation(e) for e in system.author_equations] == [
        spell_equation(e) for e in other.author_equations
    ]


def test_a_mean_that_reads_no_axis_at_its_letter_runs_as_far_as_was_declared():
    system = read("index n:3; input x[n]; v = mean(n, x[(n + 1) % 3])")
    found = evaluate(system, {"x": np.array([1.0, 2.0, 6.0])})
    assert found["v"] == 3.0
    with pytest.raises(ParseError, match="how far `m` runs is not known"):
        read("input x[n:3]; v = mean(m, x[(m + 1) % 3])")


def test_a_mean_over_an_axis_that_its_equation_does_not_tell_is_as_long_as_the_letter_of_the_axis():
    given = "input W[i:I,k:K], x[n:N,j:J]; u[j] = mean(k, W[0,k])^2; "
    for letter in ("i", "j", "l", "n"):
        assert equations(given + f"L = mean({letter}, u[{letter}])")[-1] == (
            f"L = sum({letter}, u[{letter}])/J"
        )
    with pytest.raises(ParseError, match="how far `l` runs is not known"):
        read("input a; u[j] = a; L = mean(l, u[l])")
    with pytest.raises(ShapeError):  # what it is used with says that the axis has N places
        read(given + "v[n] = u[n]*x[n,0]; L = mean(l, u[l])")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("input q[t:T]; s[t,u:T] = q[t]*q[u]", "`index u:T` on a line before it, `u` here"),
        ("input q[t:T]; s[t : T] = q[t]", "`index t:T` on a line before it, `t` here"),
        ("input q[t:T]; s = q[t:]", "`index t:T` on a line before it"),
        ("input q[t:T]; s[u:2*T", "`index u:U` on a line before it"),
    ],
)
def test_an_extent_where_an_index_is_used_says_where_it_belongs(text, message):
    with pytest.raises(ParseError, match=message):
        read(text)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("input x[n:N]; y = q*2", UnknownNameError, r"`q`.*line 1, column 19"),
        ("input x[n:N]; y = xx[0]", UnknownNameError, "did you mean 'x'"),
        ("input x[n:N]; y[n] = x[m]", UnknownNameError, "`m`"),
        ("input x[n:N], w[m:M]; y[n] = x[m]", DeclarationError, "`m` is not bound"),
        ("input x[n:N]; y = n", DeclarationError, "`n` is not bound"),
        ("input x[n:N]; x[n] = 1", DeclarationError, r"cannot be defined.*"),
        ("input x; input x", NameCollisionError, "already"),
        ("input n; input x[n:3]", NameCollisionError, "line 1, column 16"),
        ("input N; input x[n:N]", NameCollisionError, "N"),
        ("input x[n:n]", NameCollisionError, "n"),
        ("input x[n:0]", ShapeError, "at least 1"),
        ("input x[n:2-3]", ShapeError, "at least 1"),
        ("input c: integer\ninput x[n:c]", NameCollisionError, "extent"),
        ("input n; y[n] = 1", NameCollisionError, "quantity"),
        ("input x[n:3]; y[n] = x[n]; y = 2", ShapeError, "indices"),
        ("y = 1/0", MathError, "column 6"),
        ("a = 1\nb = ln(-1)", MathError, "line 2, column 5"),
        ("y = x[0]", UnknownNameError, "`x`"),
        ("y = 1; y(2) = 3", ParseError, "behind `y`"),
    ],
)
def test_mistakes_have_their_place(text, error, message):
    with pytest.raises(error, match=message) as caught:
        read(text)
    assert len(str(caught.value).split("\n")) <= 3
