"""Whether a condition holds where others do: `m > 0` gives `m != 0`, and `m == 1` gives `m > 0`.

Two comparisons are about the same number where their differences are multiples of each other, up
to a constant: `1 - m > 0` and `m < 1` are. Then both cut the line at a point each, and what holds
of a value holds of all values between the same points; so one follows from others if it does at
each of the points, between them and outside: `m <= 1` and `m >= 1` give `m == 1`. Of a quantity
that is 0 or 1 these two are all the values there are.

Nothing is concluded of conditions about different numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from symbp.branching import negated
from symbp.expressions import (
    Access,
    Comparison,
    IndexComparison,
    Logical,
    Node,
)
from symbp.monomials import Monomial, negate, terms_of, total

__all__ = ["conjuncts", "follows"]

#: Largest distance of indices that is looked at.
MAX_REACH = 64

_HOLDS: Mapping[str, Callable[[Fraction], bool]] = {
    "==": lambda gap: gap == 0,
    "!=": lambda gap: gap != 0,
    "<": lambda gap: gap < 0,
    "<=": lambda gap: gap <= 0,
    ">": lambda gap: gap > 0,
    ">=": lambda gap: gap >= 0,
}


def conjuncts(condition: Node, *, truth: bool = True) -> tuple[Node, ...]:
    """What holds, each by itself, where a condition does; or where it does not.

    `not (a <= b)` is told as `a > b`.
    """
    found: list[Node] = []
    stack = [(condition, truth)]
    while stack:
        current, holds = stack.pop()
        if isinstance(current, Logical) and current.operator == "not":
            stack.append((current.operands[0], not holds))
        elif isinstance(current, Logical) and (current.operator == "and") == holds:
            stack += [(part, holds) for part in reversed(current.operands)]
        elif isinstance(current, Logical):
            found.append(current if holds else Logical("not", (current,)))
        else:
            found.append(current if holds else negated(current))
    return tuple(dict.fromkeys(found))


def follows(wanted: Node, held: Iterable[Node], binary: Collection[str] = ()) -> bool:
    """Whether a condition is found to hold where others do; False says nothing.

    Args:
        wanted: the condition.
        held: conditions that hold, as `conjuncts` tells them.
        binary: names of quantities whose values are 0 or 1.
    """
    known = tuple(held)
    return all(part in known or _decided(part, known, binary) for part in conjuncts(wanted))


def _decided(wanted: Node, held: Sequence[Node], binary: Collection[str]) -> bool:
    """Whether it holds at each point where all hold that are about the same number."""
    if isinstance(wanted, Comparison):
        return _of_values(wanted, [c for c in held if isinstance(c, Comparison)], binary)
    if isinstance(wanted, IndexComparison):
        return _of_indices(wanted, [c for c in held if isinstance(c, IndexComparison)])
    return False


@dataclass(frozen=True, slots=True)
class _Cut:
    """`ratio * x + constant` in a relation to 0."""

    relation: str
    ratio: Fraction
    constant: Fraction

    @property
    def place(self) -> Fraction:
        return -self.constant / self.ratio

    def holds(self, value: Fraction) -> bool:
        return _HOLDS[self.relation](self.ratio * value + self.constant)


def _of_values(wanted: Comparison, held: Sequence[Comparison], binary: Collection[str]) -> bool:
    terms, constant = _gap(wanted)
    if not terms:
        return False
    own = _Cut(wanted.relation, Fraction(1), constant)
    cuts: list[_Cut] = []
    for condition in held:
        others, constant = _gap(condition)
        ratio = _ratio(others, terms)
        if ratio is not None:
            cuts.append(_Cut(condition.relation, ratio, constant))
    points = _two_values(terms, binary) or _around(cut.place for cut in (own, *cuts))
    return bool(cuts) and _everywhere(own, cuts, points)


def _of_indices(wanted: IndexComparison, held: Sequence[IndexComparison]) -> bool:
    difference = wanted.left - wanted.right
    own = _Cut(wanted.relation, Fraction(1), Fraction(0))
    cuts: list[_Cut] = []
    for condition in held:
        for sign in (1, -1):
            shift = (condition.left - condition.right - difference * sign).as_integer
            if shift is not None:
                cuts.append(_Cut(condition.relation, Fraction(sign), Fraction(shift)))
                break
    reach = max((abs(int(cut.constant)) for cut in cuts), default=0) + 1
    if not cuts or reach > MAX_REACH:
        return False
    points = (Fraction(point) for point in range(-reach, reach + 1))  # the numbers are whole
    return _everywhere(own, cuts, points)


def _everywhere(wanted: _Cut, held: Sequence[_Cut], points: Iterable[Fraction]) -> bool:
    return all(wanted.holds(x) for x in points if all(cut.holds(x) for cut in held))


def _ratio(
    terms: Mapping[frozenset[object], Monomial], unit: Mapping[frozenset[object], Monomial]
) -> Fraction | None:
    """What multiple of the second terms the first ones are; None where they are none."""
    if terms.keys() != unit.keys():
        return None
    ratios = {terms[key].coefficient / term.coefficient for key, term in unit.items()}
    return ratios.pop() if len(ratios) == 1 else None


def _gap(condition: Comparison) -> tuple[Mapping[frozenset[object], Monomial], Fraction]:
    """The terms of the difference of two sides, and its constant."""
    whole = total((*terms_of(condition.left), *terms_of(negate(condition.right))))
    terms = [t for t in terms_of(whole) if t.coefficient]
    constant = sum((t.coefficient for t in terms if not t.powers), Fraction(0))
    return {t.key: t for t in terms if t.powers}, constant


def _two_values(
    terms: Mapping[frozenset[object], Monomial], binary: Collection[str]
) -> tuple[Fraction, ...] | None:
    """The values of a multiple of what is 0 or 1; None for anything else."""
    (term, *more) = terms.values()
    if more or len(term.powers) != 1:
        return None
    base, exponent = term.powers[0]
    if not isinstance(base, Access) or base.quantity not in binary or exponent <= 0:
        return None
    return (Fraction(0), term.coefficient)


def _around(cuts: Iterable[Fraction]) -> tuple[Fraction, ...]:
    """The points, one between each two, and one beyond either end."""
    found = sorted(set(cuts))
    between = [(a + b) / 2 for a, b in pairwise(found)]
    return (found[0] - 1, *found, *between, found[-1] + 1)
