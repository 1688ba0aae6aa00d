import pytest

from symbp.expressions import Power
from symbp.printers.markdown import print_markdown
from symbp.quantities import Quantity
from tests.printers.ledgers import chain, network
from tests.printers.making import bare, one_equation, scalar


def cells(line):
    return line.replace(r"\|", "").count("|")


@pytest.mark.parametrize("make", [chain, network])
def test_tables_are_whole(make):
    blocks = print_markdown(make()).split("\n\n")
    for block in blocks:
        lines = block.splitlines()
        if lines[0].startswith("|"):
            assert len({cells(line) for line in lines}) == 1, block


def test_bars_of_formulas_do_not_end_cells():
    ledger = one_equation("f", Power(scalar("x"), scalar("x")), "x")
    assert cells(print_markdown(ledger, title="a|b`c")) == 0
    assert bare(Quantity("x")) is not None


def test_titles_are_escaped():
    written = print_markdown(chain(), title="a|b`c *d* <b>")
    assert r"a\|b\`c \*d\* \<b\>" in written


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "make"), [("chain", chain), ("network", network)])
def test_golden(name, make, lang, golden):
    golden(f"printers/{name}_{lang}.md", print_markdown(make(), lang=lang))
