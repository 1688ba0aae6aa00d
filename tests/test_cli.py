"""The command line, word by word, in this process; tests/hostile has it in processes of its own."""

import io
import json
import os
import re
from fractions import Fraction

import pytest

from symbp import cli, facade
from symbp.errors import ParseError, SymbpError
from symbp.modelfiles import MAX_BYTES

CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"
NET = """
input  x[n:N, j:25]
param  W[j, k:2], b[k]
target y[n, k]
fact   sum(k, y[n,k]) = 1
z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
L      = -sum(n, k, y[n,k]*ln(p[n,k])) / N
"""


@pytest.fixture
def symbp(capsys):
    """`symbp(*words)`: exit code, output, messages."""

    def run(*words):
        code = cli.main(list(words))
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.symbp"
    path.write_text(NET, encoding="utf-8")
    return str(path)


@pytest.fixture
def stdin(monkeypatch):
    def put(data: bytes):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return put


# -- usage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["--help"], ["derive", "--help"], ["graph", "--help"], ["verify", "-h"]]
)
def test_help(symbp, words):
    code, out, err = symbp(*words)
    assert (code, err) == (0, "")
    assert out.startswith("usage: symbp")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["solve"],
        ["derive"],
        ["derive", "a.symbp", "-e", "A = X"],
        ["derive", "-e"],
        ["derive", "-e", "A = X", "--to", "pdf"],
        ["derive", "-e", "A = X", "--level", "9"],
        ["derive", "-e", "A = X", "--lang", "tlh"],
        ["derive", "-e", "A = X", "--unknown"],
        ["verify", "net.symbp"],
        ["verify", "net.symbp", "a", "b"],
        ["verify", "-e", "A = X", "net.symbp", "dA/dX = 1"],
    ],
)
def test_usage(symbp, words):
    code, out, err = symbp(*words)
    assert (code, out) == (2, "")
    assert "usage: symbp" in err
    assert "symbp: error: " in err


def test_usage_messages_are_safe_for_the_terminal(symbp):
    code, _, err = symbp("derive", "-e", "A = X", "--to", "\x1b[2J")
    assert code == 2
    assert "\x1b" not in err


# -- derive: what is read -------------------------------------------------------------------------


def test_a_chain(symbp):
    code, out, err = symbp("derive", "-e", CHAIN, "--at", "X=2")
    assert (code, err) == (0, "")
    assert "dE/dX" in out
    assert "A/(B*sqrt(C))" in out
    assert "0.2249" in out


def test_one_expression(symbp):
    code, out, _ = symbp("derive", "-e", "x^2 + y")
    assert code == 0
    assert "2*x" in out


def test_an_expression_takes_a_name_that_is_free(symbp):
    for text in ("y^2", "y*f", "y*f*g*h*u*v*w", "ｙ^2"):
        code, out, err = symbp("derive", "-e", text)
        assert code == 0, err
        assert "dy/dy" not in out
    # The name is not one that the words speak of.
    code, _, err = symbp("derive", "-e", "x^2", "--wrt", "y")
    assert code == 1
    assert "'y'" in err


def test_an_expression_may_begin_with_a_minus_sign(symbp):
    for words in (["-e", "-x^2"], ["--expression", "-x^2"], ["-e-x^2"], ["--expression=-x^2"]):
        code, out, _ = symbp("derive", *words)
        assert code == 0
        assert "-2*x" in out


def test_comparisons_do_not_make_a_system(symbp):
    code, out, _ = symbp("derive", "-e", "where(x >= 0, x, 2*x)")
    assert code == 0
    assert "dy/dx" in out


def test_a_system_file(symbp, net):
    code, out, err = symbp("derive", net)
    assert (code, err) == (0, "")
    assert "dL/dW[j,k]" in out
    assert "dL/db[k]" in out


def test_a_network_file(symbp, tmp_path):
    path = tmp_path / "net.toml"
    path.write_text('layers = [2, 3, 1]\nactivation = "tanh"\nloss = "squared_error"\n')
    code, out, err = symbp("derive", str(path))
    assert (code, err) == (0, "")
    assert "delta" in out or "δ" in out


def test_standard_input(symbp, stdin):
    stdin(CHAIN.encode())
    code, out, _ = symbp("derive", "-")
    assert code == 0
    assert "dE/dX" in out


def test_a_byte_order_mark_is_no_text(symbp, stdin):
    stdin(b"\xef\xbb\xbf" + CHAIN.encode())
    assert symbp("derive", "-")[0] == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"A = \xff", "not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "bytes"),
        (b"", "empty"),
        (b"A = X +", "line 1"),
    ],
)
def test_bad_standard_input(symbp, stdin, data, message):
    stdin(data)
    code, out, err = symbp("derive", "-")
    assert (code, out) == (1, "")
    assert message in err


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("missing.symbp", "cannot read"),
        ("missing.toml", "cannot read"),
        ("net.txt", "ends in .symbp"),
        ("net", "ends in .symbp"),
        ("folder.symbp", "cannot read"),
        ("a\x00.symbp", "no file name"),
    ],
)
def test_files_that_cannot_be_read(symbp, tmp_path, monkeypatch, file, message):
    (tmp_path / "folder.symbp").mkdir()
    monkeypatch.chdir(tmp_path)
    code, out, err = symbp("derive", file)
    assert (code, out) == (1, "")
    assert message in err


