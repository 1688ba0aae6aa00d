import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp.declarations import Builder
from symbp.errors import (
    LimitExceeded,
    NameCollisionError,
    ParseError,
    ShapeError,
    SymbpError,
    UnknownNameError,
)
from symbp.facts import Fact
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate
from symbp.language.limits import Limits
from symbp.language.numpy_syntax import parse_numpy
from symbp.spelling import spell_equation
from tests.language.numpycases import read

GRAMMAR = Path(__file__).resolve().parents[2] / "docs" / "grammar.md"
NLL = "np.sum(np.log(s) + (x-m)**2/(2*s**2))"


def test_an_expression_becomes_a_system():
    system = read(NLL, {"x": ["N"], "m": [], "s": []}, params=["m", "s"], facts={"s": "positive"})
    assert [spell_equation(e) for e in system.author_equations] == [
        "L = sum(n, ln(s) + (x[n] - m)^2/(2*s^2))"
    ]
    assert {q.name: q.role for q in system.quantities.values() if not q.hidden} == {
        "x": "input",
        "m": "parameter",
        "s": "parameter",
        "L": "output",
    }
    assert system.facts == (Fact("positive", "s"),)


def test_definitions_come_first():
    system = read(
        "-np.sum(y*np.log(s))",
        {"z": ["n"], "y": ["n"]},
        defs={"e": "np.exp(z)", "s": "e/e.sum()"},
        facts={"y": "simplex"},
    )
    assert [e.target for e in system.author_equations] == ["e", "s", "L"]
    assert system.facts == (Fact("simplex", "y", (0,)),)
    assert all(a.letter != "n" for q in system.quantities.values() for a in q.axes)


def test_facts_of_claims_files():
    system = read(
        "np.sum(p*A)",
        {"p": ["n", "k"], "A": ["n", "k"], "S": [3, 3], "t": ["n"]},
        facts={
            "p": "simplex_rows",
            "A": "wide",
            "S": ["symmetric", "invertible"],
            "t": "class_ids:k",
        },
    )
    assert system.facts == (
        Fact("simplex", "p", (1,)),
        Fact("symmetric", "S"),
        Fact("invertible", "S"),
        Fact("class_ids", "t"),
    )
    assert system.quantity("t").kind == "integer"


def test_sizes_may_be_computed():
    system = read("np.sum(g)", {"x": ["k"], "w": ["p"], "g": ["k-p+1"]})
    k, p = IndexExpr.extent("k"), IndexExpr.extent("p")
    assert system.quantity("g").axes[0].extent == k - p + 1
    values = {"x": np.ones(5), "w": np.ones(2), "g": np.ones(4)}
    assert evaluate(system, values, extents={"k": 5, "p": 2})["L"] == 4


def test_size_one_is_a_size():
    system = read("np.sum(X@w)", {"X": ["N", 1], "w": [1]})
    values = {"X": np.array([[1.0], [2.0]]), "w": np.array([3.0])}
    assert evaluate(system, values, extents={"N": 2})["L"] == 9


def test_tensors_keep_their_axes():
    system = read("np.outer(x, x)", {"x": ["N"]})
    assert [a.extent for a in system.quantity("L").axes] == [IndexExpr.extent("N")] * 2
    assert len(set(system.quantity("L").letters)) == 2


@pytest.mark.parametrize("name", ["lambda", "σ", "N", "pi", "self", "e", "sum", "n", "i"])
def test_odd_names_of_variables(name):
    system = read(f"np.sum(x)*{name}", {"x": ["M", "K"], name: []})
    values = {"x": np.ones((2, 3)), name: np.array(2.0)}
    assert evaluate(system, values, extents={"M": 2, "K": 3})["L"] == 12


