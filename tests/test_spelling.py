from fractions import Fraction

import pytest

from symbp.declarations import Builder
from symbp.equations import Equation
from symbp.expressions import (
    Abstraction,
    Binder,
    Bracket,
    Call,
    Constant,
    IndexValue,
    Logical,
    Number,
    Power,
    Reduce,
    Sum,
    TensorOperator,
    Where,
)
from symbp.functions import call
from symbp.language.text import parse_system
from symbp.spelling import name_letters, spell, spell_equation, spell_number, spell_place
from tests.shorthand import at, index, same, total

a, b, c = at("a"), at("b"), at("c")


@pytest.mark.parametrize(
    ("root", "text"),
    [
        (a - b + c, "a - b + c"),
        (a - (b + c), "a - (b + c)"),
        (-a + b, "-a + b"),
        (a * (b + c), "a*(b + c)"),
        (a / (b * c), "a/(b*c)"),
        (a / b / c, "a/(b*c)"),
        ((a / b) * c, "a*c/b"),
        (a / (b / c), "a/(b/c)"),
        (a ** (b + c), "a^(b + c)"),
        ((a + b) ** 2, "(a + b)^2"),
        ((a**b) ** c, "(a^b)^c"),
        (a ** (b**c), "a^b^c"),
        (-(a**2), "-a^2"),
        (Power(-a, Number(2)), "(-a)^2"),
        (Power(Number(-2), Number(2)), "(-2)^2"),
        (a**-1, "a^-1"),
        (a * -b, "a*(-b)"),
        (1 / a, "1/a"),
        (Number(Fraction(1, 2)) * a, "(1/2)*a"),
        (Sum(()), "0"),
        (call("exp", -a), "exp(-a)"),
        (call("max", a, b, c), "max(a, b, c)"),
        (Constant("pi") * a, "pi*a"),
        (IndexValue(index("N") + 1) * a, "(N+1)*a"),
        (a / IndexValue(index("N")), "a/N"),
        (Where(a < b, a, Number(0)), "where(a < b, a, 0)"),
        (Bracket(same("i", "j")) * a, "[i == j]*a"),
        (Logical("and", (a < b, Logical("or", (b < c, a < c)))), "a < b and (b < c or a < c)"),
        (Logical("not", (same("i", 0),)), "not (i == 0)"),
        (total("n k", at("y", "n", "k")), "sum(n, k, y[n,k])"),
        (at("h", index("t") - 1, "j"), "h[t-1,j]"),
        (
            TensorOperator("inv", [Abstraction([Binder("i")], at("A", "i"))], [index(0)]),
            "inv((i -> A[i]))[0]",
        ),
    ],
)
def test_brackets_stand_where_they_are_needed(root, text):
    assert spell(root) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("3", "3"),
        ("1/2", "1/2"),
        ("1/3", "1/3"),
        ("0.01", "0.01"),
        ("-0.044715", "-0.044715"),
        ("-7/2", "-7/2"),
        ("1.6732632423543772848170429916717", "1.6732632423543772848170429916717"),
    ],
)
def test_numbers(value, text):
    assert spell_number(Fraction(value)) == text
    assert Fraction(text) == Fraction(value)


def test_letters_that_symbp_made_get_a_plain_name():
    made = Reduce("sum", [Binder("k·1")], at("x", "k·1") * at("y", "k"))
    assert spell(made) == "sum(l, x[l]*y[k])"


def test_a_bound_letter_that_hides_another_is_renamed():
    shadowing = total("k", at("x", "k") * total("k", at("y", "k")))
    text = spell(shadowing)
    assert text == "sum(k, x[k]*sum(l, y[l]))"
    named = name_letters(total("n", at("x", "n")), frozenset({"n"}))
    assert spell(named) != "sum(n, x[n])"
    assert named == total("n", at("x", "n"))


def test_names_can_be_replaced():
    text = spell(a * at("b", "n"), names=lambda access: "dL/db[n]" if access.indices else None)
    assert text == "a*dL/db[n]"


def test_equations_and_places():
    equation = Equation("y", (Binder("k"),), (index("k"),), total("k", at("x", "k")))
    assert spell_equation(equation) == "y[k] = sum(l, x[l])"
    assert spell_place(equation) == "`y[k] = sum(l, x[l])`"
    long = a
    for _ in range(100):
        long = Call("sin", (long + b,))
    assert spell_place(Equation("y", (), (), long)) == "`y = ...`"


def test_a_large_dag_is_named_without_being_unfolded():
    deep = a
    for _ in range(60):
        deep = deep * deep
    assert spell_place(Equation("y", (), (), deep)) == "`y = ...`"


def test_a_derivative_below_a_bar_or_raised_to_a_power_keeps_its_brackets():
    by_z = at("dL/dz", "n")
    assert spell(a / by_z) == "a/(dL/dz[n])"
    assert spell(a * by_z / b) == "a*dL/dz[n]/b"
    assert spell(Power(by_z, Number(2))) == "(dL/dz[n])^2"
    assert spell(Power(a, by_z)) == "a^(dL/dz[n])"
    assert spell(a / at("g"), lambda access: "dL/dz" if access.quantity == "g" else None) == (
        "a/(dL/dz)"
    )


def test_a_range_that_was_written_is_kept():
    for text in ("sum(j:n+1, x[n,j])", "sum(n, sum(j:n+1, x[n,j]))", "sum(j:N-1, x[n,j+1])"):
        made = Builder()
        parse_system(f"input x[n:N, j:N]; y[n] = 2*{text}", made)
        right = made.snapshot().author_equations[-1].right
        assert spell(right) == f"2*{text}"
