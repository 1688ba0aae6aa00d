"""The network file: a network and how to train it, as TOML.

    layers = [2, 25, 50, 25, 2]        # units, the inputs first
    activation = "sigmoid"             # of every layer; the last one differs for cross-entropies
    loss = "squared_error"
    [train]
    lr = 0.01
    epochs = 50
    batch_size = 32
    seed = 0
    [output]
    path = "kernels.py"                # below the folder of this file

The last layer has the same activation as the others; with `cross_entropy` it is a softmax, with
`binary_cross_entropy` a sigmoid, and `output_activation` says otherwise. The keys of `[train]` may
stand at the top as well. Unknown keys are refused.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbp.errors import DataError, FileFormatError, LimitExceeded
from symbp.files import path_below
from symbp.layers.activations import check_activation
from symbp.layers.dense import Dense
from symbp.layers.inputs import Input
from symbp.layers.losses import Loss
from symbp.models import Network

__all__ = ["TrainingOptions", "parse_network", "read_network"]

MAX_BYTES = 1_000_000
MAX_LAYERS = 10_000
#: The parser of the standard library is slow on long dotted keys and recurses on brackets.
MAX_PARTS = 100
MAX_BRACKETS = 200
MAX_DIGITS = 400
MAX_COUNT = 2**62
MAX_RATE = 1e300

_TOP = ("layers", "activation", "output_activation", "loss", "train", "output")
_TRAIN = ("lr", "epochs", "batch_size", "seed")
_OUTPUT = ("path",)
_LAST = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How a network file wants its network trained, and where the result goes."""

    lr: float = 0.01
    epochs: int = 1
    batch_size: int = 32
    seed: int = 0
    output: Path | None = None


def read_network(path: str | os.PathLike[str]) -> tuple[Network, TrainingOptions]:
    """The network and the options of a file.

    Raises:
        FileFormatError: it cannot be read, is no TOML in UTF-8, or has unknown keys.
        DataError: a value is not what its key takes.
        ParseError: an unknown loss or activation.
        OutputPathError: the output leaves the folder of the file.
        LimitExceeded: the network is too large.
    """
    place = Path(path)
    try:
        with place.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise FileFormatError(f"cannot read {str(place)[:200]!r}: {reason}") from error
    return parse_network(data, place.parent)


def parse_network(data: bytes | str, folder: Path) -> tuple[Network, TrainingOptions]:
    """The same for the contents of a file, which lies (or would lie) in `folder`."""
    table = _parse(data)
    _known(table, (*_TOP, *_TRAIN), "")
    train, output = _table(table, "train", _TRAIN), _table(table, "output", _OUTPUT)
    for key in _TRAIN:
        if key in table:
            if key in train:
                raise FileFormatError(f"{key!r} stands at the top and in [train]; keep one")
            train[key] = table[key]
    options = _options(train, output, folder)
    loss = Loss(_text(table, "loss", "squared_error"))
    activation = check_activation(_text(table, "activation", "sigmoid"))
    last = _text(table, "output_activation", _LAST.get(loss.kind, activation))
    sizes = _sizes(table)
    hidden = [Dense(size, activation) for size in sizes[1:-1]]
    return Network(Input("x", sizes[0]), *hidden, Dense(sizes[-1], last), loss=loss), options


def _parse(data: bytes | str) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise FileFormatError(f"a network file has at most {MAX_BYTES} bytes; this one has more")
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise FileFormatError(f"the file is not UTF-8 text (byte {error.start})") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_PARTS:
            raise FileFormatError(f"line {number}: a key of more than {MAX_PARTS} parts")
        if re.search(rf"[0-9_]{{{MAX_DIGITS}}}", line):
            raise FileFormatError(f"line {number}: a number of {MAX_DIGITS} digits or more")
    if text.count("[") + text.count("{") > MAX_BRACKETS:
        raise FileFormatError(f"a network file has at most {MAX_BRACKETS} brackets")
    try:
        return tomllib.loads(f"{text}\n")  # or it gives no line for an error at the end
    except ValueError as error:
        raise FileFormatError(f"the file is not TOML: {str(error)[:200]}") from error


def _known(table: Mapping[str, Any], keys: tuple[str, ...], prefix: str) -> None:
    for key in table:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            hint = f"Did you mean '{prefix}{near[0]}'?" if near else f"Known: {', '.join(keys)}."
            raise FileFormatError(f"unknown key {prefix + key[:60]!r}. {hint}")


def _table(table: Mapping[str, Any], name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise FileFormatError(f"{name!r} is a table: [{name}], and its keys on the lines below")
    _known(found, keys, f"{name}.")
    return dict(found)


def _text(table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise DataError(f"{key} must be a name in quotes, got {_kind(value)}")
    return value


def _sizes(table: Mapping[str, Any]) -> list[int]:
    sizes = table.get("layers")
    if sizes is None:
        raise FileFormatError("the key 'layers' is missing: layers = [2, 25, 2]")
    if not isinstance(sizes, list) or len(sizes) < 2:
        raise DataError("layers must be a list of at least two sizes: layers = [2, 25, 2]")
    if len(sizes) > MAX_LAYERS:
        raise LimitExceeded(f"a network file has at most {MAX_LAYERS} layers")
    return [_count(size, "a size in layers", least=1) for size in sizes]


def _options(train: Mapping[str, Any], output: Mapping[str, Any], folder: Path) -> TrainingOptions:
    usual = TrainingOptions()
    path = output.get("path")
    if path is not None and not isinstance(path, str):
        raise DataError(f"output.path must be a file name in quotes, got {_kind(path)}")
    return TrainingOptions(
        lr=_rate(train.get("lr", usual.lr)),
        epochs=_count(train.get("epochs", usual.epochs), "epochs", least=1),
        batch_size=_count(train.get("batch_size", usual.batch_size), "batch_size", least=1),
        seed=_count(train.get("seed", usual.seed), "seed", least=0),
        output=None if path is None else path_below(folder, path),
    )


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"lr must be a number, got {_kind(value)}")
    if not 0 < value <= MAX_RATE:
        raise DataError(f"lr must be a finite positive number, got {str(value)[:40]}")
    return float(value)


def _count(value: object, what: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise DataError(f"{what} must be an integer, got {_kind(value)}")
    if not least <= value <= MAX_COUNT:
        raise DataError(f"{what} must lie between {least} and 2^62, got {str(value)[:40]}")
    return value


def _kind(value: object) -> str:
    names = {str: "a string", bool: "a truth value", int: "an integer", float: "a decimal number"}
    return names.get(type(value), "a list or table" if isinstance(value, list | dict) else "a date")
