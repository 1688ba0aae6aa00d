from symbp.printers.latexmath import math_latex
from symbp.printers.matrixforms import matrix_box, matrix_rows, matrix_text, row_left_box
from symbp.printers.notation import Notation
from symbp.printers.setting import Setter
from symbp.printers.textmath import TextSetter
from tests.printers.ledgers import network
from tests.printers.making import derived


def forms(ledger):
    notation = Notation(ledger)
    texts = TextSetter(notation)
    return {r.gradient.by: matrix_text(r.right, texts) for r in matrix_rows(notation)}


def latex(ledger):
    notation = Notation(ledger)
    setter = Setter(notation)
    return {
        r.gradient.by: (
            math_latex(row_left_box(r, setter)),
            math_latex(matrix_box(r.right, setter)),
        )
        for r in matrix_rows(notation)
    }


def test_one_sample():
    assert forms(network()) == {
        "W1": "delta1 @ x.T",
        "b1": "delta1",
        "W2": "delta2 @ h.T",
        "b2": "delta2",
        "z2": "p - y",
        "z1": "h * (1 - h) * (W2.T @ delta2)",
    }


def test_one_sample_in_latex():
    found = latex(network())
    left, right = found["z1"]
    assert left == r"\boldsymbol{\delta}^{(1)}"
    assert right == (
        r"\boldsymbol{h}\odot(\mathbf{1}-\boldsymbol{h})\odot\bigl( "
        r"\boldsymbol{W}^{(2)\top}\boldsymbol{\delta}^{(2)}\bigr)"
    )
    assert found["W2"][0] == r"\nabla_{\boldsymbol{W}^{(2)}}L"


def test_products_entry_by_entry_are_bracketed_against_matrix_products():
    text = """
      input a[i:I]; param W[k:K,i]; target y[k]
      o[k] = sigmoid(sum(i, W[k,i]*a[i]))
      J = sum(k, (o[k]-y[k])^2)/2
    """
    ledger = derived(text, "J", "W")
    assert forms(ledger)["W"] == "((o - y) * o * (1 - o)) @ a.T"
    assert latex(ledger)["W"][1].startswith(r"[(\boldsymbol{o}-\boldsymbol{y})\odot") or (
        latex(ledger)["W"][1].startswith(r"\bigl[ (\boldsymbol{o}-\boldsymbol{y})\odot")
    )


def test_batches():
    text = """
      input x[n:N,i:I]; param W[i,k:K], b[k]; target y[n,k]
      z[n,k] = sum(i, x[n,i]*W[i,k]) + b[k]
      L = sum(n, k, (z[n,k]-y[n,k])^2)/(2*N)
    """
    found = forms(derived(text, "L", "W", "b"))
    assert found == {"W": "(x.T @ (z - y))/N", "b": "((z - y).T @ ones)/N"}


def test_a_part_of_an_axis_is_no_matrix():
    ledger = derived("input x[i:4]; param w[i]; L = sum(i, w[i]*x[i]) + w[0]^2", "L", "w")
    assert "w" not in forms(ledger) or "[" not in forms(ledger)["w"]
