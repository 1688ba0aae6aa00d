"""Where a claim is made, and what the claimed side asks for.

A claim is made where its left side exists: the functions of the system and of the left side ask for
conditions (ln u: u > 0), and a derivative for a place without a kink. The claimed side asks for
conditions too, its *needs*. Each must be shown to hold wherever the claim is made (`grounds.py`);
what is not shown is not assumed, and the claim is then not proved, whatever its algebra says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symbp.domains import (
    at_least_zero,
    domain,
    kink_conditions,
    needs,
    upstream,
    whole_exponent,
)
from symbp.expressions import (
    ZERO,
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Where,
    accesses,
    postorder,
)
from symbp.functions import define
from symbp.indices import IndexExpr
from symbp.intervals import intervals
from symbp.labelbounds import label_bounds
from symbp.verification.claims import Statement

__all__ = ["Need", "asserted_places", "claim_conditions", "claimed_needs", "kink_places"]


@dataclass(frozen=True, slots=True)
class Need:
    """`value relation 0` must hold for all values of the binders, where the guards hold.

    Attributes:
        value: an expression; for an index, the access that may leave its range.
        relation: `>`, `>=`, `!=`, or `inside` for an index.
        binders: bound indices around it.
        guards: conditions of the branches around it, with their truth.
    """

    value: Node
    relation: str
    binders: tuple[Binder, ...] = ()
    guards: tuple[tuple[Node, bool], ...] = ()

    @property
    def condition(self) -> Node:
        """The need as a comparison."""
        if self.relation == "inside":
            return self.value
        return Comparison(self.relation, self.value, ZERO)


# -- the left side ---------------------------------------------------------------------------------


def claim_conditions(statement: Statement) -> tuple[Node, ...]:
    """Where the claim is made: comparisons, each once, kinks left out."""
    system = statement.system
    found: dict[Node, None] = {}
    known = intervals(system)
    differentiated = (statement.derivatives[a.quantity].of for a in _derivatives(statement))
    for name in dict.fromkeys(differentiated):
        for condition in domain(system, name):
            if isinstance(condition.statement, Node):
                found[condition.statement] = None
    read = [a.quantity for a in accesses(statement.left) if a.quantity in system.quantities]
    for name in dict.fromkeys(read):
        wanted = upstream(system, name)
        for equation in system.author_equations:
            if equation.target in wanted:
                found.update(dict.fromkeys(needs(equation.right, known, strict=False)))
    found.update(dict.fromkeys(needs(statement.left, known, strict=False)))
    return tuple(found)


def kink_places(statement: Statement) -> tuple[Node, ...]:
    """Values that are 0 where the left side's derivatives do not exist: `z` for relu(z)."""
    found: dict[Node, None] = {}
    for access in _derivatives(statement):
        derivative = statement.derivatives[access.quantity]
        jumps = kink_conditions(statement.system, derivative.of)
        for condition in (c for name in derivative.by for c in jumps.get(name, ())):
            place = condition.statement
            if isinstance(place, Comparison):
                found[_difference(place)] = None
    return tuple(found)


def _derivatives(statement: Statement) -> list[Access]:
    return [a for a in accesses(statement.left) if a.quantity in statement.derivatives]


def _difference(place: Comparison) -> Node:
    if place.right == ZERO:
        return place.left
    return place.left - place.right if place.left != ZERO else place.right


# -- the claimed side ------------------------------------------------------------------------------


def claimed_needs(statement: Statement) -> tuple[Need, ...]:
    """What the right side asks for, in its own text and in what it reads."""
    found = dict.fromkeys(_asked(statement.right))
    system = statement.system
    behind: set[str] = set()
    for access in accesses(statement.left):
        derivative = statement.derivatives.get(access.quantity)
        behind |= upstream(system, derivative.of if derivative else access.quantity)
        behind |= set(derivative.by) if derivative else set()
    for access in accesses(statement.right):
        derivative = statement.derivatives.get(access.quantity)
        if derivative is not None:
            for condition in domain(system, derivative.of):
                found.update(_as_needs(condition.statement))
        elif access.quantity not in behind:
            wanted = upstream(system, access.quantity) - behind
            for equation in system.author_equations:
                if equation.target in wanted:
                    found.update(dict.fromkeys(_asked(equation.right)))
    return tuple(n for n in found if n.relation != "inside" or not _inside(n, statement))


def _as_needs(condition: object) -> dict[Need, None]:
    if not isinstance(condition, Comparison):
        return {}
    value = _difference(condition)
    if condition.relation in ("<", "<="):
        return {Need(-value, {"<": ">", "<=": ">="}[condition.relation]): None}
    return {Need(value, condition.relation): None}


Frame = tuple[Node, tuple[Binder, ...], tuple[tuple[Node, bool], ...]]


