"""Signs decided on the expression as its author wrote it, before expansion hides them.

`sum(j, (x[j] - a[j])^2)` is visibly nonnegative; written out, `Σx² - 2Σxa + Σa²` is not. What is
found here is attached to the head of the polynomial that it was read into.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symbp.canonical import ranges
from symbp.canonical.heads import Store
from symbp.canonical.signs import Known
from symbp.expressions import (
    Access,
    Bracket,
    Call,
    Constant,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
)
from symbp.functions import define

__all__ = ["TreeSigns"]

_UNKNOWN = Known()


class TreeSigns:
    """What is known of the signs of nodes, each found once, without recursion."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known: dict[Node, Known] = {}

    def of(self, root: Node) -> Known:
        """What is known of the sign of a node."""
        stack: list[tuple[Node, bool]] = [(root, False)]
        while stack:
            node, opened = stack.pop()
            if node in self.known:
                continue
            below = self._below(node)
            if opened or not below:
                self.known[node] = self._find(node, [self.known[b] for b in below])
            else:
                stack.append((node, True))
                stack.extend((child, False) for child in below)
        return self.known[root]

    def _below(self, node: Node) -> tuple[Node, ...]:
        if isinstance(node, Call):
            definition = define(node)
            return node.arguments if definition is None else (definition,)
        if isinstance(node, Where):
            return (node.then, node.otherwise)
        if isinstance(node, Sum | Product | Power | Reduce):
            return node.children
        return ()

    def _find(self, node: Node, below: list[Known]) -> Known:
        if isinstance(node, Number):
            return Known((node.value >= 0) - (node.value < 0), node.value != 0)
        if isinstance(node, Constant):
            return Known(1, nonzero=True)
        if isinstance(node, Access):
            return self._access(node)
        if isinstance(node, IndexValue):
            nonnegative = not node.index.letters and ranges.is_nonnegative(self.store, node.index)
            positive = nonnegative and ranges.is_nonnegative(self.store, node.index - 1)
            return Known(int(nonnegative), positive)
        if isinstance(node, Sum):
            signs = [
                k._replace(sign=s * k.sign) for (s, _), k in zip(node.terms, below, strict=True)
            ]
            return _alike(signs, enough=any)
        if isinstance(node, Product):
            return _product(below)
        if isinstance(node, Power):
            return _power(node, below[0])
        if isinstance(node, Where):
            return _alike(below, enough=all)
        return self._application(node, below)

    def _access(self, node: Access) -> Known:
        head = self.store.find_head("quantity", node.quantity)
        known = {} if head is None else head.known
        if "negative" in known:
            return Known(-1, nonzero=True, reasons=known["negative"])
        for word, nonzero in (("positive", True), ("nonnegative", "nonzero" in known)):
            if word in known:
                return Known(1, nonzero, known[word])
        return Known(nonzero=True, reasons=known["nonzero"]) if "nonzero" in known else _UNKNOWN

    def _application(self, node: Node, below: list[Known]) -> Known:
        if isinstance(node, Bracket):
            return Known(1)
        if isinstance(node, Reduce) and node.operator in ("sum", "prod", "max", "min"):
            only = below[0]
            if node.operator == "sum" or only.sign < 0:
                return only._replace(nonzero=False)
            return only
        if isinstance(node, Call):
            if node.function == "exp":
                return Known(1, nonzero=True)
            if node.function == "sqrt":
                return Known(1, below[0].nonzero, below[0].reasons)
            return below[0] if define(node) is not None else _UNKNOWN
        return _UNKNOWN


def _alike(signs: list[Known], enough: Callable[[Iterable[bool]], bool]) -> Known:
    """All of one sign; not 0 if any (of a sum) or all (of branches) are not."""
    reasons = tuple(dict.fromkeys(r for k in signs for r in k.reasons))
    for sign in (1, -1):
        if all(k.sign == sign for k in signs):
            return Known(sign, enough(k.nonzero for k in signs), reasons)
    return _UNKNOWN


def _product(factors: list[Known]) -> Known:
    sign, nonzero = 1, True
    for known in factors:
        sign *= known.sign
        nonzero = nonzero and known.nonzero
    return Known(sign, nonzero, tuple(dict.fromkeys(r for k in factors for r in k.reasons)))


def _power(node: Power, base: Known) -> Known:
    exponent = node.exponent
    if base.sign > 0 and base.nonzero:
        return base
    if not isinstance(exponent, Number):
        return _UNKNOWN
    if exponent.value % 2 == 0:
        return Known(1, base.nonzero or exponent.value < 0, base.reasons if base.nonzero else ())
    return base if exponent.value % 2 == 1 else Known(1, base.nonzero, base.reasons)
