"""Syntax into nodes: values and conditions.

`Meaning` knows arithmetic, accesses and conditions; calls are in `calls.py`. Sums and products come
out flat and in the order written; a quotient of two coprime whole numbers is one number (1/2), and
the sign of a number that leads a product stands before the product: (-2)*x is -(2*x).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from fractions import Fraction
from math import gcd

from symbp.errors import ParseError
from symbp.expressions import (
    Access,
    Bracket,
    Comparison,
    Constant,
    IndexComparison,
    IndexValue,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Sum,
)
from symbp.indices import IndexExpr
from symbp.language.constants import Constants
from symbp.language.derivatives import DerivativeRef, derivative_parts, read_first, read_second
from symbp.language.indexing import Indexing, Letters, as_number
from symbp.language.scopes import CONSTANTS, Scope
from symbp.language.syntax import (
    Applied,
    Bracketed,
    Chain,
    Compared,
    Held,
    Joined,
    Literal,
    Name,
    Negation,
    Raised,
    SecondDerivative,
    Task,
    Tree,
)

__all__ = ["Meaning", "leading_quotient"]


class Meaning(Indexing):
    """Resolves values and conditions in a scope.

    Attributes:
        derivatives: accesses that stand for derivatives, as they were read.
    """

    def __init__(self, scope: Scope, gathered: Collection[str] = ()) -> None:
        super().__init__(scope, gathered)
        self.constants = Constants(scope.source)
        self.derivatives: dict[Access, DerivativeRef] = {}

    # -- values -----------------------------------------------------------------------------------

    def value(self, tree: Tree, bound: Letters) -> Task[Node]:
        """The node that a tree stands for, where the letters in `bound` run."""
        if isinstance(tree, Literal):
            return Number(tree.value)
        if isinstance(tree, Name):
            return self._named_value(tree, bound)
        made: Node
        if isinstance(tree, Chain):
            made = yield self._chain(tree, bound)
        elif isinstance(tree, Negation):
            made = yield self.value(tree.operand, bound)
            made = self.constants.note(-made, tree.position)
        elif isinstance(tree, Raised):
            base: Node = yield self.value(tree.base, bound)
            exponent: Node = yield self.value(tree.exponent, bound)
            made = self.constants.note(Power(base, exponent), tree.position)
        elif isinstance(tree, Bracketed):
            made = yield self._access(tree, bound)
        elif isinstance(tree, Applied):
            made = yield self.applied(tree, bound)
        elif isinstance(tree, Held):
            condition: Node = yield self.condition(tree.condition, bound)
            made = Bracket(condition)
        elif isinstance(tree, SecondDerivative):
            second: DerivativeRef = yield read_second(tree, self, bound)
            made = self._derivative(second)
        else:
            raise self._no_value(tree)
        return made

    @abstractmethod
    def applied(self, tree: Applied, bound: Letters) -> Task[Node]:
        """The node that a call stands for."""

    def _no_value(self, tree: Tree) -> ParseError:
        message = "a value is expected here"
        if isinstance(tree, Compared):
            message = f"`{tree.sign}` compares; a comparison stands inside where(...) or in [ ]"
        elif isinstance(tree, Joined):
            message = f"`{tree.word}` joins conditions; these stand inside where(...) or in [ ]"
        return self.source.fail(ParseError, message, tree.position)

    def _named_value(self, tree: Name, bound: Letters) -> Node:
        name, scope = tree.name, self.scope
        if name in bound:
            return IndexValue(IndexExpr.letter(name))
        if name in scope.quantities:
            self.check_count(name, 0, tree.position)
            return Access(name)
        if name in scope.extents:
            return IndexValue(IndexExpr.extent(name))
        if name in CONSTANTS:
            return Constant(name)
        if name in scope.letters:
            raise scope.unbound(name, tree.position)
        if scope.open:
            self._check_loose(tree)
            scope.undefined.setdefault(name, tree.position)
            return Access(name)
        if any(letter.upper() == name for letter in scope.letters):
            return Access(name)  # the builder names open extents after their letter: n gives N
        raise scope.unknown(name, tree.position)

    def _access(self, tree: Bracketed, bound: Letters) -> Task[Node]:
        if not isinstance(tree.base, Name):
            message = "only a quantity is read at indices"
            raise self.source.fail(ParseError, message, tree.position)
        name = tree.base.name
        if name in bound:
            message = f"`{name}` is an index here, not a quantity"
            raise self.source.fail(ParseError, message, tree.position)
        self.scope.signature(name, tree.position)
        self.check_count(name, len(tree.indices), tree.position)
        made: tuple[IndexExpr, ...] = yield self.indices(tree.indices, bound)
        return Access(name, made)

    # -- arithmetic -------------------------------------------------------------------------------

    def _chain(self, tree: Chain, bound: Letters) -> Task[Node]:
        signs = [sign for sign, _, _ in tree.rest]
        made: Node
        if any(sign in {"//", "%"} for sign in signs):
            index: IndexExpr = yield self.index(tree, bound)
            return as_number(index)
        if signs[0] in {"+", "-"}:
            made = yield self._sum(tree, bound)
        else:
            made = yield self._product(tree, bound)
        return made

    def _sum(self, tree: Chain, bound: Letters) -> Task[Node]:
        terms: list[tuple[int, Node]] = []
        for sign, _, operand in (("+", 0, tree.first), *tree.rest):
            made: Node = yield self.value(operand, bound)
            plus = sign == "+"
            if isinstance(made, Sum) and (plus or len(made.terms) == 1):
                terms += made.terms if plus else [(-s, term) for s, term in made.terms]
            else:
                terms.append((1 if plus else -1, made))
        return self.constants.note(Sum(terms), tree.position)

    def _product(self, tree: Chain, bound: Letters) -> Task[Node]:
        above: list[Node] = []
        below: list[Node] = []
        factors = [("*", tree.position, tree.first), *tree.rest]
        number = leading_quotient(tree)
        if number is not None:
            above.append(Number(number))
            factors = factors[2:]
        place = 0
        while place < len(factors):
            sign, position, operand = factors[place]
            place += 1
            parts = None
            if sign == "*" and place < len(factors) and factors[place][0] == "/":
                parts = derivative_parts(operand, factors[place][2], self)
            made: Node
            if parts is not None:
                first: DerivativeRef = yield read_first(parts, self, bound)
                made = self._derivative(first)
                place += 1
            else:
                made = yield self.value(operand, bound)
            if sign == "*":
                above += made.numerator if isinstance(made, Product) else [made]
                below += made.denominator if isinstance(made, Product) else []
            else:
                self.constants.divide_by(made, position)
                flat = isinstance(made, Product) and not made.denominator
                below += made.children if flat else [made]
        return self._signed(above, below, tree.position)

    def _signed(self, above: list[Node], below: list[Node], position: int) -> Node:
        """A product, the sign of its leading number pulled out."""
        if len(above) == 1 and not below:
            return above[0]
        first = above[0]
        if isinstance(first, Number) and first.value < 0:
            positive = self.constants.note(Product([-first, *above[1:]], below), position)
            return self.constants.note(-positive, position)
        return self.constants.note(Product(above, below), position)

    # -- conditions -------------------------------------------------------------------------------

    def condition(self, tree: Tree, bound: Letters) -> Task[Node]:
        """The condition that a tree stands for."""
        made: Node
        if isinstance(tree, Compared):
            made = yield self._compared(tree, bound)
            return made
        if isinstance(tree, Joined):
            operands: list[Node] = []
            for operand in tree.operands:
                made = yield self.condition(operand, bound)
                operands.append(made)
            return Logical(tree.word, operands)
        if self._is_boolean(tree):
            made = yield self.value(tree, bound)
            return Comparison("!=", made, Number(0))
        message = "a condition is expected here, such as x < y or i == j"
        raise self.source.fail(ParseError, message, tree.position)

    def _compared(self, tree: Compared, bound: Letters) -> Task[Node]:
        sides = (tree.left, tree.right)
        if all(self.is_index(side, bound) for side in sides) and not all(
            isinstance(side, Literal) for side in sides
        ):
            one: IndexExpr = yield self.index(tree.left, bound)
            other: IndexExpr = yield self.index(tree.right, bound)
            return IndexComparison(tree.sign, one, other)
        left: Node = yield self.value(tree.left, bound)
        right: Node = yield self.value(tree.right, bound)
        return Comparison(tree.sign, left, right)

    def _is_boolean(self, tree: Tree) -> bool:
        base = tree.base if isinstance(tree, Bracketed) else tree
        if not isinstance(base, Name):
            return False
        known = self.scope.quantities.get(base.name)
        return known is not None and known.kind == "boolean"

    def _derivative(self, read: DerivativeRef) -> Access:
        self.derivatives[read.access] = read
        return read.access

    def _check_loose(self, tree: Name) -> None:
        if tree.name.startswith("∂"):
            message = "a derivative is written ∂L/∂z, both names known"
            raise self.source.fail(ParseError, message, tree.position)


def leading_quotient(tree: Chain) -> Fraction | None:
    """1/2 at the start of a product, where both numbers are whole and have no common factor."""
    sign, _, second = tree.rest[0]
    first = tree.first
    if sign != "/" or not isinstance(first, Literal) or not isinstance(second, Literal):
        return None
    if not (first.whole and second.whole and first.value > 0 and second.value > 1):
        return None
    above, below = first.value.numerator, second.value.numerator
    return Fraction(above, below) if gcd(above, below) == 1 else None
