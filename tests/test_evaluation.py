from fractions import Fraction

import numpy as np
import pytest

from symbp.environments import Environment
from symbp.errors import DeclarationError, LimitExceeded
from symbp.evaluation import Value, close, each_place
from symbp.expressions import Binder
from symbp.numerics.numbers import FLOAT64
from tests.shorthand import index


def places(*binders, **letters):
    env = Environment(FLOAT64, {"N": 2})
    return [tuple(p.values()) for p in each_place(env, binders, letters)]


def over(letter, upper, lower=0):
    return Binder(letter, index(lower), upper if not isinstance(upper, str | int) else index(upper))


def test_the_first_binder_is_outermost():
    assert places(over("i", "N"), over("j", 2)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert places() == [()]
    assert places(over("i", 2), over("j", 0)) == []
    assert places(over("i", 5, 3)) == [(3,), (4,)]


def test_ranges_use_each_other_in_either_order():
    triangle = [over("i", 3), over("j", index("i") + 1)]
    assert places(*triangle) == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    backwards = [tuple(sorted(p)) for p in places(*triangle[::-1])]
    assert len(backwards) == 6
    assert places(over("j", index("n")), n=2) == [(2, 0), (2, 1)]


def test_ranges_that_use_each_other_both_ways():
    with pytest.raises(DeclarationError, match="use each other"):
        places(over("i", index("j")), over("j", index("i")))


def test_a_limit_of_running_indices():
    with pytest.raises(LimitExceeded):
        places(*(over(f"i{n}", 1) for n in range(200)))


def test_closeness_is_relative_to_what_went_in():
    near = Value(np.float64(1e-3), np.float64(1e9))
    assert close(near, Value(np.float64(0), np.float64(1e9)))
    small = Value(np.float64(1e-3), np.float64(1.0))
    assert not close(small, Value(np.float64(0), np.float64(1.0)))
    assert close(Value(np.float64(np.inf), np.float64(np.inf)), Value(np.float64(np.inf), 1.0))
    assert not close(Value(np.float64(np.nan), 1.0), Value(np.float64(np.nan), 1.0))
    third = Value(Fraction(1, 3), Fraction(1, 3))
    assert close(third, third)
    assert not close(third, Value(Fraction(1, 3) + Fraction(1, 10**11), Fraction(1, 3)))
