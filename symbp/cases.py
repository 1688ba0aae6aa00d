"""Branches over one value, piece by piece in ascending order.

    where(1 - y*z > 0, a, 0)  =  where(y*z < 1, a, 0)
    where(min(1, z) <= -1, 0, where(z >= 1, 0, 1))  =  where(z <= -1, 0, where(z < 1, 1, 0))

All conditions of such an expression compare one value v, a quantity or a product of some, with
numbers: c·v + d > 0, or the larger of two such, or several of them joined. The real line falls into
points, where a condition changes, and intervals between them; on each of these cells the expression
is one branch. Pieces that are equal are one, and a point belongs to the side whose branch gives
its value. So an expression is written in one way, however its author nested the branches.

Larger expressions than `MAX_SIZE`, with more cells than `MAX_CELLS`, stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    Power,
    Product,
    Reduce,
    TensorOperator,
    Where,
    postorder,
    substitute,
    transform,
)
from symbp.functions import define
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, negate, terms_of

__all__ = ["Cell", "Pieces", "holds_at", "meet_at", "order_branches", "pieces", "variables"]

#: Nodes of an expression that is cut into pieces, shared ones counted each time.
MAX_SIZE = 160
#: Points and intervals into which the line falls.
MAX_CELLS = 9

#: Functions with a value at every number.
_EVERYWHERE = frozenset(
    (
        *("exp", "sin", "cos", "tanh", "sigmoid", "softplus", "logsigmoid", "sinh", "cosh"),
        *("arctan", "erf", "erfc", "normal_cdf", "abs", "sign", "max", "min", "relu", "expm1"),
    )
)

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


def order_branches(root: Node, settle: Callable[[Node], Node]) -> Node:
    """The node with its branches in ascending order, where that is no longer.

    Args:
        root: any expression; what stands under a sum over indices is one of its own.
        settle: brings the branch of one cell into order.
    """
    if not any(isinstance(n, Where) for n in postorder(root)):
        return root
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Reduce):
            body = _ordered(replace_nodes(current.body, replaced), settle)
            made = Reduce(current.operator, current.binders, body)
            if made != current:
                replaced[current] = made
    return _ordered(replace_nodes(root, replaced) if replaced else root, settle)


def _ordered(root: Node, settle: Callable[[Node], Node]) -> Node:
    """Each `where` as a chain of cases, or all of the expression as one where that is shorter."""
    if not any(isinstance(n, Where) for n in postorder(root)):
        return root
    sums = _outermost(root, (Reduce, TensorOperator))
    seats: dict[Node, Node] = {n: Access(f"·sum{place}") for place, n in enumerate(sums)}
    shape = substitute(root, nodes=seats) if seats else root
    chains = {n: _chain(n, settle) for n in _outermost(shape, (Where,))}
    kept = {n: c for n, c in chains.items() if _better(c, n)}
    made = substitute(shape, nodes=kept) if kept else shape
    if sum(1 for n in postorder(made) if _cuts(n)) > 1:
        made = min((made, _chain(made, settle)), key=reading_cost)
    if made is shape:
        return root
    return substitute(made, nodes={seat: n for n, seat in seats.items()}) if seats else made


def _better(chain: Node, root: Node) -> bool:
    """Whether a chain is shorter, or as short and the conditions stand in another order."""
    if reading_cost(chain) == reading_cost(root):
        return _conditions(chain) != _conditions(root)
    return reading_cost(chain) < reading_cost(root)


def _conditions(root: Node) -> list[Node]:
    """The conditions of a chain, first to last."""
    found: list[Node] = []
    while isinstance(root, Where):
        found.append(root.condition)
        root = root.otherwise
    return found


def _outermost(root: Node, kinds: tuple[type[Node], ...]) -> list[Node]:
    """Maximal nodes of some kinds, each once, in reading order."""
    found: dict[Node, None] = {}
    stack, seen = [root], set[int]()
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, kinds):
            found[current] = None
        else:
            stack.extend(reversed(current.children))
    return list(found)


def _chain(root: Node, settle: Callable[[Node], Node]) -> Node:
    """The expression as one chain of cases; the node itself where it is not of one variable."""
    for variable in variables(root):
        found = pieces(root, variable)
        if found is not None and found.thresholds:
            return _written(_settled(found, settle), settle)
    return root


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
        elif any(isinstance(n, Where) for n in postorder(made)):
            return None
        else:
            found.append((cell, made))
        if len(todo) + len(found) > MAX_CELLS:
            return None
    thresholds = tuple(c.low for c, _ in found if c.point and c.low is not None)
    between = tuple(made for c, made in found if not c.point)
    return Pieces(variable, thresholds, between, tuple(made for c, made in found if c.point))


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
    for monomial in terms_of(root):
        if not monomial.powers:
            constant += monomial.coefficient
        elif monomial.key == variable.key:
            slope += monomial.coefficient
        else:
            return None
    return slope, constant


def variables(root: Node) -> list[Monomial]:
    """What the conditions of an expression may compare with numbers, in reading order."""
    compared: list[Node] = []
    for current in postorder(root):
        if isinstance(current, Comparison):
            compared.extend(current.children)
        elif isinstance(current, Call) and _branches(current):
            compared.extend(current.arguments)
    found: dict[frozenset[object], Monomial] = {}
    for monomial in (m for node in compared for m in terms_of(node)):
        if monomial.powers and not any(_holds_branch(base) for base, _ in monomial.powers):
            found.setdefault(monomial.key, Monomial(Fraction(1), monomial.powers))
    return list(found.values())


def _branches(current: Call) -> bool:
    return isinstance(define(current), Where)


def _cuts(current: Node) -> bool:
    return isinstance(current, Where) or (isinstance(current, Call) and _branches(current))


def _holds_branch(root: Node) -> bool:
    return any(_cuts(n) for n in postorder(root))


def _settled(found: Pieces, settle: Callable[[Node], Node]) -> Pieces:
    """Each branch in order; thresholds at which nothing changes left out."""
    between = [settle(piece) for piece in found.between]
    thresholds: list[Fraction] = []
    kept, at = [between[0]], list[Node]()
    for place, threshold in enumerate(found.thresholds):
        here = settle(found.at[place])
        after = between[place + 1]
        if after == kept[-1] and _same(here, after, found.variable, threshold, settle):
            continue
        thresholds.append(threshold)
        at.append(here)
        kept.append(after)
    return Pieces(found.variable, tuple(thresholds), tuple(kept), tuple(at))


def _same(
    one: Node, other: Node, variable: Monomial, value: Fraction, settle: Callable[[Node], Node]
) -> bool:
    """Whether two branches have the same value at one value of the variable."""
    name = join(variable)
    if one == other or not (isinstance(name, Access) and _total(one) and _total(other)):
        return one == other
    ends = [settle(substitute(n, nodes={name: Number(value)})) for n in (one, other)]
    return ends[0] == ends[1]


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


def _total(root: Node) -> bool:
    """Whether an expression has a value everywhere: z/z at 0 has none, though z/z = 1."""
    for current in postorder(root):
        if isinstance(current, Product):
            if not all(isinstance(n, Number) for n in current.denominator):
                return False
        elif isinstance(current, Power):
            exponent = current.exponent
            natural = isinstance(exponent, Number) and exponent.value.denominator == 1
            if not natural or (isinstance(exponent, Number) and exponent.value < 0):
                return False
        elif isinstance(current, Call) and current.function not in _EVERYWHERE:
            return False
    return True


def _written(found: Pieces, settle: Callable[[Node], Node]) -> Node:
    """The chain of cases. A threshold belongs to the side whose branch has its value there."""
    value = join(found.variable)
    if found.thresholds == (Fraction(0),) and found.at == (ZERO,):
        below, above = found.between
        if settle(negate(above)) == below:
            return settle(above * Call("sign", (value,)))
    made = found.between[-1]
    for place in reversed(range(len(found.thresholds))):
        threshold, here = found.thresholds[place], found.at[place]
        before, after = found.between[place : place + 2]
        number = Number(threshold)
        if _same(here, before, found.variable, threshold, settle):
            made = Where(Comparison("<=", value, number), before, made)
            continue
        if not _same(here, after, found.variable, threshold, settle):
            made = Where(Comparison("<=", value, number), here, made)
        made = Where(Comparison("<", value, number), before, made)
    return made
