"""Where values can lie: interval arithmetic over a system, with open and closed ends.

This is how symbp knows that a softmax is positive and that 1 - σ is not 0, without a rule for
either: exp(x) lies in (0, ∞), a sum of such in (0, ∞), a quotient of such in (0, ∞). Symbols of
which nothing is known lie in (-∞, ∞). Intervals are exact at their ends (0, 1, rationals).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbp.expressions import (
    Access,
    Bracket,
    Call,
    Constant,
    IndexComparison,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    postorder,
    substitute,
)
from symbp.facts import Fact, Identity, words_implied
from symbp.functions import define
from symbp.indices import Extent, IndexExpr, Letter
from symbp.monomials import Monomial, terms_of, total
from symbp.systems import EquationSystem

__all__ = ["ANY", "Interval", "interval_of", "interval_of_fact", "intervals"]

_End = Fraction | None  # None: infinite


@dataclass(frozen=True, slots=True)
class Interval:
    """All x with low <= x <= high, each end left out where its `open` flag is set."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = True
    high_open: bool = True

    @property
    def positive(self) -> bool:
        """Whether every value is > 0."""
        return self.low is not None and (self.low > 0 or (self.low == 0 and self.low_open))

    @property
    def negative(self) -> bool:
        """Whether every value is < 0."""
        return (-self).positive

    @property
    def nonnegative(self) -> bool:
        """Whether every value is >= 0."""
        return self.low is not None and self.low >= 0

    @property
    def nonzero(self) -> bool:
        """Whether 0 is not among the values."""
        return self.positive or self.negative

    def __neg__(self) -> Interval:
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return Interval(low, high, self.high_open, self.low_open)

    def __add__(self, other: Interval) -> Interval:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(
            low, high, self.low_open or other.low_open, self.high_open or other.high_open
        )

    def __mul__(self, other: Interval) -> Interval:
        if _NOTHING in (self, other):
            return _NOTHING
        if self.high is not None and self.high <= 0:
            return -((-self) * other)
        if other.high is not None and other.high <= 0:
            return -(self * (-other))
        if self.low is None or self.low < 0 or other.low is None or other.low < 0:
            return ANY
        high = None if self.high is None or other.high is None else self.high * other.high
        low_open = (self.low_open and other.low_open) or (
            self.low * other.low > 0 and (self.low_open or other.low_open)
        )
        if self.low * other.low == 0:
            low_open = self.positive and other.positive
        return Interval(self.low * other.low, high, low_open, self.high_open or other.high_open)

    def inverse(self) -> Interval:
        """1/x, where that is defined: 0 is left out."""
        if self.negative or (self.high == 0 and self.low != 0):
            return -((-self).inverse())
        if not self.nonnegative or self.high == 0:
            return ANY
        low = Fraction(0) if self.high is None else 1 / self.high
        high = None if not self.low else 1 / self.low
        return Interval(
            low, high, self.high is None or self.high_open, self.low_open or high is None
        )

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        if self.low is None or other.low is None:
            low, low_open = None, True
        else:
            low = min(self.low, other.low)
            low_open = all(i.low_open for i in (self, other) if i.low == low)
        if self.high is None or other.high is None:
            high, high_open = None, True
        else:
            high = max(self.high, other.high)
            high_open = all(i.high_open for i in (self, other) if i.high == high)
        return Interval(low, high, low_open, high_open)


ANY = Interval()
_HALF = Fraction(1, 2)
#: Terms beside a root that are squared to see which of the two is larger; nodes of the whole.
MAX_BESIDE = 4
MAX_SQUARED = 60
_NOTHING = Interval(Fraction(0), Fraction(0), low_open=False, high_open=False)
_POSITIVE = Interval(Fraction(0), None, low_open=True, high_open=True)
_NONNEGATIVE = Interval(Fraction(0), None, low_open=False, high_open=True)
_ONE = Interval(Fraction(1), Fraction(1), low_open=False, high_open=False)
_UNIT_OPEN = Interval(Fraction(0), Fraction(1), low_open=True, high_open=True)
_UNIT = Interval(Fraction(0), Fraction(1), low_open=False, high_open=False)
_SYMMETRIC_UNIT = Interval(Fraction(-1), Fraction(1), low_open=False, high_open=False)
_SYMMETRIC_OPEN = Interval(Fraction(-1), Fraction(1), low_open=True, high_open=True)
_AT_LEAST_ONE = Interval(Fraction(1), None, low_open=False, high_open=True)

