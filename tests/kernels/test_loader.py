"""Compiled code is kept between processes; whatever is wrong with it, the result is right."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from symbp.kernels import loader
from symbp.kernels.loader import Loaded, cache_root, digest
from symbp.kernels.modules import emit_module
from tests.kernels.running import planned

ROOT = Path(__file__).resolve().parents[2]
SQUARE = planned("param x; L = 3*x^2", "L", ("x",))
TEXT, KEPT = emit_module(SQUARE).text, emit_module(SQUARE, cache=True).text


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    monkeypatch.setenv(loader.FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr(loader, "_warned", [])
    return folder


def load():
    return Loaded(TEXT, KEPT, {})


def run(loaded):
    assert loaded.call("loss", x=2.0) == 12.0
    return sum(loaded.module.compute_loss.stats.cache_hits.values()) if loaded._folder else None


def compiled(root):
    (folder,) = root.iterdir()
    return sorted((folder / "__pycache__").iterdir())


@pytest.fixture
def filled(root):
    assert run(load()) == 0
    assert len(compiled(root)) == 2
    return root


def test_the_second_process_does_not_compile(filled):
    assert run(load()) == 1
    (folder,) = filled.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert filled.stat().st_mode & 0o777 == 0o700
    noted = json.loads((folder / "hashes.json").read_text())
    assert sorted(noted) == [p.name for p in compiled(filled)]


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_garbled_files_are_compiled_anew(filled, suffix, content):
    (path,) = (p for p in compiled(filled) if p.suffix == suffix)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert run(load()) == 0
    assert run(load()) == 1


def test_files_that_nobody_noted_are_not_read(filled):
    (folder,) = filled.iterdir()
    for noted in (b"", b"[]", b"{}", b"\xff"):
        (folder / "hashes.json").write_bytes(noted)
        assert run(load()) == 0
    (folder / "hashes.json").unlink()
    assert run(load()) == 0
    assert run(load()) == 1


def test_remains_of_a_killed_process_do_no_harm(filled):
    (folder,) = filled.iterdir()
    (folder / ".part-abc").write_bytes(b"half")
    (folder / "__pycache__" / "extra.1.nbc").write_bytes(b"half")
    assert run(load()) == 1
    assert not (folder / "__pycache__" / "extra.1.nbc").exists()


def test_another_source_is_replaced(filled):
    (source,) = next(filled.iterdir()).glob("*.py")
    source.write_text("raise SystemExit('not ours')", encoding="utf-8")
    assert run(load()) == 0
    assert source.read_text(encoding="utf-8") == KEPT


def warned_once(match):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert run(load()) is None
        assert run(load()) is None
    assert [w.category for w in seen] == [RuntimeWarning]
    assert match in str(seen[0].message)


def test_a_folder_open_to_others_is_not_used(root):
    root.mkdir(mode=0o755)
    root.chmod(0o755)
    warned_once("open to other users")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no owner here")
def test_a_foreign_folder_is_not_used(filled, monkeypatch):
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    warned_once("belongs to another user")


def test_a_link_is_not_followed(filled, tmp_path, monkeypatch):
    link = tmp_path / "link"
    link.symlink_to(filled)
    monkeypatch.setenv(loader.FOLDER_VARIABLE, str(link))
    warned_once("is no folder")


def test_a_place_that_cannot_be_written_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(loader, "_warned", [])
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(loader.FOLDER_VARIABLE, str(tmp_path / "file" / "below"))
    warned_once("Not a directory")


SCRIPT = """
import sys, warnings
sys.path.insert(0, {root!r})
from tests.kernels import test_loader
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    {before}
    loaded = test_loader.load()
    assert loaded.call("loss", x=2.0) == 12.0
    assert loaded.call("loss_and_gradient", x=2.0)[1]["x"] == 12.0
print([str(w.message)[:40] for w in seen if w.category is RuntimeWarning])
"""


def start(folder, before="pass"):
    code = SCRIPT.format(root=str(ROOT), before=before)
    environment = {**os.environ, loader.FOLDER_VARIABLE: str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, text=True
    )


def test_a_full_disk_costs_a_warning(root):
    pytest.importorskip("resource")
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({len(KEPT) + 99},) * 2)"
    process = start(root, full)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert out == "['compiled kernels are not kept for the ne']\n"


@pytest.fixture
def disk(tmp_path):
    """`disk(size)`: a folder on a file system of that many bytes."""
    place, mounted = tmp_path / "disk", []
    place.mkdir()

    def mount(size):
        words = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(place)]
        try:
            done = subprocess.run(words, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no mount here")
        if done.returncode:
            pytest.skip(f"no right to mount a small disk: {done.stderr.strip()[:60]}")
        mounted.append(place)
        return place

    yield mount
    for found in mounted:
        subprocess.run(["umount", str(found)], check=True)


#: Room for nothing, for a part of the source, for the source, and for a part of what is compiled.
@pytest.mark.parametrize("pages", [1, 2, 6, 9])
def test_a_disk_that_is_full_costs_a_warning(disk, pages):
    place = disk(4096 * pages)
    if pages == 1:
        (place / "other").write_bytes(b"x" * 4096)
    process = start(place / "kept")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert out == "['compiled kernels are not kept for the ne']\n"
    assert not list(place.rglob(".part-*"))
    subprocess.run(["mount", "-o", "remount,size=4M", str(place)], check=True)
    (place / "other").unlink(missing_ok=True)
    for _ in range(2):
        out, _ = start(place / "kept").communicate(timeout=120)
        assert out == "[]\n"


def test_processes_at_once_agree(root):
    processes = [start(root) for _ in range(2)]
    outs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert outs == ["[]\n", "[]\n"]
    assert run(load()) in (0, 1)


def test_the_folder_is_the_users(monkeypatch, tmp_path):
    monkeypatch.delenv(loader.FOLDER_VARIABLE, raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root() == tmp_path / "symbp"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_root() == Path.home() / ".cache" / "symbp"


def test_errors_of_the_file_can_be_replaced(root):
    class Odd(ValueError):
        pass

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loaded = Loaded(TEXT, KEPT, {"ShapeError": Odd})
    with pytest.raises(Odd):
        loaded.call("loss", x=[1.0])
    assert len(digest(TEXT)) == 16
