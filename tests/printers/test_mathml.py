import pytest

from symbp.printers.boxes import (
    Big,
    Cases,
    Digits,
    Fence,
    Fraction,
    Framed,
    Ident,
    Line,
    Operator,
    Over,
    Prose,
    Root,
    Script,
    Sign,
)
from symbp.printers.mathml import math_html
from tests.printers.making import parsed

X, K = Ident("x"), Ident("k")
BOXES = [
    X,
    Digits("2"),
    Operator("ln"),
    Sign("+"),
    Sign("=", tight=True),
    Sign("\u2009"),
    Prose("if "),
    Line((X, Sign("+"), K)),
    Script(X, K, Digits("2")),
    Script(X, K),
    Script(X, None, K),
    Over(X, "overline"),
    Fraction(X, K),
    Root(X),
    Big("sum", K),
    Big("prod", K, X),
    Big("argmax", K),
    Fence("(", ")", X),
    Cases((X, K), (X, Prose("otherwise"))),
    Framed(X),
    Ident("W", bold=True),
]


@pytest.mark.parametrize("box", BOXES, ids=lambda box: type(box).__name__)
def test_every_box_is_well_formed(box):
    parsed(math_html(box))
    parsed(math_html(box, display=True))


@pytest.mark.parametrize("leaf", [Ident, Digits, Operator, Sign, Prose])
def test_every_leaf_is_escaped(leaf):
    evil = '</mi></math><script>alert("1")</script>'
    written = math_html(leaf(evil))
    assert "<script" not in written
    assert "".join(parsed(written).itertext()) == evil


def test_brackets_grow_only_around_tall_things():
    assert 'stretchy="false"' in math_html(Fence("(", ")", X))
    assert 'stretchy="true"' in math_html(Fence("(", ")", Fraction(X, K)))
