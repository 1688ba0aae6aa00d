"""The order of equations: a quantity is used only after it was defined, the author's order else.

Two places of one quantity are compared by their integers: `h[0,j]` and `h[1,j]` never meet, and an
equation that reads its own target a step away, `h[t-1,j]`, is a recurrence and not a cycle.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace

from symbp.equations import Equation
from symbp.errors import DeclarationError, NotSupportedError
from symbp.expressions import (
    Access,
    Binder,
    Bracket,
    Node,
    Product,
    Where,
    accesses,
    quantities_read,
)
from symbp.indices import IndexExpr
from symbp.spelling import spell_place

__all__ = ["may_meet", "order_equations", "recurrent", "start_recurrence", "steps_away"]


def may_meet(first: Equation, second: Equation) -> bool:
    """Whether two equations of one quantity may bind the same element."""
    pairs = zip(first.at, second.at, strict=True)
    return not any(_apart(a, first, b) or _apart(b, second, a) for a, b in pairs)


def steps_away(equation: Equation, place: Sequence[IndexExpr]) -> bool:
    """Whether an access to an equation's own target never reads the element being defined."""
    pairs = zip(equation.at, place, strict=True)
    return any((a - b).as_integer not in (0, None) for a, b in pairs)


def recurrent(equation: Equation) -> bool:
    """Whether an equation reads its own target (at other elements)."""
    return equation.target in quantities_read(equation.right)


def start_recurrence(equation: Equation) -> Equation:
    """An equation that reads its target c steps back, `h[t-c]`, runs where these elements exist.

    Ranges that were written out stay as they are, and so do reads under a guard.
    """
    steps: dict[str, list[int]] = {}
    for access in _unguarded(equation.right):
        if access.quantity == equation.target:
            for index, own in zip(access.indices, equation.at, strict=True):
                step, letter = (index - own).as_integer, own.as_letter
                if letter is not None and step:
                    steps.setdefault(letter, []).append(step)
    if not steps:
        return equation
    ranges: list[Binder] = []
    for binder in equation.ranges:
        lower, upper = binder.lower, binder.upper
        found = steps.get(binder.name, [0])
        if lower == IndexExpr.integer(0) and upper is not None:
            lower, upper = lower + max(0, -min(found)), upper - max(0, *found, 0)
        ranges.append(Binder(binder.name, lower, upper))
    return replace(equation, ranges=tuple(ranges))


def _unguarded(root: Node) -> list[Access]:
    found: list[Access] = []
    seen: set[int] = set()
    stack = [root]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Access):
            found.append(current)
        elif isinstance(current, Where):
            stack.append(current.condition)
        elif not (
            isinstance(current, Product) and any(isinstance(f, Bracket) for f in current.numerator)
        ):
            stack.extend(current.children)
    return found


def order_equations(equations: Sequence[Equation]) -> tuple[int, ...]:
    """Numbers of the equations in an order of evaluation; the given order where it is legal.

    Raises:
        DeclarationError: there is a cycle; the message names it.
        NotSupportedError: a recurrence runs through several quantities.
    """
    needs = _needs(equations)
    users: list[list[int]] = [[] for _ in equations]
    missing = [len(found) for found in needs]
    for number, found in enumerate(needs):
        for other in found:
            users[other].append(number)
    ready = [number for number, count in enumerate(missing) if not count]
    heapq.heapify(ready)
    ordered: list[int] = []
    while ready:
        number = heapq.heappop(ready)
        ordered.append(number)
        for user in users[number]:
            missing[user] -= 1
            if not missing[user]:
                heapq.heappush(ready, user)
    if len(ordered) < len(equations):
        _refuse_cycle(equations, needs, [n for n, count in enumerate(missing) if count])
    return tuple(ordered)


def _needs(equations: Sequence[Equation]) -> list[tuple[int, ...]]:
    """For each equation the equations that must come before it."""
    producers: dict[str, list[int]] = {}
    for number, equation in enumerate(equations):
        producers.setdefault(equation.target, []).append(number)
    needs: list[tuple[int, ...]] = []
    for number, equation in enumerate(equations):
        found: dict[int, None] = {}
        for name in quantities_read(equation.right):
            makers = producers.get(name, ())
            if name == equation.target:
                found.update(dict.fromkeys(_earlier_parts(number, makers, equations)))
            else:
                found.update(dict.fromkeys(makers))
        needs.append(tuple(found))
    return needs


def _earlier_parts(number: int, makers: Sequence[int], equations: Sequence[Equation]) -> list[int]:
    """Other equations of the same quantity that an equation reads; itself, if it reads itself."""
    own = equations[number]
    places = [a.indices for a in accesses(own.right) if a.quantity == own.target]
    if not places or not all(steps_away(own, place) for place in places):
        return [number]
    return [
        other
        for other in makers
        if other != number and any(_reads(place, equations[other]) for place in places)
    ]


def _reads(place: Sequence[IndexExpr], maker: Equation) -> bool:
    return not any(
        a.as_integer is not None and b.as_integer is not None and a != b
        for a, b in zip(place, maker.at, strict=True)
    )


def _apart(index: IndexExpr, owner: Equation, fixed: IndexExpr) -> bool:
    """Whether an index of an equation never takes the fixed value."""
    value = fixed.as_integer
    if value is None:
        return False
    own = index.as_integer
    if own is not None:
        return own != value
    letter = index.as_letter
    for binder in owner.ranges:
        if binder.name == letter:
            low = binder.lower.as_integer
            high = None if binder.upper is None else binder.upper.as_integer
            return (low is not None and value < low) or (high is not None and value >= high)
    return False


def _refuse_cycle(
    equations: Sequence[Equation], needs: Sequence[tuple[int, ...]], stuck: Sequence[int]
) -> None:
    left = dict.fromkeys(stuck)
    path: dict[int, None] = {}
    number = stuck[0]
    while number not in path:
        path[number] = None
        number = next(other for other in needs[number] if other in left)
    cycle = list(path)[list(path).index(number) :][::-1]
    start = cycle.index(min(cycle))
    cycle = cycle[start:] + cycle[:start]
    names = [equations[n].target for n in cycle]
    way = " -> ".join([*names, names[0]])
    if any(_reads_back(equations[n], dict.fromkeys(names)) for n in cycle):
        raise NotSupportedError(
            f"a recurrence through several equations is not supported yet: {way}; "
            "write it as one equation, or unroll it"
        )
    raise DeclarationError(
        f"quantities are defined by each other: {way}, first in "
        f"{spell_place(equations[cycle[0]])}; a definition may use only what is defined without it"
    )


def _reads_back(equation: Equation, names: dict[str, None]) -> bool:
    """Whether an access to one of the names is a step away from a running index: h[t-1]."""
    reads = (n for n in accesses(equation.right) if n.quantity in names)
    return any(_steps_back(equation, access) for access in reads)


def _steps_back(equation: Equation, access: Access) -> bool:
    return any(
        (index - IndexExpr.letter(letter)).as_integer not in (0, None)
        for index in access.indices
        for letter in index.letters
        if letter in equation.letters
    )
