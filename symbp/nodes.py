"""What every node is: immutable, hash-consed, equal up to the letters of bound indices.

Two nodes that differ only in the letters of their bound indices are equal (`==`, `hash`): each node
has an `alpha` representative in which bound letters are numbered from the inside. The letters that
a node carries are what its author chose, a hint for printing.

The classes of nodes are in `expressions.py`; this module knows only that some bind indices. What
the arithmetic operators build is entered into `OPERATIONS` by that module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast
from weakref import WeakValueDictionary

from symbp.indices import IndexExpr
from symbp.pickling import flatten, rebuild

__all__ = [
    "OPERATIONS",
    "Binder",
    "Binding",
    "Node",
    "fresh_letter",
    "postorder",
    "substitute",
    "transform",
]

_interned: WeakValueDictionary[tuple[Any, ...], Node] = WeakValueDictionary()
_FIRST = IndexExpr.integer(0)
_NO_LETTERS: frozenset[str] = frozenset()
#: Nodes of an expression that `repr` shows.
_REPR_SIZE = 200

#: What the operators of Python build: `add`, `negate`, `<`, ...; entered by `expressions.py`.
OPERATIONS: dict[str, Callable[..., Any]] = {}


def _operate(name: str, left: Any, right: Any) -> Node:
    made: Node = OPERATIONS[name](left, right)
    return made


@dataclass(frozen=True, slots=True)
class Binder:
    """A bound index and its range, `upper` not included; `upper` None: not yet inferred."""

    name: str
    lower: IndexExpr = _FIRST
    upper: IndexExpr | None = None

    @property
    def letters(self) -> tuple[str, ...]:
        """Running indices that the range uses."""
        return self.lower.letters + (self.upper.letters if self.upper is not None else ())

    def substitute(self, letters: Mapping[str, IndexExpr]) -> Binder:
        """The same binder with index expressions put into its range."""
        upper = None if self.upper is None else self.upper.substitute(letters)
        return Binder(self.name, self.lower.substitute(letters), upper)

    def renamed(self, name: str) -> Binder:
        """The same range under another letter."""
        return Binder(name, self.lower, self.upper)

    @property
    def extent(self) -> IndexExpr:
        """How many values it takes.

        Raises:
            ValueError: the range has not been inferred yet.
        """
        if self.upper is None:
            raise ValueError(f"the range of {self.name} is not known yet")
        return self.upper - self.lower


class Node:
    """A node of an expression; build it with the classes named in the module docstring.

    Attributes:
        children: nodes directly below, in reading order.
        free: letters of the running indices that it uses and does not bind.
        depth: number of nodes on the longest way down.
        size: number of nodes when shared ones are counted each time they occur.
        height: binders inside binders inside it.
    """

    __slots__ = ("__weakref__", "_alpha", "children", "depth", "free", "height", "size")

    fields: ClassVar[tuple[str, ...]] = ()
    _alpha: Node | None
    children: tuple[Node, ...]
    free: frozenset[str]
    depth: int
    size: int
    height: int

    @classmethod
    def _intern(cls, *values: Any) -> Self:
        key = (cls, *values_key(values))
        known = _interned.get(key)
        if known is not None:
            return cast("Self", known)
        made = object.__new__(cls)
        for name, value in zip(cls.fields, values, strict=True):
            object.__setattr__(made, name, value)
        children = made._find_children()
        object.__setattr__(made, "children", children)
        object.__setattr__(made, "free", made._find_free())
        object.__setattr__(made, "depth", 1 + max((c.depth for c in children), default=0))
        object.__setattr__(made, "size", 1 + sum(c.size for c in children))
        object.__setattr__(made, "height", made._find_height())
        object.__setattr__(made, "_alpha", made if made.height == 0 else None)
        _interned[key] = made
        return made

    def _find_children(self) -> tuple[Node, ...]:
        return ()

    def _find_free(self) -> frozenset[str]:
        return _NO_LETTERS.union(*(c.free for c in self.children))

    def _find_height(self) -> int:
        return max((c.height for c in self.children), default=0)

    def rebuild(self, children: Sequence[Node]) -> Node:
        """The same node over other children (as many as it has)."""
        del children
        return self

    @property
    def own_indices(self) -> tuple[IndexExpr, ...]:
        """The index expressions that the node itself holds."""
        return ()

    def with_letters(self, letters: Mapping[str, IndexExpr]) -> Node:
        """Index expressions put for letters in the node's own indices; children stay."""
        del letters
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    @property
    def alpha(self) -> Node:
        """The representative of all nodes that differ from this one in bound letters only."""
        if self._alpha is None:
            _find_alphas(self)
        return cast("Node", self._alpha)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Node) and self.alpha is other.alpha

    def __hash__(self) -> int:
        return object.__hash__(self.alpha if self._alpha is None else self._alpha)

    def __repr__(self) -> str:
        if self.size > _REPR_SIZE:  # never a walk over a shared or deep expression
            return f"<{type(self).__name__} of {self.size} nodes>"
        words = ", ".join(repr(getattr(self, name)) for name in self.fields)
        return f"{type(self).__name__}({words})"

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (flatten(postorder(self)),)

    # -- the operators of the Python front end -----------------------------------------------------

    def __add__(self, other: Any) -> Node:
        return _operate("add", self, other)

    def __radd__(self, other: Any) -> Node:
        return _operate("add", other, self)

    def __sub__(self, other: Any) -> Node:
        return _operate("subtract", self, other)

    def __rsub__(self, other: Any) -> Node:
        return _operate("subtract", other, self)

    def __mul__(self, other: Any) -> Node:
        return _operate("multiply", self, other)

    def __rmul__(self, other: Any) -> Node:
        return _operate("multiply", other, self)

    def __truediv__(self, other: Any) -> Node:
        return _operate("divide", self, other)

    def __rtruediv__(self, other: Any) -> Node:
        return _operate("divide", other, self)

    def __pow__(self, other: Any) -> Node:
        return _operate("power", self, other)

    def __rpow__(self, other: Any) -> Node:
        return _operate("power", other, self)

    def __neg__(self) -> Node:
        made: Node = OPERATIONS["negate"](self)
        return made

    def __pos__(self) -> Node:
        return self

    def __lt__(self, other: Any) -> Node:
        return _operate("<", self, other)

    def __le__(self, other: Any) -> Node:
        return _operate("<=", self, other)

    def __gt__(self, other: Any) -> Node:
        return _operate(">", self, other)

    def __ge__(self, other: Any) -> Node:
        return _operate(">=", self, other)

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value; use where(condition, a, b)")


