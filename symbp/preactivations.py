"""Which quantities are pre-activations: those whose adjoint the textbooks call the error signal δ.

A pre-activation is a quantity that is computed, and read only by an activation (an elementwise
function of `functions.py` marked as one, or the same function spelled out), by a softmax, or by a
loss that applies one of these to it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from symbp.algebra import Placeholders, to_sympy
from symbp.environments import Environment
from symbp.equations import Equation
from symbp.evaluation import Value
from symbp.expressions import (
    Access,
    Call,
    Comparison,
    IndexComparison,
    IndexValue,
    Node,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    substitute,
    transform,
)
from symbp.functions import FUNCTIONS, call, define
from symbp.interpreter import evaluate_node
from symbp.numerics.numbers import FLOAT64
from symbp.systems import EquationSystem

__all__ = ["growth_limit", "preactivations"]

#: Larger expressions (nodes) are not compared with activations.
MAX_SIZE = 60

_ARGUMENT = Access("·argument")
#: Where two functions are compared before they are compared symbolically.
_POINTS = tuple(Fraction(n, 7) for n in (-29, -5, -2, 1, 4, 9, 31))


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
        letters = frozenset(b.name for b in right.binders)
        return _exponential_of(name, right.body, letters) or _holds_activation(name, right.body)
    if _holds_activation(name, right):
        return True
    if not _exponential_of(name, right, frozenset(reader.letters)):
        return False
    others = [a for a in accesses(right) if a.quantity != name]
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


def _exponential_of(name: str, root: Node, letters: frozenset[str]) -> bool:
    """Whether every access to the quantity stands in an exponent, at its own place for each letter.

    A maximum m[n], subtracted from every z[n,k], is no pre-activation.
    """
    inside = {
        a
        for n in postorder(root)
        if isinstance(n, Call) and n.function == "exp"
        for a in accesses(n)
        if a.quantity == name and letters <= a.free
    }
    return bool(inside) and all(a in inside for a in accesses(root) if a.quantity == name)


def _holds_activation(name: str, root: Node) -> bool:
    """Whether an activation is applied to the quantity, by name or spelled out, here or inside."""
    for current in postorder(root):
        if not isinstance(current, Call | Where | Product | Sum):
            continue
        read = accesses(current) if current.size <= MAX_SIZE else ()
        if isinstance(current, Call) and FUNCTIONS[current.function].activation:
            if any(a.quantity == name for a in accesses(current)):
                return True
        elif len(read) == 1 and read[0].quantity == name and is_activation(current, read[0]):
            return True
    return False


def growth_limit(root: Node) -> str | None:
    """Why a part is not compared with activations: a limit of size, never of time; None: each is.

    What reads one access only may be one; a function that is called by its name is told by it.
    """
    for current in postorder(root):
        if isinstance(current, Where | Product | Sum) and current.size > MAX_SIZE:
            curved = any(isinstance(n, Call | Where) for n in postorder(current))
            if curved and len(accesses(current)) == 1:
                return f"more than {MAX_SIZE} nodes"
    return None


def is_activation(right: Node, argument: Access) -> bool:
    """Whether an expression is an activation of the one access it reads, however it is spelled."""
    return _is_activation(substitute(right, nodes={argument: _ARGUMENT}))


@lru_cache(maxsize=4096)
def _is_activation(shape: Node) -> bool:
    if not any(isinstance(n, Call | Where) for n in postorder(shape)):
        return False
    if any(isinstance(n, IndexComparison | IndexValue | Reduce) for n in postorder(shape)):
        return False  # no function of one number: it depends on the place, or on a size
    values = _values(shape)
    return any(
        _near(values, known) and _same(shape, call(name, _ARGUMENT))
        for name, known in _activations()
    )


@lru_cache(maxsize=1)
def _activations() -> tuple[tuple[str, tuple[float, ...]], ...]:
    """The activations of one variable with their values at the points."""
    rows = (row for row in FUNCTIONS.values() if row.activation and row.arity[0] == 1)
    return tuple((row.name, _values(call(row.name, _ARGUMENT))) for row in rows)


def _values(shape: Node) -> tuple[float, ...]:
    found: list[float] = []
    for point in _POINTS:
        environment = Environment(FLOAT64)
        environment.elements[_ARGUMENT.quantity] = {(): Value(FLOAT64.of(point), abs(point))}
        found.append(float(evaluate_node(shape, environment).value))
    return tuple(found)


def _near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(abs(a - b) < 1e-9 for a, b in zip(one, other, strict=True))


def _same(one: Node, other: Node) -> bool:
    """Equality of two functions of one variable, definitions spelled out, case by case.

    At the one point where a condition changes they may differ: max(z, 0) is relu.
    """
    one, other = _spelled(one), _spelled(other)
    branch = next((n for n in postorder(one, other) if isinstance(n, Where)), None)
    if branch is not None:
        return all(
            _same(_decided(one, branch.condition, sign), _decided(other, branch.condition, sign))
            for sign in (1, -1)
        )
    places = Placeholders()
    difference = to_sympy(one, places.symbol) - to_sympy(other, places.symbol)
    return bool(difference.rewrite("exp").expand().cancel() == 0)


def _decided(root: Node, condition: Node, sign: int) -> Node:
    """The branches that are taken where a condition holds (sign 1) or fails (sign -1)."""

    def change(current: Node) -> Node:
        if isinstance(current, Where):
            for way in (1, -1):
                if _same_condition(current.condition, condition, way):
                    return current.then if way == sign else current.otherwise
        return current

    return transform(root, change)


def _same_condition(one: Node, other: Node, sign: int) -> bool:
    """Whether two comparisons change at the same places, one way round or the other."""
    if not (isinstance(one, Comparison) and isinstance(other, Comparison)):
        return one == other and sign > 0
    ways = {"<": 1, "<=": 1, ">": -1, ">=": -1}
    if one.relation not in ways or other.relation not in ways:
        return one == other and sign > 0
    places = Placeholders()
    ahead, behind = (
        ways[c.relation] * (to_sympy(c.right, places.symbol) - to_sympy(c.left, places.symbol))
        for c in (one, other)
    )
    return bool((ahead - sign * behind).expand().cancel() == 0)


def _spelled(root: Node) -> Node:
    while True:
        calls = [n for n in postorder(root) if isinstance(n, Call)]
        meanings: dict[Node, Node] = {c: m for c in calls if (m := define(c)) is not None}
        if not meanings:
            return root
        root = substitute(root, nodes=meanings)
