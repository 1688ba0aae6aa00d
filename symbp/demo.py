"""The demonstration: five equations solved, then a network derived, compiled and trained.

Everything that it shows is also written into a folder: the derivation, the kernels, the graph, the
weights and, where Matplotlib is installed, the course of the loss and the decision boundary.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from symbp.errors import OutputPathError
from symbp.facade import Derivation, derive, fit
from symbp.files import write_text
from symbp.layers.dense import Dense
from symbp.layers.inputs import Input
from symbp.models import Network, System
from symbp.training.datasets import one_hot, split, two_moons
from symbp.training.results import FitResult

__all__ = ["demonstrate"]

CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"
EPOCHS = 60

Say = Callable[[str], None]


def demonstrate(folder: Path, say: Say, *, epochs: int = EPOCHS) -> FitResult:
    """Run the demonstration.

    Args:
        folder: where files go; it is made where it does not exist.
        say: gets each paragraph of what is shown.
        epochs: how long the network is trained.

    Raises:
        OutputPathError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputPathError(f"cannot make {str(folder)[:200]!r}: {error.strerror}") from error
    _chain(folder, say)
    network = Network(
        Input("x", 2),
        *(Dense(units, "sigmoid") for units in (25, 50, 25, 2)),
        loss="squared_error",
    )
    derivation = _network(network, folder, say)
    result = _trained(network, folder, say, epochs)
    if find_spec("matplotlib") is not None:
        _plots(result, folder)
    else:
        say("No plots: they need Matplotlib, pip install 'symbp[plot]'.")
    derivation.save(folder / "network.tex")
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    say(f"Written into {folder}: {', '.join(names)}")
    return result


def _chain(folder: Path, say: Say) -> None:
    chain = System(CHAIN)
    derivation = derive(chain, of="E", wrt="X", at={"X": 2})
    say(derivation.text())
    say(f"\nWhich X makes E = 0.5?\n{chain.solve(E=0.5, wrt='X', start=2)}\n")
    derivation.save(folder / "chain.tex")
    derivation.save(folder / "chain.md")
    derivation.save(folder / "chain.svg")


def _network(network: Network, folder: Path, say: Say) -> Derivation:
    derivation = derive(network)
    errors = [str(derivation[name]) for name in ("z4", "z3", "z2", "z1")]
    weights = [str(derivation[name]) for name in ("W4", "b4")]
    text = "\n".join(f"  {line}" for line in (*errors, *weights))
    say(f"A network 2-25-50-25-2 of sigmoids, its errors from the last layer back:\n{text}\n")
    write_text(folder / "network.symbp", f"{network}\n")
    return derivation


def _trained(network: Network, folder: Path, say: Say, epochs: int) -> FitResult:
    points, labels = two_moons(2000, noise=0.2, seed=100)
    x, x_test, y, y_test = split(points, one_hot(labels), test=0.3, seed=42)
    say(f"Compiling, and training on two moons: {len(x)} points, {len(x_test)} more to test ...")
    result = fit(
        network,
        {"x": x, "y": y},
        validation={"x": x_test, "y": y_test},
        metrics=["accuracy"],
        optimizer="adam",
        lr=0.01,
        batch_size=32,
        epochs=epochs,
        seed=0,
    )
    result.kernel.save(folder / "kernels.py")
    result.save(folder / "weights.npz")
    write_text(folder / "history.json", f"{result.history.json()}\n")
    if result.history.epochs:
        last = result.history.last
        say(
            f"{result.stopped} after {result.history.epochs} epochs: loss {last['loss']:.4f}; "
            f"test accuracy {last['val_accuracy']:.2%}"
        )
    return result


def _plots(result: FitResult, folder: Path) -> None:
    """The course of the loss, and which side of the boundary each point of the plane lies on."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 (an extra)
    from matplotlib.figure import Figure  # noqa: PLC0415

    def figure(width: float, height: float) -> tuple[Any, Any]:
        made = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(made)
        return made, made.add_subplot()

    if result.history.epochs:
        drawn, axes = figure(6, 4)
        for name, label in (("loss", "training"), ("val_loss", "test")):
            axes.plot(range(1, result.history.epochs + 1), result.history[name], label=label)
        axes.set(xlabel="epoch", ylabel="loss", yscale="log", title="Loss on two moons")
        axes.legend()
        drawn.savefig(folder / "loss.png", dpi=120)

    left, right, low, high = -1.8, 2.8, -1.5, 2.0
    across, up = np.meshgrid(np.linspace(left, right, 220), np.linspace(low, high, 180))
    made = result.predict(x=np.column_stack((across.ravel(), up.ravel())))["o"]
    side = (made[:, 1] - made[:, 0]).reshape(across.shape)
    points, labels = two_moons(2000, noise=0.2, seed=100)
    drawn, axes = figure(6, 4.5)
    frame = (left, right, low, high)
    axes.imshow(side, extent=frame, origin="lower", cmap="coolwarm", alpha=0.6, vmin=-1, vmax=1)
    axes.contour(across, up, side, levels=[0], colors="black", linewidths=1)
    axes.scatter(*points.T, c=labels, cmap="coolwarm", s=6, edgecolors="none")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title="Decision boundary")
    drawn.savefig(folder / "boundary.png", dpi=120)
