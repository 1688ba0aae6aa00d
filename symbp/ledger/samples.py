"""Values at a sample point: the quantities and derivatives of an index-free derivation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symbp.adjoints import Sweep
from symbp.derivations import Ledger, Partial
from symbp.errors import DataError, MathError, UnknownNameError
from symbp.interpreter import MPMATH, Results, evaluate
from symbp.ledger.rows import local_name
from symbp.names import suggest
from symbp.simplification import Simplifier
from symbp.systems import EquationSystem

__all__ = ["sample"]

#: A printed form may cancel, o(1 - o) at z = 40. With so many digits everything that a float can
#: show is right; where even they give no value, the second number reaches |z| = 1e4.
_DIGITS = (400, 5000)


def sample(ledger: Ledger, swept: Sweep, simplifier: Simplifier, at: Mapping[str, Any]) -> Ledger:
    """The ledger with numbers: of quantities by name, of derivatives as `dE/dX` and `∂B/∂A`.

    Raises:
        UnknownNameError: a number is given for something that is not an input.
        DataError: the system has indices, or an input that is needed has no number.
    """
    system = ledger.forward
    if any(q.axes for q in system.quantities.values()):
        raise DataError("at= takes numbers; this system has indices")
    given = [q.name for q in system.given()]
    for name in at:
        if name not in given:
            raise UnknownNameError(
                f"at= names {name!r}, which is not an input; {suggest(name, given)}"
            )
    missing = [name for name in given if name not in at and system.consumers[name]]
    if missing:
        raise DataError(f"at= needs a number for {', '.join(missing)}")
    results = _evaluated(ledger.system, at)
    values = {name: _plain(results[name]) for name, q in system.quantities.items() if not q.hidden}
    for name, adjoint in swept.adjoints.items():
        if not adjoint.quantity.hidden:
            values[adjoint.name] = _plain(results.node(simplifier.result(name).printed).value)
    for step in ledger.steps:
        if step.section == "local" and isinstance(step.left, Partial):
            pair = local_name(step.left.of.quantity, step.left.by.quantity)
            values[pair] = _plain(results.node(step.after).value)
    for gradient in ledger.gradients.values():
        values.setdefault(gradient.quantity, 0.0)
    return replace(ledger, at=dict(at), values=values)


def _evaluated(system: EquationSystem, at: Mapping[str, Any]) -> Results:
    try:
        return evaluate(system, dict(at), MPMATH(_DIGITS[0]))
    except MathError:
        return evaluate(system, dict(at), MPMATH(_DIGITS[1]))


def _plain(value: Any) -> Any:
    """A long number as a float, 0 without a sign; a whole number or a truth value as it is."""
    return value if isinstance(value, int) else float(value) + 0.0
