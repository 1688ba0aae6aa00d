"""Reverse mode over equations: the adjoint x̄ = ∂of/∂x of each quantity, as an equation.

For every access `x[f(I, B)]` in an equation `y[I] = op_B body`, the reader y contributes

    x̄[J]  +=  Σ_I Σ_B  ȳ[I] · ∂body/∂x[f] · Π_d [J_d = f_d(I, B)]

and brackets are sifted as they arise: a plain running index i at place d is replaced by J_d and its
sum disappears; what is fixed, repeated or gathered leaves a bracket. Contributions of several
readers, and of several accesses of one reader, add up. The output itself starts with x̄ = 1, or,
for a tensor, with a bracket for each of its indices, which every adjoint then carries as further
axes.

Nothing here simplifies beyond sifting; see `simplification.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from symbp.equations import Equation
from symbp.errors import NotSupportedError
from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Binder,
    Bracket,
    IndexComparison,
    Logical,
    Node,
    Product,
    Reduce,
    Where,
    accesses,
    fresh_letter,
    quantities_read,
    substitute,
)
from symbp.guards import guard_equalities
from symbp.indices import Division, IndexExpr, Remainder
from symbp.joints import partial_at_joints
from symbp.quantities import Axis, Quantity
from symbp.systems import EquationSystem

__all__ = ["Adjoint", "Contribution", "Sweep", "adjoint_name", "sweep"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one access adds to an adjoint.

    Attributes:
        reader: the equation that reads the quantity.
        access: where it reads it, in the reader's letters.
        local: the local partial derivative, in the reader's letters.
        term: the contribution, in the letters of the adjoint.
    """

    reader: Equation
    access: Access
    local: Node
    term: Node


@dataclass(frozen=True, slots=True)
class Adjoint:
    """The adjoint of one quantity: its running indices and what is added up."""

    quantity: Quantity
    of: str
    ranges: tuple[Binder, ...]
    contributions: tuple[Contribution, ...]
    seed: Node | None = None

    @property
    def name(self) -> str:
        """Name of the adjoint in derived systems: `dL/dz`."""
        return adjoint_name(self.of, self.quantity.name)

    @property
    def at(self) -> tuple[IndexExpr, ...]:
        """The place that the equation binds."""
        return tuple(IndexExpr.letter(b.name) for b in self.ranges)

    @property
    def terms(self) -> tuple[Node, ...]:
        """All that is added up."""
        own = () if self.seed is None else (self.seed,)
        return own + tuple(c.term for c in self.contributions)


@dataclass(frozen=True, slots=True)
class Sweep:
    """All adjoints, in order of evaluation (the output first), and helper equations they need."""

    system: EquationSystem
    of: str
    adjoints: Mapping[str, Adjoint]
    helpers: tuple[Equation, ...]
    helper_quantities: Mapping[str, Quantity]


def adjoint_name(of: str, by: str) -> str:
    """`dL/dz`."""
    return f"d{of}/d{by}"


def sweep(system: EquationSystem, of: str, wrt: Iterable[str]) -> Sweep:
    """The adjoints of all quantities on the way from `wrt` to `of`.

    Quantities of which `of` does not depend get no entry: their gradient is zero.

    Raises:
        NotSupportedError: affine accesses, recurrences and tensor operators (not differentiated
        yet).
    """
    target = system.quantity(of)
    active = _active(system, of, wrt)
    system = guard_equalities(system)
    builder = _Builder(system, target)
    if of in active:
        builder.seed(target)
    for equation in reversed(system.equations):
        if equation.target in builder.order:  # what reads it only in a condition has no adjoint
            builder.equation(equation, active)
    adjoints = {name: builder.finish(name) for name in _evaluation_order(system, builder.order)}
    return Sweep(system, of, adjoints, tuple(builder.helpers), builder.helper_quantities)


def _evaluation_order(system: EquationSystem, found: Mapping[str, None]) -> tuple[str, ...]:
    """Readers before what they read: computed quantities last to first, then the given ones."""
    computed = dict.fromkeys(e.target for e in reversed(system.equations) if e.target in found)
    return (
        *computed,
        *(name for name in system.quantities if name in found and name not in computed),
    )


def _active(system: EquationSystem, of: str, wrt: Iterable[str]) -> frozenset[str]:
    """Quantities that depend on `wrt` and on which `of` depends, both ends included."""
    ahead = set(wrt)
    for equation in system.equations:
        if any(name in ahead for name in _differentiable(equation.right)):
            ahead.add(equation.target)
    behind = {of}
    for equation in reversed(system.equations):
        if equation.target in behind:
            behind.update(_differentiable(equation.right))
    return frozenset(ahead & behind)


def _differentiable(right: Node) -> tuple[str, ...]:
    """Quantities read as values; a gathered index is an integer and has no derivative."""
    return tuple(dict.fromkeys(a.quantity for a in accesses(right)))


