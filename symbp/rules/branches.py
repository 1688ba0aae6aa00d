"""Rules of conditions: brackets of indices, and `where`.

An adjoint that passes a `where` is multiplied inside the branch: 0 times infinity is not 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
from symbp.monomials import join, negate, split
from symbp.rewriting import Log, Rule

__all__ = ["BRANCHES"]

_DECIDE: Mapping[str, Callable[[int], bool]] = {
    "==": lambda n: n == 0,
    "!=": lambda n: n != 0,
    "<": lambda n: n < 0,
    "<=": lambda n: n <= 0,
    ">": lambda n: n > 0,
    ">=": lambda n: n >= 0,
}


def decided(condition: Node) -> bool | None:
    """The truth of an index comparison whose two sides differ by a constant, else None."""
    if isinstance(condition, IndexComparison):
        decide: Callable[[int], bool] = _DECIDE[condition.relation]
        distance = (condition.left - condition.right).as_integer
        if distance is not None:
            return decide(distance)
    return None


def _bracket(current: Node, log: Log) -> Node | None:
    del log
    if not isinstance(current, Bracket):
        return None
    truth = decided(current.condition)
    return None if truth is None else ONE if truth else ZERO


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _number_right(current: Node, log: Log) -> Node | None:
    del log
    if not isinstance(current, Comparison) or current.relation not in _TURNED:
        return None
    if not isinstance(current.left, Number) or isinstance(current.right, Number):
        return None
    return Comparison(_TURNED[current.relation], current.right, current.left)


def _sign(current: Node, log: Log) -> Node | None:
    """The derivative of |x|, as its name."""
    del log
    if not isinstance(current, Where) or not isinstance(current.otherwise, Where):
        return None
    inner, outer = current.otherwise, current.condition
    if not isinstance(outer, Comparison) or (outer.relation, outer.right) != ("<", ZERO):
        return None
    values = (current.then, inner.then, inner.otherwise)
    if inner.condition != Comparison(">", outer.left, ZERO) or values != (Number(-1), ONE, ZERO):
        return None
    return Call("sign", (outer.left,))


def _bracket_square(current: Node, log: Log) -> Node | None:
    del log
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    if not any(isinstance(b, Bracket) and e > 1 for b, e in monomial.powers):
        return None
    one = type(monomial.powers[0][1])(1)
    powers = tuple((b, one if isinstance(b, Bracket) and e > 1 else e) for b, e in monomial.powers)
    return join(type(monomial)(monomial.coefficient, powers))


def _decided_where(current: Node, log: Log) -> Node | None:
    del log
    if not isinstance(current, Where):
        return None
    truth = decided(current.condition)
    if truth is not None:
        return current.then if truth else current.otherwise
    return current.then if current.then == current.otherwise else None


def _nested_where(current: Node, log: Log) -> Node | None:
    """A branch that asks the same condition again."""
    del log
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


def _factor_into_where(current: Node, log: Log) -> Node | None:
    """A factor moves into the branches, where one of them is 0 or a number."""
    del log
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


def _sign_into_where(current: Node, log: Log) -> Node | None:
    del log
    if not (isinstance(current, Sum) and len(current.terms) == 1 and current.terms[0][0] < 0):
        return None
    inside = current.terms[0][1]
    if not isinstance(inside, Where):
        return None
    return Where(inside.condition, negate(inside.then), negate(inside.otherwise))


def _sum_of_wheres(current: Node, log: Log) -> Node | None:
    """Two `where` under one condition are added branch by branch."""
    del log
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
    Rule("number_right", "0 >= x  is  x <= 0", Comparison, _number_right),
    Rule("bracket", "[i == i] = 1, [i == i+1] = 0", Bracket, _bracket),
    Rule("idempotent", "[c]^2 = [c]", Product, _bracket_square),
    Rule("sign", "where(x < 0, -1, where(x > 0, 1, 0)) = sign(x)", Where, _sign),
    Rule("decided", "where(true, a, b) = a; where(c, a, a) = a", Where, _decided_where),
    Rule("nested", "where(c, a, where(c, b, d)) = where(c, a, d)", Where, _nested_where),
    Rule("into_branch", "f*where(c, 0, b) = where(c, 0, f*b)", Product, _factor_into_where),
    Rule("sign_into_branch", "-where(c, a, b) = where(c, -a, -b)", Sum, _sign_into_where),
    Rule("add_branches", "where(c,a,b) + where(c,d,e) = where(c, a+d, b+e)", Sum, _sum_of_wheres),
)
