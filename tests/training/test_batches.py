from __future__ import annotations

import pytest

from symbp.errors import DataError
from symbp.training.batches import Batches


def test_an_epoch_has_full_batches_and_a_rest():
    batches = Batches(17, 5)
    assert (batches.whole, batches.rest) == (3, 2)
    assert (Batches(17, 17).whole, Batches(17, 17).rest) == (1, 0)
    assert (Batches(17, 1).whole, Batches(17, 1).rest) == (17, 0)


def test_each_epoch_takes_every_sample_once_in_an_order_of_its_own():
    batches = Batches(50, 5, seed=2)
    orders = [batches.order(epoch).tolist() for epoch in range(3)]
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert orders[0] != orders[1] != orders[2]


def test_an_order_depends_on_seed_and_epoch_alone():
    assert Batches(50, 5, seed=2).order(7).tolist() == Batches(50, 9, seed=2).order(7).tolist()
    assert Batches(50, 5, seed=2).order(7).tolist() != Batches(50, 5, seed=3).order(7).tolist()


def test_without_shuffling_the_order_is_that_of_the_data():
    assert Batches(4, 2, shuffle=False).order(3).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("size", "seed"), [(0, 0), (-1, 0), (6, 0), (2, -1)])
def test_refusals(size, seed):
    with pytest.raises(DataError, match=r"batch_size is|seed is"):
        Batches(5, size, seed)


def test_an_epoch_has_a_step_for_each_batch_the_short_one_too():
    assert [Batches(10, size).steps for size in (1, 3, 5, 10)] == [10, 4, 2, 1]
