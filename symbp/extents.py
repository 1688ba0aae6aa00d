"""Extents, inferred by unification over accesses.

Each axis of a quantity, each running index of an equation and each binder is a *slot*. An access
`x[n, j]` with a plain letter says that the letter's slot and the axis are the same; slots that are
the same share one extent. A letter under an affine or gathered index says nothing, nor does a range
that was written out. What stays open becomes a symbolic extent named after the axis: n gives N.

Terminates: one walk over each expression (a shared node once for each way its letters are bound),
then one pass over the slots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from symbp.equations import Equation
from symbp.errors import DeclarationError, ShapeError, UnknownNameError
from symbp.expressions import (
    Abstraction,
    Access,
    Binder,
    IndexComparison,
    IndexValue,
    Node,
    Reduce,
    TensorOperator,
    postorder,
)
from symbp.facts import Fact, Identity
from symbp.indices import Gather, IndexExpr
from symbp.names import suggest
from symbp.quantities import Quantity
from symbp.spelling import spell_place

__all__ = ["Inferred", "index_expressions", "infer_extents"]


@dataclass(frozen=True)
class Inferred:
    """What inference gives: everything with its ranges filled in.

    Attributes:
        quantities: every axis with its extent.
        equations: in the order given.
        facts: in the order given.
        names: the symbolic extents in use, in order of appearance.
    """

    quantities: dict[str, Quantity]
    equations: tuple[Equation, ...]
    facts: tuple[Fact | Identity, ...]
    names: tuple[str, ...]


def infer_extents(
    quantities: Mapping[str, Quantity],
    equations: Sequence[Equation],
    facts: Sequence[Fact | Identity] = (),
    *,
    describe: Callable[[int], str] | None = None,
    defaults: Mapping[str, IndexExpr] | None = None,
    reserved: Iterable[str] = (),
    scalars_pending: frozenset[str] = frozenset(),
) -> Inferred:
    """Give every axis, running index and binder its range.

    Args:
        quantities: by name; the extent of an axis may be None.
        equations: the upper end of a range may be None.
        facts: identities bind indices as equations do.
        describe: how messages call an equation, by its number.
        defaults: extent of a letter whose slots no declared axis reaches.
        reserved: names that no extent may take (index letters).
        scalars_pending: names that may turn out to be extents; not looked up here.

    Raises:
        ShapeError: two extents disagree, or an access has the wrong number of indices.
        DeclarationError: an index is neither bound nor running.
        UnknownNameError: an access reads an unknown quantity.
    """
    slots = _Slots(quantities)
    walk = _Walk(quantities, slots, scalars_pending)
    for number, equation in enumerate(equations):
        walk.place = partial(describe or _describe(equations), number)
        walk.enter(equation.ranges, [equation.left, equation.right], ("equation", number))
    for number, fact in enumerate(facts):
        if isinstance(fact, Identity):
            walk.place = lambda: "a fact"
            walk.enter(fact.ranges, [fact.left, fact.right], ("fact", number))
    _close_fixed_axes(equations, slots)
    names = _name_open(quantities, slots, dict(defaults or {}), (*walk.symbols, *reserved))
    return Inferred(
        {q.name: slots.complete(q) for q in quantities.values()},
        tuple(_complete_equation(e, n, slots) for n, e in enumerate(equations)),
        tuple(_complete_fact(f, n, slots) for n, f in enumerate(facts)),
        names,
    )


Slot = tuple[object, ...]


def _describe(equations: Sequence[Equation]) -> Callable[[int], str]:
    return lambda number: spell_place(equations[number])


@dataclass
class _Slots:
    """Slots joined into classes (union-find), each class with at most one extent."""

    quantities: Mapping[str, Quantity]
    parents: dict[Slot, Slot] = field(default_factory=dict)
    extents: dict[Slot, IndexExpr] = field(default_factory=dict)
    origins: dict[Slot, str] = field(default_factory=dict)
    letters: dict[Slot, str] = field(default_factory=dict)
    declared: dict[Slot, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for quantity in self.quantities.values():
            for place, axis in enumerate(quantity.axes):
                slot = ("axis", quantity.name, place)
                self.add(slot, axis.letter, declared=quantity.given)
                if axis.extent is not None:
                    self.extents[slot] = axis.extent
                    self.origins[slot] = f"axis {place + 1} of {quantity.name}"

    def add(self, slot: Slot, letter: str, *, declared: bool = False) -> None:
        """A new class of one slot."""
        if slot not in self.parents:
            self.parents[slot] = slot
            self.letters[slot] = letter
            self.declared[slot] = declared

    def find(self, slot: Slot) -> Slot:
        """The representative of a slot's class."""
        root = slot
        while self.parents[root] != root:
            root = self.parents[root]
        while self.parents[slot] != root:
            self.parents[slot], slot = root, self.parents[slot]
        return root

    def join(self, letter: str, slot: Slot, axis: Slot, place: Callable[[], str]) -> None:
        """Say that a letter runs over an axis."""
        one, other = self.find(slot), self.find(axis)
        if one == other:
            return
        mine, theirs = self.extents.get(one), self.extents.get(other)
        if mine is not None and theirs is not None and mine != theirs:
            raise ShapeError(
                f"in {place()}: index {letter} runs over {mine} ({self.origins[one]}) and over "
                f"{theirs} ({self.origins[other]}); the two must be equal"
            )
        self.parents[other] = one
        self.declared[one] = self.declared[one] or self.declared[other]
        if mine is None and theirs is not None:
            self.extents[one] = theirs
            self.origins[one] = self.origins[other]

    def extent(self, slot: Slot) -> IndexExpr:
        """The extent of a slot, once all are named."""
        return self.extents[self.find(slot)]

    def complete(self, quantity: Quantity) -> Quantity:
        """The quantity with all its extents."""
        places = range(len(quantity.axes))
        return quantity.with_extents(tuple(self.extent(("axis", quantity.name, p)) for p in places))


