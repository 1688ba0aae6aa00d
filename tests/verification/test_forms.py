import pytest

from symbp.canonical.reader import read
from symbp.errors import MathError
from symbp.indices import IndexExpr
from symbp.verification.claims import read_statement
from symbp.verification.forms import is_nowhere_zero, value_of_form
from symbp.verification.proofs import table_of
from symbp.verification.theories import make_theory
from tests.verification.samples import NORM, SOFTMAX, bench_of, system_of

N, K = IndexExpr.extent("N"), IndexExpr.extent("K")


def test_a_form_evaluates_to_what_the_interpreter_gives():
    text = "exp(z[n,k])/sum(l, exp(z[n,l])) - sum(l, y[n,l]^2)/(1 + b[k]^2)"
    statement = read_statement(system_of(SOFTMAX), f"{text} = 0")
    table = table_of(make_theory(statement), ())
    made = read(table, statement.left, {"n": N, "k": K})
    for experiment in bench_of(SOFTMAX).generic(2):
        for letters in experiment.places(statement):
            found = value_of_form(table, made, statement, experiment, letters)
            right = experiment.value(statement, statement.left, letters).value
            assert abs(found - right) < 1e-50


def test_derivatives_are_read_as_differences():
    statement = read_statement(system_of(SOFTMAX), "dL/db[k] = 0")
    table = table_of(make_theory(statement), ())
    made = read(table, statement.left, {"k": K})
    experiment = bench_of(SOFTMAX).generic(1)[0]
    found = value_of_form(table, made, statement, experiment, {"k": 1})
    assert found == experiment.value(statement, statement.left, {"k": 1}).value


def test_where_a_form_has_no_value():
    statement = read_statement(system_of(NORM), "1/(x[n,0] - m[n] - s[n]*q[n,0]) = 0")
    table = table_of(make_theory(statement), ())
    made = read(table, statement.left, {"n": N})
    experiment = bench_of(NORM).experiment(3, "zeros", 0)
    with pytest.raises(MathError):
        value_of_form(table, made, statement, experiment, {"n": 0})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("x[n,i] - 7", True), ("x[n,i] - x[n,0]", False), ("x[n,i]^2 + 1", True), ("x[n,i]*0", False)],
)
def test_nowhere_zero_means_at_no_place(expression, expected):
    statement = read_statement(system_of(NORM), f"{expression} = 0")
    table = table_of(make_theory(statement), ())
    made = read(table, statement.left, {"n": N, "i": IndexExpr.extent("I")})
    experiment = bench_of(NORM).generic(1)[0]
    assert is_nowhere_zero(table, made, statement, experiment) is expected
