"""Derivatives in a function's own value: σ' = σ(1-σ), tanh' = 1-tanh², exp' = exp, however spelled.

Let q = R(E) where E = exp(u) is the one exponential in the expression and R is a quotient of linear
polynomials in some power F = E^m (a Möbius function). Then F = (b - d·q)/(c·q - a), and any
derivative that is rational in F becomes rational in q. It is accepted where it becomes a
*polynomial* in q. Nothing is looked up: 1/(1+exp(-z)), exp(z)/(1+exp(z)) and (1+tanh(z/2))/2 all
lead to q(1-q), and 1/(1+10^(-z)) to ln 10 q(1-q).

Where q itself will not do (softplus, SiLU), the same is tried with q = sigmoid(u), then tanh(u).
Algebraic functions are left as their author spelled them: (√x)' stays 1/(2√x).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy

from symbp.algebra import Placeholders, from_sympy, to_sympy
from symbp.expressions import Access, Call, Node, Product, Sum, postorder, substitute
from symbp.measures import reading_cost as cost
from symbp.monomials import Monomial, join, split

__all__ = ["OWN", "Recognised", "growth_limit", "own_value"]

#: Expressions larger than this (nodes, shared ones counted each time) are not searched.
MAX_SIZE = 100
#: The highest power of the exponential in a derivative that is searched.
MAX_DEGREE = 8

#: What stands for the expression's own value in a rewritten derivative.
OWN = Access("·value")

_VALUE = sympy.Symbol("_value")
_EXPONENTIAL = sympy.Symbol("_exponential")
_LOGARITHM = sympy.Symbol("_logarithm", positive=True)


@dataclass(frozen=True)
class Recognised:
    """Ways to write F = exp(u)^m through a value: (value node, m, F as a function of the value)."""

    places: Placeholders
    exponent: Any
    ways: tuple[tuple[Node, int, Any], ...]

    def rewrite(self, derivative: Node, own: Node | None) -> Node | None:
        """The derivative as a polynomial in one of the values, where that is shorter.

        Args:
            derivative: the derivative, spelled out.
            own: the value of the expression itself, where that has a name.
        """
        expression = _to_one_base(to_sympy(derivative, self.places.symbol))
        expression = self._without_logarithms(expression)
        rational = _in_exponential(expression, self.exponent)
        if rational is None:
            return None
        rational = sympy.cancel(sympy.together(rational))
        powers = _powers_of(rational)
        if powers is None or max(powers) > MAX_DEGREE:
            return None
        candidates = [
            self._through(rational, value, power, solved)
            for value, power, solved in self.ways
            if (value != OWN or own == value) and not any(p % power for p in powers)
        ]
        found = [c for c in (*candidates, self._multiple(rational)) if c is not None]
        best = min(found, key=self._cost, default=None)
        return None if best is None or cost(best) > cost(derivative) else best

    def _without_logarithms(self, expression: Any) -> Any:
        """The expression with a symbol for each logarithm, beside which it may be rational."""
        found = [e for e in sympy.preorder_traversal(expression) if type(e) is sympy.log]
        names = {e: self.places.symbol(from_sympy(e, self.places.node)) for e in found}
        return expression.xreplace(names)

    def _cost(self, root: Node) -> int:
        """Reading cost with u short, however long it is: σ(u)(1-σ(u)), not (1-tanh(u/2)²)/4."""
        if self.exponent.has(_LOGARITHM):
            return cost(root)
        number, core = self.exponent.as_coeff_Mul()
        short: dict[Node, Node] = {}
        for multiple in _MULTIPLES:
            unit = from_sympy(multiple * number * _VALUE, lambda symbol: OWN)
            for sign in (1, -1) if isinstance(core, sympy.Add) else (1,):
                argument = sympy.expand(sign * multiple * self.exponent)
                short[from_sympy(argument, self.places.node)] = unit
        return cost(substitute(root, nodes=short)) if core.is_Symbol is False else cost(root)

    def _multiple(self, rational: Any) -> Node | None:
        """A multiple of sinh(u), cosh(u) or 1/cosh(u), which are no polynomials in one value."""
        if self.exponent.has(_LOGARITHM):
            return None
        argument = from_sympy(self.exponent, self.places.node)
        for name, sign, power in (("sinh", -1, 1), ("cosh", 1, 1), ("cosh", 1, -1)):
            value = ((_EXPONENTIAL + sign / _EXPONENTIAL) / 2) ** power
            factor = sympy.cancel(rational / value)
            if _EXPONENTIAL not in factor.free_symbols:
                powers = ((Call(name, (argument,)), Fraction(power)),)
                outer = split(from_sympy(factor, self.places.node))
                return join(Monomial(outer.coefficient, (*outer.powers, *powers)))
        return None

    def _through(self, rational: Any, value: Node, power: int, solved: Any) -> Node | None:
        base = sympy.Symbol("_base", positive=True)
        replaced = rational.subs(_EXPONENTIAL, base ** sympy.Rational(1, power))
        replaced = replaced.subs(base, solved)
        together = sympy.cancel(sympy.together(replaced))
        _, below = sympy.fraction(together)
        # a value that brings in what the derivative does not depend on explains nothing:
        # of h = x + σ(z) the derivative is σ(z)(1-σ(z)), not (h-x)(1-h+x)
        brought = together.free_symbols - rational.free_symbols - {_VALUE}
        if below.free_symbols - sympy.fraction(rational)[1].free_symbols or brought:
            return None

        def back(symbol: Any) -> Node:
            return value if symbol == _VALUE else self.places.node(symbol)

        whole = _positive_first(sympy.factor(together))
        nested = [_nested(w, back) for w in (_number_inside(whole), whole)]
        factored = min((*nested, from_sympy(whole, back)), key=self._cost)
        expanded = sympy.expand(together)
        common = from_sympy(sympy.factor_terms(expanded), back)
        spread, length = from_sympy(expanded, back), self._cost(factored)
        if self._cost(spread) < min(self._cost(common), length - 1):
            return spread
        return factored if length <= self._cost(common) else common


def growth_limit(root: Node) -> str | None:
    """Why the own value is not looked for: a limit of size, never of time; None: it is."""
    return f"more than {MAX_SIZE} nodes" if root.size > MAX_SIZE else None


def own_value(root: Node) -> Recognised | None:
    """How the exponential in an expression is written through the expression's value.

    Args:
        root: a smooth expression over accesses.

    Returns:
        None where there is no exponential, or more than one that are not powers of each other.
    """
    if growth_limit(root) is not None:
        return None
    places = Placeholders()
    expression = _to_one_base(to_sympy(root, places.symbol))
    exponent = _unit_exponent(expression)
    if exponent is None:
        return None
    if isinstance(exponent, sympy.Add):
        exponent *= _author_sign(root, exponent, places)
    rational = _in_exponential(expression, exponent)
    ways: list[tuple[Node, int, Any]] = []
    if rational is not None:
        solved = _mobius(rational)
        if solved is not None:
            ways.append((OWN, *solved))
    if not exponent.has(_LOGARITHM):
        ways.extend(_standard_ways(exponent, places))
        if isinstance(exponent, sympy.Add):  # of a - b and b - a neither has the better sign
            turned = _standard_ways(-exponent, places)
            ways.extend((value, power, 1 / solved) for value, power, solved in turned)
    return Recognised(places, exponent, tuple(ways)) if ways else None


def _author_sign(root: Node, exponent: Any, places: Placeholders) -> int:
    """Whether the author has u itself or -u among the sums, as far as only one of them is there."""
    signs: dict[int, None] = {}
    for current in postorder(root):
        if isinstance(current, Sum) and len(current.terms) > 1:
            ratio = sympy.cancel(to_sympy(current, places.symbol) / exponent)
            if ratio.is_Rational and ratio != 0:
                signs[1 if ratio > 0 else -1] = None
    return next(iter(signs)) if len(signs) == 1 else 1


def _to_one_base(expression: Any) -> Any:
    """10^u as exp(u·c), c = ln 10 by a name, where 10 is the only number that is raised to powers.

    Between two bases, and beside an exponential, nothing is known of c.
    """
    powers = [e for e in sympy.preorder_traversal(expression) if _numeric_base(e)]
    if len({power.base for power in powers}) != 1 or expression.has(sympy.exp):
        return expression
    return expression.xreplace({p: sympy.exp(p.exp * _LOGARITHM) for p in powers})


def _numeric_base(expression: Any) -> bool:
    plain = isinstance(expression, sympy.Pow) and not expression.exp.is_number
    return bool(plain and expression.base.is_Rational and expression.base > 0)


def _standard_ways(exponent: Any, places: Placeholders) -> Iterator[tuple[Node, int, Any]]:
    """Of s = sigmoid(u), E = s/(1-s); of t = tanh(u), E² = (1+t)/(1-t); exp(u) is E itself.

    With E = exp(z/2), as (1 + tanh(z/2))/2 has it, E² is s/(1-s) for s = sigmoid(z); with
    E = exp(2z), E is (1+t)/(1-t) for t = tanh(z).
    """
    for name, multiple, power, solved in _STANDARD:
        argument = from_sympy(sympy.expand(multiple * exponent), places.node)
        yield Call(name, (argument,)), power, solved


#: Multiples of u that stand in the values below.
_MULTIPLES = (sympy.Integer(1), sympy.Integer(2), sympy.Rational(1, 2))

_STANDARD = (
    ("sigmoid", sympy.Integer(1), 1, _VALUE / (1 - _VALUE)),
    ("tanh", sympy.Integer(1), 2, (1 + _VALUE) / (1 - _VALUE)),
    ("exp", sympy.Integer(1), 1, _VALUE),
    ("sigmoid", sympy.Integer(2), 2, _VALUE / (1 - _VALUE)),
    ("tanh", sympy.Rational(1, 2), 1, (1 + _VALUE) / (1 - _VALUE)),
)


def _unit_exponent(expression: Any) -> Any | None:
    """The u of which every exponent in the expression is a rational multiple."""
    exponents = [sympy.expand(e.args[0]) for e in _exponentials(expression)]
    if not exponents:
        return None
    first = _oriented(exponents[0])
    ratios = [sympy.cancel(e / first) for e in exponents]
    if not all(r.is_Rational for r in ratios):
        return None
    step = ratios[0]
    for ratio in ratios[1:]:
        step = sympy.Rational(sympy.gcd(step.p * ratio.q, ratio.p * step.q), step.q * ratio.q)
    return abs(step) * first


def _exponentials(expression: Any) -> list[Any]:
    found = [e for e in sympy.preorder_traversal(expression) if type(e) is sympy.exp]
    return list(dict.fromkeys(found))


def _oriented(exponent: Any) -> Any:
    """exp(-z) is a power of exp(z): the sign of the first coefficient is made positive."""
    return -exponent if exponent.could_extract_minus_sign() else exponent


def _in_exponential(expression: Any, exponent: Any) -> Any | None:
    """The expression with each exp(k·u) as E^k, if what remains is rational in E."""
    table: dict[Any, Any] = {}
    for e in _exponentials(expression):
        ratio = sympy.cancel(sympy.expand(e.args[0]) / exponent)
        if not ratio.is_Integer:
            return None
        table[e] = _EXPONENTIAL**ratio
    replaced = expression.xreplace(table)
    return replaced if replaced.is_rational_function(_EXPONENTIAL) else None


def _powers_of(rational: Any) -> list[int] | None:
    powers: list[int] = []
    for part in sympy.fraction(rational):
        try:
            powers.extend(m[0] for m in sympy.Poly(part, _EXPONENTIAL).monoms())
        except sympy.PolynomialError:
            return None
    return powers


@lru_cache(maxsize=1024)
def _mobius(rational: Any) -> tuple[int, Any] | None:
    """Solve q = (a·F + b)/(c·F + d), F = E^m, for F: the pair (m, F as a function of q)."""
    above, below = sympy.fraction(sympy.cancel(sympy.together(rational)))
    try:
        top, bottom = sympy.Poly(above, _EXPONENTIAL), sympy.Poly(below, _EXPONENTIAL)
    except sympy.PolynomialError:
        return None
    degrees = [m[0] for m in (*top.monoms(), *bottom.monoms())]
    power = max(degrees)
    if power == 0 or any(d not in (0, power) for d in degrees):
        return None
    a, b = top.coeff_monomial(_EXPONENTIAL**power), top.coeff_monomial(1)
    c, d = bottom.coeff_monomial(_EXPONENTIAL**power), bottom.coeff_monomial(1)
    if sympy.expand(a * d - b * c) == 0:
        return None
    return power, (b - d * _VALUE) / (c * _VALUE - a)


def _nested(factored: Any, back: Callable[[Any], Node]) -> Node:
    """Terms that share a generator in a bracket: s (1 + z (1 - s)), not s (z - z s + 1)."""
    made: list[Node] = []
    for factor in sympy.Mul.make_args(factored):
        best = from_sympy(factor, back)
        if isinstance(factor, sympy.Add) and len(factor.args) > 2:
            best = min((*_brackets(factor, back), best), key=cost)
        made.append(best)
    return join(split(made[0] if len(made) == 1 else Product(made)))


def _brackets(factor: Any, back: Callable[[Any], Node]) -> Iterator[Node]:
    """A + z b for each generator z in which the sum is linear, b a sum."""
    for symbol in sorted(factor.free_symbols - {_VALUE}, key=str):
        rest, inside = factor.subs(symbol, 0), sympy.expand(factor.diff(symbol))
        linear = symbol not in inside.free_symbols and isinstance(inside, sympy.Add)
        if linear and rest != 0:
            for factors in (sympy.factor(inside), sympy.factor_terms(inside)):
                bracket = from_sympy(_positive_first(factors), back)
                yield from_sympy(rest, back) + back(symbol) * bracket


def _positive_first(factored: Any) -> Any:
    """Factors such as (q - 1) become (1 - q), with a sign outside, or two of them at a time."""
    if not isinstance(factored, sympy.Mul):
        return factored
    coefficient, factors = factored.as_coeff_mul()
    turned = [f for f in factors if isinstance(f, sympy.Add) and f.as_coeff_Add()[0] < 0]
    odd = int(bool(coefficient < 0))
    turned = turned[: len(turned) - (len(turned) - odd) % 2] if turned else []
    made = [sympy.expand(-f) if f in turned else f for f in factors]
    return sympy.Mul((-1) ** len(turned) * coefficient, *made, evaluate=True)


def _number_inside(factored: Any) -> Any:
    """(500 + 851 z)/500 as 1 + 851 z/500, where there is one sum among the factors."""
    if not isinstance(factored, sympy.Mul):
        return factored
    coefficient, factors = factored.as_coeff_mul()
    sums = [f for f in factors if isinstance(f, sympy.Add)]
    if len(sums) != 1 or coefficient.is_Integer:
        return factored
    made = [sympy.expand(coefficient * f) if f in sums else f for f in factors]
    return sympy.Mul(*made)