class _Walk:
    """One walk over the expressions, which joins slots and finds indices that nobody binds."""

    def __init__(
        self, quantities: Mapping[str, Quantity], slots: _Slots, pending: frozenset[str]
    ) -> None:
        self.quantities = quantities
        self.slots = slots
        self.pending = pending
        self.place: Callable[[], str] = str
        self.symbols: dict[str, None] = {}

    def enter(self, ranges: Sequence[Binder], roots: Sequence[Node], owner: Slot) -> None:
        """Walk one equation or identity."""
        scope: dict[str, Slot | None] = {}
        for binder in ranges:
            scope[binder.name] = self._slot_of(binder, (*owner, binder.name))
        for binder in ranges:
            self._ranges(binder, scope)
        seen: set[tuple[object, ...]] = set()
        stack: list[tuple[Node, dict[str, Slot | None]]] = [(r, scope) for r in reversed(roots)]
        while stack:
            current, known = stack.pop()
            key = (id(current), *((name, known.get(name)) for name in sorted(current.free)))
            if key in seen:
                continue
            seen.add(key)
            if isinstance(current, Reduce | Abstraction):
                known = self._open(current, known)
            else:
                for index in index_expressions(current):
                    self._index(index, known)
                if isinstance(current, Access):
                    self._access(current.quantity, current.indices, known)
            stack.extend((child, known) for child in reversed(current.children))

    def _slot_of(self, binder: Binder, slot: Slot) -> Slot | None:
        """The slot of a binder whose range is to be inferred; None where it was written out."""
        if binder.upper is not None:
            return None
        self.slots.add(slot, binder.name.split("·")[0])
        return slot

    def _open(
        self, binding: Reduce | Abstraction, known: dict[str, Slot | None]
    ) -> dict[str, Slot | None]:
        inner = dict(known)
        for place, binder in enumerate(binding.binders):
            inner[binder.name] = self._slot_of(binder, ("binder", id(binding), place))
        for binder in binding.binders:
            self._ranges(binder, inner)
        return inner

    def _ranges(self, binder: Binder, scope: dict[str, Slot | None]) -> None:
        for index in (binder.lower, binder.upper):
            if index is not None:
                self._index(index, scope)

    def _index(self, index: IndexExpr, scope: dict[str, Slot | None]) -> None:
        self.symbols.update(dict.fromkeys(index.extents))
        for letter in index.letters:
            if letter not in scope:
                raise DeclarationError(
                    f"in {self.place()}: index {letter} is not bound; give it to the quantity on "
                    f"the left, or sum over it: sum({letter}, ...)"
                )
        for atom in index.atoms():
            if isinstance(atom, Gather):
                self._access(atom.quantity, atom.indices, scope)

    def _access(
        self, name: str, indices: tuple[IndexExpr, ...], scope: dict[str, Slot | None]
    ) -> None:
        quantity = self.quantities.get(name)
        if quantity is None:
            if name in self.pending and not indices:
                return
            raise UnknownNameError(
                f"in {self.place()}: {name!r} is neither declared nor defined; "
                f"{suggest(name, self.quantities)}"
            )
        if len(indices) != len(quantity.axes):
            raise ShapeError(
                f"in {self.place()}: {name} has {_axes(quantity)}, and is used with "
                f"{len(indices)} ind{'ex' if len(indices) == 1 else 'ices'}"
            )
        for place, index in enumerate(indices):
            letter = index.as_letter
            slot = scope.get(letter) if letter is not None else None
            if letter is not None and slot is not None:
                self.slots.join(letter, slot, ("axis", name, place), self.place)


