"""Factors of a sum that need only some of its loops, computed once under a hidden name.

    g[d,u] = sum(t, x[t,d]*(o[t,u] - y[t,u]))       _1[t,u] = o[t,u] - y[t,u]
                                                    g[d,u]  = sum(t, x[t,d]*_1[t,u])

The difference is taken T*U times in place of D*T*U times, and what is left is a product of plain
matrices, which kernels give to a matrix library. Factors over the same indices are taken together.
A sum that is the same for all values of an index of its equation is taken once for all of them.
Only sums that run over whole axes take part, without brackets, branches and logarithms, in which a
value decides what is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import count

from symbp.economy.contraction import always_evaluated
from symbp.equations import Equation
from symbp.expressions import Access, Binder, Node, Reduce, postorder, quantities_read
from symbp.indices import IndexExpr
from symbp.monomials import Monomial, join, split
from symbp.quantities import Axis, Quantity
from symbp.systems import EquationSystem

__all__ = ["hoist"]


def hoist(system: EquationSystem, given: int = 0) -> EquationSystem:
    """The system with such factors as hidden equations before those that read them.

    Args:
        system: a normalised system.
        given: so many equations at its start stay as they are.
    """
    names = (f"_{n}" for n in count(1) if f"_{n}" not in system.quantities)
    quantities = dict(system.quantities)
    equations: list[Equation] = list(system.equations[:given])
    originals = dict(system.originals)
    for equation in system.equations[given:]:
        pieces, changed = _hoisted(equation, names)
        if pieces and (equation in originals or not quantities[equation.target].hidden):
            originals[changed] = originals.pop(equation, equation)
        for piece in pieces:
            axes = tuple(Axis(b.name, b.upper) for b in piece.ranges)
            reduced = isinstance(piece.right, Reduce) and piece.right.operator
            kind = "integer" if reduced in ("argmax", "argmin") else "real"
            quantities[piece.target] = Quantity(piece.target, axes, kind, hidden=True)
        equations += [*pieces, changed]
    if len(equations) == len(system.equations):
        return system
    order = {q.name: q for q in quantities.values() if q.given}
    order.update((e.target, quantities[e.target]) for e in equations)
    return replace(system, quantities=order, equations=tuple(equations), originals=originals)


def _hoisted(equation: Equation, names: Iterator[str]) -> tuple[list[Equation], Equation]:
    """What is computed before an equation, and the equation that reads it."""
    right = equation.right
    if not isinstance(right, Reduce) or equation.target in quantities_read(right):
        return [], equation
    needed = tuple(b for b in equation.ranges if b.name in right.free)
    if len(needed) < len(equation.ranges) and all(_whole(b) for b in needed):
        at = tuple(IndexExpr.letter(b.name) for b in needed)
        pieces, whole = _factors(Equation(next(names), needed, at, right), names)
        kept = Equation(equation.target, equation.ranges, equation.at, whole.left)
        return [*pieces, whole], kept
    return _factors(equation, names)


def _factors(equation: Equation, names: Iterator[str]) -> tuple[list[Equation], Equation]:
    right = equation.right
    if not (isinstance(right, Reduce) and right.operator == "sum"):
        return [], equation
    loops = {b.name: b for b in (*equation.ranges, *right.binders)}
    whole = all(_whole(b) for b in loops.values())
    distinct = len(loops) == len(equation.ranges) + len(right.binders)
    if not (whole and distinct and always_evaluated(right.body)):
        return [], equation
    monomial = split(right.body)
    pieces: list[Equation] = []
    kept: list[tuple[Node, Fraction]] = []
    for letters, powers in _by_letters(monomial).items():
        product = join(Monomial(Fraction(1), tuple(powers)))
        if not letters or len(letters) == len(loops) or isinstance(product, Access):
            kept += powers
            continue
        ranges = tuple(loops[name] for name in _as_read(product) if name in letters)
        at = tuple(IndexExpr.letter(b.name) for b in ranges)
        piece = Equation(next(names), ranges, at, product)
        pieces.append(piece)
        kept.append((piece.left, Fraction(1)))
    if not pieces:
        return [], equation
    body = join(Monomial(monomial.coefficient, tuple(kept)))
    changed = Reduce(right.operator, right.binders, body)
    return pieces, Equation(equation.target, equation.ranges, equation.at, changed)


def _as_read(root: Node) -> tuple[str, ...]:
    """Letters in the order in which they are read, which is how arrays lie in memory."""
    indices = (index for current in postorder(root) for index in current.own_indices)
    return tuple(dict.fromkeys(name for index in indices for name in index.letters))


def _by_letters(monomial: Monomial) -> dict[frozenset[str], list[tuple[Node, Fraction]]]:
    """The factors of each set of indices, in reading order."""
    found: dict[frozenset[str], list[tuple[Node, Fraction]]] = {}
    for base, exponent in monomial.powers:
        found.setdefault(base.free, []).append((base, exponent))
    return found


def _whole(binder: Binder) -> bool:
    upper = binder.upper
    plain = upper is not None and not upper.letters and not upper.gathered
    return plain and not binder.lower.terms