class Binding(Node):
    """A node that binds indices over one body."""

    __slots__ = ("binders", "body")
    binders: tuple[Binder, ...]
    body: Node

    def rebind(self, binders: Sequence[Binder], body: Node) -> Node:
        """The same node with other binders and another body."""
        raise NotImplementedError

    def _find_children(self) -> tuple[Node, ...]:
        return (self.body,)

    def _find_free(self) -> frozenset[str]:
        bound = {b.name for b in self.binders}
        ranges = {name for b in self.binders for name in b.letters}
        return frozenset((self.body.free - bound) | (ranges - bound))

    def _find_height(self) -> int:
        return self.body.height + len(self.binders)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return self.rebind(self.binders, children[0])

    @property
    def own_indices(self) -> tuple[IndexExpr, ...]:
        ends = (end for b in self.binders for end in (b.lower, b.upper))
        return tuple(end for end in ends if end is not None)


def values_key(values: Sequence[Any]) -> tuple[Any, ...]:
    """A key in which nodes stand for themselves (by identity), all else for its value."""
    return tuple(_value_key(value) for value in values)


def _value_key(value: Any) -> Any:
    if isinstance(value, Node):
        return ("node", id(value))
    if isinstance(value, tuple):
        return tuple(_value_key(v) for v in value)
    return value


# -- walking: no function here recurses on depth ---------------------------------------------------


def postorder(*roots: Node) -> Iterator[Node]:
    """Each node below the roots once (by identity), children before parents, left to right."""
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        current, opened = stack.pop()
        if id(current) in seen:
            continue
        if opened or not current.children:
            seen.add(id(current))
            yield current
        else:
            stack.append((current, True))
            stack += [(child, False) for child in reversed(current.children)]


