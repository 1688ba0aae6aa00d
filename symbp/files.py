"""Writing files: whole or not at all, and only where the user meant.

Everything symbp writes goes through `write_bytes`. A refused or interrupted write leaves the old
file as it was, and no partial one.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from symbp.errors import OutputPathError

__all__ = ["check_path", "path_below", "write_bytes", "write_text"]

_DEVICES = frozenset(
    (
        *("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"),
        *(f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"),
    )
)
MAX_PATH = 4096


def check_path(path: str | os.PathLike[str]) -> Path:
    """The path, if a file may be written there.

    Raises:
        OutputPathError: it is empty, holds a NUL, names a device of Windows or a folder, or lies in
            a folder that does not exist.
    """
    text: object = os.fspath(path)
    if not isinstance(text, str) or not text.strip():
        raise OutputPathError("the output has no name; give a file such as out.tex")
    if "\x00" in text or len(text) > MAX_PATH:
        raise OutputPathError(f"{text[:40]!r} is not a file name (NUL in it, or too long)")
    made = Path(text)
    for part in made.parts:
        if part.split(".")[0].rstrip(" ").upper() in _DEVICES:
            raise OutputPathError(f"{part!r} is the name of a device on Windows; choose another")
    try:
        if made.is_dir() or text.endswith(("/", os.sep)):
            raise OutputPathError(f"{text!r} is a folder; give the name of a file in it")
        if not made.parent.is_dir():
            raise OutputPathError(f"the folder {str(made.parent)!r} does not exist; make it first")
    except OSError as error:
        raise OutputPathError(f"cannot write {text[:200]!r}: {error.strerror}") from error
    return made


def path_below(folder: Path, path: str) -> Path:
    """A path that a file names, which must lie below the file's own folder.

    Raises:
        OutputPathError: it is absolute, leaves the folder (also through a link), or may not be
            written.
    """
    if "\x00" in path or not path.strip():
        raise OutputPathError(f"{path[:40]!r} is not a file name")
    backslashed = path.replace("\\", "/")
    if backslashed.startswith(("/", "~")) or path[1:2] == ":":
        raise OutputPathError(f"{path!r} is absolute; a path in a file is relative to its folder")
    made = folder / backslashed
    root = folder.resolve()
    if not made.resolve().is_relative_to(root) or made.resolve() == root:
        raise OutputPathError(f"{path!r} leaves the folder of the file that names it")
    return check_path(made)


def write_text(path: str | os.PathLike[str], text: str) -> Path:
    """Write text as UTF-8, replacing the file in one step.

    Raises:
        OutputPathError: as `check_path`, or the system refuses.
    """
    return write_bytes(path, text.encode("utf-8", errors="strict"))


def write_bytes(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write bytes, replacing the file in one step; raises as `write_text`."""
    made = check_path(path)
    try:
        if made.exists() and not stat.S_ISREG(made.stat().st_mode):
            made.write_bytes(data)  # a pipe or /dev/null: there is nothing to replace
        else:
            _replace(made.resolve(), data)
    except OSError as error:
        raise OutputPathError(f"cannot write {str(made)!r}: {error.strerror}") from error
    return made


def _replace(target: Path, data: bytes) -> None:
    """A new file beside the old one, moved over it when it is complete."""
    prefix = f".{target.name[:40]}."
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(_mode(target))
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _mode(target: Path) -> int:
    """The rights of the file that is replaced, or those of any new file."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
