"""Arrays of NumPy syntax: a node and a shape, by NumPy's rules of broadcasting.

The axis in place p, counted from the right and from 1, has the letter `place(p)` in the node; along
an axis of size 1 the node has no letter. Operands of any shapes therefore meet without renaming:
broadcasting is arithmetic of shapes. What moves axes (a transpose, a sum, `@`) renames letters.

Bound letters are numbered while an expression is read; `Letters` gives all of them good names at
the end: the first letter of the extent's name, in lower case, where that is free.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from symbp.errors import LimitExceeded, ShapeError
from symbp.expressions import Binder, Bracket, Node, Reduce, substitute
from symbp.indices import IndexExpr
from symbp.language.sources import Source

__all__ = [
    "Array",
    "Letters",
    "Shape",
    "broadcast",
    "check_rank",
    "move",
    "name_bound",
    "place",
    "show",
]

Shape = tuple[IndexExpr, ...]

ONE = IndexExpr.integer(1)
#: NumPy's own limit.
MAX_RANK = 64
_ALPHABET = "ijklmnpqrstuvwabcdefgh"


@dataclass(frozen=True, slots=True)
class Array:
    """A value of NumPy syntax.

    Attributes:
        node: its entry at the letters of its places; a condition where `truth`.
        shape: extents from the left.
        truth: whether its entries are conditions.
        whole: its entry as an index expression, where it holds whole numbers.
    """

    node: Node
    shape: Shape = ()
    truth: bool = False
    whole: IndexExpr | None = None

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def value(self) -> Node:
        """The entry as a number: a condition counts 1 or 0."""
        return Bracket(self.node) if self.truth else self.node


def place(number: int) -> str:
    """The letter of the axis in that place from the right."""
    return f"i·{number}"


def show(shape: Shape) -> str:
    """A shape as messages write it."""
    return "(" + ", ".join(str(extent) for extent in shape) + ")"


def check_rank(rank: int, source: Source, position: int) -> None:
    """Refuse an array of more axes than NumPy has."""
    if rank > MAX_RANK:
        message = f"an array has at most {MAX_RANK} axes, here and in NumPy"
        raise source.fail(LimitExceeded, message, position)


def broadcast(shapes: Sequence[Shape], source: Source, position: int) -> Shape:
    """The common shape.

    Raises:
        ShapeError: two extents differ and neither is 1.
    """
    total: list[IndexExpr] = []
    for number in range(1, max((len(shape) for shape in shapes), default=0) + 1):
        found = ONE
        for shape in shapes:
            if len(shape) < number or shape[-number] == ONE:
                continue
            if found != ONE and found != shape[-number]:
                left, right = (show(s) for s in _differing(shapes, number))
                message = f"shapes {left} and {right} do not fit: {found} against {shape[-number]}"
                raise source.fail(ShapeError, message, position)
            found = shape[-number]
        total.append(found)
    return tuple(reversed(total))


def _differing(shapes: Sequence[Shape], number: int) -> tuple[Shape, Shape]:
    long = [s for s in shapes if len(s) >= number and s[-number] != ONE]
    return long[0], next(s for s in long if s[-number] != long[0][-number])


def move(node: Node, letters: Mapping[int, IndexExpr | str]) -> Node:
    """Put letters or index expressions in the places of axes, all at once."""
    wanted = {
        place(number): value if isinstance(value, IndexExpr) else IndexExpr.letter(value)
        for number, value in letters.items()
    }
    return substitute(node, wanted)


class Letters:
    """Names for index letters.

    Args:
        taken: names that no letter may have: quantities and extents.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken: dict[str, None] = dict.fromkeys(taken)
        self._named: dict[tuple[IndexExpr, int], str] = {}
        self._numbers = count(1)

    def fresh(self) -> str:
        """A letter that nothing has used, to be named later."""
        return f"s·{next(self._numbers)}"

    def named(self, extent: IndexExpr, avoid: Collection[str]) -> str:
        """The first letter for that extent that is not one of `avoid`."""
        occurrence = 0
        while True:
            letter = self._named.get((extent, occurrence))
            if letter is None:
                letter = self._choose(extent)
                self._named[extent, occurrence] = letter
            if letter not in avoid:
                return letter
            occurrence += 1

    def several(self, shape: Shape) -> tuple[str, ...]:
        """Different letters for the axes of a shape."""
        found: list[str] = []
        for extent in shape:
            found.append(self.named(extent, found))
        return tuple(found)

    def _choose(self, extent: IndexExpr) -> str:
        stem = extent.extents[0][0].lower() if len(extent.extents) == 1 else ""
        candidates = (stem,) if stem.isidentifier() else ()
        numbered = (f"i{number}" for number in count(1))
        found = next(n for n in chain(candidates, _ALPHABET, numbered) if n not in self._taken)
        self._taken[found] = None
        return found


def name_bound(root: Node, letters: Letters, scope: Collection[str]) -> Node:
    """Give the bound letters names by their extents, different from all letters around them.

    Recurses on sums inside sums, whose number `MAX_BINDER_NESTING` bounds.
    """
    named: dict[Node, Node] = {}
    for current in _outermost(root):
        around = {*scope}
        inner: dict[str, IndexExpr] = {}
        binders: list[Binder] = []
        for binder in current.binders:
            upper = binder.upper if binder.upper is not None else ONE
            letter = letters.named(upper, around)
            around.add(letter)
            inner[binder.name] = IndexExpr.letter(letter)
            binders.append(binder.renamed(letter))
        body = name_bound(substitute(current.body, inner), letters, around)
        named[current] = Reduce(current.operator, binders, body)
    return substitute(root, nodes=named) if named else root


def _outermost(root: Node) -> list[Reduce]:
    found: dict[Node, Reduce] = {}
    seen: set[int] = set()
    stack = [root]
    while stack:
        current = stack.pop()
        if id(current) in seen or current.height == 0:
            continue
        seen.add(id(current))
        if isinstance(current, Reduce):
            found[current] = current
        else:
            stack.extend(reversed(current.children))
    return list(found.values())
