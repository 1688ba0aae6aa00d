"""An elementwise expression read as a factored fraction in one exponential, E = exp(u).

    σ(z)(1 - σ(z))  is  E^1 · (1 + E)^(-2),  u = z
    1 - tanh(z)^2   is  4 · E^1 · (1 + E)^(-2),  u = 2z

Everything else (accesses, logarithms, roots, ...) is a coefficient. All exponents must be rational
multiples of one u; else there is no such form (None) and the caller looks at the parts. Factors are
irreducible over the rational numbers, so E - 1 stands by itself wherever it is a factor. Functions
that have a definition are spelled out: named and spelled-out functions read the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import gcd
from typing import Any

import sympy

from symbp.algebra import Placeholders, from_sympy, to_sympy
from symbp.expressions import Call, Constant, Node, Number
from symbp.monomials import Monomial, join, split
from symbp.rules.stablebases import Basis, argument_of, bases

__all__ = ["ERF_SPELLINGS", "Factor", "Quotient", "read"]

#: Larger expressions are left as they are.
MAX_SIZE = 240
MAX_TERMS = 60
MAX_SYMBOLS = 10

_PI, _HALF = Constant("pi"), Fraction(1, 2)

#: How 1 ± erf may be read: as it is, through erfc(-x), through erfc(x), through erfcx.
ERF_SPELLINGS = ("plain", "below", "above", "scaled")


@dataclass(frozen=True)
class Factor:
    """One irreducible factor: terms `coefficient · generators · E^degree`, lowest degree first."""

    terms: tuple[tuple[Fraction, tuple[tuple[Node, Fraction], ...], int], ...]

    @property
    def degree(self) -> int:
        """Highest power of E."""
        return max(d for _, _, d in self.terms)

    @property
    def plain(self) -> bool:
        """Whether it holds nothing but E."""
        return not any(powers for _, powers, _ in self.terms)

    @property
    def shape(self) -> tuple[tuple[Fraction, int], ...]:
        """Coefficients and degrees of a plain factor."""
        return tuple((c, d) for c, _, d in self.terms)

    def reversed(self) -> Factor:
        """The same over E^degree, written in 1/E."""
        top = self.degree
        return Factor(tuple((c, p, top - d) for c, p, d in reversed(self.terms)))

    def negated(self) -> Factor:
        """With all signs changed."""
        return Factor(tuple((-c, p, d) for c, p, d in self.terms))


@dataclass(frozen=True)
class Quotient:
    """`coefficient · Π generator^exponent · E^power · Π factor^exponent`.

    Attributes:
        u: the exponent of E; None: there is no exponential.
        power: of E; it may be a fraction, where all factors are in powers of E.
    """

    u: Node | None
    coefficient: Fraction
    generators: tuple[tuple[Node, Fraction], ...]
    power: Fraction
    factors: tuple[tuple[Factor, int], ...]

    def flipped(self) -> Quotient:
        """The same in F = 1/E."""
        power = -self.power - sum(f.degree * n for f, n in self.factors)
        factors = tuple((f.reversed(), n) for f, n in self.factors)
        return replace(self, power=power, factors=factors)


def read(root: Node, erf: str = "plain") -> Quotient | None:
    """The factored fraction of an expression without sums over indices.

    Args:
        root: the expression.
        erf: one of `ERF_SPELLINGS`.

    Returns:
        None where two exponentials are independent, or it is too large.
    """
    if root.size > MAX_SIZE or root.depth > MAX_SIZE // 2:
        return None
    places = Placeholders()
    expression = to_sympy(root, places.symbol)
    pieces = _pieces(expression)
    if len(pieces) > MAX_SYMBOLS:
        return None
    arguments = [a for a in map(argument_of, pieces) if a is not None]
    best: tuple[int, Any, Any, _Seats] | None = None
    for basis in bases(arguments):
        seats = _Seats(places, basis, erf)
        rational = expression.xreplace({piece: seats.seat(piece) for piece in pieces})
        above, below = sympy.fraction(sympy.cancel(sympy.together(rational)))
        if above.is_zero:
            return Quotient(None, Fraction(0), (), Fraction(0), ())
        numbers = sum(part.has(seats.number) for part in (above, below))
        if best is None or numbers < best[0]:
            best = numbers, above, below, seats
    return None if best is None else _factored(*best[1:])


def _pieces(expression: Any) -> list[Any]:
    """Maximal parts that are no arithmetic, each once: exponentials and opaque things."""
    found: dict[Any, None] = {}
    stack = [expression]
    while stack:
        current = stack.pop()
        if current.is_Rational or isinstance(current, sympy.Symbol):
            continue
        if current.is_Add or current.is_Mul:
            stack.extend(reversed(current.args))
        elif current.is_Pow and current.exp.is_Integer:
            stack.append(current.base)
        else:
            found[current] = None
    return list(found)


class _Seats:
    """Symbols for the pieces of one expression, and the nodes that they stand for."""

    def __init__(self, places: Placeholders, basis: Basis, erf: str) -> None:
        self.places = places
        self.u, self.powers = basis.u, basis.powers
        self.erf = erf
        self.exponential, self.number = sympy.Symbol("_E"), sympy.Symbol("_K")
        constant = Call("exp", (Number(basis.constant),))
        self.nodes: dict[Any, Node] = {self.number: constant}

    def seat(self, piece: Any) -> Any:
        """What stands for a piece in the rational expression."""
        argument = argument_of(piece)
        if argument is not None:
            power, constant = self.powers[argument]
            return self.exponential**power * self.number**constant
        if piece.is_Pow and piece.exp.is_Rational:
            root = piece.base ** sympy.Rational(1, int(piece.exp.q))
            if root != piece:
                return self._symbol(self.node(root)) ** int(piece.exp.p)
        if isinstance(piece, sympy.erf) and self.erf != "plain":
            return self._error(piece.args[0])
        if isinstance(piece, sympy.erfc) and self.erf == "scaled":
            return self._scaled(piece.args[0])
        if isinstance(piece, sympy.erfc) and self.erf == "below":
            return 2 - self._complement(-piece.args[0])
        if isinstance(piece, sympy.erfc) and self.erf == "above":
            return 1 - self._symbol(Call("erf", (self.node(piece.args[0]),)))
        return self._symbol(self.node(piece))

    def node_of(self, symbol: Any) -> Node:
        """The node for a symbol of the rational expression."""
        return self.nodes[symbol] if symbol in self.nodes else self.places.node(symbol)

    def node(self, piece: Any) -> Node:
        """A piece as a node."""
        return from_sympy(piece, self.places.node)

    def _symbol(self, node: Node) -> Any:
        for symbol, known in self.nodes.items():
            if known == node:
                return symbol
        symbol = sympy.Symbol(f"_p{len(self.nodes):04}")
        self.nodes[symbol] = node
        return symbol

    def _error(self, argument: Any) -> Any:
        """Erf through erfc of the argument, or of its negative."""
        if self.erf == "below":
            return self._complement(-argument) - 1
        if self.erf == "above":
            return 1 - self._complement(argument)
        return 1 - self._scaled(argument)

    def _complement(self, argument: Any) -> Any:
        """erfc, as twice the normal distribution where the argument is x/sqrt(2)."""
        wide = sympy.expand(-argument * sympy.sqrt(2))
        if not any(p.is_Pow and p.exp == sympy.S.Half for p in sympy.preorder_traversal(wide)):
            return 2 * self._symbol(Call("normal_cdf", (self.node(wide),)))
        return self._symbol(Call("erfc", (self.node(argument),)))

    def _scaled(self, argument: Any) -> Any:
        """erfc(x) as erfcx(x) exp(-x^2), where E is a power of exp(x^2)."""
        ratio = None if self.u is None else sympy.cancel(argument**2 / self.u)
        if ratio is None or not ratio.is_Integer:
            return self._complement(argument)
        scaled = self._symbol(Call("erfcx", (self.node(argument),)))
        return scaled * self.exponential ** (-int(ratio))


def _factored(above: Any, below: Any, seats: _Seats) -> Quotient | None:
    above, up, steps = _without_power(above, seats)
    below, down, more = _without_power(below, seats)
    step = reduce(gcd, [*steps, *more], 0) or 1
    coefficient = Fraction(1)
    generators: dict[Node, Fraction] = {}
    factors: list[tuple[Factor, int]] = []
    for part, sign in ((above, 1), (below, -1)):
        part = _in_steps(part, step, seats)
        symbols = sorted(part.free_symbols, key=lambda s: str(s.name))
        constant, found = sympy.factor_list(part, *symbols) if symbols else (part, [])
        coefficient *= Fraction(int(constant.p), int(constant.q)) ** sign
        for factor, count in found:
            if factor.is_Symbol:
                coefficient *= _put(generators, seats.node_of(factor), sign * count)
            else:
                made = _factor(factor, seats)
                if made is None:
                    return None
                bent = _bent(made)
                if bent is None:
                    factors.append((made, sign * count))
                else:
                    coefficient *= bent[0] ** (sign * count)
                    for base, times in bent[1]:
                        known = generators.get(base, Fraction(0))
                        generators[base] = known + times * sign * count
    u = None
    if seats.u is not None:
        inner = split(seats.node(seats.u))
        u = join(Monomial(inner.coefficient * step, inner.powers))
    power = Fraction(up - down, step)
    powers = tuple((base, exponent) for base, exponent in generators.items() if exponent)
    return Quotient(u, coefficient, powers, power, tuple(factors))


def _bent(factor: Factor) -> tuple[Fraction, tuple[tuple[Node, Fraction], ...]] | None:
    """A factor c - c sqrt(pi) x erfcx(x), which cancels, as c sqrt(pi) bend(x) erfcx(x)^2."""
    if len(factor.terms) != 2 or factor.degree:
        return None
    pairs = [(c, p) for c, p, _ in factor.terms]
    for (number, powers), (other, more) in (pairs, pairs[::-1]):
        ratio = dict(more)
        for base, exponent in powers:
            ratio[base] = ratio.get(base, Fraction(0)) - exponent
        scaled = [b for b, x in ratio.items() if x == 1 and _is_scaled(b)]
        if len(scaled) == 1 and ratio.pop(_PI, None) == _HALF:
            (call,) = scaled
            del ratio[call]
            rest = Monomial(-other / number, tuple((b, x) for b, x in ratio.items() if x))
            argument = call.children[0]
            if _is_one(rest, split(argument)):
                bend = Call("erfcx_bend", (argument,))
                made = ((_PI, _HALF), (bend, Fraction(1)), (call, Fraction(2)))
                return number, (*powers, *made)
    return None


def _is_scaled(base: Node) -> bool:
    return isinstance(base, Call) and base.function == "erfcx"


def _is_one(above: Monomial, below: Monomial) -> bool:
    """Whether a quotient is 1; powers of numbers may be written in several ways."""
    value = above.coefficient / below.coefficient
    left = dict(above.powers)
    for base, exponent in below.powers:
        left[base] = left.get(base, Fraction(0)) - exponent
    for base, exponent in left.items():
        if exponent and not (isinstance(base, Number) and exponent.denominator == 1):
            return False
        value *= base.value ** int(exponent) if isinstance(base, Number) else 1
    return value == 1


def _without_power(part: Any, seats: _Seats) -> tuple[Any, int, list[int]]:
    """A polynomial without the power of E that all its terms share; the degrees that remain."""
    polynomial = sympy.Poly(part, seats.exponential)
    degrees = [degree for (degree,) in polynomial.monoms()]
    least = min(degrees)
    rest = sympy.Poly(
        {(d - least,): polynomial.coeff_monomial((d,)) for d in degrees}, polynomial.gen
    )
    return rest.as_expr(), least, [d - least for d in degrees if d > least]


def _in_steps(part: Any, step: int, seats: _Seats) -> Any:
    """E put for E^step."""
    if step == 1:
        return part
    polynomial = sympy.Poly(part, seats.exponential)
    terms = {(d // step,): polynomial.coeff_monomial((d,)) for (d,) in polynomial.monoms()}
    return sympy.Poly(terms, polynomial.gen).as_expr()


def _put(generators: dict[Node, Fraction], node: Node, exponent: int) -> Fraction:
    """Count a generator; a product, or a root, is counted by its parts."""
    inner = split(node)
    for base, inner_exponent in inner.powers:
        generators[base] = generators.get(base, Fraction(0)) + inner_exponent * exponent
    return inner.coefficient**exponent


def _factor(factor: Any, seats: _Seats) -> Factor | None:
    symbols = sorted(factor.free_symbols - {seats.exponential}, key=lambda s: str(s.name))
    polynomial = sympy.Poly(factor, seats.exponential, *symbols)
    terms = polynomial.terms()
    if len(terms) > MAX_TERMS:
        return None
    made: list[tuple[Fraction, tuple[tuple[Node, Fraction], ...], int]] = []
    for (degree, *exponents), value in terms:
        found = Fraction(int(value.p), int(value.q))
        powers: dict[Node, Fraction] = {}
        for symbol, exponent in zip(symbols, exponents, strict=True):
            if exponent:
                found *= _put(powers, seats.node_of(symbol), exponent)
        made.append((found, tuple(powers.items()), degree))
    made.sort(key=lambda term: term[2])
    return Factor(tuple(made))
