import pytest

from symbp.errors import LimitExceeded, NotSupportedError, ShapeError
from tests.language.numpycases import compare, read

X, Y, A, v, w, T = ["N", "d"], ["d", "M"], ["N", "N"], ["N"], ["d"], ["M", "N", "d"]
S = {
    "X": X,
    "Y": Y,
    "A": A,
    "v": v,
    "w": w,
    "T": T,
    "s": [],
    "one": [1],
    "c": ["N", 1],
    "r": [1, "d"],
}

CASES = [
    # reductions
    "np.sum(X)",
    "np.sum(X, axis=0)",
    "np.sum(X, axis=1)",
    "np.sum(X, axis=-1, keepdims=True)",
    "X.sum(0)",
    "X.sum(axis=(0, 1))",
    "T.sum(axis=(0, 2))",
    "T.sum(axis=(0, -1), keepdims=True)",
    "np.prod(X, axis=0)",
    "X.max()",
    "X.max(axis=1)",
    "np.min(T, axis=(0, 1))",
    "X.mean()",
    "X.mean(axis=0)",
    "np.mean(T, axis=(1, 2))",
    "np.var(X)",
    "X.var(axis=0)",
    "np.sum(s)",
    "np.sum(c)",
    "np.sum(c, axis=1)",
    "np.sum(c, axis=0)",
    "c.mean(axis=1, keepdims=True)",
    "np.sum(one)",
    "np.mean(r, axis=0)",
    "np.sum(X, axis=None)",
    "X - X.mean(axis=0, keepdims=True)",
    "np.sum(X*np.sum(X, axis=0))",
    "np.sum(np.ones(N)*s)",
    "np.sum(v) - np.sum(v*v)",
    "np.prod(np.sum(T, axis=2))",
    "np.max(X, axis=0)*w",
    "X.min(axis=0, keepdims=True)*X",
    # products
    "X@w",
    "v@X",
    "v@v",
    "X@Y",
    "w@Y",
    "X.T@X",
    "X@X.T",
    "v@X@w",
    "A@A@A",
    "T@w",
    "T@Y",
    "v@T@Y",
    "T@Y@np.ones((M, 2))",
    "A@T",
    "X@Y*2",
    "2*X@Y",
    "(X*s)@Y/s",
    "-X@w",
    "X@-w",
    "np.dot(X, w)",
    "np.dot(v, v)",
    "np.dot(X, Y)",
    "np.dot(s, X)",
    "v.dot(v)",
    "np.outer(v, w)",
    "np.outer(v, v)",
    "c@r",
    "r@r.T",
    "one@one",
    "c.T@c",
    "np.trace(A)",
    "np.trace(X@X.T)",
    "A.trace()",
    "np.trace(A@A.T)",
    "X@Y@Y.T@w",
    # rearrangements
    "X.T",
    "v.T",
    "s*X.T",
    "T.T",
    "c.T",
    "X.T*w[:, None]",
    "np.diag(v)",
    "np.diag(A)",
    "np.diag(v)@X",
    "np.diag(np.diag(A))",
    "np.tril(A)",
    "np.triu(A)",
    "np.triu(X)",
    "np.tril(X)@Y",
    "np.diag(one)",
    "np.eye(N)",
    "np.eye(N)@X",
    "A - np.eye(N)*s",
    "np.eye(1)",
    "np.ones((N, d))*s",
    "np.zeros(N) + v",
    "np.tril(r)",
    "np.triu(c)",
    "np.diag(c@np.ones((1, N)))",
]


@pytest.mark.parametrize("text", CASES)
def test_axes_move_as_in_numpy(text):
    compare(text, S)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("X@v", ShapeError),
        ("X@X", ShapeError),
        ("s@v", ShapeError),
        ("v@2", ShapeError),
        ("np.outer(X, v)", NotSupportedError),
        ("np.trace(v)", ShapeError),
        ("np.trace(X)", NotSupportedError),
        ("np.diag(s)", ShapeError),
        ("np.diag(T)", ShapeError),
        ("np.tril(v)", ShapeError),
        ("T@T", ShapeError),
        ("np.dot(T, w)", NotSupportedError),
    ],
)
def test_what_does_not_fit(text, error):
    with pytest.raises(error, match="column"):
        read(text, S)


def test_products_inside_products_are_limited():
    with pytest.raises(LimitExceeded):
        read("A" + "@A" * 80, S)
