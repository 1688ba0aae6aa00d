"""Equations that are one matrix product: `y[a,b] = sum(c, l[a,c]*r[c,b])`, each factor either way.

Such an equation is one call of a matrix library in place of three loops. Where an elementwise
equation is all that reads it, at its own place, the product is computed right where that equation
stores: `z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]` is a product into z, to which b is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import Access, Binder, Reduce, accesses, quantities_read
from symbp.kernels.loops import Contract
from symbp.monomials import split
from symbp.spelling import name_letters
from symbp.systems import EquationSystem

__all__ = ["computed_in_place", "matrix_product"]


def matrix_product(equation: Equation, system: EquationSystem) -> Contract | None:
    """y[a,b] = Σ_c l[a,c]·r[c,b] over whole matrices, each factor perhaps transposed."""
    right = name_letters(equation.right, frozenset(equation.letters))
    if not (equation.plain and len(equation.ranges) == 2 and isinstance(right, Reduce)):
        return None
    if right.operator != "sum" or len(right.binders) != 1:
        return None
    monomial = split(right.body)
    factors = [b for b, e in monomial.powers if e == 1 and isinstance(b, Access)]
    plain = len(factors) == len(monomial.powers) == 2 and monomial.coefficient == Fraction(1)
    ranges = {b.name: b for b in (*equation.ranges, *right.binders)}
    if not plain or not all(_whole(f, ranges, system) for f in (equation.left, *factors)):
        return None
    row, column = equation.letters
    bound = right.binders[0].name
    for left, other in (factors, factors[::-1]):
        first = _turned(left, row, bound)
        second = _turned(other, bound, column)
        if first is not None and second is not None:
            return Contract(equation.target, (left.quantity, first), (other.quantity, second))
    return None


def _whole(factor: Access, ranges: Mapping[str, Binder], system: EquationSystem) -> bool:
    """Whether the letters of an access run over all of a real quantity."""
    quantity = system.quantities[factor.quantity]
    binders = [ranges.get(i.as_letter or "") for i in factor.indices]
    return quantity.kind == "real" and all(
        b is not None and not b.lower.terms and b.upper == axis.extent
        for b, axis in zip(binders, quantity.axes, strict=True)
    )


def _turned(factor: Access, first: str, second: str) -> bool | None:
    """Whether a matrix is read as [first, second] (False), transposed (True), or otherwise."""
    letters = tuple(i.as_letter for i in factor.indices)
    if letters == (first, second):
        return False
    return True if letters == (second, first) else None


def computed_in_place(
    equations: Sequence[Equation], system: EquationSystem, outputs: Sequence[str]
) -> dict[str, Equation]:
    """For each equation that a product is computed into: its target, and the product's equation.

    Args:
        equations: what is computed, in order.
        system: where their quantities are declared.
        outputs: what the caller asked for: it keeps its own memory.
    """
    readers: dict[str, list[Equation]] = {}
    for equation in equations:
        for name in quantities_read(equation.right):
            readers.setdefault(name, []).append(equation)
    found: dict[str, Equation] = {}
    for equation in equations:
        name, reading = equation.target, readers.get(equation.target, [])
        if name in outputs or not system.quantities[name].hidden or len(reading) != 1:
            continue
        if matrix_product(equation, system) is None:
            continue
        (reader,) = reading
        if reader.target not in found and _takes(reader, equation, system):
            found[reader.target] = equation
    return found


def _takes(reader: Equation, product: Equation, system: EquationSystem) -> bool:
    """Whether an equation reads a product at the place that it stores to, and nowhere else."""
    target, made = system.quantities[reader.target], system.quantities[product.target]
    if not (reader.plain and target.kind == "real" and len(system.producers[target.name]) == 1):
        return False
    if reader.right.height or any(b.lower.terms for b in reader.ranges):
        return False
    places = [a.indices for a in accesses(reader.right) if a.quantity == product.target]
    sizes = [[axis.extent for axis in quantity.axes] for quantity in (target, made)]
    return sizes[0] == sizes[1] and all(indices == reader.at for indices in places)
