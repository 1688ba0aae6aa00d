import pytest

from symbp.errors import (
    LimitExceeded,
    NameCollisionError,
    UnknownNameError,
    UnsafeInputError,
)
from symbp.names import NameTable, fold_keys, fold_letter, fold_name, meant, suggest

LEGAL = [
    "lambda",
    "match",
    "E",
    "I",
    "S",
    "N",
    "pi",
    "gamma",
    "self",
    "np",
    "σ",
    "δ",
    "W′",
    "损失",
    "_1",
]


@pytest.mark.parametrize("name", LEGAL)
def test_any_identifier_is_a_legal_name(name):
    assert fold_name(name) == name


def test_names_are_folded_as_python_folds_them():
    assert fold_name("θ₁") == "θ1"
    assert fold_name("ϕ") == "φ"
    assert fold_name("\N{MICRO SIGN}") == "\N{GREEK SMALL LETTER MU}"
    assert fold_name("W″") == "W′′"


HOSTILE = [
    '__import__("os").getpid()',
    '"""+1',
    "a,b",
    "😀",
    "x; system(1)",
    "W^{(1)}",
    "a b",
    "x\x1b[2J",
    "x\u202e",
    "x\u200d",
    "\ud800",
    "1x",
    "W'",
    "k·1",
    "′",
    "\n",
    "=HYPERLINK(1)",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_nothing_that_could_break_out_is_a_name(name):
    with pytest.raises(UnsafeInputError) as caught:
        fold_name(name)
    assert str(caught.value).isprintable()


def test_an_empty_name_and_an_endless_one():
    with pytest.raises(UnknownNameError, match="empty"):
        fold_name("")
    with pytest.raises(LimitExceeded, match="200"):
        fold_name("x" * 10_000)


def test_letters_made_by_symbp_pass_as_letters():
    assert fold_letter("k·1") == "k·1"
    with pytest.raises(UnsafeInputError):
        fold_letter("k·x")


def test_two_spellings_of_one_name_collide():
    table = NameTable()
    assert table.fold("ϕ") == "φ"
    assert table.fold("ϕ") == "φ"
    with pytest.raises(NameCollisionError, match="NFKC"):
        table.fold("φ")


def test_a_folded_name_that_is_read_back_is_no_second_spelling():
    table = NameTable()
    table.fold("ϕ")
    assert table.fold_read("φ") == "φ"
    with pytest.raises(NameCollisionError):
        NameTable().fold("θ₁"), table.fold("θ1"), table.fold_read("θ₁")


def test_suggestions():
    assert suggest("weigth", ["bias", "weight"]) == "did you mean 'weight'?"
    assert suggest("q", ["alpha", "beta"]) == "known are: alpha, beta"
    assert suggest("q", []) == "nothing has been declared yet"
    assert suggest("q", [f"a{n}" for n in range(20)]).endswith("...")


def test_what_a_user_looks_up_is_folded_and_not_judged():
    assert meant("θ₁") == "θ1"
    assert meant("no name!") == "no name!"
    assert fold_keys({"θ₁": 1, "x": 2}) == {"θ1": 1, "x": 2}
    with pytest.raises(NameCollisionError, match="two spellings"):
        fold_keys({"θ₁": 1, "θ1": 2})