#: Ranges of functions, whatever their argument.
_RANGES: Mapping[str, Interval] = {
    "exp": _POSITIVE,
    "sqrt": _NONNEGATIVE,
    "sin": _SYMMETRIC_UNIT,
    "cos": _SYMMETRIC_UNIT,
    "cosh": _AT_LEAST_ONE,
    "erf": _SYMMETRIC_OPEN,
    "erfc": Interval(Fraction(0), Fraction(2), low_open=True, high_open=True),
    "tanh": _SYMMETRIC_OPEN,
    "sigmoid": _UNIT_OPEN,
    "softplus": _POSITIVE,
    "abs": _NONNEGATIVE,
    "relu": _NONNEGATIVE,
}

_WORDS: Mapping[str, Interval] = {
    "positive": _POSITIVE,
    "negative": -_POSITIVE,
    "nonnegative": _NONNEGATIVE,
    "unit_interval": _UNIT_OPEN,
    "sign": _SYMMETRIC_UNIT,
    "binary": _UNIT,
    "simplex": _UNIT,
    "one_hot": _UNIT,
}


def intervals(system: EquationSystem) -> dict[str, Interval]:
    """The interval of each quantity of a system, equation by equation."""
    found: dict[str, Interval] = {}
    for fact in system.facts:
        if isinstance(fact, Fact):
            stated = interval_of_fact(fact)
            if stated != ANY:
                found[fact.quantity] = _tighter(found.get(fact.quantity, ANY), stated)
        elif isinstance(fact, Identity):
            continue
    for equation in system.equations:
        value = interval_of(equation.right, found)
        known = found.get(equation.target)
        found[equation.target] = value if known is None else known.hull(value)
    return found


def interval_of_fact(fact: Fact) -> Interval:
    """What a fact says of the values of its quantity."""
    stated = ANY
    for word in words_implied(fact.word):
        stated = _tighter(stated, _WORDS.get(word, ANY))
    return stated


def _tighter(one: Interval, other: Interval) -> Interval:
    """The values that two facts leave over; facts that leave none are refused before."""
    upper, above = _higher(-one, -other)
    lower, below = _higher(one, other)
    return Interval(lower, None if upper is None else -upper, below, above)


def _higher(one: Interval, other: Interval) -> tuple[Fraction | None, bool]:
    """The higher one of two lower ends, and whether it is open."""
    ends = [(i.low, i.low_open) for i in (one, other) if i.low is not None]
    return max(ends, default=(None, True))


def interval_of(
    root: Node, known: Mapping[str, Interval], given: Mapping[Node, Interval] | None = None
) -> Interval:
    """The interval of one expression, given those of the quantities that it reads.

    Args:
        root: any expression.
        known: intervals of quantities.
        given: parts of the expression of which more is known than they show.
    """
    done: dict[int, Interval] = {}
    for current in postorder(root):
        if given and current in given:
            done[id(current)] = given[current]
        else:
            done[id(current)] = _one(current, [done[id(c)] for c in current.children], known)
    return done[id(root)]


def _one(current: Node, parts: list[Interval], known: Mapping[str, Interval]) -> Interval:
    if isinstance(current, Number):
        return Interval(current.value, current.value, low_open=False, high_open=False)
    if isinstance(current, Constant):
        return (
            Interval(Fraction(3), Fraction(22, 7), low_open=True, high_open=True)
            if current.name == "pi"
            else ANY
        )
    if isinstance(current, Access):
        return known.get(current.quantity, ANY)
    if isinstance(current, IndexValue):
        plain = not current.index.letters and all(f > 0 for _, f in current.index.terms)
        return _AT_LEAST_ONE if plain else ANY
    if isinstance(current, Bracket):
        return _ONE if _always(current.condition) else _UNIT
    if isinstance(current, Sum):
        result = Interval(Fraction(0), Fraction(0), low_open=False, high_open=False)
        for (sign, _), part in zip(current.terms, parts, strict=True):
            result = result + (part if sign > 0 else -part)
        return _beside_root(current, known) if result == ANY else result
    if isinstance(current, Product):
        return _product(current, parts, known)
    if isinstance(current, Power):
        return _power(current, parts[0])
    if isinstance(current, Where):
        return parts[1] if _always(current.condition) else parts[1].hull(parts[2])
    if isinstance(current, Reduce):
        return _reduction(current, parts[0], known)
    return _call(current, parts, known) if isinstance(current, Call) else ANY


def _beside_root(current: Sum, known: Mapping[str, Interval]) -> Interval:
    """The sign of √u + r where u - r² has one: z + √(z² + 1) is positive."""
    if current.size > MAX_SQUARED or sum(1 for n in postorder(current) if _is_root(n)) != 1:
        return ANY  # roots in roots would be looked at again and again
    terms = terms_of(current)
    roots = [n for n, t in enumerate(terms) if any(e == _HALF for _, e in t.powers)]
    if len(roots) != 1:
        return ANY
    root = terms.pop(roots[0])
    if len(terms) > MAX_BESIDE:
        return ANY
    squares = (_times(one, other, Fraction(-1)) for one in terms for other in terms)
    outside = tuple(p for p in root.powers if p[1] != _HALF)
    under = [terms_of(b) for b, e in root.powers if e == _HALF]
    if len(under) != 1:
        return ANY
    outer = Monomial(root.coefficient**2, tuple((b, 2 * e) for b, e in outside))
    gap = interval_of(total((*(_times(outer, t) for t in under[0]), *squares)), known)
    side = _POSITIVE if gap.positive else _NONNEGATIVE if gap.nonnegative else ANY
    if not all(interval_of(b, known).nonnegative for b, _ in outside):
        return ANY
    return side if root.coefficient > 0 else -side


