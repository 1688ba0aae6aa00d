"""A factored fraction in E = exp(u) written so that it neither overflows nor cancels.

For u < 0 it is written in E, for u >= 0 in 1/E, so the exponential that is computed is always
e = exp(-|u|); both branches share it, and often they are one expression:

    σ'(z)  = e/(1 + e)^2                       e = exp(-|z|)
    σ''(z) = -tanh(z/2) e/(1 + e)^2

1 - e is -expm1(-|u|). Where z·e is about to underflow e has few digits left and h = exp(-|u|/2) has
all, so a growing coefficient is multiplied as (z·h)·h there. Where such a coefficient may overflow
before h makes it 0, the product stands under 0 < h, which holds for every real argument and fails
only where h has underflowed.

Each spelling is equal to what was read by algebra alone; which one is taken is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbp.expressions import ZERO, Call, Comparison, Node, Number, Power, Product, Where
from symbp.monomials import Monomial, join, negate
from symbp.rules.stableexponentials import Exponential, exponential, inverse, times
from symbp.rules.stablefactors import (
    coefficient_parts,
    constants_of,
    in_one,
    is_constant,
    truncated,
)
from symbp.rules.stablereading import Factor, Quotient

__all__ = ["STYLES", "spellings"]

_HALF = Fraction(1, 2)
#: How a vanishing exponential is multiplied: at once; in halves; in halves under 0 < h; at once
#: where e is far above the smallest numbers, which is where a small part of it is not 0, else the
#: last.
STYLES = ("plain", "halved", "guarded", "split")
SMALL_PART = Number(Fraction(1, 2**60))
#: Fractions that are a function of the table: power of E, plain factors, function, scale, argument.
_NAMED: tuple[tuple[Fraction, tuple[tuple[str, int], ...], str, int, Fraction], ...] = (
    (Fraction(0), (("1+E", -1),), "sigmoid", 1, Fraction(-1)),
    (Fraction(1), (("1+E", -1),), "sigmoid", 1, Fraction(1)),
    (Fraction(0), (("-1+E", 1), ("1+E", -1)), "tanh", 1, _HALF),
    (-_HALF, (("-1+E", 1),), "sinh", 2, _HALF),
    (-_HALF, (("1+E", 1),), "cosh", 2, _HALF),
    (Fraction(0), (("-1+E", 1),), "expm1", 1, Fraction(1)),
    (Fraction(-1), (("-1+E", 1),), "expm1", -1, Fraction(-1)),
)
_SHAPES: dict[tuple[tuple[Fraction, int], ...], str] = {
    ((Fraction(1), 0), (Fraction(1), 1)): "1+E",
    ((Fraction(-1), 0), (Fraction(1), 1)): "-1+E",
}


def spellings(form: Quotient) -> Iterator[Node]:
    """The fraction in several spellings, the plainest first; none without an exponential."""
    if form.u is None:
        return
    named = _named(form)
    if named is not None:
        yield named
    if not form.factors:
        yield from _bare(form)
        return
    e = exponential(form.u)
    for style in STYLES:
        yield _by_sign(_without_tanh(form), e, style)
        yield _by_sign(form, e, style)


def _shape(factor: Factor) -> str | None:
    return _SHAPES.get(factor.shape) if factor.plain else None


def _named(form: Quotient) -> Node | None:
    """A coefficient times a function of the table."""
    if form.u is None or any(_shape(f) is None for f, _ in form.factors):
        return None
    shapes = tuple(sorted((_SHAPES[f.shape], n) for f, n in form.factors))
    for power, wanted, name, scale, inner in _NAMED:
        if power == form.power and tuple(sorted(wanted)) == shapes:
            argument = times(inner, form.u)
            rest = list(form.generators)
            value = Call(name, (argument,))
            if name == "sigmoid" and (argument, Fraction(1)) in rest:
                rest.remove((argument, Fraction(1)))
                value = Call("silu", (argument,))
            return join(Monomial(form.coefficient * scale, (*rest, (value, Fraction(1)))))
    return None


def _without_tanh(form: Quotient) -> Quotient:
    """(E - 1)/(E + 1), whose sign is that of u, as tanh(u/2)."""
    counts = {_shape(f): n for f, n in form.factors}
    if counts.get("-1+E") != 1 or counts.get("1+E", 0) > -2 or form.u is None:
        return form
    factors = tuple(
        (f, n + 1 if _shape(f) == "1+E" else n) for f, n in form.factors if _shape(f) != "-1+E"
    )
    value = Call("tanh", (times(_HALF, form.u),))
    generators = (*form.generators, (value, Fraction(1)))
    return replace(form, factors=factors, generators=generators)


def _by_sign(form: Quotient, e: Exponential, style: str) -> Node:
    low = _branch(form, e, style)
    high = _branch(form.flipped(), e, style)
    if e.sign:
        return high if e.sign > 0 else low
    return high if high == low else Where(Comparison("<", e.argument, ZERO), low, high)


def _bare(form: Quotient) -> Iterator[Node]:
    """A power of E with coefficients: no branch is needed."""
    if form.u is None:
        return
    e = exponential(form.u)
    if not form.power:
        yield _written(form, e, halved=False)
    elif e.sign and form.power * e.sign < 0:
        turned = form.flipped() if e.sign > 0 else form
        for style in STYLES:
            yield _branch(turned, e, style)
    elif not e.sign:
        u, power = form.u, form.power

        def make(k: Fraction) -> Node:
            return Call("exp", (times(k if power > 0 else -k, u),))

        own = replace(e, power=make)
        for style in STYLES[:3]:
            yield _branch(replace(form, power=abs(power)), own, style)


def _branch(form: Quotient, e: Exponential, style: str) -> Node:
    """The fraction in e alone."""
    plain = _written(form, e, halved=False)
    if style == "plain":
        return plain
    halved = _written(form, e, halved=True)
    if style == "halved":
        return halved
    value = halved
    if _may_overflow(form):
        rest: Node = ZERO
        if form.power <= 0:
            factors = tuple((truncated(f), n) for f, n in form.factors)
            rest = _written(replace(form, factors=factors), e, halved=False)
        power = Fraction(1) if halved == plain else _HALF
        value = Where(Comparison("<", ZERO, e.power(power)), halved, rest)
    if style == "guarded" or halved == plain:
        return value
    part = Product([e.power(max(Fraction(1), form.power)), SMALL_PART])
    return Where(Comparison("<", ZERO, part), plain, value)


def _may_overflow(form: Quotient) -> bool:
    """Whether a sum of growing coefficients stands beside a vanishing exponential."""
    if form.power > 0:
        return any(not f.plain for f, _ in form.factors)
    beside = [b for f, _ in form.factors for _, powers, d in f.terms if d for b, _ in powers]
    # erfcx grows as fast as e vanishes: the product has no limit that can be read off
    growing = any(isinstance(b, Call) and b.function == "erfcx" for b in beside)
    return bool(beside) and not growing


def _written(form: Quotient, e: Exponential, *, halved: bool) -> Node:
    coefficient = form.coefficient
    constants: dict[Node, Fraction] = {}
    above: list[Node] = []
    below: list[Node] = []
    for base, exponent in form.generators:
        if is_constant(base):
            constants[base] = constants.get(base, Fraction(0)) + exponent
        else:
            _append(above if exponent > 0 else below, base, abs(exponent))
    for factor, count in form.factors:
        scale, extra, node = in_one(factor, e, halved=halved)
        coefficient *= scale**count
        for base, exponent in extra:
            constants[base] = constants.get(base, Fraction(0)) + exponent * count
        if node is not None:
            _append(above if count > 0 else below, node, Fraction(abs(count)))
    size = abs(coefficient)
    late = halved and form.power > 0 and bool(above)
    ordered = _ordered(above, e, form.power, halved=halved)
    made = _product(size, constants, ordered, below, late=late)
    return negate(made) if coefficient < 0 else made


def _ordered(above: list[Node], e: Exponential, power: Fraction, *, halved: bool) -> list[Node]:
    """A growing factor, then the halves of the vanishing exponential, then all else."""
    if not power:
        return above
    if power < 0:  # it grows with |u|, and the value may be finite where exp(|u|) is not
        half = inverse(e.power(-power / 2))
        return [*above, half, half]
    if not halved or not above:
        return [*above, e.power(power)]
    half = e.power(power / 2)
    return [above[0], half, *above[1:], half]


def _append(place: list[Node], node: Node, exponent: Fraction) -> None:
    if exponent == 1:
        place.append(node)
    else:
        place.append(Call("sqrt", (node,)) if exponent == _HALF else Power(node, Number(exponent)))


def _product(
    size: Fraction,
    constants: dict[Node, Fraction],
    above: list[Node],
    below: list[Node],
    *,
    late: bool,
) -> Node:
    """Constants behind variables; the number too (`late`) where it may make a factor overflow."""
    over, under = constants_of(constants)
    above, below = [*above, *over], [*below, *under]
    over_bar, under_bar = coefficient_parts(size)
    if over_bar != 1 or not above:
        number = Number(over_bar)
        above = [*above, number] if late else [number, *above]
    if under_bar != 1:
        below = [Number(under_bar), *below]
    return above[0] if len(above) == 1 and not below else Product(above, below)
