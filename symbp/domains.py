"""Where a system is defined and differentiable: the conditions its functions ask for.

A logarithm, a root, a power with a fractional exponent and a denominator each ask for a condition
on their argument. Conditions that the intervals of the quantities already show (a softmax is
positive) are left out, and so are those inside a branch of a `where`, which hold where the branch
is taken; what the condition of a `where` compares must always exist, as in relu(ln x).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import prod

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
    postorder,
    substitute,
)
from symbp.facts import Fact, words_implied
from symbp.functions import define
from symbp.indices import Extent, IndexExpr, Letter
from symbp.intervals import Interval, interval_of, intervals
from symbp.kinks import kinks
from symbp.monomials import negate, split
from symbp.systems import EquationSystem

__all__ = [
    "at_least_zero",
    "domain",
    "kink_conditions",
    "needs",
    "upstream",
    "whole_exponent",
]

_NOTHING = IndexExpr.integer(0)


def upstream(system: EquationSystem, of: str) -> frozenset[str]:
    """The quantities on which `of` depends, itself included."""
    found = {of}
    for equation in reversed(system.equations):
        if equation.target in found:
            found.update(a.quantity for a in accesses(equation.right))
    return frozenset(found)


def domain(system: EquationSystem, of: str) -> tuple[Condition, ...]:
    """What must hold for `of` to exist and to be differentiable, author's names only, each once."""
    known = dict(intervals(system))
    wanted = upstream(system, of)
    found: dict[Node, Node] = {}
    for equation in system.author_equations:
        if equation.target in wanted:
            for statement in needs(equation.right, known, strict=True):
                found.setdefault(_without_letters(statement), statement)
            if len(system.producers[equation.target]) == 1:
                given = _given(equation.right, known)
                known[equation.target] = interval_of(equation.right, known, given)
    statements = _independent(_unstated(system, found.values()), known)
    return tuple(Condition("domain", s, "domain") for s in statements)


def _unstated(system: EquationSystem, statements: Iterable[Node]) -> tuple[Node, ...]:
    """Conditions without `s != 0` where a fact says so of s: no interval does."""
    facts = (f for f in system.facts if isinstance(f, Fact))
    nonzero = {f.quantity for f in facts if "nonzero" in words_implied(f.word)}
    return tuple(
        s
        for s in statements
        if not (isinstance(s, Comparison) and s.relation == "!=" and s.right == ZERO)
        or not (isinstance(s.left, Access) and s.left.quantity in nonzero)
    )


def _given(root: Node, known: Mapping[str, Interval]) -> dict[Node, Interval]:
    """What an expression asks of its parts, as intervals: √u is positive where u > 0 is asked."""
    found: dict[Node, Interval] = {}
    for value, relation in _asked(root, strict=True):
        where = interval_of(value, known)
        if relation == ">" or (relation == "!=" and where.nonnegative):
            low = where.low if where.positive else Fraction(0)
            low_open = where.low_open if where.positive else True
            found[value] = Interval(low, where.high, low_open, where.high_open)
    return found


def _without_letters(statement: Node) -> Node:
    """The statement with its letters numbered: x[n] > 0 and x[m] > 0 are one condition."""
    letters: dict[str, None] = {}
    for access in accesses(statement):
        for index in access.indices:
            letters.update((x, None) for x in index.letters if x in statement.free)
    numbered = {x: IndexExpr.letter(f"·{n}") for n, x in enumerate(letters)}
    return substitute(statement, letters=numbered)


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
        if isinstance(current, Where):
            stack.append(current.condition)
            continue
        if isinstance(current, Logical):  # what comes after the first is read only where it matters
            stack.append(current.children[0])
            continue
        if isinstance(current, IndexComparison):
            continue
        if isinstance(current, Call):
            relation = {"ln": ">", "log1p": ">", "sqrt": ">=" if not strict else ">"}
            spelled = define(current)
            if spelled is not None:
                stack.append(spelled)
                continue
            if current.function in relation:
                yield current.arguments[0], relation[current.function]
            if current.function == "tan":
                yield Call("cos", current.arguments), "!="
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
    index = None if isinstance(exponent, Number) else whole_exponent(exponent)
    if index is not None:
        if not at_least_zero(index):
            yield current.base, "!="
    elif not isinstance(exponent, Number):
        if not isinstance(current.base, Number):
            yield current.base, ">"
    elif exponent.value.denominator != 1:
        yield current.base, ">" if strict or exponent.value < 0 else ">="
    elif exponent.value < 0:
        yield current.base, "!="


