"""Writing files: whole or not at all, and only where the user meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symbp.errors import OutputPathError
from symbp.files import check_path, path_below, write_text


def test_writes_and_replaces(tmp_path):
    place = tmp_path / "out.tex"
    assert write_text(place, "α\n") == place
    assert place.read_text(encoding="utf-8") == "α\n"
    place.chmod(0o640)
    write_text(str(place), "second")
    assert place.read_text(encoding="utf-8") == "second"
    assert place.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["out.tex"]


def test_a_link_stays_a_link(tmp_path):
    place, link = tmp_path / "real.txt", tmp_path / "link.txt"
    place.write_text("old", encoding="utf-8")
    link.symlink_to(place)
    write_text(link, "new")
    assert link.is_symlink()
    assert place.read_text(encoding="utf-8") == "new"


def test_an_interrupted_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    place = tmp_path / "out.txt"
    place.write_text("old", encoding="utf-8")

    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(place, "new")
    assert place.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


def test_devices_are_written_in_place():
    assert write_text("/dev/null", "nothing") == Path("/dev/null")


@pytest.mark.parametrize(
    "name",
    [
        "x\x00.py",
        "CON",
        "nul.txt",
        "aux.tex",
        "COM1.json",
        "lpt9",
        "",
        "  ",
        ".",
        "sub/",
        "a" * 5000,
    ],
)
def test_names_that_are_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputPathError):
        write_text(name, "text")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputPathError, match="does not exist"):
        check_path(tmp_path / "no" / "x.tex")
    with pytest.raises(OutputPathError, match="folder"):
        check_path(tmp_path)


def test_too_long_a_name_is_an_error_of_ours(tmp_path):
    with pytest.raises(OutputPathError):
        write_text(tmp_path / ("a" * 300), "text")


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "sub/../../x.py",
        "../x.py",
        "..",
        ".",
        "",
        "C:\\x.py",
        "..\\x.py",
        "\\\\server\\x",
        "~/x.py",
        "a\x00.py",
        "CON",
    ],
)
def test_paths_in_files_stay_below_the_file(path, tmp_path):
    with pytest.raises(OutputPathError):
        path_below(tmp_path, path)


def test_a_link_does_not_lead_out(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "away").symlink_to(tmp_path)
    with pytest.raises(OutputPathError, match="leaves"):
        path_below(inside, "away/x.py")


def test_a_path_below(tmp_path):
    (tmp_path / "sub").mkdir()
    assert path_below(tmp_path, "sub/x.py") == tmp_path / "sub" / "x.py"
    assert path_below(tmp_path, "sub/../x.py").resolve() == (tmp_path / "x.py").resolve()
