"""Data to try a model on: two moons, and a split into parts for training and testing.

Both draw from NumPy's `RandomState` in the order in which scikit-learn's `make_moons` and
`train_test_split` draw, so that one seed gives the numbers that its users know.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from symbp.errors import DataError, ShapeError

__all__ = ["one_hot", "split", "two_moons"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def two_moons(
    samples: int = 100,
    *,
    noise: float | None = None,
    seed: int | None = None,
    shuffle: bool = True,
) -> tuple[Floats, Labels]:
    """Two half circles that reach into one another.

    The first lies at (cos t, sin t), the second at (1 - cos t, 1/2 - sin t), t from 0 to π.

    Args:
        samples: how many points; of an odd number the second moon has one more.
        noise: standard deviation of what is added to each coordinate; None: nothing.
        seed: the same seed gives the same points; None: different ones each time.
        shuffle: whether the points are mixed; if not, the first moon comes first.

    Returns:
        Points of shape (samples, 2), and for each the moon that it lies on, 0 or 1.

    Raises:
        DataError: no samples, or a noise that is no standard deviation.
    """
    if samples < 1:
        raise DataError(f"two_moons needs at least one sample, got {samples}")
    if noise is not None and not 0 <= noise < math.inf:
        raise DataError(f"noise must be a finite standard deviation, got {noise}")
    draws = np.random.RandomState(seed)
    first = np.linspace(0, np.pi, samples // 2)
    second = np.linspace(0, np.pi, samples - samples // 2)
    across = np.concatenate((np.cos(first), 1 - np.cos(second)))
    up = np.concatenate((np.sin(first), 1 - np.sin(second) - 0.5))
    points = np.column_stack((across, up))
    labels = np.repeat(np.arange(2), (len(first), len(second)))
    if shuffle:
        order = np.arange(samples)
        draws.shuffle(order)
        points, labels = points[order], labels[order]
    if noise is not None:
        points = points + draws.normal(scale=noise, size=points.shape)
    return points, labels.astype(np.int64)


def split(
    *arrays: npt.ArrayLike, test: float = 0.25, seed: int | None = None
) -> tuple[npt.NDArray[Any], ...]:
    """Divide arrays along their first axis, in one random order, for training and testing.

    Args:
        arrays: arrays of equally many samples.
        test: the part, or the number, of samples to be kept for testing, rounded up.
        seed: the same seed gives the same parts.

    Returns:
        For each array its training part and its test part.

    Raises:
        ShapeError: the arrays do not have equally many samples.
        DataError: one of the two parts would be empty.
    """
    given = [np.asarray(array) for array in arrays]
    if not given or any(array.ndim == 0 for array in given):
        raise ShapeError("split takes arrays whose first axis counts the samples")
    sizes = [len(array) for array in given]
    if len(set(sizes)) > 1:
        raise ShapeError(f"the arrays have {', '.join(map(str, sizes))} samples; they must agree")
    kept = test if isinstance(test, int) else math.ceil(test * sizes[0])
    if not 0 < kept < sizes[0]:
        raise DataError(f"test={test} of {sizes[0]} samples leaves one part empty")
    order = np.random.RandomState(seed).permutation(sizes[0])
    tested, trained = order[:kept], order[kept:]
    return tuple(array[part] for array in given for part in (trained, tested))


def one_hot(labels: npt.ArrayLike, classes: int | None = None) -> Floats:
    """Rows with a 1 at the label and 0 elsewhere.

    Args:
        labels: integers from 0.
        classes: the number of columns; None: one more than the largest label.

    Raises:
        DataError: a label that is none, or outside 0..classes-1.
    """
    given = np.asarray(labels)
    if given.ndim != 1 or given.size == 0 or given.dtype.kind not in "iub":
        raise DataError("one_hot takes a list of integers, the label of each sample")
    numbers = given.astype(np.int64)
    count = int(numbers.max()) + 1 if classes is None else classes
    wrong = (numbers < 0) | (numbers >= count)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise DataError(f"label {numbers[at]} at {at} is outside its range: 0..{count - 1}")
    rows = np.zeros((len(numbers), count))
    rows[np.arange(len(numbers)), numbers] = 1.0
    return rows
