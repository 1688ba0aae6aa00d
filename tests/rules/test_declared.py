"""What declared words say of calls, branches, roots and powers; each row with a counterexample."""

import numpy as np
import pytest

from symbp.facts import VOCABULARY, words_implied
from symbp.interpreter import evaluate
from symbp.numerics.numbers import FLOAT64
from symbp.rules.declared import POWERS, TRUTHS, VALUES, declared
from symbp.spelling import spell
from tests.systems.cases import read

#: Numbers that have each word.
SAMPLES = {
    "positive": (1e-3, 0.7, 1.0, 5.0),
    "negative": (-1e-3, -0.7, -1.0, -5.0),
    "nonnegative": (0.0, 0.3, 4.0),
    "unit_interval": (0.01, 0.5, 0.99),
    "sign": (-1.0, 1.0),
    "binary": (0.0, 1.0),
}
ROWS = [
    ("positive", "abs(s)", "s"),
    ("negative", "abs(s)", "-s"),
    ("nonnegative", "abs(s*x^2)", "s*x^2"),
    ("unit_interval", "abs(1 - s)", "1 - s"),
    ("positive", "sign(s)", "1"),
    ("negative", "sign(s)", "-1"),
    ("unit_interval", "sign(s - 1)", "-1"),
    ("nonnegative", "sign(s)", "sign(s)"),  # 0 at 0
    ("positive", "sqrt(s^2)", "1*s"),
    ("negative", "sqrt(s^2)", "1*(-s)"),
    ("negative", "sqrt(s^4)", "1*s^2"),
    ("negative", "(s^3)^(1/3)", "(s^3)^(1/3)"),  # no root of what is negative
    ("nonnegative", "sqrt(s^2*x)", "sqrt(x)*s"),
    ("nonnegative", "(s^2*x)^(3/2)", "x^(3/2)*s^3"),
    ("positive", "sqrt(s*x)", "sqrt(s*x)"),  # no longer outside
    ("sign", "s^2", "1"),
    ("sign", "x*s^3", "x*s"),
    ("sign", "x/s", "x*s"),
    ("sign", "s^(1/2)", "s^(1/2)"),
    ("binary", "x*s^4", "x*s"),
    ("binary", "x/s^2", "x/s"),
    ("positive", "where(s > 0, x, 2*x)", "x"),
    ("positive", "where(0 > s, x, 2*x)", "2*x"),
    ("nonnegative", "where(s >= 0, x, 2*x)", "x"),
    ("nonnegative", "where(s > 0, x, 2*x)", "where(s > 0, x, 2*x)"),
    ("negative", "where(s <= 0, x, 2*x)", "x"),
    ("positive", "where(s == 0, x, 2*x)", "2*x"),
    ("positive", "where(s != 0, x, 2*x)", "x"),
    ("unit_interval", "x*[s < 1]", "x*1"),
    ("unit_interval", "x*[s > 2]", "x*0"),
]


@pytest.mark.parametrize(("word", "text", "wanted"), ROWS)
def test_a_word_shortens(word, text, wanted):
    system = read(f"input s: {word}; input x: positive; L = {text}")
    made = declared(system.author_equations[0].right, system.facts[0])
    assert spell(made) == spell(read(f"input s, x; L = {wanted}").author_equations[0].right)


@pytest.mark.parametrize(("word", "text", "wanted"), ROWS)
def test_what_a_word_makes_has_the_same_value(word, text, wanted):
    for s in SAMPLES[word]:
        sides = []
        for side in (text, wanted):
            with np.errstate(all="ignore"):
                found = evaluate(
                    read(f"input s, x; L = {side}"),
                    {"s": np.float64(s), "x": np.float64(1.7)},
                    FLOAT64,
                )
            sides.append(float(found["L"]))
        np.testing.assert_allclose(*sides, rtol=1e-14)


@pytest.mark.parametrize("text", [text for _, text, wanted in ROWS if text != wanted])
def test_nothing_is_shortened_without_a_word(text):
    system = read(f"input s: nonzero; input x: positive; L = {text}")
    right = system.author_equations[0].right
    assert declared(right, system.facts[0]) == right


def test_the_tables_speak_of_words_of_the_vocabulary_and_each_row_is_used():
    assert set(POWERS) <= set(VOCABULARY)
    assert "binary" in words_implied("one_hot")
    tried = " ".join(text for _, text, _ in ROWS)
    assert all(row.function in tried for row in VALUES)
    assert all(f" {relation} " in tried for relation in TRUTHS)
