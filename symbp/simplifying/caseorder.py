"""Branches over one value, as one chain of cases in ascending order.

    where(1 - y*z > 0, a, 0)  =  where(y*z < 1, a, 0)
    where(min(1, z) <= -1, 0, where(z >= 1, 0, 1))  =  where(z <= -1, 0, where(z < 1, 1, 0))

The expression is cut into pieces (`cases.py`). Pieces that are equal are one, and a threshold
belongs to the side whose branch gives its value. So an expression is written in one way, however
its author nested the branches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from symbp.cases import Pieces, cuts, pieces, seat_sums, variables
from symbp.expressions import (
    ZERO,
    Access,
    Call,
    Comparison,
    Node,
    Number,
    Power,
    Product,
    Where,
    postorder,
    substitute,
)
from symbp.matching import inside_out, outermost
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, negate
from symbp.rewriting import Log
from symbp.rules.moves import CASES

__all__ = ["order_branches"]

#: Functions with a value at every number.
_EVERYWHERE = frozenset(
    (
        *("exp", "sin", "cos", "tanh", "sigmoid", "softplus", "logsigmoid", "sinh", "cosh"),
        *("arctan", "erf", "erfc", "normal_cdf", "abs", "sign", "max", "min", "relu", "expm1"),
    )
)

#: Brings a branch into order, and writes down how.
_Settle = Callable[[Node, Log | None], Node]


def order_branches(root: Node, settle: _Settle, log: Log | None = None) -> Node:
    """The node with its branches in ascending order, where that is no longer.

    Args:
        root: any expression; what stands under a sum over indices is one of its own.
        settle: brings the branch of one cell into order.
        log: where each chain of cases is written down, with what was done to its branches.
    """
    if not any(isinstance(n, Where) for n in postorder(root)):
        return root
    return inside_out(root, lambda part: _ordered(part, settle, log))


def _ordered(root: Node, settle: _Settle, log: Log | None) -> Node:
    """Each `where` as a chain of cases, or all of the expression as one where that is shorter."""
    if not any(isinstance(n, Where) for n in postorder(root)):
        return root
    shape, back = seat_sums(root)
    chains = {n: _chain(n, settle) for n in outermost(shape, (Where,))}
    kept = {n: c for n, c in chains.items() if _better(c, n)}
    made = substitute(shape, nodes=kept) if kept else shape
    together = made
    if sum(1 for n in postorder(made) if cuts(n)) > 1:
        together = min((made, _chain(made, settle)), key=reading_cost)
    if log is not None:
        for one in [*kept, *([] if together is made else [made])]:
            _tell(one, settle, log, back)
    if together is shape:
        return root
    return substitute(together, nodes=back) if back else together


def _tell(root: Node, settle: _Settle, log: Log, back: Mapping[Node, Node]) -> None:
    """How a chain of cases came about: cut into pieces, each brought into order, put together.

    Args:
        root: what was written as a chain.
        settle: brings a branch into order.
        log: where it is written down.
        back: the sums over indices whose seats stand in the expression.
    """
    found = _cut(root)
    if found is None:
        return

    def seated(node: Node) -> Node:
        return substitute(node, nodes=back) if back else node

    log.add(CASES, seated(root), seated(_piecewise(found)))
    settled = {p: settle(seated(p), log) for p in dict.fromkeys((*found.between, *found.at))}
    between, at = (
        tuple(settled[piece] for piece in branches) for branches in (found.between, found.at)
    )
    ordered = _piecewise(replace(found, between=between, at=at))
    log.add(CASES, ordered, seated(_chain(root, settle)))


def _piecewise(found: Pieces) -> Node:
    """Every cell with its branch, points by themselves."""
    value = join(found.variable)
    made = found.between[-1]
    for place in reversed(range(len(found.thresholds))):
        number = Number(found.thresholds[place])
        made = Where(Comparison("<=", value, number), found.at[place], made)
        made = Where(Comparison("<", value, number), found.between[place], made)
    return made


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


def _chain(root: Node, settle: _Settle) -> Node:
    """The expression as one chain of cases; the node itself where it is not of one variable."""
    found = _cut(root)
    return root if found is None else _written(_settled(found, settle), settle)


def _cut(root: Node) -> Pieces | None:
    """The pieces of an expression over the first variable over which it has some."""
    for variable in variables(root):
        found = pieces(root, variable)
        if found is not None and found.thresholds:
            return found
    return None


def _settled(found: Pieces, settle: _Settle) -> Pieces:
    """Each branch in order; thresholds at which nothing changes left out."""
    between = [settle(piece, None) for piece in found.between]
    thresholds: list[Fraction] = []
    kept, at = [between[0]], list[Node]()
    for place, threshold in enumerate(found.thresholds):
        here = settle(found.at[place], None)
        after = between[place + 1]
        if after == kept[-1] and _same(here, after, found.variable, threshold, settle):
            continue
        thresholds.append(threshold)
        at.append(here)
        kept.append(after)
    return Pieces(found.variable, tuple(thresholds), tuple(kept), tuple(at))


def _same(one: Node, other: Node, variable: Monomial, value: Fraction, settle: _Settle) -> bool:
    """Whether two branches have the same value at one value of the variable."""
    name = join(variable)
    if one == other or not (isinstance(name, Access) and _total(one) and _total(other)):
        return one == other
    ends = [settle(substitute(n, nodes={name: Number(value)}), None) for n in (one, other)]
    return ends[0] == ends[1]


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


def _written(found: Pieces, settle: _Settle) -> Node:
    """The chain of cases. A threshold belongs to the side whose branch has its value there."""
    value = join(found.variable)
    if found.thresholds == (Fraction(0),) and found.at == (ZERO,):
        below, above = found.between
        if settle(negate(above), None) == below:
            return settle(above * Call("sign", (value,)), None)
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
