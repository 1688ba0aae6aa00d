"""How many scalar operations a system takes: a polynomial in the extents.

What is counted is what loops over a normalised system do (`normalisation.py`): for each element of
each quantity the operations of its right side, where a node that is used several times counts once.

    a - b + c              one operation a sign between terms; a sign in front is one more
    a*b/c                  one operation a factor, but for the first; 1/c is one
    b^e, f(u), u < v       one operation
    sum, prod, max, min    what the body takes, and one more, for each value of the bound indices:
                           loops start from 0 and add every element, so that K terms are K additions
    where(c, a, b)         the condition and both branches; brackets, and conditions on indices,
                           are free
    sum of [v == t[n]]*f   what f takes, and one more, without a loop over v: a scatter or a gather

Reading an element and index arithmetic are free. The count is exact where no value decides what is
computed; where a branch or a bracket leaves something out it is what the loops do at most. The
polynomials for 0^m + 1^m + ... + (x-1)^m sum triangular ranges: over j <= i the body counts
(N^2 + N)/2 times, not N^2 times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from math import comb, gcd, lcm
from numbers import Integral
from typing import Any

from symbp.environments import Environment
from symbp.equations import Equation
from symbp.errors import NotSupportedError, ShapeError, UnknownNameError
from symbp.expressions import (
    Abstraction,
    Binder,
    Call,
    Comparison,
    Node,
    Power,
    Product,
    Reduce,
    Sum,
    TensorOperator,
)
from symbp.indices import Atom, Extent, IndexExpr, Letter
from symbp.labels import Labelled, at_labels, labels_of
from symbp.names import suggest
from symbp.normalisation import normalise
from symbp.numerics.numbers import FLOAT64
from symbp.spelling import name_letters
from symbp.systems import EquationSystem

__all__ = ["Cost", "Count", "count_equation", "count_system", "own_operations"]

_ZERO, _ONE = IndexExpr.integer(0), IndexExpr.integer(1)


@dataclass(frozen=True)
class Count:
    """A number of operations: `numerator/denominator`, a polynomial in the extents.

    Attributes:
        numerator: an index expression without letters.
        denominator: a positive integer; the quotient is whole for all extents.
        order: names of extents, in the order in which they print.
    """

    numerator: IndexExpr
    denominator: int = 1
    order: tuple[str, ...] = field(default=(), compare=False)

    def __add__(self, other: Count) -> Count:
        common = lcm(self.denominator, other.denominator)
        left = self.numerator * (common // self.denominator)
        return _reduced(left + other.numerator * (common // other.denominator), common, self.order)

    @property
    def extents(self) -> tuple[str, ...]:
        """The symbolic extents in it."""
        return self.numerator.extents

    def at(self, extents: Mapping[str, int] | None = None, **more: int) -> int:
        """The number for given extents: `count.at(N=100, K=10)`.

        Raises:
            ShapeError: an extent is missing, or is no positive integer.
        """
        given: dict[str, Any] = {**(extents or {}), **more}
        for name in self.extents:
            if name not in given:
                raise ShapeError(f"the count depends on the extent {name}; give it: at({name}=...)")
            value = given[name]
            if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
                raise ShapeError(f"the extent {name} is {value!r}; extents are positive integers")
        sizes = {name: int(given[name]) for name in self.extents}
        return Environment(FLOAT64, extents=sizes).index(self.numerator, {}) // self.denominator

    def __repr__(self) -> str:
        return f"<Count {self}>"

    def __str__(self) -> str:
        """`2*N*J*K + N*K`: higher degrees first, extents in the order of the system."""
        terms = sorted(self.numerator.terms, key=self._rank)
        text = ""
        for atoms, factor in terms:
            word = self._word(atoms, abs(factor))
            text += (" + " if factor > 0 else " - ") + word if text else "-" * (factor < 0) + word
        text = text or "0"
        if self.denominator == 1:
            return text
        return f"({text})/{self.denominator}" if len(terms) > 1 else f"{text}/{self.denominator}"

    def _rank(self, term: tuple[tuple[Atom, ...], int]) -> tuple[int, list[tuple[int, str]]]:
        return -len(term[0]), sorted(self._place(atom) for atom in term[0])

    def _place(self, atom: Atom) -> tuple[int, str]:
        known = isinstance(atom, Extent) and atom.name in self.order
        return (self.order.index(_spell(atom)) if known else len(self.order)), _spell(atom)

    def _word(self, atoms: tuple[Atom, ...], factor: int) -> str:
        powers: dict[str, int] = {}
        for _, name in sorted(self._place(atom) for atom in atoms):
            powers[name] = powers.get(name, 0) + 1
        words = [name if power == 1 else f"{name}^{power}" for name, power in powers.items()]
        if factor != 1 or not words:
            words.insert(0, str(factor))
        return "*".join(words)


@dataclass(frozen=True)
class Cost:
    """What a system takes: `str(cost)` is the polynomial, `cost["z"]` that of one quantity.

    Attributes:
        parts: for each computed quantity, in order, what its equations take.
    """

    parts: Mapping[str, Count]
    order: tuple[str, ...] = ()

    @cached_property
    def total(self) -> Count:
        """All operations."""
        made = Count(_ZERO, 1, self.order)
        for part in self.parts.values():
            made += part
        return made

    def at(self, extents: Mapping[str, int] | None = None, **more: int) -> int:
        """The number of operations for given extents, as `Count.at`."""
        return self.total.at(extents, **more)

    def __getitem__(self, name: str) -> Count:
        """The operations of one computed quantity.

        Raises:
            UnknownNameError: nothing of that name is computed.
        """
        if name not in self.parts:
            raise UnknownNameError(
                f"nothing called {str(name)[:60]!r} is computed; {suggest(str(name), self.parts)}"
            )
        return self.parts[name]

    def __repr__(self) -> str:
        return f"<Cost {self}>"

    def __str__(self) -> str:
        return str(self.total)


def count_system(system: EquationSystem) -> Cost:
    """The operations of all equations, inner sums and shared parts under names of their own.

    Raises:
        NotSupportedError: a range that depends on data, or a tensor operator.
    """
    whole = normalise(system)
    order = _order(whole)
    parts: dict[str, Count] = {}
    for equation in whole.equations:
        made = count_equation(equation, order)
        known = parts.get(equation.target)
        parts[equation.target] = made if known is None else known + made
    return Cost(parts, order)


def count_equation(equation: Equation, order: tuple[str, ...] = ()) -> Count:
    """The operations of one equation, as it stands.

    Raises:
        NotSupportedError: as `count_system`.
    """
    counter = _Counter(equation.target)
    right = name_letters(equation.right, frozenset(equation.letters))
    fixed = labels_of(equation.ranges, right) if equation.plain else ()
    if fixed and isinstance(right, Reduce):
        numerator, denominator = counter.labelled(equation.ranges, right, fixed)
    else:
        numerator, denominator = counter.over(equation.ranges, counter.level(equation.right))
    return _reduced(numerator, denominator, order)


def _order(system: EquationSystem) -> tuple[str, ...]:
    """Extents by first appearance in the declarations."""
    axes = (axis for q in system.quantities.values() for axis in q.axes)
    return tuple(dict.fromkeys(n for axis in axes if axis.extent for n in axis.extent.extents))


# -- one node ------------------------------------------------------------------------------------

_OWN: tuple[tuple[type[Node], Callable[[Any], int]], ...] = (
    (Sum, lambda made: max(len(made.terms) - 1, 0) + sum(s < 0 for s, _ in made.terms[:1])),
    (Product, lambda made: max(len(made.numerator), 1) + len(made.denominator) - 1),
    (Power, lambda made: 1),
    (Call, lambda made: 1),
    (Comparison, lambda made: 1),
)


def own_operations(current: Node) -> int:
    """The operations that a node adds to those of its children; 0: it reads or chooses."""
    return next((count(current) for kind, count in _OWN if isinstance(current, kind)), 0)


# -- all nodes of an equation ----------------------------------------------------------------------

#: A polynomial in letters and extents, over a whole number.
_Quotient = tuple[IndexExpr, int]


class _Counter:
    """Counts one equation; nests only as deep as sums, which is limited where they are made."""

    def __init__(self, target: str) -> None:
        self.target = target

    def level(self, root: Node) -> _Quotient:
        """The operations of a node for one value of each free index, nodes used twice once."""
        plain, made = 0, (_ZERO, 1)
        seen: set[int] = set()
        stack = [root]
        while stack:
            current = stack.pop()
            if id(current) in seen:
                continue
            seen.add(id(current))
            if isinstance(current, Reduce):
                above, below = self.level(current.body)
                made = _added(made, self.over(current.binders, (above + below, below)))
            elif isinstance(current, TensorOperator | Abstraction):
                raise NotSupportedError(
                    f"{self.target} needs a tensor operator; its operations are not counted yet"
                )
            else:
                plain += own_operations(current)
                stack.extend(current.children)
        return _added(made, (IndexExpr.integer(plain), 1))

    def labelled(
        self, ranges: Sequence[Binder], right: Reduce, fixed: Sequence[Labelled]
    ) -> _Quotient:
        """A sum in which labels fix indices: no loop runs over those."""
        known = {one.binder.name for one in fixed}
        loops = [b for b in (*ranges, *right.binders) if b.name not in known]
        above, below = self.level(at_labels(right.body, fixed))
        adds = any(b.name not in known for b in right.binders) or any(
            b.name in known for b in ranges
        )
        return self.over(loops, (above + below, below) if adds else (above, below))

    def over(self, binders: Sequence[Binder], body: _Quotient) -> _Quotient:
        """The sum of what is taken for each value of the binders."""
        waiting = list(binders)
        while waiting:
            used = {name for b in waiting for name in b.letters}
            inner = next((b for b in waiting if b.name not in used), waiting[-1])
            waiting.remove(inner)
            body = self._summed(inner, body)
        return body

    def _summed(self, binder: Binder, body: _Quotient) -> _Quotient:
        upper = binder.upper
        if upper is None or upper.gathered or binder.lower.gathered:
            raise self._refusal(binder)
        total: _Quotient = (_ZERO, 1)
        for power, factor in self._by_power(binder, body[0]).items():
            above, below = _faulhaber(power)
            ends = _value(above, upper) + -_value(above, binder.lower)
            total = _added(total, (factor * ends, below * body[1]))
        return total

    def _by_power(self, binder: Binder, polynomial: IndexExpr) -> dict[int, IndexExpr]:
        """The factor of each power of the bound letter."""
        letter = Letter(binder.name)
        found: dict[int, IndexExpr] = {}
        for atoms, factor in polynomial.terms:
            rest = tuple(atom for atom in atoms if atom != letter)
            term = IndexExpr(((rest, factor),))
            if binder.name in term.letters:
                raise self._refusal(binder)
            power = len(atoms) - len(rest)
            found[power] = found.get(power, _ZERO) + term
        return found

    def _refusal(self, binder: Binder) -> NotSupportedError:
        return NotSupportedError(
            f"how often {self.target} runs over {binder.name} is no polynomial in the extents; "
            "ranges that read data, and // or % of an index, are not counted"
        )


def _added(left: _Quotient, right: _Quotient) -> _Quotient:
    common = lcm(left[1], right[1])
    return left[0] * (common // left[1]) + right[0] * (common // right[1]), common


def _reduced(numerator: IndexExpr, denominator: int, order: tuple[str, ...]) -> Count:
    """The quotient in lowest terms."""
    shared = gcd(denominator, *(factor for _, factor in numerator.terms))
    terms = tuple((atoms, factor // shared) for atoms, factor in numerator.terms)
    return Count(IndexExpr(terms), denominator // shared, order)


@cache
def _faulhaber(power: int) -> tuple[tuple[int, ...], int]:
    """0^m + ... + (x-1)^m as whole coefficients of 1, x, x^2, ..., over a whole number.

    From x^(m+1) = sum over k <= m of C(m+1, k) S_k(x), which telescopes (k+1)^(m+1) - k^(m+1).
    """
    known = [Fraction(0)] * (power + 2)
    known[power + 1] = Fraction(1)
    for lower in range(power):
        above, below = _faulhaber(lower)
        for place, factor in enumerate(above):
            known[place] -= Fraction(comb(power + 1, lower) * factor, below)
    known = [value / (power + 1) for value in known]
    common = lcm(*(value.denominator for value in known))
    return tuple(int(value * common) for value in known), common


def _value(coefficients: Sequence[int], at: IndexExpr) -> IndexExpr:
    """A polynomial at an index expression (Horner)."""
    made = _ZERO
    for coefficient in reversed(coefficients):
        made = made * at + coefficient
    return made


def _spell(atom: Atom) -> str:
    return str(IndexExpr((((atom,), 1),)))
