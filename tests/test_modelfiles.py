"""What a word of the command line is read as; `test_cli.py` has the messages."""

import pytest

from symbp.errors import DataError, FileFormatError
from symbp.modelfiles import read_model


def test_a_text_with_a_statement_is_a_system():
    read = read_model(None, "A = X^2; B = A + 1")
    assert [e.target for e in read.snapshot().author_equations] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "avoid", "name"),
    [
        ("x^2", (), "y"),
        ("y^2", (), "f"),
        ("x^2", ("y", "f"), "g"),
        ("where(x == 1, x, 2)", (), "y"),
    ],
)
def test_one_expression_is_given_a_free_name(text, avoid, name):
    assert read_model(None, text, avoid).snapshot().author_equations[0].target == name


def test_files(tmp_path):
    system, network = tmp_path / "a.symbp", tmp_path / "a.toml"
    system.write_text("A = X^2", "utf-8")
    network.write_text("layers = 3", "utf-8")
    assert [q.name for q in read_model(str(system), None).snapshot().given()] == ["X"]
    with pytest.raises(DataError, match="layers"):
        read_model(str(network), None)
    with pytest.raises(FileFormatError, match=r"ends in \.symbp"):
        read_model(str(tmp_path / "a.txt"), None)
