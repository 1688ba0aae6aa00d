"""The version is a release number, the same everywhere."""

import re
from pathlib import Path

from symbp.version import VERSION

ROOT = Path(__file__).resolve().parent.parent


def test_version_is_a_release_number():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)


def test_changelog_begins_with_this_version():
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == VERSION


def test_the_program_says_it(run_symbp):
    assert run_symbp("--version").stdout == f"symbp {VERSION}\n"
