"""Rational forms: cancel and factor, with everything that is not arithmetic as an opaque generator.

SymPy's polynomial arithmetic is the right tool for *scalars*; sums over indices, functions and
accesses enter it as symbols numbered by first appearance, so its answer does not depend on names.
Powers of exp(u) share one generator: exp(-z) is 1/exp(z); those of x^p do, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import sympy

from symbp.algebra import Placeholders, to_sympy
from symbp.exponents import common_units, opened
from symbp.expressions import (
    Access,
    Bracket,
    Call,
    Constant,
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
from symbp.monomials import Monomial, join, split

__all__ = ["growth_limit", "rational_form", "seated"]

#: Larger expressions (tree nodes) and more generators than this are left as they are.
MAX_SIZE = 160
MAX_GENERATORS = 14
#: Terms of the numerator, or of a denominator, when everything is multiplied out.
MAX_TERMS = 200
#: Powers of the generators up to their degrees in the fraction: the size of the dense tables in
#: which SymPy cancels and factors, for minutes where there are millions.
MAX_POWERS = 20_000


#: Maximal nodes of these kinds are generators.
_OPAQUE = Access | IndexValue | Constant | Reduce | Where | Bracket | Call


def rational_form(root: Node) -> Node | None:
    """The node as one factored fraction, or None where it is too large or has no sum to work on."""
    if not _holds_sum(root) or growth_limit(root) is not None:
        return None
    shape, back = seated(root)
    if not back:
        return None
    found = _factored(shape)
    return None if found is None else substitute(found, nodes=back)


def growth_limit(root: Node) -> str | None:
    """Why an expression is not brought over one bar: a limit of size, never of time; None: it is.

    Expressions without a sum have nothing to collect, whatever their size.
    """
    if not _holds_sum(root):
        return None
    if root.size > MAX_SIZE:
        return f"more than {MAX_SIZE} nodes"
    shape, back = seated(root)
    if len(back) > MAX_GENERATORS:
        return f"more than {MAX_GENERATORS} different parts"
    if _terms(shape) > MAX_TERMS:
        return f"more than {MAX_TERMS} terms when it is multiplied out"
    if _over_one_bar(shape).powers > MAX_POWERS:
        return f"more than {MAX_POWERS:,} powers of its {len(back)} parts up to their degrees"
    return None


def _holds_sum(root: Node) -> bool:
    return any(isinstance(n, Sum) for n in postorder(root))


def seated(root: Node) -> tuple[Node, Mapping[Node, Node]]:
    """The expression with accesses numbered by first appearance for all that is not arithmetic.

    Exponents are opened: where exp(2z), exp(z) and exp(-z) stand, one name sits in the place of
    exp(z), and its powers in that of the others.

    Returns:
        The shape, and what each access in it stands for.
    """
    opened_root = opened(root)
    seats: dict[Node, Node] = {}
    back: dict[Node, Node] = {}
    generators = _generators(opened_root)
    units = common_units(generators)
    for generator in generators:
        unit, times = units.get(generator, (generator, 1))
        seat = next((s for s, part in back.items() if part == unit), Access(f"·{len(back)}"))
        back[seat] = unit
        seats[generator] = seat if times == 1 else Power(seat, Number(times))
    return (substitute(opened_root, nodes=seats) if seats else opened_root), back


def _generators(root: Node) -> tuple[Node, ...]:
    """Maximal nodes that are not arithmetic, each once, in reading order."""
    found: dict[Node, None] = {}
    stack = [root]
    while stack:
        current = stack.pop()
        if (
            isinstance(current, _OPAQUE)
            or (isinstance(current, Power) and not isinstance(current.exponent, Number))
            or (isinstance(current, Power) and _exponent(current).denominator != 1)
        ):
            found[current] = None
        else:
            stack.extend(reversed(current.children))
    return tuple(found)


def _exponent(current: Power) -> Fraction:
    return current.exponent.value if isinstance(current.exponent, Number) else Fraction(0)


def _terms(root: Node) -> int:
    """How many terms the numerator has at most when everything is over one bar, multiplied out."""
    done: dict[int, tuple[int, int]] = {}
    for current in postorder(root):
        below = [done[id(child)] for child in current.children]
        above, under = 1, 1
        if isinstance(current, Sum):
            under = prod(d for _, d in below)
            above = sum(n * (under // d) for n, d in below)
        elif isinstance(current, Product):
            cut = len(current.numerator)
            above = prod((*(n for n, _ in below[:cut]), *(d for _, d in below[cut:])))
            under = prod((*(d for _, d in below[:cut]), *(n for n, _ in below[cut:])))
        elif isinstance(current, Power):
            exponent = _exponent(current)
            power = int(abs(exponent))
            above, under = (below[0][0] ** power, below[0][1] ** power)
            above, under = (above, under) if exponent > 0 else (under, above)
        done[id(current)] = (min(above, MAX_TERMS + 1), min(under, MAX_TERMS + 1))
    return max(done[id(root)])


class _Bar(NamedTuple):
    """A shape over one bar, before anything is cancelled."""

    places: Placeholders
    value: Any
    powers: int


@lru_cache(maxsize=4096)
def _over_one_bar(shape: Node) -> _Bar:
    places = Placeholders()
    value = sympy.together(to_sympy(shape, places.symbol))
    generators = [places.symbol(node) for node in places.nodes]
    degrees = [
        sympy.Poly(part, *generators).degree_list() if generators else ()
        for part in sympy.fraction(value)
    ]
    return _Bar(places, value, prod(max(pair) + 1 for pair in zip(*degrees, strict=True)))


@lru_cache(maxsize=65536)
def _factored(shape: Node) -> Node | None:
    places, value, _ = _over_one_bar(shape)
    if value.has(sympy.zoo, sympy.nan):  # 3/0, in a branch that is never taken
        return None
    above, below = sympy.fraction(sympy.cancel(value))
    generators = [places.symbol(node) for node in places.nodes]
    powers: list[tuple[Node, Fraction]] = []
    coefficient = Fraction(1)
    for part, sign in ((above, 1), (below, -1)):
        if part.is_Rational:
            coefficient *= Fraction(int(part.p), int(part.q)) ** sign
            continue
        constant, factors = sympy.factor_list(part, *generators)
        coefficient *= Fraction(int(constant.p), int(constant.q)) ** sign
        for factor, count in factors:
            flipped, node = _factor(factor, generators, places)
            coefficient *= flipped**count
            powers.append((node, Fraction(sign * count)))
    return _joined(coefficient, powers)


def _joined(coefficient: Fraction, powers: list[tuple[Node, Fraction]]) -> Node | None:
    if coefficient == 0:
        return Number(0)
    collected: dict[Node, Fraction] = {}
    for base, exponent in powers:
        inner = split(base)
        for b, e in inner.powers if not isinstance(base, Sum) else ((base, Fraction(1)),):
            collected[b] = collected.get(b, Fraction(0)) + e * exponent
    return join(Monomial(coefficient, tuple(collected.items())))


def _factor(factor: Any, generators: list[Any], places: Placeholders) -> tuple[int, Node]:
    """One irreducible factor as a node whose first term is positive, and the sign taken out.

    Terms are in the order of their generators' first appearance, constants first.
    """
    polynomial = sympy.Poly(factor, *generators)
    terms = polynomial.terms()
    order = sorted(terms, key=lambda term: (bool(sum(term[0])), [-e for e in term[0]]))
    positive = sum(1 for _, c in terms if c > 0)
    negative = len(terms) - positive
    first = order[0][1]
    flip = -1 if negative > positive or (negative == positive and first < 0) else 1
    monomials = [
        (flip * c, Monomial(Fraction(1), _powers(exponents, generators, places)))
        for exponents, c in order
    ]
    monomials.sort(key=lambda pair: bool(pair[0] < 0))
    nodes = [(c, join(Monomial(abs(_fraction(c)), m.powers))) for c, m in monomials]
    if len(nodes) == 1:
        return flip, nodes[0][1]
    return flip, Sum(tuple((1 if c > 0 else -1, node) for c, node in nodes))


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _powers(
    exponents: tuple[int, ...], generators: list[Any], places: Placeholders
) -> tuple[tuple[Node, Fraction], ...]:
    return tuple(
        (places.node(g), Fraction(e)) for e, g in zip(exponents, generators, strict=True) if e
    )
