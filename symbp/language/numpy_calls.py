"""Calls of NumPy syntax: elementwise functions, reductions, products, and arrays by their size.

The table `ELEMENTWISE` maps NumPy's names to rows of `functions.py`. A method is the function of
the same name with the array before the point as its first argument.
"""

from __future__ import annotations

from symbp.errors import NotSupportedError, ParseError, ShapeError
from symbp.expressions import Call, IndexValue, Node, Where
from symbp.indices import IndexExpr
from symbp.language.numpy_meaning import NumpyMeaning
from symbp.language.numpy_reading import NOT_YET
from symbp.language.numpy_shapes import ONE, Array, broadcast, check_rank, place, show
from symbp.language.syntax import Applied, Name, Several, Task, Tree
from symbp.names import suggest

__all__ = ["ELEMENTWISE", "NumpyCalls"]

#: NumPy's names of elementwise functions of one argument, with their rows.
ELEMENTWISE = {
    "abs": "abs",
    "arcsinh": "arcsinh",
    "arctan": "arctan",
    "cos": "cos",
    "cosh": "cosh",
    "erf": "erf",
    "exp": "exp",
    "expm1": "expm1",
    "log": "ln",
    "log1p": "log1p",
    "sign": "sign",
    "sin": "sin",
    "sinh": "sinh",
    "sqrt": "sqrt",
    "tan": "tan",
    "tanh": "tanh",
}
_OF_TWO = {"maximum": "max", "minimum": "min"}
_REDUCTIONS = {"sum": "sum", "prod": "prod", "max": "max", "min": "min", "mean": "", "var": ""}
_PRODUCTS = ("dot", "outer", "trace", "diag", "tril", "triu")
_BY_SIZE = ("eye", "ones", "zeros", "arange")
_METHODS = (*_REDUCTIONS, "dot", "trace", "clip", "astype")
#: Functions of the module `math`, which take numbers.
_MATH = ("cos", "cosh", "erf", "exp", "expm1", "log", "log1p", "sin", "sinh", "sqrt", "tan", "tanh")
_ONLY_MATH = ("erf",)
_NUMPY_NAMES = tuple(name for name in ELEMENTWISE if name not in _ONLY_MATH)
KNOWN = (*_NUMPY_NAMES, *_OF_TWO, *_REDUCTIONS, *_PRODUCTS, *_BY_SIZE, "where", "clip")


