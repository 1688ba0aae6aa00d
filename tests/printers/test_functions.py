import pytest

from symbp.expressions import Access, Call
from symbp.functions import FUNCTIONS
from symbp.printers import functions
from symbp.printers.latexmath import math_latex
from symbp.printers.notation import Notation
from symbp.printers.setting import Setter


def squeezed(latex):
    return "".join(c for c in latex if c not in " {}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_row_prints_as_its_table_says(name):
    row = FUNCTIONS[name]
    if row.arity[0] != 1:
        pytest.skip("the table writes one argument")
    written = math_latex(Setter(Notation.empty()).formula(Call(name, (Access("x"),))))
    expected = row.latex.format("x").replace(r"\left|", r"\lvert").replace(r"\right|", r"\rvert")
    assert squeezed(written) == squeezed(expected)


def test_several_arguments_stand_in_brackets():
    arguments = (Access("x"), Access("y"))
    assert math_latex(Setter(Notation.empty()).formula(Call("max", arguments))) == r"\max(x,y)"


def test_an_unknown_name_prints_upright():
    assert math_latex(functions.operator("foo", sigma=True)) == r"\operatorname{foo}"


def test_sigma_is_left_to_a_quantity_of_that_name():
    assert math_latex(functions.operator("sigmoid", sigma=False)) == r"\operatorname{sigmoid}"
