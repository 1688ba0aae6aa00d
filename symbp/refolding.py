"""Sums and products that were opened as they were written down, closed again where that shares.

With e = x*x + x, e*e + e is read as e*e + x*x + x: a sum inside a sum is opened, and so is a
product inside a product. Where the opened part is a node of its own elsewhere, as e is in e*e, it
is put back. Without this, k such steps are sums of 2, 3, ... k terms, and a long formula costs the
square of what its author wrote.

Which parts are put back does not depend on the order of terms: they may stand anywhere in a sum or
a product, and two that differ in their order only are one. The longest part comes first; of parts
that are equally long, and alike but for names, none is put back where they overlap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from symbp.expressions import Node, Product, Sum, postorder
from symbp.measures import outline_digest

__all__ = ["refold"]

#: A term with its sign; a factor with 1 above the bar and -1 below it.
_Item = tuple[int, Node]


@dataclass(frozen=True)
class _Part:
    """A sum or a product, its terms and factors closed as far as they can be.

    Attributes:
        node: the node.
        items: its terms or factors, in the author's order.
        sign: -1 for a sum that is put back with a minus sign.
    """

    node: Node
    items: tuple[_Item, ...]
    sign: int = 1

    @cached_property
    def counts(self) -> Counter[_Item]:
        """How often each item occurs."""
        return Counter(self.items)

    def within(self, counts: Counter[_Item]) -> bool:
        """Whether all its items are among these."""
        return all(counts[item] >= times for item, times in self.counts.items())

    @property
    def turned(self) -> _Part:
        """The sum with its sign changed."""
        return _Part(self.node, tuple((-s, node) for s, node in self.items), -self.sign)


def refold(root: Node) -> Node:
    """The node with opened parts put back into sums and products."""
    known: dict[type[Node], _Known] = {Sum: _Known(), Product: _Known()}
    done: dict[int, Node] = {}
    # a part is smaller than what it is put back into, wherever the two stand
    for current in sorted(postorder(root), key=lambda node: node.size):
        children = [done[id(child)] for child in current.children]
        same = all(a is b for a, b in zip(children, current.children, strict=True))
        made = current if same else current.rebuild(children)
        table = known.get(type(made))
        done[id(current)] = made if table is None else table.closed(made)
    return done[id(root)]


class _Known:
    """The sums, or the products, that were met so far."""

    def __init__(self) -> None:
        self._made: dict[tuple[type[Node], frozenset[tuple[_Item, int]]], Node] = {}
        #: each of them under one of its items, the one under which fewest stand
        self._under: dict[_Item, list[_Part]] = {}

    def closed(self, current: Node) -> Node:
        """The node with parts put back; one that differs in its order only is the one before it."""
        whole = _Part(current, _items(current))
        if len(whole.items) < 2:
            return current
        key = (type(current), frozenset(whole.counts.items()))
        if key not in self._made:
            self._made[key] = made = self._put_back(whole)
            self._note(_Part(made, whole.items))
        return self._made[key]

    def _note(self, part: _Part) -> None:
        if all(sign < 0 for sign, _ in part.items) and isinstance(part.node, Product):
            return  # 1/(x*y) is no factor above the bar
        for each in (part, part.turned) if isinstance(part.node, Sum) else (part,):
            item = min(each.items, key=lambda i: len(self._under.get(i, ())))
            self._under.setdefault(item, []).append(each)

    def _put_back(self, whole: _Part) -> Node:
        left, counts, back = list(whole.items), Counter(whole.items), False
        for parts in self._by_length(whole.items):
            # parts of one length, what is left may have become too short for them
            if len(parts[0].items) > len(left):
                continue
            found = [part for part in parts if part.within(counts)]
            for part in _apart(found, counts):
                while part.within(counts):
                    left, back = _replaced(left, part), True
                    counts = Counter(left)
        return _joined(whole.node, left) if back else whole.node

    def _by_length(self, items: Sequence[_Item]) -> Iterator[list[_Part]]:
        """Shorter parts that share an item, the longest first, as they stand before their turns."""
        found: dict[tuple[int, int], list[_Part]] = {}
        for item in dict.fromkeys(items):
            for part in self._under.get(item, ()):
                if len(part.items) < len(items):
                    found.setdefault((len(part.items), part.sign), []).append(part)
        for key in sorted(found, reverse=True):
            yield found[key]


def _apart(found: Sequence[_Part], counts: Counter[_Item]) -> list[_Part]:
    """Of equally long parts those that are put back: outlines in order, none that overlaps."""
    if len(found) < 2:
        return list(found)
    chosen: list[_Part] = []
    alike: dict[str, list[_Part]] = {}
    for part in found:
        alike.setdefault(outline_digest(part.node), []).append(part)
    for outline in sorted(alike):
        parts = alike[outline]
        for part in parts:
            others = (p for p in parts if p is not part)
            if all((part.counts + other.counts) <= counts for other in others):
                chosen.append(part)
    return chosen


def _items(current: Node) -> tuple[_Item, ...]:
    if isinstance(current, Sum):
        return current.terms
    if isinstance(current, Product):
        return (*((1, f) for f in current.numerator), *((-1, f) for f in current.denominator))
    return ()


def _replaced(items: Sequence[_Item], part: _Part) -> list[_Item]:
    """The part where the first of its items stood."""
    waiting = Counter(part.counts)
    made: list[_Item] = []
    put = False
    for item in items:
        if not waiting[item]:
            made.append(item)
            continue
        waiting[item] -= 1
        if not put:
            made.append((part.sign, part.node))
            put = True
    return made


def _joined(kind: Node, items: Sequence[_Item]) -> Node:
    if isinstance(kind, Sum):
        return Sum(tuple(items))
    return Product([f for s, f in items if s > 0], [f for s, f in items if s < 0])
