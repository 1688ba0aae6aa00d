from itertools import product
from random import Random

import pytest

from symbp.expressions import Access, Comparison, IndexComparison, Logical, Number
from symbp.indices import IndexExpr
from symbp.stabilising.consequences import conjuncts, follows
from tests.stable_values import read


def condition(text):
    """The condition of the branch in a text."""
    return (
        read(f"input m[n:N], u[n], v[n]; L[n] = where({text}, m[n]*u[n]*v[n], 0)")
        .equations[0]
        .right.condition
    )


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("m[n] > 0", "m[n] > 0"),
        ("m[n] > 0", "m[n] != 0"),
        ("m[n] > 0", "m[n] >= 0"),
        ("m[n] == 1", "m[n] > 0"),
        ("m[n] == 1", "m[n] != 0"),
        ("m[n] >= 1", "2*m[n] > 1"),
        ("1 - m[n] > 0", "m[n] < 1"),
        ("m[n] < 1", "1 - m[n] > 0"),
        ("not (m[n] <= 0)", "m[n] > 0"),
        ("u[n] < v[n] + 2", "v[n] > u[n] - 2"),
        ("u[n] < v[n]", "v[n] - u[n] != 0"),
        ("m[n] > 0 and u[n] < v[n]", "u[n] <= v[n]"),
        ("m[n] >= 1 and 1 - m[n] >= 0", "m[n] == 1"),
        ("m[n] >= 0 and m[n] != 0", "m[n] > 0"),
        ("not (m[n] <= 0 or u[n] < v[n])", "u[n] >= v[n] and m[n] > 0"),
    ],
)
def test_what_follows(held, wanted):
    assert follows(condition(wanted), conjuncts(condition(held)))


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("m[n] >= 0", "m[n] > 0"),
        ("m[n] != 0", "m[n] > 0"),
        ("m[n] > 0", "m[n] == 1"),
        ("m[n] > 0", "m[n] < 1"),
        ("m[n] > 0", "u[n] > 0"),
        ("u[n] < v[n]", "u[n] < 2*v[n]"),
        ("m[n] > 0 or u[n] > 0", "m[n] > 0"),
        ("not (m[n] > 0 and u[n] > 0)", "m[n] <= 0"),
    ],
)
def test_what_does_not_follow(held, wanted):
    assert not follows(condition(wanted), conjuncts(condition(held)))


@pytest.mark.parametrize("held", ["m[n] > 0", "m[n] != 0", "m[n] == 1", "1 - m[n] < 1"])
@pytest.mark.parametrize("wanted", ["m[n] > 0", "m[n] != 0", "m[n] == 1", "1 - m[n] != 1"])
def test_of_what_is_0_or_1_one_value_decides(held, wanted):
    assert follows(condition(wanted), conjuncts(condition(held)), {"m"})


def test_indices_are_whole_numbers():
    i, j = IndexExpr.letter("i"), IndexExpr.letter("j")
    less, at_most = IndexComparison("<", i, j), IndexComparison("<=", i, j)
    assert follows(at_most, (less,))
    assert not follows(less, (at_most,))
    equal = IndexComparison("==", i, j)
    assert follows(equal, (at_most, IndexComparison(">=", i, j)))
    assert follows(less, (IndexComparison("<=", i + 1, j),))
    assert follows(IndexComparison(">", j, i), (less,))
    assert not follows(IndexComparison("<", i, j - 1), (less,))


RELATIONS = ("<", "<=", ">", ">=", "==", "!=")


def test_it_is_right_at_every_value():
    """Random comparisons of k·m + c with 0: whatever follows holds at each of many values."""
    draws, found = Random(3), 0
    m = Access("m")
    for _ in range(600):
        (a, b), (c, d) = ((draws.choice((-2, -1, 1, 3)), draws.randint(-3, 3)) for _ in range(2))
        held = Comparison(draws.choice(RELATIONS), Number(a) * m, Number(b))
        wanted = Comparison(draws.choice(RELATIONS), Number(c) * m, Number(d))
        values = [x / 12 for x in range(-60, 61)]
        true = all(holds(wanted, c, d, x) for x in values if holds(held, a, b, x))
        assert follows(wanted, (held,)) == true
        found += true
    assert 50 < found < 550


def holds(comparison, factor, constant, value):
    # twelfths times small integers: whole numbers decide
    left, right = round(12 * factor * value), 12 * constant
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "!=": left != right,
    }[comparison.relation]


def test_conjuncts_are_told_once_each():
    a, b = (Comparison(">", Access(name), Number(0)) for name in "ab")
    for inner, outer in product((a, b), repeat=2):
        both = Logical("and", (inner, Logical("and", (outer, inner))))
        assert conjuncts(both) == tuple(dict.fromkeys((inner, outer)))