def whole_exponent(exponent: Node) -> IndexExpr | None:
    """An exponent as an index expression: sums and products of indices, extents and integers."""
    found: dict[Node, IndexExpr] = {}
    for current in postorder(exponent):
        parts = [found.get(child) for child in current.children]
        inner = [p for p in parts if p is not None]
        if len(inner) < len(parts):
            return None
        if isinstance(current, IndexValue):
            found[current] = current.index
        elif isinstance(current, Number) and current.value.denominator == 1:
            found[current] = IndexExpr.integer(int(current.value))
        elif isinstance(current, Sum):
            signs = (s for s, _ in current.terms)
            found[current] = sum((p * s for s, p in zip(signs, inner, strict=True)), _NOTHING)
        elif isinstance(current, Product) and not current.denominator:
            found[current] = prod(inner, start=IndexExpr.integer(1))
        else:
            return None
    return found[exponent]


def at_least_zero(index: IndexExpr, least: Mapping[str, int] | None = None) -> bool:
    """Whether it is not negative: an extent is at least 1, an index 0 unless `least` says else."""
    total = 0
    for atoms, factor in index.terms:
        lows = [
            1 if isinstance(a, Extent) else (least or {}).get(a.name, 0)
            for a in atoms
            if isinstance(a, Extent | Letter)
        ]
        if len(lows) < len(atoms) or min(lows, default=0) < 0 or (atoms and factor < 0):
            return False
        total += factor * prod(lows)
    return total >= 0


def _shown(value: Node, relation: str, known: Mapping[str, Interval]) -> bool:
    if relation in ("<", "<="):
        return _shown(negate(value), relation.replace("<", ">"), known)
    where = interval_of(value, known)
    if relation == ">":
        return where.positive
    return where.nonzero if relation == "!=" else where.nonnegative


def _solved(value: Node, relation: str) -> Node:
    """`x - 1 != 0` is written `x != 1`, `1 - x > 0` as `x < 1`, `|x| > 0` as `x != 0`."""
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
    if relation == ">" and isinstance(value, Call) and value.function == "abs":
        return _solved(value.arguments[0], "!=")
    return Comparison(relation, value, ZERO)


def kink_conditions(system: EquationSystem, of: str) -> dict[str, tuple[Condition, ...]]:
    """The places where a branch changes, with the value of the branch that includes them.

    By quantity: a place that does not move with a quantity is no kink of the derivative by it.
    Quantities without such places are left out, and places that declared facts exclude.
    """
    wanted, known = upstream(system, of), intervals(system)
    places: dict[Node, Condition] = {}  # one for z[k] == 0 and z[l] == 0
    read: list[tuple[str, Node]] = []  # what a quantity is made of
    moved: dict[str, set[Condition]] = {}
    for equation in system.author_equations:
        if equation.target not in wanted:
            continue
        read.append((equation.target, equation.right))
        for condition in kinks(equation.right):
            if isinstance(condition, Comparison):
                if interval_of(condition.left - condition.right, known).nonzero:
                    continue
                where = _kink(condition)
                made = Condition("kink", where, "kink")
                place = places.setdefault(_without_letters(where), made)
                for access in accesses(condition):
                    moved.setdefault(access.quantity, set()).add(place)
    for target, right in reversed(read):
        if target in moved:
            for access in accesses(right):
                moved.setdefault(access.quantity, set()).update(moved[target])
    return {name: tuple(p for p in places.values() if p in found) for name, found in moved.items()}


def _kink(condition: Comparison) -> Comparison:
    sides = (condition.left, condition.right)
    left, right = sides if sides[0] != ZERO else sides[::-1]
    return Comparison("==", left, right)
