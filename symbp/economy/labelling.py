"""Sums taken apart by the labels that fix their indices, so that each part runs over what counts.

    sum(n, z[n,v]*h[n,d] + [v == t[n]]*r[n,d])        N*V*D

    sum(n, z[n,v]*h[n,d])                             N*V*D, a product of matrices
        + sum(n, [v == t[n]]*r[n,d])                  N*D, a scatter

Kernels do not run over an index that a label fixes (`labels.py`). Sums are taken apart, and
brackets multiplied out, by the distributive law only where labels fix terms in different ways.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.equations import Equation
from symbp.expressions import Binder, Bracket, Node, Product, Reduce, Sum, postorder
from symbp.labels import labels_of
from symbp.matching import replace_nodes
from symbp.spelling import name_letters

__all__ = ["take_apart"]

#: Terms of a sum that is taken apart.
MAX_TERMS = 16

Term = tuple[int, Node]


def take_apart(equation: Equation) -> Equation:
    """The equation with its sums taken apart where their terms are fixed in different ways."""
    right = name_letters(equation.right, frozenset(equation.letters))
    if not any(isinstance(n, Bracket) for n in postorder(right)):
        return equation
    found: dict[Node, Node] = {}
    for current in postorder(right):
        if isinstance(current, Reduce) and current.operator == "sum":
            parts = _parts(current, equation.ranges)
            if len(parts) > 1:
                found[current] = Sum(parts)
    if not found:
        return equation
    return Equation(equation.target, equation.ranges, equation.at, replace_nodes(right, found))


def _parts(current: Reduce, ranges: Sequence[Binder]) -> list[Term]:
    """The sums over the terms of each way to be fixed, what no label fixes first."""
    groups: dict[tuple[object, ...], list[Term]] = {}
    for sign, term in _multiplied_out(current.body):
        fixed = labels_of(ranges, Reduce("sum", current.binders, term))
        key = tuple((one.binder.name, one.label) for one in fixed)
        groups.setdefault(key, []).append((sign, term))
    parts: list[Term] = []
    for _, terms in sorted(groups.items(), key=lambda item: bool(item[0])):
        (sign, body), *more = terms
        if more:
            sign, body = 1, Sum(terms)
        parts.append((sign, Reduce("sum", current.binders, body)))
    return parts


def _multiplied_out(body: Node) -> list[Term]:
    """The terms of a body, factors with brackets multiplied out; few, or else the body itself."""
    done: list[Term] = []
    waiting: list[Term] = [(1, body)]
    while waiting:
        sign, current = waiting.pop()
        if isinstance(current, Sum):
            waiting += [(sign * s, t) for s, t in reversed(current.terms)]
        else:
            opened = _opened(current)
            waiting += [(sign * s, t) for s, t in reversed(opened)]
            done += [] if opened else [(sign, current)]
        if len(done) + len(waiting) > MAX_TERMS:
            return [(1, body)]
    return done


def _opened(current: Node) -> list[Term]:
    """A product with its first factor that is a sum with brackets multiplied out."""
    if not isinstance(current, Product):
        return []
    for place, factor in enumerate(current.numerator):
        if isinstance(factor, Sum) and any(_holds_bracket(term) for _, term in factor.terms):
            before, after = current.numerator[:place], current.numerator[place + 1 :]
            return [
                (sign, Product((*before, *_factors(term), *after), current.denominator))
                for sign, term in factor.terms
            ]
    return []


def _factors(term: Node) -> tuple[Node, ...]:
    whole = isinstance(term, Product) and not term.denominator
    return term.numerator if whole else (term,)  # type: ignore[attr-defined]


def _holds_bracket(term: Node) -> bool:
    return any(isinstance(factor, Bracket) for factor in _factors(term))
