"""Statements as lines: comments above loops, long values in brackets, nothing decided."""

import ast

import pytest

from symbp.kernels.buffers import sign
from symbp.kernels.emitter import emit_function, fold
from symbp.kernels.lowering import lower
from symbp.kernels.naming import Namer
from tests.kernels.running import SOFTMAX, read


def emitted(text, outputs=("L",), returned=("L",), dtype="float64"):
    program = lower(read(text), outputs, "loss")
    used = {}
    return emit_function(program, sign(program, outputs, returned), Namer(), dtype, used), used


def test_each_loop_stands_under_its_equation():
    text, used = emitted(SOFTMAX)
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "@compiled"
    assert lines[1] == "def compute_loss(x, W, b, y, z, p, N):"
    place = lines.index("# p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))")
    assert lines[place + 1 : place + 7] == [
        "for n in range(N):",
        "part2 = 0.0",
        "for l in range(2):",
        "part2 += np.exp(z[n, l])",
        "for k in range(2):",
        "p[n, k] = np.exp(z[n, k])/part2",
    ]
    assert lines[-1] == "return L_2" if "L_2" in text else "return L"
    assert used == {("times_ln", 2): None}


def test_matrix_products_are_one_line():
    text, _ = emitted("input a[c:C,i:I], b[c,j:J]; L[i,j] = sum(c, a[c,i]*b[c,j])", returned=())
    assert "np.dot(a.T, b, L)" in text
    assert "return" not in text


UPDATES = {
    "sum(j, x[n,j]*W[j,k]) + b[k]": "L[n, k] += b[k]",
    "sum(j, x[n,j]*W[j,k]) - b[k]": "L[n, k] -= b[k]",
    "sum(j, x[n,j]*W[j,k])*b[k]": "L[n, k] *= b[k]",
    "sum(j, x[n,j]*W[j,k])/N": "L[n, k] /= REAL(N)",
    "b[k]*sum(j, x[n,j]*W[j,k])": "L[n, k] *= b[k]",
    "b[k] + sum(j, x[n,j]*W[j,k])": "L[n, k] += b[k]",
    "ln(b[k])*sum(j, x[n,j]*W[j,k])": "L[n, k] = times_ln(L[n, k], b[k])",
    "b[k] - sum(j, x[n,j]*W[j,k])": "L[n, k] = b[k] - L[n, k]",
    "sum(j, x[n,j]*W[j,k]) + b[k] + 1": "L[n, k] = L[n, k] + b[k] + 1.0",
}


@pytest.mark.parametrize(("right", "line"), UPDATES.items())
def test_a_product_is_completed_where_it_stands(right, line):
    text, _ = emitted(f"input x[n:N, j:J], W[j, k:K], b[k]; L[n,k] = {right}", returned=())
    lines = [piece.strip() for piece in text.splitlines()]
    assert "np.dot(x, W, L)" in lines
    assert line in lines


def test_branches_of_a_long_value_stand_one_below_the_other():
    long = " + ".join(f"tanh({n}*x[n])" for n in range(10, 18))
    right = f"where(x[n] < 0, {long}, where(x[n] < 1, {long}, 2*x[n]))"
    text, _ = emitted(f"input x[n:N]; L[n] = {right}", returned=())
    lines = [piece.strip() for piece in text.splitlines()]
    words = [line.split()[0] for line in lines if line.endswith(":") and "x[n]" in line]
    assert words == ["if", "elif"]
    assert lines[-2:] == ["else:", "L[n] = 2.0*x[n]"]
    short, _ = emitted("input x[n:N]; L[n] = where(x[n] < 0, -x[n], x[n])", returned=())
    assert "L[n] = -x[n] if x[n] < 0.0 else x[n]" in short


def test_indices_of_an_access_stay_on_one_line():
    terms = " + ".join(f"{n}*tanh(x[n,k]/{n})" for n in range(10, 30))
    text, _ = emitted(f"input x[n:N, k:K]; y[n,k] = {terms}; L = sum(n, k, y[n,k])")
    assert text.count("x[n, k]") == 20


def test_long_values_are_folded_inside_brackets():
    terms = " + ".join(f"{n}*tanh(x[n]/{n})" for n in range(10, 30))
    text, _ = emitted(f"input x[n:N]; y[n] = {terms}; L = sum(n, y[n])")
    assert max(len(line) for line in text.splitlines()) <= 100
    ast.parse(text)


def test_text_is_folded_at_blanks_only():
    lines = fold("a " + "b" * 120 + " -c", "# ", "#     ")
    assert lines == ["# a", "#     " + "b" * 120, "#     -c"]
