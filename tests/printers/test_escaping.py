import html

import pytest

from symbp.printers.escaping import (
    dot_text,
    html_text,
    markdown_text,
    terminal_text,
    tex_text,
)


def test_control_characters_are_shown():
    assert terminal_text("x\x1b[2J\x1b]0;pwn\x07") == r"x\x1b[2J\x1b]0;pwn\x07"
    assert terminal_text("a\u202eb") == r"a\u202eb"
    assert terminal_text("tab\tline\n") == r"tab\x09line\x0a"
    assert terminal_text("\U000e0041") == r"\U000e0041"
    assert terminal_text("δ 权重") == "δ 权重"


def test_the_ten_specials_of_tex():
    written = tex_text("\\{}$&#%_^~")
    for command in (r"\textbackslash{}", r"\{", r"\}", r"\$", r"\&", r"\#", r"\%", r"\_"):
        assert command in written
    assert tex_text("^~") == r"\textasciicircum{}\textasciitilde{}"


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "a\"b'c&d", "<!--"])
def test_html_has_no_mark_up(text):
    written = html_text(text)
    assert not set("<>\"'") & set(written)
    assert html.unescape(written) == text


def test_markdown_keeps_tables_and_code_spans():
    assert markdown_text("a|b`c") == r"a\|b\`c"
    assert markdown_text("[x](javascript:y)") == r"\[x\](javascript:y)"
    assert markdown_text("plain (1.7), text; fine.") == "plain (1.7), text; fine."


def test_dot_strings_cannot_be_left():
    assert dot_text('a"]; b [URL="x') == r"a\"]; b [URL=\"x"
    assert dot_text("\\") == r"\\"
