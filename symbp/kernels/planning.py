"""What a file of kernels holds: which programs, over which equations, resting on which facts.

The adjoint equations of a derivation are unconditional. Where declared facts shorten a gradient and
the caller lets them, its printed form takes the place of the unconditional one, and the facts are
listed: whoever runs the program has to check them on the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symbp.derivations import Gradient, Ledger
from symbp.economy.costorder import in_cost_order
from symbp.equations import Equation
from symbp.errors import DeclarationError, NotSupportedError
from symbp.expressions import quantities_read
from symbp.facts import Fact, Identity
from symbp.kernels.buffers import Signature, sign
from symbp.kernels.loops import Program
from symbp.kernels.lowering import lower, needed
from symbp.kernels.reach import Reach, open_reaches
from symbp.kernels.updates import Optimiser
from symbp.stability import Stabilised, stabilise
from symbp.systems import EquationSystem

__all__ = ["Plan", "Task", "plan"]


@dataclass(frozen=True)
class Task:
    """One function of a file.

    Attributes:
        program: what it does.
        signature: how it is called.
        reaches: what has to be checked of the sizes before it runs.
    """

    program: Program
    signature: Signature
    reaches: tuple[Reach, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A file of kernels, before it has names and text.

    Attributes:
        system: forward and adjoint equations, as the programs compute them: in the spellings of
            `stability.py`.
        of: name of the output that is differentiated; None: there are forward values only.
        wrt: the quantities in the parameter vector, in order.
        gradients: name of the derivative by each of them.
        outputs: what `forward` gives.
        facts: what the programs rely on, and what was declared of data.
        tasks: `forward`, `loss` and `loss_and_gradient`, those that there are.
        optimiser: what a training step does with the gradient; None: no training steps.
        samples: the extent along which the data are cut into batches; None: they are not.
    """

    system: EquationSystem
    of: str | None
    wrt: tuple[str, ...]
    gradients: Mapping[str, str]
    outputs: tuple[str, ...]
    facts: tuple[Fact | Identity, ...]
    tasks: Mapping[str, Task]
    optimiser: Optimiser | None = None
    samples: str | None = None


def plan(system: EquationSystem, ledger: Ledger | None = None) -> Plan:
    """The programs for a system and the derivation of its gradients.

    Args:
        system: a checked system.
        ledger: the derivation of one scalar output; None: only forward values are computed.

    Raises:
        DeclarationError: the output that was differentiated is no scalar, or nothing is computed.
        NotSupportedError: an equation that no kernel is made of yet.
    """
    stable = stabilise(system if ledger is None else _with_facts(ledger))
    whole = stable.system
    outputs = _forward_outputs(system)
    if not outputs:
        raise DeclarationError("the system has no equations: there is nothing to compute")
    tasks = {"forward": _task(stable, outputs, (), "forward")}
    if ledger is None:
        return Plan(whole, None, (), {}, outputs, (), tasks)
    of = ledger.of
    computed = [name for name in ledger.wrt if not system.quantities[name].given]
    if computed:
        raise NotSupportedError(
            f"kernels differentiate by given quantities, and {computed[0]} is computed\n"
            f"  declare {computed[0]} as an input in place of its equation; derive(...) shows the "
            "derivative as a formula"
        )
    if system.quantities[of].axes:
        raise DeclarationError(f"kernels need a scalar output, and {of} has axes; sum it first")
    gradients = {name: ledger.gradients[name].quantity for name in ledger.wrt}
    both = (of, *gradients.values())
    tasks["loss"] = _task(stable, (of,), (of,), "loss")
    tasks["loss_and_gradient"] = _task(stable, both, (of,), "loss_and_gradient")
    facts = _facts(ledger, whole)
    return Plan(whole, of, ledger.wrt, gradients, outputs, facts, tasks)


def _task(stable: Stabilised, outputs: Sequence[str], returned: Sequence[str], name: str) -> Task:
    system = stable.system
    program = lower(system, outputs, name, stable.notes)
    reaches = open_reaches(needed(system, outputs), system)
    return Task(program, sign(program, outputs, returned), reaches)


def _forward_outputs(system: EquationSystem) -> tuple[str, ...]:
    """The author's quantities that no target enters; all of them where each needs a target."""
    computed = [e.target for e in system.equations]
    names = [n for n in dict.fromkeys(computed) if not system.quantities[n].hidden]
    entered = {q.name for q in system.given("target")}
    for equation in system.equations:  # each stands behind those that it reads
        if not entered.isdisjoint(quantities_read(equation.right)):
            entered.add(equation.target)
    free = [n for n in names if n not in entered]
    return tuple(free or names)


def _with_facts(ledger: Ledger) -> EquationSystem:
    """The derived system, with the printed form of each gradient that facts shorten."""
    system = ledger.system
    shortened = {
        g.quantity: g.printed
        for g in ledger.gradients.values()
        if _relied_on(g) and g.printed != g.unconditional and g.quantity in system.quantities
    }
    if not shortened:
        return system
    equations: list[Equation] = []
    for equation in system.equations:
        short = shortened.pop(equation.target, None)
        equations.append(equation if short is None else short)
    given = len(ledger.forward.equations)
    return in_cost_order(replace(system, equations=tuple(equations)), given)


def _relied_on(gradient: Gradient) -> tuple[Fact | Identity, ...]:
    facts = (c.statement for c in gradient.conditions if c.kind == "fact")
    return tuple(f for f in facts if isinstance(f, Fact | Identity))


def _facts(ledger: Ledger, system: EquationSystem) -> tuple[Fact | Identity, ...]:
    """Facts that gradients rest on, and those declared of data; parameters may move."""
    data = {q.name for q in system.given() if q.name not in ledger.wrt}
    found: dict[Fact | Identity, None] = {}
    for fact in system.facts:
        of = (fact.quantity,) if isinstance(fact, Fact) else quantities_read(fact.left, fact.right)
        if data.issuperset(of):
            found[fact] = None
    for gradient in ledger.gradients.values():
        found.update(dict.fromkeys(_relied_on(gradient)))
    return tuple(found)
