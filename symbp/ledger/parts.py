"""Long formulas in which parts repeat, written with names for these parts.

Nobody reads y = ((x·x + x)·(x·x + x) + x·x + x)·(...) + ..., which a program writes with a loop:

    u1 = x*x + x
    u2 = u1*u1 + u1
    y  = u2*u2 + u2

A derivation is told of these equations: each part is derived once, and what prints is as long as
what was written. Only equations that are longer to read than any derivative that is written out in
full are taken apart, and only at parts that stand in several places. Parts are quantities like the
author's, and are said to be parts where they are defined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symbp.equations import Equation
from symbp.expressions import Node, Reduce
from symbp.measures import reading_cost
from symbp.normalisation import Namer, Pieces, Visit, letters_and_extents, normalise
from symbp.quantities import Quantity
from symbp.systems import EquationSystem
from symbp.wellformed import check

__all__ = ["LONGEST_READ", "with_parts"]

#: An equation whose right side has a higher reading cost than this is taken apart.
LONGEST_READ = 120
#: A part of a lower reading cost is written out, its own parts under their names.
SHORTEST_PART = 4


def with_parts(system: EquationSystem) -> tuple[EquationSystem, Mapping[str, str]]:
    """The system with repeated parts of long equations named, and of what each name is a part.

    Args:
        system: a checked system; it is returned as it is where nothing is that long.
    """
    long = [e for e in system.author_equations if reading_cost(e.right) > LONGEST_READ]
    if not long:
        return system, {}
    shown = {name: q for name, q in system.quantities.items() if not q.hidden}
    namer = Namer(dict.fromkeys((*shown, *letters_and_extents(system))), "u")
    equations: list[Equation] = []
    parts: dict[str, str] = {}
    added: dict[str, Quantity] = {}
    for equation in system.author_equations:
        if equation in long:
            made = _Parts(equation, namer, {**shown, **added}, largest=0).run()
            added.update((q.name, replace(q, hidden=False)) for q in made.quantities)
            parts.update((q.name, equation.target) for q in made.quantities)
            equations += made.hidden
            equation = made.equation
        equations.append(equation)
    if not parts:
        return system, {}
    given = {name: q for name, q in shown.items() if q.given}
    computed = {e.target: shown.get(e.target) or added[e.target] for e in equations}
    quantities = {**given, **computed}
    apart = replace(system, quantities=quantities, equations=tuple(equations), originals={})
    return check(normalise(apart)), parts


@dataclass
class _Parts(Pieces):
    """The work on one equation: only parts that are worth a name get one."""

    def wanted(self, visit: Visit, made: Node, *, large: bool) -> bool:
        """Whether a part stands in several places, is no short one, and no condition guards it."""
        del large
        if isinstance(visit.node, Reduce) or visit.guard or visit.uses < 2:
            return False
        return reading_cost(made) >= SHORTEST_PART
