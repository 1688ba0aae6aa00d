"""Rules that hold for declared data alone: |s| is s where s is positive, y² is 1 for a sign.

The words of `facts.VOCABULARY` say two kinds of things of a quantity: where its values lie, and
that a power of it is a lower one. The first is read off an interval, for any expression in the
quantity: 1 - p is positive where p lies between 0 and 1, and decides the condition p < 2.

Termination: each row removes a call or a branch, takes a factor from under a root, or lowers an
exponent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Bracket,
    Call,
    Comparison,
    Node,
    Number,
    Power,
    Product,
    Where,
    transform,
)
from symbp.facts import Fact, words_implied
from symbp.intervals import Interval, interval_of, interval_of_fact
from symbp.monomials import Monomial, join, negate, split

__all__ = ["POWERS", "TRUTHS", "VALUES", "Declared", "declared"]


@dataclass(frozen=True, slots=True)
class Declared:
    """A row: what the interval of an argument says of a call.

    Attributes:
        name: what records call it.
        function: the function of the call.
        holds: whether the row applies to an argument with this interval.
        replacement: what stands in place of the call.
    """

    name: str
    function: str
    holds: Callable[[Interval], bool]
    replacement: Callable[[Node], Node]


VALUES: tuple[Declared, ...] = (
    Declared("size_of_nonnegative", "abs", lambda i: i.nonnegative, lambda u: u),
    Declared("size_of_nonpositive", "abs", lambda i: (-i).nonnegative, negate),
    Declared("sign_of_positive", "sign", lambda i: i.positive, lambda u: ONE),
    Declared("sign_of_negative", "sign", lambda i: i.negative, lambda u: Number(-1)),
)

#: Whether the left side is as a comparison says, given where it lies from the right side.
TRUTHS: Mapping[str, Callable[[Interval], bool]] = {
    "<": lambda i: i.negative,
    "<=": lambda i: (-i).nonnegative,
    ">": lambda i: i.positive,
    ">=": lambda i: i.nonnegative,
    "!=": lambda i: i.nonzero,
}
_NOT = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!="}

#: Words that lower powers: the exponent that a whole exponent is equal to.
POWERS: Mapping[str, Callable[[int], int]] = {
    "sign": lambda n: n % 2,
    "binary": lambda n: 1 if n > 0 else n,
}


def declared(root: Node, fact: Fact) -> Node:
    """The expression with what one fact says of calls, roots and powers in it."""
    known = {fact.quantity: interval_of_fact(fact)}
    lower = [POWERS[word] for word in words_implied(fact.word) if word in POWERS]

    def change(current: Node) -> Node:
        if isinstance(current, Where | Bracket):
            return _decided(current, known)
        if isinstance(current, Call):
            current = _valued(current, known)
        if isinstance(current, Call | Power):
            current = _out_of_root(current, known)
        if lower and isinstance(current, Product | Power):
            current = _lowered(current, fact.quantity, lower[0])
        return current

    return transform(root, change)


def _valued(current: Call, known: Mapping[str, Interval]) -> Node:
    if len(current.arguments) != 1 or all(current.function != row.function for row in VALUES):
        return current
    (argument,) = current.arguments
    stated = interval_of(argument, known)
    for row in VALUES:
        if current.function == row.function and row.holds(stated):
            return row.replacement(argument)
    return current


def _decided(current: Where | Bracket, known: Mapping[str, Interval]) -> Node:
    condition = current.condition
    if not isinstance(condition, Comparison):
        return current
    stated = interval_of(condition.left - condition.right, known)
    then, otherwise = (ONE, ZERO) if isinstance(current, Bracket) else current.children[1:]
    if condition.relation in TRUTHS and TRUTHS[condition.relation](stated):
        return then
    opposite = _NOT.get(condition.relation)
    return otherwise if opposite and TRUTHS[opposite](stated) else current


def _out_of_root(current: Node, known: Mapping[str, Interval]) -> Node:
    """√(s²·x) as s·√x where s >= 0: what leaves the root has a whole exponent outside."""
    argument, exponent = _root(current)
    if argument is None:
        return current
    inside = split(argument)
    left: list[tuple[Node, Fraction]] = []
    outside = Monomial(Fraction(1), ())
    for base, power in inside.powers:
        sign = _sign(base, power, exponent, known)
        if sign:
            powers = (*outside.powers, (base, power * exponent))
            outside = Monomial(outside.coefficient * sign, powers)
        else:
            left.append((base, power))
    if not outside.powers:
        return current
    kept = Monomial(inside.coefficient, tuple(left))
    rest = kept.powers or kept.coefficient != 1
    remains = current.rebuild([join(kept), *current.children[1:]]) if rest else ONE
    return Product((remains, join(outside)))


def _sign(base: Node, power: Fraction, exponent: Fraction, known: Mapping[str, Interval]) -> int:
    """The sign with which `(base^power)^exponent` is `base^(power·exponent)`; 0: stays a root."""
    outer = power * exponent
    if power.denominator > 1 or outer.denominator > 1:
        return 0
    stated = interval_of(base, known)
    if stated.nonnegative:
        return 1
    if (-stated).nonnegative and power % 2 == 0:
        return -1 if outer % 2 else 1
    return 0


def _root(current: Node) -> tuple[Node | None, Fraction]:
    if isinstance(current, Call) and current.function == "sqrt":
        return current.arguments[0], Fraction(1, 2)
    if isinstance(current, Power) and isinstance(current.exponent, Number):
        exponent = current.exponent.value
        return (current.base, exponent) if exponent.denominator > 1 else (None, exponent)
    return None, Fraction(1)


def _lowered(current: Node, quantity: str, lower: Callable[[int], int]) -> Node:
    monomial = split(current)
    powers: list[tuple[Node, Fraction]] = []
    for base, exponent in monomial.powers:
        ours = isinstance(base, Access) and base.quantity == quantity
        if ours and exponent.denominator == 1:
            exponent = Fraction(lower(int(exponent)))
        if exponent:
            powers.append((base, exponent))
    made = Monomial(monomial.coefficient, tuple(powers))
    return current if made == monomial else join(made)
