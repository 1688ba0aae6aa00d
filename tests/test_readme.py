"""The README is true: its example prints what it says, and its commands are the real ones."""

import contextlib
import io
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from symbp.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(kind):
    """Fenced blocks of a kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands():
    """Lines of the README that are to be pasted into a shell."""
    return [
        line.removeprefix("$ ")
        for block in blocks("console")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]


def run(source):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102
    return out.getvalue()


def test_the_readme_begins_with_a_short_example():
    first = blocks("python")[0]
    assert README.index("```python") < 600
    assert len([line for line in first.splitlines() if line.strip()]) <= 12


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_examples_print_what_stands_below_them(number):
    # Each block of Python is followed by a block of text with everything that it prints.
    source = blocks("python")[number]
    after = README.split(f"```python\n{source}```", 1)[1].lstrip()
    shown = re.match(r"```text\n(.*?)```", after, re.DOTALL)
    assert shown, "an example without its output"
    assert run(source) == shown[1]


@pytest.mark.parametrize("page", ["kernels.md", "stability.md"])
def test_pages_run_and_print_what_stands_below(page):
    text = (ROOT / "docs" / page).read_text("utf-8")
    names = {"__name__": "docs"}
    parts = re.split(r"^```python\n(.*?)^```\n", text, flags=re.MULTILINE | re.DOTALL)
    for source, after in zip(parts[1::2], parts[2::2], strict=True):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(source, page, "exec"), names)  # noqa: S102
        shown = re.match(r"\n```text\n(.*?)```", after, re.DOTALL)
        assert out.getvalue() == (shown[1] if shown else "")


def test_two_commands_for_a_fresh_machine():
    fresh = [line for line in commands() if "-m venv" in line]
    assert len(fresh) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install") for line in fresh)


def test_the_first_command_is_the_demonstration():
    line = next(line for line in commands() if "-m venv" in line)
    assert line.endswith("&& .venv/bin/symbp demo")


def test_the_derivation_shown_is_what_is_printed(capsys):
    line = next(line for line in commands() if "symbp derive -e" in line)
    assert main(shlex.split(line)[1:]) == 0
    out = capsys.readouterr().out
    assert out in README


def test_continuous_integration_runs_the_readme_s_test_command():
    line = next(line for line in commands() if "pytest" in line)
    words = line.rsplit("&&", 1)[1].strip().removeprefix(".venv/bin/")
    assert words.startswith("pytest")
    assert (
        f'"$bin/{words.split()[0]}" {words.split(" ", 1)[1]}' in (ROOT / ".ci" / "run").read_text()
    )


def test_other_commands_answer(capsys, monkeypatch, tmp_path):
    (tmp_path / "net.symbp").write_text((ROOT / "examples" / "network.symbp").read_text("utf-8"))
    monkeypatch.chdir(tmp_path)
    others = [line for line in commands() if line.startswith("symbp ")]
    assert others
    for line in others:
        assert main(shlex.split(line)[1:]) == 0, line
    capsys.readouterr()


def test_links_lead_somewhere():
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", README)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def test_extras_that_are_named_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for named in re.findall(r"\.\[([a-z,]+)\]", README):
        assert set(named.split(",")) <= set(extras["optional-dependencies"])