class _Builder:
    """The state of one sweep: contributions so far, in order of evaluation."""

    def __init__(self, system: EquationSystem, of: Quantity) -> None:
        self.system = system
        self.of = of
        self.order: dict[str, None] = {}
        self.found: dict[str, list[Contribution]] = {}
        self.seeds: dict[str, Node] = {}
        self.ranges: dict[str, tuple[Binder, ...]] = {}
        self.helpers: list[Equation] = []
        self.helper_quantities: dict[str, Quantity] = {}

    def seed(self, target: Quantity) -> None:
        own, outer = self._letters(target)
        self.order[target.name] = None
        factors = [
            Bracket(IndexComparison("==", IndexExpr.letter(b.name), IndexExpr.letter(a.name)))
            for a, b in zip(own, outer, strict=True)
        ]
        self.seeds[target.name] = _product(factors)

    def equation(self, equation: Equation, active: frozenset[str]) -> None:
        right = equation.right
        if isinstance(right, Reduce):
            _refuse_recurrence(equation)
            self._reduction(equation, right, active)
            return
        _refuse_recurrence(equation)
        for access in accesses(right):
            if access.quantity in active:
                local = partial_at_joints(right, access, value=equation.left)
                self._contribute(equation, access, (), local)

    def _reduction(self, equation: Equation, right: Reduce, active: frozenset[str]) -> None:
        weight = self._weight(equation, right)
        for access in accesses(right.body):
            if access.quantity in active:
                local = partial_at_joints(right.body, access)
                if local != ZERO:
                    local = local if weight == ONE else weight if local == ONE else weight * local
                    self._contribute(equation, access, right.binders, local)

    def _weight(self, equation: Equation, right: Reduce) -> Node:
        """∂(op_B body)/∂body at one place of B: 1 for a sum."""
        if right.operator == "sum":
            return ONE
        if right.operator == "prod":
            return _others(right)
        if right.operator in ("max", "min"):
            return self._winner(equation, right)
        raise NotSupportedError(f"{right.operator} in {equation.target} has no derivative")

    def _winner(self, equation: Equation, right: Reduce) -> Node:
        """[k = argmax_k body]: the first place that attains the maximum, binder by binder.

        Over several indices, argmax_j max_k body is where j wins, then argmax_k body where k does.
        """
        brackets: list[Node] = []
        binders = list(equation.ranges)
        for place, binder in enumerate(right.binders):
            inner = right.binders[place + 1 :]
            body = Reduce(right.operator, inner, right.body) if inner else right.body
            name = self._helper(equation, binders, Reduce(f"arg{right.operator}", (binder,), body))
            winner = IndexExpr.gather(name, tuple(IndexExpr.letter(b.name) for b in binders))
            letter = IndexExpr.letter(binder.name)
            brackets.append(Bracket(IndexComparison("==", letter, winner)))
            binders.append(binder)
        return _product(brackets)

    def _helper(self, equation: Equation, binders: Sequence[Binder], right: Reduce) -> str:
        """An integer quantity that holds the winners; one that does already is used again."""
        at = tuple(IndexExpr.letter(b.name) for b in binders)
        for known in (*self.system.equations, *self.helpers):
            if _same_but_for_letters(known, binders, right):
                return known.target
        named = not self.system.quantity(equation.target).hidden
        stem = f"{right.operator}_{equation.target}" if named else right.operator
        name, number = stem if named else f"{stem}_1", 1
        while name in self.system.quantities or name in self.helper_quantities:
            number += 1
            name = f"{stem}_{number}"
        axes = tuple(Axis(b.name, b.upper) for b in binders)
        self.helper_quantities[name] = Quantity(name, axes, kind="integer")
        self.helpers.append(Equation(name, tuple(binders), at, right))
        return name

    def _contribute(
        self, equation: Equation, access: Access, binders: Sequence[Binder], local: Node
    ) -> None:
        if local == ZERO:
            return
        quantity = self.system.quantity(access.quantity)
        own, outer = self._letters(quantity)
        term = _scatter(
            equation, access, binders, local, (own, outer), self._adjoint(equation, outer)
        )
        self.order.setdefault(quantity.name, None)
        self.found.setdefault(quantity.name, []).append(Contribution(equation, access, local, term))

    def _adjoint(self, equation: Equation, outer: Sequence[Binder]) -> Access:
        """ȳ at the place that the equation binds; the output's own indices are appended."""
        letters = tuple(IndexExpr.letter(b.name) for b in outer)
        return Access(adjoint_name(self.of.name, equation.target), equation.at + letters)

    def _letters(self, quantity: Quantity) -> tuple[tuple[Binder, ...], tuple[Binder, ...]]:
        """Running indices of an adjoint: those of its quantity, then those of the output."""
        taken: set[str] = set()
        found: list[Binder] = []
        for axis in (*quantity.axes, *self.of.axes):
            name = fresh_letter(axis.letter, taken)
            taken.add(name)
            found.append(Binder(name, IndexExpr.integer(0), axis.extent))
        cut = len(quantity.axes)
        return tuple(found[:cut]), tuple(found[cut:])

    def finish(self, name: str) -> Adjoint:
        quantity = self.system.quantity(name)
        own, outer = self._letters(quantity)
        contributions = tuple(self.found.get(name, ()))
        return Adjoint(quantity, self.of.name, own + outer, contributions, self.seeds.get(name))


