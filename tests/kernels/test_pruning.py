"""Folders of compiled kernels that nobody uses go; nothing else does."""

from __future__ import annotations

import os
import time

import pytest

from symbp.kernels import pruning
from symbp.kernels.pruning import AGE, DAY, prune, remove, used
from tests.kernels.test_loader import load, root, run  # noqa: F401 (a fixture among them)

NAME = "{:016x}-0.68.1-py3.11"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "kernels"
    made.mkdir()
    return made


def entry(folder, number, rested, size=10):
    """A folder of kernels that was used so many seconds ago."""
    path = folder / NAME.format(number)
    (path / "__pycache__").mkdir(parents=True)
    (path / "kernels.py").write_bytes(b"x" * size)
    (path / "__pycache__" / "f.1.nbc").write_bytes(b"x" * size)
    then = time.time() - rested
    for place in (*path.rglob("*"), path):
        os.utime(place, (then, then))
    return path


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_old_goes_and_the_rest_stays(folder):
    keep, young = entry(folder, 1, AGE * 2), entry(folder, 2, AGE - DAY)
    entry(folder, 3, AGE + DAY)
    prune(folder, keep)
    assert left(folder) == sorted([keep.name, young.name])
    assert (young / "__pycache__" / "f.1.nbc").exists()


def test_what_is_too_much_goes_the_least_recently_used_first(folder, monkeypatch):
    monkeypatch.setattr(pruning, "SIZE", 100_000)
    made = [entry(folder, n, n * 2 * DAY, size=20_000) for n in range(6)]
    prune(folder, made[0])
    assert left(folder) == [path.name for path in made[:2]]


def test_what_was_used_today_stays_however_much_it_is(folder, monkeypatch):
    monkeypatch.setattr(pruning, "SIZE", 1)
    made = [entry(folder, n, 60.0 * n) for n in range(4)]
    prune(folder, made[0])
    assert len(left(folder)) == 4


def test_using_one_keeps_it(folder):
    path = entry(folder, 1, AGE + DAY)
    before = (path / "kernels.py").stat().st_mtime_ns
    used(path)
    used(folder / "missing")
    prune(folder, folder)
    assert (path / "kernels.py").stat().st_mtime_ns == before
    assert left(folder) == [path.name]


def test_nothing_else_is_touched(folder, tmp_path):
    other = tmp_path / "precious"
    other.mkdir()
    (other / "file").write_text("x", encoding="utf-8")
    (folder / NAME.format(7)).symlink_to(other)
    (folder / "notes").mkdir()
    (folder / "notes" / "mine.txt").write_text("x", encoding="utf-8")
    (folder / NAME.format(8)).write_text("a file", encoding="utf-8")
    for path in (folder / "notes", folder / "notes" / "mine.txt", folder / NAME.format(8)):
        os.utime(path, (0, 0))
    before = left(folder)
    prune(folder, folder)
    assert left(folder) == before
    assert (other / "file").exists()


def test_remains_of_a_killed_process_go(folder):
    path = entry(folder, 1, 0)
    path.rename(folder / f".leaving-{path.name}")
    prune(folder, folder)
    assert left(folder) == []


def test_a_new_kernel_prunes_and_a_known_one_does_not(root):  # noqa: F811
    run(load())
    (own,) = root.iterdir()
    old = entry(root, 5, AGE + DAY)
    assert run(load()) == 1
    assert old.exists()
    for path in own.rglob("*"):
        if path.is_file():
            path.unlink()
    (own / "__pycache__").rmdir()
    own.rmdir()
    assert run(load()) == 0
    assert left(root) == [own.name]


def test_a_folder_that_goes_while_it_is_used_does_no_harm(root):  # noqa: F811
    loaded = load()
    run(loaded)
    (own,) = root.iterdir()
    remove(own)
    assert not own.exists()
    assert loaded.call("loss_and_gradient", x=2.0)[1]["x"] == 12.0
    assert loaded.call("loss", x=2.0) == 12.0
    # What Numba made anew is open to others; it is not believed, and does not stay so.
    own.chmod(0o755)
    assert run(load()) == 0
    assert own.stat().st_mode & 0o777 == 0o700
    assert run(load()) == 1
