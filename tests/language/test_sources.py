import pytest

from symbp.errors import LimitExceeded, MathError, ParseError
from symbp.language.limits import Limits
from symbp.language.sources import Source, visible


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_and_columns_count_from_one(line_end):
    source = Source(f"ab{line_end}cde")
    assert source.locate(0) == (1, 1)
    assert source.locate(2) == (1, 3)
    assert source.locate(2 + len(line_end)) == (2, 1)
    assert source.locate(len(source.text)) == (2, 4)


def test_a_message_shows_the_line_with_a_caret():
    error = Source("a = 1\nb = 1/0").fail(MathError, "division by zero", 11)
    assert str(error) == "division by zero (line 2, column 6)\n  b = 1/0\n       ^"


def test_a_parse_error_carries_its_place():
    error = Source("a\nbc").fail(ParseError, "what", 3)
    assert (error.line, error.column) == (2, 2)


def test_long_lines_are_cut_around_the_place():
    error = Source("x" * 5000 + "?" + "y" * 5000).fail(ParseError, "what", 5000)
    _, line, caret = str(error).split("\n")
    assert len(line) < 100
    assert line[len(caret) - 1] == "?"


def test_control_characters_are_not_sent_to_a_terminal():
    error = Source("x\x1b[2J\u202e + ?").fail(ParseError, "what", 9)
    assert "\x1b" not in str(error)
    assert "\u202e" not in str(error)
    assert visible("\x1b\t\u202e") == "\\x1b \\u202e"


def test_only_text_of_a_bounded_length_is_taken():
    with pytest.raises(LimitExceeded, match="`characters`"):
        Source("x" * 11, Limits(characters=10))
    for wrong in (None, 3, b"x", ["x"]):
        with pytest.raises(ParseError, match="text is expected"):
            Source(wrong)


def test_no_line_is_shown_of_an_empty_text():
    assert str(Source("").fail(ParseError, "empty", 0)) == "empty (line 1, column 1)"
