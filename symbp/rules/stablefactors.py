"""One polynomial factor in e, written with few roundings.

Its number is 1 where it has one; coefficients of one power of e stand together; constants such as
sqrt(2/pi) are one factor of what they multiply; polynomials are nested (Horner): 2 + 2 e + e^2 is
2 + e·(2 + e).
"""

from __future__ import annotations

from fractions import Fraction

from symbp.expressions import (
    ONE,
    Access,
    Call,
    Node,
    Number,
    Power,
    Product,
    Sum,
    postorder,
)
from symbp.monomials import LONGEST_DENOMINATOR, Monomial, join
from symbp.rules.stableexponentials import Exponential
from symbp.rules.stablereading import Factor

__all__ = ["coefficient_parts", "constants_of", "in_one", "is_constant", "truncated"]

Powers = tuple[tuple[Node, Fraction], ...]
Part = tuple[Fraction, Powers]
_HALF = Fraction(1, 2)


def is_constant(base: Node) -> bool:
    """Whether a base holds no variable: 2, pi, ln(2)."""
    return not any(isinstance(n, Access) for n in postorder(base))


def truncated(factor: Factor) -> Factor:
    """The factor at e = 0."""
    return Factor(tuple(term for term in factor.terms if term[2] == 0))


def coefficient_parts(size: Fraction) -> tuple[Fraction, int]:
    """What of a positive number stands above and below the bar; long quotients are one number."""
    if size.denominator > LONGEST_DENOMINATOR:
        return size, 1
    return Fraction(size.numerator), size.denominator


def constants_of(powers: dict[Node, Fraction]) -> tuple[list[Node], list[Node]]:
    """Powers of constants above and below the bar, half powers under one root."""
    above: list[Node] = []
    below: list[Node] = []
    inside: tuple[list[Node], list[Node]] = ([], [])
    for base, exponent in powers.items():
        whole = int(exponent) if exponent > 0 else -int(-exponent)
        if abs(exponent - whole) == _HALF:
            inside[0 if exponent > 0 else 1].append(base)
        elif exponent != whole:
            (above if exponent > 0 else below).append(Power(base, Number(abs(exponent))))
            continue
        if whole:
            made = base if abs(whole) == 1 else Power(base, Number(abs(whole)))
            (above if whole > 0 else below).append(made)
    over, under = inside
    if over:
        above.append(Call("sqrt", (_quotient(over, under),)))
    elif under:
        below.append(Call("sqrt", (_quotient(under, []),)))
    return above, below


def _quotient(above: list[Node], below: list[Node]) -> Node:
    return above[0] if len(above) == 1 and not below else Product(above, below)


def in_one(factor: Factor, e: Exponential, *, halved: bool) -> tuple[Fraction, Powers, Node | None]:
    """A factor as a number times constants times a node (None for 1), written in e."""
    if factor.plain and len(factor.terms) == 2 and factor.degree == 1 and e.minus is not None:
        (low, _), (high, _) = factor.shape
        if low == -high:
            return high, (), Call("expm1", (e.minus,))
    scale, constants, terms = _scaled(factor)
    groups: dict[int, list[Part]] = {}
    for coefficient, powers, degree in terms:
        groups.setdefault(degree, []).append((coefficient, powers))
    alone = halved and not any(not d and not _variables(p) for _, p, d in terms)
    sign, node = _nested(groups, e, alone=alone)
    return scale * sign, constants, None if node == ONE else node


def _variables(powers: Powers) -> Powers:
    return tuple((b, x) for b, x in powers if not is_constant(b))


def _scaled(factor: Factor) -> tuple[Fraction, Powers, list[tuple[Fraction, Powers, int]]]:
    """The factor over its number, or else over the constants of its first term."""
    numbers = [t for t in factor.terms if not t[2] and not _variables(t[1])]
    first = numbers[0] if len(numbers) == 1 else None
    if first is None:
        first = (Fraction(1), factor.terms[0][1], 0)
    constants = tuple((b, x) for b, x in first[1] if is_constant(b))
    keep = constants and any(b.denominator != 1 for _, b in constants)
    scale = first[0] if keep else Fraction(-1 if first[0] < 0 else 1)
    if not keep:
        constants = ()
    terms: list[tuple[Fraction, Powers, int]] = []
    for coefficient, powers, degree in factor.terms:
        left = dict(powers)
        for base, exponent in constants:
            left[base] = left.get(base, Fraction(0)) - exponent
        shown = tuple((b, x) for b, x in left.items() if x)
        terms.append((coefficient / scale, shown, degree))
    return scale, constants, terms


# -- polynomials in e ------------------------------------------------------------------------------


