"""Evaluating a canonical form back to a number: the second lock on every proof.

The numbers may be floats, fractions or mpmath's, as far as the functions that occur can treat them.
Conditions of a product come first, and what stands beside a condition that fails is not looked at:
only under a guard may an access be out of range or a denominator 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symbp.canonical.budgets import guarded
from symbp.canonical.heads import Head, Poly, Store, bound_name, slot_name
from symbp.canonical.rationals import Rational
from symbp.canonical.symbolicpowers import split_body
from symbp.errors import MathError, UnknownNameError, impossible
from symbp.indices import Atom as IndexAtom
from symbp.indices import Division, Extent, IndexExpr, Letter, Remainder

__all__ = ["Environment", "evaluate"]

#: A head at integers, and a product of powers of such.
Place = tuple[Head, tuple[int, ...]]
Product = tuple[tuple[Place, Rational], ...]

_CONDITIONS = ("equal", "atmost", "above", "zero")

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "arccosh": math.acosh,
    "arcsin": math.asin,
    "arcsinh": math.asinh,
    "arctan": math.atan,
    "arctanh": math.atanh,
    "cos": math.cos,
    "erf": math.erf,
    "exp": math.exp,
    "log": math.log,
    "pi": lambda _: math.pi,
    "sin": math.sin,
}


@dataclass(slots=True)
class Environment:
    """What names stand for.

    Attributes:
        values: quantities: a number, or nested sequences or arrays indexed by integers.
        extents: symbolic extents.
        letters: free running indices.
        functions: elementary functions of the wanted kind of number, by name; `pi` takes anything.
        number: makes a number of the wanted kind from an integer or fraction.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    extents: Mapping[str, int] = field(default_factory=dict)
    letters: Mapping[str, int] = field(default_factory=dict)
    functions: Mapping[str, Callable[[Any], Any]] = field(default_factory=lambda: FUNCTIONS)
    number: Callable[[Rational], Any] = float


@guarded
def evaluate(store: Store, poly: Poly, environment: Environment) -> Any:
    """The value of a polynomial.

    Raises:
        UnknownNameError: a quantity, an extent or a letter has no value.
        MathError: the form has no value there.
    """
    return _Evaluator(store, environment).poly(poly, dict(environment.letters))


