"""What one statement needs several times, computed once under a name.

    h[n,k] = (1 + exp(-|z|))/(2 + exp(-|z|))      exp_z = exp(-|z|)
                                                  h[n,k] = (1 + exp_z)/(2 + exp_z)

Only values that are dear take part, and only those that every run of the statement needs: what
stands in one branch alone stays in its branch. A shared node is one operation, named or not.
"""

from __future__ import annotations

from symbp.costs import own_operations
from symbp.expressions import (
    Access,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    Logical,
    Node,
    Product,
    Where,
    accesses,
    postorder,
)
from symbp.kernels.loops import Let
from symbp.matching import replace_nodes
from symbp.numerics.carrying import CARRIED
from symbp.stabilising.hidden import stem_of_name

__all__ = ["name_repeated"]

#: Functions that cost no more than to read a value again.
_CHEAP = frozenset(("abs", "sign", "max", "min", "relu", "leaky_relu", "sqrt"))
#: Nodes of a statement that is looked at.
MAX_NODES = 1_000
_NO_VALUE = (Bracket, Comparison, IndexComparison, Logical)


def name_repeated(value: Node) -> tuple[tuple[Let, ...], Node]:
    """The statements that bind what a value needs several times, and the value that reads them."""
    if not any(_dear(n) for n in postorder(value)) or value.size > MAX_NODES:
        return (), value
    uses: dict[int, int] = {id(value): 1}
    dear: dict[int, bool] = {}
    for current in _downwards(value):
        for child in _parts(current) if id(current) in uses else ():
            uses[id(child)] = uses.get(id(child), 0) + 1
    for current in postorder(value):
        dear[id(current)] = _dear(current) or any(dear[id(c)] for c in current.children)
    needed = _needed(value)
    repeated = [
        current
        for current in postorder(value)
        if uses.get(id(current), 0) > 1
        and id(current) in needed
        and not isinstance(current, _NO_VALUE)
    ]
    # What a named value is made of is computed before it; if others need it too, it has a name.
    inside = {id(n) for top in repeated if dear[id(top)] for n in postorder(top)}
    lets: list[Let] = []
    # A form that carries its roundings has a function of its own, and is not opened.
    named: dict[Node, Node] = {n: n for n in postorder(value) if _carried(n)}
    for current in repeated:
        if dear[id(current)] or (id(current) in inside and own_operations(current)):
            name = _fresh(current, {let.name for let in lets})
            parts = {node: made for node, made in named.items() if node is not current}
            lets.append(Let(name, replace_nodes(current, parts)))
            named[current] = Access(name)
    return tuple(lets), replace_nodes(value, named) if lets else value


def _carried(current: Node) -> bool:
    return isinstance(current, Call) and current.function == CARRIED


def _parts(current: Node) -> tuple[Node, ...]:
    return () if _carried(current) else current.children


def _downwards(root: Node) -> tuple[Node, ...]:
    """All nodes, each before its parts."""
    return tuple(reversed(tuple(postorder(root))))


def _dear(current: Node) -> bool:
    return isinstance(current, Call) and current.function not in _CHEAP


def _needed(root: Node) -> frozenset[int]:
    """The nodes that are evaluated whatever the values are."""
    found: dict[int, frozenset[int]] = {}
    for current in postorder(root):
        if isinstance(current, Where):
            condition, then, otherwise = (found[id(c)] for c in current.children)
            inside = condition | (then & otherwise)
        elif isinstance(current, Logical):
            inside = found[id(current.operands[0])]
        else:
            children = _parts(current)
            if isinstance(current, Product) and any(isinstance(c, Bracket) for c in children):
                children = tuple(c for c in children if isinstance(c, Bracket))
            inside = frozenset().union(*(found[id(c)] for c in children))
        found[id(current)] = inside | {id(current)}
    return found[id(root)]


def _fresh(current: Node, taken: set[str]) -> str:
    """A temporary's name, which says what it is made of: `exp_z`."""
    read = accesses(current)
    plain = isinstance(current, Call) and not _carried(current)
    stem = current.function if plain else "part"  # type: ignore[attr-defined]
    stem = f"·{stem}_{stem_of_name(read[0])}" if read else f"·{stem}"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name
