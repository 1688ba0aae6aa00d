import pytest

from symbp.expressions import Power
from symbp.printers.drawing import to_svg
from tests.printers.ledgers import chain, network
from tests.printers.making import derived, one_equation, parsed, scalar

SPACE = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("make", [chain, network])
def test_it_is_svg_and_holds_its_words(make):
    root = parsed(to_svg(make()))
    width, height = (float(root.get(side)) for side in ("width", "height"))
    for text in root.iter(f"{SPACE}text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height


def test_vertices_do_not_cover_each_other():
    root = parsed(to_svg(network()))
    places = [(float(r.get("x")), float(r.get("y"))) for r in root.iter(f"{SPACE}rect")]
    assert len(set(places)) == len(places) > 5


def test_names_are_text():
    evil = "</text><script>alert(1)</script>"
    drawn = to_svg(one_equation("f", Power(scalar(evil), scalar(evil)), evil))
    assert "<script" not in drawn
    assert "href" not in drawn
    parsed(drawn)


def test_a_long_chain_is_drawn():
    text = "A0 = sin(X); " + "; ".join(f"A{n} = sin(A{n - 1})" for n in range(1, 400))
    assert to_svg(derived(text, "A399", "X")).count("<polygon") == 400


@pytest.mark.parametrize(("name", "make"), [("chain", chain), ("network", network)])
def test_golden(name, make, golden):
    golden(f"printers/{name}.svg", to_svg(make()))