def _is_root(current: Node) -> bool:
    if isinstance(current, Power) and isinstance(current.exponent, Number):
        return current.exponent.value.denominator > 1
    return isinstance(current, Call) and current.function == "sqrt"


def _times(one: Monomial, other: Monomial, factor: Fraction = Fraction(1)) -> Monomial:
    powers: dict[Node, Fraction] = {}
    for base, exponent in (*one.powers, *other.powers):
        powers[base] = powers.get(base, Fraction(0)) + exponent
    left = tuple((b, e) for b, e in powers.items() if e)
    return Monomial(one.coefficient * other.coefficient * factor, left)


def _product(current: Product, parts: list[Interval], known: Mapping[str, Interval]) -> Interval:
    if _is_share(current, known):
        return _UNIT_OPEN
    result = Interval(Fraction(1), Fraction(1), low_open=False, high_open=False)
    for place, part in enumerate(parts):
        result = result * (part if place < len(current.numerator) else part.inverse())
    return result


def _is_share(current: Product, known: Mapping[str, Interval]) -> bool:
    """Whether it is a/(a + b) with a and b positive."""
    if len(current.numerator) != 1 or len(current.denominator) != 1:
        return False
    share, whole = current.numerator[0], current.denominator[0]
    if not isinstance(whole, Sum) or len(whole.terms) < 2 or (1, share) not in whole.terms:
        return False
    return all(sign > 0 and interval_of(term, known).positive for sign, term in whole.terms)


def _power(current: Power, base: Interval) -> Interval:
    exponent = current.exponent
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        count = int(exponent.value)
        if count % 2 == 0:
            even = _POSITIVE if base.nonzero else _NONNEGATIVE
            return even if count > 0 else even.inverse()
        if 0 < abs(count) <= 8:
            result = base
            for _ in range(abs(count) - 1):
                result = result * base
            return result if count > 0 else result.inverse()
    if base.positive:
        return _POSITIVE
    return ANY


def _reduction(current: Reduce, body: Interval, known: Mapping[str, Interval]) -> Interval:
    if current.operator in ("max", "min"):
        return body
    if current.operator == "sum":
        # every range has at least one element unless it is cut by outer indices
        whole = all(not b.letters for b in current.binders)
        if body.positive:
            return _POSITIVE if whole else _NONNEGATIVE
        if body.nonnegative and whole and _first(current, known).positive:
            return _POSITIVE
        return _NONNEGATIVE if body.nonnegative else ANY
    if current.operator == "prod" and body.positive:
        return _POSITIVE
    return ANY


def _first(current: Reduce, known: Mapping[str, Interval]) -> Interval:
    """The interval of the first element: a mask of indices, w <= t, always lets w = 0 through."""
    if not any(isinstance(n, IndexComparison) for n in postorder(current.body)):
        return ANY
    start = {b.name: b.lower for b in current.binders}
    return interval_of(substitute(current.body, letters=start), known)


def _always(condition: Node) -> bool:
    """Whether a comparison of indices holds wherever they run (from 0, and extents from 1)."""
    if not isinstance(condition, IndexComparison):
        return False
    gap = condition.right - condition.left
    if condition.relation in (">", ">="):
        gap = -gap
    if condition.relation in ("<", ">"):
        gap = gap - 1
    if condition.relation == "==":
        return gap.as_integer == 0
    return condition.relation != "!=" and _never_negative(gap)


def _never_negative(index: IndexExpr) -> bool:
    least = 0
    for atoms, factor in index.terms:
        if not all(isinstance(a, Extent | Letter) for a in atoms) or (atoms and factor < 0):
            return False
        least += factor * all(isinstance(a, Extent) for a in atoms)
    return least >= 0


def _call(current: Call, parts: list[Interval], known: Mapping[str, Interval]) -> Interval:
    name = current.function
    if name == "sqrt" and parts[0].positive:
        return _POSITIVE
    if name == "ln" and parts[0].low is not None and parts[0].low >= 1:
        strict = parts[0].low > 1 or parts[0].low_open
        return _POSITIVE if strict else _NONNEGATIVE
    if name in _RANGES:
        return _RANGES[name]
    spelled = define(current)
    return ANY if spelled is None else interval_of(spelled, known)
