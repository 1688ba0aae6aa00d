"""Rules of arithmetic: products, sums, powers, and functions of constants.

Each row collects or cancels, so it leaves fewer nodes, or the same nodes in the one shape that
`monomials` writes; no row expands a product over a sum.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from symbp.expressions import ONE, ZERO, Call, Node, Number, Power, Product, Sum
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.rewriting import Log, Rule

__all__ = ["ALGEBRA"]


def _product(current: Node, log: Log) -> Node | None:
    if not isinstance(current, Product):
        return None
    above = {b: e for f in current.numerator for b, e in split(f).powers}
    for factor in current.denominator:
        for base, exponent in split(factor).powers:
            if exponent > 0 and above.get(base, Fraction(0)) > 0:
                log.needs_nonzero(base, "cancel")
    return join(split(current))


def _power(current: Node, log: Log) -> Node | None:
    del log
    if not isinstance(current, Power):
        return None
    exponent = current.exponent
    if isinstance(exponent, Number):
        if exponent.value == 0:
            return ONE
        if isinstance(current.base, Number) and current.base.value == 0 and exponent.value < 0:
            return None
        return join(split(current))
    return ONE if current.base == ONE else None


def _sum(current: Node, log: Log) -> Node | None:
    del log
    return total(terms_of(current)) if isinstance(current, Sum) else None


_EXACT: dict[tuple[str, Node], Node] = {
    ("exp", ZERO): ONE,
    ("ln", ONE): ZERO,
    ("sqrt", ZERO): ZERO,
    ("sqrt", ONE): ONE,
}


def _constant(current: Node, log: Log) -> Node | None:
    del log
    if not isinstance(current, Call) or len(current.arguments) != 1:
        return None
    return _EXACT.get((current.function, current.arguments[0]))


def _exponentials(current: Node, log: Log) -> Node | None:
    """exp(2x)·exp(-x) = exp(x): exponents that work against each other are added."""
    del log
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    groups: dict[frozenset[object], list[tuple[Node, Fraction, Monomial]]] = {}
    for base, exponent in monomial.powers:
        if isinstance(base, Call) and base.function == "exp":
            argument = split(base.arguments[0])
            groups.setdefault(argument.key, []).append((base, exponent, argument))
    for members in groups.values():
        shares = [exponent * argument.coefficient for _, exponent, argument in members]
        if len(members) > 1 and min(shares) < 0 < max(shares):
            gone = [base for base, _, _ in members]
            kept = tuple(p for p in monomial.powers if p[0] not in gone)
            inside = join(Monomial(sum(shares, Fraction(0)), members[0][2].powers))
            joined = () if inside == ZERO else ((Call("exp", (inside,)), Fraction(1)),)
            return join(Monomial(monomial.coefficient, (*kept, *joined)))
    return None


def _root_of_square_number(current: Node, log: Log) -> Node | None:
    del log
    if not (isinstance(current, Call) and current.function == "sqrt"):
        return None
    inside = current.arguments[0]
    if not isinstance(inside, Number) or inside.value < 0:
        return None
    above, below = (_root(n) for n in (inside.value.numerator, inside.value.denominator))
    return None if above is None or below is None else Number(Fraction(above, below))


def _root(value: int) -> int | None:
    root = isqrt(value)
    return root if root * root == value else None


def _inverse_functions(current: Node, log: Log) -> Node | None:
    del log
    if not isinstance(current, Call) or len(current.arguments) != 1:
        return None
    inside = current.arguments[0]
    if current.function == "ln" and isinstance(inside, Call) and inside.function == "exp":
        return inside.arguments[0]
    if current.function == "exp" and isinstance(inside, Call) and inside.function == "ln":
        return inside.arguments[0]
    return None


ALGEBRA = (
    Rule("product", "x^a * x^b = x^(a+b)", Product, _product),
    Rule("exponentials", "exp(a)*exp(-b) = exp(a-b) for multiples a, b", Product, _exponentials),
    Rule("power", "(x*y)^n = x^n * y^n for integer n; x^0 = 1; x^1 = x", Power, _power),
    Rule("collect", "c*x + d*x = (c+d)*x", Sum, _sum),
    Rule("constant", "exp(0) = 1, ln(1) = 0", Call, _constant),
    Rule("root", "sqrt(q^2) = q for a positive number q", Call, _root_of_square_number),
    Rule("inverse", "ln(exp(x)) = x; exp(ln(x)) = x", Call, _inverse_functions),
)
