"""One author's equation differentiated alone, everything else that it reads held fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbp.adjoints import sweep
from symbp.derivations import Partial
from symbp.equations import Equation
from symbp.expressions import Access, Binder, Node, Sum, accesses, substitute
from symbp.indices import IndexExpr
from symbp.simplification import Simplified, Simplifier
from symbp.simplifying.forms import tidy
from symbp.systems import EquationSystem

__all__ = ["flat_sum", "jacobian", "own_share"]


def jacobian(
    system: EquationSystem, equation: Equation, name: str
) -> tuple[Partial, Node, tuple[Binder, ...]]:
    """∂p_k/∂z_m within one sample: along the indices that are coupled.

    Returns:
        The left side, the derivative, and its running indices.
    """
    found = _derivative(system, equation, name)
    cut = len(system.quantity(name).axes)
    own, outer = found.adjoint.ranges[:cut], found.adjoint.ranges[cut:]
    same = {
        o.name: IndexExpr.letter(x.name)
        for o, x, axis in zip(outer, own, range(cut), strict=False)
        if _tied(equation, name, axis)
    }
    at = [i.substitute(same) for i in found.adjoint.at]
    left = Partial(Access(equation.target, at[cut:]), Access(name, at[:cut]))
    ranges = tuple(b for b in found.adjoint.ranges if b.name not in same)
    return left, tidy(substitute(found.printed, same)), ranges


def own_share(
    system: EquationSystem, equation: Equation, name: str, at: Sequence[IndexExpr]
) -> Node:
    """What an equation that reads a quantity itself contributes to its derivative at a place.

    Beside what comes through others, ∂L/∂w cannot stand for it: that names the whole.
    """
    found = _derivative(system, equation, name)
    pairs = zip(found.adjoint.at, at, strict=True)
    letters = {old.as_letter: new for old, new in pairs if old.as_letter is not None}
    return substitute(found.unconditional, letters)


def flat_sum(terms: Sequence[Node]) -> Sum:
    """Terms added; one that is a sum itself leaves no brackets."""
    parts = (t.terms if isinstance(t, Sum) else ((1, t),) for t in terms)
    return Sum(tuple(term for part in parts for term in part))


def _derivative(system: EquationSystem, equation: Equation, name: str) -> Simplified:
    forms = Simplifier(sweep(_piece(system, equation), equation.target, [name]))
    forms.run()
    return forms.result(name)


def _tied(equation: Equation, name: str, axis: int) -> bool:
    places = [a for a in accesses(equation.right) if a.quantity == name]
    letters = {p.indices[axis].as_letter for p in places if axis < len(p.indices)}
    return len(letters) == 1 and equation.at[axis].as_letter in letters


def _piece(system: EquationSystem, equation: Equation) -> EquationSystem:
    """The equations that make up one author's equation, everything else given."""
    wanted = {equation.target}
    kept: list[Equation] = []
    for candidate in reversed(system.equations):
        hidden = system.quantity(candidate.target).hidden
        if candidate.target in wanted and (hidden or candidate.target == equation.target):
            kept.append(candidate)
            wanted.update(a.quantity for a in accesses(candidate.right))
    made = {e.target for e in kept}
    quantities = {
        name: q if name in made else replace(q, role="input")
        for name, q in system.quantities.items()
    }
    return replace(system, quantities=quantities, equations=tuple(reversed(kept)), facts=())
