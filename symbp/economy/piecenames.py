"""Hidden names in the order of their equations: _1, _2, ... as a reader meets them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from symbp.equations import Equation
from symbp.expressions import Access, Node, transform
from symbp.systems import EquationSystem

__all__ = ["number_pieces"]

_PIECE = re.compile(r"_[0-9]+")


def number_pieces(system: EquationSystem, given: int = 0) -> EquationSystem:
    """The system with the pieces that passes named numbered from the first equation to the last.

    Args:
        system: a system in order of evaluation.
        given: so many equations at its start keep their names, which are not used again.
    """
    kept = {e.target for e in system.equations[:given]}
    made = [e.target for e in system.equations[given:]]
    pieces = tuple(dict.fromkeys(n for n in made if n not in kept and _is_piece(system, n)))
    free = (f"_{n}" for n in range(1, len(system.quantities) + len(pieces) + 1))
    taken = {name for name in system.quantities if name not in pieces}
    names = dict(zip(pieces, (name for name in free if name not in taken), strict=False))
    if all(old == new for old, new in names.items()):
        return system
    equations = tuple(_renamed(e, names) for e in system.equations)
    originals = {_renamed(e, names): _renamed(o, names) for e, o in system.originals.items()}
    for before, after in zip(system.equations, equations, strict=True):
        if before is not after and not system.quantities[before.target].hidden:
            originals.setdefault(after, _renamed(before, names))
    quantities = {
        names.get(n, n): replace(q, name=names[n]) if n in names else q
        for n, q in system.quantities.items()
    }
    return replace(system, quantities=quantities, equations=equations, originals=originals)


def _is_piece(system: EquationSystem, name: str) -> bool:
    quantity = system.quantities[name]
    return quantity.hidden and quantity.adjoint_of is None and bool(_PIECE.fullmatch(name))


def _renamed(equation: Equation, names: Mapping[str, str]) -> Equation:
    def change(current: Node) -> Node:
        if isinstance(current, Access) and current.quantity in names:
            return Access(names[current.quantity], current.indices)
        return current

    right = transform(equation.right, change)
    target = names.get(equation.target, equation.target)
    if right is equation.right and target == equation.target:
        return equation
    return Equation(target, equation.ranges, equation.at, right)
