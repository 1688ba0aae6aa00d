"""Sums of different exponentials by themselves, shifted by the largest of their exponents.

    1 + exp(a) + 2*exp(b)      max/a = max(0, a, b)
                               total/a = exp(-max/a) + exp(a - max/a) + 2*exp(b - max/a)

The terms may be sums over indices that have their own largest exponents, and products of
exponentials; a number, or anything positive, is a term with exponent 0. What is multiplied by
something that may be 0 counts only where that is not 0:

    x*exp(a) + exp(b)          max/a = max(where(x != 0, a, -inf), b)
                               total/a = where(x != 0, exp(a - max/a)*x, 0) + exp(b - max/a)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Binder,
    Call,
    Comparison,
    Constant,
    Node,
    Number,
    Product,
    Sum,
    Where,
    quantities_read,
)
from symbp.monomials import Monomial, split, total
from symbp.stabilising.families import tame
from symbp.stabilising.hidden import whole
from symbp.stabilising.references import References, light, stem_of
from symbp.stabilising.scales import Exponent, Scaled, collected, compose, split_one

__all__ = ["Explicit"]


@dataclass
class Explicit:
    """The sums of one system that have names so far.

    Attributes:
        define: makes a hidden equation before the one that is being read.
        open: lets proofs open a shifted sum as it was written.
        positive: whether a node is known to be > 0.
        written: the shifted sums that were made, as they were written.
    """

    references: References
    define: Callable[[str, Sequence[Binder], Node], Equation]
    open: Callable[[Equation], None]
    positive: Callable[[Node], bool]
    sums: dict[tuple[object, ...], Scaled] = field(default_factory=dict)
    largest: dict[tuple[object, ...], Access] = field(default_factory=dict)
    written: dict[str, Equation] = field(default_factory=dict)
    _unproved: dict[str, Equation] = field(default_factory=dict)

    def scaled(
        self, current: Sum, parts: Sequence[Scaled], scope: Sequence[Binder]
    ) -> Scaled | None:
        """A sum as the exponential of its largest exponent times a shifted sum.

        Args:
            current: the sum as it was written.
            parts: its terms as scaled values.
            scope: the running indices of the equation that it stands in.

        Returns:
            None where no term can overflow, or where a term is too long to be written again.
        """
        if not all(self._may_stand(p) for p in parts):
            return None
        growing = [p.exponent for p in parts if p.exponent]
        if all(tame(e, self.references) for e in growing):
            return None
        ranges = tuple(b for b in scope if b.name in current.free)
        if len(ranges) < len(current.free) or not all(whole(b) for b in ranges):
            return None
        signs = (sign for sign, _ in current.terms)
        key = frozenset(
            Counter(
                (s, _unordered(p.exponent), p.rest) for s, p in zip(signs, parts, strict=True)
            ).items()
        )
        if (key, ranges) not in self.sums:
            self.sums[key, ranges] = self._named(current, parts, ranges)
        return self.sums[key, ranges]

    def settled(self, root: Node, proved: Callable[[Equation, Node], bool]) -> bool:
        """Whether the shifted sums that an expression reads are proved to be what was written.

        Most are never read; each is looked at when it first is, with those that it reads.
        """
        found: dict[str, Equation] = {}
        stack = [root]
        while stack and self._unproved:
            for name in quantities_read(stack.pop()):
                if name in self._unproved and name not in found:
                    found[name] = self._unproved[name]
                    stack.append(found[name].right)
        if not all(proved(part, self.written[name].right) for name, part in found.items()):
            return False
        for name in found:
            del self._unproved[name]
        return True

    def _may_stand(self, part: Scaled) -> bool:
        """Whether a term may be written again, its exponential apart."""
        if not all(light(m) for m in part.exponent):
            return False
        if isinstance(part.rest, Number) or self.positive(part.rest):
            return True
        return bool(part.exponent) and light(split(part.rest))

    def _condition(self, part: Scaled) -> Node | None:
        """The condition without which an exponential is nothing; None where it always counts."""
        if not part.exponent or isinstance(part.rest, Number) or self.positive(part.rest):
            return None
        return Comparison("!=", part.rest, ZERO)

    def _named(self, current: Sum, parts: Sequence[Scaled], ranges: Sequence[Binder]) -> Scaled:
        """The sum through its largest exponent."""
        conditions = [self._condition(p) for p in parts]
        largest = self._largest(parts, conditions, ranges)
        minus = Monomial(Fraction(-1), ((largest, Fraction(1)),))
        terms = [
            compose(collected((*p.exponent, minus)), p.rest, [c] if c is not None else ())
            for p, c in zip(parts, conditions, strict=True)
        ]
        signs = (sign for sign, _ in current.terms)
        body = Sum(tuple(zip(signs, terms, strict=True)))
        made = self.define(f"total/{_stem(parts)}", ranges, body)
        written = replace(made, right=Product((current,), (Call("exp", (largest,)),)))
        self.written[made.target], self._unproved[made.target] = written, made
        self.open(written)
        return Scaled(current, (split_one(largest),), made.left)

    def _largest(
        self,
        parts: Sequence[Scaled],
        conditions: Sequence[Node | None],
        ranges: Sequence[Binder],
    ) -> Access:
        """The largest exponent of those that count, under a name; a known one keeps its name."""
        pairs = zip(parts, conditions, strict=True)
        members = {(_unordered(p.exponent), c): p.exponent for p, c in pairs}
        key = (frozenset(members), tuple(ranges))
        if key not in self.largest:
            written = [
                total(e) if c is None else Where(c, total(e), Constant("-inf"))
                for (_, c), e in members.items()
            ]
            made = self.define(f"max/{_stem(parts)}", ranges, Call("max", written))
            self.references.enter(made)
            self.largest[key] = made.left
        return self.largest[key]


def _stem(parts: Sequence[Scaled]) -> str:
    return stem_of(next(p.exponent for p in parts if p.exponent))


def _unordered(exponent: Exponent) -> frozenset[object]:
    return frozenset((m.key, m.coefficient) for m in exponent)
