"""Masks that are factors: data that may be 0, beside an exponential.

    c[l]*exp(z[n,l])        what stands where c[l] = 0 is nothing, however large z[n,l] is there

The largest exponent is sought where the mask is not 0, and the exponential is not taken elsewhere:
it may overflow, and 0 times infinity is no number. Of a sum under a logarithm this holds for data
of any sign; elsewhere only for what is never negative, so that a sum over exp(z)·v and one over
exp(z) are shifted by one maximum, and are not taken for different ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbp.expressions import (
    ZERO,
    Access,
    Call,
    Comparison,
    Node,
    Product,
    postorder,
    quantities_read,
    substitute,
)
from symbp.intervals import Interval, interval_of
from symbp.monomials import split
from symbp.systems import EquationSystem

__all__ = ["masks", "under_logarithms"]


def masks(
    rest: Node,
    letters: frozenset[str],
    system: EquationSystem,
    known: Mapping[str, Interval],
    *,
    signed: bool = False,
) -> list[Node]:
    """Conditions that the masks among the factors of a product are not 0.

    Args:
        rest: what an exponential is multiplied by.
        letters: the indices over which a mask has to run to count.
        system: the equations; hidden names of products are looked into.
        known: intervals of the quantities.
        signed: whether data of any sign count.
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
        counts = given and exponent > 0 and (signed or never) and not value.nonzero
        if counts and base.free & letters:
            found[Comparison("!=", base, ZERO)] = None
    return list(found)


def under_logarithms(system: EquationSystem) -> frozenset[str]:
    """Quantities of which, or of products of which, a logarithm is taken."""
    calls = (n for e in system.equations for n in postorder(e.right) if isinstance(n, Call))
    inner = (split(c.arguments[0]).powers for c in calls if c.function == "ln")
    bases = (base for powers in inner for base, _ in powers)
    return frozenset(base.quantity for base in bases if isinstance(base, Access))


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
