"""Expressions: small, immutable, hash-consed nodes of real and boolean values.

The grammar, which the classes below follow line by line:

    real ::= Number(q)                                   exact rational
           | Constant(name)                              pi
           | Access(quantity, index...)                  x[n, j];   X   (no index: a scalar)
           | IndexValue(index)                           an index or an extent used as a number: N
           | Sum(sign real, ...)                         a - b + c       (signs kept as written)
           | Product(real..., real...)                   a*b/(c*d)       (numerator, denominator)
           | Power(real, real)
           | Call(function, real...)                     a row of functions.py, applied elementwise
           | Where(truth, real, real)                    the branch not taken is never evaluated
           | Reduce(operator, Binder..., real)           sum, prod, max, min over bound indices
           | Bracket(truth)                              1 where it holds, else 0: [i=j]
           | TensorOperator(name, Abstraction..., index...)   inv(A[.,.])[i, j]
    truth ::= Comparison(relation, real, real)           of values
           | IndexComparison(relation, index, index)     of index expressions
           | Logical(and | or | not, truth...)

Two nodes that differ only in the letters of their bound indices are equal (`==`, `hash`): each node
has an `alpha` representative in which bound letters are numbered from the inside. The letters that
a node carries are what its author chose, a hint for printing.

What these nodes are *not*: they do not evaluate, simplify or order anything as they are built, but
for flattening nested sums and products and folding the sign of a literal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self, cast
from weakref import WeakValueDictionary

from symbp.errors import LimitExceeded
from symbp.indices import IndexExpr, as_index

__all__ = [
    "ONE",
    "ZERO",
    "Abstraction",
    "Access",
    "Binder",
    "Bracket",
    "Call",
    "Comparison",
    "Constant",
    "IndexComparison",
    "IndexValue",
    "Logical",
    "Node",
    "Number",
    "Power",
    "Product",
    "Reduce",
    "Sum",
    "TensorOperator",
    "Where",
    "accesses",
    "fresh_letter",
    "node",
    "postorder",
    "quantities_read",
    "substitute",
    "transform",
]

#: Binders inside binders; textbooks need four.
MAX_BINDER_NESTING = 64

_interned: WeakValueDictionary[tuple[Any, ...], Node] = WeakValueDictionary()
_NO_LETTERS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Binder:
    """A bound index and its range, `lower` included, `upper` not; `upper` None: not yet inferred."""

    name: str
    lower: IndexExpr = IndexExpr(())
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
        return object.__hash__(self.alpha)

    def __repr__(self) -> str:
        words = ", ".join(repr(getattr(self, name)) for name in self.fields)
        return f"{type(self).__name__}({words})" if self.depth < 20 else f"<{type(self).__name__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.fields)

    # -- the operators of the Python front end ------------------------------------------------------

    def __add__(self, other: Any) -> Node:
        right = node(other)
        return NotImplemented if right is NotImplemented else _add(self, 1, right)

    def __radd__(self, other: Any) -> Node:
        left = node(other)
        return NotImplemented if left is NotImplemented else _add(left, 1, self)

    def __sub__(self, other: Any) -> Node:
        right = node(other)
        return NotImplemented if right is NotImplemented else _add(self, -1, right)

    def __rsub__(self, other: Any) -> Node:
        left = node(other)
        return NotImplemented if left is NotImplemented else _add(left, -1, self)

    def __mul__(self, other: Any) -> Node:
        right = node(other)
        return NotImplemented if right is NotImplemented else _multiply(self, right)

    def __rmul__(self, other: Any) -> Node:
        left = node(other)
        return NotImplemented if left is NotImplemented else _multiply(left, self)

    def __truediv__(self, other: Any) -> Node:
        right = node(other)
        return NotImplemented if right is NotImplemented else _divide(self, right)

    def __rtruediv__(self, other: Any) -> Node:
        left = node(other)
        return NotImplemented if left is NotImplemented else _divide(left, self)

    def __pow__(self, other: Any) -> Node:
        right = node(other)
        return NotImplemented if right is NotImplemented else Power(self, right)

    def __rpow__(self, other: Any) -> Node:
        left = node(other)
        return NotImplemented if left is NotImplemented else Power(left, self)

    def __neg__(self) -> Node:
        if isinstance(self, Number):
            return Number(-self.value)
        if isinstance(self, Sum) and len(self.terms) == 1:
            sign, term = self.terms[0]
            return term if sign < 0 else Sum(((-1, term),))
        return Sum(((-1, self),))

    def __pos__(self) -> Node:
        return self

    def __lt__(self, other: Any) -> Node:
        return Comparison("<", self, _number(other))

    def __le__(self, other: Any) -> Node:
        return Comparison("<=", self, _number(other))

    def __gt__(self, other: Any) -> Node:
        return Comparison(">", self, _number(other))

    def __ge__(self, other: Any) -> Node:
        return Comparison(">=", self, _number(other))

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value; use where(condition, a, b)")


def values_key(values: Sequence[Any]) -> tuple[Any, ...]:
    """A key in which nodes stand for themselves (by identity), all else for its value."""
    return tuple(_value_key(value) for value in values)


def _value_key(value: Any) -> Any:
    if isinstance(value, Node):
        return ("node", id(value))
    if isinstance(value, tuple):
        return tuple(_value_key(v) for v in value)
    return value


class Number(Node):
    """An exact rational number."""

    __slots__ = ("value",)
    fields = ("value",)
    value: Fraction

    def __new__(cls, value: Fraction | int) -> Number:
        return cls._intern(Fraction(value))


class Constant(Node):
    """A mathematical constant: `pi`."""

    __slots__ = ("name",)
    fields = ("name",)
    name: str

    def __new__(cls, name: str) -> Constant:
        return cls._intern(name)


class Access(Node):
    """A use of a quantity at index expressions; a scalar has none."""

    __slots__ = ("indices", "quantity")
    fields = ("quantity", "indices")
    quantity: str
    indices: tuple[IndexExpr, ...]

    def __new__(cls, quantity: str, indices: Sequence[IndexExpr | int] = ()) -> Access:
        return cls._intern(quantity, tuple(as_index(i) for i in indices))

    def _find_free(self) -> frozenset[str]:
        return frozenset(name for index in self.indices for name in index.letters)


class IndexValue(Node):
    """An index expression used as a real number: `N`, `n + 1`."""

    __slots__ = ("index",)
    fields = ("index",)
    index: IndexExpr

    def __new__(cls, index: IndexExpr | int) -> IndexValue:
        return cls._intern(as_index(index))

    def _find_free(self) -> frozenset[str]:
        return frozenset(self.index.letters)


class Sum(Node):
    """Signed terms, in the order in which they were written; each sign is 1 or -1."""

    __slots__ = ("terms",)
    fields = ("terms",)
    terms: tuple[tuple[int, Node], ...]

    def __new__(cls, terms: Sequence[tuple[int, Node]]) -> Sum:
        return cls._intern(tuple(terms))

    def _find_children(self) -> tuple[Node, ...]:
        return tuple(term for _, term in self.terms)

    def rebuild(self, children: Sequence[Node]) -> Node:
        signs = (sign for sign, _ in self.terms)
        return Sum(tuple(zip(signs, children, strict=True)))


class Product(Node):
    """Factors above and below the fraction bar, in the order in which they were written."""

    __slots__ = ("denominator", "numerator")
    fields = ("numerator", "denominator")
    numerator: tuple[Node, ...]
    denominator: tuple[Node, ...]

    def __new__(cls, numerator: Sequence[Node], denominator: Sequence[Node] = ()) -> Product:
        return cls._intern(tuple(numerator), tuple(denominator))

    def _find_children(self) -> tuple[Node, ...]:
        return self.numerator + self.denominator

    def rebuild(self, children: Sequence[Node]) -> Node:
        cut = len(self.numerator)
        return Product(tuple(children[:cut]), tuple(children[cut:]))


class Power(Node):
    """`base ** exponent`."""

    __slots__ = ("base", "exponent")
    fields = ("base", "exponent")
    base: Node
    exponent: Node

    def __new__(cls, base: Node, exponent: Node) -> Power:
        return cls._intern(base, exponent)

    def _find_children(self) -> tuple[Node, ...]:
        return (self.base, self.exponent)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Power(children[0], children[1])


class Call(Node):
    """A function of `functions.py`, applied elementwise; `function` is the name of its row."""

    __slots__ = ("arguments", "function")
    fields = ("function", "arguments")
    function: str
    arguments: tuple[Node, ...]

    def __new__(cls, function: str, arguments: Sequence[Node]) -> Call:
        return cls._intern(function, tuple(arguments))

    def _find_children(self) -> tuple[Node, ...]:
        return self.arguments

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Call(self.function, tuple(children))


class Where(Node):
    """`then` where the condition holds, else `otherwise`; the other branch is never evaluated."""

    __slots__ = ("condition", "otherwise", "then")
    fields = ("condition", "then", "otherwise")
    condition: Node
    then: Node
    otherwise: Node

    def __new__(cls, condition: Node, then: Node, otherwise: Node) -> Where:
        return cls._intern(condition, then, otherwise)

    def _find_children(self) -> tuple[Node, ...]:
        return (self.condition, self.then, self.otherwise)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Where(children[0], children[1], children[2])


class Reduce(Node):
    """`operator` (sum, prod, max, min, argmax, argmin) of `body` over all values of the binders.

    A sum over nothing is 0 and a product over nothing is 1; max and min over nothing are refused.
    Where several places attain a maximum, the derivative goes to the first of them.
    """

    __slots__ = ("binders", "body", "operator")
    fields = ("operator", "binders", "body")
    operator: str
    binders: tuple[Binder, ...]
    body: Node

    def __new__(cls, operator: str, binders: Sequence[Binder], body: Node) -> Reduce:
        if body.height + len(binders) > MAX_BINDER_NESTING:
            raise LimitExceeded(
                f"more than {MAX_BINDER_NESTING} sums inside one another; name the inner ones"
            )
        return cls._intern(operator, tuple(binders), body)

    def _find_children(self) -> tuple[Node, ...]:
        return (self.body,)

    def _find_free(self) -> frozenset[str]:
        bound = {b.name for b in self.binders}
        ranges = {name for b in self.binders for name in b.letters}
        return frozenset((self.body.free - bound) | (ranges - bound))

    def _find_height(self) -> int:
        return self.body.height + len(self.binders)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Reduce(self.operator, self.binders, children[0])


class Bracket(Node):
    """The Iverson bracket: 1 where the condition holds, else 0."""

    __slots__ = ("condition",)
    fields = ("condition",)
    condition: Node

    def __new__(cls, condition: Node) -> Bracket:
        return cls._intern(condition)

    def _find_children(self) -> tuple[Node, ...]:
        return (self.condition,)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Bracket(children[0])


class Comparison(Node):
    """A relation (< <= > >= == !=) of two values."""

    __slots__ = ("left", "relation", "right")
    fields = ("relation", "left", "right")
    relation: str
    left: Node
    right: Node

    def __new__(cls, relation: str, left: Node, right: Node) -> Comparison:
        return cls._intern(relation, left, right)

    def _find_children(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Comparison(self.relation, children[0], children[1])


class IndexComparison(Node):
    """A relation (< <= > >= == !=) of two index expressions."""

    __slots__ = ("left", "relation", "right")
    fields = ("relation", "left", "right")
    relation: str
    left: IndexExpr
    right: IndexExpr

    def __new__(cls, relation: str, left: IndexExpr, right: IndexExpr) -> IndexComparison:
        return cls._intern(relation, left, right)

    def _find_free(self) -> frozenset[str]:
        return frozenset((*self.left.letters, *self.right.letters))


class Logical(Node):
    """`and`, `or` or `not` of conditions."""

    __slots__ = ("operands", "operator")
    fields = ("operator", "operands")
    operator: str
    operands: tuple[Node, ...]

    def __new__(cls, operator: str, operands: Sequence[Node]) -> Logical:
        return cls._intern(operator, tuple(operands))

    def _find_children(self) -> tuple[Node, ...]:
        return self.operands

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Logical(self.operator, tuple(children))


class Abstraction(Node):
    """A tensor given entry by entry: what a tensor operator takes, `A[., .]`."""

    __slots__ = ("binders", "body")
    fields = ("binders", "body")
    binders: tuple[Binder, ...]
    body: Node

    def __new__(cls, binders: Sequence[Binder], body: Node) -> Abstraction:
        return cls._intern(tuple(binders), body)

    def _find_children(self) -> tuple[Node, ...]:
        return (self.body,)

    def _find_free(self) -> frozenset[str]:
        bound = {b.name for b in self.binders}
        ranges = {name for b in self.binders for name in b.letters}
        return frozenset((self.body.free - bound) | (ranges - bound))

    def _find_height(self) -> int:
        return self.body.height + len(self.binders)

    def rebuild(self, children: Sequence[Node]) -> Node:
        return Abstraction(self.binders, children[0])


class TensorOperator(Node):
    """An operator on whole tensors (inv, det, solve, norm, ...), read at one place."""

    __slots__ = ("indices", "name", "operands")
    fields = ("name", "operands", "indices")
    name: str
    operands: tuple[Node, ...]
    indices: tuple[IndexExpr, ...]

    def __new__(
        cls, name: str, operands: Sequence[Node], indices: Sequence[IndexExpr] = ()
    ) -> TensorOperator:
        return cls._intern(name, tuple(operands), tuple(indices))

    def _find_children(self) -> tuple[Node, ...]:
        return self.operands

    def _find_free(self) -> frozenset[str]:
        own = frozenset(name for index in self.indices for name in index.letters)
        return own.union(*(c.free for c in self.operands))

    def rebuild(self, children: Sequence[Node]) -> Node:
        return TensorOperator(self.name, tuple(children), self.indices)


ZERO = Number(0)
ONE = Number(1)


# -- building ---------------------------------------------------------------------------------------


def node(value: Any) -> Any:
    """A Python number, index expression or node as a node; `NotImplemented` for anything else.

    A float stands for the decimal that Python prints for it: 0.1 is 1/10.
    """
    if isinstance(value, Node):
        return value
    if isinstance(value, bool):
        return NotImplemented
    if isinstance(value, int | Fraction):
        return Number(value)
    if isinstance(value, float):
        return Number(Fraction(repr(value)))
    if isinstance(value, IndexExpr):
        return IndexValue(value)
    handle = getattr(value, "_as_node", None)
    return handle() if handle is not None else NotImplemented


def _number(value: Any) -> Node:
    made = node(value)
    if made is NotImplemented:
        raise TypeError(f"an expression is expected here, not {type(value).__name__}")
    return cast("Node", made)


def _add(left: Node, sign: int, right: Node) -> Node:
    """Sums are flattened on the left, as they are written: (a - b) + c has three terms."""
    terms = left.terms if isinstance(left, Sum) else ((1, left),)
    if isinstance(right, Sum) and (sign > 0 or len(right.terms) == 1):
        return Sum((*terms, *((sign * s, t) for s, t in right.terms)))
    return Sum((*terms, (sign, right)))


def _parts(value: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    if isinstance(value, Product):
        return value.numerator, value.denominator
    return (value,), ()


def _multiply(left: Node, right: Node) -> Node:
    above, below = _parts(left)
    more, less = _parts(right)
    return Product(above + more, below + less)


def _divide(left: Node, right: Node) -> Node:
    above, below = _parts(left)
    if isinstance(right, Product) and not right.denominator:
        return Product(above, below + right.numerator)
    return Product(above, (*below, right))


# -- walking: no function here recurses on depth ----------------------------------------------------


def postorder(*roots: Node) -> Iterator[Node]:
    """Each node below the roots once (by identity), children before parents, left to right."""
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        current, opened = stack.pop()
        if id(current) in seen:
            continue
        if opened:
            seen.add(id(current))
            yield current
        else:
            stack.append((current, True))
            stack.extend((child, False) for child in reversed(current.children))


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
    stem = hint.split("·")[0]
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
            done[id(current)] = _substitute_indices(made, letters) if letters else made
        elif nodes and current in nodes:
            done[id(current)] = nodes[current]
        elif not nodes and not any(name in letters for name in current.free):
            done[id(current)] = current
        elif isinstance(current, Reduce | Abstraction):
            done[id(current)] = _substitute_under(current, letters, nodes)
        else:
            stack.append((current, True))
            stack.extend((child, False) for child in current.children)
    return done[id(root)]


def _substitute_under(
    binding: Reduce | Abstraction, letters: dict[str, IndexExpr], nodes: dict[Node, Node]
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
    if isinstance(binding, Reduce):
        return Reduce(binding.operator, binders, body)
    return Abstraction(binders, body)


def _substitute_indices(made: Node, letters: Mapping[str, IndexExpr]) -> Node:
    if isinstance(made, Access):
        return Access(made.quantity, [i.substitute(letters) for i in made.indices])
    if isinstance(made, IndexValue):
        return IndexValue(made.index.substitute(letters))
    if isinstance(made, IndexComparison):
        left, right = made.left.substitute(letters), made.right.substitute(letters)
        return IndexComparison(made.relation, left, right)
    if isinstance(made, TensorOperator):
        indices = [i.substitute(letters) for i in made.indices]
        return TensorOperator(made.name, made.operands, indices)
    return made


def _find_alphas(root: Node) -> None:
    """Number bound letters from the inside: a binder over a body of height h is called ·h."""
    for current in postorder(root):
        if current._alpha is not None:
            continue
        made = current.rebuild([cast("Node", child._alpha) for child in current.children])
        if isinstance(made, Reduce | Abstraction):
            made = _number_binders(made)
        object.__setattr__(current, "_alpha", made)
        object.__setattr__(made, "_alpha", made)


def _number_binders(binding: Reduce | Abstraction) -> Node:
    first = binding.body.height
    names = [f"·{first + place}" for place in range(len(binding.binders))]
    letters = {
        b.name: IndexExpr.letter(n) for b, n in zip(binding.binders, names, strict=True)
    }
    pairs = zip(binding.binders, names, strict=True)
    binders = [b.substitute(letters).renamed(n) for b, n in pairs]
    body = _substitute(binding.body, letters, {})
    if isinstance(binding, Reduce):
        return Reduce(binding.operator, binders, body)
    return Abstraction(binders, body)


# -- reading ----------------------------------------------------------------------------------------


def accesses(*roots: Node) -> tuple[Access, ...]:
    """The accesses in reading order, each once; gathers inside index expressions are not listed."""
    return tuple(dict.fromkeys(n for n in postorder(*roots) if isinstance(n, Access)))


def quantities_read(*roots: Node) -> tuple[str, ...]:
    """Names of all quantities that the nodes read, gathers included, in reading order."""
    names: dict[str, None] = {}
    for current in postorder(*roots):
        for index in _indices_of(current):
            names.update(dict.fromkeys(index.gathered))
        if isinstance(current, Access):
            names[current.quantity] = None
    return tuple(names)


def _indices_of(current: Node) -> tuple[IndexExpr, ...]:
    if isinstance(current, Access | TensorOperator):
        return current.indices
    if isinstance(current, IndexValue):
        return (current.index,)
    if isinstance(current, IndexComparison):
        return (current.left, current.right)
    if isinstance(current, Reduce | Abstraction):
        return tuple(i for b in current.binders for i in (b.lower, b.upper) if i is not None)
    return ()
