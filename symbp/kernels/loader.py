"""From the text of a file of kernels to a module, with compiled code kept between processes.

The text is ours (`modules.py`), and is kept in a private folder of the user under a name that holds
its hash, so that Numba finds next time what it compiled now. Numba unpickles what it finds there;
so the folder must belong to the user and be closed to all others, and each file in it must have the
hash that was written down when Numba had made it. Whatever does not hold (a garbled or foreign
file, a full disk, a home that cannot be written) costs time, never a result: the same text is
compiled in memory, and one warning says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.abc
import importlib.util
import json
import os
import pickle
import stat
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from symbp.kernels.pruning import prune, remove, used

__all__ = ["FOLDER_VARIABLE", "Loaded", "cache_root"]

#: Environment variable that names another folder for compiled kernels.
FOLDER_VARIABLE = "SYMBP_CACHE_DIR"
#: What Numba's cache raises where its files cannot be read or written.
CACHE_ERRORS = (OSError, EOFError, pickle.UnpicklingError)

_MANIFEST = "hashes.json"
_KINDS = (".nbi", ".nbc")
_lock = threading.RLock()
_warned: list[str] = []


class CacheUnusableError(Exception):
    """The folder cannot hold compiled code, and why."""


def cache_root() -> Path:
    """The folder under which compiled kernels are kept."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "symbp"


class Loaded:
    """A file of kernels, ready to be called.

    Args:
        text: the file that keeps nothing.
        kept: the same file, in which Numba keeps what it compiles.
        replaced: names of the file that get another value, such as its error classes.
    """

    def __init__(self, text: str, kept: str, replaced: dict[str, Any]) -> None:
        self._text = text
        self._replaced = replaced
        self._known = 0
        self._functions: list[Any] | None = None
        self._folder: Path | None = None
        with _lock:
            self.module = self._from_cache(kept) or _module(text, f"<kernels {digest(text)}>")
            vars(self.module).update(replaced)

    def call(self, name: str, /, *arguments: Any, **keywords: Any) -> Any:
        """Call a function of the file; where the cache fails, again in memory."""
        if self._folder is None:
            return getattr(self.module, name)(*arguments, **keywords)
        try:
            result = getattr(self.module, name)(*arguments, **keywords)
            self._write_down(self._folder)
        except CACHE_ERRORS as error:
            self._leave_cache(f"{type(error).__name__}: {error}")
            return getattr(self.module, name)(*arguments, **keywords)
        return result

    def _from_cache(self, kept: str) -> ModuleType | None:
        try:
            folder = _prepared(kept)
            module = _module(kept, str(_source(folder, kept)))
        except (*CACHE_ERRORS, CacheUnusableError, RuntimeError) as error:
            # RuntimeError: Numba finds no place to write to.
            _warn(str(error))
            return None
        self._folder = folder
        return module

    def _leave_cache(self, reason: str) -> None:
        _warn(reason)
        self._folder = None
        before = self.module
        self.module = _module(self._text, f"<kernels {digest(self._text)}>")
        vars(self.module).update(self._replaced)
        if hasattr(before, "Workspace"):
            vars(self.module)["Workspace"] = before.Workspace  # what was made stays good

    def _write_down(self, folder: Path) -> None:
        """Note the hashes of what Numba has kept, if it has compiled since the last time."""
        if self._functions is None:
            found = vars(self.module).values()
            self._functions = [f for f in found if hasattr(f, "overloads")]
        known = sum(len(f.overloads) for f in self._functions)
        if known != self._known:
            self._known = known
            with _lock:
                text = json.dumps(_hashes(folder), indent=1, sort_keys=True)
                _write(folder / _MANIFEST, text.encode())


def digest(text: str) -> str:
    """The hash that names a file, as it stands in the file itself."""
    return text.split('HASH = "', 1)[1].split('"', 1)[0]


# -- in memory ------------------------------------------------------------------------------------


class _TextLoader(importlib.abc.SourceLoader):
    """Makes a module of a text; Python keeps no bytecode of it."""

    def __init__(self, text: str, place: str) -> None:
        self._data = text.encode()
        self._place = place

    def get_filename(self, fullname: str) -> str:
        del fullname
        return self._place

    def get_data(self, path: Any) -> bytes:
        if os.fspath(path) != self._place:
            raise OSError(f"there is only {self._place}")
        return self._data


def _module(text: str, place: str) -> ModuleType:
    import numba  # noqa: PLC0415 (loaded when a kernel is)

    name = f"symbp_kernels_{digest(text)}"
    loader = _TextLoader(text, place)
    spec = importlib.util.spec_from_loader(name, loader, origin=place)
    if spec is None:  # a loader that we hand over is always taken
        raise ImportError(f"no module can be made of {place}")
    module = importlib.util.module_from_spec(spec)
    settings: Any = numba.config
    chosen, settings.CACHE_DIR = settings.CACHE_DIR, ""  # beside the file, nowhere else
    try:
        sys.modules[name] = module
        loader.exec_module(module)
    finally:
        settings.CACHE_DIR = chosen
    return module


# -- the folder -----------------------------------------------------------------------------------


def _prepared(text: str) -> Path:
    """The private folder of this file, without anything that is not as it was left there."""
    import numba  # noqa: PLC0415 (loaded when a kernel is)

    root = cache_root()
    version = f"{numba.__version__}-py{sys.version_info.major}.{sys.version_info.minor}"
    folder = root / f"{digest(text)}-{version}"
    new = not folder.exists()
    if not new and _open_to_others(folder):
        # Numba makes anew what was removed while a process ran, with the usual rights.
        remove(folder)
    for place in (root, folder):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_private(place)
    _clean(folder, text)
    used(folder)
    if new:
        prune(root, keep=folder)
    return folder


def _check_private(place: Path) -> None:
    """Only its owner, who is the user, may write the folder."""
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise CacheUnusableError(f"{place} is no folder")
    if hasattr(os, "getuid"):
        if found.st_uid != os.getuid():
            raise CacheUnusableError(f"{place} belongs to another user")
        if _open_to_others(place):
            raise CacheUnusableError(f"{place} is open to other users; close it: chmod 700")


def _open_to_others(place: Path) -> bool:
    return hasattr(os, "getuid") and bool(stat.S_IMODE(place.lstat().st_mode) & 0o077)


def _source(folder: Path, text: str) -> Path:
    return folder / f"kernels_{digest(text)}.py"


def _clean(folder: Path, text: str) -> None:
    """Remove compiled code that is not what was written down, or that has another source."""
    source = _source(folder, text)
    data = text.encode()
    same = source.is_file() and source.read_bytes() == data
    noted = _noted(folder) if same else {}
    for name, value in _hashes(folder).items():
        if noted.get(name) != value:
            with contextlib.suppress(FileNotFoundError):
                (folder / "__pycache__" / name).unlink()
    if not same:
        _write(source, data)


def _noted(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / _MANIFEST).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in _compiled(folder)}


def _compiled(folder: Path) -> Iterator[Path]:
    place = folder / "__pycache__"
    if place.is_dir():
        _check_private_kind(place)
        yield from sorted(p for p in place.iterdir() if p.suffix in _KINDS and p.is_file())


def _check_private_kind(place: Path) -> None:
    if place.is_symlink():
        raise CacheUnusableError(f"{place} is a link")


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _warn(reason: str) -> None:
    """Say once in a process that nothing is kept."""
    if not _warned:
        _warned.append(reason)
        warnings.warn(
            f"compiled kernels are not kept for the next process: {reason}",
            RuntimeWarning,
            stacklevel=2,
        )
