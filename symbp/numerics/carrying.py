"""Sums, products and quotients with what rounding takes from them, carried beside the value.

A floating sum or product is the exact one less an error that is a floating number itself, and can
be computed: of a sum with additions alone (Knuth 1969), of a product by splitting its factors
(Dekker 1971). To first order the error of a result is the sum of the errors of its steps, each
times how far that step moves the result (Langlois 2001, the CENA method); here it is carried along:

    kept(a + b)     s = a + b,  rest = what rounding took + rest of a + rest of b
    kept(a*b)       p = a*b,    rest = what rounding took + a*(rest of b) + b*(rest of a)
    a/b             (a + rest of a)/(b + rest of b) for products; the rest of a sum is less than
                    half a unit and would be rounded away, so it is divided by itself
    carried(f, u)   value + rest, rounded once

Only steps under `kept` take a rest; all others pass on what they are given. `carried(f, u, ...)` is
f, a function of u, ...: both names are identities in mathematics, and tell how f is computed.
float32 needs no rests: its steps are taken in float64, and the value is rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbp.errors import impossible
from symbp.expressions import ONE, Call, Constant, Node, Number, Power, Product, Sum, postorder
from symbp.numerics.special import product_error, settled, sum_error

__all__ = ["CARRIED", "KEPT", "Pair", "Step", "Steps", "is_constant", "mark"]

CARRIED, KEPT = "carried", "kept"
#: Largest power that is multiplied out.
MAX_POWER = 8
_SUMS = ("add", "subtract")
#: Functions of constants that are constants.
_CONSTANT = ("sqrt", "exp", "ln")

#: A value and what rounding took from it; None: nothing.
Pair = tuple[Any, Any]


@dataclass(frozen=True)
class Step:
    """One operation of a straight line.

    Attributes:
        kind: `value` (computed as it is written), `number`, `negate`, `add`, `subtract`,
            `multiply`, `divide`, or `divide_sum` where a sum is divided, or divides.
        node: what it belongs to.
        parts: the steps whose values it takes.
        kept: whether what rounding takes is kept; of a number, its second part.
    """

    kind: str
    node: Node
    parts: tuple[int, ...] = ()
    kept: bool = False


class Steps:
    """An expression of +, -, *, / and whole powers as a straight line of operations.

    Args:
        form: the expression; functions other than `kept` are computed as they are written.
        seats: parts of it that count as variables.
        kept: nodes whose steps are kept, besides those that are marked.
        everything: whether all are kept.

    Attributes:
        opened: the nodes that are steps, values or numbers, children first.
        rows: the operations in order.
        last: the place of the one that is the value.
    """

    def __init__(
        self,
        form: Node,
        seats: Sequence[Node] = (),
        kept: frozenset[Node] = frozenset(),
        *,
        everything: bool = False,
    ) -> None:
        self.rows: list[Step] = []
        self._seats = frozenset(seats)
        marked = (n.children[0] for n in postorder(form) if _is_mark(n))
        self._kept = kept.union(marked)
        self._everything = everything
        self._known: dict[Step, int] = {}
        places: dict[Node, int] = {}
        self.opened = self._opened(form)
        for current in self.opened:
            places[current] = self._place(current, places)
        self.last = places[form]

    def _is_closed(self, current: Node) -> bool:
        """Whether a node is a value or a number."""
        if current in self._seats or is_constant(current):
            return True
        if isinstance(current, Power):
            return not 1 <= _whole(current) <= MAX_POWER
        return not (isinstance(current, Sum | Product) or _is_mark(current))

    def _opened(self, form: Node) -> list[Node]:
        """The nodes that have steps, children first; values and numbers are not entered."""
        found: dict[Node, None] = {}
        stack: list[tuple[Node, bool]] = [(form, False)]
        while stack:
            current, opened = stack.pop()
            if current in found:
                continue
            if opened or self._is_closed(current):
                found[current] = None
            else:
                stack.append((current, True))
                stack.extend((child, False) for child in reversed(_operands(current)))
        return list(found)

    def _place(self, current: Node, places: Mapping[Node, int]) -> int:
        if self._is_closed(current):
            return self._step("number" if is_constant(current) else "value", current, ())
        below = [places[child] for child in _operands(current)]
        if isinstance(current, Call):
            return below[0]
        if isinstance(current, Sum):
            return self._sum(current, below)
        if isinstance(current, Power):
            return self._product(current, below * _whole(current))
        if not isinstance(current, Product):
            return impossible(f"a {type(current).__name__} is no step")
        cut = len(current.numerator)
        above = self._product(current, below[:cut])
        if cut == len(below):
            return above
        under = self._product(current, below[cut:])
        sums = any(self.rows[part].kind in _SUMS for part in (above, under))
        return self._step("divide_sum" if sums else "divide", current, (above, under))

    def _step(self, kind: str, node: Node, parts: tuple[int, ...]) -> int:
        made = Step(kind, node, parts, self._everything or node in self._kept)
        if made not in self._known:
            self._known[made] = len(self.rows)
            self.rows.append(made)
        return self._known[made]

    def _sum(self, current: Sum, below: Sequence[int]) -> int:
        signs = [sign for sign, _ in current.terms]
        made = below[0] if signs[0] > 0 else self._step("negate", current, (below[0],))
        for sign, part in zip(signs[1:], below[1:], strict=True):
            made = self._step("add" if sign > 0 else "subtract", current, (made, part))
        return made

    def _product(self, current: Node, below: Sequence[int]) -> int:
        if not below:
            return self._step("number", ONE, ())
        made = below[0]
        for part in below[1:]:
            made = self._step("multiply", current, (made, part))
        return made

    def run(self, given: Mapping[int, Pair], *, rests: bool = True) -> Any:
        """The value, rounded once from its pair; arguments as those of `pair`."""
        return _settle(self.pair(given, rests=rests))

    def pair(self, given: Mapping[int, Pair], *, rests: bool = True) -> Pair:
        """The value and its rest.

        Args:
            given: the pairs of values and numbers by their place: scalars, or arrays over points.
            rests: whether rests are carried; without them all is computed plainly.
        """
        done: list[Pair] = []
        for place, step in enumerate(self.rows):
            if place in given:
                value, rest = given[place]
                wanted = rests and (step.kind == "value" or step.kept)
                done.append((value, rest if wanted else None))
            else:
                operands = [done[part] for part in step.parts]
                done.append(_OPERATIONS[step.kind](*operands, keep=rests and step.kept))
        return done[self.last]


def mark(form: Node, kept: frozenset[Node]) -> Node:
    """The form with `kept` around some of its steps; values are not entered."""
    done: dict[Node, Node] = {}
    for current in Steps(form).opened:
        children = [done.get(child, child) for child in current.children]
        same = all(a is b for a, b in zip(children, current.children, strict=True))
        made = current if same or is_constant(current) else current.rebuild(children)
        done[current] = Call(KEPT, (made,)) if current in kept else made
    return done[form]


def is_constant(root: Node) -> bool:
    """Whether an expression is a number: 2, pi, sqrt(2/pi)."""
    return all(
        isinstance(n, Number | Constant | Sum | Product | Power)
        or (isinstance(n, Call) and n.function in _CONSTANT)
        for n in postorder(root)
    )


def _is_mark(node: Node) -> bool:
    return isinstance(node, Call) and node.function == KEPT


def _operands(current: Node) -> tuple[Node, ...]:
    return current.children[:1] if isinstance(current, Power) else current.children


def _whole(current: Power) -> int:
    """A whole exponent; 0 for another one."""
    exponent = current.exponent
    if not isinstance(exponent, Number) or exponent.value.denominator != 1:
        return 0
    return int(exponent.value)


# -- pairs -----------------------------------------------------------------------------------------


def _settle(pair: Pair) -> Any:
    """A value with its rest in one number; the value alone where the rest has overflowed."""
    value, rest = pair
    if rest is None:
        return value
    if isinstance(value, np.ndarray) or isinstance(rest, np.ndarray):
        return np.where(np.isfinite(rest), value + rest, value)
    return settled(value, rest)


def _joined(one: Any, other: Any) -> Any:
    """The sum of two rests, either of which may be missing."""
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _times(rest: Any, factor: Any) -> Any:
    return None if rest is None else rest * factor


def _negate(a: Pair, *, keep: bool) -> Pair:
    del keep
    return -a[0], None if a[1] is None else -a[1]


def _add(a: Pair, b: Pair, *, keep: bool) -> Pair:
    value = a[0] + b[0]
    own = sum_error(a[0], b[0], value) if keep else None
    return value, _joined(_joined(own, a[1]), b[1])


def _subtract(a: Pair, b: Pair, *, keep: bool) -> Pair:
    return _add(a, _negate(b, keep=False), keep=keep)


def _multiply(a: Pair, b: Pair, *, keep: bool) -> Pair:
    value = a[0] * b[0]
    own = product_error(a[0], b[0], value) if keep else None
    return value, _joined(_joined(own, _times(a[1], b[0])), _times(b[1], a[0]))


def _divide(a: Pair, b: Pair, *, keep: bool) -> Pair:
    if keep:
        return _divide_sum(a, b, keep=True)
    return _settle(a) / _settle(b), None


def _divide_sum(a: Pair, b: Pair, *, keep: bool) -> Pair:
    value = a[0] / b[0]
    own = None
    if keep:
        back = value * b[0]
        own = (a[0] - back) - product_error(value, b[0], back)
    rest = _joined(_joined(own, a[1]), None if b[1] is None else -b[1] * value)
    return value, None if rest is None else rest / b[0]


_OPERATIONS: Mapping[str, Callable[..., Pair]] = {
    "negate": _negate,
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "divide_sum": _divide_sum,
}
