"""Rules of conditions: brackets of indices, and `where`.

An adjoint that passes a `where` is multiplied inside the branch: 0 times infinity is not 0.

Termination: with a product valued at the product of its factors and a `where` at the sum of its
branches times its condition, a row lowers that value, or else the branches that stand below a
factor or a sign, or numbers on the left of a comparison (`tests/rules/laws.py` computes it, on
random nodes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from symbp.expressions import (
    ONE,
    ZERO,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    Node,
    Number,
    Product,
    Sum,
    Where,
)
from symbp.monomials import Monomial, join, negate, split
from symbp.rewriting import Law, Rule

__all__ = ["BRANCHES"]

_DECIDE: Mapping[str, Callable[[Fraction | int], bool]] = {
    "==": lambda n: n == 0,
    "!=": lambda n: n != 0,
    "<": lambda n: n < 0,
    "<=": lambda n: n <= 0,
    ">": lambda n: n > 0,
    ">=": lambda n: n >= 0,
}


def decided(condition: Node) -> bool | None:
    """The truth of a comparison whose two sides are numbers, or indices at a constant distance."""
    if isinstance(condition, IndexComparison):
        distance = (condition.left - condition.right).as_integer
        return None if distance is None else _DECIDE[condition.relation](distance)
    if isinstance(condition, Comparison):
        left, right = condition.left, condition.right
        if isinstance(left, Number) and isinstance(right, Number):
            return _DECIDE[condition.relation](left.value - right.value)
    return None


def _bracket(current: Node) -> Node | None:
    if not isinstance(current, Bracket):
        return None
    truth = decided(current.condition)
    return None if truth is None else ONE if truth else ZERO


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _absolute(current: Node) -> Node | None:
    """x·sign(x) by its name, and |x|·sign(x) without one; and powers of |x|."""
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    powers = dict(monomial.powers)
    for base, exponent in monomial.powers:
        sign = isinstance(base, Call) and base.function == "sign" and exponent == 1
        value = base.arguments[0] if sign and isinstance(base, Call) else base
        size = Call("abs", (value,))
        for found, made in ((value, size), (size, value)):
            power = powers.get(found, Fraction(0))
            if sign and (power == 1 or (power > 1 and found == size)):
                kept = [(b, e) for b, e in monomial.powers if b not in (base, found)]
                whole = value if power % 2 == 1 else size  # |x|^2 is x^2
                left = [(made, exponent), (whole, power - 1)]
                return join(Monomial(monomial.coefficient, (*kept, *_raised(left))))
    return None


def _raised(powers: Sequence[tuple[Node, Fraction]]) -> Sequence[tuple[Node, Fraction]]:
    """The powers of one base as one, those with exponent 0 left out."""
    found: dict[Node, Fraction] = {}
    for base, exponent in powers:
        found[base] = found.get(base, Fraction(0)) + exponent
    return [(base, exponent) for base, exponent in found.items() if exponent]


def _number_right(current: Node) -> Node | None:
    if not isinstance(current, Comparison) or current.relation not in _TURNED:
        return None
    if not isinstance(current.left, Number) or isinstance(current.right, Number):
        return None
    return Comparison(_TURNED[current.relation], current.right, current.left)


def _sign(current: Node) -> Node | None:
    """The derivative of |x|, as its name."""
    if not isinstance(current, Where) or not isinstance(current.otherwise, Where):
        return None
    inner, outer = current.otherwise, current.condition
    if not isinstance(outer, Comparison) or (outer.relation, outer.right) != ("<", ZERO):
        return None
    values = (current.then, inner.then, inner.otherwise)
    if inner.condition != Comparison(">", outer.left, ZERO) or values != (Number(-1), ONE, ZERO):
        return None
    return Call("sign", (outer.left,))


def _bracket_square(current: Node) -> Node | None:
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    if not any(isinstance(b, Bracket) and e > 1 for b, e in monomial.powers):
        return None
    one = type(monomial.powers[0][1])(1)
    powers = tuple((b, one if isinstance(b, Bracket) and e > 1 else e) for b, e in monomial.powers)
    return join(type(monomial)(monomial.coefficient, powers))


def _decided_where(current: Node) -> Node | None:
    if not isinstance(current, Where):
        return None
    truth = decided(current.condition)
    if truth is not None:
        return current.then if truth else current.otherwise
    return current.then if current.then == current.otherwise else None


def _nested_where(current: Node) -> Node | None:
    """A branch that asks the same condition again."""
    if not isinstance(current, Where):
        return None
    then, otherwise = current.then, current.otherwise
    if isinstance(then, Where) and then.condition == current.condition:
        then = then.then
    if isinstance(otherwise, Where) and otherwise.condition == current.condition:
        otherwise = otherwise.otherwise
    if then is current.then and otherwise is current.otherwise:
        return None
    return Where(current.condition, then, otherwise)


def _factor_into_where(current: Node) -> Node | None:
    """A factor moves into the branches, where one of them is 0 or a number."""
    if not isinstance(current, Product):
        return None
    for place, factor in enumerate(current.numerator):
        if isinstance(factor, Where) and ZERO in (factor.then, factor.otherwise):
            rest = (*current.numerator[:place], *current.numerator[place + 1 :])
            branches = [
                ZERO if b == ZERO else _times(rest, current.denominator, b)
                for b in (factor.then, factor.otherwise)
            ]
            return Where(factor.condition, branches[0], branches[1])
    return None


def _times(rest: tuple[Node, ...], denominator: tuple[Node, ...], branch: Node) -> Node:
    above = rest if branch == ONE and rest else (*rest, branch)
    return above[0] if len(above) == 1 and not denominator else Product(above, denominator)


def _sign_into_where(current: Node) -> Node | None:
    if not (isinstance(current, Sum) and len(current.terms) == 1 and current.terms[0][0] < 0):
        return None
    inside = current.terms[0][1]
    if not isinstance(inside, Where):
        return None
    return Where(inside.condition, negate(inside.then), negate(inside.otherwise))


def _sum_of_wheres(current: Node) -> Node | None:
    """Two `where` under one condition are added branch by branch."""
    if not isinstance(current, Sum):
        return None
    for first, (sign, one) in enumerate(current.terms):
        for second in range(first + 1, len(current.terms)):
            other_sign, other = current.terms[second]
            if not (isinstance(one, Where) and isinstance(other, Where)):
                continue
            if one.condition == other.condition:
                then = Sum(((sign, one.then), (other_sign, other.then)))
                otherwise = Sum(((sign, one.otherwise), (other_sign, other.otherwise)))
                merged = Where(one.condition, then, otherwise)
                rest = [t for n, t in enumerate(current.terms) if n not in {first, second}]
                return Sum((*rest, (1, merged))) if rest else merged
    return None


BRANCHES = (
    Rule(
        "number_right",
        Comparison,
        _number_right,
        (Law("where(c >= x, y, z)", "where(x <= c, y, z)"),),
    ),
    Rule(
        "bracket",
        Bracket,
        _bracket,
        (
            Law("[i == i]", "1"),
            Law("[i == i + 1]", "0"),
            Law("[i < i + 2]", "1"),
            Law("[1 < 2]", "1"),
        ),
    ),
    Rule("idempotent", Product, _bracket_square, (Law("[i <= j]*x*[i <= j]", "[i <= j]*x"),)),
    Rule(
        "absolute",
        Product,
        _absolute,
        (
            Law("x*y*sign(x)", "y*abs(x)"),
            Law("x*abs(y)*sign(y)", "x*y"),
            Law("abs(x)^2*sign(x)", "x*abs(x)"),
            Law("abs(x)^3*sign(x)", "x^3"),
        ),
    ),
    Rule("sign", Where, _sign, (Law("where(x < 0, -1, where(x > 0, 1, 0))", "sign(x)"),)),
    Rule(
        "decided",
        Where,
        _decided_where,
        (
            Law("where(i == i, x, y)", "x"),
            Law("where(i > i, x, y)", "y"),
            Law("where(0 >= 2, x, y)", "y"),
            Law("where(p > 0, x, x)", "x"),
        ),
    ),
    Rule(
        "nested",
        Where,
        _nested_where,
        (
            Law("where(p > 0, x, where(p > 0, y, z))", "where(p > 0, x, z)"),
            Law("where(p > 0, where(p > 0, x, y), z)", "where(p > 0, x, z)"),
        ),
    ),
    Rule(
        "into_branch",
        Product,
        _factor_into_where,
        (
            Law("x*where(p > 0, 0, y)", "where(p > 0, 0, x*y)"),
            Law("where(p > 0, x, 0)/y", "where(p > 0, x/y, 0)", ("y != 0",)),
            Law("ln(x)*where(p > 0, y, 0)", "where(p > 0, ln(x)*y, 0)", ("x > 0",)),
        ),
    ),
    Rule(
        "sign_into_branch",
        Sum,
        _sign_into_where,
        (Law("-where(p > 0, x, y)", "where(p > 0, -x, -y)"),),
    ),
    Rule(
        "add_branches",
        Sum,
        _sum_of_wheres,
        (
            Law(
                "where(p > 0, x, y) - where(p > 0, u, v)",
                "where(p > 0, x - u, y - v)",
            ),
        ),
    ),
)
