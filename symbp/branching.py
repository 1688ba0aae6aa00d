"""Conditions in the words of their author, and conditions that others decide.

    max(0, m - y s)                 branches at m - y s <= 0:   y s >= m
    max(t r, (t - 1) r)             branches at t r >= (t - 1) r:   r >= 0
    where(z <= d, min(z, d), 0)     where(z <= d, z, 0)

A comparison l ? r is that of l - r with 0, divided by factors that are known to be positive; of the
spellings that this allows the shortest is taken. Under `c` a condition that follows from c, or that
c excludes, is decided: p <= 0 says that q <= 0 where q = k p + r with k > 0 and r <= 0. What is
known of the quantities comes in as intervals; without any, nothing is taken for granted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial

from symbp.cases import cuts, divides_by_zero, seat_sums
from symbp.expressions import (
    ONE,
    ZERO,
    Call,
    Comparison,
    IndexComparison,
    Logical,
    Node,
    Number,
    Sum,
    Where,
    postorder,
    substitute,
    transform,
)
from symbp.functions import define
from symbp.intervals import ANY, Interval, interval_of
from symbp.matching import inside_out, outermost
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, negate, split, terms_of, total
from symbp.rational import rational_form

__all__ = ["as_tree", "growth_limit", "negated", "order_conditions", "plain_conditions"]

#: Nodes of an expression whose conditions are looked at, shared ones counted each time.
MAX_SIZE = 160
#: Branches of a tree of conditions.
MAX_BRANCHES = 8

Known = Mapping[str, Interval]

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NOT = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_NOTHING_KNOWN: Known = {}

#: Where the left side minus the right side lies.
_HALF_LINES: Mapping[str, Interval] = {
    "<": Interval(None, Fraction(0)),
    "<=": Interval(None, Fraction(0), high_open=False),
    ">": Interval(Fraction(0), None),
    ">=": Interval(Fraction(0), None, low_open=False),
}


def order_conditions(
    root: Node, settle: Callable[[Node], Node], known: Known = _NOTHING_KNOWN
) -> Node:
    """Conditions in their shortest spelling, and each asked once, where that is shorter.

    Args:
        root: any expression; what stands under a sum over indices is one of its own.
        settle: brings a branch into order.
        known: intervals of quantities that may be used.
    """
    plain = plain_conditions(root, known)
    made = _decide_branches(plain, settle, known)
    return plain if made is plain else plain_conditions(made, known)


def plain_conditions(root: Node, known: Known = _NOTHING_KNOWN) -> Node:
    """Every comparison of values in its shortest spelling; `0` stands in the branch written last.

    Args:
        root: any expression.
        known: intervals of quantities that may be used.
    """
    if not any(isinstance(n, Where) for n in postorder(root)):
        return root

    def change(current: Node) -> Node:
        if not isinstance(current, Where) or not isinstance(current.condition, Comparison):
            return current
        condition = _shortest(current.condition, known)
        if condition is current.condition:
            return current
        if current.then == ZERO and condition.relation in (">", ">="):
            turned = Comparison(_NOT[condition.relation], condition.left, condition.right)
            return Where(turned, current.otherwise, ZERO)
        return Where(condition, current.then, current.otherwise)

    return transform(root, change)


def as_tree(root: Node) -> Node | None:
    """Conditions asked once each, one after the other, with leaves that do not branch.

    Returns:
        None where there are too many branches, or a condition branches itself.
    """
    made = _Tree(lambda leaf: leaf, _NOTHING_KNOWN).grow(root)
    return None if made is None else plain_conditions(made)


def _shortest(condition: Comparison, known: Known) -> Comparison:
    """Spelled anew until nothing gets shorter."""
    while True:
        shorter = _plain(condition, known) if known else _plain_alone(condition)
        if shorter is condition:
            return condition
        condition = shorter


@lru_cache(maxsize=4096)
def _plain_alone(condition: Comparison) -> Comparison:
    return _plain(condition, _NOTHING_KNOWN)


def _plain(condition: Comparison, known: Known) -> Comparison:
    """The shortest comparison that holds where this one holds; itself where there is none."""
    branches = any(_cuts(n) for n in postorder(condition))
    if condition.relation not in _TURNED or branches or condition.size > MAX_SIZE:
        return condition
    gap = condition.left if condition.right == ZERO else condition.left - condition.right
    fraction = rational_form(gap)
    gaps = [gap, *([] if fraction is None else [fraction])]
    sides = (*terms_of(condition.left), *terms_of(condition.right))
    negative = frozenset(t.key for t in sides if t.coefficient < 0)
    made = (_compared(condition.relation, g, known, negative) for g in gaps)
    found = [comparison for comparison in made if comparison is not None]
    best = min(found, key=_length, default=condition)
    return best if _length(best) < _length(condition) else condition


def _length(condition: Comparison) -> tuple[int, bool]:
    """How long it is to read; of equal ones x <= -d stands before -d >= x."""
    return reading_cost(condition), split(condition.left).coefficient < 0


def _compared(
    relation: str, gap: Node, known: Known, negative: frozenset[object]
) -> Comparison | None:
    """`gap ? 0` without what has no say in it: positive factors, and functions that only grow."""
    monomial = split(gap)
    sign = 1 if monomial.coefficient > 0 else -1
    kept: list[tuple[Node, Fraction]] = []
    for base, exponent in monomial.powers:
        interval = interval_of(base, known)
        if interval.positive:
            continue
        if interval.negative and exponent.denominator == 1:
            sign *= -1 if exponent % 2 else 1
        else:
            kept.append((base, exponent))
    if not kept or monomial.coefficient == 0:
        return None
    if len(kept) > 1:
        product = split(join(Monomial(Fraction(sign), tuple((_grown(b), e) for b, e in kept))))
        sign, kept = (1 if product.coefficient > 0 else -1), list(product.powers)
    relation = relation if sign > 0 else _TURNED[relation]
    if len(kept) == 1 and isinstance(kept[0][0], Sum) and kept[0][1] == 1:
        return _sides(relation, kept[0][0], known, negative)
    return Comparison(relation, join(Monomial(Fraction(1), tuple(kept))), ZERO)


def _sides(relation: str, gap: Sum, known: Known, negative: frozenset[object]) -> Comparison:
    """`a - b ? 0` as `a ? b`: on the right stands a number, what is known, what is shorter.

    Else what the author wrote with a minus sign.
    """
    terms = terms_of(gap)
    alike = len({t.coefficient > 0 for t in terms}) == 1 and all(t.powers for t in terms)
    if len(terms) != 2 or (alike and not negative & {t.key for t in terms}):
        return Comparison(relation, gap, ZERO)  # z + b > 0, not z > -b
    made: list[Comparison] = []
    for one, other in ((terms[0], terms[1]), (terms[1], terms[0])):
        turned = one.coefficient < 0
        sides = (negate(join(one)), join(other)) if turned else (join(one), negate(join(other)))
        made.append(Comparison(_TURNED[relation] if turned else relation, *sides))

    def out_of_place(condition: Comparison) -> tuple[bool | int, ...]:
        left, right = condition.left, condition.right
        known_left, known_right = (_is_known(side, known) for side in (left, right))
        longer = reading_cost(right) - reading_cost(left)
        turned = split(left).key in negative
        return isinstance(left, Number), known_left > known_right, max(longer, 0), turned

    return _without_growing(min(made, key=out_of_place))


def _is_known(side: Node, known: Known) -> bool:
    """Whether facts say something of its values."""
    return interval_of(side, known) != interval_of(side, _NOTHING_KNOWN)


def _without_growing(condition: Comparison) -> Comparison:
    """`exp(u) ? exp(v)` is `u ? v`, and so is `exp(u) ? 1` with v = 0."""
    inside = [_exponent(side) for side in (condition.left, condition.right)]
    if inside[0] is None or inside[1] is None:
        return condition
    return Comparison(condition.relation, inside[0], inside[1])


def _grown(base: Node) -> Node:
    """U - v for exp(u) - exp(v), which has its sign: a·(exp(z/a) - 1) has that of z."""
    terms = terms_of(base) if isinstance(base, Sum) else ()
    if len(terms) != 2 or {t.coefficient for t in terms} != {1, -1}:
        return base
    one, other = sorted(terms, key=lambda t: t.coefficient < 0)
    inside = [_exponent(join(Monomial(Fraction(1), t.powers))) for t in (one, other)]
    if inside[0] is None or inside[1] is None:
        return base
    return total((*terms_of(inside[0]), *terms_of(negate(inside[1]))))


def _exponent(side: Node) -> Node | None:
    if side == ONE:
        return ZERO
    exponential = isinstance(side, Call) and side.function == "exp"
    return side.children[0] if exponential else None


def _decide_branches(root: Node, settle: Callable[[Node], Node], known: Known) -> Node:
    if not any(isinstance(n, Where) for n in postorder(root)):
        return root
    return inside_out(root, lambda part: _decided(part, settle, known))


def _decided(root: Node, settle: Callable[[Node], Node], known: Known) -> Node:
    """Each choice by itself, and all of them together where one condition is left."""
    shape, back = seat_sums(root)
    inner = {n: _as_tree(n, settle, known) for n in outermost(shape, (Where,))}
    inner = {n: made for n, made in inner.items() if made is not n}
    made = substitute(shape, nodes=inner) if inner else shape
    whole = _as_tree(made, settle, known)
    # of two conditions beside each other the one asked first would depend on the order of terms
    made = whole if sum(isinstance(n, Where) for n in postorder(whole)) == 1 else made
    if made is shape:
        return root
    return substitute(made, nodes=back) if back else made


def growth_limit(root: Node) -> str | None:
    """Why branches are not put in order: a limit of size, never of time; None: they are."""
    if root.size <= MAX_SIZE or sum(1 for n in postorder(root) if _cuts(n)) < 2:
        return None
    return f"more than {MAX_SIZE} nodes"


def _as_tree(root: Node, settle: Callable[[Node], Node], known: Known) -> Node:
    cuts = [n for n in postorder(root) if _cuts(n)]
    if len(cuts) < 2 or not any(isinstance(n, Where) for n in cuts) or root.size > MAX_SIZE:
        return root
    made = _Tree(settle, known).grow(root)
    return root if made is None or reading_cost(made) >= reading_cost(root) else made


#: Whether a node branches: |x| and sgn x are read as smooth functions beside their 0.
_cuts = partial(cuts, smooth=("abs", "sign"))


@dataclass(frozen=True, slots=True)
class _Assumed:
    """A condition that holds, and where the difference of its sides lies because of it."""

    condition: Node
    gap: Mapping[frozenset[object], Monomial]
    interval: Interval


class _Tree:
    """Branches under all conditions above them; each condition is asked once."""

    def __init__(self, settle: Callable[[Node], Node], known: Known) -> None:
        self.settle = settle
        self.known = known
        self.branches = 0

    def grow(self, root: Node, above: tuple[_Assumed, ...] = ()) -> Node | None:
        """The tree, None where it has too many branches or a condition cannot be asked."""
        if divides_by_zero(root):
            return None
        condition = _first_condition(root)
        if condition is None:
            self.branches += 1
            whole = any(_cuts(n) for n in postorder(root))
            return None if whole or self.branches > MAX_BRANCHES else self.settle(root)
        if len(above) == MAX_BRANCHES:
            return None
        sides: list[Node] = []
        for truth in (True, False):
            assumed = (*above, _assume(condition, truth=truth))
            side = self.grow(self._under(root, assumed), assumed)
            if side is None:
                return None
            sides.append(side)
        return sides[0] if sides[0] == sides[1] else Where(condition, *sides)

    def _under(self, root: Node, assumed: tuple[_Assumed, ...]) -> Node:
        """The branches that are taken where all of these hold."""

        def change(current: Node) -> Node:
            if isinstance(current, Where):
                truth = self._truth(current.condition, assumed)
                return current if truth is None else current.then if truth else current.otherwise
            if _cuts(current) and isinstance(current, Call):
                meaning = define(current)
                made = current if meaning is None else transform(meaning, change)
                return current if any(_cuts(n) for n in postorder(made)) else made
            return current

        return transform(root, change)

    def _truth(self, condition: Node, assumed: tuple[_Assumed, ...]) -> bool | None:
        for other in assumed:
            if other.condition in (condition, negated(condition)):
                return other.condition == condition
        if isinstance(condition, Logical):
            parts = [self._truth(c, assumed) for c in condition.operands]
            if condition.operator == "not":
                return None if parts[0] is None else not parts[0]
            decisive = condition.operator == "or"
            return decisive if decisive in parts else None if None in parts else not decisive
        if not isinstance(condition, Comparison) or condition.relation not in _TURNED:
            return None
        gap = _gap(condition)
        bounds = [interval_of(total(gap.values()), self.known)]
        bounds += [i for a in assumed if (i := _follows(gap, a, self.known)) is not None]
        found = (_holds(condition.relation, interval) for interval in bounds)
        return next((truth for truth in found if truth is not None), None)


def _first_condition(root: Node) -> Node | None:
    """The first condition, in reading order, that no other one decides."""
    stack = [root]
    while stack:
        current = stack.pop()
        meaning = define(current) if isinstance(current, Call) and _cuts(current) else current
        if isinstance(meaning, Where) and not any(_cuts(n) for n in postorder(meaning.condition)):
            return meaning.condition
        stack.extend(reversed(current.children))
    return None


def _assume(condition: Node, *, truth: bool) -> _Assumed:
    held = condition if truth else negated(condition)
    if not isinstance(held, Comparison) or held.relation not in _HALF_LINES:
        return _Assumed(held, {}, ANY)
    return _Assumed(held, _gap(held), _HALF_LINES[held.relation])


def negated(condition: Node) -> Node:
    """What holds where a condition does not hold."""
    if isinstance(condition, Comparison):
        return Comparison(_NOT[condition.relation], condition.left, condition.right)
    if isinstance(condition, IndexComparison):
        return IndexComparison(_NOT[condition.relation], condition.left, condition.right)
    return Logical("not", (condition,))


def _gap(condition: Comparison) -> Mapping[frozenset[object], Monomial]:
    """The terms of the difference of the two sides."""
    whole = total((*terms_of(condition.left), *terms_of(negate(condition.right))))
    return {t.key: t for t in terms_of(whole) if t.coefficient}


def _follows(
    gap: Mapping[frozenset[object], Monomial], assumed: _Assumed, known: Known
) -> Interval | None:
    """Where a difference k·p + r lies, given where p does and what is known of r."""
    shared = [key for key, term in assumed.gap.items() if term.powers and key in gap]
    if not shared:
        return None
    ratio = gap[shared[0]].coefficient / assumed.gap[shared[0]].coefficient
    rest = total(
        (
            *gap.values(),
            *(Monomial(-ratio * t.coefficient, t.powers) for t in assumed.gap.values()),
        )
    )
    scale = Interval(ratio, ratio, low_open=False, high_open=False)
    return scale * assumed.interval + interval_of(rest, known)


def _holds(relation: str, values: Interval) -> bool | None:
    """Whether all values of an interval stand in a relation to 0, or none of them does."""
    if relation in (">", ">="):
        return _holds(_TURNED[relation], -values)
    if relation == "<":
        return True if values.negative else False if values.nonnegative else None
    return True if (-values).nonnegative else False if values.positive else None
