"""Statements into the builder.

First all names of the text are made known, so that an equation may use what stands below it; then
the statements are resolved in order, but for a mean of what is defined further down; only when all
of them are understood does the builder see the first. In a text without indices, names that nobody
declares or defines are inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from symbp.declarations import Builder
from symbp.errors import DeclarationError, NameCollisionError, ShapeError, UnsafeInputError
from symbp.expressions import Node
from symbp.facts import Fact, Identity
from symbp.indices import IndexExpr
from symbp.language.calls import RangeUnknownError, TextMeaning, extent_in
from symbp.language.factlines import facts_in_relation, facts_in_words
from symbp.language.scopes import Scope, Signature
from symbp.language.statements import (
    AxisLine,
    DeclarationLine,
    EquationLine,
    FactLine,
    IndexLine,
    RelationLine,
    Statement,
    StatementReader,
    Word,
)
from symbp.language.syntax import Bracketed, Chain, Name, Negation, Raised, Tree, run
from symbp.quantities import KINDS, Axis

__all__ = ["Declaring"]

_Action = Callable[[], object]


class Declaring:
    """Resolves the statements of a text and carries them out on a builder."""

    def __init__(self, reader: StatementReader, builder: Builder) -> None:
        self.reader = reader
        self.source = reader.source
        self.builder = builder
        indexed = reader.indexed or Scope.is_indexed(builder.quantities)
        known = builder.quantities.values()
        self.scope = Scope(self.source, known, builder.extents, open_=not indexed)
        self.scope.letters.update(dict.fromkeys(builder.defaults))
        self.meaning = TextMeaning(self.scope, reader.bracketed, tuple(reader.bracketed))
        self._defaults = dict(builder.defaults)
        self._actions: list[tuple[int, _Action]] = []
        self._resolved: list[tuple[str, Sequence[IndexExpr], Node]] = []

    def carry_out(self, statements: Sequence[Statement]) -> None:
        """Declare, define and state everything, or nothing where the text is not understood."""
        self._learn(statements)
        relations: list[Statement] = []
        waiting: list[EquationLine] = []
        for statement in statements:
            if isinstance(statement, DeclarationLine):
                self._declare(statement)
            elif isinstance(statement, IndexLine):
                self._index(statement)
            elif isinstance(statement, EquationLine):
                waiting += self._tried(statement)
            else:
                relations.append(statement)
        learned = True
        while waiting and learned:  # from the end, from the start, ...: most texts have a direction
            again = [line for statement in reversed(waiting) for line in self._tried(statement)]
            learned = self._axes_learned() or len(again) < len(waiting)
            waiting = again
        waiting.sort(key=lambda line: line.position)
        self.scope.sizes.update(self._defaults)
        for statement in waiting:
            self._define(statement)
        for statement in relations:
            if isinstance(statement, FactLine | RelationLine):
                self._fact(statement)
        for position, action in self._actions:
            self._act(position, action)

    def _tried(self, line: EquationLine) -> list[EquationLine]:
        """Resolve an equation; the equation again where one that stands below has to come first."""
        try:
            self._define(line)
        except RangeUnknownError:
            return [line]
        return []

    def _act(self, position: int, action: _Action) -> None:
        try:
            action()
        except (DeclarationError, NameCollisionError, ShapeError, UnsafeInputError) as error:
            raise self.source.fail(type(error), str(error), position) from None

    # -- names ------------------------------------------------------------------------------------

    def _learn(self, statements: Iterable[Statement]) -> None:
        scope = self.scope
        scope.extents.update(dict.fromkeys(self.reader.extents))
        for statement in statements:
            if isinstance(statement, DeclarationLine):
                kind = _kind_of(statement.words)
                for item in statement.items:
                    axes = tuple(Axis(axis.letter) for axis in item.axes)
                    scope.declare(item.name, Signature(axes, kind or "real"))
            elif isinstance(statement, IndexLine):
                scope.letters.update({axis.letter: None for axis in statement.axes})
            elif isinstance(statement, EquationLine) and statement.name not in scope.quantities:
                axes = tuple(Axis(_letter_of(tree)) for tree in statement.at)
                scope.declare(statement.name, Signature(axes))
        for name in self.reader.ranges:
            letters = (scope.letters, self.reader.bound, self.reader.bracketed)
            if name not in scope.quantities and not any(name in known for known in letters):
                scope.extents.setdefault(name)

    def _spelled(self, name: str) -> str:
        """The name as the text spells it: the builder compares spellings too."""
        return self.source.spellings.get(name, name)

    # -- declarations -----------------------------------------------------------------------------

    def _axes(self, axes: Sequence[AxisLine]) -> list[tuple[str, IndexExpr | None]]:
        made: list[tuple[str, IndexExpr | None]] = []
        for axis in axes:
            extent: IndexExpr | None = None
            if axis.extent is not None:
                extent = run(self.meaning.index(axis.extent, ()))
                if extent.gathered:
                    name = extent.gathered[0]
                    message = f"`{name}` is a quantity; an extent needs a name of its own"
                    raise self.source.fail(NameCollisionError, message, axis.extent.position)
                self._defaults[axis.letter] = extent
            made.append((self._spelled(axis.letter), extent))
        return made

    def _declare(self, line: DeclarationLine) -> None:
        kind = _kind_of(line.words)
        words = [word for word in line.words if word.name not in KINDS]
        for item in line.items:
            axes = self._axes(item.axes)
            extents = [self._defaults.get(axis.letter) for axis in item.axes]
            known = [Axis(a.letter, e) for a, e in zip(item.axes, extents, strict=True)]
            self.scope.declare(item.name, Signature(tuple(known), kind or "real"))
            name, role = self._spelled(item.name), line.role
            action = partial(self.builder.declare, name, axes, role=role, kind=kind)
            self._actions.append((item.position, action))
            for fact in facts_in_words(item.name, words, self.meaning):
                self._actions.append((item.position, partial(self.builder.fact, fact)))

    def _index(self, line: IndexLine) -> None:
        for axis, (letter, extent) in zip(line.axes, self._axes(line.axes), strict=True):
            action = partial(self.builder.index, letter, extent)
            self._actions.append((axis.position, action))

    # -- equations --------------------------------------------------------------------------------

    def _define(self, line: EquationLine) -> None:
        letters = self._letters(line)
        at = run(self.meaning.indices(line.at, letters))
        right = run(self.meaning.value(line.right, letters))
        self._declare_inputs()
        place, _ = self.source.locate(line.position)
        name = self._spelled(line.name)
        action = partial(self.builder.define, name, at, right, where=f"line {place}")
        self._actions.append((line.position, action))
        self._resolved.append((line.name, at, right))
        self._learn_axes(line.name, at, right)

    def _axes_learned(self) -> bool:
        """Go through all equations once more; whether an axis is known now that was not."""
        found = [self._learn_axes(*equation) for equation in reversed(self._resolved)]
        return any(found)

    def _learn_axes(self, name: str, at: Sequence[IndexExpr], right: Node) -> bool:
        """How far the axes of what is defined run, as its right side shows; whether that is new."""
        known = self.scope.quantities[name]
        if len(known.axes) != len(at):
            return False
        axes = list(known.axes)
        for number, index in enumerate(at):
            letter = index.as_letter
            if letter is not None and axes[number].extent is None:
                axes[number] = Axis(axes[number].letter, extent_in(right, letter, self.scope))
        self.scope.quantities[name] = replace(known, axes=tuple(axes))
        return tuple(axes) != known.axes

    def _letters(self, line: EquationLine) -> dict[str, None]:
        """The letters that run in an equation: those on its left."""
        letters: dict[str, None] = {}
        stack: list[Tree] = list(reversed(line.at))
        while stack:
            tree = stack.pop()
            if isinstance(tree, Name):
                if tree in line.at and tree.name in self.scope.quantities:
                    self.scope.check_letter(tree.name, tree.position)
                if tree.name not in self.scope.quantities and tree.name not in self.scope.extents:
                    letters[tree.name] = None
            elif isinstance(tree, Chain):
                stack += [tree.first, *(operand for _, _, operand in tree.rest)]
            elif isinstance(tree, Negation):
                stack.append(tree.operand)
            elif isinstance(tree, Raised):
                stack += [tree.base, tree.exponent]
            elif isinstance(tree, Bracketed):
                stack += tree.indices
        return letters

    def _declare_inputs(self) -> None:
        for name, position in self.scope.undefined.items():
            self.scope.declare(name, Signature())
            action = partial(self.builder.declare, self._spelled(name))
            self._actions.append((position, action))
        self.scope.undefined.clear()

    # -- facts ------------------------------------------------------------------------------------

    def _fact(self, line: FactLine | RelationLine) -> None:
        if isinstance(line, FactLine):
            if line.name not in self.scope.quantities:
                if not self.scope.open:
                    raise self.scope.unknown(line.name, line.position)
                self.scope.undefined[line.name] = line.position
                self._declare_inputs()
            facts: Sequence[Fact | Identity] = facts_in_words(line.name, line.words, self.meaning)
        else:
            facts = facts_in_relation(line, self.meaning)
            self._declare_inputs()
        for fact in facts:
            self._actions.append((line.position, partial(self.builder.fact, fact)))


def _kind_of(words: Sequence[Word]) -> str | None:
    """The kind that the words of a declaration say, if they say one."""
    for word in words:
        if word.name in KINDS:
            return word.name
        if word.name == "class_ids":
            return "integer"
    return None


def _letter_of(tree: Tree) -> str:
    return tree.name if isinstance(tree, Name) else "i"
