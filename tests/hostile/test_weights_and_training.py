"""Hostile weight files, and training on data that break it."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest

import symbp as sb
from symbp.errors import DataError, FileFormatError, SymbpError
from symbp.training.weights import load_weights, save_weights

LINE = """input x[n:N, j:2]; param w[j]; target y[n]
o[n] = sum(j, x[n,j]*w[j]); L = sum(n, (o[n] - y[n])^2)/N"""


def packed(members, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def npy(shape, data=b"", kind="<f8"):
    """An array file whose header is written by hand."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + data


FILES = {
    "file-003": packed({"W.npy": npy("(-1,)")}),
    "file-005": b"hello world",
    "file-007": b"PK\x03\x04" + b"0" * 50,
    "file-008": packed({"W.npy": npy("(1250000000,)", bytes(10**6))}, zipfile.ZIP_DEFLATED),
    "file-009": packed({"../../x.npy": npy("(1,)", bytes(8))}),
    "file-010": pickle.dumps({"W": [1.0]}),
    "file-012": (64).to_bytes(8, "little") + json.dumps({"W": {"data_offsets": [0, 8]}}).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_weight_files(name, tmp_path):
    place = tmp_path / "inside" / "weights.npz"
    place.parent.mkdir()
    place.write_bytes(FILES[name])
    with pytest.raises(FileFormatError) as refused:
        load_weights(place)
    assert "allow_pickle" not in str(refused.value)
    assert len(str(refused.value).splitlines()) <= 3
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["inside", "weights.npz"]


def test_a_good_file_is_read(tmp_path):
    place = save_weights(tmp_path / "weights.npz", {"W": np.ones(2)})
    assert load_weights(place)["W"].tolist() == [1.0, 1.0]


def trained(x, y, **options):
    settings = {"lr": 0.1, "epochs": 2, "seed": 0, "batch_size": 2} | options
    return sb.fit(sb.System(LINE), {"x": x, "y": y}, **settings)


def test_an_overflowing_loss_is_an_error_and_no_weights_of_nan():
    with pytest.raises(SymbpError, match="the loss is inf in epoch 1, step 1"):
        trained(np.full((2, 2), 1e300), np.ones(2))


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
def test_data_that_are_not_finite_are_refused(wrong):
    with pytest.raises(DataError):
        trained(np.array([[1.0, wrong], [0.0, 1.0]]), np.ones(2))


def test_a_batch_larger_than_the_data_is_one_batch():
    whole = trained(np.eye(2), np.ones(2), batch_size=None)
    larger = trained(np.eye(2), np.ones(2), batch_size=64)
    assert larger.params["w"].tobytes() == whole.params["w"].tobytes()


def test_kernels_keep_what_shows_a_nan():
    source = sb.System(LINE).compile().source
    assert "fastmath" in source
    assert "nnan" not in source
    assert "ninf" not in source
    assert "fastmath=True" not in source
