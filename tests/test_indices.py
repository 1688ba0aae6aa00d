import random

import pytest
from hypothesis import given

from symbp.environments import Environment
from symbp.indices import Extent, Gather, IndexExpr, Letter, as_index
from symbp.numerics.exactnumbers import FRACTION
from tests.shorthand import index
from tests.strategies import random_index, seeds

N, M, n, k = index("N"), index("M"), index("n"), index("k")


def value(expression, letters, extents):
    return Environment(FRACTION, extents).index(expression, letters)


def test_equality_is_equality_of_normal_forms():
    assert (n + 1) * (n - 1) == n * n - 1
    assert (N - k + 1) + k == N + 1
    assert 3 - n == -(n - 3)
    assert n - n == IndexExpr.integer(0)
    assert hash(n + k) == hash(k + n)
    assert 2 * n == n + n
    assert n // 1 == n
    assert n % 1 == IndexExpr.integer(0)
    assert as_index(7) // 2 == as_index(3)
    assert as_index(-7) % 4 == as_index(1)


def test_letters_and_extents_are_told_apart():
    assert IndexExpr.letter("N") != IndexExpr.extent("N")
    mixed = IndexExpr.letter("N") * IndexExpr.extent("N")
    assert mixed.letters == mixed.extents == ("N",)


def test_reading():
    assert (n + 0).as_letter == "n"
    assert (n + 1).as_letter is None
    assert (n - n + 4).as_integer == 4
    assert N.as_integer is None
    gathered = IndexExpr.gather("t", (n + 1,))
    assert gathered.as_gather == Gather("t", (n + 1,))
    assert (gathered * M // 2).letters == ("n",)
    assert (gathered + 1).gathered == ("t",)
    assert list((n * N).atoms()) == [Letter("n"), Extent("N")]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (N - k + 1, "N-k+1"),
        (-n, "-n"),
        (2 * n + k, "k+2*n"),
        ((N + 3) // 2, "((N+3)//2)"),
        (IndexExpr.gather("t", (n,)) % 3, "((t[n])%3)"),
        (1 - k, "-k+1"),
        (n - 1, "n-1"),
        (as_index(0), "0"),
    ],
)
def test_spelling(expression, text):
    assert str(expression) == text


def test_substitution_is_simultaneous_and_reaches_everything():
    swapped = (n - k).substitute({"n": k, "k": n})
    assert swapped == k - n
    deep = IndexExpr.gather("t", ((n + 1) // 2,)) % 5
    assert deep.substitute({"n": as_index(3)}) == IndexExpr.gather("t", (as_index(2),)) % 5
    assert (n + 1).substitute({"n": as_index(0)}) == as_index(1)
    assert n.substitute({"n": as_index(0)}) == as_index(0)


def test_gathered_quantities_can_be_renamed():
    deep = IndexExpr.gather("t", (IndexExpr.gather("u", (n,)),)) // 2
    assert deep.rename_quantities({"u": "v", "t": "s"}).gathered == ("s", "v")
    assert deep.rename_quantities({"x": "y"}) is deep


@given(seeds())
def test_arithmetic_is_that_of_integers(seed):
    rng = random.Random(seed)
    a, b = random_index(rng), random_index(rng)
    letters = {x: rng.randint(-5, 5) for x in "ijk"}
    extents = {"N": rng.randint(1, 6), "M": rng.randint(1, 6)}
    one, other = value(a, letters, extents), value(b, letters, extents)
    divisor = rng.randint(1, 5)
    pairs = [
        (a + b, one + other),
        (a - b, one - other),
        (a * b, one * other),
        (-a, -one),
        (a // divisor, one // divisor),
        (a % divisor, one % divisor),
    ]
    assert [value(e, letters, extents) for e, _ in pairs] == [v for _, v in pairs], seed
    assert a + b == b + a, seed
    assert a * b == b * a, seed


@given(seeds())
def test_substitution_commutes_with_evaluation(seed):
    rng = random.Random(seed)
    body = random_index(rng)
    put = {x: random_index(rng, depth=1) for x in "ij"}
    letters = {x: rng.randint(-5, 5) for x in "ijk"}
    extents = {"N": 3, "M": 2}
    inner = letters | {x: value(e, letters, extents) for x, e in put.items()}
    assert value(body.substitute(put), letters, extents) == value(body, inner, extents), seed
