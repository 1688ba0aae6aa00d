import pytest

from symbp.declarations import Builder
from symbp.errors import NotSupportedError
from symbp.expressions import Access, Binder, Reduce
from symbp.indices import IndexExpr
from symbp.spelling import spell
from symbp.verification.claims import read_statement
from symbp.verification.theories import fold, make_theory
from tests.verification.samples import CHAIN, SOFTMAX, system_of


def theory(text, claim):
    statement = read_statement(system_of(text), claim)
    return statement, make_theory(statement)


def test_forward_equations_come_before_adjoints():
    _, made = theory(CHAIN, "dE/dX = 0")
    names = list(made.definitions)
    assert names[:5] == ["A", "B", "C", "D", "E"]
    assert names[5:] == ["dE/dE", "dE/dD", "dE/dC", "dE/dB", "dE/dA", "dE/dX"]
    assert made.adjoints == set(names[5:])


def test_hidden_pieces_are_marked():
    _, made = theory(SOFTMAX, "dL/dz[n,k] = 0")
    assert made.hidden
    assert all(made.quantities[name].hidden for name in made.hidden)


def test_a_derivative_that_is_not_reached_is_zero():
    _, made = theory("a = x; b = y", "da/dy = 0")
    assert spell(made.definitions["da/dy"].right) == "0"


def test_second_derivatives_are_swept_twice():
    _, made = theory("f = x^3*y", "d^2f/dx dy = 3*x^2")
    assert "d^2f/dxdy" in made.definitions
    assert "ddf/dx/dy" in made.definitions


def test_quantities_with_several_equations_stay_closed():
    text = "input x[n:3]; h[0] = x[0]; h[1] = x[1]*x[2]; L = h[0] + h[1]"
    _, made = theory(text, "L = h[0] + h[1]")
    assert "h" not in made.definitions
    assert "L" in made.definitions


def test_definitions_are_recognised_in_a_claim():
    statement, made = theory(CHAIN, "dE/dX = 1/((X + 1)*sqrt(ln((X + 1)^2)))")
    assert spell(fold(made, statement.right)) == "1/(A*D)"


def test_definitions_with_indices_are_recognised_too():
    text = "input x[n:N, k:K]; s[n] = sum(k, x[n,k]^2); L = sum(n, s[n])"
    statement, made = theory(text, "dL/dx[m,l] = x[m,l]*sum(q, x[m,q]^2)")
    assert spell(fold(made, statement.right)) == "x[m,l]*s[m]"


def test_what_is_not_differentiated_yet_is_refused():
    # y[i] = sum(k, x[i+k]*w[k]): the sweep does not follow affine accesses
    i, k = IndexExpr.letter("i"), IndexExpr.letter("k")
    builder = Builder()
    builder.declare("x", [("n", 8)])
    builder.declare("w", [("k", 3)])
    builder.declare("y", [("i", 6)], role="intermediate")
    body = Access("x", [i + k]) * Access("w", [k])
    right = Reduce("sum", [Binder("k", IndexExpr.integer(0), IndexExpr.integer(3))], body)
    builder.define("y", [i], right)
    builder.define("L", [], Reduce("sum", [Binder("m")], Access("y", [IndexExpr.letter("m")])))
    statement = read_statement(builder.snapshot(), "dL/dx[n] = 0")
    with pytest.raises(NotSupportedError, match="affine"):
        make_theory(statement)
