"""The folder of compiled kernels does not grow for ever: what nobody has used for long goes.

Each file of kernels has a folder of its own. Its last use is its newest time; whoever loads it says
so with `used`. A folder is first moved out of the way, whole, and then removed, so that no process
finds half of one; one that still works with it compiles anew what it needs.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["prune", "remove", "used"]

DAY = 24 * 3600.0
#: Seconds after which a folder that nobody has used goes.
AGE = 90 * DAY
#: Bytes that all folders may take together; those used least recently go first.
SIZE = 200_000_000
#: What was used within so many seconds stays in any case.
FRESH = DAY

_ENTRY = re.compile(r"[0-9a-f]{16}-[\w.+-]+")
_LEAVING = ".leaving-"


@dataclass(frozen=True, order=True)
class _Entry:
    last: float
    name: str
    size: int


def used(folder: Path) -> None:
    """Note that a folder is in use, by its own time: Numba goes by that of the source in it."""
    with contextlib.suppress(OSError):
        os.utime(folder)


def prune(root: Path, keep: Path) -> None:
    """Remove what is too old, or too much; other processes may do so at the same time.

    Args:
        root: the folder of all folders; everything else in it is left alone.
        keep: one that stays.
    """
    for remains in root.glob(f"{_LEAVING}*"):
        shutil.rmtree(remains, ignore_errors=True)
    entries = sorted(entry for path in root.iterdir() if (entry := _entry(path)) is not None)
    total, now = sum(entry.size for entry in entries), time.time()
    for entry in entries:
        rested = now - entry.last
        if entry.name == keep.name or rested < FRESH:
            continue
        if rested > AGE or total > SIZE:
            remove(root / entry.name)
            total -= entry.size


def _entry(path: Path) -> _Entry | None:
    """A folder of ours; None for anything else, and for what goes while we look."""
    if not _ENTRY.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
        return None
    try:
        found = [p.stat() for p in (path, *path.iterdir(), *path.glob("__pycache__/*"))]
    except OSError:
        return None
    return _Entry(max(s.st_mtime for s in found), path.name, sum(s.st_size for s in found))


def remove(path: Path) -> None:
    """Remove a folder, so that nobody finds half of it."""
    away = path.with_name(f"{_LEAVING}{path.name}")
    try:
        path.rename(away)
    except OSError:
        return  # another process was faster, or it is not ours to move
    shutil.rmtree(away, ignore_errors=True)
