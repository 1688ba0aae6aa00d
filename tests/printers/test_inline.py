import pytest

from symbp.facts import Fact
from symbp.indices import IndexExpr
from symbp.printers.inline import piece_box, piece_text, runs
from symbp.printers.latexmath import math_latex
from symbp.printers.notation import Notation
from symbp.printers.phrases import Piece
from symbp.printers.setting import PLAIN, Setter
from symbp.printers.textmath import TextSetter
from tests.printers.ledgers import at, network

NOTATION = Notation(network())
SETTER, TEXTS = Setter(NOTATION), TextSetter(NOTATION)
J = IndexExpr.extent("J")

PIECES = [
    (Piece("node", at("W2", "k", "j")), "W_{kj}^{(2)}", "W2[k,j]"),
    (Piece("letter", "k"), "k", "k"),
    (Piece("index", 0), "0", "0"),
    (Piece("index", J - 1), "J{-}1", "J-1"),
    (Piece("index", "m"), "m", "m"),
    (Piece("name", "W1"), "W^{(1)}", "W1"),
    (Piece("name", "delta2"), r"\delta^{(2)}", "delta2"),
    (Piece("function", "tanh"), r"\tanh", "tanh"),
    (Piece("fact", Fact("positive", "L")), "L>0", "L: positive"),
    (Piece("sign", "="), "=", " = "),
    (Piece("digits", "2"), "2", "2"),
    (Piece("bar", "L"), r"\overline{L}", "L_bar"),
    (Piece("slope", ("L", "h")), r"\partial L/\partial h", "dL/dh"),
    (Piece("real", "L"), r"L\in\mathbb{R}", "L real"),
    (Piece("arrows", ("L", "…", "h")), r"L\to\dots\to h", "L -> ... -> h"),
    (Piece("range", ("j", IndexExpr.integer(0), J)), r"j=0,\dots,J{-}1", "j = 0, ..., J-1"),
    (Piece("shape", (J, IndexExpr.integer(2))), r"J\times2", "J x 2"),
]


@pytest.mark.parametrize(("piece", "latex", "text"), PIECES, ids=lambda p: getattr(p, "kind", ""))
def test_pieces_in_both_readings(piece, latex, text):
    assert math_latex(piece_box(piece, SETTER, PLAIN)) == latex
    assert piece_text(piece, TEXTS) == text


def test_words_are_no_formulas():
    assert piece_box(Piece("plain", "by"), SETTER, PLAIN) is None
    assert piece_text(Piece("text", "a\x1bb"), TEXTS) == r"a\x1bb"


def test_neighbours_of_one_sort_are_joined():
    pieces = [Piece("plain", "only "), Piece("letter", "k"), Piece("sign", "="), Piece("index", 0)]
    found = runs(pieces, SETTER, PLAIN)
    assert [run.text for run in found] == ["only ", ""]
    assert math_latex(found[1].box) == "k=0"


def test_an_unknown_kind_is_our_mistake():
    with pytest.raises(AssertionError, match="nonsense"):
        piece_box(Piece("nonsense", 1), SETTER, PLAIN)
