"""The commands that train: `symbp train` and `symbp demo`.

Each has a function that says its words to the parser, and one that runs it; what they need is
imported when they run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbp import console
from symbp.errors import DataError, FileFormatError, UnknownNameError

if TYPE_CHECKING:
    from symbp.models import Network
    from symbp.training.results import FitResult

__all__ = ["add_demo", "add_train"]

#: Where the demo writes, unless it is told another folder.
FOLDER = "symbp-demo"


def add_train(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The words of `symbp train`."""
    parser.add_argument("file", metavar="FILE", help="a network (.toml)")
    parser.add_argument(
        "--data",
        metavar="FILE",
        help="arrays x and y (.npz); default: two moons, for a network from 2 inputs to 2 outputs",
    )
    parser.add_argument(
        "--optimizer",
        choices=("sgd", "momentum", "nesterov", "adam"),
        default="adam",
        help="how to go down; default: adam",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="where the weights go (.npz)")
    parser.add_argument(
        "--state", action="store_true", help="write beside the weights what --resume needs"
    )
    parser.add_argument(
        "--resume", metavar="FILE", help="go on from weights that were written with --state"
    )
    parser.set_defaults(run=run_train, parser=parser)
    return parser


def add_demo(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The words of `symbp demo`."""
    parser.add_argument(
        "-o", "--output", metavar="FOLDER", default=FOLDER, help=f"a folder; default: {FOLDER}"
    )
    parser.set_defaults(run=run_demo, parser=parser)
    return parser


def run_demo(options: argparse.Namespace) -> int:
    """`symbp demo`: the whole way, from five equations to a trained network."""
    from symbp.demo import demonstrate

    result = demonstrate(Path(options.output), lambda text: console.write(sys.stdout, text))
    return _code(result)


def run_train(options: argparse.Namespace) -> int:
    """`symbp train`: read a network, train it, say how well it does, write what was asked for."""
    from symbp.facade import fit
    from symbp.networkfile import read_network

    if Path(options.file).suffix.lower() != ".toml":
        raise FileFormatError(f"{options.file[:200]!r}: a network file ends in .toml")
    if options.state and options.output is None:
        options.parser.error("--state says what -o writes: give -o too")
    network, wanted = read_network(options.file)
    data, validation = _moons(network) if options.data is None else (_arrays(options.data), None)
    result = fit(
        network,
        data,
        validation=validation,
        metrics=["accuracy"] if data["y"].ndim > 1 and data["y"].shape[1] > 1 else (),
        optimizer=options.optimizer,
        lr=wanted.lr,
        batch_size=wanted.batch_size,
        epochs=wanted.epochs,
        seed=wanted.seed,
        resume=options.resume,
    )
    numbers = ", ".join(f"{name} {value:.6g}" for name, value in result.history.last.items())
    said = f"{result.stopped} after {result.history.epochs} epochs"
    console.write(sys.stdout, f"{said}: {numbers}" if numbers else said)
    if wanted.output is not None:
        console.write(sys.stdout, f"kernels: {result.kernel.save(wanted.output)}")
    if options.output is not None:
        console.write(sys.stdout, f"weights: {result.save(options.output, state=options.state)}")
    return _code(result)


def _code(result: FitResult) -> int:
    """The exit code: an interrupt is told apart, also where it gave a result."""
    return 130 if result.stopped == "interrupted" else 0


def _moons(network: Network) -> tuple[dict[str, Any], dict[str, Any]]:
    """The data of chapter 7.9: 1,400 points to learn from, 600 to test."""
    from symbp.training.datasets import one_hot, split, two_moons

    system = network.snapshot()
    for name in ("x", "y"):
        extent = system.quantity(name).axes[-1].extent
        if extent is None or extent.as_integer != 2:
            raise DataError(
                f"without --data the network learns two moons, which needs 2 inputs and 2 outputs; "
                f"{name} has {extent}"
            )
    points, labels = two_moons(2000, noise=0.2, seed=100)
    x, x_test, y, y_test = split(points, one_hot(labels), test=0.3, seed=42)
    return {"x": x, "y": y}, {"x": x_test, "y": y_test}


def _arrays(file: str) -> dict[str, Any]:
    """The arrays x and y of a `.npz` file, read without pickle."""
    import zipfile

    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as found:
            names = list(found.files) if hasattr(found, "files") else []
            missing = [name for name in ("x", "y") if name not in names]
            if missing:
                raise UnknownNameError(
                    f"{file[:200]!r} has no array {missing[0]!r}; x and y are read"
                )
            return {name: np.asarray(found[name]) for name in ("x", "y")}
    except OSError as error:
        reason = error.strerror or "it is no .npz file"
        raise FileFormatError(f"cannot read {file[:200]!r}: {reason}") from error
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        if isinstance(error, UnknownNameError):
            raise
        raise FileFormatError(f"{file[:200]!r} is no .npz file of numbers") from error
