"""`derive` and `verify`: their arguments and defaults."""

from __future__ import annotations

import pytest
import sympy

import symbp as sb
from symbp.errors import DataError, DeclarationError, NameCollisionError, UnknownNameError

CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"


def test_text_is_a_system():
    assert str(sb.derive(CHAIN)["X"]) == str(sb.derive(sb.System(CHAIN), of="E", wrt="X")["X"])


def test_of_is_the_one_scalar_output():
    assert sb.derive(CHAIN).of == "E"
    with pytest.raises(DeclarationError, match=r"several outputs.*A, B"):
        sb.derive("A = X + 1; B = X^2")
    with pytest.raises(DeclarationError, match=r"no scalar output.*r"):
        sb.derive("input x[n:N]; r[n] = x[n]^2")
    with pytest.raises(DeclarationError, match="no equations"):
        sb.derive(sb.System())


def test_wrt_is_all_parameters_or_else_all_inputs():
    assert sb.derive("param w; input x; y = w*x").wrt == ("w",)
    assert sb.derive("input a, x; y = a*x").wrt == ("a", "x")
    with pytest.raises(DeclarationError, match="no parameter and no input"):
        sb.derive("const c; y = c^2")


def test_wrt_takes_names_handles_and_symbols():
    m = sb.System()
    a, b = m.input("a"), m.input("b")
    m.let("y", a * b)
    m.let("w", sympy.Symbol("a"))
    assert sb.derive(m, "y", [a, "b"]).wrt == ("a", "b")
    assert sb.derive(m, "y", sympy.Symbol("a")).wrt == ("a",)
    assert sb.derive(m, "y", ("b", b)).wrt == ("b",)
    with pytest.raises(NameCollisionError):
        sb.derive(m, wrt=sympy.Symbol("a", real=True))
    with pytest.raises(DeclarationError, match="nothing"):
        sb.derive(m, wrt=[])


def test_a_name_may_be_given_in_the_spelling_of_the_text():
    system = sb.System("input θ₁, x; L = θ₁*x^2")
    derived = sb.derive(system, wrt="θ₁", at={"θ₁": 2, "x": 3})
    assert str(derived["θ₁"]) == str(derived["θ1"]) == "dL/dθ1 = x^2 = 9"
    assert "θ₁" in derived
    assert system.evaluate({"θ₁": 2, "x": 3})["L"] == 18
    assert system.solve(L=9, wrt="θ₁", start=2, at={"x": 3}).value == pytest.approx(1)


def test_names_that_do_not_occur():
    with pytest.raises(UnknownNameError, match="'Z' does not occur"):
        sb.derive(CHAIN, wrt="Z")
    with pytest.raises(UnknownNameError, match="'Q' does not occur"):
        sb.derive(CHAIN, of="Q")
    with pytest.raises(UnknownNameError):
        sb.derive(CHAIN, at={"Q": 2})
    with pytest.raises(UnknownNameError):
        sb.derive("L = sum(n, x[n]); input x[n:N]", wrt="_1")


def test_what_occurs_and_does_not_matter_has_gradient_zero():
    d = sb.derive("input x, u; y = x^2; v = u + y", of="y", wrt=["u", "x"])
    assert str(d["u"]).startswith("dy/du = 0        ") or str(d["u"]).startswith("dy/du = 0 ")
    assert "because" in str(d["u"])


def test_an_intermediate_counts_as_free():
    d = sb.derive(CHAIN, of="E", wrt=["B", "X"])
    assert str(d["B"]).startswith("dE/dB = 1/(2*B*sqrt(C))")


def test_at():
    d = sb.derive(CHAIN, at={"X": 2})
    assert "≈ 0.224875" in str(d["X"])
    with pytest.raises(DataError):
        sb.derive("input x[n:N]; L = sum(n, x[n])", at={"x": 2})


def test_without_simplification():
    plain = sb.derive("p = 1/(1+exp(-z))", simplify=False)
    short = sb.derive("p = 1/(1+exp(-z))")
    assert str(short["z"]) == "dp/dz = p*(1 - p)"
    assert len(str(plain["z"])) >= len(str(short["z"]))
    for z in (-2.0, 0.3):
        assert plain.system.evaluate(z=z)["dp/dz"] == pytest.approx(
            short.system.evaluate(z=z)["dp/dz"], rel=1e-14
        )
