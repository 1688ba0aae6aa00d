"""Facts in one word of Python."""

import pytest

from symbp.declarations import Builder
from symbp.errors import DeclarationError, ParseError
from symbp.facts import Fact
from symbp.language.factwords import fact_in_word


def built():
    builder = Builder()
    builder.declare("y", [("n", None), ("k", None)], "target")
    builder.declare("s", [], "parameter")
    return builder


@pytest.mark.parametrize(
    ("word", "name", "fact"),
    [
        ("positive", "s", Fact("positive", "s", ())),
        ("one_hot", "y", Fact("one_hot", "y", (1,))),
        ("one_hot(n)", "y", Fact("one_hot", "y", (0,))),
        (" simplex( k ) ", "y", Fact("simplex", "y", (1,))),
        ("symmetric", "y", Fact("symmetric", "y", ())),
    ],
)
def test_words(word, name, fact):
    assert fact_in_word(built(), word, name) == fact


@pytest.mark.parametrize("word", ["positiv", "", "one_hot(", 3, None, "x" * 500])
def test_unknown_words(word):
    with pytest.raises(ParseError, match="unknown fact"):
        fact_in_word(built(), word, "y")


@pytest.mark.parametrize(
    ("word", "name"), [("one_hot(q)", "y"), ("one_hot(n,k)", "y"), ("simplex", "s")]
)
def test_axes_that_are_not_there(word, name):
    with pytest.raises(DeclarationError, match="speaks of"):
        fact_in_word(built(), word, name)


def test_a_quantity_that_is_not_declared():
    with pytest.raises(DeclarationError, match="not declared"):
        fact_in_word(built(), "positive", "q")