def _asked(root: Node) -> Iterator[Need]:
    """Every condition that an expression asks for, definitions of functions spelled out."""
    stack: list[Frame] = [(root, (), ())]
    seen: set[Frame] = set()
    while stack:
        frame = stack.pop()
        if frame in seen:
            continue
        seen.add(frame)
        current, binders, guards = frame
        if isinstance(current, Call):
            spelled = define(current)
            if spelled is not None:
                stack.append((spelled, binders, guards))
                continue
        for value, relation in _asked_here(current, _least_values(binders, guards)):
            yield Need(value, relation, binders, guards)
        stack += reversed(list(_below(current, binders, guards)))


def _below(
    current: Node, binders: tuple[Binder, ...], guards: tuple[tuple[Node, bool], ...]
) -> Iterator[Frame]:
    if isinstance(current, Reduce):
        yield current.body, (*binders, *current.binders), guards
    elif isinstance(current, Where):
        yield current.condition, binders, guards
        yield current.then, binders, (*guards, (current.condition, True))
        yield current.otherwise, binders, (*guards, (current.condition, False))
    elif isinstance(current, Product):
        inside = guards
        for factor in current.numerator:
            if isinstance(factor, Bracket):
                inside = (*inside, (factor.condition, True))
        for child in current.children:
            yield child, binders, guards if isinstance(child, Bracket) else inside
    else:
        for child in current.children:
            yield child, binders, guards


def _least_values(
    binders: tuple[Binder, ...], guards: tuple[tuple[Node, bool], ...]
) -> dict[str, int]:
    """A lower bound of each bound index, -1 where none is known; 1 where it is said not to be 0."""
    least = {b.name: -1 if b.lower.as_integer is None else b.lower.as_integer for b in binders}
    for condition, truth in guards:
        if isinstance(condition, IndexComparison) and condition.relation == ("==", "!=")[truth]:
            gap = condition.left - condition.right
            for name in gap.letters:
                letter = IndexExpr.letter(name)
                if gap in (letter, -letter) and least.get(name, 0) == 0:
                    least[name] = 1
    return least


def _asked_here(current: Node, least: Mapping[str, int]) -> Iterator[tuple[Node, str]]:
    if isinstance(current, Product):
        for divisor in current.denominator:
            yield from ((factor, "!=") for factor in _factors(divisor))
    elif isinstance(current, Power):
        yield from _asked_by_power(current, least)
    elif isinstance(current, Access):
        if any(index.as_letter is None for index in current.indices):
            yield current, "inside"
    elif isinstance(current, Call) and current.arguments:
        inner = current.arguments[0]
        if current.function == "ln":
            yield inner, ">"
        elif current.function == "sqrt":
            yield inner, ">="
        elif current.function == "tan":
            yield Call("cos", (inner,)), "!="
        elif current.function in ("arcsin", "arccos"):
            yield Number(1) - inner**2, ">="
        elif current.function == "arctanh":
            yield Number(1) - inner**2, ">"
        elif current.function == "arccosh":
            yield inner - 1, ">="


def _asked_by_power(current: Power, least: Mapping[str, int]) -> Iterator[tuple[Node, str]]:
    exponent = current.exponent
    index = None if isinstance(exponent, Number) else whole_exponent(exponent)
    if index is not None:
        if not at_least_zero(index, least):
            yield current.base, "!="
    elif not isinstance(exponent, Number):
        if not (isinstance(current.base, Number) and current.base.value > 0):
            yield current.base, ">"
    elif exponent.value.denominator != 1:
        yield current.base, ">" if exponent.value < 0 else ">="
    elif exponent.value < 0:
        yield from ((factor, "!=") for factor in _factors(current.base))


def _factors(divisor: Node) -> Iterator[Node]:
    """What must not be 0 for a divisor not to be 0."""
    stack = [divisor]
    while stack:
        current = stack.pop()
        if isinstance(current, Product):
            stack += current.numerator
        elif isinstance(current, Power) and isinstance(current.exponent, Number):
            stack.append(current.base)
        elif isinstance(current, Call) and current.function == "sqrt":
            stack.append(current.arguments[0])
        elif not (isinstance(current, Call) and current.function == "exp"):
            yield current


def _inside(need: Need, statement: Statement) -> bool:
    """Whether an access stays in its range for all sizes."""
    access = need.value
    if not isinstance(access, Access):
        return False
    bounds = label_bounds(statement.system, statement.quantities)
    for index, axis in zip(access.indices, statement.quantities[access.quantity].axes, strict=True):
        if index.as_letter is not None:
            continue
        gather, value = index.as_gather, index.as_integer
        extent = axis.extent.as_integer if axis.extent is not None else None
        if gather is not None and axis.extent in bounds.get(gather.quantity, ()):
            continue
        if value is not None and value >= 0 and (value == 0 or (extent or 0) > value):
            continue
        return False
    return True


def asserted_places(statement: Statement) -> tuple[Node, ...]:
    """Values whose zero a condition of the claimed side includes: `z` for where(z >= 0, ...)."""
    found: dict[Node, None] = {}
    for current in postorder(statement.right):
        if isinstance(current, Comparison) and current.relation in ("<=", ">=", "=="):
            found[_difference(current)] = None
    return tuple(found)
