"""From a system to a program: loop nests in the order of evaluation.

Each equation is elementwise, or one reduction over an elementwise body (`normalisation.py`), so
that it becomes

    y[I] = f              loops over I, one assignment
    y[I] = op_B f         loops over I, an accumulator, reduction loops over B
    y[a,b] = sum_c l·r    one matrix product, where l and r are whole matrices

Which equations share loops, and what needs no array, `fusion.py` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
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
    accesses,
    postorder,
    quantities_read,
)
from symbp.indices import IndexExpr
from symbp.kernels.fusion import Member, Nest, fuse, localised, relettered
from symbp.kernels.joining import joined
from symbp.kernels.loops import (
    Accumulate,
    Assign,
    Buffer,
    Guard,
    Let,
    Loop,
    Program,
    Section,
    Statement,
)
from symbp.kernels.naming import romanise
from symbp.kernels.products import matrix_product
from symbp.kernels.temporaries import name_repeated
from symbp.matching import replace_nodes
from symbp.spelling import spell_equation
from symbp.systems import EquationSystem

__all__ = ["lower", "needed"]

#: Scalar temporaries; no name of an author holds a dot.
ACCUMULATOR, BEST, ENTRY, WINNER = "·total", "·best", "·entry", "·winner"


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
    equations = _checked(needed(system, outputs))
    nests = fuse(equations, system, outputs)
    body = tuple(s for nest in nests for s in _sections(nest, system, notes or {}))
    kept = [n for nest in nests for n in nest.targets if n not in nest.local]
    return Program(name, _buffers(system, equations, kept, outputs), body)


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
    system: EquationSystem,
    equations: Sequence[Equation],
    kept: Sequence[str],
    outputs: Sequence[str],
) -> tuple[Buffer, ...]:
    """What is given, then what needs memory, each in the order of the system."""
    read = dict.fromkeys(n for e in equations for n in quantities_read(e.right))
    made = dict.fromkeys(e.target for e in equations)
    order = [n for n in system.quantities if n in read and n not in made]
    order += [n for n in system.quantities if n in set(kept)]
    return tuple(_buffer(system, name, made, outputs) for name in order)


def _buffer(
    system: EquationSystem, name: str, made: Mapping[str, None], outputs: Sequence[str]
) -> Buffer:
    quantity = system.quantities[name]
    extents = tuple(axis.extent or IndexExpr.integer(1) for axis in quantity.axes)
    storage = "argument" if name not in made else "result" if name in outputs else "workspace"
    return Buffer(name, extents, quantity.kind, storage)


def _checked(equations: Sequence[Equation]) -> tuple[Equation, ...]:
    """The equations, if a kernel can be made of each.

    Raises:
        NotSupportedError: one is a recurrence, or needs a tensor operator.
    """
    for equation in equations:
        name = equation.target
        if name in quantities_read(equation.right):
            raise NotSupportedError(f"{name} is a recurrence; no kernel is made of it yet")
        if any(isinstance(n, TensorOperator) for n in postorder(equation.right)):
            raise NotSupportedError(f"{name} needs a tensor operator; no kernel has one yet")
    return tuple(equations)


def _sections(
    nest: Nest, system: EquationSystem, notes: Mapping[str, str]
) -> tuple[Statement, ...]:
    """The loops of a nest under the equations that its author wrote, or else under all of them."""
    (member, *more) = nest.members
    whole = None if more or member.product else matrix_product(member.equation, system)
    parts = _parts(nest, system)
    texts = [_comment(part, nest, system, notes) for part in parts]
    adds = member.adds
    if whole is not None:
        return (Section(texts[0], (whole, *adds)),)
    first = tuple(p for m in nest.members for p in _products(m, system))
    bodies = [joined(tuple(s for m in part for s in _statements(m, nest))) for part in parts]
    if len(parts) == 1:
        loops = _nest(nest.loops, "parallel", bodies[0]) if bodies[0] else ()
        return (Section(texts[0], (*first, *loops, *adds)),)
    inside = tuple(Section(t, b) for t, b in zip(texts, bodies, strict=True))
    return (*first, *_nest(nest.loops, "parallel", inside))


def _products(member: Member, system: EquationSystem) -> tuple[Statement, ...]:
    """The matrix product that an equation finds in its place."""
    product = member.product and matrix_product(member.product, system)
    return (replace(product, target=member.equation.target),) if product else ()


def _parts(nest: Nest, system: EquationSystem) -> list[tuple[Member, ...]]:
    """The members that stand under one comment: an author's equation with the pieces before it.

    Behind the last of them, pieces that are kept in memory have comments of their own.
    """
    parts: list[tuple[Member, ...]] = []
    pieces: list[Member] = []
    last = max(
        (n for n, t in enumerate(nest.targets) if not system.quantities[t].hidden), default=-1
    )
    for place, member in enumerate(nest.members):
        pieces.append(member)
        name = member.equation.target
        if name not in nest.local and (place > last or not system.quantities[name].hidden):
            parts.append(tuple(pieces))
            pieces = []
    return parts


def _comment(
    part: Sequence[Member], nest: Nest, system: EquationSystem, notes: Mapping[str, str]
) -> str:
    """The equation of the last member, and how it and the pieces before it are computed."""
    written = part[-1].written
    original = system.originals.get(written, written)
    moved = relettered(original, nest.loops) if original.letters == written.letters else None
    text = spell_equation(moved or original, partial(_shown, system), decimals=system.decimals)
    names = (n for m in (*part[-1:], *part) for n in (m.equation.target, *m.pieces))
    said = dict.fromkeys(notes.get(name, "") for name in names)
    note = ", ".join(filter(None, said))
    return f"{text}    ({note})" if note else text


def _statements(member: Member, nest: Nest) -> tuple[Statement, ...]:
    """What an equation computes inside the loops of its nest."""
    equation = member.equation
    if member.product is not None:
        name = member.product.target
        reads: dict[Node, Node] = {
            a: equation.left for a in accesses(equation.right) if a.quantity == name
        }
        equation = replace(equation, right=replace_nodes(equation.right, reads))
        if equation.right == equation.left:
            return ()  # the product is all of it
    equation = localised(equation, nest.local)
    rest = equation.ranges[nest.depth :]
    if equation.target in nest.local:
        return _variable(equation)
    if isinstance(equation.right, Reduce):
        return _nest(rest, "parallel", _reduction(equation.right, equation.left))
    lets, value = name_repeated(equation.right)
    return _nest(rest, "parallel", (*lets, Assign(equation.left, value)))


def _variable(equation: Equation) -> tuple[Statement, ...]:
    """A value that needs no memory."""
    name, right = equation.target, equation.right
    if not isinstance(right, Reduce):
        lets, value = name_repeated(right)
        return (*lets, Let(name, value))
    if right.operator in _STARTS:
        return _accumulated(right, Access(name))
    return _extremum(right, Access(name))[0]


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
        return (*_accumulated(right, total), Assign(place, total))
    found, result = _extremum(right, Access(BEST))
    return (*found, Assign(place, result))


def _accumulated(right: Reduce, total: Access) -> tuple[Statement, ...]:
    """A sum or a product in a temporary."""
    lets, value = name_repeated(right.body)
    step: tuple[Statement, ...] = (*lets, Accumulate(right.operator, total, value))
    loops = _nest(right.binders, "reduction", step)
    return (Let(total.quantity, _STARTS[right.operator]), *loops)


def _extremum(right: Reduce, best: Access) -> tuple[tuple[Statement, ...], Node]:
    """Statements that find the first place of the extremum, and the result; a NaN, once met, stays.

    Args:
        right: the maximum, or its place.
        best: the temporary that holds the largest value so far.
    """
    entry, winner = Access(ENTRY), Access(WINNER)
    largest = right.operator.endswith("max")
    better = Comparison(">" if largest else "<", entry, best)
    first_nan = Logical("and", (Comparison("!=", entry, entry), Comparison("==", best, best)))
    taken: tuple[Statement, ...] = (Assign(best, entry),)
    start: tuple[Statement, ...] = (Let(best.quantity, Constant("-inf" if largest else "inf")),)
    result: Node = best
    if right.operator.startswith("arg"):
        letter = right.binders[0].name
        taken = (*taken, Assign(winner, IndexValue(IndexExpr.letter(letter))))
        start = (*start, Let(WINNER, IndexValue(right.binders[0].lower)))
        result = winner
    step = (Let(ENTRY, right.body), Guard(Logical("or", (better, first_nan)), taken))
    return (*start, *_nest(right.binders, "reduction", step)), result
