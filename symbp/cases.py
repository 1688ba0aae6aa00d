"""Expressions that branch over one value, cut into pieces.

All conditions of such an expression compare one value v, a quantity or a product of some, with
numbers: c·v + d > 0, or the larger of two such, or several of them joined. The real line falls into
points, where a condition changes, and intervals between them; on each of these cells the expression
is one branch.

Larger expressions than `MAX_SIZE`, with more cells than `MAX_CELLS`, are not cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symbp.algebra import Placeholders, to_sympy
from symbp.expressions import (
    ZERO,
    Access,
    Call,
    Comparison,
    Logical,
    Node,
    Number,
    Product,
    Reduce,
    Sum,
    TensorOperator,
    Where,
    accesses,
    postorder,
    substitute,
    transform,
)
from symbp.functions import define
from symbp.matching import outermost
from symbp.monomials import Monomial, join, terms_of

__all__ = [
    "Cell",
    "Pieces",
    "cuts",
    "divides_by_zero",
    "growth_limit",
    "holds_at",
    "meet_at",
    "pieces",
    "seat_sums",
    "variables",
]

#: Nodes of an expression that is cut into pieces, shared ones counted each time.
MAX_SIZE = 160
#: Points and intervals into which the line falls.
MAX_CELLS = 9

_HOLDS: Mapping[str, Callable[[Fraction], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
    "==": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """An open interval, or the point `low` where `high` is equal to it; None: no end."""

    low: Fraction | None
    high: Fraction | None

    @property
    def point(self) -> bool:
        """Whether it is one number."""
        return self.low is not None and self.low == self.high

    @property
    def sample(self) -> Fraction:
        """A number in it."""
        if self.low is None:
            return Fraction(0) if self.high is None else self.high - 1
        return self.low + 1 if self.high is None else (self.low + self.high) / 2

    def holds(self, value: Fraction) -> bool:
        """Whether a number lies inside, strictly."""
        above = self.low is None or self.low < value
        return above and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Branches between thresholds in ascending order, and at each of them.

    Attributes:
        variable: what is compared with the thresholds.
        thresholds: numbers, ascending.
        between: one branch more than there are thresholds.
        at: the branch that is taken at each threshold.
    """

    variable: Monomial
    thresholds: tuple[Fraction, ...]
    between: tuple[Node, ...]
    at: tuple[Node, ...]


def growth_limit(root: Node) -> str | None:
    """Why branches are not cut apart: a limit of size, never of time; None: they are."""
    if not any(cuts(n) for n in postorder(root)):
        return None
    if root.size > MAX_SIZE:
        return f"more than {MAX_SIZE} nodes"
    asked = dict.fromkeys(n for n in postorder(root) if isinstance(n, Comparison))
    places = Counter(read for n in asked if len(read := tuple(accesses(n))) == 1)
    most = max(places.values(), default=0)  # each threshold is a point between two intervals
    return f"more than {MAX_CELLS} pieces" if 2 * most + 1 > MAX_CELLS else None


def pieces(root: Node, variable: Monomial) -> Pieces | None:
    """The branches of an expression; None where one depends on more than the variable."""
    if root.size > MAX_SIZE:
        return None
    todo = [Cell(None, None)]
    found: list[tuple[Cell, Node]] = []
    while todo:
        cell = todo.pop()
        place = _Place(variable, cell)
        made = transform(root, place.decide)
        if place.breaks:
            point = place.breaks[0]
            todo.extend((Cell(point, cell.high), Cell(point, point), Cell(cell.low, point)))
        elif any(isinstance(n, Where) for n in postorder(made)) or divides_by_zero(made):
            return None
        else:
            found.append((cell, made))
        if len(todo) + len(found) > MAX_CELLS:
            return None
    thresholds = tuple(c.low for c, _ in found if c.point and c.low is not None)
    between = tuple(made for c, made in found if not c.point)
    return Pieces(variable, thresholds, between, tuple(made for c, made in found if c.point))


def divides_by_zero(root: Node) -> bool:
    """Whether a branch that was put in stands below a bar and is 0: nobody should read b/0."""
    return any(
        isinstance(n, Product) and any(d == ZERO for d in n.denominator) for n in postorder(root)
    )


