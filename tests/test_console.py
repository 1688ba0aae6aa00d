"""What reaches a terminal: no control character, nothing that its encoding lacks."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbp import console
from symbp.errors import ParseError


class Terminal(io.StringIO):
    """A stream with an encoding, as a terminal has one."""

    def __init__(self, encoding):
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self):
        return self._encoding


def test_control_characters_are_written_out():
    assert console.shown("x\x1b[2J\x1b]0;t\x07") == r"x\x1b[2J\x1b]0;t\x07"
    assert console.shown("a\rb\x9bc\x7f") == r"a\rb\x9bc\x7f"


def test_directions_cannot_be_turned():
    assert console.shown("a\u202eb\u2066c") == r"a\u202eb\u2066c"


def test_lines_tabs_and_letters_stay():
    assert console.shown("σ\tδ\n推导") == "σ\tδ\n推导"


def test_lone_surrogates_can_be_written():
    assert console.shown("a\udc80") == r"a\udc80"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dL/dσ ≈ 0.2", "dL/dsigma ~= 0.2"),
        ("Δ θ₁", r"Delta theta\u2081"),
        ("x ≥ 0 → √x", "x >= 0 -> sqrtx"),
        ("推", r"\u63a8"),
        ("A/B", "A/B"),
    ],
)
def test_greek_is_spelled_where_the_encoding_lacks_it(text, expected):
    assert console.in_ascii(text) == expected


def test_an_encoding_keeps_what_it_has():
    assert console.in_ascii("é σ", "latin-1") == "é sigma"
    assert console.in_ascii("σ", "utf-8") == "σ"


def test_written_text_ends_in_one_line_break():
    for text in ("a", "a\n"):
        stream = Terminal("utf-8")
        console.write(stream, text)
        assert stream.getvalue() == "a\n"


@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp1252", "utf-8"]))
def test_every_text_can_be_written_everywhere(text, encoding):
    stream = Terminal(encoding)
    console.write(stream, text)
    sent = stream.getvalue()
    sent.encode(encoding)
    assert not [c for c in sent if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cs"}]


def test_words_of_the_command_line_are_read_as_utf8_in_every_locale():
    assert console.argument("σ".encode().decode("ascii", "surrogateescape")) == "σ"
    assert console.argument("A = σ") == "A = σ"


def test_bytes_that_are_no_utf8_are_refused():
    with pytest.raises(ParseError, match="not UTF-8"):
        console.argument(b"\xff\xfe".decode("utf-8", "surrogateescape"))