def _same_but_for_letters(known: Equation, ranges: Sequence[Binder], right: Node) -> bool:
    """Whether an equation has this right side over these ranges, whatever its own letters are."""
    if known.right.size != right.size or len(known.ranges) != len(ranges):
        return False
    if known.at != tuple(IndexExpr.letter(b.name) for b in known.ranges):
        return False
    letters = {
        one.name: IndexExpr.letter(other.name)
        for one, other in zip(known.ranges, ranges, strict=True)
    }
    moved = (b.substitute(letters) for b in known.ranges)
    extents = [(b.lower, b.upper) for b in moved]
    if extents != [(b.lower, b.upper) for b in ranges]:
        return False
    return substitute(known.right, letters) == right


def _scatter(
    equation: Equation,
    access: Access,
    binders: Sequence[Binder],
    local: Node,
    ranges: tuple[Sequence[Binder], Sequence[Binder]],
    adjoint: Access,
) -> Node:
    """The contribution in the letters of the new adjoint; see the module docstring."""
    own, outer = ranges
    taken = {b.name for b in (*own, *outer)}
    running: list[Binder] = []
    apart: dict[str, IndexExpr] = {}
    for binder in (*equation.ranges, *binders):
        name = fresh_letter(binder.name, taken)
        taken.add(name)
        apart[binder.name] = IndexExpr.letter(name)
        running.append(binder.substitute(apart).renamed(name))
    inner = len(equation.at)
    seat = Access(
        adjoint.quantity,
        tuple(i.substitute(apart) for i in adjoint.indices[:inner]) + adjoint.indices[inner:],
    )
    local = substitute(local, apart)
    sifted: dict[str, IndexExpr] = {}
    brackets: list[Node] = []
    for place, axis in zip(access.indices, own, strict=True):
        _match(place.substitute(apart), axis, running, sifted, brackets)
    factors = [substitute(f, sifted) for f in (seat, local, *brackets)]
    body = _product([f for f in factors if f != ONE])
    left = tuple(b.substitute(sifted) for b in running if b.name not in sifted)
    return Reduce("sum", left, body) if left else body


def _match(
    place: IndexExpr,
    axis: Binder,
    running: Sequence[Binder],
    sifted: dict[str, IndexExpr],
    brackets: list[Node],
) -> None:
    """Solve `axis = place` for a running index, or leave a bracket."""
    here = IndexExpr.letter(axis.name)
    letter = place.as_letter
    binder = next((b for b in running if b.name == letter), None)
    if binder is not None and binder.name not in sifted and _whole(binder, axis):
        sifted[binder.name] = here
        return
    plain = letter is not None or not place.letters or place.as_gather is not None
    if not plain:
        what = (
            "strided"
            if any(isinstance(a, Division | Remainder) for a in place.atoms())
            else "affine"
        )
        raise NotSupportedError(f"the {what} access at [{place}] is not differentiated yet")
    if binder is not None and binder.name not in sifted:
        raise NotSupportedError(
            f"an access over part of an axis, [{place}], is not differentiated yet"
        )
    brackets.append(Bracket(IndexComparison("==", here, place)))


def _whole(binder: Binder, axis: Binder) -> bool:
    return not binder.lower.terms and binder.upper == axis.upper


def _others(right: Reduce) -> Node:
    """∂Π/∂f_k = Π_{m≠k} f_m."""
    taken = set(right.body.free) | {b.name for b in right.binders}
    letters: dict[str, IndexExpr] = {}
    binders: list[Binder] = []
    for binder in right.binders:
        name = fresh_letter(binder.name, taken)
        taken.add(name)
        letters[binder.name] = IndexExpr.letter(name)
        binders.append(binder.renamed(name))
    same = [IndexComparison("==", letters[b.name], IndexExpr.letter(b.name)) for b in right.binders]
    here: Node = same[0] if len(same) == 1 else Logical("and", same)
    return Reduce("prod", binders, Where(here, ONE, substitute(right.body, letters)))


def _product(factors: Sequence[Node]) -> Node:
    if not factors:
        return ONE
    return factors[0] if len(factors) == 1 else Product(factors)


def _refuse_recurrence(equation: Equation) -> None:
    if equation.target in quantities_read(equation.right):
        raise NotSupportedError(
            f"{equation.target} is a recurrence (it reads itself); not differentiated yet"
        )
