"""From a system to a program: one loop nest for each equation, in the order of evaluation.

Each equation is elementwise, or one reduction over an elementwise body (`normalisation.py`), so
that it becomes

    y[I] = f              loops over I, one assignment
    y[I] = op_B f         loops over I, an accumulator, reduction loops over B
    y[a,b] = sum_c l·r    one matrix product, where l and r are whole matrices

No two equations share a loop here; fusion is a pass of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial

from symbp.equations import Equation
from symbp.errors import NotSupportedError, impossible
from symbp.expressions import (
    Access,
    Binder,
    Comparison,
    Constant,
    IndexValue,
    Logical,
    Node,
    Number,
    Reduce,
    TensorOperator,
    postorder,
    quantities_read,
)
from symbp.indices import IndexExpr
from symbp.kernels.loops import (
    Accumulate,
    Assign,
    Buffer,
    Contract,
    Guard,
    Let,
    Loop,
    Program,
    Section,
    Statement,
)
from symbp.kernels.naming import romanise
from symbp.monomials import split
from symbp.spelling import name_letters, spell_equation
from symbp.systems import EquationSystem

__all__ = ["lower", "needed"]

#: Scalar temporaries; no name of an author holds a dot.
ACCUMULATOR, BEST, VALUE, WINNER = "·total", "·best", "·value", "·winner"


def lower(
    system: EquationSystem,
    outputs: Sequence[str],
    name: str,
    notes: Mapping[str, str] | None = None,
) -> Program:
    """The program that computes the outputs of a system.

    Args:
        system: forward and adjoint equations, each elementwise or one reduction.
        outputs: names of the quantities that the caller wants.
        name: name of the function that it becomes.
        notes: what a comment adds beside the equation of a quantity: how it is computed.

    Raises:
        NotSupportedError: recurrences and tensor operators (not lowered yet).
    """
    equations = needed(system, outputs)
    body = tuple(_section(equation, system, notes or {}) for equation in equations)
    return Program(name, _buffers(system, equations, outputs), body)


def needed(system: EquationSystem, outputs: Iterable[str]) -> tuple[Equation, ...]:
    """The equations that the outputs depend on, in order of evaluation."""
    wanted = set(outputs)
    kept: list[Equation] = []
    for equation in reversed(system.equations):
        if equation.target in wanted:
            kept.append(equation)
            wanted.update(quantities_read(equation.right))
    return tuple(reversed(kept))


def _buffers(
    system: EquationSystem, equations: Sequence[Equation], outputs: Sequence[str]
) -> tuple[Buffer, ...]:
    read = dict.fromkeys(n for e in equations for n in quantities_read(e.right))
    made = dict.fromkeys(e.target for e in equations)
    order = [n for n in system.quantities if n in read and n not in made]
    order += [n for n in system.quantities if n in made]
    return tuple(_buffer(system, name, made, outputs) for name in order)


def _buffer(
    system: EquationSystem, name: str, made: Mapping[str, None], outputs: Sequence[str]
) -> Buffer:
    quantity = system.quantities[name]
    extents = tuple(axis.extent or IndexExpr.integer(1) for axis in quantity.axes)
    storage = "argument" if name not in made else "result" if name in outputs else "workspace"
    return Buffer(name, extents, quantity.kind, storage)


def _section(equation: Equation, system: EquationSystem, notes: Mapping[str, str]) -> Section:
    if equation.target in quantities_read(equation.right):
        raise NotSupportedError(f"{equation.target} is a recurrence; no kernel is made of it yet")
    if any(isinstance(n, TensorOperator) for n in postorder(equation.right)):
        raise NotSupportedError(f"{equation.target} needs a tensor operator; no kernel has one yet")
    text = spell_equation(system.originals.get(equation, equation), partial(_shown, system))
    if notes.get(equation.target):
        text = f"{text}    ({notes[equation.target]})"
    place = equation.left
    # A bound letter may be that of an outer index: nodes are equal up to bound letters.
    right = name_letters(equation.right, frozenset(equation.letters))
    product = _matrix_product(equation, right, system)
    if product is not None:
        return Section(text, (product,))
    if isinstance(right, Reduce):
        return Section(text, _nest(equation.ranges, "parallel", _reduction(right, place)))
    return Section(text, _nest(equation.ranges, "parallel", (Assign(place, right),)))


def _shown(system: EquationSystem, access: Access) -> str | None:
    """What no author named prints under the name that files give it: `part1[n]`, `max_z[n]`."""
    stem, places = access.quantity, ",".join(str(i) for i in access.indices)
    quantity = system.quantities.get(stem)
    if not ((quantity is not None and quantity.hidden) or re.match(r"fact[0-9]+/", stem)):
        return None
    return f"{romanise(stem)}[{places}]" if places else romanise(stem)


def _nest(
    binders: Sequence[Binder], kind: str, body: tuple[Statement, ...]
) -> tuple[Statement, ...]:
    for binder in reversed(_outer_first(binders)):
        upper = binder.upper
        if upper is None:
            raise NotSupportedError(f"the range of {binder.name} is not known")
        body = (Loop(binder.name, binder.lower, upper, kind, body),)
    return body


def _outer_first(binders: Sequence[Binder]) -> list[Binder]:
    """Ranges in an order in which each uses only letters before it."""
    ordered: list[Binder] = []
    waiting = list(binders)
    while waiting:
        names = {b.name for b in waiting}
        free = [b for b in waiting if not names.intersection(b.letters)]
        if not free:
            return impossible(f"the ranges of {', '.join(sorted(names))} use each other")
        ordered += free
        waiting = [b for b in waiting if b not in free]
    return ordered


_STARTS = {"sum": Number(0), "prod": Number(1)}


def _reduction(right: Reduce, place: Access) -> tuple[Statement, ...]:
    """An accumulator before the loops, the loops, and the assignment after them."""
    if right.operator in _STARTS:
        total = Access(ACCUMULATOR)
        step = Accumulate(right.operator, total, right.body)
        loops = _nest(right.binders, "reduction", (step,))
        return (Let(ACCUMULATOR, _STARTS[right.operator]), *loops, Assign(place, total))
    return _extremum(right, place)


def _extremum(right: Reduce, place: Access) -> tuple[Statement, ...]:
    """The first place that attains the maximum; a NaN, once met, stays."""
    best, value, winner = Access(BEST), Access(VALUE), Access(WINNER)
    largest = right.operator.endswith("max")
    better = Comparison(">" if largest else "<", value, best)
    first_nan = Logical("and", (Comparison("!=", value, value), Comparison("==", best, best)))
    taken: tuple[Statement, ...] = (Assign(best, value),)
    start: tuple[Statement, ...] = (Let(BEST, Constant("-inf" if largest else "inf")),)
    result: Node = best
    if right.operator.startswith("arg"):
        letter = right.binders[0].name
        taken = (*taken, Assign(winner, IndexValue(IndexExpr.letter(letter))))
        start = (*start, Let(WINNER, IndexValue(right.binders[0].lower)))
        result = winner
    step = (Let(VALUE, right.body), Guard(Logical("or", (better, first_nan)), taken))
    return (*start, *_nest(right.binders, "reduction", step), Assign(place, result))


def _matrix_product(equation: Equation, right: Node, system: EquationSystem) -> Contract | None:
    """y[a,b] = Σ_c l[a,c]·r[c,b] over whole matrices, each factor perhaps transposed."""
    if not (equation.plain and len(equation.ranges) == 2 and isinstance(right, Reduce)):
        return None
    if right.operator != "sum" or len(right.binders) != 1:
        return None
    monomial = split(right.body)
    factors = [b for b, e in monomial.powers if e == 1 and isinstance(b, Access)]
    plain = len(factors) == len(monomial.powers) == 2 and monomial.coefficient == Fraction(1)
    ranges = {b.name: b for b in (*equation.ranges, *right.binders)}
    if not plain or not all(_whole(f, ranges, system) for f in (equation.left, *factors)):
        return None
    row, column = equation.letters
    bound = right.binders[0].name
    for left, other in (factors, factors[::-1]):
        first = _turned(left, row, bound)
        second = _turned(other, bound, column)
        if first is not None and second is not None:
            return Contract(equation.target, (left.quantity, first), (other.quantity, second))
    return None


def _whole(factor: Access, ranges: Mapping[str, Binder], system: EquationSystem) -> bool:
    """Whether the letters of an access run over all of a real quantity."""
    quantity = system.quantities[factor.quantity]
    binders = [ranges.get(i.as_letter or "") for i in factor.indices]
    return quantity.kind == "real" and all(
        b is not None and not b.lower.terms and b.upper == axis.extent
        for b, axis in zip(binders, quantity.axes, strict=True)
    )


def _turned(factor: Access, first: str, second: str) -> bool | None:
    """Whether a matrix is read as [first, second] (False), transposed (True), or otherwise."""
    letters = tuple(i.as_letter for i in factor.indices)
    if letters == (first, second):
        return False
    return True if letters == (second, first) else None