class _Evaluator:
    """Values of heads at integer arguments, each found once."""

    def __init__(self, store: Store, environment: Environment) -> None:
        self.store = store
        self.environment = environment
        self.known: dict[Place, Any] = {}

    def poly(self, poly: Poly, letters: Mapping[str, int]) -> Any:
        total = self.environment.number(0)
        for places, factor in self._holding(poly, letters).items():
            product = self.environment.number(factor)
            for (head, args), exponent in places:
                product = product * self._power(self._at(head, args), exponent)
            total = total + product
        return total

    def _holding(self, poly: Poly, letters: Mapping[str, int]) -> dict[Product, Rational]:
        """The terms whose conditions hold, at places; what cancels is not evaluated.

        `[i != j] / x` is `1/x - [i = j]/x`: where i = j nothing is left, and x may be 0.
        """
        kept: dict[Product, Rational] = {}
        for monomial, factor in poly.sorted_terms():
            powers: dict[Place, Rational] = {}
            fails = False
            for atom, exponent in monomial:
                place = (atom.head, tuple(self.index(t.expr, letters) for t in atom.args))
                truth = self._truth(place) if atom.head.kind in _CONDITIONS else None
                fails = fails or truth is False
                if truth is None:
                    powers[place] = powers.get(place, 0) + exponent
            if not fails:
                key = tuple((p, e) for p, e in powers.items() if e)
                ordered = sorted(key, key=lambda pair: (pair[0][0].number, pair[0][1]))
                value = kept.get(tuple(ordered), 0) + factor
                kept[tuple(ordered)] = value
        return {key: factor for key, factor in kept.items() if factor}

    def _truth(self, place: Place) -> bool | None:
        """Whether a condition holds; None where it has no value."""
        try:
            return bool(self._at(*place))
        except MathError:
            return None

    def _power(self, base: Any, exponent: Rational) -> Any:
        if isinstance(exponent, int):
            if exponent < 0 and base == 0:
                raise MathError("division by zero")
            return base**exponent
        if base < 0 or (base == 0 and exponent < 0):
            raise MathError("a root of a negative number, or one over zero")
        if base == 0:
            return base
        number = self.environment.number
        if exponent.denominator == 2 and "sqrt" in self.environment.functions:
            return self.environment.functions["sqrt"](base) ** exponent.numerator
        return base ** number(exponent)

    def _at(self, head: Head, args: tuple[int, ...]) -> Any:
        if (head, args) not in self.known:
            self.known[head, args] = self._head(head, args)
        return self.known[head, args]

    def _head(self, head: Head, args: tuple[int, ...]) -> Any:
        number = self.environment.number
        if head.kind == "quantity":
            return self._quantity(head.name, args)
        if head.kind == "constant":
            return self._call(head.name, number(0))
        if head.kind == "prime":
            return number(int(head.name))
        if head.kind == "index":
            return number(args[0])
        if head.kind == "extent":
            return number(self.index(head.extents[0], {}))
        if head.kind == "equal":
            return args[0] == args[1]
        if head.kind == "atmost":
            return args[0] <= args[1]
        slots = {slot_name(n): value for n, value in enumerate(args)}
        return self._body(head, slots)

    def _body(self, head: Head, slots: dict[str, int]) -> Any:
        body = head.template
        if head.kind == "sum":
            total = self.environment.number(0)
            for letters in self._ranges(head, slots):
                total = total + self.poly(body, letters)
            return total
        if head.kind == "power":
            base, exponent = split_body(self.store, body)
            return self._power(self.poly(base, slots), int(self.poly(exponent, slots)))
        if head.kind in ("prod", "max"):
            return self._reduce(head, slots)
        value = self.poly(body, slots)
        if head.kind in ("exp", "function"):
            return self._call(head.name or "exp", value)
        if head.kind == "log":
            if value == 0:
                raise MathError("the logarithm of 0")
            return self._call("log", abs(value))
        if head.kind in ("poly", "root"):
            return value
        if head.kind == "abs":
            return abs(value)
        if head.kind == "above":
            return value > 0
        if head.kind == "zero":
            return value == 0
        return impossible(f"a head of kind {head.kind} cannot be evaluated")

    def _reduce(self, head: Head, slots: dict[str, int]) -> Any:
        values = [self.poly(head.template, letters) for letters in self._ranges(head, slots)]
        if head.kind == "max":
            if not values:
                raise MathError("a maximum over nothing")
            return max(values)
        product = self.environment.number(1)
        for value in values:
            product = product * value
        return product

    def _ranges(self, head: Head, slots: dict[str, int]) -> Iterator[dict[str, int]]:
        sizes = [max(0, self.index(extent, {})) for extent in head.extents]
        counters = [0] * len(sizes)
        if any(size == 0 for size in sizes):
            return
        while True:
            yield slots | {bound_name(n): value for n, value in enumerate(counters)}
            place = len(sizes) - 1
            while place >= 0 and counters[place] + 1 == sizes[place]:
                counters[place] = 0
                place -= 1
            if place < 0:
                return
            counters[place] += 1

    def _call(self, name: str, value: Any) -> Any:
        try:
            return self.environment.functions[name](value)
        except (ValueError, OverflowError) as error:
            raise MathError(f"{name} has no value at {value}") from error

    def _quantity(self, name: str, args: Sequence[int]) -> Any:
        if name not in self.environment.values:
            raise UnknownNameError(f"the quantity {name} has no value")
        value = self.environment.values[name]
        for arg in args:
            if arg < 0 or arg >= len(value):
                raise MathError(f"{name} is read out of its range")
            value = value[arg]
        return value

    def index(self, expr: IndexExpr, letters: Mapping[str, int]) -> int:
        """The value of an index expression."""
        total = 0
        for atoms, factor in expr.terms:
            product = factor
            for atom in atoms:
                product *= self._index_atom(atom, letters)
            total += product
        return total

    def _index_atom(self, atom: IndexAtom, letters: Mapping[str, int]) -> int:
        if isinstance(atom, Letter):
            if atom.name not in letters:
                raise UnknownNameError(f"the index {atom.name} has no value")
            return letters[atom.name]
        if isinstance(atom, Extent):
            if atom.name not in self.environment.extents:
                raise UnknownNameError(f"the extent {atom.name} has no value")
            return self.environment.extents[atom.name]
        if isinstance(atom, Division):
            return self.index(atom.dividend, letters) // atom.divisor
        if isinstance(atom, Remainder):
            return self.index(atom.dividend, letters) % atom.divisor
        return int(self._quantity(atom.quantity, [self.index(i, letters) for i in atom.indices]))
