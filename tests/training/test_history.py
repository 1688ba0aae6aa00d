from __future__ import annotations

import json

import pytest

from symbp.errors import UnknownNameError
from symbp.training.history import History


def made():
    history = History()
    for loss, other in ((3, 0.5), (1, 2.5), (2, float("nan"))):
        history.add({"loss": loss, "val_loss": other})
    return history


def test_one_number_for_each_epoch():
    history = made()
    assert history["loss"] == (3, 1, 2)
    assert list(history) == ["loss", "val_loss"]
    assert len(history) == 2
    assert history.epochs == 3
    assert history.last["loss"] == 2


def test_the_best_epoch_counts_from_one_and_passes_over_what_is_no_number():
    assert made().best() == 2
    assert made().best("val_loss") == 1
    assert History().best() == 0


def test_nothing_measured():
    history = History()
    assert history["loss"] == ()
    assert history.last == {}
    assert str(history) == "no epoch was completed"
    assert repr(history) == "<History of 0 epochs>"


def test_names_that_were_not_measured():
    with pytest.raises(UnknownNameError, match=r"'los' was not measured.*loss"):
        made()["los"]


def test_it_prints_as_a_table():
    lines = str(made()).splitlines()
    assert [line.split() for line in lines] == [
        ["epoch", "loss", "val_loss"],
        ["1", "3", "0.5"],
        ["2", "1", "2.5"],
        ["3", "2", "nan"],
    ]
    assert len({len(line) for line in lines}) == 1
    assert repr(made()) == "<History of 3 epochs: loss 2, val_loss nan>"


def test_json_has_null_for_what_is_no_number():
    rows = json.loads(made().json())["epochs"]
    assert rows[0] == {"loss": 3, "val_loss": 0.5}
    assert rows[2]["val_loss"] is None


def test_the_first_epochs_are_a_history_of_their_own():
    whole = History([{"loss": 3}, {"loss": 2}])
    part = whole.first(1)
    part.add({"loss": 5})
    assert (whole["loss"], part["loss"]) == ((3, 2), (3, 5))
    assert whole.first(9).epochs == 2
    assert whole.first(0).epochs == 0
