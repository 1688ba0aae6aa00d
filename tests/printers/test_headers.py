from symbp.printers.inline import piece_text
from symbp.printers.layout import lay_out
from symbp.printers.textmath import TextSetter
from tests.printers.ledgers import chain, network
from tests.printers.making import derived


def header(ledger, lang="en", title=None):
    document = lay_out(ledger, "full", lang, "2.", title)
    texts = TextSetter(document.notation)
    lines = [document.header.title, *document.header.lines]
    return ["".join(piece_text(p, texts) for p in line) for line in lines]


def test_the_header_of_a_chain():
    assert header(chain()) == [
        "Derivation 2. Chain X -> A -> B -> C -> D -> E; find dE/dX.",
        "Domain: X real, B > 0, C > 0, i.e. X < -2 or X > 0.",
        "Values at X = 2.",
    ]


def test_the_header_of_a_network():
    lines = header(network())
    assert "Indices: j = 0, ..., J-1; i = 0, ..., I-1; k = 0, ..., K-1; m = 0, ..., K-1." in lines
    assert "Parameter: W1[j,i] (J x I), b1[j] (J), W2[k,j] (K x J), b2[k] (K)." in lines
    assert "W1[j,i]: weight from i to j; W2[k,j]: weight from j to k." in lines
    assert "[k == m]: 1 if the condition holds, else 0." in lines
    assert "Assumption (H): sum(k, y[k]) = 1." in lines


def test_the_header_in_chinese():
    lines = header(network(), "zh")
    assert lines[0] == "推导 2。求 dL/dW1，dL/db1，dL/dW2，dL/db2。"
    assert "假设 (H)：sum(k, y[k]) = 1。" in lines


def test_a_title_is_text():
    assert header(chain(), title="R&D_100%")[0] == "Derivation 2. R&D_100%"


def test_long_chains_are_cut_in_the_title():
    text = "A0 = sin(X); " + "; ".join(f"A{n} = sin(A{n - 1})" for n in range(1, 30))
    assert header(derived(text, "A29", "X"))[0].count("->") < 12


def test_an_extent_of_one_is_no_range():
    ledger = derived("input x[n:1]; L = sum(n, x[n]^2)", "L", "x")
    assert "Indices: n = 0." in header(ledger)
