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
