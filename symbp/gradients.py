"""From a system to a derivation: sweep, simplify, collect conditions, narrate.

The result is a `Ledger`: the gradients asked for and the error signals on the way, each in its
forms, the derived system (forward and adjoint equations, unconditional), and the rows that print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import process_time
from typing import Any

from symbp.adjoints import Adjoint, Sweep, adjoint_name, sweep
from symbp.derivations import Condition, Gradient, Ledger, Pass
from symbp.economy.costorder import in_cost_order
from symbp.economy.duplicates import without_duplicates
from symbp.equations import Equation
from symbp.errors import UnknownNameError
from symbp.expressions import ZERO, Binder, Reduce, Sum, accesses, quantities_read
from symbp.indices import IndexExpr
from symbp.kinks import kinks
from symbp.ledger.narration import narrate
from symbp.ledger.parts import with_parts
from symbp.ledger.samples import sample
from symbp.ledger.workings import work
from symbp.names import suggest
from symbp.quantities import Axis, Quantity
from symbp.requirements import Requirements, mentioned
from symbp.simplification import Simplified, Simplifier
from symbp.systems import EquationSystem

__all__ = ["differentiate"]


def differentiate(
    system: EquationSystem,
    of: str,
    wrt: Sequence[str],
    *,
    at: Mapping[str, Any] | None = None,
    simplify: bool = True,
) -> Ledger:
    """The derivatives of one quantity by others, with their derivation.

    Args:
        system: a checked system.
        of: what is differentiated; a tensor's indices are appended to those of each derivative.
        wrt: by what; a computed quantity counts as free, what it depends on as fixed.
        at: numbers for the given scalars: the rows then carry values.
        simplify: False leaves contributions as the sweep made them.

    Raises:
        UnknownNameError: a name does not occur.
        NotSupportedError: a construction that is not differentiated yet.
    """
    for name in (of, *wrt):
        if name not in system.quantities or system.quantities[name].hidden:
            shown = [q.name for q in system.quantities.values() if not q.hidden]
            raise UnknownNameError(f"{name!r} does not occur in the system; {suggest(name, shown)}")
    begun = process_time()
    system, parts = _with_pieces(system)
    swept = sweep(system, of, wrt)
    derived = process_time()
    simplifier = Simplifier(swept, enabled=simplify)
    simplifier.run()
    aliases = _aliases(swept, simplifier)
    simplified = process_time()
    needs = Requirements(system, swept, simplifier)
    gradients: dict[str, Gradient] = {}
    for name in _shown(swept, simplifier, wrt):
        adjoint = swept.adjoints[name]
        gradients[name] = _gradient(adjoint, simplifier.result(name), needs.of(name), aliases)
    for name in (n for n in wrt if n not in gradients):
        gradients[name] = _zero(system, of, name, needs.of(name))
    written = process_time()
    equations = {
        a.name: simplifier.system_equation(a.quantity.name) for a in swept.adjoints.values()
    }
    whole = in_cost_order(_assembled(swept, equations, gradients), len(swept.system.equations))
    ledger = Ledger(
        forward=system,
        system=whole,
        of=of,
        wrt=tuple(dict.fromkeys(wrt)),
        gradients=gradients,
        aliases=aliases,
        parts=parts,
        narrator=lambda told: narrate(told, swept, simplifier),
        worker=lambda told: work(told, swept) if simplify else (),
        passes=(
            Pass("derive", derived - begun, lambda: _assembled(swept, _added_up(swept), gradients)),
            Pass("simplify", simplified - derived, lambda: _assembled(swept, equations, gradients)),
            Pass("write out", written - simplified),
            Pass("order sums", process_time() - written, lambda: whole),
        ),
    )
    return sample(ledger, swept, simplifier, at) if at else ledger


def _with_pieces(system: EquationSystem) -> tuple[EquationSystem, Mapping[str, str]]:
    """Parts of long equations named, and each hidden piece once: Σ_w exp(q·k_w) beside exp(q·k)."""
    named, parts = with_parts(system)
    return without_duplicates(named), parts


def _shown(swept: Sweep, simplifier: Simplifier, wrt: Sequence[str]) -> tuple[str, ...]:
    """What was asked for, the error signals, and the adjoints that these are written in."""
    names = {a.name: name for name, a in swept.adjoints.items()}
    found = {n for n in swept.adjoints if n in wrt or n in simplifier.deltas}
    stack = list(found)
    while stack:
        forms = simplifier.result(stack.pop())
        for access in (*accesses(forms.printed), *accesses(forms.unconditional)):
            name = names.get(access.quantity)
            if name is not None and name not in found:
                found.add(name)
                stack.append(name)
    return tuple(name for name in swept.adjoints if name in found)


def _gradient(
    adjoint: Adjoint,
    forms: Simplified,
    base: tuple[Condition, ...],
    aliases: Mapping[str, str],
) -> Gradient:
    needed = (c for c in base if c.statement not in forms.facts)
    facts = (Condition("fact", fact, "hyp") for fact in forms.facts)
    zero = "zero_cancels" if forms.printed == ZERO else None
    return Gradient(
        of=adjoint.of,
        by=adjoint.quantity.name,
        quantity=adjoint.name,
        delta=aliases.get(adjoint.name),
        printed=forms.equation(forms.printed),
        unconditional=forms.equation(forms.unconditional),
        conditions=(*needed, *facts),
        zero_because=zero,
    )


def _zero(system: EquationSystem, of: str, by: str, base: tuple[Condition, ...]) -> Gradient:
    """The gradient by a quantity on which the output does not depend, or only by jumps.

    Where it is read, what the output asks for stays a condition: sign(x) has none at x = 0.
    """
    quantity, target = system.quantity(by), system.quantity(of)
    ranges = _letters(quantity, target)
    at = tuple(IndexExpr.letter(b.name) for b in ranges)
    name = adjoint_name(of, by)
    zero = Equation(name, ranges, at, ZERO)
    reason = "zero_unused"
    conditions: tuple[Condition, ...] = ()
    if by in mentioned(system, of):
        conditions = base
        reason = "zero_cancels" if _smoothly_read(system, by) else "zero_blocked"
    return Gradient(of, by, name, None, zero, zero, conditions, reason)


def _smoothly_read(system: EquationSystem, by: str) -> bool:
    """Whether some equation reads it without a branch: then only cancellation makes it vanish."""
    return any(
        by in (a.quantity for a in accesses(e.right)) and not kinks(e.right)
        for e in system.consumers[by]
        if not (isinstance(e.right, Reduce) and e.right.operator in ("argmax", "argmin"))
    )


def _letters(quantity: Quantity, of: Quantity) -> tuple[Binder, ...]:
    taken: dict[str, None] = {}
    found: list[Binder] = []
    for axis in (*quantity.axes, *of.axes):
        name, number = axis.letter, 1
        while name in taken:
            name, number = f"{axis.letter}·{number}", number + 1
        taken[name] = None
        found.append(Binder(name, IndexExpr.integer(0), axis.extent))
    return tuple(found)


def _aliases(swept: Sweep, simplifier: Simplifier) -> Mapping[str, str]:
    """Error signals print as δ: alone, or with the number or the name of their pre-activation."""
    names = [n for n in swept.adjoints if n in simplifier.deltas]
    stems = {n: re.fullmatch(r"(.*?)([0-9]*)", n) for n in names}
    numbered = len({m.group(1) for m in stems.values() if m}) == 1
    taken = swept.system.quantities
    made: dict[str, str] = {}
    for name in names:
        found = stems[name]
        digits = found.group(2) if found else ""
        alias = (
            "delta"
            if len(names) == 1
            else f"delta{digits}"
            if numbered and digits
            else f"delta_{name}"
        )
        while alias in taken or alias in made.values():
            alias += "_"
        made[adjoint_name(swept.of, name)] = alias
    return made


def _assembled(
    swept: Sweep, equations: Mapping[str, Equation], gradients: Mapping[str, Gradient]
) -> EquationSystem:
    """Forward equations, helpers, and the adjoint equations that the gradients need."""
    system = swept.system
    quantities = dict(system.quantities)
    adjoints: list[Equation] = []
    roots = [g.quantity for g in gradients.values()]
    needed = _needed(equations, roots)
    for adjoint in swept.adjoints.values():
        if adjoint.name in needed and adjoint.name not in system.quantities:  # derived before
            quantities[adjoint.name] = _adjoint_quantity(adjoint, asked=adjoint.name in roots)
            adjoints.append(equations[adjoint.name])
    for gradient in gradients.values():
        if gradient.quantity not in quantities:
            axes = tuple(Axis(b.name, b.upper) for b in gradient.printed.ranges)
            pair = (gradient.of, gradient.by)
            quantities[gradient.quantity] = Quantity(
                gradient.quantity, axes, role="output", adjoint_of=pair
            )
            adjoints.append(gradient.unconditional)
    read = dict.fromkeys(name for e in adjoints for name in quantities_read(e.right))
    helpers = tuple(h for h in swept.helpers if h.target in read)
    for helper in helpers:
        quantities[helper.target] = swept.helper_quantities[helper.target]
    equations_in_order = (*system.equations, *helpers, *adjoints)
    return replace(system, quantities=quantities, equations=equations_in_order)


def _added_up(swept: Sweep) -> Mapping[str, Equation]:
    """The adjoint equations as the sweep made them: contributions added, nothing else done."""
    return {
        a.name: Equation(a.name, a.ranges, a.at, Sum(tuple((1, t) for t in a.terms)))
        for a in swept.adjoints.values()
    }


def _needed(equations: Mapping[str, Equation], roots: Sequence[str]) -> frozenset[str]:
    found = {name for name in roots if name in equations}
    stack = list(found)
    while stack:
        for name in quantities_read(equations[stack.pop()].right):
            if name in equations and name not in found:
                found.add(name)
                stack.append(name)
    return frozenset(found)


def _adjoint_quantity(adjoint: Adjoint, *, asked: bool) -> Quantity:
    axes = tuple(Axis(b.name, b.upper) for b in adjoint.ranges)
    role = "output" if asked else "intermediate"
    hidden = adjoint.quantity.hidden
    pair = (adjoint.of, adjoint.quantity.name)
    return Quantity(adjoint.name, axes, role=role, hidden=hidden, adjoint_of=pair)
