"""A system written in the text language: declarations, facts, equations; it reads back as it is."""

from __future__ import annotations

from collections.abc import Iterable

from symbp.equations import Equation
from symbp.errors import NotSupportedError
from symbp.expressions import Binder, Node, Reduce, accesses, postorder, quantities_read
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.quantities import Quantity
from symbp.spelling import spell, spell_equation
from symbp.systems import EquationSystem

__all__ = ["list_system"]

_KEYWORDS = {
    "input": "input",
    "parameter": "param",
    "target": "target",
    "constant": "const",
    "state": "state",
}


def list_system(system: EquationSystem) -> str:
    """The system as text, one statement a line.

    A scalar chain without roles, facts and indices is its equations alone: the names that nothing
    defines are inputs there anyway.

    Raises:
        NotSupportedError: a sum that does not start at 0, which the text language cannot say.
    """
    for equation in system.author_equations:
        _check_ranges(equation)
    lines = [] if _is_chain(system) else [_declaration(q) for q in system.given()]
    lines += [f"fact {_fact(fact, system)}" for fact in system.facts]
    lines += [
        spell_equation(
            equation,
            whole=lambda binder, body: _whole(binder, body, system),
            decimals=system.decimals,
        )
        for equation in system.author_equations
    ]
    return "\n".join(lines)


def _check_ranges(equation: Equation) -> None:
    """Refuse what would read back as a sum that starts at 0."""
    for current in postorder(equation.right):
        if isinstance(current, Reduce):
            for binder in current.binders:
                if binder.lower != IndexExpr.integer(0):
                    raise NotSupportedError(
                        f"{equation.target}: the text language has no sum over part of an axis "
                        f"({binder.name} from {binder.lower}); print the system with latex()"
                    )


def _whole(binder: Binder, body: Node, system: EquationSystem) -> bool:
    """Whether the letter runs over the whole of every axis that the body reads at it."""
    extents = [
        axis.extent
        for access in accesses(body)
        for index, axis in zip(access.indices, system.quantity(access.quantity).axes, strict=True)
        if index.as_letter == binder.name
    ]
    return bool(extents) and all(extent == binder.upper for extent in extents)


def _is_chain(system: EquationSystem) -> bool:
    shown = [q for q in system.quantities.values() if not q.hidden]
    read = {name for e in system.equations for name in quantities_read(e.right)}
    plain = all(not q.axes and q.kind == "real" for q in shown)
    return plain and all(q.role == "input" and q.name in read for q in system.given())


def _declaration(quantity: Quantity) -> str:
    axes = [f"{a.letter}:{a.extent}" for a in quantity.axes]
    place = f"[{', '.join(axes)}]" if axes else ""
    kind = "" if quantity.kind == "real" else f": {quantity.kind}"
    return f"{_KEYWORDS[quantity.role]} {quantity.name}{place}{kind}"


def _fact(fact: Fact | Identity, system: EquationSystem) -> str:
    if isinstance(fact, Identity):
        return f"{spell(fact.left)} = {spell(fact.right)}"
    return f"{fact.quantity}: {fact.word}{_letters(fact.axes, system.quantity(fact.quantity))}"


def _letters(axes: Iterable[int], quantity: Quantity) -> str:
    letters = [quantity.letters[axis] for axis in axes]
    return f"({', '.join(letters)})" if letters else ""
