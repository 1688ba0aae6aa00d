"""Logarithms opened where their argument over- or underflows, or is close to 1.

    ln(1 + E) = softplus(u)            ln(E/(1 + E)) = -softplus(-u)      E = exp(u)
    ln(1 - E) = log1mexp(u)            ln(E - 1) = u + log1mexp(-u)
    ln((1 + E)^2/(4 E)) = 2 ln cosh(u/2)
    ln(exp(a) + exp(b)) = max(a, b) + log1p(exp(-|a - b|))
    ln(exp(a) - exp(b)) = a + log1mexp(b - a)
    ln(1 + x) = log1p(x)               ln(c·erfc(x)) = ln c + log_erfc(x)

A logarithm of a product is split only where every factor is positive for all arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbp.expressions import (
    ONE,
    ZERO,
    Call,
    Comparison,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Where,
)
from symbp.monomials import Monomial, join, negate, split
from symbp.rules.stableexponentials import Exponential, exponential
from symbp.rules.stablereading import ERF_SPELLINGS, Factor, Quotient, read

__all__ = ["log_spellings"]

_ONE_PLUS = ((Fraction(1), 0), (Fraction(1), 1))
_MINUS_ONE = ((Fraction(-1), 0), (Fraction(1), 1))

Part = tuple[Fraction, Node]


def log_spellings(argument: Node) -> Iterator[Node]:
    """Spellings of ln(argument), the plainest first."""
    yield from _of_sum(argument)
    yield from _of_exponentials(argument)
    for erf in ERF_SPELLINGS[:3]:
        form = read(argument, erf)
        if form is not None:
            yield from _of_complement(form)
            if form.u is not None:
                yield from _of_quotient(form)


def _added(parts: Sequence[Part]) -> Node:
    """A sum of numbers times nodes; what is added stands before what is taken away."""
    terms: list[tuple[int, Node]] = []
    for factor, node in parts:
        inner = split(node)
        value = factor * inner.coefficient
        if value:
            terms.append((1 if value > 0 else -1, join(Monomial(abs(value), inner.powers))))
    terms.sort(key=lambda term: term[0] < 0)
    if not terms:
        return ZERO
    return terms[0][1] if len(terms) == 1 and terms[0][0] > 0 else Sum(terms)


def _logarithm(value: Fraction) -> list[Part]:
    if value == 1:
        return []
    if value.numerator == 1:
        return [(Fraction(-1), Call("ln", (Number(value.denominator),)))]
    return [(Fraction(1), Call("ln", (Number(value),)))]


def _of_sum(argument: Node) -> Iterator[Node]:
    """ln(1 + x) = log1p(x)."""
    if not isinstance(argument, Sum) or len(argument.terms) < 2:
        return
    for place, (sign, term) in enumerate(argument.terms):
        if sign > 0 and isinstance(term, Number) and term.value == 1:
            rest = argument.terms[:place] + argument.terms[place + 1 :]
            inner = rest[0][1] if len(rest) == 1 and rest[0][0] > 0 else Sum(rest)
            yield Call("log1p", (inner,))
            return


def _of_exponentials(argument: Node) -> Iterator[Node]:
    """Two exponentials added or taken from one another."""
    if not isinstance(argument, Sum) or len(argument.terms) != 2:
        return
    (sign, first), (other, second) = argument.terms
    if not (_is_exp(first) and _is_exp(second)) or sign < 0:
        return
    a, b = first.children[0], second.children[0]
    if other > 0:
        distance = Call("abs", (a - b,))
        yield Call("max", (a, b)) + Call("log1p", (Call("exp", (negate(distance),)),))
    else:
        yield a + Call("log1mexp", (b - a,))


def _is_exp(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "exp"


def _of_complement(form: Quotient) -> Iterator[Node]:
    """A number times a power of erfc."""
    if form.factors or form.power or len(form.generators) != 1 or form.coefficient <= 0:
        return
    base, exponent = form.generators[0]
    if not isinstance(base, Call) or base.function not in ("erfc", "normal_cdf"):
        return
    inner, coefficient = base.arguments[0], form.coefficient
    large = Comparison(">", inner, ZERO)
    other = join(split(inner * Call("sqrt", (Number(2),))))  # 1 - erfc(x)/2 is normal_cdf(√2·x)
    if base.function == "normal_cdf":
        large = Comparison("<", inner, ZERO)
        other = negate(inner)
        inner = other / Call("sqrt", (Number(2),))
        if exponent.denominator != 1:
            return
        coefficient /= 2 ** int(exponent)
    spelled = _added([*_logarithm(coefficient), (exponent, Call("log_erfc", (inner,)))])
    if exponent == 1 and coefficient == Fraction(1, 2):  # near 1 on one side
        near = Call("log1p", (negate(Call("normal_cdf", (other,))),))
        yield Where(large, spelled, near)
    yield spelled


def _of_quotient(form: Quotient) -> Iterator[Node]:
    """Ln of a fraction in one exponential, all of whose factors are positive."""
    if form.u is None:
        return
    if len(form.factors) == 1 and form.factors[0][0].plain:
        factor, exponent = form.factors[0]
        if factor.shape == _ONE_PLUS:
            yield from _of_one_plus(form, form.u, exponent)
        if factor.shape == _MINUS_ONE and exponent == 1:
            yield from _of_minus_one(form, form.u)
            return
    if form.coefficient <= 0 or not all(_is_positive(f) for f, _ in form.factors):
        return
    known = _known(form, form.coefficient)
    if not form.factors:
        yield _added([(form.power, form.u), *known])
        return
    yield _by_sign(form, joined=False)
    yield _by_sign(form, joined=True)


def _is_positive(factor: Factor) -> bool:
    return factor.plain and all(c > 0 for c, _ in factor.shape)


def _known(form: Quotient, coefficient: Fraction) -> list[Part]:
    """The logarithm of what does not depend on E."""
    if not form.generators:
        return _logarithm(coefficient)
    rest = join(Monomial(coefficient, form.generators))
    return [(Fraction(1), Call("ln", (rest,)))]


def _of_one_plus(form: Quotient, u: Node, exponent: int) -> Iterator[Node]:
    """ln(c E^k (1 + E)^n)."""
    if form.coefficient <= 0:
        return
    count = Fraction(exponent)
    known = _known(form, form.coefficient)
    if form.power == -count / 2:
        value = form.coefficient * Fraction(2) ** exponent
        half = Call("lncosh", (_scaled(Fraction(1, 2), u),))
        yield _added([(count, half), *_known(form, value)])
    minus = _scaled(Fraction(-1), u)
    for argument, left in ((u, form.power), (minus, form.power + count)):
        yield _added([(left, u), (count, Call("softplus", (argument,))), *known])


def _of_minus_one(form: Quotient, u: Node) -> Iterator[Node]:
    """ln(c E^k (E - 1)) for u > 0, or with c < 0 for u < 0."""
    known = _known(form, abs(form.coefficient))
    if form.coefficient < 0:
        yield _added([(form.power, u), (Fraction(1), Call("log1mexp", (u,))), *known])
        return
    minus = Call("log1mexp", (_scaled(Fraction(-1), u),))
    yield _added([(form.power + 1, u), (Fraction(1), minus), *known])


def _scaled(factor: Fraction, node: Node) -> Node:
    inner = split(node)
    return join(Monomial(factor * inner.coefficient, inner.powers))


def _by_sign(form: Quotient, *, joined: bool) -> Node:
    """The logarithm in exp(-|u|), by the sign of u."""
    if form.u is None:
        return ZERO
    low = _branch(form, form.u, joined=joined)
    high = _branch(form.flipped(), _scaled(Fraction(-1), form.u), joined=joined)
    e = exponential(form.u)
    return Where(Comparison("<", e.argument, ZERO), low, high)


def _branch(form: Quotient, u: Node, *, joined: bool) -> Node:
    """`power·u + ln c + Σ n log1p(rest)`, each factor divided by its constant."""
    e = exponential(form.u if form.u is not None else u)
    coefficient = form.coefficient
    parts: list[Part] = [(form.power, u)]
    above, below = {0: Fraction(1)}, {0: Fraction(1)}
    for factor, exponent in form.factors:
        first = factor.shape[0][0]
        coefficient *= first**exponent
        scaled = {d: c / first for c, d in factor.shape}
        if not joined:
            parts.append((Fraction(exponent), Call("log1p", (_polynomial(scaled, e, first=1),))))
        elif exponent > 0:
            above = _multiplied(above, scaled, exponent)
        else:
            below = _multiplied(below, scaled, -exponent)
    if joined:
        degrees = sorted({*above, *below})
        rest = {d: above.get(d, Fraction(0)) - below.get(d, Fraction(0)) for d in degrees}
        inner = Product([_polynomial(rest, e)], [_polynomial(below, e)])
        parts.append((Fraction(1), Call("log1p", (inner,))))
    return _added([*parts, *_known(form, coefficient)])


def _multiplied(
    one: dict[int, Fraction], other: dict[int, Fraction], times: int
) -> dict[int, Fraction]:
    """A polynomial in e times a power of another, by degrees."""
    for _ in range(times):
        made: dict[int, Fraction] = {}
        for d, c in one.items():
            for f, g in other.items():
                made[d + f] = made.get(d + f, Fraction(0)) + c * g
        one = made
    return one


def _polynomial(coefficients: dict[int, Fraction], e: Exponential, first: int = 0) -> Node:
    """A polynomial in e, lowest degree first, from a degree on."""
    terms: list[Part] = []
    for degree in sorted(coefficients):
        value = coefficients[degree]
        if value and degree >= first:
            power = e.power(Fraction(1)) if degree else ONE
            terms.append((value, Power(power, Number(degree)) if degree > 1 else power))
    return _added(terms)
