"""Names in emitted files: ASCII, readable, injective."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbp.kernels.naming import RESERVED, Namer, romanise

READABLE = {
    "σ": "sigma",
    "Σ": "Sigma",
    "dL/dz": "dL_dz",
    "w′": "w_prime",
    "n·1": "n_1",
    "_12": "part12",
    "x_1": "x_1",
    "é": "e",
    "中": "u4e2d",
    "ς": "final_sigma",
    "ϑ": "u3d1",
    "": "_",
}


@pytest.mark.parametrize(("name", "expected"), READABLE.items())
def test_names_read_like_the_authors(name, expected):
    assert romanise(name) == expected


def test_what_python_and_the_file_use_is_avoided():
    names = Namer()
    for name in ("lambda", "np", "loss", "sigmoid", "range", "theta", "match"):
        assert names("quantity", name) == f"{name}_2"
    assert names("quantity", "compute_loss") == "q_compute_loss"


def test_homonyms_of_two_kinds_are_told_apart():
    names = Namer()
    found = [names("quantity", "total"), names("temporary", "·total"), names("letter", "total")]
    assert found == ["total", "total_2", "total_3"]
    assert names("temporary", "·total") == "total_2"


@given(st.lists(st.text(alphabet="aAσΣ_′/·1é中", min_size=1, max_size=4), unique=True))
def test_different_things_have_different_names(things):
    names = Namer()
    found = [names("quantity", thing) for thing in things]
    assert len(set(found)) == len(things)
    assert all(name.isidentifier() and name.isascii() for name in found)
    assert not RESERVED.intersection(found)
