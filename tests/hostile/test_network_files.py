"""Network files from elsewhere: refused before they cost anything, and they write only below."""

import pytest

from symbp.errors import OutputPathError
from symbp.networkfile import parse_network, read_network

#: What a case puts into an otherwise good file.
GOOD = 'layers = [2, 3, 1]\nactivation = "tanh"\nloss = "squared_error"\n'
KEYS = ("layers", "activation", "loss")


def contents(case, text_of_case) -> bytes:
    """The case's line in a good file; a case that is a whole file, alone."""
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    text = text_of_case(case)
    key = text.partition("=")[0].strip()
    kept = [line for line in GOOD.splitlines() if line.partition(" ")[0] != key]
    return "\n".join([*kept, text, ""]).encode()


@pytest.mark.surface("spec_toml")
def test_network_file(case, judged, text_of_case, tmp_path):
    data = contents(case, text_of_case)
    path = tmp_path / "net.toml"
    path.write_bytes(data)
    judged(case, lambda: read_network(path))
    assert [p.name for p in tmp_path.iterdir()] == ["net.toml"]


def test_the_good_file_is_good(tmp_path):
    network, options = parse_network(GOOD, tmp_path)
    assert options.output is None
    assert {"x", "y"} <= set(network.snapshot().quantities)


def test_lines_are_named(tmp_path):
    with pytest.raises(ValueError, match="line 2"):
        parse_network("a = 1\na = 2", tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "sub/../../x.py",
        "../x.py",
        "~/x.py",
        "C:/x.py",
        "\\\\host\\share\\x.py",
        "..",
        ".",
        "",
        "CON",
        "sub/nul.txt",
        "a\x00b",
        "../../../../etc/cron.d/x",
    ],
)
def test_outputs_stay_below_the_file(path, tmp_path):
    (tmp_path / "sub").mkdir()
    quoted = path.replace("\\", "\\\\").replace("\x00", "\\u0000")
    with pytest.raises(OutputPathError):
        parse_network(f'{GOOD}[output]\npath = "{quoted}"\n', tmp_path)


def test_a_link_does_not_lead_out(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    with pytest.raises(OutputPathError):
        parse_network(f'{GOOD}[output]\npath = "out/x.py"\n', folder)


def test_an_output_below_is_accepted(tmp_path):
    _, options = parse_network(f'{GOOD}[output]\npath = "x.py"\n', tmp_path)
    assert options.output == tmp_path / "x.py"
