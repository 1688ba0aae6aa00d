"""The matrix form is evaluated with NumPy and compared with the sums that it stands for."""

import itertools

import numpy as np
import pytest

from symbp.expressions import Call, IndexValue, Number, Power, Product, Reduce, Sum
from symbp.indices import IndexExpr
from symbp.printers.matrices import (
    Applied,
    Constant,
    Hadamard,
    Ones,
    Scaled,
    Symbol,
    Times,
    Total,
    Turned,
    read_matrix,
)
from tests.printers.ledgers import at, over
from tests.printers.making import scalar

SIZES = {"n": 4, "i": 2, "j": 3, "k": 5}
RANDOM = np.random.default_rng(7)
ARRAYS = {
    "x": RANDOM.normal(size=(4, 2)),
    "d": RANDOM.normal(size=(4, 5)),
    "h": RANDOM.normal(size=(4, 3)),
    "V": RANDOM.normal(size=(3, 5)),
    "u": RANDOM.normal(size=3),
    "v": RANDOM.normal(size=5),
    "w": RANDOM.normal(size=4),
    "s": np.array(1.7),
}
AXES = {"x": "ni", "d": "nk", "h": "nj", "V": "jk", "u": "j", "v": "k", "w": "n", "s": ""}


def value(node, place):
    """The entry, from the definition of a sum."""
    if isinstance(node, Number):
        return float(node.value)
    if isinstance(node, IndexValue):
        return float(SIZES["n"])
    if isinstance(node, Sum):
        return sum(sign * value(term, place) for sign, term in node.terms)
    if isinstance(node, Product):
        above = np.prod([value(f, place) for f in node.numerator])
        return above / np.prod([value(f, place) for f in node.denominator])
    if isinstance(node, Power):
        return value(node.base, place) ** value(node.exponent, place)
    if isinstance(node, Call):
        return np.tanh(value(node.arguments[0], place))
    if isinstance(node, Reduce):
        name = node.binders[0].name
        return sum(value(node.body, {**place, name: n}) for n in range(SIZES[name]))
    return ARRAYS[node.quantity][tuple(place[i.as_letter] for i in node.indices)]


def array(matrix, height, width):
    """The matrix, with NumPy."""
    if isinstance(matrix, Symbol):
        found = np.atleast_1d(ARRAYS[matrix.name])
        found = found.reshape(-1, 1) if found.ndim == 1 else found
        return found.T if matrix.turned else found
    if isinstance(matrix, Constant):
        return np.full((height, width), value(matrix.value, {}))
    if isinstance(matrix, Scaled):
        return value(matrix.factor, {}) * array(matrix.body, height, width)
    if isinstance(matrix, Total):
        return sum(sign * array(term, height, width) for sign, term in matrix.terms)
    if isinstance(matrix, Hadamard):
        return np.prod([array(f, height, width) for f in matrix.factors], axis=0)
    if isinstance(matrix, Turned):
        return array(matrix.body, width, height).T
    if isinstance(matrix, Applied):
        return np.tanh(array(matrix.body, height, width))
    assert isinstance(matrix, Times)
    return product(matrix, height, width)


def product(matrix, height, width):
    inner = sorted(set(SIZES.values()) | {1})
    for size in inner:
        try:
            left = ones(matrix.left, height, size)
            right = ones(matrix.right, size, width)
            return left @ right
        except ValueError:
            continue
    raise ValueError(matrix)


def ones(matrix, height, width):
    shape = (height, width)
    made = np.ones(shape) if isinstance(matrix, Ones) else array(matrix, height, width)
    if made.shape != (height, width):
        raise ValueError(made.shape)
    return made


def total(letter, body):
    return Reduce("sum", [over(letter, letter.upper())], body)


X, D, H, V = at("x", "n", "i"), at("d", "n", "k"), at("h", "n", "j"), at("V", "j", "k")
DELTA = total("k", V * D)
N = IndexValue(IndexExpr.extent("N"))
CASES = [
    (V, "j", "k"),
    (V, "k", "j"),
    (at("u", "j"), "j", None),
    (at("u", "j") * at("v", "k"), "j", "k"),
    (at("v", "k") * V * at("u", "j"), "j", "k"),
    (at("u", "j"), "j", "k"),
    (total("n", D * H), "j", "k"),
    (total("n", D * H), "k", "j"),
    (total("n", D), "k", None),
    (total("n", D - total("j", H * V)), "k", None),
    (total("n", (D - total("j", H * V)) * X), "k", "i"),
    (total("n", D * at("w", "n")), "k", None),
    (DELTA, "n", "j"),
    (H * (1 - H) * DELTA, "n", "j"),
    ((1 - Power(H, Number(2))) * DELTA / N, "n", "j"),
    (scalar("s") * total("n", X * D), "i", "k"),
    (total("n", X * D) / (N * scalar("s")), "i", "k"),
    (total("n", D * (1 - Power(D, Number(2))) * H), "j", "k"),
    (total("j", at("u", "j") * V), "k", None),
    (at("v", "k") * total("j", at("u", "j") * V), "k", None),
    (total("n", total("k", V * D) * X), "j", "i"),
    (Call("tanh", (total("j", H * V),)), "n", "k"),
    (V + at("u", "j") * at("v", "k"), "j", "k"),
    (Number(2) * V, "j", "k"),
    (Number(2) + V, "j", "k"),
]


@pytest.mark.parametrize(("node", "row", "column"), CASES)
def test_the_matrix_has_these_entries(node, row, column):
    matrix = read_matrix(node, row, column)
    assert matrix is not None
    height, width = SIZES[row], SIZES[column] if column else 1
    made = array(matrix, height, width)
    assert made.shape == (height, width)
    for r, c in itertools.product(range(height), range(width)):
        place = {row: r} | ({column: c} if column else {})
        assert made[r, c] == pytest.approx(value(node, place), rel=1e-12)


@pytest.mark.parametrize(
    ("node", "row", "column"),
    [
        (at("u", "j") * V, "j", "k"),
        (total("n", D * H * at("w", "n")), "j", "k"),
        (total("n", at("q", "n", "j", "k")), "j", "k"),
        (V * at("p", "i"), "j", "k"),
        (at("V", "j", 0), "j", None),
        (Power(V, Number(3)), "j", "k"),
        (Reduce("sum", [over("n", "N"), over("k", "K")], D * H), "j", None),
        (V / at("v", "k"), "j", "k"),
        (Reduce("max", [over("k", "K")], V), "j", None),
    ],
)
def test_what_has_no_matrix_form_gives_none(node, row, column):
    assert read_matrix(node, row, column) is None


def test_axes_are_named_like_the_arrays():
    for name, letters in AXES.items():
        assert ARRAYS[name].shape == tuple(SIZES[x] for x in letters)