class _Place:
    """Decides conditions for all values of a variable in one cell."""

    def __init__(self, variable: Monomial, cell: Cell) -> None:
        self.variable = variable
        self.cell = cell
        #: places inside the cell at which a condition changes
        self.breaks: list[Fraction] = []

    def decide(self, current: Node) -> Node:
        """The branch that is taken, for a `where` or a call that branches."""
        if isinstance(current, Where):
            truth = self._truth(current.condition)
            return current if truth is None else current.then if truth else current.otherwise
        if isinstance(current, Call) and _branches(current):
            meaning = define(current)
            if meaning is not None and all(_line(a, self.variable) for a in current.arguments):
                return transform(meaning, self.decide)
        return current

    def _truth(self, condition: Node) -> bool | None:
        if isinstance(condition, Logical):
            return _joined(condition.operator, [self._truth(c) for c in condition.children])
        if not isinstance(condition, Comparison):
            return None
        line = _line(condition.left - condition.right, self.variable)
        if line is None:
            return None
        slope, constant = line
        if slope and not self.cell.point and self.cell.holds(-constant / slope):
            self.breaks.append(-constant / slope)
            return None
        return _HOLDS[condition.relation](slope * self.cell.sample + constant)


def _joined(operator: str, parts: Sequence[bool | None]) -> bool | None:
    if operator == "not":
        return None if parts[0] is None else not parts[0]
    decisive = operator == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _line(root: Node, variable: Monomial) -> tuple[Fraction, Fraction] | None:
    """Slope and constant of an expression that is c·v + d."""
    slope = constant = Fraction(0)
    for monomial in _flat_terms(root):
        if not monomial.powers:
            constant += monomial.coefficient
        elif monomial.key == variable.key:
            slope += monomial.coefficient
        else:
            return None
    return slope, constant


def _flat_terms(root: Node) -> list[Monomial]:
    """The terms of a sum, multiples of sums opened: (z + 3)/6 has z/6 and 1/2."""
    found: list[Monomial] = []
    stack = list(reversed(terms_of(root)))
    while stack:
        term = stack.pop()
        base, exponent = term.powers[0] if len(term.powers) == 1 else (None, Fraction(0))
        if isinstance(base, Sum) and exponent == 1:
            inner = (Monomial(t.coefficient * term.coefficient, t.powers) for t in terms_of(base))
            stack.extend(reversed([*inner]))
        else:
            found.append(term)
    return found


def variables(root: Node) -> list[Monomial]:
    """What the conditions of an expression may compare with numbers, in reading order."""
    compared: list[Node] = []
    for current in postorder(root):
        if isinstance(current, Comparison):
            compared.extend(current.children)
        elif isinstance(current, Call) and _branches(current):
            compared.extend(current.arguments)
    found: dict[frozenset[object], Monomial] = {}
    for monomial in (m for node in compared for m in _flat_terms(node)):
        if monomial.powers and not any(_holds_branch(base) for base, _ in monomial.powers):
            found.setdefault(monomial.key, Monomial(Fraction(1), monomial.powers))
    return list(found.values())


def _branches(current: Call) -> bool:
    return isinstance(define(current), Where)


def cuts(current: Node, *, smooth: Collection[str] = ()) -> bool:
    """Whether a node has branches: a `where`, or a function that is one.

    Args:
        current: the node; what stands below it has no say.
        smooth: functions that count as smooth: |x| and sgn x are, beside their 0.
    """
    if isinstance(current, Call):
        return current.function not in smooth and _branches(current)
    return isinstance(current, Where)


def seat_sums(root: Node) -> tuple[Node, Mapping[Node, Node]]:
    """The expression with a quantity in the seat of each outermost sum, and what sits where.

    Sums over indices are no part of the branches around them: their letters are their own.
    """
    sums = outermost(root, (Reduce, TensorOperator))
    back: dict[Node, Node] = {Access(f"·sum{place}"): n for place, n in enumerate(sums)}
    taken = {n: seat for seat, n in back.items()}
    return (substitute(root, nodes=taken) if taken else root), back


def _holds_branch(root: Node) -> bool:
    return any(cuts(n) for n in postorder(root))


def holds_at(found: Pieces, place: int) -> bool:
    """Whether a branch beside a threshold holds at it: it is the one taken, or has its value."""
    here, sides = found.at[place], found.between[place : place + 2]
    return here in sides or any(meet_at(found, place, here, side) for side in sides)


def meet_at(found: Pieces, place: int, one: Node, other: Node) -> bool:
    """Whether two expressions have one value at a threshold of a quantity."""
    name = join(found.variable)
    if not isinstance(name, Access):
        return one == other
    point: dict[Node, Node] = {name: Number(found.thresholds[place])}
    places = Placeholders()
    ends = [to_sympy(substitute(n, nodes=point), places.symbol) for n in (one, other)]
    return bool((ends[0] - ends[1]).expand() == 0)