# -- derive: what is asked ------------------------------------------------------------------------


def test_of_and_wrt(symbp):
    code, out, _ = symbp("derive", "-e", CHAIN, "--of", "C", "--wrt", "A, X")
    assert code == 0
    assert "dC/dA" in out
    assert "dC/dX" in out
    assert "dE" not in out


@pytest.mark.parametrize("words", [["--of", "Q"], ["--wrt", "Q"], ["--at", "Q=1"], ["--wrt", ""]])
def test_names_that_do_not_occur(symbp, words):
    code, out, err = symbp("derive", "-e", CHAIN, *words)
    assert (code, out) == (1, "")
    assert err.startswith("symbp: error: ")
    assert len(err.splitlines()) <= 3


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["X=2"], {"X": Fraction(2)}),
        (["X=2,Y=1/3"], {"X": Fraction(2), "Y": Fraction(1, 3)}),
        (["X=-0.5", " Y = 1e3 "], {"X": Fraction(-1, 2), "Y": Fraction(1000)}),
        (["X=.25"], {"X": Fraction(1, 4)}),
    ],
)
def test_values(words, values):
    assert cli._values(words) == values


@pytest.mark.parametrize(
    "word",
    [
        *("X", "X=", "=2", "X=two", "X=nan", "X=inf", "X=1/0", "X=2,X=3", "X=2,", "X=__1"),
        *("X=1e9999", "X=" + "9" * 5000, "X=1_0", "X=٣", "X=0x10", "X=1e", "X=--1"),
    ],
)
def test_bad_values(word):
    with pytest.raises(ParseError, match="--at"):
        cli._values([word])


# -- derive: what is printed ----------------------------------------------------------------------


def test_formats(symbp):
    assert r"\frac" in symbp("derive", "-e", CHAIN, "--to", "latex")[1]
    assert "$" in symbp("derive", "-e", CHAIN, "--to", "markdown")[1]
    assert "<" in symbp("derive", "-e", CHAIN, "--to", "html")[1]
    assert "pass by pass" in symbp("derive", "-e", CHAIN, "--to", "report")[1]
    assert json.loads(symbp("derive", "-e", CHAIN, "--to", "json")[1])


def test_a_check_is_printed_on_request(symbp):
    assert "Check. 6 formulas proved" in symbp("derive", "-e", CHAIN, "--check")[1]
    assert "Check" not in symbp("derive", "-e", CHAIN)[1]


def test_language_level_and_numbering(symbp):
    result = symbp("derive", "-e", CHAIN, "--level", "result")[1]
    full = symbp("derive", "-e", CHAIN, "--level", "full")[1]
    assert len(result.splitlines()) < len(full.splitlines())
    assert "链式法则" in symbp("derive", "-e", CHAIN, "--lang", "zh")[1]
    assert re.search(r"\b7\.1\b", symbp("derive", "-e", CHAIN, "--numbering", "7.")[1])


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("chain.tex", r"\begin{document}"),
        ("chain.md", "$"),
        ("chain.txt", "dE/dX"),
        ("chain.JSON", "{"),
        ("chain.html", "<"),
    ],
)
def test_the_suffix_decides(symbp, tmp_path, name, inside):
    code, out, err = symbp("derive", "-e", CHAIN, "-o", str(tmp_path / name))
    assert (code, out, err) == (0, "", "")
    text = (tmp_path / name).read_text("utf-8")
    assert inside in text
    assert text.endswith("\n")


@pytest.mark.parametrize(("name", "start"), [("chain.svg", "<svg"), ("chain.dot", "digraph")])
def test_a_graph(symbp, tmp_path, name, start):
    code, out, err = symbp("graph", "-e", CHAIN, "--at", "X=2", "-o", str(tmp_path / name))
    assert (code, out, err) == (0, "", "")
    assert (tmp_path / name).read_text("utf-8").startswith(start)


def test_a_graph_goes_to_standard_output_as_svg(symbp):
    code, out, _ = symbp("graph", "-e", CHAIN, "--of", "C")
    assert (code, out[:4]) == (0, "<svg")
    assert out == symbp("graph", "-e", CHAIN, "--of", "C", "-o", "-")[1]


def test_a_graph_in_no_format_that_there_is(symbp, tmp_path):
    code, out, err = symbp("graph", "-e", CHAIN, "-o", str(tmp_path / "chain.png"))
    assert (code, out) == (1, "")
    assert "use one of .svg, .dot" in err
    assert list(tmp_path.iterdir()) == []


