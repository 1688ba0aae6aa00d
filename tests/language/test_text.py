import random
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from symbp.declarations import Builder
from symbp.errors import LimitExceeded, ParseError, SymbpError, UnknownNameError
from symbp.expressions import Access, Reduce
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate
from symbp.language.limits import Limits
from symbp.language.text import parse_claim, parse_expression, parse_facts, parse_system
from symbp.spelling import spell, spell_equation
from tests.strategies import random_system, seeds

GRAMMAR = Path(__file__).resolve().parents[2] / "docs" / "grammar.md"
WORDS = {"parameter": "param", "constant": "const"}


def declared(system):
    """The declarations and equations of a system as a text."""
    lines = []
    for q in system.given():
        axes = ", ".join(f"{a.letter}:{a.extent}" for a in q.axes)
        kind = f": {q.kind}" if q.kind != "real" else ""
        lines.append(f"{WORDS.get(q.role, q.role)} {q.name}{f'[{axes}]' if axes else ''}{kind}")
    return "\n".join([*lines, *(spell_equation(e) for e in system.author_equations)])


# -- what is written is read back ------------------------------------------------------------------


@given(seeds(), st.booleans())
@settings(max_examples=60)
def test_a_random_system_is_read_back_with_the_same_values(seed, kinks):
    system, values = random_system(random.Random(seed), kinks=kinks)
    builder = Builder()
    parse_system(declared(system), builder)
    again = builder.snapshot()
    extents = {"N": len(values["x"]), "J": len(values["W"]), "K": len(values["b"])}
    first = evaluate(system, values, extents=extents)
    second = evaluate(again, values, extents=extents)
    for equation in system.author_equations:
        name = equation.target
        np.testing.assert_allclose(first[name], second[name], rtol=1e-9, atol=1e-12)


@given(seeds(), st.booleans())
@settings(max_examples=60)
def test_spelling_what_was_read_and_reading_it_again_changes_nothing(seed, kinks):
    system, _ = random_system(random.Random(seed), kinks=kinks)
    for equation in system.author_equations:
        text = spell(equation.right)
        once = parse_expression(text, system, letters=equation.letters)
        twice = parse_expression(spell(once), system, letters=equation.letters)
        assert once == twice, f"{text} -> {spell(once)}"


TEXTS = [
    "a - (b - c)",
    "-(a + b)*c",
    "(-2)*a",
    "a*(-2)",
    "-2^2",
    "(-2)^2",
    "2^-x",
    "2^(-x)",
    "1/2*a",
    "a/(1/2)",
    "(1/3)^a",
    "0.05*a",
    "1e-3 + a",
    "a/(b*c)",
    "a/(b/c)",
    "(a/b)/c",
    "a^b^c",
    "(a^b)^c",
    "a - -b",
    "a + -2",
    "--a",
    "-(-(a - b))",
    "(a)",
    "1/a/b",
    "4/2",
    "-(a*b)/c",
    "-a^2*b",
    "pi*a",
    "where(a < b and not (b < c or c < a), a, -b)",
    "[a == b]*c",
    "max(a, b, -c)",
    "log(a, 2)",
    "sin(a)^2 + cos(a)^2",
    "a*(b + c)",
    "(a + b)^2/2",
    "ln(1 + exp(-a))",
    "1 - 1/2",
    "-1/2",
    "-1/2*a",
    "2/3/a",
    "(1 - a)*-b",
    "a*b*-c",
    "0*a",
    "elu(a)",
    "not_a + nota",
    "a^(1/2)",
    "a^-1",
]


@pytest.mark.parametrize("text", TEXTS)
def test_each_form_is_stable(text):
    once = parse_expression(text, Builder())
    assert parse_expression(spell(once), Builder()) == once


INDEXED = [
    "sum(k, z[n,k])*z[n,0]",
    "sum(n, k, z[n,k]^2)/N",
    "max(k, z[n,k]) - min(k, n, z[n,k])",
    "z[n, t[n]]",
    "z[N-1, 2]",
    "z[(2*n)//3, n % 3]",
    "sum(l, [l == t[n]]*z[n,l])",
    "where(n < 2, z[n,0], z[n,1])",
    "where(n + 1 <= N - 1 and t[n] != 0, 1, 2)",
    "n + 1",
    "N*n/2",
    "exp(z[n,k])/sum(k, exp(z[n,k]))",
    "prod(n, sum(k, z[n,k]))",
    "-sum(k, z[n,k])^2",
    "t[n]*2",
    "argmax(k, z[n,k])",
    "mean(k, z[n,k])",
    "n // 2 + 1",
    "[n == 0 or n == 1]",
    "c*z[c, 0]",
]


