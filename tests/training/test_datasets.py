"""The tables were made with scikit-learn 1.9.1: make_moons and train_test_split."""

from __future__ import annotations

import numpy as np
import pytest

from symbp.errors import DataError, ShapeError
from symbp.training.datasets import one_hot, split, two_moons

#: make_moons(7, noise=0.2, random_state=100)
NOISY = (
    [
        [0.19626415739024639, 1.1028437682788765],
        [-0.9557640661557198, -0.21400866611365854],
        [1.4621008338353647, -0.3150251149297624],
        [0.40839460289947505, -0.27899270615986016],
        [-0.11671901006453296, 0.6633694143371558],
        [2.1345441611419322, 0.47911777132187433],
        [0.893743924629618, 0.20594653702666924],
    ],
    [0, 0, 1, 1, 1, 1, 0],
)
#: make_moons(5, noise=0.1, random_state=3, shuffle=False)
ORDERED = (
    [
        [1.1788628473430318, 0.043650985051198944],
        [-0.9903502531927991, -0.186349270336449],
        [-0.027738820251439908, 0.46452410207310135],
        [0.9917258518517539, -0.5627000676823848],
        [1.9956181831024071, 0.45227819696404964],
    ],
    [0, 0, 1, 1, 1],
)
#: make_moons(8, random_state=42)
EXACT = (
    [
        [0.5000000000000001, 0.8660254037844386],
        [0.4999999999999999, -0.3660254037844386],
        [1.0, 0.0],
        [2.0, 0.4999999999999999],
        [-0.4999999999999998, 0.8660254037844387],
        [0.0, 0.5],
        [-1.0, 1.2246467991473532e-16],
        [1.4999999999999998, -0.3660254037844387],
    ],
    [0, 1, 0, 1, 0, 1, 0, 1],
)


@pytest.mark.parametrize(
    ("expected", "options"),
    [
        (NOISY, {"samples": 7, "noise": 0.2, "seed": 100}),
        (ORDERED, {"samples": 5, "noise": 0.1, "seed": 3, "shuffle": False}),
        (EXACT, {"samples": 8, "seed": 42}),
    ],
)
def test_moons_are_those_of_scikit_learn(expected, options):
    points, labels = two_moons(**options)
    np.testing.assert_allclose(points, expected[0], rtol=1e-15, atol=1e-16)
    assert labels.tolist() == expected[1]


def test_data_and_split_of_chapter_7_9():
    points, labels = two_moons(2000, noise=0.2, seed=100)
    train, test, train_labels, test_labels = split(points, labels, test=0.3, seed=42)
    assert train.shape == (1400, 2)
    assert test.shape == (600, 2)
    assert train[:2].tolist() == [
        pytest.approx([0.2583199108747575, 0.7487391676494501]),
        pytest.approx([-0.04961623227517977, 0.7921997988080098]),
    ]
    assert test[-1].tolist() == pytest.approx([-0.032395914716895985, 1.229381428925359])
    assert train_labels[:12].tolist() == [0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0]
    assert test_labels[-12:].tolist() == [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0]
    assert (train_labels.sum(), test_labels.sum()) == (703, 297)
    assert train.sum() == pytest.approx(1062.5302521377657, rel=1e-14)


def test_a_split_rounds_the_test_part_up():
    train, test = split(np.arange(10), test=0.25, seed=1)
    assert train.tolist() == [4, 0, 3, 1, 7, 8, 5]
    assert test.tolist() == [2, 9, 6]
    assert len(split(np.arange(10), test=4, seed=1)[1]) == 4


def test_seeds_are_obeyed():
    again = [two_moons(20, noise=0.1, seed=5)[0] for _ in range(2)]
    assert np.array_equal(*again)
    assert not np.array_equal(again[0], two_moons(20, noise=0.1, seed=6)[0])


def test_one_sample_lies_on_the_second_moon():
    points, labels = two_moons(1)
    assert points.tolist() == [[0, 0.5]]
    assert labels.tolist() == [1]


def test_refusals_of_the_generator():
    with pytest.raises(DataError, match="at least one sample"):
        two_moons(0)
    with pytest.raises(DataError, match="standard deviation"):
        two_moons(5, noise=float("nan"))


def test_refusals_of_the_split():
    with pytest.raises(ShapeError, match="3, 2 samples"):
        split([1, 2, 3], [1, 2])
    with pytest.raises(ShapeError, match="first axis"):
        split()
    with pytest.raises(DataError, match="one part empty"):
        split([1, 2, 3], test=1.0)


def test_one_hot_rows():
    assert one_hot([1, 0, 2]).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert one_hot([0], 3).tolist() == [[1, 0, 0]]
    with pytest.raises(DataError, match="label 2 at 1 is outside its range"):
        one_hot([0, 2], 2)
    with pytest.raises(DataError, match="label -1 at 0"):
        one_hot([-1])
    with pytest.raises(DataError, match="integers"):
        one_hot([0.5])
