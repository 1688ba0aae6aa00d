"""An equation's own share of a derivative stands as what it is, not under the name of the whole."""

import pytest

import symbp as sb
from symbp.expressions import Access
from symbp.indices import IndexExpr
from symbp.ledger.pieces import flat_sum, jacobian, own_share
from symbp.spelling import spell
from tests.systems.cases import read

DECAY = """input x[n:N,j:J]; target t[n]; param W[j], b; y[n] = sum(j, W[j]*x[n,j]) + b
L = sum(n, (y[n] - t[n])^2)/N + sum(j, W[j]^2)/2 + b*W[0]"""


def last(system):
    return system.author_equations[-1]


def test_what_the_output_reads_itself():
    system = read(DECAY)
    share = own_share(system, last(system), "W", [IndexExpr.letter("i")])
    assert spell(share) in {"b*[i == 0] + W[i]", "W[i] + b*[i == 0]"}
    assert spell(own_share(system, last(system), "b", [])) == "W[0]"


def test_the_jacobian_of_a_softmax():
    system = read(
        "input z[n:N,k:K]; p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l])); L = sum(n,k, p[n,k]^2)"
    )
    left, right, ranges = jacobian(system, system.author_equations[0], "z")
    assert len(ranges) == 3
    assert (left.of.quantity, left.by.quantity) == ("p", "z")
    assert "p[" in spell(right)
    assert "==" in spell(right)


def test_sums_in_sums_leave_no_brackets():
    a, b, c = (Access(name) for name in "abc")
    assert spell(flat_sum([a - b, c])) == "a - b + c"


@pytest.mark.parametrize(
    ("text", "by", "row"),
    [
        (DECAY, "b", "dL/db = sum(n, dL/dy[n]*dy[n]/db) + W[0]"),
        (
            "input x[n:N]; param w; y[n] = w*x[n]; L = sum(n, y[n]^2) + w^2/2",
            "w",
            "dL/dw = sum(n, dL/dy[n]*dy[n]/dw) + w ",
        ),
    ],
)
def test_no_row_has_its_own_name_on_the_right(text, by, row):
    printed = sb.derive(text, wrt=by).text()
    assert row in printed
    for line in printed.splitlines():
        left, _, right = line.partition(" = ")
        name = left.split()[-1] if left.split() else ""
        assert not (name.startswith("dL/d") and f"+ {name}" in right), line


def test_what_is_held_fixed_is_said():
    derived = sb.derive("A = X^2; B = sin(A); E = B*A + X^2", wrt="X", at={"X": 1.5})
    text, latex = derived.text(), derived.latex()
    assert "(dE/dA)_B = B " in text
    assert "(dE/dX)_{B,A} = 2*X " in text
    assert "dE/dB = A " in text  # nothing else moves with B
    assert "(dE/dA)_B: B held fixed." in text
    assert r"\left( \frac{\partial E}{\partial X}\right)_{B,A}" in latex
    assert "held fixed" not in sb.derive("A = X^2; E = sin(A)", wrt="X").text()
