from fractions import Fraction

import pytest

from symbp.errors import LimitExceeded, NameCollisionError, ParseError
from symbp.language.lexer import EXPRESSION, NUMPY, SYSTEM, number_of, tokenize
from symbp.language.sources import Source


def texts(text, dialect=EXPRESSION):
    return [token.text for token in tokenize(Source(text), dialect)][:-1]


def kinds(text, dialect=EXPRESSION):
    return [token.kind for token in tokenize(Source(text), dialect)][:-1]


def test_signs_are_read_longest_first():
    words = "a ** b * c // d <= e == f != g < h"
    assert texts(words.replace(" ", "")) == words.split()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("1e-3", Fraction(1, 1000)),
        ("2.50", Fraction(5, 2)),
        (".5", Fraction(1, 2)),
        ("3.", Fraction(3)),
        ("1E+2", Fraction(100)),
        ("007", Fraction(7)),
        ("0.1e1", Fraction(1)),
    ],
)
def test_numbers_are_exact(text, value):
    (token,) = tokenize(Source(text), EXPRESSION)[:-1]
    assert token.kind == "number"
    assert number_of(token) == value


@pytest.mark.parametrize(
    "text", ["1.5.2", "1__000", "1_000", "0x1F", "0b1", "0o7", "1..2", "1²", "1٣"]
)
def test_bad_numbers(text):
    with pytest.raises(ParseError, match="number"):
        tokenize(Source(text), EXPRESSION)


@pytest.mark.parametrize(
    "name", ["σ", "δ", "lambda", "self", "_1", "x′", "z″", "x̂", "变量", "θ1", "∂L", "Ωé"]
)
def test_names_of_any_script(name):
    assert kinds(name) == ["name"]


def test_names_are_compared_after_nfkc():
    assert texts("θ₁") == ["θ1"]
    assert texts("ｘ") == ["x"]
    with pytest.raises(NameCollisionError, match="one name"):
        texts("θ₁ + θ1")
    with pytest.raises(NameCollisionError):
        texts("φ + ϕ")


def test_the_spelling_of_the_author_is_kept():
    source = Source("θ₁ + x")
    tokenize(source, EXPRESSION)
    assert source.spellings == {"θ1": "θ₁", "x": "x"}


@pytest.mark.parametrize("text", ["²", "x²", "²" * 10, "xⁿ", "x⁻¹"])
def test_superscripts_are_refused(text):
    with pytest.raises(ParseError):
        texts(text)
    with pytest.raises(ParseError, match=r"\^2"):
        texts("x²")


@pytest.mark.parametrize(
    "text", ["½", "①", "x½", "😀", "a\u200bb", "\u202e", "\x00", "a\x1b", "€", "1٣"]
)
def test_other_characters_are_refused(text):
    with pytest.raises(ParseError):
        texts(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x := 3", "write `=`"),
        ("x; y", "one expression"),
        ("x # y", "one expression"),
        ("x.y", "attributes"),
        ("'x'", "quotes"),
        ('"x"', "quotes"),
        ("a & b", "`and`"),
        ("a − b", "`-`"),
        ("a × b", r"`\*`"),
        ("a ≤ b", "`<=`"),
        ("a @ b", "sum"),
        ("{x}", r"\( \)"),
        ("!a", "`not`"),
    ],
)
def test_signs_of_other_languages_get_a_hint(text, hint):
    with pytest.raises(ParseError, match=hint):
        texts(text)


def test_statements_end_at_semicolons_and_at_lines_outside_brackets():
    text = "a = (1 +\n 2) # no end; here\nb = 3; c = x[\n0]\r\nd"
    ends = [token.kind for token in tokenize(Source(text), SYSTEM)].count("end")
    assert ends == 3
    assert "end" not in kinds("a +\n b")


def test_a_byte_order_mark_and_wide_blanks_are_blanks():
    assert texts("\ufeffa\u00a0+\u3000b", SYSTEM) == ["a", "+", "b"]


def test_numpy_has_points_and_quotes_and_no_caret():
    assert kinds("x.T @ 'ij'", NUMPY) == ["name", "sign", "name", "sign", "quoted"]
    with pytest.raises(ParseError, match=r"\*\*"):
        texts("x^2", NUMPY)


def test_positions_are_those_of_the_text():
    tokens = tokenize(Source("ab  + 1.5"), EXPRESSION)
    assert [(t.position, t.after) for t in tokens] == [(0, 2), (4, 5), (6, 9), (9, 9)]


def test_long_names_are_refused():
    with pytest.raises(LimitExceeded, match="characters"):
        texts("x" * 201)
