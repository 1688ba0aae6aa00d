"""Truth values: comparisons of values and of indices, and what joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symbp.indices import IndexExpr
from symbp.nodes import Node

__all__ = ["Bracket", "Comparison", "IndexComparison", "Logical"]


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

    @property
    def own_indices(self) -> tuple[IndexExpr, ...]:
        return (self.left, self.right)

    def with_letters(self, letters: Mapping[str, IndexExpr]) -> Node:
        left, right = self.left.substitute(letters), self.right.substitute(letters)
        return IndexComparison(self.relation, left, right)


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
