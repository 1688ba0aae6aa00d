"""The checks: where a system is made and after every pass.

A system that passes has every element bound by at most one equation, no index free, ranges and
extents that agree, no quantity used before it is defined, only integer quantities between brackets,
and legal names. Accesses under a guard (`where`, a bracket factor) may leave their range, since
they are never evaluated there; others may not, as far as integers can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from symbp.equations import Equation
from symbp.errors import DeclarationError, ShapeError, UnknownNameError
from symbp.expressions import (
    Abstraction,
    Access,
    Binder,
    Bracket,
    Node,
    Number,
    Product,
    Reduce,
    Where,
    quantities_read,
)
from symbp.extents import index_expressions
from symbp.facts import VOCABULARY, Fact, Identity, contradicted
from symbp.indices import Gather, IndexExpr, Letter
from symbp.names import fold_name, suggest
from symbp.ordering import may_meet, recurrent
from symbp.quantities import KINDS, ROLES, Quantity
from symbp.spelling import spell, spell_place
from symbp.systems import EquationSystem

__all__ = ["check"]

Scope = dict[str, Binder]


def check(system: EquationSystem) -> EquationSystem:
    """Return the system if it is well formed.

    Raises:
        DeclarationError: bound twice or never, an index free or without range, used too early.
        ShapeError: extents or numbers of indices disagree.
        UnknownNameError: a name that nothing declares.
        UnsafeInputError: a name that no quantity may have.
    """
    for name, quantity in system.quantities.items():
        _check_quantity(name, quantity, system)
    _check_bindings(system)
    defined: dict[str, None] = dict.fromkeys(q.name for q in system.quantities.values() if q.given)
    open_parts = {name: len(made) for name, made in system.producers.items()}
    for equation in system.equations:
        _check_order(equation, defined, system)
        _Checker(system, equation).equation(equation)
        open_parts[equation.target] -= 1
        if not open_parts[equation.target]:
            defined[equation.target] = None
    for fact in system.facts:
        _check_fact(fact, system)
    _check_agreement(system.facts)
    return system


def _check_quantity(name: str, quantity: Quantity, system: EquationSystem) -> None:
    if name != quantity.name:
        raise DeclarationError(f"quantity {quantity.name!r} is filed under {name!r}")
    if not quantity.hidden and quantity.adjoint_of is None and fold_name(name) != name:
        raise DeclarationError(f"the name {name!r} is not in normal form (NFKC)")
    if quantity.kind not in KINDS:
        raise DeclarationError(f"{name} is of kind {quantity.kind!r}; kinds are {', '.join(KINDS)}")
    if quantity.role not in ROLES:
        raise DeclarationError(f"{name} has role {quantity.role!r}; roles are {', '.join(ROLES)}")
    for place, axis in enumerate(quantity.axes):
        if axis.extent is None:
            raise DeclarationError(f"axis {place + 1} of {name} has no extent")
        if axis.extent.letters:
            raise DeclarationError(f"the extent {axis.extent} of {name} uses a running index")
        value = axis.extent.as_integer
        if value is not None and value < 1:
            raise ShapeError(
                f"axis {axis.letter} of {name} has extent {value}; at least 1 is needed"
            )
    made = system.producers.get(name)
    if made and quantity.given:
        raise DeclarationError(
            f"{name} is given ({quantity.role}) and defined by {spell_place(made[0])}; "
            "do one of both"
        )
    if not made and not quantity.given:
        raise DeclarationError(f"{name} ({quantity.role}) is declared but never defined")


def _check_bindings(system: EquationSystem) -> None:
    """Each element is bound at most once."""
    for name, made in system.producers.items():
        if len(made) == 1 or name not in system.quantities:
            continue
        fixed: dict[tuple[IndexExpr, ...], Equation] = {}
        running: list[Equation] = []
        for equation in made:
            if len(equation.at) != len(made[0].at):
                raise ShapeError(
                    f"{name} is defined with {len(made[0].at)} and with {len(equation.at)} indices"
                )
            rivals = running
            if all(index.as_integer is not None for index in equation.at):
                rivals = [*running, *((fixed[equation.at],) if equation.at in fixed else ())]
                fixed[equation.at] = equation
            else:
                rivals = [*running, *fixed.values()]
                running.append(equation)
            for rival in rivals:
                if may_meet(rival, equation):
                    raise DeclarationError(
                        f"{name} is defined twice: {spell_place(rival)} and "
                        f"{spell_place(equation)}; each element is bound exactly once"
                    )


def _check_order(equation: Equation, defined: Mapping[str, None], system: EquationSystem) -> None:
    for name in quantities_read(equation.right):
        if name in defined or name not in system.quantities:
            continue
        if name == equation.target and recurrent(equation):
            continue
        raise DeclarationError(f"in {spell_place(equation)}: {name} is used before it is defined")


class _Checker:
    """The walk over one equation."""

    def __init__(self, system: EquationSystem, owner: Equation | str) -> None:
        self.system = system
        self.owner = owner

    def place(self) -> str:
        """Where we are, for messages."""
        return self.owner if isinstance(self.owner, str) else spell_place(self.owner)

    def equation(self, equation: Equation) -> None:
        """Check both sides of an equation."""
        self._target(equation)
        self.sides(equation.ranges, [equation.left, equation.right])

    def _target(self, equation: Equation) -> None:
        if equation.target not in self.system.quantities:
            raise UnknownNameError(f"in {self.place()}: {equation.target!r} is not declared")
        used = [letter for index in equation.at for letter in index.letters]
        for letter in equation.letters:
            if letter not in used:
                raise DeclarationError(
                    f"in {self.place()}: index {letter} runs, and does not occur on the left"
                )
        if len(dict.fromkeys(equation.letters)) != len(equation.letters):
            raise DeclarationError(f"in {self.place()}: a running index is listed twice")
        if any(index.gathered for index in equation.at):
            raise DeclarationError(
                f"in {self.place()}: a gathered index on the left may bind an element twice; "
                "sum with a bracket on the right instead"
            )

    def sides(self, ranges: Sequence[Binder], roots: Sequence[Node]) -> None:
        """Check expressions under running indices."""
        scope: Scope = {}
        for binder in ranges:
            scope[binder.name] = binder
        for binder in ranges:
            self._range(binder, scope)
        seen: set[tuple[object, ...]] = set()
        stack: list[tuple[Node, Scope, bool]] = [(root, scope, False) for root in roots]
        while stack:
            current, known, guarded = stack.pop()
            ways = tuple((letter, known.get(letter)) for letter in sorted(current.free))
            if (id(current), guarded, *ways) in seen:
                continue
            seen.add((id(current), guarded, *ways))
            self._node(current, known, guarded=guarded)
            stack.extend(self._below(current, known, guarded=guarded))

    def _below(
        self, current: Node, known: Scope, *, guarded: bool
    ) -> Iterator[tuple[Node, Scope, bool]]:
        if isinstance(current, Where):
            yield current.condition, known, guarded
            yield current.then, known, True
            yield current.otherwise, known, True
        elif isinstance(current, Product):
            guard = guarded or any(isinstance(f, Bracket) for f in current.numerator)
            for child in current.children:
                yield child, known, guarded if isinstance(child, Bracket) else guard
        elif isinstance(current, Reduce | Abstraction):
            inner = dict(known)
            inner.update((b.name, b) for b in current.binders)
            for binder in current.binders:
                self._range(binder, inner)
            yield current.body, inner, guarded
        else:
            for child in current.children:
                yield child, known, guarded

    def _node(self, current: Node, known: Scope, *, guarded: bool) -> None:
        for index in index_expressions(current):
            self._index(index, known, guarded=guarded)
        if isinstance(current, Access):
            self._access(current.quantity, current.indices, known, guarded=guarded)

    def _range(self, binder: Binder, known: Scope) -> None:
        if binder.upper is None:
            raise DeclarationError(
                f"in {self.place()}: the range of index {binder.name} is not known"
            )
        self._index(binder.lower, known, guarded=False)
        self._index(binder.upper, known, guarded=False)

    def _index(self, index: IndexExpr, known: Scope, *, guarded: bool) -> None:
        for atom in index.atoms():
            if isinstance(atom, Gather):
                quantity = self._access(atom.quantity, atom.indices, known, guarded=guarded)
                if quantity.kind != "integer":
                    raise DeclarationError(
                        f"in {self.place()}: {atom.quantity} is used as an index and is "
                        f"{quantity.kind}; declare it as integer class ids"
                    )
            elif isinstance(atom, Letter):
                self._letter(atom.name, known)

    def _letter(self, letter: str, known: Scope) -> None:
        if letter not in known:
            raise DeclarationError(
                f"in {self.place()}: index {letter} is not bound; give it to the quantity on the "
                f"left, or sum over it: sum({letter}, ...)"
            )

    def _access(
        self, name: str, indices: Sequence[IndexExpr], known: Scope, *, guarded: bool
    ) -> Quantity:
        quantity = self.system.quantities.get(name)
        if quantity is None:
            raise UnknownNameError(
                f"in {self.place()}: {name!r} is neither declared nor defined; "
                f"{suggest(name, self.system.quantities)}"
            )
        if len(indices) != len(quantity.axes):
            raise ShapeError(
                f"in {self.place()}: {name} has {len(quantity.axes)} axes and is used with "
                f"{len(indices)} indices"
            )
        for place, index in enumerate(indices):
            if not guarded:
                self._within(name, place, index, known)
        return quantity

    def _within(self, name: str, place: int, index: IndexExpr, known: Scope) -> None:
        """An index that is a letter or an integer stays within its axis."""
        extent = self.system.quantities[name].axes[place].extent
        value, letter = index.as_integer, index.as_letter
        if extent is None:
            return
        if value is not None:
            size = extent.as_integer
            if value < 0 or (size is not None and value >= size):
                raise ShapeError(
                    f"in {self.place()}: index {value} is outside axis {place + 1} of {name}, "
                    f"which runs over 0..{extent - 1}"
                )
        elif letter is not None:
            self._letter(letter, known)
            upper = known[letter].upper
            if upper is None or upper.letters or upper.gathered:
                return
            room = (extent - upper).as_integer
            low = known[letter].lower.as_integer
            if room is None or room < 0 or (low is not None and low < 0):
                raise ShapeError(
                    f"in {self.place()}: index {letter} runs to {upper}, "
                    f"axis {place + 1} of {name} has {extent}"
                )


def _check_fact(fact: Fact | Identity, system: EquationSystem) -> None:
    if isinstance(fact, Identity):
        _Checker(system, "a fact").sides(fact.ranges, [fact.left, fact.right])
        return
    word = VOCABULARY.get(fact.word)
    if word is None:
        raise UnknownNameError(f"unknown fact {fact.word!r}; {suggest(fact.word, VOCABULARY)}")
    quantity = system.quantities.get(fact.quantity)
    if quantity is None:
        raise UnknownNameError(
            f"a fact speaks of {fact.quantity!r}, which is not declared; "
            f"{suggest(fact.quantity, system.quantities)}"
        )
    if len(fact.axes) != word.axes or any(not 0 <= a < len(quantity.axes) for a in fact.axes):
        raise ShapeError(
            f"the fact {fact.word} takes {word.axes} of the axes of {fact.quantity}"
            f" [{','.join(quantity.letters)}]"
        )
    if word.name in ("symmetric", "spd", "invertible"):
        _check_square(word.name, quantity)


def _check_square(word: str, quantity: Quantity) -> None:
    if len(quantity.axes) < 2:
        raise ShapeError(f"{quantity.name} is {word}: it needs two axes")
    rows, columns = quantity.axes[-2:]
    if rows.extent != columns.extent:
        raise ShapeError(
            f"{quantity.name} is {word}: as many rows as columns are needed, "
            f"not {rows.extent} and {columns.extent}; declare both axes with one extent"
        )


def _check_agreement(facts: Sequence[Fact | Identity]) -> None:
    """Refuse words that no value satisfies both of, and one sum that is said to be two numbers."""
    pair = contradicted([fact for fact in facts if isinstance(fact, Fact)])
    if pair is not None:
        one, other = pair
        raise DeclarationError(
            f"the facts contradict each other: {one.quantity} cannot be both {one.word} and "
            f"{other.word}; leave one out"
        )
    said: dict[Node, Node] = {}
    for fact in facts:
        if isinstance(fact, Identity) and isinstance(fact.right, Number):
            left = Abstraction(fact.ranges, fact.left) if fact.ranges else fact.left
            if said.setdefault(left, fact.right) != fact.right:
                raise DeclarationError(
                    f"the facts contradict each other: {spell(fact.left)} cannot be both "
                    f"{spell(said[left])} and {spell(fact.right)}; leave one out"
                )
