from symbp.printers.boxes import (
    Big,
    Digits,
    Fence,
    Fraction,
    Ident,
    Line,
    Operator,
    Over,
    Prose,
    Script,
    Sign,
)
from symbp.printers.latexmath import math_latex

X, K = Ident("x"), Ident("k")


def test_commands_keep_their_distance_from_letters():
    assert math_latex(Line((Operator("ln"), X))) == r"\ln x"
    assert math_latex(Line((Operator("ln"), Digits("2")))) == r"\ln2"
    assert math_latex(Line((Ident("δ"), X))) == r"\delta x"


def test_brackets_grow_with_what_they_hold():
    assert math_latex(Fence("(", ")", X)) == "(x)"
    assert math_latex(Fence("(", ")", Fence("[", "]", X))) == r"\bigl( [x]\bigr)"
    assert math_latex(Fence("(", ")", Fraction(X, K))) == r"\left( \frac{x}{k}\right)"


def test_operators_with_ranges():
    assert math_latex(Big("sum", K)) == r"\sum_{k} "
    assert math_latex(Big("prod", K, X)) == r"\prod_{k}^{x} "
    assert math_latex(Big("argmax", K)) == r"\operatorname*{argmax}_{k} "


def test_accents_scripts_and_bold():
    assert math_latex(Over(X, "overline")) == r"\overline{x}"
    assert math_latex(Script(X, K, Digits("2"))) == "x_{k}^{2}"
    assert math_latex(Ident("δ", bold=True)) == r"\boldsymbol{\delta}"
    assert math_latex(Digits("1", bold=True)) == r"\mathbf{1}"


def test_words_are_escaped():
    assert math_latex(Prose("50% & more_")) == r"\text{50\% \& more\_}"
    assert math_latex(Ident("a$b", roman=True)) == r"\mathrm{a\$b}"
    assert math_latex(Sign("{=}")) == r"\{=\}"