def _nested(groups: dict[int, list[Part]], e: Exponential, *, alone: bool) -> tuple[int, Node]:
    """`g_0 + e (g_1 + e (g_2 + ...))`, and the sign that is taken out of it."""
    degrees = sorted(groups, reverse=True)
    made: list[tuple[int, Node]] = []
    for place, degree in enumerate(degrees):
        made = [*_terms(groups[degree]), *made]
        below = degrees[place + 1] if place + 1 < len(degrees) else 0
        step = degree - below
        if not step:
            continue
        if alone:
            made = [(s, _halves(n, e, Fraction(step))) for s, n in made]
        else:
            made = [_times_power(made, e.power(Fraction(1)), step)]
    if not made:
        return 1, ONE
    positive = sum(1 for sign, _ in made if sign > 0)
    flip = -1 if 2 * positive < len(made) else 1
    made = sorted(((s * flip, n) for s, n in made), key=lambda term: term[0] < 0)
    return flip, made[0][1] if len(made) == 1 and made[0][0] > 0 else Sum(made)


def _halves(node: Node, e: Exponential, power: Fraction) -> Node:
    """A coefficient times a power of e, variables first, in halves."""
    half = e.power(power / 2)
    if isinstance(node, Product):
        first = next((n for n in node.numerator if not is_constant(n)), None)
        if first is not None:
            rest = list(node.numerator)
            rest.remove(first)
            return Product([first, half, *rest, half], node.denominator)
    return Product([node, half, half])


def _times_power(made: list[tuple[int, Node]], power: Node, step: int) -> tuple[int, Node]:
    shown = power if step == 1 else Power(power, Number(step))
    if len(made) == 1:
        sign, node = made[0]
        if node == ONE:
            return sign, shown
        if isinstance(node, Product):
            return sign, Product([*node.numerator, shown], node.denominator)
        return sign, Product([node, shown])
    flip = 1 if any(sign > 0 for sign, _ in made) else -1
    ordered = sorted(((s * flip, n) for s, n in made), key=lambda term: term[0] < 0)
    return flip, Product([shown, Sum(ordered)])


# -- coefficients ----------------------------------------------------------------------------------


def _terms(parts: list[Part]) -> list[tuple[int, Node]]:
    """The coefficient of one power of e as signed terms: for each constant one polynomial."""
    groups: dict[Powers, list[Part]] = {}
    for coefficient, powers in parts:
        constants = tuple((b, x) for b, x in powers if is_constant(b))
        groups.setdefault(constants, []).append((coefficient, _variables(powers)))
    found: list[tuple[int, Node]] = []
    for constants, inner in groups.items():
        over, under = constants_of(dict(constants))
        if not over and not under:
            found += [_monomial(c, p) for c, p in inner]
            continue
        sign, node = _polynomial(inner)
        above = [*([] if node == ONE and over else [node]), *over]
        found.append((sign, _quotient(above, under)))
    return found


def _monomial(coefficient: Fraction, powers: Powers) -> tuple[int, Node]:
    return (1 if coefficient > 0 else -1), join(Monomial(abs(coefficient), powers))


def _polynomial(parts: list[Part]) -> tuple[int, Node]:
    """A polynomial in the variables: nested where there is one, with its lowest power outside."""
    if len(parts) == 1:
        return _monomial(*parts[0])
    bases = list(dict.fromkeys(b for _, powers in parts for b, _ in powers))
    if len(bases) != 1 or any(x.denominator != 1 for _, p in parts for _, x in p):
        signed = sorted((_monomial(c, p) for c, p in parts), key=lambda term: term[0] < 0)
        sign = signed[0][0]
        return sign, Sum([(s * sign, n) for s, n in signed])
    ordered = sorted((int(dict(p).get(bases[0], 0)), c) for c, p in parts)
    least = ordered[0][0]
    sign = 1 if ordered[0][1] > 0 else -1
    node = _horner(bases[0], [(d - least, c * sign) for d, c in ordered])
    if least:
        node = Product([bases[0] if least == 1 else Power(bases[0], Number(least)), node])
    return sign, node


def _horner(base: Node, terms: list[tuple[int, Fraction]]) -> Node:
    """`c_0 + x^a (c_1 + x^b (...))`, degrees ascending from 0."""
    made: Node | None = None
    for place in range(len(terms) - 1, -1, -1):
        degree, value = terms[place]
        if made is not None:
            gap = terms[place + 1][0] - degree
            power = base if gap == 1 else Power(base, Number(gap))
            inner = Product([power, made])
            made = Sum([(1, Number(value)), (1, inner)]) if value else inner
        else:
            made = Number(value)
    return made if made is not None else ONE
