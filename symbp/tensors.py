"""Operators on whole tensors, and the tensors that they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symbp.indices import IndexExpr
from symbp.nodes import Binder, Binding, Node

__all__ = ["Abstraction", "TensorOperator"]


class Abstraction(Binding):
    """A tensor given entry by entry: what a tensor operator takes, `A[., .]`."""

    __slots__ = ()
    fields = ("binders", "body")

    def __new__(cls, binders: Sequence[Binder], body: Node) -> Abstraction:
        return cls._intern(tuple(binders), body)

    def rebind(self, binders: Sequence[Binder], body: Node) -> Node:
        return Abstraction(binders, body)


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

    @property
    def own_indices(self) -> tuple[IndexExpr, ...]:
        return self.indices

    def with_letters(self, letters: Mapping[str, IndexExpr]) -> Node:
        return TensorOperator(
            self.name, self.operands, [i.substitute(letters) for i in self.indices]
        )
