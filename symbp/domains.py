"""Where a system is defined and differentiable: the conditions its functions ask for.

A logarithm, a root, a power with a fractional exponent and a denominator each ask for a condition
on their argument. Conditions that the intervals of the quantities already show (a softmax is
positive) are left out, and so are those inside a branch of a `where`, which hold where the branch
is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from symbp.derivations import Condition
from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Call,
    Comparison,
    IndexComparison,
    IndexValue,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Where,
    accesses,
)
from symbp.functions import define
from symbp.intervals import Interval, interval_of, intervals
from symbp.kinks import kinks
from symbp.monomials import negate, split
from symbp.systems import EquationSystem

__all__ = ["domain", "kink_conditions", "needs", "upstream"]


def upstream(system: EquationSystem, of: str) -> frozenset[str]:
    """The quantities on which `of` depends, itself included."""
    found = {of}
    for equation in reversed(system.equations):
        if equation.target in found:
            found.update(a.quantity for a in accesses(equation.right))
    return frozenset(found)


def domain(system: EquationSystem, of: str) -> tuple[Condition, ...]:
    """What must hold for `of` to exist and to be differentiable, author's names only, each once."""
    known = intervals(system)
    wanted = upstream(system, of)
    found: dict[Node, None] = {}
    for equation in system.author_equations:
        if equation.target in wanted:
            found.update(dict.fromkeys(needs(equation.right, known, strict=True)))
    return tuple(Condition("domain", s, "domain") for s in _independent(tuple(found), known))


def _independent(statements: Sequence[Node], known: Mapping[str, Interval]) -> Iterator[Node]:
    """Conditions without those that follow from the signs which others ask of single quantities."""
    signs = {
        s.left.quantity: Interval(Fraction(0), low_open=s.relation == ">")
        for s in statements
        if isinstance(s, Comparison) and isinstance(s.left, Access) and s.right == ZERO
        if s.relation == ">" and _everywhere(s.left)
    }
    assumed = {**known, **signs}
    for statement in statements:
        if isinstance(statement, Comparison) and statement.right == ZERO:
            own = isinstance(statement.left, Access) and statement.relation == ">"
            if not own and _shown(statement.left, statement.relation, assumed):
                continue
        yield statement


def _everywhere(place: Access) -> bool:
    """Whether an access stands for all elements: letters of their own in every place."""
    letters = [index.as_letter for index in place.indices]
    return None not in letters and len(set(letters)) == len(letters)


def needs(root: Node, known: Mapping[str, Interval], *, strict: bool) -> tuple[Node, ...]:
    """Comparisons with 0 that an expression asks for and the intervals do not show.

    Args:
        root: an expression.
        known: intervals of the quantities that it reads.
        strict: whether it must be differentiable, not only defined (√u: u > 0, not u >= 0).
    """
    found: dict[Node, None] = {}
    for value, relation in _asked(root, strict=strict):
        if not _shown(value, relation, known):
            found[_solved(value, relation)] = None
    return tuple(found)


def _asked(root: Node, *, strict: bool) -> Iterator[tuple[Node, str]]:
    stack = [root]
    seen: dict[int, Node] = {}  # shared parts once; holds the nodes, so that no id is used again
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen[id(current)] = current
        if isinstance(current, Where | Comparison | IndexComparison | Logical):
            continue
        if isinstance(current, Call):
            relation = {"ln": ">", "log1p": ">", "sqrt": ">=" if not strict else ">"}
            spelled = define(current)
            if spelled is not None:
                stack.append(spelled)
                continue
            if current.function in relation:
                yield current.arguments[0], relation[current.function]
            if current.function in ("arcsin", "arccos", "arctanh"):
                square = Power(current.arguments[0], Number(2))
                yield Sum(((1, ONE), (-1, square))), ">" if strict else ">="
            if current.function == "arccosh":
                yield Sum(((1, current.arguments[0]), (-1, ONE))), ">" if strict else ">="
        if isinstance(current, Product):
            for factor in current.denominator:
                yield from ((base, "!=") for base, e in split(factor).powers if e.denominator == 1)
        if isinstance(current, Power):
            yield from _power(current, strict=strict)
        stack.extend(reversed(current.children))


def _power(current: Power, *, strict: bool) -> Iterator[tuple[Node, str]]:
    exponent = current.exponent
    if _whole(exponent):
        if not _counts_up(exponent):
            yield current.base, "!="
    elif not isinstance(exponent, Number):
        if not isinstance(current.base, Number):
            yield current.base, ">"
    elif exponent.value.denominator != 1:
        yield current.base, ">" if strict or exponent.value < 0 else ">="
    elif exponent.value < 0:
        yield current.base, "!="


def _whole(exponent: Node) -> bool:
    """Whether an exponent is an integer that is not a number: `n`, `1 - N`."""
    terms = [t for _, t in exponent.terms] if isinstance(exponent, Sum) else [exponent]
    return any(isinstance(t, IndexValue) for t in terms) and all(
        isinstance(t, IndexValue) or (isinstance(t, Number) and t.value.denominator == 1)
        for t in terms
    )


def _counts_up(exponent: Node) -> bool:
    """Whether nothing is subtracted in a whole exponent: indices and extents are not negative."""
    signed = exponent.terms if isinstance(exponent, Sum) else ((1, exponent),)
    return all(
        sign * factor >= 0
        for sign, term in signed
        for factor in (
            [term.value]
            if isinstance(term, Number)
            else [f for _, f in term.index.terms]
            if isinstance(term, IndexValue)
            else []
        )
    )


def _shown(value: Node, relation: str, known: Mapping[str, Interval]) -> bool:
    if relation in ("<", "<="):
        return _shown(negate(value), relation.replace("<", ">"), known)
    where = interval_of(value, known)
    if relation == ">":
        return where.positive
    return where.nonzero if relation == "!=" else where.nonnegative


def _solved(value: Node, relation: str) -> Node:
    """`x - 1 != 0` is written `x != 1`, `1 - x > 0` as `x < 1`."""
    if isinstance(value, Sum) and len(value.terms) == 2:
        numbers = [(s, t) for s, t in value.terms if isinstance(t, Number)]
        others = [(s, t) for s, t in value.terms if isinstance(t, Access)]
        if len(numbers) == 1 and len(others) == 1:
            (sign, access), (other, number) = others[0], numbers[0]
            right = Number(number.value * -sign * other)
            turned = {">": "<", ">=": "<=", "!=": "!="}[relation] if sign < 0 else relation
            return Comparison(turned, access, right)
    if isinstance(value, Sum) and len(value.terms) == 1 and value.terms[0][0] < 0:
        turned = {">": "<", ">=": "<=", "!=": "!="}[relation]
        return Comparison(turned, negate(value), ZERO)
    return Comparison(relation, value, ZERO)


def kink_conditions(system: EquationSystem, of: str) -> tuple[Condition, ...]:
    """The places where a branch changes, with the value of the branch that includes them."""
    wanted = upstream(system, of)
    found: dict[Condition, None] = {}
    for equation in system.author_equations:
        if equation.target in wanted:
            for condition in kinks(equation.right):
                if isinstance(condition, Comparison):
                    sides = (condition.left, condition.right)
                    left, right = sides if sides[0] != ZERO else sides[::-1]
                    place = Comparison("==", left, right)
                    found[Condition("kink", place, "kink")] = None
    return tuple(found)
