"""The builder: what every front end fills, and the checked snapshot that every reading takes.

A builder only grows. `snapshot` resolves names, infers extents, kinds and roles, puts the equations
in an order of evaluation, gives hidden names to inner sums and shared parts, and checks the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from symbp.completion import as_extents, with_kinds, with_roles
from symbp.equations import Equation
from symbp.errors import DeclarationError, NameCollisionError, ShapeError
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
    quantities_read,
    transform,
)
from symbp.extents import infer_extents
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.names import NameTable, fold_name
from symbp.normalisation import normalise
from symbp.ordering import order_equations, start_recurrence
from symbp.quantities import KINDS, ROLES, Axis, Quantity
from symbp.spelling import spell_place
from symbp.systems import EquationSystem
from symbp.wellformed import check

__all__ = ["Builder"]

NameKind = Literal["quantity", "index", "extent"]
_ONE: dict[NameKind, str] = {"quantity": "a quantity", "index": "an index", "extent": "an extent"}


class Builder:
    """Declarations and definitions, in the order in which they were made.

    Attributes:
        decimals: whether the author writes decimals; whoever reads what was written says so.
    """

    def __init__(self) -> None:
        self._names = NameTable()
        self._quantities: dict[str, Quantity] = {}
        self._defined: dict[str, None] = {}
        self._of_kind: dict[str, None] = {}
        self._defaults: dict[str, IndexExpr] = {}
        self._letters: dict[str, None] = {}
        self._extents: dict[str, None] = {}
        self._indexed = False
        self._equations: list[Equation] = []
        self._places: list[str] = []
        self._facts: list[Fact | Identity] = []
        self.decimals = False

    # -- declaring -------------------------------------------------------------------------------

    def index(self, letter: str, extent: IndexExpr | int | None = None) -> None:
        """Declare a letter; its extent is the default in later declarations that give none.

        Raises:
            NameCollisionError: a quantity or an extent has that name.
        """
        name = self._add_letter(letter)
        if extent is not None:
            self._defaults[name] = self._use_extent(extent, name)
        self._indexed = True

    def declare(
        self,
        name: str,
        axes: Sequence[tuple[str, IndexExpr | int | None]] = (),
        role: str = "input",
        kind: str | None = None,
        latex: str | None = None,
    ) -> Quantity:
        """Declare a quantity.

        Args:
            name: any legal name.
            axes: letter and extent of each axis; None is the default extent of the letter.
            role: one of `ROLES`.
            kind: one of `KINDS`; None is real, or integer where it is used only between brackets.
            latex: how the name prints.

        Raises:
            NameCollisionError: the name is taken.
            DeclarationError: there is no such role or kind.
        """
        folded = self._names.fold(name)
        if role not in ROLES or (kind is not None and kind not in KINDS):
            raise DeclarationError(
                f"{folded}: roles are {', '.join(ROLES)}; kinds are {', '.join(KINDS)}"
            )
        self._refuse_taken(folded, "quantity")
        made: list[Axis] = []
        for letter, extent in axes:
            known = self._add_letter(letter)
            if known == folded:
                raise NameCollisionError(f"{folded!r} names a quantity and its own index")
            if extent is not None:
                self._defaults[known] = self._use_extent(extent, known)
            made.append(Axis(known, self._defaults.get(known)))
        quantity = Quantity(folded, tuple(made), kind or "real", role, latex=latex)
        self._quantities[folded] = quantity
        if kind is not None:
            self._of_kind[folded] = None
        self._indexed = self._indexed or bool(axes)
        return quantity

    def define(
        self,
        name: str,
        at: Sequence[IndexExpr | int],
        right: Node,
        where: str = "",
        ranges: Sequence[Binder] = (),
    ) -> None:
        """Add the equation `name[at] = right`; the letters of `at` run.

        Args:
            name: the quantity that is defined; declared here if it is new.
            at: the place that is bound.
            right: the expression; names in it may be defined later.
            where: where the author wrote it ("line 3"), for messages.
            ranges: ranges of letters that do not run over their whole axis.

        Raises:
            NameCollisionError: the name is taken by an index or an extent.
            DeclarationError: the quantity is given from outside.
            ShapeError: it was defined with another number of indices.
        """
        folded = self._names.fold(name)
        indices = (i if isinstance(i, IndexExpr) else IndexExpr.integer(i) for i in at)
        place = tuple(self._fold_index(index) for index in indices)
        letters = dict.fromkeys(letter for index in place for letter in index.letters)
        body = self._fold_node(right)
        known = self._quantities.get(folded)
        if known is not None:
            self._refuse_definition(known, place, where)
        for letter in (*letters, *_bound_letters(body)):
            self._note_letter(letter)
        if known is None:
            self._refuse_taken(folded, "quantity")
            # nothing raises below: a definition that is refused leaves no equation behind
            self._quantities[folded] = Quantity(folded, _axes_from(place), role="intermediate")
            self._defined[folded] = None
        elif folded in self._defined:
            axes = zip(known.axes, _axes_from(place), strict=True)
            better = tuple(new if old.letter == _NO_LETTER else old for old, new in axes)
            self._quantities[folded] = replace(known, axes=better)
        given = {b.name: b for b in ranges}
        running = tuple(given.get(letter, Binder(letter)) for letter in letters)
        self._indexed = self._indexed or bool(place) or body.height > 0
        self._equations.append(Equation(folded, running, place, body))
        self._places.append(where)

    def _refuse_definition(self, known: Quantity, place: tuple[IndexExpr, ...], where: str) -> None:
        here = f" ({where})" if where else ""
        if known.given:
            raise DeclarationError(
                f"{known.name} is given ({known.role}) and cannot be defined as well{here}"
            )
        if len(known.axes) != len(place):
            raise ShapeError(
                f"{known.name} has {len(known.axes)} indices, and is defined here with "
                f"{len(place)}{here}"
            )

    def fact(self, fact: Fact | Identity) -> None:
        """Add a fact; it is checked with the snapshot."""
        if isinstance(fact, Fact):
            self._facts.append(replace(fact, quantity=self._names.fold_read(fact.quantity)))
        else:
            left, right = self._fold_node(fact.left), self._fold_node(fact.right)
            ranges = tuple(self._fold_binder(b) for b in fact.ranges)
            for letter in (
                *(b.name for b in ranges),
                *_bound_letters(left),
                *_bound_letters(right),
            ):
                self._note_letter(letter)
            self._facts.append(Identity(ranges, left, right))

    # -- reading ---------------------------------------------------------------------------------

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Quantities declared or defined so far; extents may still be None."""
        return MappingProxyType(self._quantities)

    @property
    def extents(self) -> tuple[str, ...]:
        """Names of the symbolic extents declared so far."""
        return tuple(self._extents)

    @property
    def defaults(self) -> Mapping[str, IndexExpr]:
        """By letter, the extent that later declarations take where they give none."""
        return MappingProxyType(self._defaults)

    def fold(self, raw: str) -> str:
        """The name as it is compared, remembered as the author spelled it."""
        return self._names.fold(raw)

    def kind_of_name(self, name: str) -> NameKind | None:
        """What a (folded) name is so far."""
        if name in self._quantities:
            return "quantity"
        if name in self._letters:
            return "index"
        return "extent" if name in self._extents else None

    # -- the snapshot ----------------------------------------------------------------------------

    def snapshot(self) -> EquationSystem:
        """The system so far, complete and checked; the builder is not changed.

        Raises:
            DeclarationError, ShapeError, UnknownNameError, NotSupportedError: see `check`.
        """
        quantities, pending = self._with_inputs()
        inferred = infer_extents(
            quantities,
            self._equations,
            self._facts,
            describe=self._describe,
            defaults=self._defaults,
            reserved=tuple(self._letters),
            scalars_pending=pending,
        )
        made = as_extents(inferred.equations, pending, dict.fromkeys(inferred.names), quantities)
        made = tuple(start_recurrence(equation) for equation in made)
        order = order_equations(made)
        ordered = tuple(made[number] for number in order)
        kinds = with_kinds(inferred.quantities, ordered, inferred.facts, self._of_kind)
        quantities = with_roles(kinds, ordered)
        system = EquationSystem(quantities, ordered, inferred.facts, decimals=self.decimals)
        normal = normalise(check(system))
        return normal if normal is system else check(normal)

    def _describe(self, number: int) -> str:
        where = self._places[number]
        return spell_place(self._equations[number]) + (f" ({where})" if where else "")

    def _with_inputs(self) -> tuple[dict[str, Quantity], frozenset[str]]:
        """Quantities, with undefined names as inputs if the system has no index at all."""
        unknown: dict[str, None] = {}
        for equation in self._equations:
            for name in quantities_read(equation.right):
                if name not in self._quantities:
                    unknown[fold_name(name)] = None
        if self._indexed:
            return dict(self._quantities), frozenset(unknown)
        inputs = {name: Quantity(name, role="input") for name in unknown}
        return {**inputs, **self._quantities}, frozenset()

    # -- names -----------------------------------------------------------------------------------

    def _add_letter(self, raw: str) -> str:
        letter = self._names.fold_letter(raw)
        self._note_letter(letter)
        return letter

    def _note_letter(self, letter: str) -> None:
        if letter not in self._letters:
            self._refuse_taken(letter, "index")
            self._letters[letter] = None

    def _use_extent(self, extent: IndexExpr | int, letter: str) -> IndexExpr:
        made = extent if isinstance(extent, IndexExpr) else IndexExpr.integer(extent)
        value = made.as_integer
        if value is not None and value < 1:
            raise ShapeError(f"index {letter} has extent {value}; at least 1 is needed")
        for name in made.extents:
            folded = self._names.fold_read(name)
            if folded not in self._extents:
                self._refuse_taken(folded, "extent")
                self._extents[folded] = None
        return made

    def _refuse_taken(self, name: str, new: NameKind) -> None:
        known = self.kind_of_name(name)
        if known is not None:
            raise NameCollisionError(
                f"{name!r} is {_ONE[known]} already and cannot be "
                f"{'declared again' if known == new else f'{_ONE[new]} too'}; choose another name"
            )

    def _fold_index(self, index: IndexExpr) -> IndexExpr:
        letters = {n: IndexExpr.letter(self._names.fold_read(n)) for n in index.letters}
        names = {n: self._names.fold_read(n) for n in index.gathered}
        return index.substitute(letters).rename_quantities(names)

    def _fold_node(self, root: Node) -> Node:
        """The node with its names in normal form; front ends mostly hand them over so."""
        names = (*quantities_read(root), *root.free, *_bound_letters(root))
        if all(self._names.fold_read(name) == name for name in names):
            return root
        return transform(root, self._fold_one)

    def _fold_one(self, current: Node) -> Node:
        if isinstance(current, Access):
            name = self._names.fold_read(current.quantity)
            return Access(name, [self._fold_index(i) for i in current.indices])
        if isinstance(current, IndexValue):
            return IndexValue(self._fold_index(current.index))
        if isinstance(current, IndexComparison):
            left, right = self._fold_index(current.left), self._fold_index(current.right)
            return IndexComparison(current.relation, left, right)
        if isinstance(current, TensorOperator):
            indices = [self._fold_index(i) for i in current.indices]
            return TensorOperator(current.name, current.operands, indices)
        if isinstance(current, Reduce | Abstraction):
            binders = [self._fold_binder(b) for b in current.binders]
            if isinstance(current, Reduce):
                return Reduce(current.operator, binders, current.body)
            return Abstraction(binders, current.body)
        return current

    def _fold_binder(self, binder: Binder) -> Binder:
        upper = None if binder.upper is None else self._fold_index(binder.upper)
        name = self._names.fold_read(binder.name)
        return Binder(name, self._fold_index(binder.lower), upper)


#: Letter of an axis that is bound at integers only.
_NO_LETTER = "i"


def _bound_letters(root: Node) -> tuple[str, ...]:
    if root.height == 0:
        return ()
    binding = (n for n in postorder(root) if isinstance(n, Reduce | Abstraction))
    return tuple(dict.fromkeys(b.name for n in binding for b in n.binders))


def _axes_from(place: Sequence[IndexExpr]) -> tuple[Axis, ...]:
    return tuple(Axis(index.letters[0] if index.letters else _NO_LETTER) for index in place)
