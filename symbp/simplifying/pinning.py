"""What stays in an expression whatever is done to it: sums that no lemma can make disappear.

In Σ_k W[k,j]·(1 - h[n,k]^2)·Σ_l V[l,k]·(1 - g[n,l]^2)·d[n,l], a gradient deep in a network, each
index runs through a factor that reads, at that index, what nothing else reads. Such a factor *pins*
the index: whatever is put for d[n,l], the factor stays under the sum (by the distributive law the
expression is a sum over independent numbers, none of which another term can cancel), unless an
equation names a sum over just these quantities. So the sums stay, and so does each quantity that
only one factor reads, which bounds the reading cost of every form from below. Both save searches
that are bound to fail, and change no result.

Brackets, conditions on indices and tensor operators, which may do away with an index, are left to
the search; and only for products of one sum inside the other is the cost bounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from symbp.equations import Equation
from symbp.expressions import (
    ONE,
    ZERO,
    Binder,
    Bracket,
    IndexComparison,
    Logical,
    Node,
    Number,
    Power,
    Reduce,
    Sum,
    TensorOperator,
    Where,
    accesses,
    postorder,
    quantities_read,
)
from symbp.facts import Identity
from symbp.monomials import split
from symbp.simplifying.relations import Relations

__all__ = ["Pins"]

#: One sum of a nest: its indices, and the factors beside the next sum.
_Level = tuple[tuple[Binder, ...], tuple[Node, ...]]


class Pins:
    """What stays, in the expressions of one system."""

    def __init__(self, relations: Relations) -> None:
        self.relations = relations
        #: what each sum that has a name reads, by the quantities that it reads
        self._totals: dict[str, list[frozenset[str]]] = {}
        for _, read in relations.sums:
            for name in sorted(read):
                self._totals.setdefault(name, []).append(read)
        self._tied = frozenset(_of_facts(relations))
        patterns = (r.pattern for found in relations.differences.values() for r in found)
        self._solved = frozenset(name for p in patterns for name in quantities_read(p))

    def hold(self, reduction: Reduce, equation: Equation) -> bool:
        """Whether a sum cannot disappear when the definition is put for what it defines.

        A sum inside it is judged, and opened, by itself.
        """
        right = equation.right
        if _decides(reduction.body) or all(_decides(term) for term in _terms(right)):
            return False
        inside = frozenset(quantities_read(right))
        read = inside.union(quantities_read(reduction))
        totals = [k for name in sorted(inside) for k in self._totals.get(name, ()) if k <= read]
        closed = inside.union((equation.target,), *totals)
        letters = frozenset(b.name for b in reduction.binders)
        return any(
            _pinned(term, reduction.body, letters, closed) for term in _terms(reduction.body)
        )

    def least(self, root: Node, *, opened: bool) -> int:
        """A bound from below for the reading cost of each form; 0 where nothing is known.

        All sums of the expression have to `hold`, whatever is opened. A form reads every
        quantity that stays, and joins them: two operations count 2 at least. Where a definition
        may be opened, a term of a factor may go with its sum: Σ_k d[k]·(v[k] - a) is Σ_k d[k]·v[k].
        """
        levels = _levels(root)
        read = frozenset(quantities_read(root))
        known = levels is not None and not any(_joins_cheaply(n) for n in postorder(root))
        if levels is None or not known or read & self._solved or self.relations.may_apply(root):
            return 0
        # the innermost factors stand under every sum that holds anything of the sums around them
        inner = {name for f in levels[-1][1] if not isinstance(f, Sum) for name in _first(f)}
        totals = (k for name in sorted(inner) for k in self._totals.get(name, ()))
        closed = self._tied.union(*(k for k in totals if inner <= k <= read))
        factors = [factor for _, beside in levels for factor in beside]
        found = Counter(name for factor in factors for name in dict.fromkeys(_first(factor)))
        lasting = (f for f in factors if not (opened and isinstance(f, Sum)))
        names = {name for factor in lasting for name in _first(factor)}
        once = [n for n in found if found[n] == 1 and n in names and n not in closed]
        return 6 + 2 * (len(once) - 1) if inner and once else 0


def _first(factor: Node) -> tuple[str, ...]:
    return tuple(quantities_read(factor))


def _levels(root: Node) -> list[_Level] | None:
    """A nest of sums from the outside in, factors before it taken as those of the first sum."""
    found: list[_Level] = []
    current: Node | None = root
    binders: tuple[Binder, ...] = ()
    while current is not None:
        factors, others = _factors(current)
        inner = others[0] if others else None
        if len(others) > 1 or any(_decides(factor) for factor in factors):
            return None
        if inner is not None and not (isinstance(inner, Reduce) and inner.operator == "sum"):
            return None
        if factors or binders:
            found.append((binders, tuple(factors)))
        binders = inner.binders if isinstance(inner, Reduce) else ()
        current = inner.body if isinstance(inner, Reduce) else None
    return found if any(binders for binders, _ in found) else None


def _factors(root: Node) -> tuple[list[Node], list[Node]]:
    """The factors of a product, those that hold no sum over indices and the others.

    Of a branch that is 0 on one side its condition is a factor: where(c, 0, x·f).
    """
    plain: list[Node] = []
    others: list[Node] = []
    stack: list[Node] = [root]
    while stack:
        for base, exponent in split(stack.pop()).powers:
            if isinstance(base, Where) and exponent == 1 and ZERO in (base.then, base.otherwise):
                stack += [base.condition, base.otherwise if base.then == ZERO else base.then]
            elif base.height:
                others.append(base if exponent == 1 else ONE)
            else:
                plain.append(base)
    return plain, others


def _pinned(term: Node, body: Node, letters: frozenset[str], closed: frozenset[str]) -> bool:
    """Whether each index runs through a factor of its own, which no other term reads there."""
    plain, inner = _factors(term)
    others = (*inner, *(other for other in _terms(body) if other is not term))
    beside = {a.quantity for other in others for a in accesses(other) if a.free & letters}
    own = (_own_letters(factor, plain, closed.union(beside)) for factor in plain)
    return letters <= frozenset().union(*own)


def _terms(root: Node) -> Sequence[Node]:
    return [term for _, term in root.terms] if isinstance(root, Sum) else [root]


def _own_letters(base: Node, beside: Sequence[Node], closed: frozenset[str]) -> frozenset[str]:
    """Letters at which a factor reads a quantity that is not closed, and that no other reads."""
    if closed.intersection(quantities_read(base)):
        return frozenset()
    others = {name for other in beside if other is not base for name in quantities_read(other)}
    found = [
        frozenset().union(*(a.free for a in accesses(term) if a.quantity not in others))
        for term in _terms(base)
    ]
    return max(found, key=len)  # multiplied out, one of the terms stands in each product


def _decides(base: Node) -> bool:
    """Whether an index may meet a condition on it, and the sum is gone: Σ_k [k=j] x[k] is x[j]."""
    return any(isinstance(n, Bracket | IndexComparison | TensorOperator) for n in postorder(base))


def _joins_cheaply(current: Node) -> bool:
    """Nodes that join more than one operand at less than 2 each."""
    symbolic = isinstance(current, Power) and not isinstance(current.exponent, Number)
    return symbolic or isinstance(current, Logical)


def _of_facts(relations: Relations) -> Iterable[str]:
    """Quantities that a declared fact is about, which printing may use."""
    for fact in relations.system.facts:
        if isinstance(fact, Identity):
            yield from quantities_read(fact.left)
            yield from quantities_read(fact.right)
        else:
            yield fact.quantity
