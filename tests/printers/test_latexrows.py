import re

from symbp.printers.latex import print_latex
from symbp.printers.latexrows import RowWriter, value_latex
from symbp.printers.layout import lay_out
from symbp.printers.phrases import Piece
from symbp.printers.values import Value
from tests.printers.ledgers import chain, network
from tests.printers.making import derived, scalar


def test_values():
    assert value_latex(Value("2", exact=True)) == "= 2"
    assert value_latex(Value("1.5", exact=False, power=-9)) == r"\approx 1.5 \cdot 10^{-9}"


def test_a_full_width_row_is_broken_before_its_terms():
    names = [f"x_{letter}" for letter in "abcdefghijklmnopqrst"]
    right = sum((scalar(n) ** 2 for n in names[1:]), scalar(names[0]) ** 2)
    text = "; ".join(["f = " + " + ".join(f"{n}^2" for n in names)])
    written = print_latex(derived(text, "f", names[0]))
    assert right.terms
    assert r"\begin{aligned}" in written
    assert re.search(r"\\\\ & \\quad \{\} \+ ", written)


def writer(ledger, lang="en", *, hanging=False):
    return RowWriter(lay_out(ledger, "full", lang, "1."), hanging=hanging)


def test_sentences_stand_in_text_or_in_math():
    pieces = [
        Piece("plain", "the constant "),
        Piece("node", -scalar("X")),
        Piece("plain", " & more"),
    ]
    rows = writer(chain())
    assert rows.sentence(pieces) == r"the constant $-X$ \& more"
    assert rows.sentence(pieces, in_math=True) == r"\text{the constant }{-X}\text{ \& more}"


def test_chinese_keeps_spaces_beside_formulas():
    pieces = [Piece("plain", "每个 "), Piece("node", scalar("X")), Piece("plain", " 都")]
    assert writer(chain(), "zh").sentence(pieces, in_math=True) == r"\text{每个\ }X\text{\ 都}"


def test_relations_that_do_not_fit_hang_below_each_other():
    rows = writer(network())
    rows.room = 1.0
    row = next(r for s in rows.document.sections for r in s.rows if r.number == "1.14")
    assert rows.row(row, (False, True)).count(r"\notag") == 1
    hanging = writer(network(), hanging=True)
    hanging.room = 1.0
    assert r"\rlap" in hanging.row(row, (False, True))
    assert hanging.row(row, (False, True)).count(r"\tag") == 1
