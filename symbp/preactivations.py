"""Which quantities are pre-activations: those whose adjoint the textbooks call the error signal δ.

A pre-activation is a quantity that is computed, and read only by an activation (an elementwise
function of `functions.py` marked as one, or the same function spelled out), by a softmax, or by a
loss that applies one of these to it.
"""

from __future__ import annotations

from functools import lru_cache

from symbp.algebra import Placeholders, to_sympy
from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Call,
    Node,
    Reduce,
    Where,
    accesses,
    postorder,
    substitute,
)
from symbp.functions import FUNCTIONS, call, define
from symbp.systems import EquationSystem

__all__ = ["preactivations"]

_ARGUMENT = Access("·argument")


def preactivations(system: EquationSystem) -> tuple[str, ...]:
    """Names of the pre-activations, in order of evaluation."""
    found: list[str] = []
    readers = system.consumers
    hidden_sums = {
        e.target
        for e in system.equations
        if system.quantities[e.target].hidden and isinstance(e.right, Reduce)
    }
    for name, quantity in system.quantities.items():
        if quantity.given or quantity.hidden or not readers[name]:
            continue
        applied = [_applies_activation(name, r, hidden_sums, system) for r in readers[name]]
        shifts = [_is_shift(name, r) for r in readers[name]]
        if any(applied) and all(a or s for a, s in zip(applied, shifts, strict=True)):
            found.append(name)
    order = {e.target: n for n, e in enumerate(system.equations)}
    return tuple(sorted(found, key=lambda name: order[name]))


def _applies_activation(
    name: str, reader: Equation, hidden_sums: set[str], system: EquationSystem
) -> bool:
    right = reader.right
    if isinstance(right, Reduce):
        return _exponential_of(name, right.body) or _calls_activation(name, right.body)
    own = [a for a in accesses(right) if a.quantity == name]
    others = [a for a in accesses(right) if a.quantity != name]
    if _calls_activation(name, right):
        return True
    if len(own) == 1 and not others and is_activation(right, own[0]):
        return True
    if not _exponential_of(name, right):
        return False
    normalised = any(a.quantity in hidden_sums or _is_total(a, system) for a in others)
    return normalised or any(
        isinstance(e.right, Reduce) and e.right.operator == "sum"
        for e in system.consumers[reader.target]
    )


def _is_shift(name: str, reader: Equation) -> bool:
    """max_k z, which a careful author subtracts before the exponential."""
    right = reader.right
    if not (isinstance(right, Reduce) and right.operator == "max"):
        return False
    return isinstance(right.body, Access) and right.body.quantity == name


def _is_total(access: Access, system: EquationSystem) -> bool:
    producers = system.producers.get(access.quantity, ())
    return len(producers) == 1 and isinstance(producers[0].right, Reduce)


def _exponential_of(name: str, root: Node) -> bool:
    """Whether every access to the quantity stands in the exponent of an exponential."""
    inside = {
        a
        for n in postorder(root)
        if isinstance(n, Call) and n.function == "exp"
        for a in accesses(n)
        if a.quantity == name
    }
    return bool(inside) and all(a in inside for a in accesses(root) if a.quantity == name)


def _calls_activation(name: str, root: Node) -> bool:
    return any(
        isinstance(n, Call)
        and FUNCTIONS[n.function].activation
        and any(a.quantity == name for a in accesses(n))
        for n in postorder(root)
    )


def is_activation(right: Node, argument: Access) -> bool:
    """Whether an expression is an activation of the one access it reads, however it is spelled."""
    return _is_activation(substitute(right, nodes={argument: _ARGUMENT}))


@lru_cache(maxsize=4096)
def _is_activation(shape: Node) -> bool:
    if not any(isinstance(n, Call | Where) for n in postorder(shape)):
        return False
    return any(
        _same(shape, call(row.name, _ARGUMENT))
        for row in FUNCTIONS.values()
        if row.activation and row.arity[0] == 1
    )


def _same(one: Node, other: Node) -> bool:
    """Equality of two functions of one variable, definitions spelled out, branch by branch."""
    one, other = _spelled(one), _spelled(other)
    if isinstance(one, Where) and isinstance(other, Where):
        return (
            one.condition == other.condition
            and _same(one.then, other.then)
            and _same(one.otherwise, other.otherwise)
        )
    if isinstance(one, Where) or isinstance(other, Where):
        return False
    if any(isinstance(n, Where) for n in postorder(one, other)):
        return False
    places = Placeholders()
    difference = to_sympy(one, places.symbol) - to_sympy(other, places.symbol)
    return bool(difference.rewrite("exp").expand().cancel() == 0)


def _spelled(root: Node) -> Node:
    while True:
        calls = [n for n in postorder(root) if isinstance(n, Call)]
        meanings: dict[Node, Node] = {c: m for c in calls if (m := define(c)) is not None}
        if not meanings:
            return root
        root = substitute(root, nodes=meanings)
