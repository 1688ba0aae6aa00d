"""NumPy syntax into arrays: names, arithmetic, comparisons and indexing.

Calls are in `numpy_calls.py`. Operators follow NumPy: shapes are broadcast from the right, `@` by
its own rules; a condition in arithmetic counts 1 or 0, as NumPy's booleans do. What NumPy itself
refuses (`-(x > 0)`) or reads as logic (`(x > 0) + (y > 0)`) is refused.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from symbp.errors import NotSupportedError, ParseError, ShapeError, UnknownNameError
from symbp.expressions import (
    Access,
    Call,
    Comparison,
    Constant,
    IndexComparison,
    Node,
    Number,
    Power,
    Product,
    Sum,
)
from symbp.indices import IndexExpr
from symbp.language.constants import Constants
from symbp.language.indexing import as_number
from symbp.language.meaning import leading_quotient
from symbp.language.numpy_axes import Axes
from symbp.language.numpy_indexing import Item, read_at
from symbp.language.numpy_shapes import ONE, Array, Letters, Shape, broadcast, place
from symbp.language.sources import Source
from symbp.language.syntax import (
    Applied,
    Attribute,
    Bracketed,
    Chain,
    Compared,
    Literal,
    Name,
    Negation,
    Raised,
    Slice,
    Task,
    Tree,
)
from symbp.names import suggest

__all__ = ["NumpyMeaning"]


class NumpyMeaning(ABC):
    """Resolves NumPy syntax.

    Attributes:
        shapes: the shape of each variable.
        whole: names of the variables that hold whole numbers.
        dims: names of symbolic extents, which are numbers in the text.
    """

    def __init__(
        self,
        source: Source,
        shapes: Mapping[str, Shape],
        letters: Letters,
        whole: Iterable[str] = (),
    ) -> None:
        self.source = source
        self.shapes = shapes
        self.whole = dict.fromkeys(whole)
        self.dims = dict.fromkeys(n for shape in shapes.values() for e in shape for n in e.extents)
        self.axes = Axes(source, letters)
        self.constants = Constants(source)

    def array(self, tree: Tree) -> Task[Array]:
        """The array that a tree stands for."""
        if isinstance(tree, Literal):
            whole = IndexExpr.integer(tree.value.numerator) if tree.whole else None
            return Array(Number(tree.value), whole=whole)
        if isinstance(tree, Name):
            return self._named(tree)
        made: Array
        if isinstance(tree, Chain):
            made = yield self._chain(tree)
        elif isinstance(tree, Negation):
            made = yield self.array(tree.operand)
            self._no_truth(made, "-", tree.position)
            node = self.constants.note(-made.node, tree.position)
            made = Array(node, made.shape, whole=None if made.whole is None else -made.whole)
        elif isinstance(tree, Raised):
            made = yield self._raised(tree)
        elif isinstance(tree, Compared):
            made = yield self._compared(tree)
        elif isinstance(tree, Applied):
            made = yield self.applied(tree)
        elif isinstance(tree, Attribute):
            made = yield self._attribute(tree)
        elif isinstance(tree, Bracketed):
            made = yield self._indexed(tree)
        else:
            raise self.fail(f"{_kind(tree)} has no place here", tree)
        return made

    @abstractmethod
    def applied(self, tree: Applied) -> Task[Array]:
        """The array that a call stands for."""

    def fail(self, message: str, tree: Tree) -> ParseError:
        """A `ParseError` at a tree; raise what this returns."""
        return self.source.fail(ParseError, message, tree.position)

    def _named(self, tree: Name) -> Array:
        name = tree.name
        if name not in self.shapes:
            if name in self.dims:
                extent = IndexExpr.extent(name)
                return Array(as_number(extent), whole=extent)
            if name in {"True", "False", "None"}:
                raise self.fail(f"`{name}` has no place here", tree)
            hint = suggest(name, (*self.shapes, *self.dims))
            message = f"there is nothing called `{name}`; {hint}"
            raise self.source.fail(UnknownNameError, message, tree.position)
        shape = self.shapes[name]
        rank = len(shape)
        indices = [
            IndexExpr.integer(0) if extent == ONE else IndexExpr.letter(place(rank - axis))
            for axis, extent in enumerate(shape)
        ]
        whole = IndexExpr.gather(name, tuple(indices)) if name in self.whole else None
        return Array(Access(name, indices), shape, whole=whole)

    # -- arithmetic -------------------------------------------------------------------------------

    def _chain(self, tree: Chain) -> Task[Array]:
        made: Array
        if tree.rest[0][0] in {"+", "-"}:
            made = yield self._sum(tree)
        else:
            made = yield self._product(tree)
        return made

    def _sum(self, tree: Chain) -> Task[Array]:
        terms: list[tuple[int, Node]] = []
        shape: Shape = ()
        whole: IndexExpr | None = IndexExpr.integer(0)
        truths = False
        for sign, position, operand in (("+", tree.position, tree.first), *tree.rest):
            made: Array = yield self.array(operand)
            if made.truth and truths:
                message = f"NumPy has no `{sign}` of two conditions; write float(...)"
                raise self.source.fail(ParseError, message, position)
            truths = made.truth and not terms
            shape = broadcast((shape, made.shape), self.source, position)
            node, plus = made.value, sign == "+"
            if isinstance(node, Sum) and (plus or len(node.terms) == 1):
                terms += node.terms if plus else [(-s, term) for s, term in node.terms]
            else:
                terms.append((1 if plus else -1, node))
            if whole is not None:
                step = made.whole
                whole = None if step is None else whole + (step if plus else -step)
        if whole is not None and len(whole.terms) > self.source.limits.index_terms:
            whole = None
        return Array(self.constants.note(Sum(terms), tree.position), shape, whole=whole)

    def _product(self, tree: Chain) -> Task[Array]:
        factors = list(tree.rest)
        number = leading_quotient(tree)
        total: Array
        if number is not None:
            total, factors = Array(Number(number)), factors[1:]
        else:
            total = yield self.array(tree.first)
        above, below = _parts(total.value)
        shape = total.shape
        for sign, position, operand in factors:
            made: Array = yield self.array(operand)
            if sign == "@":
                left = Array(self._quotient(above, below, tree.position), shape)
                total = self.axes.matmul(left, made, position)
                (above, below), shape = _parts(total.node), total.shape
                continue
            shape = broadcast((shape, made.shape), self.source, position)
            more, less = _parts(made.value)
            if sign == "*":
                above += more
                below += less
            elif sign == "/":
                self.constants.divide_by(made.value, position)
                below += more if not less else [made.value]
            else:
                message = f"`{sign}` is read in sizes only"
                raise self.source.fail(NotSupportedError, message, position)
        return Array(self._quotient(above, below, tree.position), shape)

    def _quotient(self, above: list[Node], below: list[Node], position: int) -> Node:
        if len(above) == 1 and not below:
            return above[0]
        first = above[0]
        if isinstance(first, Number) and first.value < 0:
            positive = self.constants.note(Product([-first, *above[1:]], below), position)
            return self.constants.note(-positive, position)
        return self.constants.note(Product(above, below), position)

    def _raised(self, tree: Raised) -> Task[Array]:
        base: Array = yield self.array(tree.base)
        exponent: Array = yield self.array(tree.exponent)
        shape = broadcast((base.shape, exponent.shape), self.source, tree.position)
        node = self.constants.note(Power(base.value, exponent.value), tree.position)
        return Array(node, shape)

    def _compared(self, tree: Compared) -> Task[Array]:
        left: Array = yield self.array(tree.left)
        right: Array = yield self.array(tree.right)
        shape = broadcast((left.shape, right.shape), self.source, tree.position)
        node: Node = Comparison(tree.sign, left.value, right.value)
        if left.whole is not None and right.whole is not None:
            node = IndexComparison(tree.sign, left.whole, right.whole)
        return Array(node, shape, truth=True)

    def _no_truth(self, array: Array, sign: str, position: int) -> None:
        if array.truth:
            message = f"NumPy has no `{sign}` of a condition; write float(...)"
            raise self.source.fail(ParseError, message, position)

    # -- attributes and indices -------------------------------------------------------------------

    def _attribute(self, tree: Attribute) -> Task[Array]:
        if tree.name in {"np.pi", "math.pi"}:
            return Array(Constant("pi"))
        if tree.name in {"np.e", "math.e"}:
            return Array(Call("exp", [Number(1)]))
        if "." in tree.name:
            raise self.fail(f"`{tree.name}` is not in the language", tree)
        base: Array = yield self.array(tree.base)
        if tree.name == "T":
            return self.axes.transpose(base)
        if tree.name == "real":
            return base
        hint = "; write .shape[0]" if tree.name == "shape" else ""
        raise self.fail(f"`.{tree.name}` is not in the language{hint}", tree)

    def _indexed(self, tree: Bracketed) -> Task[Array]:
        base: Array
        if isinstance(tree.base, Attribute) and tree.base.name == "shape":
            base = yield self.array(tree.base.base)
            axis: int = self.integer(tree.indices[0]) if len(tree.indices) == 1 else -base.rank - 1
            if not -base.rank <= axis < base.rank:
                raise self.source.fail(ShapeError, "there is no such axis", tree.position)
            return Array(as_number(base.shape[axis]), whole=base.shape[axis])
        base = yield self.array(tree.base)
        items: list[Item] = []
        for tree_item in tree.indices:
            if isinstance(tree_item, Slice):
                bounds = (tree_item.start, tree_item.stop, tree_item.step)
                start, stop, step = (None if t is None else self.integer(t) for t in bounds)
                items.append(Item(tree_item.position, part=(start, stop, step)))
            elif isinstance(tree_item, Name) and tree_item.name == "None":
                items.append(Item(tree_item.position))
            else:
                index: Array = yield self.array(tree_item)
                items.append(Item(tree_item.position, index=index))
        return read_at(base, items, self.source, tree.position)

    def integer(self, tree: Tree) -> int:
        """A whole number that is written out, such as an axis."""
        sign = 1
        while isinstance(tree, Negation):
            sign, tree = -sign, tree.operand
        if not isinstance(tree, Literal) or not tree.whole:
            raise self.fail("a whole number is expected here", tree)
        return sign * tree.value.numerator


def _parts(node: Node) -> tuple[list[Node], list[Node]]:
    if isinstance(node, Product):
        return list(node.numerator), list(node.denominator)
    return [node], []


def _kind(tree: Tree) -> str:
    names = {"Joined": "`and`, `or`, `not`", "Several": "a tuple", "Quoted": "text in quotes"}
    return names.get(type(tree).__name__, "this")