@pytest.mark.parametrize("text", INDEXED)
def test_each_indexed_form_is_stable(text):
    builder = Builder()
    parse_system("input z[n:N, k:3]\ninput t[n]: class_ids\nconst c: integer; L = 1", builder)
    system = builder.snapshot()
    once = parse_expression(text, system, letters=("n", "k"))
    assert parse_expression(spell(once), system, letters=("n", "k")) == once


# -- no input does harm ----------------------------------------------------------------------------

SOUP = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            "c",
            "x",
            "y",
            "z",
            "n",
            "k",
            "N",
            "W",
            "input",
            "param",
            "target",
            "fact",
            "index",
            "state",
            "sum",
            "prod",
            "max",
            "min",
            "mean",
            "where",
            "exp",
            "ln",
            "sigmoid",
            "and",
            "or",
            "not",
            "pi",
            "d",
            "dL/dz[n]",
            "d^2L/dX^2",
            "θ₁",
            "θ1",
            "σ",
            "0",
            "1",
            "2",
            "0.5",
            "1e9",
            "1e-9",
            "9**9",
            "+",
            "-",
            "*",
            "/",
            "^",
            "**",
            "//",
            "%",
            "(",
            ")",
            "[",
            "]",
            ",",
            ":",
            ";",
            "=",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "#",
            "\n",
            ":=",
            ".",
            "'",
            "@",
            "2x",
            "one_hot(k)",
            "positive",
            "x[n:N]",
            "x[n,k]",
            "t[n]",
            "x[i+1]",
            "[i",
            "==",
            "j]",
            "argmax",
        ]
    ),
    max_size=30,
)
SEPARATORS = st.sampled_from(["", " "])
KNOWN = "input x[n:N, k:3], s; param W[k]; input t[n]: class_ids; z[n] = sum(k, x[n,k]*W[k])"


def refusal(read):
    """The message of the error that a reading raises; nothing where it succeeds."""
    try:
        read()
    except SymbpError as error:
        return str(error)
    return ""


def try_all(text):
    """Read a text in every way; only errors of symbp may come out, with messages of few lines."""
    builder = Builder()
    parse_system(KNOWN, builder)
    ways = (
        lambda: parse_expression(text, Builder()),
        lambda: parse_expression(text, builder),
        lambda: parse_claim(text, builder.snapshot()),
        lambda: parse_claim("dz[n]/dW[k]", builder.snapshot(), text),
        lambda: parse_facts(text, builder),
        lambda: parse_system(text, Builder()),
        lambda: parse_system(text, builder),
    )
    for way in ways:
        message = refusal(way)
        assert len(message.split("\n")) <= 3, message
        assert len(message) < 1000


@given(SOUP, SEPARATORS)
@settings(max_examples=150)
def test_a_soup_of_tokens_never_does_more_than_be_refused(tokens, separator):
    try_all(separator.join(tokens))


@given(st.text(max_size=40))
@settings(max_examples=150)
@example("\x00")
@example("\ud800")
@example("a\u2028b")
def test_any_text_is_read_or_refused(text):
    try_all(text)


@given(seeds(), st.data())
@settings(max_examples=60)
def test_a_damaged_system_is_read_or_refused(seed, data):
    text = KNOWN + "\nfact s > 0; L = sum(n, (z[n] - max(x[n,0], 0))^2)/N"
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 5))
    insert = data.draw(st.text("()[]=;:,+-*/^ \nnkxsum0", max_size=3))
    try_all(text[:start] + insert + text[start + length :])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 99_999,
        "[" * 99_999,
        "-" * 99_999,
        "x[" * 49_999,
        "sin(" * 49_999,
        "not " * 49_999,
        "x" + "^x" * 49_999,
        "x" + "**-x" * 33_000,
        "sum(k," * 30_000,
        "where(" * 49_999,
        "x" + "[0]" * 30_000,
        "a<" * 49_999,
        "d^2" * 30_000,
        "x" + "/x" * 49_999,
        "9" * 5000,
        "x+" * 49_999 + "x",
        "max(x,x[" * 10_000,
        ",".join("x" * 40_000),
        "a" * 300_000,
        "max(" + "x," * 49_000 + "x)",
        "x" + " and x" * 49_000,
        "=" * 99_999,
        "\n" * 99_999,
    ],
)
def test_long_and_deep_texts_are_read_or_refused(text):
    for read in (parse_expression, parse_system):
        assert len(refusal(partial(read, text, Builder()))) < 1000


