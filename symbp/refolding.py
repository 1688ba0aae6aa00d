"""Sums and products that were opened as they were written down, closed again where that shares.

With e = x*x + x, e*e + e is read as e*e + x*x + x: a sum inside a sum is opened, and so is a
product inside a product. Where the opened part is a node of its own elsewhere, as e is in e*e, it
is put back: the same additions, in the order in which their author wrote them. Without this, k such
steps are sums of 2, 3, ... k terms, and a long formula costs the square of what its author wrote.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbp.expressions import Node, Product, Sum, postorder

__all__ = ["refold"]

_Terms = tuple[tuple[int, Node], ...]


def refold(root: Node) -> Node:
    """The node with opened parts put back at the beginning or the end of a sum or a product."""
    sums: dict[_Terms, Node] = {}
    products: dict[tuple[Node, ...], list[Product]] = {}
    done: dict[int, Node] = {}
    for current in postorder(root):
        if isinstance(current, Sum):
            done[id(current)] = _sum(current, sums, done)
            sums.setdefault(current.terms, current)
        elif isinstance(current, Product):
            done[id(current)] = _product(current, products, done)
            if current.numerator and len(current.children) > 1:
                products.setdefault(current.numerator, []).append(current)
        else:
            children = [done[id(child)] for child in current.children]
            same = all(a is b for a, b in zip(children, current.children, strict=True))
            done[id(current)] = current if same else current.rebuild(children)
    return done[id(root)]


def _sum(current: Sum, known: dict[_Terms, Node], done: dict[int, Node]) -> Node:
    rest = current.terms
    front: list[tuple[int, Node]] = []
    back: list[tuple[int, Node]] = []
    lengths = sorted({n for n in map(len, known) if 1 < n < len(rest)}, reverse=True)
    for length in lengths:
        while 1 < length <= len(rest):
            end = rest[-length:]
            turned = tuple((-sign, term) for sign, term in end)
            if end in known or turned in known:
                part = (1, done[id(known[end])]) if end in known else (-1, done[id(known[turned])])
                rest, back = rest[:-length], [part, *back]
            elif rest[:length] in known:
                front.append((1, done[id(known[rest[:length]])]))
                rest = rest[length:]
            else:
                break
    return Sum((*front, *((sign, done[id(term)]) for sign, term in rest), *back))


def _product(
    current: Product, known: dict[tuple[Node, ...], list[Product]], done: dict[int, Node]
) -> Node:
    above, below = current.numerator, current.denominator
    front: list[Node] = []
    back: list[Node] = []
    lengths = sorted({n for n in map(len, known) if n <= len(above)}, reverse=True)
    for length in lengths:
        while length <= len(above):
            ends = (above[-length:], above[:length])
            found = [_longest(known.get(end, ()), below) for end in ends]
            if found[0] is not None:
                above, back = above[:-length], [done[id(found[0])], *back]
            elif found[1] is not None:
                above = above[length:]
                front.append(done[id(found[1])])
            else:
                break
            part = found[1] if found[0] is None else found[0]
            below = below[len(part.denominator) if part is not None else 0 :]
    left = (done[id(factor)] for factor in below)
    return Product((*front, *(done[id(factor)] for factor in above), *back), tuple(left))


def _longest(found: Sequence[Product], below: tuple[Node, ...]) -> Product | None:
    """The product with most factors below its bar, all of which the denominator begins with."""
    fitting = [p for p in found if p.denominator == below[: len(p.denominator)]]
    return max(fitting, key=lambda p: len(p.denominator), default=None)
