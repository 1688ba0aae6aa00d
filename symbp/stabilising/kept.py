"""Functions that keep the exponential that they are made of, for what 1 minus their value needs.

A row holds three spellings over u, the argument, and e, what is kept, with v for the value. Its law
is that they are the function and the difference:

    sigmoid    e = exp(-|u|)                   u >= 0: v = 1/(1 + e), 1 - v = e/(1 + e) = e*v
                                               u < 0:  v = e/(1 + e)
    tanh       e = exp(-2|u|) for |u| > 7/8    v = ±(1 - e)/(1 + e), 1 - v^2 = 4e/(1 + e)^2

Both are proved before a row is used, for either sign of u (`proved`): with u or -u for |u| and no
branch left, the canonical form finds the value and the difference to be what the function says.

The difference is asked for only where v (v^2 for tanh) is more than 1/2: there u > 0 (|u| > 0.88)
and e is what the law says. A NaN in u is a NaN in e and in the value. tanh itself is taken for the
small arguments only, so that the pair costs no more than tanh alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Call,
    Comparison,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Where,
    transform,
)
from symbp.matching import replace_nodes
from symbp.monomials import negate
from symbp.stabilising.stableproofs import vanishing_difference

__all__ = ["KEPT", "Kept", "proved"]

#: Above this size of the argument tanh is taken through its exponential; tanh(7/8)^2 < 1/2.
_LARGE = Number(Fraction(7, 8))


@dataclass(frozen=True, slots=True)
class Kept:
    """One row.

    Attributes:
        power: the power of the value that is subtracted from 1.
        exponential: what is kept, from the argument.
        value: the function, from the argument and what is kept.
        difference: 1 minus that power, from what is kept and the value, where that is below 1/2.
    """

    power: int
    exponential: Callable[[Node], Node]
    value: Callable[[Node, Node], Node]
    difference: Callable[[Node, Node], Node]


def _exp_of_minus(size: Node) -> Node:
    return Call("exp", (Sum(((-1, size),)),))


def _size(argument: Node) -> Node:
    return Call("abs", (argument,))


def _one_plus(kept: Node) -> Node:
    return Sum(((1, ONE), (1, kept)))


def _sigmoid(argument: Node, kept: Node) -> Node:
    above = Where(Comparison(">=", argument, ZERO), ONE, kept)
    return Product((above,), (_one_plus(kept),))


def _small(argument: Node) -> Node:
    return Comparison("<=", _size(argument), _LARGE)


def _tanh_exponential(argument: Node) -> Node:
    return Where(_small(argument), ZERO, _exp_of_minus(Product((Number(2), _size(argument)))))


def _tanh(argument: Node, kept: Node) -> Node:
    one_minus = Sum(((1, ONE), (-1, kept)))
    sign = Where(Comparison("<", argument, ZERO), Number(-1), ONE)
    large = Product((sign, one_minus), (_one_plus(kept),))
    return Where(_small(argument), Call("tanh", (argument,)), large)


def _tanh_difference(kept: Node, value: Node) -> Node:
    del value
    return Product((Number(4), kept), (Power(_one_plus(kept), Number(2)),))


#: Rows by the name of the function.
KEPT: Mapping[str, Kept] = {
    "sigmoid": Kept(
        1,
        lambda u: _exp_of_minus(_size(u)),
        _sigmoid,
        lambda kept, value: Product((kept, value)),
    ),
    "tanh": Kept(2, _tanh_exponential, _tanh, _tanh_difference),
}

_U = Access("·u")


@cache
def proved(function: str) -> bool:
    """Whether value and difference of a row are found to be what they stand for, for each sign.

    For tanh this is about the large arguments, where its exponential is taken and asked for; the
    others are left to the function itself.
    """
    row = KEPT[function]
    spelled = Call(function, (_U,))
    difference = Sum(((1, ONE), (-1, Power(spelled, Number(row.power)))))
    for size in (_U, negate(_U)):
        kept = _case(row.exponential(_U), size)
        value = _case(row.value(_U, kept), size)
        if not vanishing_difference(spelled, value):
            return False
        asked = size == _U or row.power % 2 == 0  # an odd power above 1/2 has an argument above 0
        if asked and not vanishing_difference(difference, row.difference(kept, value)):
            return False
    return True


def _case(root: Node, size: Node) -> Node:
    """An expression for large arguments of one sign, of which the size is given."""
    truths = {
        _small(_U): False,
        Comparison(">=", _U, ZERO): size == _U,
        Comparison("<", _U, ZERO): size != _U,
    }

    def choose(current: Node) -> Node:
        if isinstance(current, Where) and current.condition in truths:
            return current.then if truths[current.condition] else current.otherwise
        return current

    return replace_nodes(transform(root, choose), {_size(_U): size})
