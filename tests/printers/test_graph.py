import shutil
import subprocess

import pytest

from symbp.expressions import Power
from symbp.printers.graph import read_graph, to_dot
from tests.printers.ledgers import chain, network
from tests.printers.making import derived, one_equation, scalar


def test_the_graph_of_a_chain():
    graph = read_graph(chain())
    quantities = [v.lines for v in graph.vertices if v.kind == "quantity"]
    assert quantities[:2] == [("X", "2"), ("A", "3")]
    assert [v.lines[0] for v in graph.vertices if v.kind == "operator"] == [
        "+", "( )^2", "ln", "√", "-",
    ]  # fmt: skip
    labels = [arrow.label for arrow in graph.arrows if arrow.backward]
    assert labels == [
        "dA/dX = 1", "dB/dA = 6", "dC/dB = 0.1111", "dD/dC = 0.3373", "dE/dD = 1",
    ]  # fmt: skip


def test_derivatives_run_back_only_to_what_was_asked_for():
    graph = read_graph(derived("A = X*Y; B = sin(A) + Z", "B", "X"))
    ends = [arrow.end for arrow in graph.arrows if arrow.backward]
    assert ends == ["q:X", "q:A"]
    assert not [v for v in read_graph(derived("A = X; B = Y", "A", "X")).vertices if "Y" in v.lines]


def test_names_cannot_leave_their_strings():
    evil = 'a"]; b [URL="javascript:alert(1)'
    written = to_dot(one_equation("f", Power(scalar(evil), scalar(evil)), evil))
    bare = written.replace('\\"', "")
    inside = bare.split('"')[1::2]
    assert any("URL" in part for part in inside)
    assert "URL" not in "".join(bare.split('"')[0::2])


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("make", [chain, network])
def test_graphviz_reads_it(make):
    done = subprocess.run(
        ["dot", "-Tsvg"], input=to_dot(make()), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("name", "make"), [("chain", chain), ("network", network)])
def test_golden(name, make, golden):
    golden(f"printers/{name}.dot", to_dot(make()))
