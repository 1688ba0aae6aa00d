import pytest

from symbp.errors import NotSupportedError, ParseError, ShapeError
from tests.language.numpycases import compare, read

S = {
    "X": ["N", "d"],
    "v": ["N"],
    "T": ["M", "N", "d"],
    "Q": [4, 3],
    "t": ["N"],
    "u": ["N"],
    "p": ["N", "K"],
    "E": ["K", "d"],
    "one": [1],
    "c": ["N", 1],
}
LABELS = ("t", "u")

CASES = [
    "v[0]",
    "v[-1]",
    "X[0]",
    "X[0, 1]",
    "X[:, 0]",
    "X[-1, :]",
    "X[1, -1]",
    "T[0]",
    "T[:, 1]",
    "T[:, :, 0]",
    "T[1, 2, 1]",
    "v[None]",
    "v[:, None]",
    "v[None, :]",
    "v[:, None]*v[None, :]",
    "X[:, None, :]*X[None]",
    "v[1:]",
    "v[:-1]",
    "v[1:-1]",
    "v[1:] - v[:-1]",
    "X[1:, 0]",
    "v[:]",
    "Q[1:3]",
    "Q[:, 1:]",
    "Q[:2, -2:]",
    "Q[-3:-1, 0]",
    "Q[2:3]",
    "Q[2:3]*Q",
    "Q[0:10]",
    "X[None, 1]",
    "p[np.arange(N), t]",
    "np.sum(np.log(p[np.arange(N), t]))",
    "E[t]",
    "E[t, 0]",
    "E[t][:, 1]",
    "E[t]*X",
    "E[t[0]]",
    "p[0, t]",
    "p[np.arange(N), 0]",
    "v[np.arange(N)]",
    "p[:, t[1]]",
    "E[t[1:]]",
    "one[0]",
    "c[:, 0]",
    "c[0]",
    "one[:]*v",
    "E[t + 0]*2",
    "X[N - 1, d - 1]",
    "np.arange(N)*v",
    "(t[:, None] == np.arange(K))*p",
    "np.sum(np.where(t == 1, v, 0))",
    "X.T[0]",
    "(X*2)[1]",
    "X[0][1]",
    "X.shape[0]*v",
    "v/X.shape[-1]",
    "X.sum(axis=0)[0]",
]


@pytest.mark.parametrize("text", CASES)
def test_indices_mean_what_they_mean_in_numpy(text):
    compare(text, S, labels=LABELS)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("v[0, 1]", ShapeError),
        ("v[4.0]", ParseError),
        ("v[X]", ParseError),
        ("Q[4]", ShapeError),
        ("Q[-5]", ShapeError),
        ("v[::2]", NotSupportedError),
        ("v[::-1]", NotSupportedError),
        ("v[:2]", NotSupportedError),
        ("v[-2:]", NotSupportedError),
        ("Q[3:1]", NotSupportedError),
        ("T[t, :, u]", NotSupportedError),
        ("E[p]", ParseError),
        ("X[v > 0]", ParseError),
        ("v[True]", ParseError),
        ("v[1:v]", ParseError),
        ("X.shape[2]", ShapeError),
        ("X.shape", ParseError),
        ("s[0]", Exception),
    ],
)
def test_what_is_refused(text, error):
    with pytest.raises(error):
        read(text, S, facts=dict.fromkeys(LABELS, "class_ids"))
