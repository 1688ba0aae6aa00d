"""The order in which a formula is written: decided here, on the tree, before anything prints.

Factors: numbers, extents, the error (what was predicted minus its target, or an error signal), the
derivative of the activation, sums over indices, inputs. Under a sum, a weight comes before the
error signal that it carries back. Differences are written output minus target, positive term first;
a minus sign in front disappears into a difference where that is possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from symbp.coefficients import with_decimals
from symbp.expressions import (
    Access,
    Bracket,
    Call,
    Constant,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    postorder,
)
from symbp.monomials import Monomial, join, negate, split

__all__ = ["arrange"]


def arrange(root: Node, roles: Mapping[str, str], *, decimals: bool = False) -> Node:
    """The same value, written in textbook order.

    Args:
        root: any expression.
        roles: role of each quantity by name; `adjoint` for derivatives.
        decimals: whether coefficients become decimals, as in `symbp.coefficients`.
    """
    bodies = [n.body for n in postorder(root) if isinstance(n, Reduce)]
    under_sum = {id(b) for b in bodies}
    under_sum |= {id(t) for b in bodies if isinstance(b, Sum) for _, t in b.terms}
    done: dict[int, Node] = {}
    for current in postorder(root):
        _read(current)  # from the leaves up, so that no look at what is read goes deep
        made = current.rebuild([done[id(c)] for c in current.children])
        if isinstance(made, Product):
            made = _product(made, roles, under_sum=id(current) in under_sum)
        elif isinstance(made, Sum):
            made = _sum(made, roles, under_sum=id(current) in under_sum)
        done[id(current)] = made
    return with_decimals(done[id(root)]) if decimals else done[id(root)]


def _sum(current: Sum, roles: Mapping[str, str], *, under_sum: bool) -> Node:
    if len(current.terms) == 1:
        sign, inside = current.terms[0]
        if sign < 0 and isinstance(inside, Sum):
            return _positive_first(negate(inside))
        return (
            _product(current, roles, under_sum=under_sum)
            if isinstance(inside, Product | Reduce)
            else current
        )
    turned = [_bare(sign, term) for sign, term in current.terms]
    return _positive_first(current if turned == list(current.terms) else Sum(turned))


def _bare(sign: int, term: Node) -> tuple[int, Node]:
    """A term without a sign of its own: a + (-b) is a - b."""
    if isinstance(term, Sum) and len(term.terms) == 1:
        return sign * term.terms[0][0], term.terms[0][1]
    return sign, term


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
        backwards = _score(base, roles) < 0 or _counts_down(base)
        if isinstance(base, Sum) and exponent.denominator == 1 and backwards:
            turned = _positive_first(negate(base))
            value = value if exponent % 2 == 0 else -value
        powers.append((turned, exponent))
    if value < 0:
        turnable = [n for n, (b, e) in enumerate(powers) if e % 2 == 1 and _turns(b)]
        if turnable:
            # the sign goes into the error where there is one, o(1-o) stays as it is
            place = max(turnable, key=lambda n: (_score(powers[n][0], roles), -n))
            base, exponent = powers[place]
            powers[place] = (_positive_first(negate(base)), exponent)
            value = -value
        else:
            value = _sign_into_sum(value, powers, roles)
    _turn_pairs(powers, roles)
    return Monomial(value, tuple(powers))


def _turn_pairs(powers: list[tuple[Node, Fraction]], roles: Mapping[str, str]) -> None:
    """(σ - 1)(y - σ) is (1 - σ)(σ - y): the derivative of the activation as it is known.

    Two of the former turn together; one turns with the only other difference, unless that has its
    own way round, by a target or a number in it.
    """
    odd = [n for n, (b, e) in enumerate(powers) if e.denominator == 1 and e % 2 and _turns(b)]
    falling = [n for n in odd if _falls(powers[n][0], [b for b, _ in powers])]
    others = [n for n in odd if n not in falling and _score(powers[n][0], roles) == 0]
    free = [n for n in others if not any(isinstance(t, Number) for t in _summands(powers[n][0]))]
    if len(falling) % 2 and len(free) != 1:
        return  # which of several would be turned says the order in which they stand
    if len(falling) % 2:
        falling += free
    for place in falling:
        base, exponent = powers[place]
        powers[place] = (_positive_first(negate(base)), exponent)


def _falls(base: Node, beside: Sequence[Node]) -> bool:
    """Whether it is o - 1 beside o, or tanh(z)^2 - 1: what is known as o(1 - o), 1 - tanh²."""
    if not isinstance(base, Sum) or [sign for sign, _ in base.terms] != [1, -1]:
        return False
    value, number = _summands(base)
    if not isinstance(number, Number):
        return False
    own = value.base if isinstance(value, Power) else value
    return value in beside or (own is not value and isinstance(own, Call))


def _summands(base: Node) -> list[Node]:
    return [term for _, term in base.terms] if isinstance(base, Sum) else []


def _sign_into_sum(
    value: Fraction, powers: list[tuple[Node, Fraction]], roles: Mapping[str, str]
) -> Fraction:
    """-Σ (y - o)·x is Σ (o - y)·x: the sign goes under the sum where a difference takes it."""
    for place, (base, exponent) in enumerate(powers):
        if not isinstance(base, Reduce) or base.operator != "sum" or exponent != 1:
            continue
        if any(e % 2 == 1 and _turns(b) for b, e in split(base.body).powers):
            body = negate(base.body)
            alone = isinstance(base.body, Sum) and len(base.body.terms) > 1
            body = _positive_first(body) if alone else _product(body, roles, under_sum=True)
            powers[place] = (Reduce("sum", base.binders, body), exponent)
            return -value
    return value


def _turns(base: Node) -> bool:
    """Whether a difference with its sign changed still has a positive term to begin with.

    A number of places is not turned: N - 1 is what one counts, 1 - N is not.
    """
    if not isinstance(base, Sum) or len(base.terms) < 2 or not _read(base):
        return False
    return any(sign < 0 for sign, _ in base.terms)


def _counts_down(base: Node) -> bool:
    """Whether it is a number of places with its sign changed: 1 - N."""
    terms = base.terms if isinstance(base, Sum) else ()
    signs = [sign for sign, term in terms if not isinstance(term, Number)]
    return not _read(base) and bool(signs) and all(sign < 0 for sign in signs)


def _score(base: Node, roles: Mapping[str, str]) -> int:
    """Positive where predictions are added and targets subtracted, 0 where no target occurs."""
    if not isinstance(base, Sum):
        return 0
    targets = [_reads_target(term, roles) for _, term in base.terms]
    if not any(targets) or all(targets):
        return 0
    return sum(s * (-1 if t else 1) for (s, _), t in zip(base.terms, targets, strict=True))


def _reads_target(root: Node, roles: Mapping[str, str]) -> bool:
    return any(roles.get(name) == "target" for name in _read(root))


@lru_cache(maxsize=1 << 16)
def _read(root: Node) -> frozenset[str]:
    """The quantities read; each part of a shared expression is looked at once."""
    if isinstance(root, Access):
        return frozenset((root.quantity,))
    return frozenset().union(*(_read(child) for child in root.children))


def _is_error(base: Node, roles: Mapping[str, str]) -> bool:
    if isinstance(base, Access):
        return roles.get(base.quantity) == "adjoint"
    return isinstance(base, Sum) and _reads_target(base, roles)


def _one_tensor(base: Sum) -> bool:
    """Whether a sum adds entries of one tensor."""
    places = [t for _, t in base.terms if isinstance(t, Access) and len(t.indices) > 1]
    return len(places) == len(base.terms) > 1 and len({p.quantity for p in places}) == 1


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
    inside = {type(n) for n in postorder(base)}
    if isinstance(base, Sum) and _one_tensor(base):  # A + Aᵀ stands where A stands
        return 1.4 if under_sum else 2.4
    if isinstance(base, Sum):  # σ(z) stands before 1 - σ(z), as o before 1 - o
        return 3.1 if Bracket in inside else 3.3 if Call in inside else 3
    return 3.2 if isinstance(base, Call) else 3
