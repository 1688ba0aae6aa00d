"""Who reads an adjoint, and where that ends: it decides which adjoints keep an equation."""

from __future__ import annotations

from collections.abc import Mapping

from symbp.adjoints import Sweep

__all__ = ["ends", "readers"]


def readers(sweep: Sweep) -> Mapping[str, dict[str, None]]:
    """By the name of each quantity those whose adjoint equations read its adjoint."""
    found: dict[str, dict[str, None]] = {name: {} for name in sweep.system.quantities}
    for adjoint in sweep.adjoints.values():
        for contribution in adjoint.contributions:
            found[contribution.reader.target][adjoint.quantity.name] = None
    return found


def ends(
    sweep: Sweep, read_by: Mapping[str, dict[str, None]], deltas: frozenset[str]
) -> Mapping[str, frozenset[str]]:
    """The author's quantities whose adjoint ends up reading that of each.

    Hidden ones are looked through, and so are those which only one other reads.

    Args:
        sweep: the adjoints.
        read_by: their `readers`.
        deltas: quantities whose adjoints are error signals, which always keep their equations.
    """
    named: dict[str, frozenset[str]] = {}
    for name in reversed(tuple(sweep.adjoints)):
        found = (
            named[r]
            if sweep.system.quantities[r].hidden or (r not in deltas and len(named[r]) == 1)
            else frozenset((r,))
            for r in read_by[name]
        )
        named[name] = frozenset().union(*found)
    return named
