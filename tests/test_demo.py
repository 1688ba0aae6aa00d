from __future__ import annotations

import ast

import numpy as np
import pytest

import symbp as sb
from symbp import demo
from symbp.errors import OutputPathError


def test_the_demonstration_shows_and_writes_everything(tmp_path):
    said = []
    result = demo.demonstrate(tmp_path / "made" / "here", said.append, epochs=1)
    text = "\n".join(said)
    assert "dE/dX" in text
    assert "0.07869340115" in text  # the first increment
    assert "X = 2.08021684891" in text
    assert "delta4[n,k] := dL/dz4[n,k] = (o[n,k] - y[n,k])*o[n,k]*(1 - o[n,k])/N" in text
    assert "finished after 1 epochs" in text
    folder = tmp_path / "made" / "here"
    names = {path.name for path in folder.iterdir()}
    assert names >= {
        "chain.md",
        "chain.svg",
        "chain.tex",
        "history.json",
        "kernels.py",
        "network.symbp",
        "network.tex",
        "weights.npz",
    }
    assert ("loss.png" in names) == (demo.find_spec("matplotlib") is not None)
    ast.parse((folder / "kernels.py").read_text(encoding="utf-8"))
    learned = sb.load_weights(folder / "weights.npz")
    assert all(np.array_equal(learned[name], value) for name, value in result.params.items())
    again = sb.System((folder / "network.symbp").read_text(encoding="utf-8"))
    assert [q.name for q in again.snapshot().given("parameter")] == list(result.params)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputPathError, match="cannot make"):
        demo.demonstrate(tmp_path / "file" / "below", print)


def test_the_plots_show_the_loss_and_both_sides_of_the_boundary(tmp_path):
    image = pytest.importorskip("matplotlib.image", reason="plots are an extra: symbp[plot]")
    demo.demonstrate(tmp_path, lambda _: None, epochs=40)
    boundary = image.imread(tmp_path / "boundary.png")[:, :, :3]
    red, blue = boundary[:, :, 0] - boundary[:, :, 2], boundary[:, :, 2] - boundary[:, :, 0]
    assert (red > 0.2).mean() > 0.2
    assert (blue > 0.2).mean() > 0.2
    # The upper left moon is blue, the lower right one red.
    rows, columns = boundary.shape[0] // 4, boundary.shape[1] // 4
    assert blue[rows : 2 * rows, columns].mean() > 0
    assert red[2 * rows : 3 * rows, 3 * columns].mean() > 0
    loss = image.imread(tmp_path / "loss.png")[:, :, :3]
    drawn = loss.max(axis=2) - loss.min(axis=2) > 0.5  # the two curves are the only colours
    columns = np.flatnonzero(drawn.any(axis=0))
    assert columns.max() - columns.min() > loss.shape[1] / 2


def test_an_interrupt_leaves_what_there_is(tmp_path, monkeypatch):
    def interrupted(*args, **values):
        raise KeyboardInterrupt

    monkeypatch.setattr("symbp.kernels.compiled.Kernel.train_steps", interrupted)
    said = []
    result = demo.demonstrate(tmp_path, said.append)
    assert result.stopped == "interrupted"
    assert not (tmp_path / "loss.png").exists()
    assert (tmp_path / "weights.npz").exists()
    assert "Written into" in said[-1]