def _axes(quantity: Quantity) -> str:
    count = len(quantity.axes)
    if not count:
        return "no index"
    return f"{count} ind{'ex' if count == 1 else 'ices'} [{','.join(quantity.letters)}]"


def index_expressions(current: Node) -> tuple[IndexExpr, ...]:
    """The index expressions that stand in a node itself, ranges of binders left out."""
    if isinstance(current, Access | TensorOperator):
        return current.indices
    if isinstance(current, IndexValue):
        return (current.index,)
    if isinstance(current, IndexComparison):
        return (current.left, current.right)
    return ()


# -- what stays open ----------------------------------------------------------------------------


def _close_fixed_axes(equations: Sequence[Equation], slots: _Slots) -> None:
    """An axis that is bound at integers only, h[0] and h[1], is as long as there are integers."""
    highest: dict[Slot, int | None] = {}
    for equation in equations:
        for place, index in enumerate(equation.at):
            slot: Slot = ("axis", equation.target, place)
            value = index.as_integer
            known = highest.get(slot, -1)
            highest[slot] = None if value is None or known is None else max(known, value)
    for slot, value in highest.items():
        root = slots.find(slot)
        if value is not None and root not in slots.extents:
            slots.extents[root] = IndexExpr.integer(value + 1)
            slots.origins[root] = f"the places where {slot[1]} is defined"


def _name_open(
    quantities: Mapping[str, Quantity],
    slots: _Slots,
    defaults: Mapping[str, IndexExpr],
    reserved: Iterable[str],
) -> tuple[str, ...]:
    """Name the classes without an extent; returns all symbolic extents in use."""
    used: dict[str, None] = {}
    for slot in slots.parents:
        extent = slots.extents.get(slots.find(slot))
        used.update(dict.fromkeys(extent.extents if extent is not None else ()))
    for extent in defaults.values():
        used.update(dict.fromkeys(extent.extents))
    taken = dict.fromkeys((*quantities, *reserved, *used))
    for slot in slots.parents:
        root = slots.find(slot)
        if root in slots.extents:
            continue
        letter = slots.letters[slot]
        default = None if slots.declared[root] else defaults.get(letter)
        if default is None:
            name = _extent_name(letter, taken)
            taken[name] = used[name] = None
            default = IndexExpr.extent(name)
        slots.extents[root] = default
        slots.origins[root] = f"index {letter}"
    return tuple(used)


def _extent_name(letter: str, taken: Mapping[str, None]) -> str:
    stem = letter.upper()
    name, number = stem, 0
    while name in taken:
        number += 1
        name = f"{stem}{number}"
    return name


# -- filling in ---------------------------------------------------------------------------------


def _complete_equation(equation: Equation, number: int, slots: _Slots) -> Equation:
    ranges = _complete_ranges(equation.ranges, ("equation", number), slots)
    return Equation(equation.target, ranges, equation.at, _complete_node(equation.right, slots))


def _complete_fact(fact: Fact | Identity, number: int, slots: _Slots) -> Fact | Identity:
    if isinstance(fact, Fact):
        return fact
    ranges = _complete_ranges(fact.ranges, ("fact", number), slots)
    return Identity(ranges, _complete_node(fact.left, slots), _complete_node(fact.right, slots))


def _complete_ranges(ranges: Sequence[Binder], owner: Slot, slots: _Slots) -> tuple[Binder, ...]:
    return tuple(
        b if b.upper is not None else replace(b, upper=slots.extent((*owner, b.name)))
        for b in ranges
    )


def _complete_node(root: Node, slots: _Slots) -> Node:
    if root.height == 0:
        return root
    done: dict[int, Node] = {}
    for current in postorder(root):
        if isinstance(current, Reduce | Abstraction):
            binders = [
                b
                if b.upper is not None
                else replace(b, upper=slots.extent(("binder", id(current), p)))
                for p, b in enumerate(current.binders)
            ]
            body = done[id(current.body)]
            done[id(current)] = (
                Reduce(current.operator, binders, body)
                if isinstance(current, Reduce)
                else Abstraction(binders, body)
            )
        elif any(done[id(c)] is not c for c in current.children):
            done[id(current)] = current.rebuild([done[id(c)] for c in current.children])
        else:
            done[id(current)] = current
    return done[id(root)]
