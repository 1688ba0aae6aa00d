"""The definitions that a proof may open: forward equations, and the adjoint equations of the sweep.

The adjoint equations are taken raw, as the chain rule gives them (`adjoints.py`): no form that
simplification found is trusted here. A derivative of a claim then is a quantity like any other,
with an equation that defines it through others. Quantities without such an equation (given ones,
those bound by several equations, maxima's places) stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from symbp.adjoints import Adjoint, Sweep, adjoint_name, sweep
from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Binder,
    Node,
    Number,
    Reduce,
    Sum,
    accesses,
    substitute,
    transform,
)
from symbp.indices import IndexExpr
from symbp.matching import replace_matches
from symbp.normalisation import normalise
from symbp.quantities import Axis, Quantity
from symbp.systems import EquationSystem
from symbp.verification.claims import Derivative, Statement

__all__ = ["Definition", "Theory", "collapse", "fold", "make_theory", "with_adjoints"]


@dataclass(frozen=True, slots=True)
class Definition:
    """`quantity[letters] = right` for all values of the ranges."""

    quantity: str
    ranges: tuple[Binder, ...]
    right: Node


@dataclass(frozen=True)
class Theory:
    """What is known of the quantities of a statement.

    Attributes:
        system: the forward system, with the helper equations of the sweeps.
        quantities: all quantities, derivatives and adjoints included.
        definitions: in an order in which each uses only quantities before it.
        adjoints: names of derivatives among the definitions.
        hidden: names that no author gave; always opened.
    """

    system: EquationSystem
    quantities: Mapping[str, Quantity]
    definitions: Mapping[str, Definition]
    adjoints: frozenset[str]
    hidden: frozenset[str]


def make_theory(statement: Statement) -> Theory:
    """The theory of a statement.

    Raises:
        NotSupportedError: the system holds something that is not differentiated yet.
    """
    system = statement.system
    quantities = dict(statement.quantities)
    definitions = _forward(system)
    forward = frozenset(definitions)
    helpers: dict[str, Equation] = {}
    wanted: dict[str, list[str]] = {}
    for derivative in statement.derivatives.values():
        wanted.setdefault(derivative.of, []).append(derivative.by[0])
    derived = {of: sweep(system, of, by) for of, by in wanted.items()}
    for swept in derived.values():
        quantities.update(swept.helper_quantities)
        helpers.update({h.target: h for h in swept.helpers if h.target not in system.quantities})
        _add_adjoints(swept, quantities, definitions)
    for derivative in statement.derivatives.values():
        if len(derivative.by) == 1:
            _close(statement, derivative.name, definitions)
        else:
            _second(statement, derivative, derived[derivative.of], quantities, definitions)
    known = EquationSystem(
        {**system.quantities, **{n: quantities[n] for n in helpers}},
        (*system.equations, *helpers.values()),
        system.facts,
    )
    adjoints = frozenset(n for n in definitions if n not in forward)
    hidden = frozenset(n for n in definitions if quantities[n].hidden)
    return Theory(known, quantities, definitions, adjoints, hidden)


def collapse(root: Node) -> Node:
    """The expression without sums (products, maxima) over one value: j < 1 is j = 0."""

    def change(current: Node) -> Node:
        if not isinstance(current, Reduce) or current.operator.startswith("arg"):
            return current
        if any(binder.letters for binder in current.binders):
            return current
        body, left = current.body, list[Binder]()
        for binder in current.binders:
            if binder.upper is not None and binder.extent.as_integer == 1:
                body = substitute(body, {binder.name: binder.lower})
            else:
                left.append(binder)
        return Reduce(current.operator, left, body) if left else body

    return transform(root, change)


def fold(theory: Theory, root: Node) -> Node:
    """The expression with definitions recognised: where A = X + 1, `ln((X + 1)^2)` is ln(A^2)."""
    for definition in theory.definitions.values():
        right = definition.right
        letters = frozenset(b.name for b in definition.ranges)
        seen = {i.as_letter for a in accesses(right) for i in a.indices}
        trivial = isinstance(right, Access | Number)
        if definition.quantity in theory.adjoints or trivial or not letters <= seen:
            continue
        at = tuple(IndexExpr.letter(b.name) for b in definition.ranges)
        place = Access(definition.quantity, at)
        root = replace_matches(root, right, letters, partial(substitute, place))
    return root


def _forward(system: EquationSystem) -> dict[str, Definition]:
    """The quantities that one equation defines over all of their axes."""
    found: dict[str, Definition] = {}
    for equation in system.equations:
        quantity = system.quantity(equation.target)
        whole = all(
            b.lower == IndexExpr.integer(0) and b.upper == axis.extent
            for b, axis in zip(equation.ranges, quantity.axes, strict=False)
        )
        if len(system.producers[equation.target]) == 1 and equation.plain and whole:
            right = collapse(equation.right)
            found[equation.target] = Definition(equation.target, equation.ranges, right)
    return found


def _add_adjoints(
    swept: Sweep, quantities: dict[str, Quantity], definitions: dict[str, Definition]
) -> None:
    for adjoint in swept.adjoints.values():
        quantities[adjoint.name] = _adjoint_quantity(adjoint)
        right = collapse(_added(adjoint))
        definitions[adjoint.name] = Definition(adjoint.name, adjoint.ranges, right)


def _adjoint_quantity(adjoint: Adjoint) -> Quantity:
    axes = tuple(Axis(b.name, b.upper) for b in adjoint.ranges)
    return Quantity(adjoint.name, axes, hidden=adjoint.quantity.hidden)


def _added(adjoint: Adjoint) -> Node:
    if not adjoint.terms:
        return ZERO
    return Sum(tuple((1, term) for term in adjoint.terms))


def _close(statement: Statement, name: str, definitions: dict[str, Definition]) -> None:
    """A derivative that the sweep did not reach is zero."""
    if name not in definitions:
        definitions[name] = Definition(name, _ranges(statement.quantities[name]), ZERO)


def _ranges(quantity: Quantity) -> tuple[Binder, ...]:
    return tuple(
        Binder(f"{axis.letter}·{n}", IndexExpr.integer(0), axis.extent)
        for n, axis in enumerate(quantity.axes)
    )


def _second(
    statement: Statement,
    derivative: Derivative,
    first: Sweep,
    quantities: dict[str, Quantity],
    definitions: dict[str, Definition],
) -> None:
    """∂²L/∂a∂b: the adjoint equations are a system, which is swept once more."""
    system = statement.system
    one, other = derivative.by
    inner = adjoint_name(derivative.of, one)
    ranges = _ranges(statement.quantities[derivative.name])
    if one not in first.adjoints:
        definitions[derivative.name] = Definition(derivative.name, ranges, ZERO)
        return
    doubled = normalise(with_adjoints(system, first))
    swept = sweep(doubled, inner, [other])
    quantities.update({n: q for n, q in doubled.quantities.items() if n not in quantities})
    quantities.update(swept.helper_quantities)
    definitions.update(_forward(doubled))
    _add_adjoints(swept, quantities, definitions)
    outer = adjoint_name(inner, other)
    places = [IndexExpr.letter(b.name) for b in ranges]
    cut = len(system.quantity(one).axes)
    end = cut + len(system.quantity(other).axes)
    at = (*places[cut:end], *places[:cut], *places[end:])
    right: Node = Access(outer, at) if other in swept.adjoints else Number(0)
    definitions.pop(derivative.name, None)
    definitions[derivative.name] = Definition(derivative.name, ranges, right)


def with_adjoints(system: EquationSystem, swept: Sweep) -> EquationSystem:
    """The forward, helper and raw adjoint equations of a sweep as one system."""
    known = {**system.quantities, **swept.helper_quantities}
    equations = [*system.equations]
    equations += (h for h in swept.helpers if h.target not in system.quantities)
    for adjoint in swept.adjoints.values():
        known[adjoint.name] = _adjoint_quantity(adjoint)
        equations.append(Equation(adjoint.name, adjoint.ranges, adjoint.at, _added(adjoint)))
    return EquationSystem(known, tuple(equations), system.facts)
