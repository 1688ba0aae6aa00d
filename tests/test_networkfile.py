"""The network file: what it says, and what is refused before anything is made of it."""

from __future__ import annotations

import pytest

from symbp.errors import DataError, FileFormatError, LimitExceeded, OutputPathError, ParseError
from symbp.models import Network
from symbp.networkfile import MAX_BYTES, TrainingOptions, parse_network, read_network

GOOD = """
layers = [2, 25, 50, 25, 2]
activation = "sigmoid"
loss = "squared_error"
[train]
lr = 0.5
epochs = 50
batch_size = 16
seed = 7
[output]
path = "out.py"
"""


def parse(text, tmp_path):
    return parse_network(text, tmp_path)


def test_a_whole_file(tmp_path):
    place = tmp_path / "net.toml"
    place.write_text("\ufeff" + GOOD, encoding="utf-8")
    network, options = read_network(place)
    assert isinstance(network, Network)
    assert options == TrainingOptions(0.5, 50, 16, 7, tmp_path / "out.py")
    shapes = {
        q.name: [str(a.extent) for a in q.axes] for q in network.snapshot().given("parameter")
    }
    assert shapes["W3"] == ["50", "25"]
    assert str(network).count("sigmoid") == 4


def test_defaults(tmp_path):
    network, options = parse("layers = [3, 1]", tmp_path)
    assert options == TrainingOptions()
    assert "sigmoid" in str(network)
    assert "(o[n,k] - y[n,k])^2" in str(network)


@pytest.mark.parametrize(
    ("loss", "last"), [("cross_entropy", "sum(l, exp("), ("binary_cross_entropy", "sigmoid(z2")]
)
def test_the_last_layer_fits_the_loss(loss, last, tmp_path):
    network, _ = parse(f'layers = [3, 4, 2]\nactivation = "relu"\nloss = "{loss}"', tmp_path)
    assert last in str(network)
    assert str(network).count("relu") == 1


def test_another_last_layer(tmp_path):
    text = 'layers = [3, 4, 2]\nactivation = "relu"\noutput_activation = "linear"'
    assert "o[n,k] = sum(j, h1[n,j]*W2[j,k]) + b2[k]" in str(parse(text, tmp_path)[0])


def test_keys_of_training_at_the_top(tmp_path):
    assert parse("layers = [1, 1]\nlr = 2", tmp_path)[1].lr == 2.0
    with pytest.raises(FileFormatError, match="keep one"):
        parse("layers = [1, 1]\nlr = 2\n[train]\nlr = 2", tmp_path)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("a" + ".a" * 50000 + "=1", FileFormatError, "100 parts"),
        ("a=" + "9" * 5000, FileFormatError, "digits"),
        ("x = '" + "y" * MAX_BYTES + "'", FileFormatError, "bytes"),
        ("a = " + "[" * 5000 + "]" * 5000, FileFormatError, "brackets"),
        ("lr = nan", DataError, "finite positive"),
        ("lr = inf", DataError, "finite positive"),
        ("lr = 1e400", DataError, "finite positive"),
        ("lr = " + "9" * 350, DataError, "finite positive"),
        ("lr = 0", DataError, "finite positive"),
        ("lr = -0.1", DataError, "finite positive"),
        ('lr = "0.1"', DataError, "a string"),
        ("lr = true", DataError, "truth value"),
        ("[train]\nepochs = 0", DataError, "epochs"),
        ("[train]\nbatch_size = 2.5", DataError, "batch_size"),
        ("[train]\nseed = -1", DataError, "seed"),
        ("layers = [1000000000, 1000000000]", LimitExceeded, "6.9 EiB"),
        ("layers = [2]", DataError, "at least two"),
        ("layers = 3", DataError, "list"),
        ("layers = [2, 0]", DataError, "between"),
        ("layers = [2, 1.5]", DataError, "integer"),
        ("layers = [2, true]", DataError, "truth value"),
        ("layers = [2, 1979-05-27]", DataError, "a date"),
        ("", FileFormatError, "'layers' is missing"),
        ('activaton = "relu"', FileFormatError, "Did you mean 'activation'"),
        ("[train]\nlearning = 1", FileFormatError, "train.learning"),
        ("train = 1", FileFormatError, "table"),
        ("a = 1\na = 2", FileFormatError, "line 2"),
        ("!!python/object/apply:os.system ['id']", FileFormatError, "not TOML"),
        (b"\xff\xfe\x00bad", FileFormatError, "UTF-8"),
        ("layers = [2, 2]\nloss = \"__import__('os').system('id')\"", ParseError, "unknown loss"),
        ('layers = [2, 2]\nactivation = "rlu"', ParseError, "relu"),
        ("layers = [2, 2]\nloss = 3", DataError, "loss"),
        ('layers = [2, 2]\n[output]\npath = "/etc/passwd"', OutputPathError, "absolute"),
        ('layers = [2, 2]\n[output]\npath = "sub/../../x.py"', OutputPathError, "leaves"),
        ("layers = [2, 2]\n[output]\npath = 3", DataError, "path"),
        ('layers = [2, 2]\n[output]\npath = "nul.txt"', OutputPathError, "device"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_refusals(text, error, message, tmp_path):
    with pytest.raises(error, match=message) as caught:
        parse(text, tmp_path)
    assert len(str(caught.value).splitlines()) <= 3
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", ["missing.toml", "a\x00b.toml", "."])
def test_files_that_cannot_be_read(name, tmp_path):
    with pytest.raises(FileFormatError, match="cannot read"):
        read_network(tmp_path / name)