def test_ten_thousand_terms():
    text = "+".join(f"x{i}" for i in range(10000))
    assert len(parse_expression(text, Builder()).terms) == 10000


def test_a_long_chain_of_equations_is_read():
    text = "\n".join(f"x{i + 1} = sin(x{i})*x{i} + 1" for i in range(3000))
    builder = Builder()
    parse_system(text, builder)
    assert [q.name for q in builder.quantities.values() if q.given] == ["x0"]


# -- the ways in -----------------------------------------------------------------------------------


def test_one_expression_declares_its_inputs():
    builder = Builder()
    made = parse_expression("x^2 + y", builder)
    builder.define("f", [], made)
    system = builder.snapshot()
    assert [q.name for q in system.given("input")] == ["x", "y"]
    with pytest.raises(UnknownNameError):
        parse_expression("x + q", system)


def test_an_expression_that_is_refused_declares_nothing():
    builder = Builder()
    with pytest.raises(ParseError):
        parse_expression("x + sin(x, y)", builder)
    assert not builder.quantities


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "empty"),
        ("  \t ", "empty"),
        ("x = 1", "belongs into a system"),
        ("x; y", "one expression"),
        ("x # y", "one expression"),
        ("x[0]", "`x` has no axes"),
        ("x == x", "where"),
    ],
)
def test_one_expression_is_not_a_system(text, hint):
    with pytest.raises(ParseError, match=hint):
        parse_expression(text, Builder())


def test_free_letters_are_those_given_or_those_between_brackets():
    builder = Builder()
    parse_system("input x[n:N]; param w[n]", builder)
    assert parse_expression("x[m]*m", builder).free == {"m"}
    with pytest.raises(SymbpError):
        parse_expression("x[m]", builder, letters=("n",))


def test_a_claim_in_one_text_or_in_two():
    builder = Builder()
    parse_system("input x[n:N, j:3], w[j]; y[n] = sum(j, x[n,j]*w[j]); L = sum(n, y[n]^2)", builder)
    system = builder.snapshot()
    one = parse_claim("dL/dw[j] = sum(n, 2*y[n]*x[n,j])", system)
    two = parse_claim("dL/dw[j]", system, "sum(n, 2*y[n]*x[n,j])")
    assert one == two
    assert one.letters == ("j",)
    assert one.subject.by == ("w",)
    assert isinstance(one.right, Reduce)
    plain = parse_claim("y[n] = sum(j, x[n,j]*w[j])", system)
    assert plain.subject is None
    assert plain.left == Access("y", [IndexExpr.letter("n")])


@pytest.mark.parametrize(
    "text", ["", "dL/dw[j]", "dL/dw[j] =", "= 1", "a = b = c", "dL/dw[j] = x[n,j]", "L = 1; L = 2"]
)
def test_claims_that_are_refused(text):
    builder = Builder()
    parse_system("input x[n:N, j:3], w[j]; L = sum(n, j, x[n,j]*w[j])", builder)
    with pytest.raises(SymbpError):
        parse_claim(text, builder.snapshot())


def test_limits_reach_every_way_in():
    tight = Limits(tokens=2)
    builder = Builder()
    for read in (parse_expression, parse_system, parse_claim, parse_facts):
        with pytest.raises(LimitExceeded):
            read("a = b + c", builder, limits=tight)


# -- the document ----------------------------------------------------------------------------------


def complete(text):
    builder = Builder()
    parse_system(text, builder)
    return builder.snapshot()


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", GRAMMAR.read_text(encoding="utf-8"), re.DOTALL)


def test_every_system_in_the_grammar_document_is_read():
    systems = blocks("symbp")
    assert len(systems) >= 5
    for text in systems:
        complete(text)


def test_every_mistake_in_the_grammar_document_is_refused_as_it_says():
    lines = [line for text in blocks("refused") for line in text.splitlines() if line.strip()]
    assert len(lines) >= 10
    for line in lines:
        text, _, error = line.partition("    ")
        with pytest.raises(SymbpError) as caught:
            complete(text)
        assert type(caught.value).__name__ == error.strip(), line


def test_every_expression_in_the_grammar_document_is_read():
    lines = [line for text in blocks("expression") for line in text.splitlines() if line.strip()]
    assert lines
    system = complete(blocks("symbp")[0])
    for line in lines:
        parse_expression(line.partition("    ")[0], system, letters=("n", "j", "k"))
