"""Arrays and labels that do not fit: told before anything is computed with them."""

import numpy as np
import pytest
import scipy.sparse

import symbp as sb
from symbp.errors import DataError
from symbp.factchecks import check_facts

MODEL = """
    input  x[n:N, j:J]
    param  w[j]
    target y[n]
    r[n] = sum(j, x[n,j]*w[j]) - y[n]
    L = sum(n, r[n]^2)/2
"""
LABELLED = """
    input  z[n:N, k:K]
    target t[n]
    p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
    L = -sum(n, ln(p[n,t[n]]))
"""
ONE_HOT = """
    input  z[n:N, k:K]
    target y[n, k]
    fact   y: one_hot(k)
    p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
    L = -sum(n, k, y[n,k]*ln(p[n,k]))
"""


class Tensor:
    """What a tensor library hands out while it records gradients."""

    requires_grad = True

    def detach(self):
        return self

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("detach it first")


def evaluate(x, w=None, y=None):
    shape = getattr(x, "shape", ())
    shape = shape if len(shape) == 2 else (1, 1)
    w = np.ones(shape[1]) if w is None else w
    y = np.zeros(shape[0]) if y is None else y
    return sb.System(MODEL).evaluate(x=x, w=w, y=y)


def memmap(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.ones((2, 3)))
    return np.load(path, mmap_mode="r")


def matrix():
    with pytest.warns(PendingDeprecationWarning):
        return np.matrix([[1.0, 2.0]])


CALLS = {
    "array-003": lambda _: evaluate(np.array([], dtype=float).reshape(0, 3)),
    "array-004": lambda _: evaluate(np.zeros((3, 0))),
    "array-006": lambda _: evaluate(np.ones(3)),
    "array-008": lambda _: evaluate(np.ones((100, 2)), y=np.ones(99)),
    "array-012": lambda _: evaluate(np.array([[1]], dtype=">f8")),
    "array-013": lambda _: evaluate(np.array([[1]], dtype=np.float16)),
    "array-016": lambda _: evaluate(matrix()),
    "array-019": lambda path: evaluate(memmap(path)),
    "array-022": lambda _: evaluate(np.array([[True], [False]])),
    "array-023": lambda _: evaluate(np.array([["2020-01-01"]], dtype="M8[D]")),
    "array-024": lambda _: evaluate([[1, 2], [3]]),
    "array-027": lambda _: evaluate(np.array([[2**63 - 1]], dtype=np.int64)),
    "array-028": lambda _: evaluate(scipy.sparse.csr_matrix(np.eye(3))),
    "array-029": lambda _: evaluate(Tensor()),
    "shape-001": lambda _: evaluate(np.broadcast_to(np.float64(1.0), (10**6, 10**6))),
    "shape-003": lambda _: evaluate(np.ones((0, 2))),
    "shape-005": lambda _: evaluate(np.ones((2, 3)), w=np.ones(4)),
}


@pytest.mark.surface("array", "shape")
def test_array(case, judged, tmp_path):
    values, error = judged(case, lambda: CALLS[case["id"]](tmp_path))
    if error is None:
        assert np.isfinite(values["L"])
    if case["id"] == "shape-005":
        assert "'w'" in str(error) or "w " in str(error)


def test_truth_values_are_zeros_and_ones():
    assert evaluate(np.array([[True], [False]]))["L"] == 0.5


def test_foreign_byte_order_is_read():
    assert evaluate(np.array([[3]], dtype=">f8"))["L"] == 4.5


def labels(values):
    model = sb.System(LABELLED)
    data = {"z": np.zeros((len(values), 4)), "t": np.array(values)}
    check_facts(model.snapshot(), data)
    return model.evaluate(data)


def rows(values):
    values = np.array(values)
    check_facts(sb.System(ONE_HOT).snapshot(), {"z": np.zeros(values.shape), "y": values})


LABELS = {
    "label-001": lambda: labels([0, 1, 99999]),
    "label-002": lambda: labels([0, 1, -5]),
    "label-003": lambda: labels([0.5, 1.2]),
    "label-006": lambda: rows([[1.0, 0.0], [1.0, 1.0]]),
}


@pytest.mark.surface("labels")
def test_label(case, judged):
    judged(case, LABELS[case["id"]])


def test_good_labels_are_read():
    assert labels([0, 3])["L"] == pytest.approx(2 * np.log(4))
    rows([[1.0, 0.0], [0.0, 1.0]])


def test_messages_name_the_place():
    with pytest.raises(DataError, match=r"99999.*2.*0\.\.3"):
        labels([0, 1, 99999])
