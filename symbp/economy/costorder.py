"""A derived system as it is evaluated: the same equations in the order that costs least.

    take apart   terms that labels one to one index leave the others (`labelling.py`)
    contract     sums are spread and nested where that saves loops (`contraction.py`)
    normalise    every inner sum gets a name (`normalisation.py`)
    hoist        what needs only some loops leaves the others (`hoisting.py`)
    share        what is computed twice is computed once (`duplicates.py`)
    number       hidden names as a reader meets them (`piecenames.py`)

What prints is not touched, and neither are the equations that the author gave. Values change by
rounding only: every step is arithmetic that holds for all numbers.
"""

from __future__ import annotations

from dataclasses import replace

from symbp.economy.contraction import contract
from symbp.economy.duplicates import without_duplicates
from symbp.economy.hoisting import hoist
from symbp.economy.labelling import take_apart
from symbp.economy.piecenames import number_pieces
from symbp.equations import Equation
from symbp.normalisation import normalise
from symbp.systems import EquationSystem
from symbp.wellformed import check

__all__ = ["in_cost_order"]


def in_cost_order(system: EquationSystem, given: int = 0) -> EquationSystem:
    """The system in cost order, normalised and checked.

    Args:
        system: equations in order of evaluation.
        given: so many equations at its start, normalised already, stay as they are.
    """
    equations = [
        *system.equations[:given],
        *(contract(take_apart(e)) for e in system.equations[given:]),
    ]
    originals = dict(system.originals)
    for before, after in zip(system.equations, equations, strict=True):
        if after is not before:
            originals[after] = _original(originals, before)
    ordered = replace(system, equations=tuple(equations), originals=originals)
    made = hoist(normalise(ordered), given)
    return check(number_pieces(without_duplicates(made, given), given))


def _original(originals: dict[Equation, Equation], equation: Equation) -> Equation:
    """What the author, or the derivation, wrote."""
    return originals.pop(equation, equation)
