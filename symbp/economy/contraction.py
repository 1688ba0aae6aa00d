"""Sums in cost order: a sum over indices is spread, or nested, where that saves loops.

    sum(k, a[k]*(b[j]*c[k] + 1))     b[j]*sum(k, a[k]*c[k]) + sum(k, a[k])     J*K: J + K
    sum(j, k, x[i,j]*W[j,k]*v[k])    sum(j, x[i,j]*sum(k, W[j,k]*v[k]))        I*J*K: I*J + J*K

What prints keeps the shortest form to read; this is the form that is evaluated. Both moves are the
distributive law, sums are pulled in one factor at a time, innermost the one that is cheapest
(greedy elimination, as in tensor contraction). A form is taken only where its operation count,
hidden pieces under names of their own, is `GAIN` times smaller at the size `TYPICAL` of every
symbolic extent, so that a mere constant never trades rounding errors for operations; numbers in
place of extents count as they are. Where a bracket, a branch or a logarithm decides what is
evaluated, sums stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbp.costs import count_system
from symbp.equations import Equation
from symbp.errors import NotSupportedError
from symbp.expressions import (
    Binder,
    Bracket,
    Call,
    Node,
    Reduce,
    Sum,
    TensorOperator,
    Where,
    accesses,
    postorder,
)
from symbp.matching import replace_nodes
from symbp.monomials import Monomial, join, split, terms_of
from symbp.quantities import Axis, Quantity
from symbp.simplifying.forms import tidy
from symbp.systems import EquationSystem

__all__ = ["always_evaluated", "contract"]

#: A form has to take this many times fewer operations.
GAIN = 4
#: The size at which forms are compared.
TYPICAL = 64
#: Terms that a spread sum may have, and sums that are looked at in one equation.
MAX_TERMS, MAX_SUMS = 16, 32


def contract(equation: Equation) -> Equation:
    """The equation with its sums spread and nested where that takes far fewer operations."""
    best, cost = equation, None
    for _ in range(MAX_SUMS):
        moves = tuple(_moves(best))
        cost = _cost(best) if moves and cost is None else cost
        found = [(_cost(other), other) for other in moves]
        known = [(c, other) for c, other in found if c is not None]
        if cost is None or not known:
            break
        least, other = min(known, key=lambda pair: pair[0])
        if least * GAIN > cost:
            break
        best, cost = other, least
    return best


def _moves(equation: Equation) -> Iterator[Equation]:
    """The equation after each single move; equal ones are not repeated."""
    root = equation.right
    sums = [n for n in postorder(root) if isinstance(n, Reduce) and n.operator == "sum"]
    for current in list(dict.fromkeys(sums))[:MAX_SUMS]:
        if not always_evaluated(current.body):
            continue
        for made in (*_spread(current), *_nested(current)):
            right = replace_nodes(root, {current: made})
            yield Equation(equation.target, equation.ranges, equation.at, right)


def always_evaluated(body: Node) -> bool:
    """Whether everything in a body is evaluated, whatever the values are."""
    return not any(
        isinstance(n, Bracket | Where | TensorOperator)
        or (isinstance(n, Call) and n.function in ("ln", "log2", "log10"))
        for n in postorder(body)
    )


def _spread(current: Reduce) -> Iterator[Node]:
    """One sum among the factors multiplied out; a sum as the whole body is split into its terms."""
    monomial = split(current.body)
    for place, (base, exponent) in enumerate(monomial.powers):
        if exponent != 1 or not isinstance(base, Sum) or len(base.terms) > MAX_TERMS:
            continue
        if len({t.free for _, t in base.terms}) < 2:
            continue  # every term would run over the same indices as before
        others = (*monomial.powers[:place], *monomial.powers[place + 1 :])
        rest = join(Monomial(monomial.coefficient, others))
        terms = [(s, tidy(Reduce("sum", current.binders, rest * t))) for s, t in base.terms]
        yield Sum(terms)


def _nested(current: Reduce) -> Iterator[Node]:
    """A product over several bound indices as sums inside one another, the cheapest innermost."""
    if len(current.binders) < 2 or len(terms_of(current.body)) != 1:
        return
    if any(b.letters for b in current.binders):
        return
    monomial = split(current.body)
    factors = [join(Monomial(Fraction(1), (power,))) for power in monomial.powers]
    if all(b.name in f.free for b in current.binders for f in factors):
        return
    waiting = list(current.binders)
    while waiting:
        inner = min(waiting, key=lambda b: _size(_together(b, factors), waiting))
        inside = [f for f in factors if inner.name in f.free]
        if not inside:
            return
        body = join(Monomial(Fraction(1), tuple((f, Fraction(1)) for f in inside)))
        # what needs no other index than those of the sums left waiting is summed here
        factors = [f for f in factors if inner.name not in f.free]
        factors.append(Reduce("sum", (inner,), body))
        waiting.remove(inner)
    powers = tuple((f, Fraction(1)) for f in factors)
    yield join(Monomial(monomial.coefficient, powers))


def _together(binder: Binder, factors: Sequence[Node]) -> frozenset[str]:
    """The letters of all factors that hold a bound letter."""
    return frozenset().union(*(f.free for f in factors if binder.name in f.free))


def _size(letters: frozenset[str], binders: Sequence[Binder]) -> int:
    """How many values the letters take together; free ones count as the typical size."""
    known = {b.name: b.extent.as_integer or TYPICAL for b in binders}
    made = 1
    for name in sorted(letters):
        made *= known.get(name, TYPICAL)
    return made


def _cost(equation: Equation) -> int | None:
    """Operations at the typical size; None where they are not counted."""
    names = dict.fromkeys(a.quantity for a in accesses(equation.right))
    quantities = {name: Quantity(name, ()) for name in names if name != equation.target}
    axes = tuple(Axis(b.name, b.upper) for b in equation.ranges)
    quantities[equation.target] = Quantity(equation.target, axes, role="output")
    try:
        cost = count_system(EquationSystem(quantities, (equation,)))
    except NotSupportedError:
        return None
    return cost.at(dict.fromkeys(cost.total.extents, TYPICAL))
