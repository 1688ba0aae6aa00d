import pytest

from symbp.errors import (
    DeclarationError,
    NotSupportedError,
    ParseError,
    ShapeError,
    UnknownNameError,
)
from symbp.gradients import differentiate
from symbp.spelling import spell
from symbp.verification.claims import MismatchError, read_statement
from tests.verification.samples import CHAIN, NETWORK, SOFTMAX, system_of

FIXED = "input x[i:3]; param W[i, j:2]; z[j] = sum(i, x[i]*W[i,j]); L = sum(j, z[j]^2)"


def read(text, claim, right=None):
    return read_statement(system_of(text), claim, right)


def test_one_text_and_two_are_the_same_claim():
    one = read(SOFTMAX, "dL/dz[n,k] = (p[n,k] - y[n,k])/N")
    two = read(SOFTMAX, "dL/dz[n,k]", "(p[n,k] - y[n,k])/N")
    assert (one.left, one.right, one.ranges) == (two.left, two.right, two.ranges)
    assert one.text == "dL/dz[n,k] = (p[n,k] - y[n,k])/N"


def test_letters_of_the_claim_rename_the_axes():
    made = read(SOFTMAX, "dL/dz[u,v] = (p[u,v] - y[u,v])/N")
    assert [(b.name, str(b.upper)) for b in made.ranges] == [("u", "N"), ("v", "K")]
    assert made.extents == ("N", "J", "K")


def test_bound_letters_get_their_ranges():
    made = read(SOFTMAX, "sum(q, p[n,q]) = 1")
    assert [b.name for b in made.ranges] == ["n"]
    assert str(made.left.binders[0].upper) == "K"


def test_a_derivative_is_a_quantity_of_its_own():
    made = read(NETWORK, "do[n,k]/dz[m,l] = [n == m]*[k == l]*o[n,k]*(1 - o[n,k])")
    assert made.subject.of == "o"
    assert made.subject.by == ("z",)
    quantity = made.quantities["do/dz"]
    assert [str(a.extent) for a in quantity.axes] == ["N", "K", "N", "K"]
    # first the indices of z, then those of o
    assert spell(made.left) == "do/dz[m,l,n,k]"


def test_second_derivatives():
    made = read(SOFTMAX, "d^2L/dz[n,k]dz[n,m] = 0")
    assert made.subject.by == ("z", "z")
    assert len(made.quantities[made.subject.name].axes) == 4


def test_a_claim_need_not_hold_a_derivative():
    made = read(SOFTMAX, "p[n,k]*sum(l, exp(z[n,l])) = exp(z[n,k])")
    assert made.subject is None
    assert not made.derivatives


@pytest.mark.parametrize(
    ("claim", "error", "message"),
    [
        ("dL/dz[j] = x[j]", DeclarationError, None),
        ("z[j] = sum(i, x[i]*W[i,k])", UnknownNameError, "k"),
        ("sum(i, x[i]) = x[i]", DeclarationError, "free on the right side"),
        ("dL/dq[j] = 0", UnknownNameError, "q"),
        ("dL/dW[j] = 0", ShapeError, "indices"),
        ("dL/dW[i,j] = ", ParseError, None),
        ("dL/dW[i,j]", ParseError, "="),
        ("sum(m, 1) = 3", DeclarationError, "how far"),
        (r"\frac{\partial L}{\partial z} = 0", ParseError, None),
    ],
)
def test_what_cannot_be_read_is_an_error(claim, error, message):
    if error is DeclarationError and message is None:
        # x has letter i and z has letter j: the extents disagree
        error, message = MismatchError, "index j runs over 2"
    with pytest.raises(error, match=message):
        read(FIXED, claim)


def test_extents_that_disagree_are_a_mismatch():
    with pytest.raises(MismatchError, match="index i runs over 2"):
        read(FIXED, "dL/dW[j,i] = x[i]*z[j]")
    with pytest.raises(MismatchError):
        read(NETWORK, "dL/da[n,j] = sum(k, dL/dz[n,k]*W[k,j])")


def test_there_is_no_derivative_by_integers():
    text = "input t[n:N], E[v:V]; L = sum(n, E[t[n]]^2)"
    with pytest.raises(NotSupportedError, match="integer"):
        read(text, "dL/dt[n] = 0")


def test_a_second_derivative_by_two_dependent_quantities_has_no_one_meaning():
    with pytest.raises(NotSupportedError, match="B depends on A"):
        read(CHAIN, "d^2E/dA dB = 0")


def test_other_facts():
    made = read(SOFTMAX, "dL/dz[n,k] = 0")
    assert made.with_system(made.system.with_facts(())).system.facts == ()


def test_a_derived_system_holds_its_derivatives_as_quantities():
    derived = differentiate(system_of(CHAIN), "E", ["X"]).system
    with pytest.raises(NotSupportedError, match="verify the claim against the system"):
        read_statement(derived, "dE/dX = A/(B*D)")