def test_to_wins_over_the_suffix(symbp, tmp_path):
    path = tmp_path / "chain.out"
    assert symbp("derive", "-e", CHAIN, "-o", str(path))[0] == 1
    assert not path.exists()
    assert symbp("derive", "-e", CHAIN, "-o", str(path), "--to", "text")[0] == 0
    assert "dE/dX" in path.read_text("utf-8")


def test_standard_output_by_name(symbp):
    assert symbp("derive", "-e", CHAIN, "-o", "-") == symbp("derive", "-e", CHAIN)


# -- verify ---------------------------------------------------------------------------------------


def test_a_true_claim(symbp, net):
    code, out, err = symbp("verify", net, "dL/dz[n,k] = (p[n,k] - y[n,k])/N")
    assert (code, err) == (0, "")
    assert out.startswith("proved")


def test_a_false_claim(symbp, net):
    code, out, _ = symbp("verify", net, "dL/dz[n,k] = (y[n,k] - p[n,k])/N")
    assert code == 1
    assert out.startswith("refuted")


def test_a_claim_about_a_text(symbp):
    assert symbp("verify", "-e", CHAIN, "dE/dX = A/(B*sqrt(C))")[0] == 0
    assert symbp("verify", "-e", CHAIN, "dE/dX = A/(B*C)")[0] == 1


def test_what_is_not_decided_has_its_own_code(symbp, monkeypatch):
    class Verdict:
        true = None

        def __str__(self):
            return "undecided"

    monkeypatch.setattr(facade, "verify", lambda *_: Verdict())
    assert symbp("verify", "-e", CHAIN, "dE/dX = A") == (3, "undecided\n", "")


def test_evidence_as_json(symbp, net, tmp_path):
    claim = "dL/dz[n,k] = (p[n,k] - y[n,k])/N"
    path = tmp_path / "verdict.json"
    code, out, _ = symbp("verify", net, claim, "--json", str(path))
    assert code == 0
    assert out.startswith("proved")
    assert json.loads(path.read_text("utf-8"))["verdict"] == "proved"
    code, out, _ = symbp("verify", net, claim, "--json", "-")
    assert json.loads(out)["verdict"] == "proved"


@pytest.mark.parametrize("claim", ["", "dL/dz[n,k]", "1 = = 2", "dL/dq[n] = 0", "# comment"])
def test_claims_that_cannot_be_read(symbp, net, claim):
    code, out, err = symbp("verify", net, claim)
    assert (code, out) == (1, "")
    assert err.startswith("symbp: error: ")


# -- what goes wrong ------------------------------------------------------------------------------


def failing(error):
    def fail(*_, **__):
        raise error

    return fail


def test_interruption(symbp, monkeypatch):
    monkeypatch.setattr(facade, "derive", failing(KeyboardInterrupt()))
    assert symbp("derive", "-e", CHAIN) == (130, "", "symbp: interrupted\n")


def test_a_mistake_of_ours_asks_for_debug(symbp, monkeypatch):
    monkeypatch.setattr(facade, "derive", failing(AssertionError("cannot be")))
    code, out, err = symbp("derive", "-e", CHAIN)
    assert (code, out) == (1, "")
    assert "cannot be" in err
    assert "--debug" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("error", [AssertionError("x"), SymbpError("x"), OSError("x")])
@pytest.mark.parametrize("words", [["--debug", "derive"], ["derive", "--debug"]])
def test_debug_shows_where(monkeypatch, error, words):
    monkeypatch.setattr(facade, "derive", failing(error))
    with pytest.raises(type(error)):
        cli.main([*words, "-e", CHAIN])


def test_a_reader_that_goes_is_no_error(monkeypatch):
    monkeypatch.setattr(facade, "derive", failing(BrokenPipeError()))
    monkeypatch.setattr(cli, "_close_quietly", lambda: None)
    assert cli.main(["derive", "-e", CHAIN]) == 0


def test_messages_name_where(symbp):
    code, _, err = symbp("derive", "-e", "A = X +* 2")
    assert code == 1
    assert "column" in err
    assert len(err.splitlines()) <= 3


def test_words_in_any_locale(symbp):
    word = os.fsdecode("σ = exp(θ)".encode())
    assert symbp("derive", "-e", word)[0] == 0


def test_compile_writes_a_file_of_kernels(symbp, net, tmp_path):
    place = tmp_path / "kernels.py"
    code, out, err = symbp("compile", str(net), "--dtype", "float32", "-o", str(place))
    assert (code, out, err) == (0, "", "")
    text = place.read_text("utf-8")
    assert "REAL = np.float32" in text
    assert "CACHE = False" in text
    code, out, _ = symbp("compile", str(net), "--cache", "--no-facts")
    assert code == 0
    assert "CACHE = True" in out
    assert "check_facts" not in out


def test_compile_refuses_another_suffix(symbp, net, tmp_path):
    code, _, err = symbp("compile", str(net), "-o", str(tmp_path / "kernels.txt"))
    assert code == 1
    assert "a file of kernels ends in .py" in err
    assert not (tmp_path / "kernels.txt").exists()
