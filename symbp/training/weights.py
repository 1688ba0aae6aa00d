"""Weights on disk: a `.npz` file without pickle, with a header in JSON.

The file is one that `numpy.load(path, allow_pickle=False)` reads. Arrays stand in it under numbers,
and the header says which is which, so that any name of a parameter will do. Beside the weights it
may hold what a training needs to go on (`Extra`); who reads the weights does not see it.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.errors import DTypeError, FileFormatError, OutputPathError, VersionMismatch
from symbp.files import check_path, write_bytes
from symbp.version import VERSION

__all__ = ["Extra", "load_extra", "load_weights", "save_weights"]

#: Version of the format, not of symbp.
FORMAT = 1
_HEADER = "header"
MAX_HEADER = 10_000_000

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Extra:
    """What a file holds beside the weights.

    Attributes:
        arrays: by name.
        values: numbers, words, truth values and lists of them, by name.
    """

    arrays: Arrays
    values: Mapping[str, Any]


def save_weights(
    path: str | os.PathLike[str], weights: Mapping[str, npt.ArrayLike], extra: Extra | None = None
) -> Path:
    """Write arrays under their names.

    Args:
        path: where; it ends in `.npz`.
        weights: arrays of real numbers or integers.
        extra: what else is kept in the file.

    Raises:
        OutputPathError: another suffix, or a place that may not be written.
        DTypeError: an array of something else.
    """
    place = check_path(path)
    if place.suffix.lower() != ".npz":
        raise OutputPathError(f"{place.name!r}: weights are written to a file that ends in .npz")
    arrays: dict[str, npt.NDArray[Any]] = {}
    header = {"format": FORMAT, "symbp": VERSION, "arrays": _put(weights, "array", arrays)}
    if extra is not None:
        header["extra"] = {"arrays": _put(extra.arrays, "extra", arrays), "values": extra.values}
    text = json.dumps(header, ensure_ascii=True).encode()
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **{_HEADER: np.frombuffer(text, np.uint8)}, **arrays)
    return write_bytes(place, stream.getvalue())


def _put(
    found: Mapping[str, npt.ArrayLike], word: str, arrays: dict[str, npt.NDArray[Any]]
) -> list[dict[str, Any]]:
    """Add arrays under `word` and a number; gives their rows of the header."""
    rows: list[dict[str, Any]] = []
    for number, (name, value) in enumerate(found.items()):
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise DTypeError(f"{name} has type {array.dtype}; weights are numbers")
        arrays[f"{word}{number}"] = np.ascontiguousarray(array).reshape(array.shape)
        rows.append({"name": name, "shape": list(array.shape), "dtype": array.dtype.str})
    return rows


def load_weights(path: str | os.PathLike[str]) -> dict[str, npt.NDArray[Any]]:
    """Read what `save_weights` wrote, bit for bit.

    Raises:
        FileFormatError: it cannot be read, is no such file, or is damaged.
        VersionMismatch: it was written in a later format.
    """
    return _load(Path(path))[0]


def load_extra(path: str | os.PathLike[str]) -> Extra | None:
    """What a file holds beside the weights; None: nothing. Raises as `load_weights`."""
    return _load(Path(path))[1]


def _load(place: Path) -> tuple[dict[str, npt.NDArray[Any]], Extra | None]:
    try:
        with place.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            _check_archive(archive, place)
            stream.seek(0)
            with np.load(stream, allow_pickle=False) as found:
                return _read(found, place)
    except OSError as error:
        reason = error.strerror or "it is no file of weights"
        raise FileFormatError(f"cannot read {str(place)[:200]!r}: {reason}") from error
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError) as error:
        if isinstance(error, FileFormatError):
            raise
        message = f"{str(place)[:200]!r} is no file of weights, or is damaged: {str(error)[:100]}"
        raise FileFormatError(message) from error


def _check_archive(archive: zipfile.ZipFile, place: Path) -> None:
    """Nothing is packed, so that what is read is no larger than the file."""
    for member in archive.infolist():
        if member.compress_type != zipfile.ZIP_STORED:
            raise FileFormatError(
                f"{str(place)[:200]!r} holds packed arrays; weights are not packed"
            )


def _read(found: Any, place: Path) -> tuple[dict[str, npt.NDArray[Any]], Extra | None]:
    raw = np.asarray(found[_HEADER])
    if raw.dtype != np.uint8 or raw.ndim != 1 or raw.size > MAX_HEADER:
        raise FileFormatError(f"{str(place)[:200]!r} has no header of symbp")
    header = json.loads(raw.tobytes())
    if header["format"] != FORMAT:
        raise VersionMismatch(
            f"{str(place)[:200]!r} has format {str(header['format'])[:20]}, written by symbp "
            f"{str(header.get('symbp'))[:20]}; this symbp reads format {FORMAT}"
        )
    weights = _take(found, header["arrays"], "array", place)
    if "extra" not in header:
        return weights, None
    extra = header["extra"]
    return weights, Extra(_take(found, extra["arrays"], "extra", place), dict(extra["values"]))


def _take(
    found: Any, rows: list[dict[str, Any]], word: str, place: Path
) -> dict[str, npt.NDArray[Any]]:
    arrays: dict[str, npt.NDArray[Any]] = {}
    for number, row in enumerate(rows):
        array = np.asarray(found[f"{word}{number}"])
        if list(array.shape) != row["shape"] or array.dtype.str != row["dtype"]:
            raise FileFormatError(
                f"{str(place)[:200]!r}: {row['name']!r} is not as its header says"
            )
        arrays[str(row["name"])] = array
    return arrays
