"""Syntax into index expressions: what stands between brackets, behind a colon, or in `[i == j]`.

Index expressions are made of whole numbers, index letters, extents and integer quantities with
`+ - *`, and `//` and `%` by positive whole numbers. Their size and their nesting are bounded, since
products of sums grow and gathers nest.
"""

from __future__ import annotations

from collections.abc import Collection

from symbp.errors import LimitExceeded, MathError, ParseError, ShapeError
from symbp.expressions import IndexValue, Node, Number
from symbp.indices import Division, Gather, IndexExpr, Remainder
from symbp.language.scopes import Scope
from symbp.language.syntax import Bracketed, Chain, Literal, Name, Negation, Raised, Task, Tree

__all__ = ["Indexing", "Letters", "as_number"]

_BITS_PER_DIGIT = 3.3219281
#: Divisions, remainders and gathers inside one another.
_MAX_NESTING = 16
_ARITHMETIC = ("+", "-", "*", "//", "%")

Letters = Collection[str]


class Indexing:
    """Resolves index expressions in a scope.

    Attributes:
        scope: what names stand for.
        gathered: names that the text reads between brackets, so that they are whole numbers.
    """

    def __init__(self, scope: Scope, gathered: Collection[str] = ()) -> None:
        self.scope = scope
        self.source = scope.source
        self.gathered = gathered

    def index(self, tree: Tree, bound: Letters) -> Task[IndexExpr]:
        """The index expression that a tree stands for, where the letters in `bound` run."""
        made: IndexExpr
        if isinstance(tree, Literal):
            if not tree.whole:
                raise self.source.fail(ParseError, "an index is a whole number", tree.position)
            return IndexExpr.integer(tree.value.numerator)
        if isinstance(tree, Name):
            return self._named(tree, bound)
        if isinstance(tree, Bracketed):
            made = yield self._gather(tree, bound)
            return self._bounded(made, tree.position)
        if isinstance(tree, Negation):
            made = yield self.index(tree.operand, bound)
            return -made
        if isinstance(tree, Chain):
            made = yield self._arithmetic(tree, bound)
            return made
        if isinstance(tree, Raised):
            made = yield self._power(tree, bound)
            return made
        message = "an index is made of letters, whole numbers, extents and integer quantities"
        raise self.source.fail(ParseError, message, tree.position)

    def indices(self, trees: tuple[Tree, ...], bound: Letters) -> Task[tuple[IndexExpr, ...]]:
        """Several index expressions."""
        made: list[IndexExpr] = []
        for tree in trees:
            index: IndexExpr = yield self.index(tree, bound)
            made.append(index)
        return tuple(made)

    def check_count(self, name: str, given: int, position: int) -> None:
        """Refuse an access with more or fewer indices than the quantity has axes."""
        axes = self.scope.quantities[name].axes
        if given == len(axes):
            return
        letters = ",".join(axis.letter for axis in axes)
        has = f"axes [{letters}]: write {name}[{letters}]" if axes else "no axes"
        message = f"`{name}` has {has}; {given or 'no'} indices are given"
        raise self.source.fail(ShapeError, message, position)

    def _named(self, tree: Name, bound: Letters) -> IndexExpr:
        name = tree.name
        if name in bound:
            return IndexExpr.letter(name)
        if name in self.scope.quantities:
            self.check_count(name, 0, tree.position)
            return IndexExpr.gather(name, ())
        if name in self.scope.extents:
            return IndexExpr.extent(name)
        if name in self.scope.letters:
            raise self.scope.unbound(name, tree.position)
        raise self.scope.unknown(name, tree.position)

    def _gather(self, tree: Bracketed, bound: Letters) -> Task[IndexExpr]:
        if not isinstance(tree.base, Name):
            message = "only a quantity is read at indices"
            raise self.source.fail(ParseError, message, tree.position)
        name = tree.base.name
        self.scope.signature(name, tree.position)
        self.check_count(name, len(tree.indices), tree.position)
        made: tuple[IndexExpr, ...] = yield self.indices(tree.indices, bound)
        return IndexExpr.gather(name, made)

    def _arithmetic(self, tree: Chain, bound: Letters) -> Task[IndexExpr]:
        total: IndexExpr = yield self.index(tree.first, bound)
        for sign, position, operand in tree.rest:
            if sign not in _ARITHMETIC:
                message = f"`{sign}` makes no index; whole division is written //"
                raise self.source.fail(ParseError, message, position)
            right: IndexExpr = yield self.index(operand, bound)
            if sign == "+":
                total = total + right
            elif sign == "-":
                total = total - right
            elif sign == "*":
                total = self._times(total, right, position)
            else:
                divisor = right.as_integer
                if divisor is None or divisor < 1:
                    kind = MathError if divisor == 0 else ParseError
                    message = f"`{sign}` takes a positive whole number on its right"
                    raise self.source.fail(kind, message, position)
                total = total // divisor if sign == "//" else total % divisor
            self._bounded(total, position)
        return total

    def _power(self, tree: Raised, bound: Letters) -> Task[IndexExpr]:
        base: IndexExpr = yield self.index(tree.base, bound)
        raised: IndexExpr = yield self.index(tree.exponent, bound)
        exponent = raised.as_integer
        if exponent is None or exponent < 0:
            message = "between brackets an exponent is a whole number"
            raise self.source.fail(ParseError, message, tree.position)
        if exponent > self.source.limits.index_terms:
            raise self.source.exceed("index_terms", "an index is too long", tree.position)
        total = IndexExpr.integer(1)
        for _ in range(exponent):
            total = self._times(total, base, tree.position)
        return total

    def _times(self, left: IndexExpr, right: IndexExpr, position: int) -> IndexExpr:
        if len(left.terms) * len(right.terms) > 16 * self.source.limits.index_terms:
            raise self.source.exceed("index_terms", "an index expression is too long", position)
        return self._bounded(left * right, position)

    def _bounded(self, index: IndexExpr, position: int) -> IndexExpr:
        most = self.source.limits.index_terms
        if len(index.terms) > most or any(len(atoms) > most for atoms, _ in index.terms):
            raise self.source.exceed("index_terms", "an index expression is too long", position)
        bits = self.source.limits.digits * _BITS_PER_DIGIT
        if any(factor.bit_length() > bits for _, factor in index.terms):
            raise self.source.exceed("digits", "a number has too many digits", position)
        if _nesting(index) > _MAX_NESTING:
            message = f"more than {_MAX_NESTING} divisions or gathers inside one another"
            raise self.source.fail(LimitExceeded, message, position)
        return index

    # -- telling index expressions from values ----------------------------------------------------

    def is_index(self, tree: Tree, bound: Letters) -> bool:
        """Whether a side of a comparison is an index expression."""
        stack = [tree]
        while stack:
            part = stack.pop()
            if isinstance(part, Chain) and all(sign in _ARITHMETIC for sign, _, _ in part.rest):
                stack += [part.first, *(operand for _, _, operand in part.rest)]
            elif isinstance(part, Negation):
                stack.append(part.operand)
            elif isinstance(part, Bracketed) and isinstance(part.base, Name):
                if not self.is_integer(part.base.name):
                    return False
            elif isinstance(part, Name):
                if part.name not in bound and not self._is_whole(part.name):
                    return False
            elif not (isinstance(part, Literal) and part.whole):
                return False
        return True

    def is_integer(self, name: str) -> bool:
        """Whether a quantity holds whole numbers."""
        known = self.scope.quantities.get(name)
        return known is not None and (known.kind == "integer" or name in self.gathered)

    def _is_whole(self, name: str) -> bool:
        if name in self.scope.quantities:
            return self.is_integer(name)
        return name in self.scope.extents


def as_number(index: IndexExpr) -> Node:
    """An index expression as a real number."""
    value = index.as_integer
    return IndexValue(index) if value is None else Number(value)


def _nesting(index: IndexExpr) -> int:
    """Divisions and gathers inside one another; bounded wherever an index expression grows."""
    deepest = 0
    for atoms, _ in index.terms:
        for atom in atoms:
            if isinstance(atom, Division | Remainder):
                deepest = max(deepest, 1 + _nesting(atom.dividend))
            elif isinstance(atom, Gather):
                deepest = max(deepest, 1 + max((_nesting(i) for i in atom.indices), default=0))
    return deepest
