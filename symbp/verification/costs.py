"""What evaluating costs: elements computed, reductions counted, never time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbp.equations import Equation
from symbp.expressions import Reduce, postorder
from symbp.interpreter import Environment, read_data
from symbp.numerics.longnumbers import MPMATH
from symbp.systems import EquationSystem

__all__ = ["Meter", "equation_costs", "system_cost"]


@dataclass(slots=True)
class Meter:
    """Counts elements; experiments that belong together share one."""

    spent: int = 0


def equation_costs(system: EquationSystem, sizes: Mapping[str, int]) -> dict[str, int]:
    """For each computed quantity, how many elements its equations compute."""
    environment = read_data(system, {}, MPMATH(15), dict(sizes))
    found: dict[str, int] = {}
    for equation in system.equations:
        known = found.get(equation.target, 0)
        found[equation.target] = known + _cost(equation, environment)
    return found


def system_cost(system: EquationSystem, sizes: Mapping[str, int]) -> int:
    """How many elements one evaluation of the system computes."""
    return sum(equation_costs(system, sizes).values())


def _cost(equation: Equation, environment: Environment) -> int:
    binders = [*equation.ranges]
    for current in postorder(equation.right):
        if isinstance(current, Reduce):
            binders += current.binders
    count = 1
    for binder in binders:
        upper = binder.upper
        if upper is not None and not upper.letters and not upper.gathered:
            count *= max(1, environment.index(upper, {}))
    return count
