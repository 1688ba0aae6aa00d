"""Adjoints that are zero whatever the data: a key's bias, a bias or a scale before a normalisation.

A loss that does not change when a parameter moves in some direction has no derivative along it. No
sum need be subtracted in the line that the search ends with, as what cancels may be spread over
several equations: x̄ = Σ_u s̄[u]·q is 0 only because of what s̄ says of a softmax. So equations are
put in, those of other adjoints one by one from x̄ on, and of what depends on x all the way down to
x; everything else, the adjoints beyond included, may have any value. If the canonical form of what
stands there is 0, x̄ is 0 for all values and sizes, wherever it is defined.

A product is 0 where one of its factors is, and Σ_k c[k]·f[k] where f is, so that parts are proved
for the whole. Most adjoints are told not to vanish by counting: what is read at one place only, and
is no part of what is put in, has nothing that could cancel it. What is as large as the limits below
counts as not zero, and equal shapes are proved once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from symbp.canonical.budgets import Budget
from symbp.canonical.clearing import is_zero
from symbp.canonical.reader import read
from symbp.canonical.tables import Table
from symbp.equations import Equation
from symbp.errors import LimitExceeded, MathError, NotSupportedError
from symbp.expressions import (
    ZERO,
    Access,
    Binder,
    Node,
    Number,
    Reduce,
    accesses,
    quantities_read,
    substitute,
    transform,
)
from symbp.indices import IndexExpr
from symbp.matching import replace_accesses
from symbp.monomials import Monomial, join, split
from symbp.quantities import Axis, Quantity
from symbp.simplifying.moves import tidy
from symbp.systems import EquationSystem

__all__ = ["MOST", "Vanishing", "growth_limit"]

#: Adjoints that are put in, one after the other.
MOST = 3
#: Nodes, shared ones counted each time, of an adjoint with others put in, and of what is proved.
MAX_PUT_IN, MAX_OPENED = 45, 400
#: What one proof may cost.
TERMS, STEPS = 200, 500


@dataclass(frozen=True, slots=True)
class _Part:
    """An expression that is 0 if an adjoint is to be proved 0, and the letters that it is over."""

    root: Node
    ranges: tuple[Binder, ...]


class Vanishing:
    """The search for them, in the adjoints of one system."""

    def __init__(self, system: EquationSystem, helpers: Mapping[str, Quantity]) -> None:
        """Of a system, and the quantities beside it that adjoints read (places of maxima)."""
        self._known = {**system.quantities, **helpers}
        self._definitions = dict(_definitions(system))
        #: the equations of the adjoints found so far, in order of evaluation
        self._adjoints: dict[str, Equation] = {}
        self._order: dict[str, int] = {}
        #: how often each of them reads each other one
        self._reads: dict[str, Counter[str]] = {}
        self._bits = {name: 1 << place for place, name in enumerate(system.quantities)}
        #: what each quantity depends on, itself included: bits of names
        self._below = dict(self._bits)
        for equation in system.equations:
            for name in quantities_read(equation.right):
                self._below[equation.target] |= self._below.get(name, 0)

    def note(self, equation: Equation) -> None:
        """Say what an adjoint is; those that its equation reads come before it."""
        self._order[equation.target] = len(self._order)
        self._adjoints[equation.target] = equation
        self._reads[equation.target] = self._waiting(equation.right)

    def proved(self, equation: Equation, by: str, most: int = MOST) -> bool:
        """Whether the adjoint of a quantity is found to be 0.

        Args:
            equation: the adjoint, as the search leaves it.
            by: the quantity.
            most: how many other adjoints are put in at most.
        """
        root = equation.right
        if isinstance(root, Number) or growth_limit(root) is not None:
            return root == ZERO
        waiting, size = self._waiting(root), root.size
        above: list[str] = []  # what is to be put in before the next look
        for number in range(most + 1):
            if number == 0 or 1 not in waiting.values():  # nothing cancels what is read once
                root, above = self._put_in(root, above), []
                parts = self._parts(root, equation, by)
                if root == ZERO or any(self._is_zero(part, by) for part in parts):
                    return True
            if not waiting or number == most:
                return False
            last = max(waiting, key=self._order.__getitem__)  # no other one reads it
            times = waiting.pop(last)
            size += times * self._adjoints[last].right.size
            if size > MAX_PUT_IN:
                return False
            above.append(last)
            for name, inside in self._reads[last].items():
                waiting[name] += times * inside
        return False

    # -- adjoints put in

    def _waiting(self, root: Node) -> Counter[str]:
        """How often an expression reads each adjoint."""
        if root.size > MAX_PUT_IN:
            return Counter()
        found = _occurrences(root)
        return Counter({name: times for name, times in found.items() if name in self._adjoints})

    def _put_in(self, root: Node, names: Iterable[str]) -> Node:
        before = root
        for name in names:
            root = _with_definitions(root, [self._adjoints[name]])
        return root if root is before else tidy(root)

    # -- what would have to be 0

    def _parts(self, root: Node, equation: Equation, by: str) -> Iterator[_Part]:
        """Expressions of which each makes the whole 0: factors, and what stands under a sum."""
        alone = self._alone(root, by)
        waiting = [_Part(root, equation.ranges)]
        while waiting:
            part = waiting.pop()
            factors = [base for base, exponent in split(part.root).powers if exponent > 0]
            if factors != [part.root]:
                waiting.extend(_Part(factor, part.ranges) for factor in factors)
                continue
            under = _under_sum(part, alone)
            if under is not None:
                waiting.append(under)
            elif not isinstance(part.root, Access) and accesses(part.root):
                yield part

    def _alone(self, root: Node, by: str) -> frozenset[str]:
        """What is read at one place, and would still be if all that depends on `by` were put in."""
        found = _occurrences(root)
        below = 0
        for name in found:
            below |= self._below.get(name, 0) if self._depends(name, by) else 0
        return frozenset(
            name
            for name, times in found.items()
            if times == 1 and not self._depends(name, by) and not self._bits.get(name, 0) & below
        )

    def _depends(self, name: str, by: str) -> bool:
        return name != by and bool(self._below.get(name, 0) & self._bits[by])

    # -- the proof

    def _is_zero(self, part: _Part, by: str) -> bool:
        if self._alone(part.root, by):
            return False
        names = self._to_open(part.root, by)
        if names is None:
            return False
        root = part.root
        for name in names:
            root = _with_definitions(root, [self._definitions[name]])
        return _shape_is_zero(*self._shape(root), part.ranges)

    def _to_open(self, root: Node, by: str) -> list[str] | None:
        """The quantities to put in, the last first; None where something is then read once."""
        counts, size = _occurrences(root), root.size
        names: list[str] = []
        waiting = [name for name in counts if self._opens(name, by)]
        while waiting:
            last = max(waiting, key=self._bits.__getitem__)
            times, definition = counts.pop(last), self._definitions[last]
            size += times * definition.right.size
            if size > MAX_OPENED:
                return None
            for name, inside in _occurrences(definition.right).items():
                counts[name] += times * inside
            names.append(last)
            waiting = [name for name in counts if self._opens(name, by)]
        return None if 1 in counts.values() else names

    def _opens(self, name: str, by: str) -> bool:
        return name in self._definitions and self._depends(name, by)

    def _shape(self, root: Node) -> tuple[Node, tuple[Quantity, ...]]:
        """The expression with what it reads as values numbered, and all that it reads."""
        found = dict.fromkeys(a.quantity for a in accesses(root))
        names = {name: f"·{number}" for number, name in enumerate(found)}

        def numbered(current: Node) -> Node:
            if not isinstance(current, Access):
                return current
            return Access(names[current.quantity], current.indices)

        shape = transform(root, numbered)
        renamed = [replace(self._quantity(name), name=new) for name, new in names.items()]
        gathered = (n for n in quantities_read(shape) if n in self._known)
        return shape, (*renamed, *(self._known[name] for name in gathered))

    def _quantity(self, name: str) -> Quantity:
        known = self._known.get(name)
        if known is not None:
            return Quantity(known.name, known.axes, known.kind)
        axes = (Axis(b.name, b.upper) for b in self._adjoints[name].ranges)
        return Quantity(name, tuple(axes))


def growth_limit(root: Node) -> str | None:
    """Why an adjoint is not tried for being 0: a limit of size, never of time; None: it is."""
    return f"more than {MAX_PUT_IN} nodes" if root.size > MAX_PUT_IN else None


@lru_cache(maxsize=4096)
def _shape_is_zero(
    root: Node, quantities: tuple[Quantity, ...], ranges: tuple[Binder, ...]
) -> bool:
    """Whether the canonical form finds an expression to be 0; False proves nothing."""
    table = Table({q.name: q for q in quantities}, (), Budget(terms=TERMS, steps=STEPS))
    try:
        letters = {b.name: IndexExpr.letter(table.fresh(b.extent)) for b in ranges}
        return is_zero(table, read(table, substitute(root, letters)))
    except (LimitExceeded, NotSupportedError, MathError):
        return False


def _under_sum(part: _Part, alone: frozenset[str]) -> _Part | None:
    """Of Σ_tk c[t]·f[t,k] the sum Σ_k f[t,k] beside a factor that nothing can cancel."""
    root = part.root
    if not isinstance(root, Reduce) or root.operator != "sum":
        return None
    if any(b.letters or b.lower.terms for b in root.binders):
        return None
    taken = {b.name for b in part.ranges}
    monomial = split(root.body)
    dropped = [
        base for base, _ in monomial.powers if isinstance(base, Access) and base.quantity in alone
    ]
    if not dropped or any(b.name in taken for b in root.binders):
        return None
    fixed = frozenset().union(*(base.free for base in dropped))
    left = tuple(power for power in monomial.powers if power[0] not in dropped)
    body = join(Monomial(Fraction(1), left))
    inner = tuple(b for b in root.binders if b.name not in fixed)
    outer = tuple(b for b in root.binders if b.name in fixed)
    return _Part(Reduce("sum", inner, body) if inner else body, (*part.ranges, *outer))


def _definitions(system: EquationSystem) -> Iterator[tuple[str, Equation]]:
    """Quantities that one equation defines for all places, and not by themselves."""
    for name, producers in system.producers.items():
        equation = producers[0]
        recurrent = name in quantities_read(equation.right)
        if len(producers) == 1 and equation.plain and not recurrent:
            yield name, equation


def _with_definitions(root: Node, equations: Iterable[Equation]) -> Node:
    return replace_accesses(root, {e.target: (e.letters, e.right) for e in equations})


def _occurrences(root: Node) -> Counter[str]:
    """How often each quantity is read, in the expression as a tree."""
    found: Counter[str] = Counter()
    stack = [root]
    while stack:
        current = stack.pop()
        if isinstance(current, Access):
            found[current.quantity] += 1
        stack.extend(current.children)
    return found
