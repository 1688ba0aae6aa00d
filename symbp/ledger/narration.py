"""The rows of a derivation: what a good author would write down, and in which order.

An index-free system without error signals is told as a *chain*: forward pass, local derivatives one
per operator, backward pass, result. Any other system is told as a *network*: forward pass, then
each adjoint from the output back, the error signals named as they appear and every gradient written
in them. Rows hold nodes and keys of phrases, never text; nothing here decides how they print.
"""

from __future__ import annotations

from symbp.adjoints import Sweep
from symbp.derivations import Ledger, StepRecord
from symbp.ledger.chains import narrate_chain
from symbp.ledger.networks import narrate_network
from symbp.simplification import Simplifier

__all__ = ["narrate"]


def narrate(ledger: Ledger, swept: Sweep, simplifier: Simplifier) -> tuple[StepRecord, ...]:
    """The rows, numbered from 0, in the order in which they print."""
    system = ledger.forward
    indexed = any(q.axes for q in system.quantities.values()) or any(
        e.right.height for e in system.author_equations
    )
    if not indexed and not simplifier.deltas:
        return narrate_chain(ledger, swept, simplifier)
    return narrate_network(ledger, swept, simplifier)