class NumpyCalls(NumpyMeaning):
    """Resolves calls."""

    def applied(self, tree: Applied) -> Task[Array]:
        """The array that a call stands for."""
        name = self._name(tree)
        self._check_keywords(tree, name)
        made: Array
        if name in _REDUCTIONS:
            made = yield self._reduction(tree, name)
            return made
        if name in _BY_SIZE:
            made = yield self._by_size(tree, name)
            return made
        given: list[Array] = []
        trees = tree.arguments if tree.base is None else (tree.base, *tree.arguments)
        if name == "astype":
            trees = trees[:1]
        for argument in trees:
            made = yield self.array(argument)
            given.append(made)
        if name in _PRODUCTS:
            return self._product_of(tree, name, given)
        return self._elementwise(tree, name, given)

    def _name(self, tree: Applied) -> str:
        module, _, name = tree.function.rpartition(".")
        if tree.base is not None:
            if tree.function in _METHODS:
                return tree.function
            if tree.function in NOT_YET:
                message = f"`.{tree.function}` is not supported yet"
                raise self.source.fail(NotSupportedError, message, tree.position)
            hint = suggest(tree.function, _METHODS)
            raise self.fail(f"there is no method `.{tree.function}` here; {hint}", tree)
        if tree.function == "float":
            return "astype"
        known = _MATH if module == "math" else KNOWN
        if module in {"np", "math"} and name in known:
            return name
        if tree.function in self.shapes:
            message = (
                f"`{tree.function}` is a variable, not a function; a product is written with *"
            )
            raise self.fail(message, tree)
        full = [f"{module or 'np'}.{word}" for word in known]
        hint = suggest(f"{module or 'np'}.{name}", full)
        raise self.fail(f"unknown function `{tree.function}`; {hint}", tree)

    def _check_keywords(self, tree: Applied, name: str) -> None:
        allowed = ("axis", "keepdims") if name in _REDUCTIONS else ()
        seen: list[str] = []
        for key, position, _ in tree.keywords:
            if key not in allowed or key in seen:
                message = f"`{name}` takes no {'second ' if key in seen else ''}`{key}=` here"
                raise self.source.fail(ParseError, message, position)
            seen.append(key)

    def _count(self, tree: Applied, name: str, given: int, wanted: tuple[int, ...]) -> None:
        if given not in wanted:
            words = " or ".join(str(number) for number in wanted)
            raise self.fail(f"`{name}` takes {words} argument(s), not {given}", tree)

    # -- elementwise ------------------------------------------------------------------------------

    def _elementwise(self, tree: Applied, name: str, given: list[Array]) -> Array:
        number = 1 if name in ELEMENTWISE or name == "astype" else 2 if name in _OF_TWO else 3
        self._count(tree, name, len(given), (number,))
        if name == "astype":
            return self._as_float(tree, given[0])
        shape = broadcast([array.shape for array in given], self.source, tree.position)
        if name == "where":
            if not given[0].truth:
                raise self.fail("the first argument of `where` is a comparison", tree)
            return Array(Where(given[0].node, given[1].value, given[2].value), shape)
        values = [array.value for array in given]
        if name in ELEMENTWISE:
            if tree.function.startswith("math.") and shape:
                message = f"`{tree.function}` takes numbers, not arrays of shape {show(shape)}"
                raise self.source.fail(ShapeError, message, tree.position)
            return Array(self._call(ELEMENTWISE[name], values, tree), shape)
        if name == "clip":
            raised = self._call("max", values[:2], tree)
            return Array(self._call("min", [raised, values[2]], tree), shape)
        return Array(self._call(_OF_TWO[name], values, tree), shape)

    def _call(self, row: str, values: list[Node], tree: Applied) -> Node:
        return self.constants.note(Call(row, values), tree.position)

    def _as_float(self, tree: Applied, array: Array) -> Array:
        if tree.base is not None:
            kind = tree.arguments[0] if len(tree.arguments) == 1 else None
            if not isinstance(kind, Name) or kind.name != "float":
                raise self.fail("`.astype` takes float here", tree)
        elif array.rank:
            message = f"float(...) takes a number, not an array of shape {show(array.shape)}"
            raise self.source.fail(ShapeError, message, tree.position)
        return Array(array.value, array.shape)

    # -- reductions -------------------------------------------------------------------------------

    def _reduction(self, tree: Applied, name: str) -> Task[Array]:
        positional = list(tree.arguments if tree.base is None else (tree.base, *tree.arguments))
        keywords = {key: value for key, _, value in tree.keywords}
        self._count(tree, name, len(positional), (1, 2))
        array: Array = yield self.array(positional[0])
        if len(positional) == 2:
            if "axis" in keywords:
                raise self.fail(f"`{name}` is given its axis twice", tree)
            keywords["axis"] = positional[1]
        axes = self._axes_of(keywords.get("axis"), array, tree)
        keep = self._flag(keywords.get("keepdims"))
        if name == "mean":
            return self.axes.mean(array, axes, tree.position, keep=keep)
        if name == "var":
            centre = self.axes.mean(array, axes, tree.position, keep=True)
            square = (array.value - centre.node) ** 2
            return self.axes.mean(Array(square, array.shape), axes, tree.position, keep=keep)
        return self.axes.reduce(_REDUCTIONS[name], array, axes, tree.position, keep=keep)

    def _axes_of(self, tree: Tree | None, array: Array, call: Applied) -> list[int]:
        if tree is None or (isinstance(tree, Name) and tree.name == "None"):
            return list(range(array.rank))
        trees = tree.values if isinstance(tree, Several) else (tree,)
        found: list[int] = []
        for part in trees:
            axis = self.integer(part)
            if not -array.rank <= axis < array.rank:
                message = f"an array of shape {show(array.shape)} has no axis {axis}"
                raise self.source.fail(ShapeError, message, part.position)
            if axis % array.rank in found:
                raise self.fail("an axis is named twice", call)
            found.append(axis % array.rank)
        return sorted(found)

    def _flag(self, tree: Tree | None) -> bool:
        if tree is None:
            return False
        if isinstance(tree, Name) and tree.name in {"True", "False"}:
            return tree.name == "True"
        raise self.fail("`keepdims` is True or False", tree)

    # -- products, and arrays by their size -------------------------------------------------------

    def _product_of(self, tree: Applied, name: str, given: list[Array]) -> Array:
        self._count(tree, name, len(given), (2,) if name in {"dot", "outer"} else (1,))
        first, last, position = given[0], given[-1], tree.position
        if name == "dot":
            if not first.rank or not last.rank:
                return Array(first.value * last.value, first.shape or last.shape)
            if last.rank > 2 or first.rank > 2:
                message = "`dot` of more than two axes is not supported; write @"
                raise self.source.fail(NotSupportedError, message, position)
            return self.axes.matmul(first, last, position)
        if name == "outer":
            return self.axes.outer(first, last, position)
        if name == "trace":
            return self.axes.trace(first, position)
        if name == "diag":
            return self.axes.diagonal(first, position)
        return self.axes.triangle(first, position, lower=name == "tril")

    def _by_size(self, tree: Applied, name: str) -> Task[Array]:
        self._count(tree, name, len(tree.arguments), (1,))
        sizes = tree.arguments[0]
        shape: list[IndexExpr] = []
        check_rank(
            len(sizes.values) if isinstance(sizes, Several) else 1, self.source, tree.position
        )
        for part in sizes.values if isinstance(sizes, Several) else (sizes,):
            size: IndexExpr = yield self._size(part)
            shape.append(size)
        if name in {"ones", "zeros"}:
            return self.axes.constant(int(name == "ones"), tuple(shape))
        if len(shape) != 1:
            raise self.fail(f"`{name}` takes one size", tree)
        if name == "eye":
            return self.axes.eye(shape[0])
        running = IndexExpr.integer(0) if shape[0] == ONE else IndexExpr.letter(place(1))
        return Array(IndexValue(running), tuple(shape), whole=running)

    def _size(self, tree: Tree) -> Task[IndexExpr]:
        made: Array = yield self.array(tree)
        if made.rank or made.whole is None or made.whole.gathered:
            raise self.fail("a size is a whole number or the name of an extent", tree)
        value = made.whole.as_integer
        if value is not None and value < 1:
            raise self.source.fail(ShapeError, f"size {value}: at least 1 is needed", tree.position)
        return made.whole
