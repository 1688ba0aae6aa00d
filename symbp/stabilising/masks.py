"""Masks that are factors: data that are never negative and may be 0, beside an exponential.

    c[l]*exp(z[n,l])        what stands where c[l] = 0 is nothing, however large z[n,l] is there

The largest exponent is sought where the mask is not 0, and the exponential is not taken elsewhere:
it may overflow, and 0 times infinity is no number.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbp.expressions import (
    ZERO,
    Access,
    Comparison,
    Node,
    Product,
    quantities_read,
    substitute,
)
from symbp.intervals import Interval, interval_of
from symbp.monomials import split
from symbp.systems import EquationSystem

__all__ = ["masks"]


def masks(
    rest: Node, letters: frozenset[str], system: EquationSystem, known: Mapping[str, Interval]
) -> list[Node]:
    """Conditions that the masks among the factors of a product are not 0.

    Args:
        rest: what an exponential is multiplied by.
        letters: the indices over which a mask has to run to count.
        system: the equations; hidden names of products are looked into.
        known: intervals of the quantities.
    """
    found: dict[Node, None] = {}
    todo = list(split(rest).powers)
    while todo:
        base, exponent = todo.pop(0)
        product = _hidden_product(base, system)
        if product is not None:
            todo += [(b, e * exponent) for b, e in split(product).powers]
            continue
        names = quantities_read(base)
        given = all(n in system.quantities and system.quantities[n].given for n in names)
        value = interval_of(base, known)
        never = value.nonnegative or (exponent.denominator == 1 and exponent % 2 == 0)
        if base.free & letters and given and exponent > 0 and never and not value.nonzero:
            found[Comparison("!=", base, ZERO)] = None
    return list(found)


def _hidden_product(base: Node, system: EquationSystem) -> Node | None:
    """What the hidden name of a product stands for; None for everything else."""
    if not isinstance(base, Access):
        return None
    quantity = system.quantities.get(base.quantity)
    producers = system.producers.get(base.quantity, ())
    if quantity is None or not quantity.hidden or len(producers) != 1 or not producers[0].plain:
        return None
    if not isinstance(producers[0].right, Product):
        return None
    letters = dict(zip(producers[0].letters, base.indices, strict=True))
    return substitute(producers[0].right, letters)
