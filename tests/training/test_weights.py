from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from symbp.errors import DTypeError, FileFormatError, OutputPathError, VersionMismatch
from symbp.training import weights as module
from symbp.training.weights import Extra, load_extra, load_weights, save_weights

ODD = {
    "W": np.array([[0.1, np.nextafter(0.1, 1)], [-0.0, np.nan]]),
    "σ": np.float32([1.5e-45, np.inf]),
    "lambda": np.array(3.25),
    "dL/dz": np.arange(6, dtype=np.int64).reshape(1, 2, 3),
    "file": np.zeros((2, 2))[:, ::-1],
    "../self": np.asfortranarray(np.arange(4.0).reshape(2, 2)),
}


def test_the_same_bits_come_back(tmp_path):
    place = save_weights(tmp_path / "net.npz", ODD)
    back = load_weights(place)
    assert list(back) == list(ODD)
    for name, array in ODD.items():
        assert back[name].dtype == array.dtype
        assert back[name].shape == np.shape(array)
        assert back[name].tobytes() == np.asarray(array).tobytes()


def test_numpy_reads_the_file_without_pickle(tmp_path):
    place = save_weights(tmp_path / "net.npz", ODD)
    with np.load(place, allow_pickle=False) as found:
        assert found["array0"].shape == (2, 2)


def test_an_old_file_stays_when_the_new_one_is_refused(tmp_path):
    place = save_weights(tmp_path / "net.npz", {"W": np.ones(2)})
    with pytest.raises(DTypeError, match="b has type"):
        save_weights(place, {"b": np.array(["x"])})
    assert load_weights(place)["W"].tolist() == [1, 1]
    assert [p.name for p in tmp_path.iterdir()] == ["net.npz"]


def test_places_that_are_refused(tmp_path):
    with pytest.raises(OutputPathError, match="ends in"):
        save_weights(tmp_path / "net.pkl", {})
    with pytest.raises(OutputPathError, match="does not exist"):
        save_weights(tmp_path / "nowhere" / "net.npz", {})


def test_objects_are_never_unpickled(tmp_path):
    place = tmp_path / "net.npz"
    np.savez(place, header=np.array([print], dtype=object))
    with pytest.raises(FileFormatError, match="is no file of weights"):
        load_weights(place)


def test_packed_archives_are_refused(tmp_path):
    place = tmp_path / "net.npz"
    np.savez_compressed(place, header=np.zeros(10, np.uint8))
    with pytest.raises(FileFormatError, match="packed"):
        load_weights(place)


@pytest.mark.parametrize("damage", ["empty", "text", "half", "flipped"])
def test_damage_is_noticed(tmp_path, damage):
    place = save_weights(tmp_path / "net.npz", {"W": np.arange(100.0)})
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 0xFF
    changed = {
        "empty": b"",
        "text": b"[train]\n",
        "half": place.read_bytes()[:200],
        "flipped": bytes(data),
    }
    place.write_bytes(changed[damage])
    with pytest.raises(FileFormatError):
        load_weights(place)


def test_missing_files_and_foreign_ones(tmp_path):
    with pytest.raises(FileFormatError, match="No such file"):
        load_weights(tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", W=np.zeros(3))
    with pytest.raises(FileFormatError, match="is no file of weights"):
        load_weights(tmp_path / "other.npz")


def test_a_later_format_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FORMAT", 2)
    place = save_weights(tmp_path / "net.npz", {"W": np.zeros(3)})
    monkeypatch.undo()
    with pytest.raises(VersionMismatch, match="has format 2"):
        load_weights(place)


def test_a_header_that_lies_is_refused(tmp_path):
    place = save_weights(tmp_path / "net.npz", {"W": np.zeros(3)})
    with zipfile.ZipFile(place) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO()
    np.save(stream, np.zeros(4))
    members["array0.npy"] = stream.getvalue()
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(FileFormatError, match="not as its header says"):
        load_weights(place)


def test_what_stands_beside_the_weights_comes_back_and_is_no_weight(tmp_path):
    values = {"epoch": 3, "names": ["σ", "loss"], "shuffle": True, "rate": 0.1}
    place = save_weights(tmp_path / "net.npz", ODD, Extra({"W": ODD["σ"], "θ": ODD["W"]}, values))
    extra = load_extra(place)
    assert extra.values == values
    assert {n: a.tobytes() for n, a in extra.arrays.items()} == {
        "W": ODD["σ"].tobytes(),
        "θ": ODD["W"].tobytes(),
    }
    assert list(load_weights(place)) == list(ODD)
    assert load_extra(save_weights(tmp_path / "alone.npz", ODD)) is None


@pytest.mark.parametrize("extra", [3, [], {"arrays": []}, {"arrays": 3, "values": {}}, None])
def test_damage_beside_the_weights_is_told(tmp_path, extra):
    place = save_weights(tmp_path / "net.npz", {"W": np.ones(2)}, Extra({}, {}))
    with np.load(place) as found:
        header, array = json.loads(found["header"].tobytes()), found["array0"]
    header["extra"] = extra
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(place, header=text, array0=array)
    for load in (load_weights, load_extra):
        with pytest.raises(FileFormatError):
            load(place)
