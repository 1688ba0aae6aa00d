import pytest

from symbp.arrangement import arrange
from symbp.simplifying.forms import tidy
from symbp.spelling import spell
from tests.systems.cases import read

GIVEN = """input x[n:N,j:J], A[i:I,m:I]; param w[j], W[j,k:K], c; target y[n], t[n,k]; const s
o[n] = sum(j, x[n,j]*w[j]); p[n,k] = o[n]*sum(j, W[j,k])
"""


def arranged(text, letters="n"):
    left = f"r[{','.join(letters)}]" if letters else "r"
    system = read(f"{GIVEN}{left} = {text}")
    right = next(e for e in system.author_equations if e.target == "r").right
    roles = {q.name: q.role for q in system.quantities.values()}
    return spell(arrange(tidy(right), {**roles, "p": "adjoint"}))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("x[n,0]*(o[n] - y[n])", "(o[n] - y[n])*x[n,0]"),
        ("o[n]*(1 - o[n])*(o[n] - y[n])", "(o[n] - y[n])*o[n]*(1 - o[n])"),
        ("-(o[n] - y[n])", "y[n] - o[n]"),
        ("-(o[n] - y[n])/N", "(y[n] - o[n])/N"),
        ("-(y[n] - o[n])*x[n,0]", "(o[n] - y[n])*x[n,0]"),
        ("(y[n] - o[n])*x[n,0]*2", "2*(y[n] - o[n])*x[n,0]"),
        ("-(o[n] - y[n])*(1 - o[n])", "(y[n] - o[n])*(1 - o[n])"),
        ("-2*c*o[n]", "-2*c*o[n]"),
        ("-o[n] + y[n]", "y[n] - o[n]"),
        ("-o[n] - y[n]", "-o[n] - y[n]"),
        ("sum(k, p[n,k]*W[0,k])", "sum(k, W[0,k]*p[n,k])"),
        ("x[n,0]*sum(k, p[n,k])*2", "2*x[n,0]*sum(k, p[n,k])"),
        ("(1 - sigmoid(o[n]))*sigmoid(o[n])", "sigmoid(o[n])*(1 - sigmoid(o[n]))"),
        ("o[n]*(o[n] - 1)*(x[n,0] - o[n])", "o[n]*(1 - o[n])*(o[n] - x[n,0])"),
        ("(tanh(o[n])^2 - 1)*(c - tanh(o[n]))", "(1 - tanh(o[n])^2)*(tanh(o[n]) - c)"),
        ("o[n]*(o[n] - 1)*(x[n,0] - c)*(o[n] - c)", "o[n]*(o[n] - 1)*(x[n,0] - c)*(o[n] - c)"),
        ("(tanh(c)^2 - 1)*(tanh(o[n])^2 - 1)", "(1 - tanh(c)^2)*(1 - tanh(o[n])^2)"),
        ("o[n]*(o[n] - 1)*(o[n] - y[n])", "(o[n] - y[n])*o[n]*(o[n] - 1)"),
        ("o[n]*(o[n] - 1)*(2 - o[n])", "o[n]*(o[n] - 1)*(2 - o[n])"),
        ("(o[n] - 1)*(x[n,0] - o[n])", "(o[n] - 1)*(x[n,0] - o[n])"),
        ("o[n]*(o[n] - 1)*(x[n,0] - o[n])^2", "o[n]*(o[n] - 1)*(x[n,0] - o[n])^2"),
        ("o[n]*pi*N*3", "3*pi*N*o[n]"),
        ("c + o[n]/(1 - N)", "c - o[n]/(N - 1)"),
        ("-o[n]/(N - 1)", "-o[n]/(N - 1)"),
        ("o[n]*(1 - N)*(2 - J)", "o[n]*(N - 1)*(J - 2)"),
    ],
)
def test_textbook_order(text, form):
    assert arranged(text) == form


def test_a_sign_goes_under_the_sum():
    assert arranged("-sum(n, (y[n] - o[n])*x[n,0])", "") == "sum(n, (o[n] - y[n])*x[n,0])"
    assert arranged("-sum(n, y[n] - o[n])", "") == "sum(n, o[n] - y[n])"
    assert arranged("-sum(n, o[n]*c)", "") == "-c*sum(n, o[n])"


def test_a_sum_of_one_tensor_stands_where_the_tensor_stands():
    assert arranged("sum(i, x[n,0]*(A[i,0] + A[0,i]))") == "x[n,0]*sum(i, A[i,0] + A[0,i])"


def test_the_weights_of_several_terms_stand_first():
    text = "sum(k, p[n,k]*W[0,k] + t[n,k]*W[1,k])"
    assert arranged(text).startswith("sum(k, W[0,k]*p[n,k] + W[1,k]*")


def test_arranging_twice_changes_nothing():
    from symbp.gradients import differentiate
    from tests.systems.table import CASES

    for case in CASES[::4]:
        system = case.system()
        ledger = differentiate(system, case.of, case.names(system))
        roles = {q.name: q.role for q in system.quantities.values()}
        roles.update({n: "adjoint" for n in ledger.system.quantities if n not in system.quantities})
        for gradient in ledger.gradients.values():
            right = gradient.printed.right
            assert spell(arrange(right, roles)) == spell(right)
