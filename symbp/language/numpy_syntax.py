"""NumPy syntax: `np.sum((X@w-y)**2)/2` into equations over indices.

The text is read by our own grammar and never evaluated as Python; what it may contain is the
elementwise, sum, `@`, `.T`, broadcasting and simple indexing part of NumPy (docs/grammar.md). What
belongs to the language of claims and is not treated yet raises `NotSupportedError`; anything else
raises `ParseError`. A variable has the shape that is given for it, whose entries are names of
extents, whole numbers, or sizes such as "k-p+1". Axes get letters from their extents: N gives n.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Union

from symbp.declarations import Builder
from symbp.errors import LimitExceeded, NameCollisionError, ShapeError, UnknownNameError
from symbp.expressions import Binder, Node
from symbp.facts import VOCABULARY, Fact
from symbp.indices import IndexExpr
from symbp.language.indexing import Indexing
from symbp.language.lexer import EXPRESSION
from symbp.language.limits import DEFAULT, Limits
from symbp.language.numpy_calls import NumpyCalls
from symbp.language.numpy_reading import MODULES, NumpyReader
from symbp.language.numpy_shapes import MAX_RANK, Array, Letters, Shape, move, name_bound
from symbp.language.reading import TextReader
from symbp.language.scopes import Scope
from symbp.language.sources import Source
from symbp.language.syntax import Tree, run
from symbp.names import suggest

__all__ = ["ShapeLike", "parse_numpy", "read_numpy"]

#: The shape of a variable: names of extents, sizes as text, whole numbers.
ShapeLike = Sequence[Union[str, int]]

#: Assumptions of claims files that are facts of another name, or a hint only.
_WORDS = {"simplex_rows": "simplex"}
_HINTS = ("wide",)


def parse_numpy(
    text: str,
    shapes: Mapping[str, ShapeLike],
    builder: Builder,
    params: Sequence[str] = (),
    facts: Mapping[str, str | Sequence[str]] | None = None,
    *,
    defs: Mapping[str, str] | None = None,
    name: str = "L",
    limits: Limits = DEFAULT,
) -> None:
    """Read an expression in NumPy syntax into a builder.

    Args:
        text: the expression.
        shapes: the shape of each variable; `[]` is a scalar.
        builder: gets a declaration for each variable and an equation for each definition.
        params: variables that are parameters; the others are inputs.
        facts: words of the vocabulary for variables; `simplex`, `one_hot` speak of the last axis.
        defs: named intermediates, in order, before the text.
        name: what the expression defines.
        limits: what each text may contain.

    Raises:
        ParseError: a text is not in the language.
        ShapeError: shapes do not fit.
        UnknownNameError: a name stands for nothing.
        NotSupportedError: a function that is not treated yet.
        NameCollisionError: two things have one name.
        LimitExceeded: a text exceeds the limits.
    """
    sizes = {key: _shape(key, shape, limits) for key, shape in shapes.items()}
    extents = {n: None for shape in sizes.values() for extent in shape for n in extent.extents}
    given = dict(facts or {})
    _check_names(sizes, extents, params, given, (*(defs or {}), name))
    said = [fact for key, words in given.items() for fact in _facts(key, words, sizes)]
    whole = [fact.quantity for fact in said if fact.word == "class_ids"]
    taken = (*builder.quantities, *builder.extents, *sizes, *extents, *(defs or {}), name)
    letters = Letters(taken)
    made: list[tuple[str, Node, Shape, tuple[str, ...]]] = []
    known = dict(sizes)
    for key, source in (*(defs or {}).items(), (name, text)):
        node, shape, running = read_numpy(source, known, letters, whole, limits)
        known[key] = shape
        made.append((key, node, shape, running))
        builder.decimals |= NumpyReader(Source(source, limits)).decimals
    for key, shape in sizes.items():
        axes = list(zip(letters.several(shape), shape, strict=True))
        role = "parameter" if key in params else "input"
        builder.declare(key, axes, role=role, kind="integer" if key in whole else None)
    for key, node, shape, running in made:
        axes = list(zip(running, shape, strict=True))
        builder.declare(key, axes, role="intermediate")
        ranges = [Binder(letter, upper=extent) for letter, extent in axes]
        at = [IndexExpr.letter(letter) for letter in running]
        builder.define(key, at, node, ranges=ranges)
    for fact in said:
        builder.fact(fact)


def read_numpy(
    text: str,
    shapes: Mapping[str, Shape],
    letters: Letters,
    whole: Sequence[str] = (),
    limits: Limits = DEFAULT,
) -> tuple[Node, Shape, tuple[str, ...]]:
    """The entry of an expression, its shape, and the letters of its axes in the entry."""
    reader = NumpyReader(Source(text, limits))
    tree: Tree = run(reader.whole())
    calls = NumpyCalls(reader.source, shapes, letters, whole)
    array: Array = run(calls.array(tree))
    running = letters.several(array.shape)
    places = {len(running) - axis: letter for axis, letter in enumerate(running)}
    return name_bound(move(array.value, places), letters, running), array.shape, running


def _shape(name: str, shape: ShapeLike, limits: Limits) -> Shape:
    found: list[IndexExpr] = []
    if len(shape) > MAX_RANK:
        raise LimitExceeded(f"{name} has {len(shape)} axes; at most {MAX_RANK}, here and in NumPy")
    for size in shape:
        if isinstance(size, bool) or not isinstance(size, int | str):
            message = f"{name}: a size is a whole number or a text, not {type(size).__name__}"
            raise ShapeError(message)
        extent = IndexExpr.integer(size) if isinstance(size, int) else _size(size, limits)
        value = extent.as_integer
        if value is not None and value < 1:
            raise ShapeError(f"{name}: size {value} in its shape; at least 1 is needed")
        found.append(extent)
    return tuple(found)


def _size(text: str, limits: Limits) -> IndexExpr:
    """A size such as "N" or "k-p+1"."""
    source = Source(text, limits)
    reader = TextReader(source, EXPRESSION)
    tree: Tree = run(reader.measure(reader.extents))
    reader.finish()
    return run(Indexing(Scope(source, (), reader.extents)).index(tree, ()))


def _check_names(
    shapes: Mapping[str, Shape],
    extents: Mapping[str, None],
    params: Sequence[str],
    facts: Mapping[str, object],
    defined: Sequence[str],
) -> None:
    for key in (*params, *facts):
        if key not in shapes:
            raise UnknownNameError(f"{key!r} has no shape; {suggest(key, shapes)}")
    for number, key in enumerate(defined):
        if key in shapes or key in defined[:number]:
            raise NameCollisionError(f"{key!r} is defined and has a shape already; rename one")
    for key in (*shapes, *defined):
        if key in extents:
            raise NameCollisionError(f"{key!r} is a variable and the name of a size; rename one")
        if key in MODULES:
            raise NameCollisionError(f"{key!r} is a module in NumPy syntax; rename the variable")


def _facts(name: str, words: str | Sequence[str], shapes: Mapping[str, Shape]) -> list[Fact]:
    found: list[Fact] = []
    for raw in (words,) if isinstance(words, str) else words:
        word = raw.partition(":")[0].strip()
        if word in _HINTS:
            continue
        row = VOCABULARY.get(_WORDS.get(word, word))
        if row is None:
            raise UnknownNameError(f"unknown fact {raw!r} of {name}; {suggest(word, VOCABULARY)}")
        rank = len(shapes[name])
        if row.axes > rank:
            raise ShapeError(f"{name} is {word}: it needs an axis")
        found.append(Fact(row.name, name, (rank - 1,) if row.axes else ()))
    return found
