"""Calls in the text language: functions, `where`, and reductions over indices.

A first argument of `max`, `min`, `argmax` or `argmin` is an index where it stands between brackets
in the last argument; where none does, `max` and `min` are elementwise. The first arguments of
`sum`, `prod` and `mean` are always indices; `mean(k, e)` is sum(k, e)/K. The definitions of all
other functions are the rows of `functions.py`; `log(x, b)` is ln(x)/ln(b).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from symbp.errors import (
    LimitExceeded,
    MathError,
    NameCollisionError,
    NotSupportedError,
    ParseError,
    SymbpError,
)
from symbp.expressions import (
    MAX_BINDER_NESTING,
    Access,
    Binder,
    Call,
    Node,
    Product,
    Reduce,
    Where,
)
from symbp.functions import FUNCTIONS, NAMES, call
from symbp.indices import IndexExpr
from symbp.language.indexing import Letters, as_number
from symbp.language.meaning import Meaning
from symbp.language.scopes import Scope
from symbp.language.syntax import Applied, Name, Ranged, Task, Tree
from symbp.names import suggest

__all__ = ["CALLABLE", "RangeUnknownError", "TextMeaning", "extent_in"]

_ALWAYS = ("sum", "prod", "mean")
_PERHAPS = ("max", "min", "argmax", "argmin")
_TENSOR_OPERATORS = ("inv", "det", "logdet", "solve", "cholesky", "norm", "trace", "eigh", "pinv")

#: Every name that may be called.
CALLABLE = tuple(dict.fromkeys((*NAMES, *_ALWAYS, *_PERHAPS, "where")))


class RangeUnknownError(ParseError):
    """How far a letter of a mean runs is not known yet; an equation further down may tell."""


class TextMeaning(Meaning):
    """Resolves the text language in a scope.

    Args:
        scope: what names stand for.
        bracketed: positions at which names stand between the brackets of an access, in order.
        gathered: names of quantities that are read between brackets.
    """

    def __init__(
        self, scope: Scope, bracketed: Mapping[str, Sequence[int]], gathered: Sequence[str] = ()
    ) -> None:
        super().__init__(scope, gathered)
        self.bracketed = bracketed

    def applied(self, tree: Applied, bound: Letters) -> Task[Node]:
        """The node that a call stands for."""
        name = tree.function
        if name in self.scope.quantities or name in bound:
            message = f"`{name}` is a variable, not a function; a product is written {name}*(...)"
            raise self._refuse(message, tree)
        made: Node
        if name in _ALWAYS or (name in _PERHAPS and (name not in NAMES or self._has_indices(tree))):
            made = yield self._reduce(tree, bound)
        elif name == "where":
            made = yield self._where(tree, bound)
        elif name in NAMES:
            made = yield self._function(tree, bound)
        else:
            raise self._unknown(tree)
        return made

    # -- functions --------------------------------------------------------------------------------

    def _function(self, tree: Applied, bound: Letters) -> Task[Node]:
        row = FUNCTIONS[NAMES[tree.function]]
        given = len(tree.arguments)
        fewest, most = row.arity
        if tree.function == "log":
            most = 2
        if not fewest <= given <= most:
            takes = f"{fewest}" if fewest == most else f"{fewest} or {most}"
            if most > 2:
                takes = f"at least {fewest}"
            plural = "argument" if takes == "1" else "arguments"
            message = f"`{tree.function}` takes {takes} {plural}, not {given}"
            raise self._refuse(message, tree)
        arguments: list[Node] = []
        for argument in tree.arguments:
            made: Node = yield self.value(argument, bound)
            arguments.append(made)
        if tree.function == "log" and given == 2:
            return self._logarithm(arguments[0], arguments[1], tree)
        return self.constants.note(call(row.name, *arguments), tree.position)

    def _logarithm(self, value: Node, base: Node, tree: Applied) -> Node:
        if self.constants.value(base) == 1:
            message = "a logarithm to base 1 has no value"
            raise self.source.fail(MathError, message, tree.position)
        above = self.constants.note(Call("ln", (value,)), tree.position)
        below = self.constants.note(Call("ln", (base,)), tree.position)
        return Product([above], [below])

    def _where(self, tree: Applied, bound: Letters) -> Task[Node]:
        if len(tree.arguments) != 3:
            given = len(tree.arguments)
            message = f"`where` takes a condition and two values, not {given} arguments"
            raise self._refuse(message, tree)
        condition: Node = yield self.condition(tree.arguments[0], bound)
        then: Node = yield self.value(tree.arguments[1], bound)
        otherwise: Node = yield self.value(tree.arguments[2], bound)
        return Where(condition, then, otherwise)

    def _unknown(self, tree: Applied) -> SymbpError:
        name = tree.function
        if name in _TENSOR_OPERATORS:
            message = f"the tensor operator `{name}` is not read in text yet"
            return self.source.fail(NotSupportedError, message, tree.position)
        if len(name) == 1 or name in self.scope.letters or name in self.scope.extents:
            message = f"`{name}` is a variable, not a function; a product is written {name}*(...)"
            return self._refuse(message, tree)
        hint = suggest(name, CALLABLE)
        if not hint.startswith("did you mean"):
            hint = "write * for a product; docs/grammar.md lists the functions"
        return self._refuse(f"unknown function `{name}`; {hint}", tree)

    def _refuse(self, message: str, tree: Tree) -> ParseError:
        return self.source.fail(ParseError, message, tree.position)

    # -- reductions -------------------------------------------------------------------------------

    def _has_indices(self, tree: Applied) -> bool:
        """Whether the first arguments of max or min are indices: all of them, or none."""
        first = tree.arguments[:-1]
        found = [isinstance(a, Ranged) or self._in_last(a, tree) for a in first]
        if any(found) and not all(found):
            wrong = first[found.index(False)]
            message = f"some first arguments of `{tree.function}` are indices and this one is not"
            raise self._refuse(message, wrong)
        return any(found)

    def _in_last(self, argument: Tree, tree: Applied) -> bool:
        if not isinstance(argument, Name):
            return False
        positions = self.bracketed.get(argument.name, ())
        first = bisect_left(positions, tree.starts[-1])
        return first < len(positions) and positions[first] < tree.after

    def _reduce(self, tree: Applied, bound: Letters) -> Task[Node]:
        name = tree.function
        if len(tree.arguments) < 2:
            message = f"`{name}` takes indices and an expression: {name}(k, x[k])"
            raise self._refuse(message, tree)
        binders: list[Binder] = []
        for argument in tree.arguments[:-1]:
            binder: Binder = yield self._binder(argument, name, bound)
            if any(binder.name == known.name for known in binders):
                message = f"index `{binder.name}` stands twice in this {name}"
                raise self.source.fail(NameCollisionError, message, argument.position)
            binders.append(binder)
        inner = {*bound, *(binder.name for binder in binders)}
        body: Node = yield self.value(tree.arguments[-1], inner)
        if body.height + len(binders) > MAX_BINDER_NESTING:
            message = f"more than {MAX_BINDER_NESTING} sums inside one another; name the inner ones"
            raise self.source.fail(LimitExceeded, message, tree.position)
        if name == "mean":
            sizes = [self._size(binder, body, tree) for binder in binders]
            sized = [self._sized(*pair, body) for pair in zip(binders, sizes, strict=True)]
            return Product([Reduce("sum", sized, body)], [as_number(size) for size in sizes])
        return Reduce(name, binders, body)

    def _binder(self, argument: Tree, name: str, bound: Letters) -> Task[Binder]:
        if isinstance(argument, Ranged):
            self.scope.check_letter(argument.letter, argument.position)
            upper: IndexExpr = yield self.index(argument.extent, bound)
            return Binder(argument.letter, upper=upper)
        if isinstance(argument, Name):
            self.scope.check_letter(argument.name, argument.position)
            return Binder(argument.name)
        message = f"the first arguments of `{name}` are index letters: {name}(k, x[k])"
        raise self._refuse(message, argument)

    def _size(self, binder: Binder, body: Node, tree: Applied) -> IndexExpr:
        """How many values a bound letter takes, as the accesses in the body show."""
        if binder.upper is not None:
            return binder.upper
        found = extent_in(body, binder.name, self.scope)
        if found is None:  # an axis that nothing on its right side tells is as long as its letter
            axis = _axis_letter(body, binder.name, self.scope)
            found = self.scope.sizes.get(binder.name if axis is None else axis)
        if found is None:
            letter = binder.name
            message = (
                f"how far `{letter}` runs is not known here: declare its extent ({letter}:"
                f"{letter.upper()}), or write mean({letter}:{letter.upper()}, ...)"
            )
            raise self.source.fail(RangeUnknownError, message, tree.position)
        return found

    def _sized(self, binder: Binder, size: IndexExpr, body: Node) -> Binder:
        """The binder; with its size where no access in the body will tell it."""
        if binder.upper is not None or extent_in(body, binder.name, self.scope) is not None:
            return binder
        return Binder(binder.name, upper=size)


def extent_in(root: Node, letter: str, scope: Scope) -> IndexExpr | None:
    """The extent of the first axis that a node reads at exactly that free letter."""
    found = (scope.axis_extent(name, place) for name, place in _axes_at(root, letter))
    return next((extent for extent in found if extent is not None), None)


def _axis_letter(root: Node, letter: str, scope: Scope) -> str | None:
    """The letter of the first axis that a node reads at exactly that free letter."""
    for name, place in _axes_at(root, letter):
        known = scope.quantities.get(name)
        if known is not None and place < len(known.axes):
            return known.axes[place].letter
    return None


def _axes_at(root: Node, letter: str) -> Iterator[tuple[str, int]]:
    """The quantities, and which of their axes, that a node reads at exactly that free letter."""
    stack = [root]
    seen: set[int] = set()
    while stack:
        current = stack.pop()
        if id(current) in seen or letter not in current.free:
            continue
        seen.add(id(current))
        if isinstance(current, Access):
            for place, index in enumerate(current.indices):
                if index.as_letter == letter:
                    yield current.quantity, place
        stack.extend(reversed(current.children))
