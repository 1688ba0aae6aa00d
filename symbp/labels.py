"""Sums in which a bracket names the one value of an index that counts: scatters and gathers.

    g[v,d] = sum(n, [v == t[n]]*f[n,d])      each n adds to the one row v = t[n]: a scatter
    y[n,d] = sum(v, [v == t[n]]*W[v,d])      only v = t[n] counts: a gather

The bracket *fixes* the index v to the label t[n]: loops need not run over it. A label that is no
value of the index (-1 for "none") counts nowhere, which whoever leaves out the loop has to check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbp.expressions import (
    ONE,
    Binder,
    Bracket,
    IndexComparison,
    Node,
    Product,
    Reduce,
    substitute,
)
from symbp.indices import IndexExpr

__all__ = ["Labelled", "at_labels", "labels_of"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """An index with the label that it has to equal, and the bracket that says so."""

    binder: Binder
    label: IndexExpr
    bracket: Bracket


def labels_of(ranges: Sequence[Binder], right: Node) -> tuple[Labelled, ...]:
    """The indices of an equation, and of the sum that is its right side, that labels fix.

    Args:
        ranges: the indices of the equation.
        right: its right side; no letter is bound twice.
    """
    if not isinstance(right, Reduce) or right.operator != "sum":
        return ()
    used = {name for b in (*ranges, *right.binders) for name in b.letters}
    whole = (b for b in (*ranges, *right.binders) if _whole(b) and b.name not in used)
    loops = {b.name: b for b in whole}
    found: dict[str, Labelled] = {}
    for factor in _factors(right.body):
        for letter, label in _equals(factor):
            binder = loops.get(letter)
            if binder is None or letter in found or letter in label.letters:
                continue
            if any(name in found for name in label.letters):
                continue  # a label of a label
            if any(letter in one.label.letters for one in found.values()):
                continue
            found[letter] = Labelled(binder, label, factor)  # type: ignore[arg-type]
            break
    return tuple(found.values())


def at_labels(body: Node, fixed: Sequence[Labelled]) -> Node:
    """The body of a sum without its brackets, its indices at their labels."""
    brackets = {one.bracket for one in fixed}
    factors = [factor for factor in _factors(body) if factor not in brackets]
    below = body.denominator if isinstance(body, Product) else ()
    made = Product(factors, below) if below or len(factors) > 1 else (*factors, ONE)[0]
    return substitute(made, {one.binder.name: one.label for one in fixed})


def _factors(body: Node) -> tuple[Node, ...]:
    return body.numerator if isinstance(body, Product) else (body,)


def _equals(factor: Node) -> Iterator[tuple[str, IndexExpr]]:
    """A letter and the label that it has to equal, either way round."""
    condition = factor.condition if isinstance(factor, Bracket) else None
    if isinstance(condition, IndexComparison) and condition.relation == "==":
        for one, other in (
            (condition.left, condition.right),
            (condition.right, condition.left),
        ):
            if one.as_letter is not None and other.as_gather is not None:
                yield one.as_letter, other


def _whole(binder: Binder) -> bool:
    """Whether a range is all of an axis."""
    upper = binder.upper
    plain = upper is not None and not upper.letters and not upper.gathered
    return plain and not binder.lower.terms
