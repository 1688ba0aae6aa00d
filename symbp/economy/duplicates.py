"""Hidden equations that say what another equation says already: the first of them is enough.

    _7[n,k]   = sum(c, V[k,c]*d[n,c])          _7[n,k]
    _8[n,k·1] = sum(c, V[k·1,c]*d[n,c])        every _8[n,l] is _7[n,l]

Two right sides are the same if they are one node once their running indices are numbered in the
order in which they are read, factors and terms sorted by what they say, so that neither letters nor
the order of axes, factors or terms matter. Given equations stay as they are; only hidden ones go,
and only those that run over whole axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from zlib import crc32

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Binder,
    Call,
    Node,
    Number,
    Product,
    Sum,
    postorder,
    quantities_read,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.matching import replace_nodes
from symbp.systems import EquationSystem

__all__ = ["without_duplicates"]

_Key = tuple[Node, tuple[Binder, ...]]
_Part = TypeVar("_Part")


def without_duplicates(system: EquationSystem, given: int = 0) -> EquationSystem:
    """The system without hidden equations that repeat an earlier one.

    Args:
        system: a normalised system.
        given: so many equations at its start stay, whatever they repeat.
    """
    known: dict[_Key, tuple[str, tuple[int, ...]]] = {}
    instead: dict[str, tuple[str, tuple[int, ...]]] = {}
    kept: list[Equation] = []
    originals = dict(system.originals)
    for place, equation in enumerate(system.equations):
        changed = _renamed(equation, instead)
        if changed is not equation and (
            equation in originals or not _hidden(system, equation.target)
        ):
            originals[changed] = originals.pop(equation, equation)
        read = _read(changed)
        if read is None or len(system.producers[changed.target]) > 1:
            kept.append(changed)
            continue
        key, order = read
        first = known.setdefault(key, (changed.target, order))
        if place < given or first[0] == changed.target or not _hidden(system, changed.target):
            kept.append(changed)
            continue
        # the axis of the first that runs over the same index stands at each of its places
        instead[changed.target] = (first[0], tuple(order.index(n) for n in first[1]))
    if not instead:
        return system
    quantities = {n: q for n, q in system.quantities.items() if n not in instead}
    return replace(system, quantities=quantities, equations=tuple(kept), originals=originals)


def _hidden(system: EquationSystem, name: str) -> bool:
    """Whether nobody asked for a quantity by its name: a piece, and no adjoint."""
    quantity = system.quantities[name]
    return quantity.hidden and quantity.adjoint_of is None


def _read(equation: Equation) -> tuple[_Key, tuple[int, ...]] | None:
    """What the right side says, and the number of the index that stands at each axis."""
    letters = equation.letters
    if not equation.plain or equation.target in quantities_read(equation.right):
        return None
    if any(b.letters or b.lower.terms for b in equation.ranges):
        return None
    right = _sorted(equation.right)
    seen: dict[str, None] = {}
    for current in postorder(right):
        for index in current.own_indices:
            seen.update(dict.fromkeys(n for n in index.letters if n in letters))
    if len(seen) != len(letters):
        return None
    numbers = {name: number for number, name in enumerate(seen)}
    marks = {name: IndexExpr.letter(f"·{n}·") for name, n in numbers.items()}
    binders = {b.name: b for b in equation.ranges}
    ranges = tuple(binders[name].renamed(f"·{n}·") for name, n in numbers.items())
    return (substitute(right, marks), ranges), tuple(numbers[n] for n in letters)


def _sorted(root: Node) -> Node:
    """Factors and terms in an order of their own: Σ q[n] k[t] says what Σ k[t] q[n] says."""
    done: dict[int, Node] = {}
    keys: dict[int, int] = {}
    for current in postorder(root):
        made = current.rebuild([done[id(child)] for child in current.children])
        parts = [keys[id(child)] for child in current.children]
        if isinstance(made, Product):
            cut = len(made.numerator)
            above = _in_order(made.numerator, parts[:cut])
            made = Product(above, _in_order(made.denominator, parts[cut:]))
        elif isinstance(made, Sum):
            made = Sum(_in_order(made.terms, parts))
        if isinstance(made, Product | Sum):
            parts.sort()
        keys[id(current)] = crc32(f"{_kind(current)} {parts}".encode())
        done[id(current)] = made
    return done[id(root)]


def _kind(current: Node) -> str:
    """What a node says by itself, letters apart."""
    if isinstance(current, Access):
        return current.quantity
    if isinstance(current, Number):
        return str(current.value)
    return current.function if isinstance(current, Call) else type(current).__name__


def _in_order(parts: Sequence[_Part], keys: Sequence[int]) -> list[_Part]:
    places = sorted(range(len(parts)), key=lambda place: keys[place])
    return [parts[place] for place in places]


def _renamed(equation: Equation, instead: dict[str, tuple[str, tuple[int, ...]]]) -> Equation:
    """The equation with what is left out read under its other name."""
    found: dict[Node, Node] = {}
    for current in postorder(equation.right):
        if isinstance(current, Access) and current.quantity in instead:
            name, places = instead[current.quantity]
            found[current] = Access(name, [current.indices[p] for p in places])
    if not found:
        return equation
    right = replace_nodes(equation.right, found)
    return Equation(equation.target, equation.ranges, equation.at, right)
