"""Labels lie below the extents of what they index, or meet."""

import pytest

from symbp.labelbounds import label_bounds
from tests.kernels.running import read


def bounds_of(text, *names):
    return {n: [str(b) for b in found] for n, found in label_bounds(read(text), names).items()}


def test_labels_are_bounded_by_what_they_index():
    text = "input t[n:N], s[m:M]; param E[v:V]; L = sum(m, E[t[s[m]]])"
    assert bounds_of(text, "t", "s") == {"t": ["V"], "s": ["N"]}
    assert bounds_of(text, "t") == {"t": ["V"]}


def test_all_that_they_index_bounds_them():
    text = "input t[n:N]; param E[v:V], F[u:U]; L = sum(n, E[t[n]]*F[t[n]] + E[t[n]])"
    assert bounds_of(text, "t") == {"t": ["V", "U"]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("sum(n, k, [k == t[n]]*p[n,k])", {"t": ["K"]}),
        ("sum(n, k, [t[n] == k]*p[n,k])", {"t": ["K"]}),
        ("sum(n, k, [k <= t[n]]*p[n,k])", {}),  # a length: it may be K itself, or more
        ("sum(n, k, where(k == t[n], p[n,k], 0))", {"t": ["K"]}),
    ],
)
def test_class_ids_are_bounded_by_what_they_meet(body, expected):
    assert bounds_of(f"input t[n:N]: class_ids; input p[n, k:K]; L = {body}", "t") == expected
    plain = f"input t[n:N], E[m:M]; input p[n, k:K]; L = {body} + sum(n, E[t[n]])"
    assert bounds_of(plain, "t") == {"t": ["M"]}
