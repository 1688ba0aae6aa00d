"""Variances and covariances as mean products of deviations: E(xy) - E(x)E(y) cancels, this doesn't.

    v[n] = sum(k, x[n,k]^2)/K - m[n]^2         v[n] = sum(k, (x[n,k] - m[n])^2)/K

A difference of a multiple of a sum of products and a multiple of a product of two sums is written
so wherever that is proved to be the same; which multiples those are is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Binder,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    accesses,
    postorder,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.matching import replace_nodes
from symbp.monomials import Monomial, join, split, terms_of
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.hidden import Hidden, stem_of_name
from symbp.stabilising.rewrites import Rewrite
from symbp.systems import EquationSystem

__all__ = ["centre"]


def centre(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with its variances as sums of squared deviations, and what was done."""
    return _Centring(system, closed).run()


@dataclass
class _Centring:
    """One run over the elementwise equations."""

    system: EquationSystem
    closed: frozenset[str]
    sums: dict[str, Equation] = field(default_factory=dict)
    definitions: dict[str, Equation] = field(default_factory=dict)

    def run(self) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
        """Look at each equation after those that it reads."""
        self.hidden = Hidden(self.system)
        equations: list[Equation] = []
        originals = dict(self.system.originals)
        done: list[Rewrite] = []
        for equation in self.system.equations:
            single = len(self.system.producers[equation.target]) == 1
            before: list[Equation] = []
            made = equation
            if equation.target not in self.closed and equation.plain and single:
                if isinstance(equation.right, Reduce):
                    if equation.right.operator == "sum":
                        self.sums[equation.target] = equation
                        self.definitions[equation.target] = equation
                else:
                    made, before = self._one(equation)
                    if _is_multiple(equation, self.sums):
                        self.definitions[equation.target] = equation
            if made is not equation:
                originals[made] = originals.pop(equation, equation)
                done.append(Rewrite("centre", equation, made))
            equations += [*before, made]
        if not done:
            return self.system, ()
        return self.hidden.rebuilt(equations, originals), tuple(done)

    def _one(self, equation: Equation) -> tuple[Equation, list[Equation]]:
        """An equation with its first difference of this kind written otherwise."""
        read = {a.quantity for a in accesses(equation.right)}
        if not read & set(self.sums):
            return equation, []
        for current in postorder(equation.right):
            if isinstance(current, Sum):
                found = self._difference(current, equation)
                if found is not None:
                    new, before = found
                    right = replace_nodes(equation.right, {current: new})
                    opened = {**self.definitions, **{e.target: e for e in before}}
                    if proved_equal(
                        equation.right, right, equation.ranges, opened, self.hidden.quantities
                    ):
                        return replace(equation, right=right), before
                    self.hidden.forget(before)
        return equation, []

    def _difference(self, current: Sum, equation: Equation) -> tuple[Node, list[Equation]] | None:
        """a·Σfg - b·(Σf)(Σg) as a·Σ(f-E f)(g-E g), with what is computed before it."""
        terms = terms_of(current)
        for first in terms:
            squares = self._sum_in(first)
            for second in terms:
                if second is first or squares is None or first.coefficient * second.coefficient > 0:
                    continue
                access, total = squares
                if any(a.as_letter is None for a in access.indices):
                    continue
                body = split(total.body)
                if not self._product_of_sums(second, body):
                    continue
                return self._written(terms, first, second, access, total, equation)
        return None

    def _sum_in(self, term: Monomial) -> tuple[Access, Reduce] | None:
        """The sum of products in a term that is a multiple of one."""
        found = [b for b, e in term.powers if e == 1 and isinstance(b, Access)]
        others = [b for b, _ in term.powers if b not in found]
        if len(found) != 1 or not all(isinstance(b, IndexValue) for b in others):
            return None
        equation = self.sums.get(found[0].quantity)
        if equation is None or not isinstance(equation.right, Reduce):
            return None
        body = split(equation.right.body)
        if body.coefficient != 1 or sum(e for _, e in body.powers) != 2 or len(body.powers) > 2:
            return None
        return found[0], equation.right

    def _product_of_sums(self, term: Monomial, body: Monomial) -> bool:
        """Whether a term is a multiple of the square, or product, of quantities at that place."""
        found = [(b, e) for b, e in term.powers if not isinstance(b, IndexValue)]
        known = all(isinstance(b, Access) and b.quantity in self.definitions for b, _ in found)
        exponents = sorted(e for _, e in found)
        wanted = sorted(e for _, e in body.powers)
        return known and exponents == wanted

    def _written(
        self,
        terms: Sequence[Monomial],
        first: Monomial,
        second: Monomial,
        access: Access,
        total: Reduce,
        equation: Equation,
    ) -> tuple[Node, list[Equation]]:
        own = self.sums[access.quantity]
        letters = dict(zip(own.letters, access.indices, strict=True))
        binders = total.binders
        body = substitute(total.body, letters)
        before: list[Equation] = []
        deviations: list[Node] = []
        for base, exponent in split(body).powers:
            mean = self._mean(base, binders, equation, before)
            deviation = Sum(((1, base), (-1, mean)))
            deviations.append(deviation if exponent == 1 else Power(deviation, Number(exponent)))
        product = deviations[0] if len(deviations) == 1 else Product(deviations)
        spread = self._define("spread", Reduce("sum", binders, product), equation, before)
        powers = tuple((spread if b == access else b, e) for b, e in first.powers)
        kept = [m for m in terms if m is not first and m is not second]
        made = [(1, join(Monomial(first.coefficient, powers)))]
        made += [
            (1 if m.coefficient > 0 else -1, join(Monomial(abs(m.coefficient), m.powers)))
            for m in kept
        ]
        return (made[0][1] if len(made) == 1 else Sum(tuple(made))), before

    def _mean(
        self, base: Node, binders: Sequence[Binder], equation: Equation, before: list[Equation]
    ) -> Access:
        """The mean of something over the binders: the author's name, or a new one."""
        for name, known in self.definitions.items():
            monomial = split(known.right)
            found = [b for b, e in monomial.powers if e == 1 and isinstance(b, Access)]
            counts = tuple(p for p in monomial.powers if p[0] not in found)
            if len(found) != 1 or found[0].quantity not in self.sums or monomial.coefficient != 1:
                continue
            inner = self.sums[found[0].quantity]
            summed = inner.right == Reduce("sum", binders, base)
            if summed and counts == _inverse_count(binders) and known.letters == inner.letters:
                return Access(name, [IndexExpr.letter(n) for n in known.letters])
        total = Reduce("sum", binders, base)
        known_sum = next((e for e in self.sums.values() if e.right == total), None)
        if known_sum is None:
            place = self._define("sum", total, equation, before)
        else:
            place = Access(known_sum.target, known_sum.at)
        right = join(Monomial(Fraction(1), ((place, Fraction(1)), *_inverse_count(binders))))
        return self._define("mean", right, equation, before, base)

    def _define(
        self,
        word: str,
        right: Node,
        equation: Equation,
        before: list[Equation],
        about: Node | None = None,
    ) -> Access:
        ranges = tuple(b for b in equation.ranges if b.name in right.free)
        found = accesses(right if about is None else about)
        stem = stem_of_name(found[0]) if found else "index"  # of labels and indices only
        before.append(self.hidden.define(f"{word}/{stem}", ranges, right))
        return before[-1].left


def _inverse_count(binders: Sequence[Binder]) -> tuple[tuple[Node, Fraction], ...]:
    return tuple((IndexValue(b.extent), Fraction(-1)) for b in binders)


def _is_multiple(equation: Equation, sums: Mapping[str, Equation]) -> bool:
    """Whether it defines a multiple of a sum, such as a mean."""
    powers = split(equation.right).powers
    found = [b for b, e in powers if e == 1 and isinstance(b, Access)]
    others = [b for b, _ in powers if b not in found]
    known = len(found) == 1 and found[0].quantity in sums
    return known and all(isinstance(b, IndexValue) for b in others)
