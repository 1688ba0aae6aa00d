import pytest

from symbp.declarations import Builder
from symbp.errors import ParseError, ShapeError, UnknownNameError
from symbp.expressions import Access, Product, Sum
from symbp.indices import IndexExpr
from symbp.language.derivatives import DerivativeRef, derivative_name
from symbp.language.text import parse_claim, parse_expression, parse_system

n, k, m, h, j = (IndexExpr.letter(name) for name in "nkmhj")
TEXT = """
input x[n:N, j:5], dt
param W[j, k:2], dx
z[n,k] = sum(j, x[n,j]*W[j,k])
p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
L = sum(n, k, p[n,k]^2)*dt/dx
"""


@pytest.fixture(scope="module")
def system():
    builder = Builder()
    parse_system(TEXT, builder)
    return builder.snapshot()


def read(text, system):
    return parse_expression(text, system, derivatives=True)


@pytest.mark.parametrize(
    ("text", "of", "by", "indices"),
    [
        ("dL/dz[n,k]", "L", ("z",), (n, k)),
        ("∂L/∂z[n,k]", "L", ("z",), (n, k)),
        ("dL/dW[j,0]", "L", ("W",), (j, IndexExpr.integer(0))),
        ("dL/ddt", "L", ("dt",), ()),
        ("dp[n,k]/dz[m,h]", "p", ("z",), (m, h, n, k)),
        ("dp/dz[m,h,n,k]", "p", ("z",), (m, h, n, k)),
        ("d^2L/dz[n,k]dz[m,h]", "L", ("z", "z"), (n, k, m, h)),
        ("d^2L/ddt^2", "L", ("dt", "dt"), ()),
        ("d^2L/ddt ddx", "L", ("dt", "dx"), ()),
        ("∂^2p[n,k]/∂z[m,h]∂dt", "p", ("z", "dt"), (m, h, n, k)),
    ],
)
def test_derivatives_are_accesses_of_that_name(system, text, of, by, indices):
    claim = parse_claim(text, system, "0")
    assert claim.subject == DerivativeRef(of, by, indices)
    assert claim.left == Access(derivative_name(of, *by), indices)


def test_names_of_derivatives():
    assert derivative_name("L", "z") == "dL/dz"
    assert derivative_name("L", "z", "W") == "d^2L/dzdW"


def test_derivatives_inside_expressions(system):
    made = read("2*dL/dz[n,k]*x[n,j]", system)
    assert made == Product([*_two(), Access("dL/dz", [n, k]), Access("x", [n, j])])
    made = read("x[n,j] - dL/dz[n,k]/2", system)
    assert isinstance(made, Sum)
    assert made.terms[1][1].numerator == (Access("dL/dz", [n, k]),)


def _two():
    from symbp.expressions import Number

    return [Number(2)]


def test_declared_names_are_no_derivatives(system):
    assert read("dt/dx", system) == Product([Access("dt")], [Access("dx")])


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("dL/dz", ShapeError, r"dz\[n,k\]"),
        ("dL/dz[n]", ShapeError, r"dz\[n,k\]"),
        ("dL[n]/dz[n,k]", ShapeError, "no axes"),
        ("dp/dz[n,k]", ShapeError, r"dp\[n,k\]"),
        ("dL/dq[n]", UnknownNameError, "`q`"),
        ("dQ/dz[n,k]", UnknownNameError, "dQ"),
        ("x[n,j]/dL/dz[n,k]", UnknownNameError, "dL"),
        ("d^2L/dz[n,k]dq", UnknownNameError, "`q`"),
        ("d^2Q/dz[n,k]dz[n,k]", UnknownNameError, "`Q`"),
        ("∂L", UnknownNameError, "∂L"),
    ],
)
def test_mistakes(system, text, error, message):
    with pytest.raises(error, match=message):
        read(text, system)


def test_derivatives_stand_in_claims_only(system):
    for text in ("dL/dz[n,k]", "d^2L/dz[n,k]dz[n,k]"):
        with pytest.raises(ParseError, match="claims"):
            parse_expression(text, system)
    with pytest.raises(ParseError, match="claims"):
        parse_system("A = X + 1; B = dA/dX", Builder())
    with pytest.raises(ParseError, match="∂"):
        parse_expression("∂L", Builder())
