import pytest

from symbp.adjoints import adjoint_name, sweep
from symbp.errors import NotSupportedError
from symbp.expressions import ONE
from symbp.spelling import spell
from tests.systems.cases import read


def terms(text, of, wrt, by=None):
    """What is added up in the adjoint of `by`, as text."""
    swept = sweep(read(text), of, wrt)
    return [spell(t) for t in swept.adjoints[by or wrt[0]].terms]


@pytest.mark.parametrize(
    ("text", "by", "found"),
    [
        # a plain index is renamed and its sum disappears
        ("input x[k:K]; y[k] = x[k]^2; L = sum(k, y[k])", "x", ["dL/dy[k]*(2*x[k])"]),
        # what the reader sums over stays summed
        (
            "input x[n:N,j:J]; param w[j]; z[n] = sum(j, x[n,j]*w[j]); L = sum(n, z[n])",
            "w",
            ["sum(n, dL/dz[n]*x[n,j])"],
        ),
        # fixed, repeated and gathered indices leave brackets
        ("input h[t:3]; L = h[1]^2", "h", ["dL/dL*(2*h[1])*[t == 1]"]),
        ("param A[i:I,j:I]; L = sum(i, A[i,i])", "A", ["dL/dL*[j == i]"]),
        (
            "param p[n:N,k:K]; target t[n]; L = sum(n, p[n,t[n]])",
            "p",
            ["dL/dL*[k == t[n]]"],
        ),
        # several accesses add up
        ("input x[k:K]; L = x[0]*x[1]", "x", ["dL/dL*x[1]*[k == 0]", "dL/dL*x[0]*[k == 1]"]),
    ],
)
def test_contributions(text, by, found):
    assert terms(text, "L", [by]) == found


def test_letters_of_the_reader_are_kept_apart_from_those_of_the_adjoint():
    text = "input x[k:K], u[n:N]; y[k] = x[0]*u[1]*k; L = sum(k, y[k])"
    assert terms(text, "L", ["x"]) == ["sum(l, dL/dy[l]*(u[1]*l)*[k == 0])"]


def test_every_reader_contributes():
    swept = sweep(read("input x; y = x^2; z = sin(x); L = y*z"), "L", ["x"])
    assert [c.reader.target for c in swept.adjoints["x"].contributions] == ["z", "y"]
    assert [spell(c.local) for c in swept.adjoints["x"].contributions] == ["cos(x)", "2*x"]


def test_adjoints_stand_in_order_of_evaluation():
    swept = sweep(read("input x; a = x^2; b = a*x; L = a*b"), "L", ["x"])
    assert list(swept.adjoints) == ["L", "b", "a", "x"]
    assert swept.adjoints["L"].terms == (ONE,)
    assert adjoint_name("L", "b") == swept.adjoints["b"].name == "dL/db"


def test_only_what_lies_between_has_an_adjoint():
    swept = sweep(read("input x, y; a = x^2; b = y^2; c = a + 1; L = a*b"), "L", ["x"])
    assert set(swept.adjoints) == {"L", "a", "x"}


def test_a_tensor_output_appends_its_indices():
    swept = sweep(read("input x[k:K]; y[k] = x[k]^2"), "y", ["x"])
    assert [str(i) for i in swept.adjoints["x"].at] == ["k", "k·1"]
    assert [spell(t) for t in swept.adjoints["y"].terms] == ["[k·1 == k]"]


def test_what_is_read_in_a_condition_only_has_no_adjoint():
    swept = sweep(read("input x, y; c = y^2; L = where(c > 1, x, 2*x)"), "L", ["x", "y"])
    assert set(swept.adjoints) == {"L", "x"}


def test_a_maximum_goes_to_the_first_place_that_attains_it():
    swept = sweep(read("input x[n:N,k:K]; m[n] = max(k, x[n,k]); L = sum(n, m[n])"), "L", ["x"])
    (helper,) = swept.helpers
    assert helper.target == "argmax_m"
    assert spell(helper.right) == "argmax(k, x[n,k])"
    assert swept.helper_quantities["argmax_m"].kind == "integer"
    assert [spell(t) for t in swept.adjoints["x"].terms] == ["dL/dm[n]*[k == argmax_m[n]]"]


def test_a_maximum_over_two_indices_is_told_index_by_index():
    swept = sweep(read("input x[n:N,k:K]; L = max(n, k, x[n,k])"), "L", ["x"])
    assert [h.target for h in swept.helpers] == ["argmax_L", "argmax_L_2"]
    assert [spell(h.right) for h in swept.helpers] == [
        "argmax(n, max(k, x[n,k]))",
        "argmax(k, x[n,k])",
    ]
    assert [spell(t) for t in swept.adjoints["x"].terms] == [
        "dL/dL*([n == argmax_L]*[k == argmax_L_2[n]])"
    ]


def test_equal_maxima_share_a_helper_and_names_in_use_are_left():
    text = "input x[k:K], argmax_m; m = max(k, x[k]); L = m*max(k, x[k])*argmax_m"
    swept = sweep(read(text), "L", ["x"])
    assert len(swept.helpers) == 1
    assert swept.helpers[0].target not in read(text).quantities


def test_a_product_over_an_index_leaves_itself_out():
    (found,) = terms("input x[k:K]; L = prod(k, x[k])", "L", ["x"])
    assert found == "dL/dL*prod(l, where(l == k, 1, x[l]))"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("input x[t:4]; y[t] = x[t+1]; L = sum(t, y[t])", "affine access"),
        ("input x[t:4]; h[0] = x[0]; h[t] = h[t-1]*x[t]; L = h[3]", "recurrence"),
    ],
)
def test_refusals_say_what_is_not_differentiated_yet(text, words):
    with pytest.raises(NotSupportedError, match=words):
        sweep(read(text), "L", ["x"])


@pytest.mark.parametrize("inner", ["k", "l"])
def test_the_winners_of_equal_maxima_are_found_once_whatever_the_letters(inner):
    text = f"input x[n:N,k:K]; m[n] = max(k, x[n,k]); q[i] = max({inner}, x[i,{inner}])"
    text += "; L = sum(n, m[n]^2) + sum(i, q[i]^3)"
    swept = sweep(read(text), "L", ["x"])
    assert len(swept.helpers) == 1
    other = text.replace(f"max({inner}, x[i,{inner}])", "max(k, 2*x[i,k])")
    assert len(sweep(read(other), "L", ["x"]).helpers) == 2