def transform(root: Node, change: Callable[[Node], Node]) -> Node:
    """Rebuild from the leaves up, `change` applied to each node after its children; shared once.

    `change` sees bound letters as they stand: it must not put a letter under a binder of that name
    (`substitute` takes care of that).
    """
    done: dict[int, Node] = {}
    for current in postorder(root):
        children = [done[id(child)] for child in current.children]
        same = all(a is b for a, b in zip(children, current.children, strict=True))
        done[id(current)] = change(current if same else current.rebuild(children))
    return done[id(root)]


def fresh_letter(hint: str, taken: frozenset[str] | set[str]) -> str:
    """A letter not in `taken`, made from the hint: k, then k·1, k·2, ...

    A letter with a dot is one that symbp made; printers choose another for it.
    """
    if hint not in taken:
        return hint
    stem = hint.split("·", maxsplit=1)[0]
    number = 1
    while f"{stem}·{number}" in taken:
        number += 1
    return f"{stem}·{number}"


def substitute(
    root: Node,
    letters: Mapping[str, IndexExpr] | None = None,
    nodes: Mapping[Node, Node] | None = None,
) -> Node:
    """Put index expressions for free letters, and nodes for nodes, all at once, without capture.

    `nodes` are matched before letters change, outermost first; a node in which a bound letter of
    its surroundings occurs is matched as it stands.
    """
    wanted = {k: v for k, v in (letters or {}).items() if v.as_letter != k}
    return _substitute(root, wanted, dict(nodes or {}))


def _substitute(root: Node, letters: dict[str, IndexExpr], nodes: dict[Node, Node]) -> Node:
    done: dict[int, Node] = {}
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        current, opened = stack.pop()
        if id(current) in done:
            continue
        if opened:
            children = [done[id(child)] for child in current.children]
            made = current.rebuild(children) if children else current
            done[id(current)] = made.with_letters(letters) if letters else made
        elif nodes and current in nodes:
            done[id(current)] = nodes[current]
        elif not nodes and not any(name in letters for name in current.free):
            done[id(current)] = current
        elif isinstance(current, Binding):
            done[id(current)] = _substitute_under(current, letters, nodes)
        else:
            stack.append((current, True))
            stack.extend((child, False) for child in current.children)
    return done[id(root)]


def _substitute_under(
    binding: Binding, letters: dict[str, IndexExpr], nodes: dict[Node, Node]
) -> Node:
    """Substitution below binders: bound letters hide outer ones, and move out of the way."""
    bound = {b.name for b in binding.binders}
    seen = binding.body.free.union(*(b.letters for b in binding.binders))
    inner = {k: v for k, v in letters.items() if k not in bound and k in seen}
    incoming = {name for value in inner.values() for name in value.letters}
    for value in nodes.values():
        incoming |= value.free
    taken = set(incoming | bound | seen)
    names: list[str] = []
    for binder in binding.binders:
        name = binder.name
        if name in incoming:
            name = fresh_letter(name, taken)
            taken.add(name)
            inner[binder.name] = IndexExpr.letter(name)
        names.append(name)
    pairs = zip(binding.binders, names, strict=True)
    binders = [b.substitute(inner).renamed(name) for b, name in pairs]
    body = _substitute(binding.body, inner, nodes)
    return binding.rebind(binders, body)


def _find_alphas(root: Node) -> None:
    """Number bound letters from the inside: a binder over a body of height h is called ·h."""
    for current in postorder(root):
        if current._alpha is not None:  # noqa: SLF001 - the one function that fills it
            continue
        made = current.rebuild([child.alpha for child in current.children])
        if isinstance(made, Binding):
            made = _number_binders(made)
        object.__setattr__(current, "_alpha", made)
        object.__setattr__(made, "_alpha", made)


def _number_binders(binding: Binding) -> Node:
    first = binding.body.height
    names = [f"·{first + place}" for place in range(len(binding.binders))]
    letters = {b.name: IndexExpr.letter(n) for b, n in zip(binding.binders, names, strict=True)}
    pairs = zip(binding.binders, names, strict=True)
    binders = [b.substitute(letters).renamed(n) for b, n in pairs]
    body = _substitute(binding.body, letters, {})
    return binding.rebind(binders, body)
