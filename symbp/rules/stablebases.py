"""The one exponential that several are powers of: E = exp(u), beside the power of a number.

    exp(z), exp(-z), exp(z/2)      u = z/2        E^2, 1/E^2, E
    exp(z), exp(2)                 u = z - 2      K^2·E, K^2, with K = exp(1)
    exp(z), exp(z - 2)             u = z          E, E/K^2

Exponents are affine in one thing, with rational numbers. Where they are not all multiples of one u
there is a choice what is added to it: exp(z)/(exp(z) + exp(2)) is E/(E + 1) for u = z - 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations, islice
from math import gcd, lcm
from typing import Any

import sympy

__all__ = ["Basis", "argument_of", "bases"]

#: Most choices of what is added to u.
MAX_SHIFTS = 4


@dataclass(frozen=True)
class Basis:
    """What exponentials are written in.

    Attributes:
        u: the exponent of E; None where there is no exponential.
        powers: for each argument the powers of E and of K.
        constant: the exponent of K; 0 where there is no such number.
    """

    u: Any
    powers: dict[Any, tuple[int, int]]
    constant: Fraction = Fraction(0)


def argument_of(piece: Any) -> Any:
    """The exponent of an exponential of a variable or of a rational number; None of all else."""
    if piece is sympy.E:
        return sympy.S.One
    if not isinstance(piece, sympy.exp):
        return None
    (argument,) = piece.args
    return argument if argument.free_symbols or argument.is_Rational else None


def bases(arguments: Sequence[Any]) -> Iterator[Basis]:
    """What exponentials of these arguments may be written in; nothing for independent ones."""
    if not arguments:
        yield Basis(None, {})
        return
    plain = _plain(arguments)
    if plain is not None:
        yield plain
        return
    lines = _lines(arguments)
    if lines is None:
        return
    variable, pairs = lines
    for shift in islice(_shifts([*pairs.values(), (Fraction(0), Fraction(0))]), MAX_SHIFTS):
        yield _shifted(variable, pairs, shift)


def _shifts(lines: Sequence[tuple[Fraction, Fraction]]) -> Iterable[Fraction]:
    """What is added to the variable so that two exponentials hold the same power of K."""
    both = ((one, other) for one, other in combinations(lines, 2) if one[0] != other[0])
    return dict.fromkeys((b - d) / (a - c) for (a, b), (c, d) in both)


def _plain(arguments: Sequence[Any]) -> Basis | None:
    """One u such that every argument is a whole multiple of it."""
    first = arguments[0]
    ratios: dict[Any, Fraction] = {}
    for argument in arguments:
        ratio = sympy.cancel(argument / first)
        if not ratio.is_Rational:
            return None
        ratios[argument] = _fraction(ratio)
    unit = _unit(ratios.values())
    if first.could_extract_minus_sign():
        unit = -unit
    u = sympy.expand(first * _rational(unit), deep=False)
    return Basis(u, {a: (int(r / unit), 0) for a, r in ratios.items()})


def _lines(arguments: Sequence[Any]) -> tuple[Any, dict[Any, tuple[Fraction, Fraction]]] | None:
    """A variable v, and r and c for each argument r·v + c; None where they are not such."""
    variable: Any = None
    pairs: dict[Any, tuple[Fraction, Fraction]] = {}
    for argument in arguments:
        number, rest = sympy.expand(argument).as_coeff_Add()
        if rest.is_zero:
            pairs[argument] = Fraction(0), _fraction(number)
            continue
        if variable is None:
            variable = -rest if rest.could_extract_minus_sign() else rest
        ratio = sympy.cancel(rest / variable)
        if not (ratio.is_Rational and number.is_Rational):
            return None
        pairs[argument] = _fraction(ratio), _fraction(number)
    return None if variable is None else (variable, pairs)


def _shifted(variable: Any, pairs: dict[Any, tuple[Fraction, Fraction]], shift: Fraction) -> Basis:
    """The basis with u a multiple of the variable plus a number."""
    left = {a: (r, c - r * shift) for a, (r, c) in pairs.items()}
    unit = _unit(r for r, _ in left.values() if r)
    numbers = [k for _, k in left.values() if k]
    constant = _unit(numbers) if numbers else Fraction(1)
    powers = {a: (int(r / unit), int(k / constant)) for a, (r, k) in left.items()}
    u = sympy.expand(_rational(unit) * (variable + _rational(shift)))
    return Basis(u, powers, constant if numbers else Fraction(0))


def _unit(numbers: Iterable[Fraction]) -> Fraction:
    """The largest number that all are whole multiples of."""
    found = list(numbers)
    above = reduce(gcd, (n.numerator for n in found))
    return Fraction(above, reduce(lcm, (n.denominator for n in found)))


def _fraction(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))


def _rational(number: Fraction) -> Any:
    return sympy.Rational(number.numerator, number.denominator)
