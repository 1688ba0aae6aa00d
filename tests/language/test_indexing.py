import pytest

from symbp.errors import (
    DeclarationError,
    MathError,
    ParseError,
    ShapeError,
    UnknownNameError,
)
from symbp.indices import IndexExpr
from symbp.language.indexing import Indexing, as_number
from symbp.language.lexer import EXPRESSION
from symbp.language.reading import TextReader
from symbp.language.scopes import Scope
from symbp.language.sources import Source
from symbp.language.syntax import run
from symbp.quantities import Axis, Quantity

N = IndexExpr.extent("N")
QUANTITIES = (
    Quantity("t", (Axis("n", N),), kind="integer"),
    Quantity("x", (Axis("n", N),)),
    Quantity("c", kind="integer"),
    Quantity("s"),
)


def read(text, bound=("i", "j")):
    source = Source(text)
    reader = TextReader(source, EXPRESSION)
    tree = run(reader.expression())
    indexing = Indexing(Scope(source, QUANTITIES), ())
    return run(indexing.index(tree, bound)), indexing.is_index(tree, bound)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("i", "i"),
        ("2*i + j - 1", "2*i+j-1"),
        ("N - 1 - i", "N-i-1"),
        ("(i + N)*(i - N)", "i*i-N*N"),
        ("t[i]", "t[i]"),
        ("t[t[i]]", "t[t[i]]"),
        ("c + 1", "c+1"),
        ("i // 2", "((i)//2)"),
        ("(i + 1) % 3", "((i+1)%3)"),
        ("7 // 2", "3"),
        ("-i", "-i"),
        ("2^3*i", "8*i"),
        ("0*i", "0"),
    ],
)
def test_index_expressions(text, spelled):
    made, is_index = read(text)
    assert str(made) == spelled
    assert is_index == ("^" not in text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("i/2", ParseError),
        ("1.5", ParseError),
        ("1e1", ParseError),
        ("i // j", ParseError),
        ("i // -2", ParseError),
        ("i // 0", MathError),
        ("i^j", ParseError),
        ("sin(i)", ParseError),
        ("[i == j]", ParseError),
        ("q", UnknownNameError),
        ("n", DeclarationError),
        ("t", ShapeError),
        ("t[i,j]", ShapeError),
        ("c[i]", ShapeError),
    ],
)
def test_what_is_no_index_is_refused(text, error):
    with pytest.raises(error, match="column"):
        read(text)


def test_real_quantities_are_told_from_whole_ones():
    assert not read("x[i] + 1")[1]
    assert not read("s")[1]


def test_numbers_of_index_expressions():
    assert repr(as_number(IndexExpr.integer(3))) == "Number(Fraction(3, 1))"
    assert as_number(N).index == N
