"""A node read as coefficient times powers, and written back: the arithmetic under the rules.

    3*x/(2*sqrt(y))   is   3/2 · x^1 · y^(-1/2)

Bases are compared up to bound letters. Exponents are exact rationals; a symbolic exponent makes the
whole power a base. `sqrt(u)` is `u^(1/2)`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Call,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    postorder,
    substitute,
)
from symbp.indices import IndexExpr

__all__ = ["Monomial", "blind_to_sign", "join", "negate", "split", "terms_of", "total"]

_HALF, _WHOLE = Fraction(1, 2), Fraction(1)
#: Functions that do not see the sign of their argument.
_EVEN = frozenset({"abs", "cos", "cosh"})
#: Numbers are not raised to exponents beyond this; the power is kept as it is written.
MAX_NUMERIC_EXPONENT = 64
#: Sums of more nodes are one base only where their terms stand in one order.
LARGEST_UNORDERED = 200
#: A coefficient over a larger denominator is written as one number, a decimal.
LONGEST_DENOMINATOR = 1000


@dataclass(frozen=True, slots=True)
class Monomial:
    """`coefficient` times the product of `base ** exponent`, in order of appearance."""

    coefficient: Fraction
    powers: tuple[tuple[Node, Fraction], ...]

    @property
    def key(self) -> frozenset[object]:
        """What like terms have in common; factors under a sum over indices stand in any order."""
        return frozenset((_base_key(base, exponent), exponent) for base, exponent in self.powers)


def _base_key(base: Node, exponent: Fraction) -> object:
    if isinstance(base, Sum):
        key = _unordered(base)
        return _of_either_sign(key) if exponent.denominator == 1 and exponent % 2 == 0 else key
    if isinstance(base, Call) and _holds_even(base):
        return _unordered(base)
    return _sum_key(base) if isinstance(base, Reduce) else base


@lru_cache(maxsize=65536)
def _holds_even(root: Call) -> bool:
    """Whether a square of a sum stands in it, or another function that is blind to signs."""
    found = (n for n in postorder(root) if isinstance(n, Power | Call) and blind_to_sign(n))
    return any(isinstance(n.children[0], Sum) for n in found)


def _of_either_sign(key: object) -> object:
    """The key of a sum that is squared: (a - b)^2 and (b - a)^2 share it."""
    if not isinstance(key, tuple):  # too large to be read in any order
        return key
    sign, terms = key
    turned = frozenset(((-s, part), times) for (s, part), times in terms)
    return frozenset(((sign, terms), (sign, turned)))


@lru_cache(maxsize=32_768)
def _sum_key(base: Reduce) -> object:
    """A key that equal sums over indices share, in whatever order their factors stand."""
    names = [f"·{base.height}·{place}" for place in range(len(base.binders))]
    letters = {b.name: IndexExpr.letter(name) for b, name in zip(base.binders, names, strict=True)}
    ranges = tuple((b.substitute(letters).lower, b.substitute(letters).upper) for b in base.binders)
    body = substitute(base.body, letters)
    terms = frozenset((m.coefficient, m.key) for m in terms_of(body))
    return base.operator, ranges, terms


@lru_cache(maxsize=65536)
def _unordered(root: Sum | Call) -> object:
    """A key that equal nodes share, in whatever order their terms and factors stand."""
    if root.size > LARGEST_UNORDERED:
        return root
    keys: dict[int, object] = {}
    for current in postorder(root):
        parts = [keys[id(child)] for child in current.children]
        key: object = current
        if isinstance(current, Sum):
            signs = (sign for sign, _ in current.terms)
            key = "+", _multiset(zip(signs, parts, strict=True))
        elif isinstance(current, Product):
            cut = len(current.numerator)
            key = "*", _multiset(parts[:cut]), _multiset(parts[cut:])
        elif isinstance(current, Reduce):
            key = _sum_key(current)
        elif isinstance(current, Power | Call):
            if isinstance(current.children[0], Sum) and blind_to_sign(current):
                parts[0] = _of_either_sign(parts[0])
            key = type(current), getattr(current, "function", ""), tuple(parts)
        keys[id(current)] = key
    return keys[id(root)]


def blind_to_sign(current: Power | Call) -> bool:
    """Whether it is the same of an argument and of its negative: x^2, abs(x)."""
    if isinstance(current, Call):
        return current.function in _EVEN
    exponent = current.exponent
    return isinstance(exponent, Number) and exponent.value % 2 == 0


def _multiset(parts: Iterable[object]) -> frozenset[tuple[object, int]]:
    return frozenset(Counter(parts).items())


def split(root: Node) -> Monomial:
    """Read a node as a monomial; anything that is not a product or a power is a base."""
    if isinstance(root, Access):  # most terms and factors are one
        return Monomial(_WHOLE, ((root, _WHOLE),))
    # nodes that bind no letter are equal only to themselves, so what was read once can be kept
    return _read(root) if root.height else _read_once(root)


def _read(root: Node) -> Monomial:
    coefficient = Fraction(1)
    powers: dict[Node, Fraction] = {}
    stack: list[tuple[Node, Fraction]] = [(root, Fraction(1))]
    while stack:
        current, exponent = stack.pop()
        scalar = _numeric(current, exponent)
        if scalar is not None:
            coefficient *= scalar
        elif isinstance(current, Product) and exponent.denominator == 1:
            stack.extend((f, -exponent) for f in reversed(current.denominator))
            stack.extend((f, exponent) for f in reversed(current.numerator))
        elif isinstance(current, Sum) and len(current.terms) == 1 and exponent.denominator == 1:
            sign, term = current.terms[0]
            coefficient *= sign ** int(abs(exponent))
            stack.append((term, exponent))
        elif isinstance(current, Sum) and exponent.denominator == 1 and _all_negative(current):
            coefficient *= (-1) ** int(abs(exponent))
            stack.append((negate(current), exponent))
        elif isinstance(current, Call) and current.function == "sqrt":
            _put(powers, current.arguments[0], exponent * _HALF, stack)
        elif isinstance(current, Call) and (opened := _without_logarithms(current)) is not None:
            stack.extend((b, e * exponent) for b, e in reversed(opened.powers))
        elif isinstance(current, Power) and isinstance(current.exponent, Number):
            inner = current.exponent.value
            if exponent.denominator == 1:
                _put(powers, current.base, inner * exponent, stack)
            else:
                _add(powers, current, exponent)
        else:
            _add(powers, current, exponent)
    if coefficient == 0:
        return Monomial(Fraction(0), ())
    return Monomial(coefficient, tuple((b, e) for b, e in powers.items() if e))


_read_once = lru_cache(maxsize=32_768)(_read)


def _without_logarithms(current: Call) -> Monomial | None:
    """exp(a - ln b) is exp(a)/b; None for a call without logarithm in its exponent."""
    if current.function != "exp" or not _holds_logarithm(current.arguments[0]):
        return None
    kept: list[tuple[int, Node]] = []
    powers: list[tuple[Node, Fraction]] = []
    argument = current.arguments[0]
    for sign, term in argument.terms if isinstance(argument, Sum) else ((1, argument),):
        inner = split(term)
        base, exponent = inner.powers[0] if len(inner.powers) == 1 else (term, Fraction(0))
        if exponent == 1 and isinstance(base, Call) and base.function == "ln":
            powers.append((base.arguments[0], sign * inner.coefficient))
        else:
            kept.append((sign, term))
    if not powers:
        return None
    if kept:
        left = kept[0][1] if len(kept) == 1 and kept[0][0] > 0 else Sum(kept)
        powers.insert(0, (Call("exp", (left,)), Fraction(1)))
    return Monomial(Fraction(1), tuple(powers))


def _holds_logarithm(argument: Node) -> bool:
    parts = [t for _, t in argument.terms] if isinstance(argument, Sum) else [argument]
    factors = (f for p in parts for f in (p, *p.children))
    return any(isinstance(f, Call) and f.function == "ln" for f in factors)


def _all_negative(current: Sum) -> bool:
    return bool(current.terms) and all(sign < 0 for sign, _ in current.terms)


def _put(
    powers: dict[Node, Fraction],
    base: Node,
    exponent: Fraction,
    stack: list[tuple[Node, Fraction]],
) -> None:
    """A power of a product opens where the exponent is an integer; else the base stays closed."""
    if exponent.denominator == 1:
        stack.append((base, exponent))
    else:
        _add(powers, base, exponent)


def _add(powers: dict[Node, Fraction], base: Node, exponent: Fraction) -> None:
    """One more power; sums that differ in the order of their terms are one base."""
    if isinstance(base, Sum) and base not in powers:
        for other in powers:
            if isinstance(other, Sum) and _unordered(other) == _unordered(base):
                base = other
                break
    powers[base] = powers.get(base, Fraction(0)) + exponent


def _numeric(current: Node, exponent: Fraction) -> Fraction | None:
    whole = current.index.as_integer if isinstance(current, IndexValue) else None
    value = current.value if isinstance(current, Number) else whole
    if value is None or exponent.denominator != 1 or abs(exponent) > MAX_NUMERIC_EXPONENT:
        return None
    if value == 0 and exponent < 0:
        return None
    return Fraction(value) ** int(exponent)


def join(monomial: Monomial) -> Node:
    """Write a monomial: factors above and below one fraction bar, the sign in front."""
    value = monomial.coefficient
    if value == 0:
        return ZERO
    above = [_power(b, e) for b, e in monomial.powers if e > 0]
    below = [_power(b, -e) for b, e in monomial.powers if e < 0]
    size = abs(value)
    if size.denominator > LONGEST_DENOMINATOR:
        above.insert(0, Number(size))
    else:
        if size.numerator != 1 or not above:
            above.insert(0, Number(size.numerator))
        if size.denominator != 1:
            below.insert(0, Number(size.denominator))
    if len(below) == 1 and len(above) == 1 and all(isinstance(x, Number) for x in (*above, *below)):
        return Number(value)
    made = above[0] if len(above) == 1 and not below else Product(above, below)
    return negate(made) if value < 0 else made


def _power(base: Node, exponent: Fraction) -> Node:
    if exponent == 1:
        return base
    if exponent == _HALF:
        return Call("sqrt", (base,))
    return Power(base, Number(exponent))


def negate(value: Node) -> Node:
    """The node with its sign changed; a sum changes sign term by term."""
    if isinstance(value, Number):
        return Number(-value.value)
    if isinstance(value, Sum):
        terms = tuple((-s, t) for s, t in value.terms)
        return terms[0][1] if len(terms) == 1 and terms[0][0] > 0 else Sum(terms)
    return Sum(((-1, value),))


def terms_of(root: Node) -> list[Monomial]:
    """A node as a list of monomials: one for each term of a sum, nested sums opened."""
    found: list[Monomial] = []
    stack: list[tuple[int, Node]] = [(1, root)]
    while stack:
        sign, current = stack.pop()
        if isinstance(current, Sum):
            stack.extend((sign * s, t) for s, t in reversed(current.terms))
            continue
        monomial = split(current)
        only = monomial.powers[0] if len(monomial.powers) == 1 else None
        bare = only is not None and only[1] == 1 and abs(monomial.coefficient) == 1
        if bare and only is not None and isinstance(only[0], Sum):
            stack.append((sign * int(monomial.coefficient), only[0]))
            continue
        found.append(Monomial(sign * monomial.coefficient, monomial.powers))
    return found


def total(monomials: Iterable[Monomial]) -> Node:
    """Add monomials: like ones are collected, in order of first appearance."""
    collected: dict[frozenset[object], Monomial] = {}
    for monomial in monomials:
        key = monomial.key
        known = collected.get(key)
        value = monomial.coefficient + (known.coefficient if known else 0)
        powers = known.powers if known else monomial.powers
        collected[key] = Monomial(value, powers)
    kept = [m for m in collected.values() if m.coefficient]
    if not kept:
        return ZERO
    if len(kept) == 1:
        return join(kept[0])
    return Sum(
        tuple(
            (1 if m.coefficient > 0 else -1, join(Monomial(abs(m.coefficient), m.powers)))
            for m in kept
        )
    )


def product_of(factors: Mapping[Node, Fraction]) -> Node:
    """The product of powers."""
    return join(Monomial(Fraction(1), tuple(factors.items()))) if factors else ONE
