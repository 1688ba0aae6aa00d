"""Statements as lines: comments above loops, long values in brackets, nothing decided."""

import ast

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
    assert lines[1] == "def compute_loss(x, W, b, y, part1, z, part2, p, N):"
    place = lines.index("# p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))")
    assert lines[place + 1 : place + 4] == [
        "for n in range(N):",
        "for k in range(2):",
        "p[n, k] = np.exp(z[n, k])/part2[n]",
    ]
    assert lines[-1] == "return L_2" if "L_2" in text else "return L"
    assert used == {("times_ln", 2): None}


def test_matrix_products_are_one_line():
    text, _ = emitted("input a[c:C,i:I], b[c,j:J]; L[i,j] = sum(c, a[c,i]*b[c,j])", returned=())
    assert "np.dot(a.T, b, L)" in text
    assert "return" not in text


def test_long_values_are_folded_inside_brackets():
    terms = " + ".join(f"{n}*tanh(x[n]/{n})" for n in range(10, 30))
    text, _ = emitted(f"input x[n:N]; y[n] = {terms}; L = sum(n, y[n])")
    assert max(len(line) for line in text.splitlines()) <= 100
    ast.parse(text)


def test_text_is_folded_at_blanks_only():
    lines = fold("a " + "b" * 120 + " -c", "# ", "#     ")
    assert lines == ["# a", "#     " + "b" * 120, "#     -c"]
