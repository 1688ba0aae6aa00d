from symbp.printers.latexmath import math_latex
from symbp.printers.layout import lay_out
from symbp.printers.rows import left_box, row_box
from symbp.printers.setting import Setter
from tests.printers.ledgers import chain, network


def shown(ledger):
    document = lay_out(ledger, "full", "en", "1.")
    setter = Setter(document.notation)
    rows = [row for section in document.sections for row in section.rows]
    return {row.number: (row, setter, math_latex(row_box(row, setter))) for row in rows}


def test_rows_as_one_formula():
    rows = shown(network())
    assert rows["1.11"][2] == (
        r"\delta_{k}^{(2)}:=\frac{\partial L}{\partial z_{k}^{(2)}}=\boxed{p_{k}-y_{k}}"
    )
    assert rows["1.10"][2] == "=p_{m}-y_{m}"
    row, setter, _ = rows["1.10"]
    assert left_box(row, setter) is None


def test_sensitivities_are_bars():
    assert shown(chain())["1.12"][2] == (
        r"\overline{C}=\overline{D}\,\frac{\mathrm{d}D}{\mathrm{d}C}=\frac{1}{2\sqrt{C}}"
    )
