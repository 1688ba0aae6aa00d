import pytest

from symbp.spelling import spell
from symbp.verification.claims import read_statement
from symbp.verification.domains import (
    asserted_places,
    claim_conditions,
    claimed_needs,
    kink_places,
)
from tests.verification.samples import CHAIN, LABELS, RECTIFIED, SCALARS, SOFTMAX, system_of


def read(text, claim):
    return read_statement(system_of(text), claim)


def needs(text, claim):
    return [f"{spell(n.value)} {n.relation}" for n in claimed_needs(read(text, claim))]


def test_a_claim_is_made_where_its_left_side_exists():
    found = claim_conditions(read(CHAIN, "dE/dX = 0"))
    assert [spell(c) for c in found] == ["B > 0", "C > 0"]
    # without a derivative the root may be of 0
    found = claim_conditions(read(CHAIN, "D = sqrt(C)"))
    assert [spell(c) for c in found] == ["B > 0", "C >= 0"]
    found = claim_conditions(read("r = x + y", "ln(x)/y = 0"))
    assert sorted(spell(c) for c in found) == ["x > 0", "y != 0"]
    assert claim_conditions(read(SOFTMAX, "dL/dz[n,k] = 0")) == ()


def test_kinks_of_what_is_differentiated():
    assert [spell(p) for p in kink_places(read(SCALARS, "ds/dx = 0"))] == ["x"]
    assert [spell(p) for p in kink_places(read(RECTIFIED, "dL/dz[n,k] = 0"))] == ["z[n,k]"]
    assert kink_places(read(RECTIFIED, "h[n,k] = 0")) == ()


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ("1/x", ["x !="]),
        ("1/(x*y)", ["x !=", "y !="]),
        ("1/sqrt(x)", ["x !=", "x >="]),
        ("x^-2", ["x !="]),
        ("x^0.5", ["x >="]),
        ("x^-0.5", ["x >"]),
        ("x^y", ["x >"]),
        ("2^y", []),
        ("ln(x*y)", ["x*y >"]),
        ("log1p(x)", ["1 + x >"]),
        ("tan(x)", ["cos(x) !="]),
        ("arcsin(x)", ["1 - x^2 >="]),
        ("arctanh(x)", ["1 - x^2 >"]),
        ("arccosh(x)", ["x - 1 >="]),
        ("exp(x)*sin(y)", []),
        ("1/exp(x)", []),
        ("x^3", []),
    ],
)
def test_needs_of_expressions(right, expected):
    assert needs("r = x + y", f"dr/dx = {right}") == expected


def test_needs_in_branches_carry_their_conditions():
    found = claimed_needs(read("r = x + y", "dr/dx = where(x > 0, ln(x), 1/y)"))
    guards = {spell(n.value): [(spell(c), truth) for c, truth in n.guards] for n in found}
    assert guards == {"x": [("x > 0", True)], "y": [("x > 0", False)]}


def test_needs_under_sums_carry_their_indices():
    found = claimed_needs(read(SOFTMAX, "dL/db[k] = sum(n, 1/y[n,k])"))
    assert [[b.name for b in n.binders] for n in found] == [["n"]]


def test_indices_must_stay_in_their_range():
    text = "input x[n:N], w[k:3]; L = sum(n, x[n]^2) + sum(k, w[k])"
    assert needs(text, "dL/dx[n] = 2*x[0]") == []
    assert needs(text, "dL/dx[n] = 2*w[2]") == []
    assert needs(text, "dL/dx[n] = 2*x[1]") == ["x[1] inside"]
    assert needs(text, "dL/dx[n] = 2*x[n+1]") == ["x[n+1] inside"]
    assert needs(LABELS, "dL/dz[n,k] = p[n,t[n]]") == []


def test_needs_of_what_the_claimed_side_reads():
    text = "a = ln(u); L = u^2"
    assert needs(text, "dL/du = 2*exp(a)") == ["u >"]
    assert needs(text, "dL/du = da/du*2*u^2") == ["u >"]
    # what the left side reads has a value where the claim is made
    assert needs("a = ln(u); L = a^2", "dL/du = 2*a*exp(-a)") == []


def test_conditions_that_include_a_kink_assert_something_there():
    def places(right):
        return [spell(p) for p in asserted_places(read(SCALARS, f"ds/dx = {right}"))]

    assert places("where(x >= 0, 1, 0)") == ["x"]
    assert places("where(x > 0, 1, 0)") == []
    assert places("[x == 1]") == ["x - 1"]
