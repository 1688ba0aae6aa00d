"""How long an expression is to read, the measure by which forms compete, and how large it gets."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256

from symbp.expressions import (
    Access,
    Bracket,
    Call,
    Comparison,
    Constant,
    IndexComparison,
    IndexValue,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    postorder,
)
from symbp.indices import IndexExpr

__all__ = ["outline", "outline_digest", "reading_cost", "size_with"]


def reading_cost(root: Node) -> int:
    """Operations that a reader sees: signs, factors, bars, functions, sums over indices.

    A function counts twice, a reduction three times, a leaf nothing but for the place it takes:
    of two forms with the same operations the one with fewer factors is shorter.
    """
    done: dict[int, int] = {}
    for current in postorder(root):
        done[id(current)] = _own(current) + sum(done[id(c)] for c in current.children)
    return done[id(root)]


def size_with(root: Node, sizes: Mapping[str, int]) -> int:
    """Nodes, shared ones counted each time, where each access to a name counts as that many."""
    done: dict[int, int] = {}
    for current in postorder(root):
        own = sizes.get(current.quantity, 1) if isinstance(current, Access) else 1
        done[id(current)] = own + sum(done[id(c)] for c in current.children)
    return done[id(root)]


def _own(current: Node) -> int:
    if isinstance(current, Sum):
        leading = 1 if current.terms and current.terms[0][0] < 0 else 0
        return 2 * (len(current.terms) - 1) + leading
    if isinstance(current, Product):
        ones = sum(1 for f in current.numerator if isinstance(f, Number) and f.value == 1)
        factors = len(current.numerator) - ones + len(current.denominator)
        return 2 * (factors - 1) + (1 if current.denominator else 0) + (1 if factors == 1 else 0)
    if isinstance(current, Power):
        return 1
    if isinstance(current, Call):
        return 4
    if isinstance(current, Reduce):
        return 6
    if isinstance(current, Where | Bracket):
        return 4
    if isinstance(current, Comparison | IndexComparison | Logical):
        return 2
    if isinstance(current, Access | IndexValue | Number | Constant):
        return 0
    return 2


def outline(root: Node) -> str:
    """The expression without its names, letters and orders: two that differ in these share it.

    Where two forms are equally good, the lesser outline may decide which is taken; the author's
    names and the order in which terms were written may not.
    """
    done: dict[int, str] = {}
    for current in postorder(root):
        done[id(current)] = _outlined(current, done)
    return done[id(root)]


def outline_digest(root: Node) -> str:
    """Equal where outlines are, and short, also where nodes are shared over and over."""
    done: dict[int, str] = {}
    for current in postorder(root):
        done[id(current)] = sha256(_outlined(current, done).encode()).hexdigest()
    return done[id(root)]


def _outlined(current: Node, done: Mapping[int, str]) -> str:
    parts = [done[id(child)] for child in current.children]
    return f"({_kind(current)} {' '.join(_in_order(current, parts))})"


def _kind(current: Node) -> str:
    """What a node is by itself."""
    words = [type(current).__name__]
    for field in ("function", "operator", "relation", "value", "name"):
        value = getattr(current, field, None)
        if isinstance(value, str | Fraction) and not isinstance(current, Access):
            words.append(str(value))
    if isinstance(current, IndexComparison) and current.relation in ("==", "!="):
        gap = current.left - current.right
        return " ".join([*words, str(min(_bare(gap), _bare(-gap)))])
    indices = current.own_indices if not isinstance(current, Reduce) else ()
    return " ".join([*words, *(str(_bare(index)) for index in indices)])


def _in_order(current: Node, parts: list[str]) -> list[str]:
    """The outlines of a node's parts, sorted where their order says nothing."""
    if isinstance(current, Sum):
        return sorted(f"{s:+d}{part}" for (s, _), part in zip(current.terms, parts, strict=True))
    if isinstance(current, Product):
        cut = len(current.numerator)
        return [*sorted(parts[:cut]), "/", *sorted(parts[cut:])]
    return parts


def _bare(index: IndexExpr) -> list[tuple[int, int]]:
    """The factors of an index expression, and of how many things each is the factor."""
    return sorted((factor, len(atoms)) for atoms, factor in index.terms)
