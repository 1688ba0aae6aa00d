"""Inputs, and sums of layers."""

from __future__ import annotations

import pytest

from symbp.errors import DeclarationError, ShapeError
from symbp.layers.activations import Activation
from symbp.layers.dense import Dense
from symbp.layers.inputs import Add, Input
from symbp.layers.networks import assemble
from symbp.spelling import spell_equation


def system(*layers, **options):
    return assemble(layers, [], **options).snapshot()


def test_an_input_is_declared_with_a_row_a_sample():
    quantity = system(Input("x", 2), Dense(1)).quantity("x")
    assert quantity.role == "input"
    assert [(a.letter, str(a.extent)) for a in quantity.axes] == [("n", "N"), ("j", "2")]


def test_inputs_with_no_and_with_several_axes():
    scalar = system(Input("x"), Dense(2))
    assert spell_equation(scalar.equations[0]) == "o[n,k] = x[n]*W[k] + b[k]"
    image = system(Input("x", 5, "H"), Dense(2))
    (equation,) = image.author_equations
    assert spell_equation(equation) == "o[n,k] = sum(i, j, x[n,i,j]*W[i,j,k]) + b[k]"


def test_a_skip_connection():
    first = Input("x", 4)
    hidden = Dense(4, "tanh", input=first)
    made = system(first, hidden, Add(hidden, first), Dense(1))
    lines = [spell_equation(equation) for equation in made.author_equations]
    assert "s1[n,j] = h1[n,j] + x[n,j]" in lines


def test_a_sum_at_the_end_is_the_output():
    first = Input("x", 4)
    made = system(Add(Activation("relu", input=first), first))
    assert [equation.target for equation in made.author_equations] == ["h", "o"]


def test_sums_of_different_sizes():
    first = Input("x", 4)
    with pytest.raises(ShapeError, match=r"\(3\) and \(4\) differ"):
        system(Add(Dense(3, input=first), first))
    with pytest.raises(DeclarationError, match="two"):
        Add(first)


def test_more_axes_than_letters():
    with pytest.raises(Exception, match="letters"):
        system(Input("x", *[2] * 20), Dense(1))
