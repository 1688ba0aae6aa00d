from __future__ import annotations

import pytest

from symbp.errors import DataError
from symbp.training.options import Options


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch_size": 0},
        {"batch_size": 2.5},
        {"epochs": 0},
        {"epochs": "3"},
        {"seed": -1},
        {"seed": None},
        {"patience": 0},
        {"epochs": True},
    ],
)
def test_options_that_are_refused(wrong):
    with pytest.raises(DataError, match=next(iter(wrong))):
        Options(**wrong)


def test_all_samples_at_once_is_no_number():
    assert Options(batch_size=None).batch_size is None
