"""Names and titles that try to break out of what they are printed into, and places to write."""

import html.parser
import os
import re
from pathlib import Path

import pytest

import symbp as sb
from symbp.cli import main
from symbp.errors import OutputPathError
from symbp.files import write_text

CHAIN = "A = X + 1; B = A^2"
SCRIPT = "</script><script>alert(1)</script>"
TEX = r"R&D_100% #1 $x$ ~ ^ \ {}"


def chain():
    return sb.derive(sb.System(CHAIN))


def named(name):
    model = sb.System()
    model.let("f", model.input(name) ** 2)
    return sb.derive(model)


class Tags(html.parser.HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def title_in_html():
    page = chain().html(title=SCRIPT)
    assert "alert(1)" in page, "the title is shown, as text"
    assert "script" not in Tags(page).tags
    return page


def style_in_latex_name():
    model = sb.System()
    model.let("f", model.input("x", latex=r"\style{background:url(http://evil)}{x}") ** 2)
    page = sb.derive(model).html()
    assert not [value for _, value in Tags(page).attributes if "http" in value]
    assert "url(http" not in page
    return page


def title_in_latex():
    source = chain().latex(title=TEX, document=True)
    # In running text each special character stands escaped; formulas may use them.
    line = next(line for line in source.splitlines() if "R\\&D" in line)
    bare = re.sub(
        r"\\(textbackslash|textasciitilde|textasciicircum)(\{\}|\b)|\\[&%$#_{}]", "", line
    )
    assert not set("&%$#_~^") & set(bare), line
    return source


def code_in_markdown_name():
    return named("a|b`c").markdown()


def control_in_name():
    return named("x\x1b[2J\x1b]0;pwn\x07").text()


def address_in_graph_name():
    return named('a"]; b [URL="javascript:alert(1)').graph()


CALLS = {
    "out-001": title_in_html,
    "out-004": style_in_latex_name,
    "out-006": title_in_latex,
    "out-007": code_in_markdown_name,
    "out-009": control_in_name,
    "out-010": address_in_graph_name,
}


@pytest.mark.surface("html_report", "latex_output", "markdown_output", "terminal", "dot_output")
def test_output(case, judged):
    # A name that could break out is refused where it is declared: nothing else to sanitise.
    judged(
        {"error": "UnsafeInputError", **case, "outcome": "reject_or_sanitise"}, CALLS[case["id"]]
    )


def test_markdown_titles_keep_tables_whole():
    text = chain().markdown(title="a|b`c")
    assert "a|b`c" not in text


def test_control_characters_do_not_reach_the_terminal(capsys):
    code = main(["derive", "-e", "A = \x1b[2J + X"])
    out, err = capsys.readouterr()
    assert code == 1
    assert "\x1b" not in out + err
    assert r"\x1b" in err


# -- places to write ------------------------------------------------------------------------------


def derive_to(place, folder):
    """The exit code of a derivation written there, started in that folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return main(["derive", "-e", CHAIN, "-o", str(place), "--to", "text"])
    finally:
        os.chdir(before)


@pytest.fixture
def folder(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    return inner


@pytest.mark.surface("output_path")
def test_output_path(case, folder, capsys, message_is_short):
    toml = 'layers = [2, 1]\nloss = "squared_error"\n[output]\npath = "{}"\n'
    network = folder / "net.toml"
    from_file = {
        "path-002": "/etc/passwd",
        "path-003": "sub/../../x.py",
    }
    if case["id"] in from_file:
        network.write_text(toml.format(from_file[case["id"]]))
        code = main(["derive", str(network)])
    elif case["id"] == "path-001":
        # A person may write where the system lets them; a file may not.
        assert derive_to("../beside.txt", folder) == 0
        assert (folder.parent / "beside.txt").exists()
        network.write_text(toml.format("../beside.txt"))
        code = main(["derive", str(network)])
    elif case["id"] == "path-007":
        code = derive_to("x\x00.txt", folder)
    elif case["id"] == "path-008":
        assert derive_to("CON", folder) == 1
        code = derive_to("nul.txt", folder)
    else:
        assert case["id"] == "path-010"
        assert derive_to("-", folder) == 0
        assert "dB/dX" in capsys.readouterr().out
        return
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    message_is_short(err.rstrip("\n"))
    assert [p.name for p in folder.iterdir() if p != network] == []


@pytest.mark.parametrize("place", ["", "  ", "missing/x.txt", ".", "x/", "a" * 5000, "x\x00"])
def test_bad_places_are_refused(place, folder):
    before = Path.cwd()
    os.chdir(folder)
    try:
        with pytest.raises(OutputPathError):
            write_text(place, "text")
        assert not list(folder.iterdir())
    finally:
        os.chdir(before)


def test_a_refused_system_leaves_the_old_file(folder):
    old = folder / "old.txt"
    old.write_text("old")
    assert main(["derive", "-e", "A = (", "-o", str(old)]) == 1
    assert old.read_text() == "old"
    assert [p.name for p in folder.iterdir()] == ["old.txt"]
