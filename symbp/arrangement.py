"""The order in which a formula is written: decided here, on the tree, before anything prints.

Factors: numbers, extents, the error (what was predicted minus its target, or an error signal), the
derivative of the activation, sums over indices, inputs. Under a sum, a weight comes before the
error signal that it carries back. Differences are written output minus target, positive term first;
a minus sign in front disappears into a difference where that is possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from symbp.expressions import (
    Access,
    Bracket,
    Call,
    Constant,
    IndexValue,
    Node,
    Number,
    Product,
    Reduce,
    Sum,
    postorder,
)
from symbp.monomials import Monomial, join, negate, split

__all__ = ["arrange"]


def arrange(root: Node, roles: Mapping[str, str]) -> Node:
    """The same value, written in textbook order.

    Args:
        root: any expression.
        roles: role of each quantity by name; `adjoint` for derivatives.
    """
    under_sum = {id(n.body) for n in postorder(root) if isinstance(n, Reduce)}
    done: dict[int, Node] = {}
    for current in postorder(root):
        made = current.rebuild([done[id(c)] for c in current.children])
        if isinstance(made, Product):
            made = _product(made, roles, under_sum=id(current) in under_sum)
        elif isinstance(made, Sum):
            made = _sum(made, roles, under_sum=id(current) in under_sum)
        done[id(current)] = made
    return done[id(root)]


def _sum(current: Sum, roles: Mapping[str, str], *, under_sum: bool) -> Node:
    if len(current.terms) == 1:
        sign, inside = current.terms[0]
        if sign < 0 and isinstance(inside, Sum):
            return _positive_first(negate(inside))
        return (
            _product(current, roles, under_sum=under_sum)
            if isinstance(inside, Product)
            else current
        )
    return _positive_first(current)


def _positive_first(current: Node) -> Node:
    if not isinstance(current, Sum) or len(current.terms) == 1 or current.terms[0][0] > 0:
        return current
    positive = [t for t in current.terms if t[0] > 0]
    negative = [t for t in current.terms if t[0] < 0]
    return Sum((*positive, *negative)) if positive else current


def _product(current: Node, roles: Mapping[str, str], *, under_sum: bool) -> Node:
    monomial = _oriented(split(current), roles)
    error = any(_is_error(base, roles) for base, _ in monomial.powers)
    ranked = sorted(
        enumerate(monomial.powers),
        key=lambda pair: (
            _rank(pair[1][0], roles, under_sum=under_sum, error=error),
            pair[1][1].denominator > 1,
            pair[0],
        ),
    )
    return join(replace(monomial, powers=tuple(power for _, power in ranked)))


def _oriented(monomial: Monomial, roles: Mapping[str, str]) -> Monomial:
    """Differences turned the right way round, the signs collected in the coefficient."""
    value = monomial.coefficient
    powers: list[tuple[Node, Fraction]] = []
    for base, exponent in monomial.powers:
        turned = base
        if isinstance(base, Sum) and exponent.denominator == 1 and _score(base, roles) < 0:
            turned = _positive_first(negate(base))
            value = value if exponent % 2 == 0 else -value
        powers.append((turned, exponent))
    if value < 0:
        for place, (base, exponent) in enumerate(powers):
            free = isinstance(base, Sum) and exponent % 2 == 1 and len(base.terms) > 1
            if free and isinstance(base, Sum) and _score(base, roles) == 0:
                flipped = _positive_first(negate(base))
                if isinstance(flipped, Sum) and flipped.terms[0][0] > 0:
                    powers[place] = (flipped, exponent)
                    value = -value
                    break
    return Monomial(value, tuple(powers))


def _score(base: Sum, roles: Mapping[str, str]) -> int:
    """Positive where predictions are added and targets subtracted, 0 where no target occurs."""
    targets = [_reads(term, roles, "target") for _, term in base.terms]
    if not any(targets) or all(targets):
        return 0
    return sum(s * (-1 if t else 1) for (s, _), t in zip(base.terms, targets, strict=True))


def _reads(root: Node, roles: Mapping[str, str], role: str) -> bool:
    return any(isinstance(n, Access) and roles.get(n.quantity) == role for n in postorder(root))


def _is_error(base: Node, roles: Mapping[str, str]) -> bool:
    if isinstance(base, Access):
        return roles.get(base.quantity) == "adjoint"
    return isinstance(base, Sum) and _reads(base, roles, "target")


def _rank(base: Node, roles: Mapping[str, str], *, under_sum: bool, error: bool) -> float:
    """Where a factor stands; beside an error, what was multiplied with it (an input) comes last."""
    if isinstance(base, Number | Constant):
        return 0
    if isinstance(base, IndexValue):
        return 1
    if _is_error(base, roles):
        return 2
    if isinstance(base, Access):
        role = roles.get(base.quantity)
        if role == "parameter" and under_sum:
            return 1.5
        given = role in {"input", "target", "parameter"}
        return (5 if error else 2.5) if given else 3
    if isinstance(base, Reduce):
        return 4
    if isinstance(base, Sum) and any(isinstance(n, Bracket) for n in postorder(base)):
        return 3.1
    return 3.2 if isinstance(base, Call) else 3
