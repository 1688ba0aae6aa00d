"""Derivatives as claims write them: dL/dz[n,k], dp[n,k]/dz[m,l], d^2L/dz[k]dz[m].

In a node a derivative is an access to a quantity of that name, `dL/dz`, as the derived systems hold
it. Its indices are those of the quantity differentiated by, then those of the quantity that is
differentiated (none for a scalar); a second derivative, `d^2L/dzdz`, takes those of both quantities
differentiated by in the order written, then those of the differentiated one.

No declared name holds a `/`, so that such a name cannot be taken for one.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbp.errors import ParseError, ShapeError
from symbp.expressions import Access
from symbp.indices import IndexExpr
from symbp.language.indexing import Indexing, Letters
from symbp.language.syntax import Bracketed, Name, SecondDerivative, Task, Tree

__all__ = ["DerivativeRef", "derivative_name", "derivative_parts", "read_first", "read_second"]


@dataclass(frozen=True, slots=True)
class DerivativeRef:
    """A derivative that a claim speaks of.

    Attributes:
        of: the quantity that is differentiated.
        by: the quantities that it is differentiated by: one, or two.
        indices: the indices of `by`, in order, and then those of `of`.
    """

    of: str
    by: tuple[str, ...]
    indices: tuple[IndexExpr, ...]

    @property
    def access(self) -> Access:
        """The derivative as an access to the quantity of that name."""
        return Access(derivative_name(self.of, *self.by), self.indices)


def derivative_name(of: str, *by: str) -> str:
    """The name of a derivative: `dL/dz`; `d^2L/dzdz`."""
    order = f"^{len(by)}" if len(by) > 1 else ""
    return f"d{order}{of}/" + "".join(f"d{name}" for name in by)


def derivative_parts(
    above: Tree, below: Tree, resolver: Indexing
) -> tuple[tuple[str, Tree], tuple[str, Tree]] | None:
    """The names behind the d's, where a quotient `above / below` is a derivative."""
    of, by = _behind_d(above, resolver), _behind_d(below, resolver)
    if of is None or by is None or of not in resolver.scope.quantities:
        return None
    if not resolver.scope.derivatives:
        message = f"derivatives stand in claims; declare d{of} and d{by} if they are quantities"
        raise resolver.source.fail(ParseError, message, above.position)
    if by not in resolver.scope.quantities:
        raise resolver.scope.unknown(by, below.position)
    return (of, above), (by, below)


def read_first(
    parts: tuple[tuple[str, Tree], tuple[str, Tree]], resolver: Indexing, bound: Letters
) -> Task[DerivativeRef]:
    """The first derivative that two parts stand for."""
    of, by = parts
    joint = _joint(of, by, resolver)
    if joint is not None:
        together: tuple[IndexExpr, ...] = yield resolver.indices(joint, bound)
        return DerivativeRef(of[0], (by[0],), together)
    made: tuple[IndexExpr, ...] = yield _read([by, of], resolver, bound)
    return DerivativeRef(of[0], (by[0],), made)


def _joint(
    of: tuple[str, Tree], by: tuple[str, Tree], resolver: Indexing
) -> tuple[Tree, ...] | None:
    """All indices where they stand behind `by`, as derived systems write them: dp/dz[m,l,n,k]."""
    known = resolver.scope.quantities
    axes = len(known[of[0]].axes) + len(known[by[0]].axes)
    if isinstance(of[1], Bracketed) or not isinstance(by[1], Bracketed):
        return None
    return by[1].indices if known[of[0]].axes and len(by[1].indices) == axes else None


def read_second(tree: SecondDerivative, resolver: Indexing, bound: Letters) -> Task[DerivativeRef]:
    """The second derivative that a tree stands for."""
    parts = [(_name(part), part) for part in (*tree.by, tree.of)]
    for name, part in parts:
        if name not in resolver.scope.quantities:
            raise resolver.scope.unknown(name, part.position)
    if not resolver.scope.derivatives:
        message = "derivatives stand in claims"
        raise resolver.source.fail(ParseError, message, tree.position)
    made: tuple[IndexExpr, ...] = yield _read(parts, resolver, bound)
    return DerivativeRef(parts[-1][0], tuple(name for name, _ in parts[:-1]), made)


def _read(
    parts: list[tuple[str, Tree]], resolver: Indexing, bound: Letters
) -> Task[tuple[IndexExpr, ...]]:
    found: list[IndexExpr] = []
    for name, tree in parts:
        trees = tree.indices if isinstance(tree, Bracketed) else ()
        axes = resolver.scope.quantities[name].axes
        if len(trees) != len(axes):
            letters = ",".join(axis.letter for axis in axes)
            message = f"`d{name}` takes the indices of `{name}`: d{name}[{letters}]"
            if not axes:
                message = f"`{name}` has no axes; write d{name} without indices"
            raise resolver.source.fail(ShapeError, message, tree.position)
        made: tuple[IndexExpr, ...] = yield resolver.indices(trees, bound)
        found += made
    return tuple(found)


def _behind_d(tree: Tree, resolver: Indexing) -> str | None:
    """`L` for the undeclared name `dL`, with or without indices."""
    base = tree.base if isinstance(tree, Bracketed) else tree
    if not isinstance(base, Name) or base.name in resolver.scope.quantities:
        return None
    name = base.name[1:] if base.name[:1] in {"d", "∂"} else ""
    return name or None


def _name(tree: Tree) -> str:
    base = tree.base if isinstance(tree, Bracketed) else tree
    return base.name if isinstance(base, Name) else ""
