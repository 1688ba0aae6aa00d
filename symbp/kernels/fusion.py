"""Which equations share their outer loops, and which hidden quantities are local variables there.

    e[n,u] = exp(z[n,u] - m[n])       for n:
    s[n] = sum(u, e[n,u])                 for u: e[n,u] = exp(z[n,u] - m[n])
    p[n,v] = e[n,v]/s[n]                  s = 0;  for u: s += e[n,u]
                                          for v: p[n,v] = e[n,v]/s

Equations join a nest of loops where they read what nobody named and the nest computes: pieces of
one equation become one nest again. They share as many loops, from the outside, as run over the same
whole ranges and read what the nest computes at the very indices that it is computed at: all
distances between a store and a read are 0, so that the order of the equations is kept. A hidden
quantity with one element for each turn of the shared loops, which only the nest reads, needs no
array. What a single equation reads is computed right before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Binder,
    Node,
    accesses,
    postorder,
    quantities_read,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.kernels.loops import Statement
from symbp.kernels.products import computed_in_place, matrix_product
from symbp.kernels.scatters import Scatters, without
from symbp.spelling import name_letters
from symbp.systems import EquationSystem

__all__ = ["Member", "Nest", "fuse", "localised", "relettered"]


@dataclass(frozen=True, slots=True)
class Member:
    """An equation in a nest.

    Attributes:
        equation: with the letters of the nest for the loops that it shares.
        written: the equation as it was handed over.
        product: the equation of a matrix product that is computed right into its target.
        adds: scatters that add to its target afterwards.
        pieces: what is computed in its place: names of the product and of scatters.
    """

    equation: Equation
    written: Equation
    product: Equation | None = None
    adds: tuple[Statement, ...] = ()
    pieces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nest:
    """Equations in order, so many shared loops, and the names of what is a local variable there."""

    members: tuple[Member, ...]
    depth: int
    local: frozenset[str] = frozenset()

    @property
    def loops(self) -> tuple[Binder, ...]:
        """The shared loops, outermost first."""
        return self.members[0].equation.ranges[: self.depth]

    @property
    def targets(self) -> tuple[str, ...]:
        """What it computes, but for products."""
        return tuple(member.equation.target for member in self.members)


def fuse(
    equations: Sequence[Equation], system: EquationSystem, outputs: Sequence[str]
) -> tuple[Nest, ...]:
    """All equations as nests, in an order of evaluation.

    Args:
        equations: what is computed, in order.
        system: where their quantities are declared.
        outputs: what the caller asked for.
    """
    equations = tuple(_named(equation) for equation in equations)
    products = computed_in_place(equations, system, outputs)
    scatters = Scatters(system)
    added = scatters.added(equations, outputs)
    apart = {product.target for product in products.values()}
    apart |= {scatter.target for several in added.values() for _, scatter in several}
    nests: list[Nest] = []
    for equation in _late(equations, system, outputs):
        if equation.target in apart:
            continue
        member = _member(equation, scatters, added.get(equation.target, ()))
        product = products.get(equation.target)
        if product is not None:
            member = replace(member, product=product, pieces=(product.target, *member.pieces))
        alone = Nest((member,), len(equation.ranges))
        together = _joined(nests[-1], alone, system) if nests else None
        if together is None:
            nests.append(alone)
        else:
            nests[-1] = together
    readers = _readers(equations)
    return tuple(replace(n, local=_local(n, readers, system, outputs)) for n in nests)


def _member(
    equation: Equation, scatters: Scatters, added: Sequence[tuple[int, Equation]]
) -> Member:
    """An equation with its loops shortened by labels: what is left of it, and its scatters."""
    if scatters.is_one(equation):
        nothing = replace(equation, right=ZERO)
        return Member(nothing, equation, adds=scatters.statements(equation, equation.left))
    left = without(scatters.shortened(equation), [scatter.target for _, scatter in added])
    adds = (
        scatters.statements(scatter, Access(equation.target, scatter.at), sign)
        for sign, scatter in added
    )
    names = tuple(scatter.target for _, scatter in added)
    return Member(left, equation, None, tuple(s for several in adds for s in several), names)


def _named(equation: Equation) -> Equation:
    """The equation with plain bound letters, none of which hides an index of its own."""
    right = name_letters(equation.right, frozenset(equation.letters))
    return equation if right is equation.right else replace(equation, right=right)


def _late(
    equations: Sequence[Equation], system: EquationSystem, outputs: Sequence[str]
) -> Iterator[Equation]:
    """The equations, each that is a piece of one other equation right before that one."""
    readers = _readers(equations)
    places = {id(equation): place for place, equation in enumerate(equations)}
    waiting: dict[int, list[Equation]] = {}
    for place, equation in enumerate(equations):
        ready = [*waiting.pop(place, []), equation]
        reading = readers.get(equation.target, [])
        piece = _hidden(equation.target, system, outputs) and len(reading) == 1
        if piece and reading[0] is not equation:
            waiting.setdefault(places[id(reading[0])], []).extend(ready)
        else:
            yield from ready


def _readers(equations: Sequence[Equation]) -> dict[str, list[Equation]]:
    found: dict[str, list[Equation]] = {}
    for equation in equations:
        for name in quantities_read(equation.right):
            found.setdefault(name, []).append(equation)
    return found


def _hidden(name: str, system: EquationSystem, outputs: Sequence[str]) -> bool:
    """Whether nobody asked for a quantity, and one equation binds all of it."""
    quantity = system.quantities[name]
    return quantity.hidden and name not in outputs and len(system.producers[name]) == 1


def _joined(nest: Nest, alone: Nest, system: EquationSystem) -> Nest | None:
    """The nest with one more equation; None where they share no loop, or need not."""
    (member,) = alone.members
    equation, made = member.equation, set(nest.targets)
    read = [name for name in quantities_read(equation.right) if name in made]
    if not any(system.quantities[name].hidden for name in read):
        return None
    if member.product is not None:
        early = not made.isdisjoint(quantities_read(member.product.right))
        if early or not all(system.quantities[name].hidden for name in made):
            return None  # its product would stand far from its comment
    if not all(_simple(m.equation, system) and not m.adds for m in (*nest.members, member)):
        return None
    depth = _shared(nest, equation, read)
    if not depth and (equation.ranges or nest.depth):
        return None
    same = nest.loops[:depth]
    moved = relettered(equation, same)
    if moved is None:
        return None
    return Nest((*nest.members, replace(member, equation=moved)), depth)


def _simple(equation: Equation, system: EquationSystem) -> bool:
    """Whether an equation is loops over all of its target."""
    return (
        equation.plain
        and len(system.producers[equation.target]) == 1
        and equation.target not in quantities_read(equation.right)
        and matrix_product(equation, system) is None
    )


def _shared(nest: Nest, equation: Equation, read: Sequence[str]) -> int:
    """How many outer loops an equation can share with a nest."""
    depth = 0
    for ours, theirs in zip(nest.loops, equation.ranges, strict=False):
        whole = not theirs.lower.terms and theirs.upper is not None and not theirs.upper.letters
        if not whole or (ours.lower, ours.upper) != (theirs.lower, theirs.upper):
            break
        depth += 1
    letters = equation.letters
    indices = (index for current in postorder(equation.right) for index in current.own_indices)
    if any(name in read for index in indices for name in index.gathered):
        return 0  # labels that the nest computes
    for access in accesses(equation.right):
        if access.quantity in read:
            same = [i.as_letter == x for i, x in zip(access.indices, letters, strict=False)]
            depth = min(depth, [*same, False].index(False))
    return depth


def relettered(equation: Equation, loops: Sequence[Binder]) -> Equation | None:
    """The equation with the letters of the nest; None where one of them is taken."""
    old, new = equation.letters[: len(loops)], [b.name for b in loops]
    if list(old) == new:
        return equation
    rest = equation.ranges[len(loops) :]
    if set(new) & {b.name for b in rest}:
        return None
    letters = {a: IndexExpr.letter(b) for a, b in zip(old, new, strict=True)}
    ranges = (*loops, *(b.substitute(letters) for b in rest))
    at = tuple(i.substitute(letters) for i in equation.at)
    return Equation(equation.target, ranges, at, substitute(equation.right, letters))


def _local(
    nest: Nest,
    readers: Mapping[str, Sequence[Equation]],
    system: EquationSystem,
    outputs: Sequence[str],
) -> frozenset[str]:
    """The hidden quantities of a nest that have one value a turn, read by later members only."""
    found: list[str] = []
    inside = {id(member.written): member.equation for member in nest.members}
    for member in nest.members:
        name, at = member.equation.target, member.equation.at
        reading = readers.get(name, [])
        fits = _hidden(name, system, outputs) and len(at) == nest.depth and bool(reading)
        if not fits or system.quantities[name].kind != "real":
            continue
        equations = [inside.get(id(equation)) for equation in reading]
        if all(e is not None and _reads_only(e, name, at) for e in equations):
            found.append(name)
    return frozenset(found)


def _reads_only(equation: Equation, name: str, at: Sequence[IndexExpr]) -> bool:
    """Whether an equation reads a quantity at one place only."""
    reading = (a.indices for a in accesses(equation.right) if a.quantity == name)
    return all(tuple(indices) == tuple(at) for indices in reading)


def localised(equation: Equation, local: frozenset[str]) -> Equation:
    """The equation with its reads of local variables."""
    found = (access for access in accesses(equation.right) if access.quantity in local)
    reads: dict[Node, Node] = {access: Access(access.quantity) for access in found}
    if not reads:
        return equation
    return replace(equation, right=substitute(equation.right, nodes=reads))