@pytest.mark.parametrize(
    ("text", "shapes", "more", "error"),
    [
        ("x", {"x": ["N"]}, {"params": ["q"]}, UnknownNameError),
        ("x", {"x": ["N"]}, {"facts": {"q": "positive"}}, UnknownNameError),
        ("x", {"x": ["N"]}, {"facts": {"x": "postive"}}, UnknownNameError),
        ("x", {"x": []}, {"facts": {"x": "simplex"}}, ShapeError),
        ("x", {"x": [0]}, {}, ShapeError),
        ("x", {"x": [-3]}, {}, ShapeError),
        ("x", {"x": ["N-N"]}, {}, ShapeError),
        ("x", {"x": [2.5]}, {}, ShapeError),
        ("x", {"x": [True]}, {}, ShapeError),
        ("x", {"x": ["N+"]}, {}, ParseError),
        ("x", {"x": ["sin(N)"]}, {}, ParseError),
        ("x", {"x": ["N; M"]}, {}, ParseError),
        ("x", {"x": ["9**9**9"]}, {}, LimitExceeded),
        ("x*N", {"x": ["N"], "N": []}, {}, NameCollisionError),
        ("L", {"L": []}, {}, NameCollisionError),
        ("x", {"x": []}, {"defs": {"x": "1"}}, NameCollisionError),
        ("x", {"x": []}, {"defs": {"L": "x"}}, NameCollisionError),
        ("np*2", {"np": []}, {}, NameCollisionError),
        ("x", {"x y": []}, {}, SymbpError),
        ("x", {"": []}, {}, SymbpError),
        ("x", {"x": [], "__import__('os')": []}, {}, SymbpError),
        ("a + ａ", {"a": []}, {}, NameCollisionError),
        ("", {"x": []}, {}, ParseError),
        ("9**9**9", {}, {}, LimitExceeded),
        ("+".join("x" * 60_000), {"x": []}, {}, LimitExceeded),
        ("x", {"x": []}, {"limits": Limits(characters=0)}, LimitExceeded),
    ],
)
def test_mistakes(text, shapes, more, error):
    with pytest.raises(error):
        read(text, shapes, **more)


SOUP = st.lists(
    st.sampled_from(
        [
            "x",
            "X",
            "w",
            "s",
            "t",
            "np.",
            "np.sum(",
            "np.exp(",
            "math.erf(",
            "np.where(",
            ".T",
            ".sum(",
            "axis=",
            "keepdims=True",
            "None",
            ":",
            "[",
            "]",
            "(",
            ")",
            ",",
            "+",
            "-",
            "*",
            "/",
            "@",
            "**",
            ">",
            "<=",
            "==",
            "0",
            "1",
            "-1",
            "0.5",
            "1e9",
            "N",
            "d",
            "np.pi",
            ".shape[0]",
            ".mean(",
            "float(",
            "np.eye(",
            "np.ones(",
            "np.diag(",
            ".astype(float)",
            "lambda",
            "not",
            "and",
            "'ij'",
            "^",
            "=",
            ";",
            "np.linalg.inv(",
            "np.arange(N)",
        ]
    ),
    max_size=25,
)


def refusal(read):
    """The message of the error that a reading raises; nothing where it succeeds."""
    try:
        read()
    except SymbpError as error:
        return str(error)
    return ""


@given(SOUP)
@settings(max_examples=300)
def test_a_soup_of_tokens_never_does_more_than_be_refused(tokens):
    shapes = {"x": ["N"], "X": ["N", "d"], "w": ["d"], "s": [], "t": ["N"]}
    text = "".join(tokens)
    facts = {"t": "class_ids"}
    message = refusal(partial(parse_numpy, text, shapes, Builder(), facts=facts))
    assert len(message.split("\n")) <= 3


@given(st.text(max_size=30))
@settings(max_examples=100)
def test_any_text_is_read_or_refused(text):
    assert len(refusal(partial(parse_numpy, text, {"x": ["N"], "s": []}, Builder()))) < 1000


@pytest.mark.parametrize(
    "text",
    [
        "(" * 99_000,
        "x" + ".T" * 8_000,
        "x" + "[None]" * 20_000,
        "x" + "@x" * 30_000,
        "-" * 99_000,
        "np.sum(" * 10_000,
        "x" + "**2" * 30_000,
        "x" + "[0]" * 20_000,
        "+".join("x" * 20_000),
        "np.exp(" * 150 + "x" + ")" * 150,
        "np.ones((" + "2," * 40_000 + "2))",
        "*".join("x" * 20_000),
        "x" + ".sum()" * 10_000,
    ],
)
def test_long_and_deep_texts_are_read_or_refused(text):
    assert len(refusal(partial(parse_numpy, text, {"x": ["N", "N"]}, Builder()))) < 1000


def test_every_example_in_the_grammar_document_is_read():
    (block,) = re.findall(r"```numpy\n(.*?)```", GRAMMAR.read_text(encoding="utf-8"), re.DOTALL)
    shapes = {"X": ["N", "d"], "w": ["d"], "y": ["N"], "z": ["N", "K"], "t": ["N"]}
    for line in block.splitlines():
        read(line, shapes, facts={"t": "class_ids"})
