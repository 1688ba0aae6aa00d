"""Spellings of algebraic expressions: quotients divided step by step, 1 + x^2 as a square of hypot.

    1/(1 + x^2)^(3/2)  is  1/h/h/h with h = hypot(1, x): x^2 overflows where the value does not
    1 - x^2            is  (1 - x)(1 + x): no digits are lost near 1
    1/sqrt(x^2 - 1)    is  1/sqrt((x - 1)(x + 1)), by a step that does not overflow for large x
    x/(s*s*s)          is  x/s/s/s: the cube may overflow where the quotient is a number
    1/(1 + x^2)^(3/2)  is  1/(q*sqrt(q)) with q = 1 + x^2, which rounds less, where q^2 is a number

Each has fewer ways to over- or underflow than the fraction of two products.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
from symbp.monomials import Monomial, join, negate, split, terms_of, total
from symbp.rules.stablefactors import coefficient_parts
from symbp.rules.stablereading import Factor, Quotient, read

__all__ = ["local_spellings"]

_HALF = Fraction(1, 2)
#: More divisions than this are no better than the quotient of two products.
MAX_STEPS = 8


def local_spellings(root: Node, erf: str = "plain") -> Iterator[Node]:
    """Spellings of a fraction without exponentials, the plainest first."""
    yield from _conjugate(root)
    form = read(root, erf)
    if form is None or form.power or any(f.degree for f, _ in form.factors):
        return
    if form.coefficient == 0:
        yield ZERO
        return
    yield from _hyperbolic(form)
    form = _oriented(form)
    powers = _powers(form)
    if not powers:
        return
    yield _fraction(form.coefficient, powers)
    yield from _stepwise(form.coefficient, powers)
    yield from _rooted(form.coefficient, powers)


def _powers(form: Quotient) -> list[tuple[Node, Fraction]]:
    """Bases with their exponents; under a root, the factors of a product stay together."""
    powers: dict[Node, Fraction] = {}
    for base, exponent in form.generators:
        for part, times in _opened(base, exponent):
            powers[part] = powers.get(part, Fraction(0)) + times
    for factor, count in form.factors:
        node = _node(factor)
        powers[node] = powers.get(node, Fraction(0)) + count
    return [(base, exponent) for base, exponent in powers.items() if exponent]


def _opened(base: Node, exponent: Fraction) -> list[tuple[Node, Fraction]]:
    """A half power of a sum by the factors of the sum: whole powers, and one root of all."""
    if exponent.denominator != 2 or not isinstance(base, Sum):
        return [(base, exponent)]
    inner = read(base)
    if inner is None or inner.u is not None or len(inner.factors) < 2 or inner.generators:
        return [(base, exponent)]
    inner = _oriented(inner)
    product = _fraction(inner.coefficient, [(_node(f), Fraction(n)) for f, n in inner.factors])
    whole = int(exponent) if exponent > 0 else -int(-exponent)
    root = Call("sqrt", (product,))
    found: list[tuple[Node, Fraction]] = [(root, Fraction(1 if exponent > 0 else -1))]
    if whole:
        found.append((product, Fraction(whole)))
    return found


def _node(factor: Factor) -> Node:
    """A polynomial factor, its number first, what is added before what is taken away."""
    terms = sorted(factor.terms, key=lambda term: bool(term[1]))
    signed = [(1 if c > 0 else -1, join(Monomial(abs(c), powers))) for c, powers, _ in terms]
    signed.sort(key=lambda term: term[0] < 0)
    return Sum(signed)


def _oriented(form: Quotient) -> Quotient:
    """1 - x for x - 1: factors whose number, or else most of whose terms, are positive."""
    coefficient = form.coefficient
    factors: list[tuple[Factor, int]] = []
    for factor, count in form.factors:
        numbers = [c for c, powers, _ in factor.terms if not powers]
        positive = sum(1 for c, _, _ in factor.terms if c > 0)
        flip = numbers[0] < 0 if numbers else 2 * positive < len(factor.terms)
        coefficient *= Fraction(-1) ** count if flip else 1
        factors.append((factor.negated() if flip else factor, count))
    return replace(form, coefficient=coefficient, factors=tuple(factors))


def _conjugate(root: Node) -> Iterator[Node]:
    """sqrt(a) - c = (a - c^2)/(sqrt(a) + c) for a number c, where a - c^2 is simpler than a."""
    if not isinstance(root, Sum) or len(root.terms) != 2:
        return
    roots = [(s, t) for s, t in root.terms if isinstance(t, Call) and t.function == "sqrt"]
    numbers = [(s, t) for s, t in root.terms if isinstance(t, Number) and t.value > 0]
    if len(roots) != 1 or len(numbers) != 1 or roots[0][0] == numbers[0][0]:
        return
    sign, inner = roots[0]
    number = numbers[0][1]
    square = join(Monomial(Fraction(1), ((number, Fraction(2)),)))
    made = total([*terms_of(inner.children[0]), *terms_of(negate(split_number(square)))])
    value = Product([made], [Sum([(1, inner), (1, number)])])
    yield value if sign > 0 else negate(value)


def split_number(node: Node) -> Node:
    """A number that is written as a power, multiplied out."""
    return join(split(node))


def _fraction(coefficient: Fraction, powers: list[tuple[Node, Fraction]]) -> Node:
    return join(Monomial(coefficient, tuple(powers)))


def _stepwise(coefficient: Fraction, powers: list[tuple[Node, Fraction]]) -> Iterator[Node]:
    for lengths in (False, True):
        made = _in_steps(coefficient, powers, lengths=lengths)
        if made is not None:
            yield made


def _rooted(coefficient: Fraction, powers: list[tuple[Node, Fraction]]) -> Iterator[Node]:
    """x/(q*sqrt(q)) for q = 1 + x^2 where q^2 is a number, else by the steps with hypot."""
    halves = [base for base, exponent in powers if exponent.denominator == 2 and exponent < 0]
    made = _in_steps(coefficient, powers, lengths=True)
    if len(halves) != 1 or _length(halves[0]) is None or made is None:
        return
    above: list[Node] = []
    below: list[Node] = []
    for base, exponent in powers:
        place = above if exponent > 0 else below
        place.extend([base] * int(abs(exponent)))
        if exponent.denominator == 2:
            place.append(Call("sqrt", (base,)))
    over, under = coefficient_parts(abs(coefficient))
    above = [*([Number(over)] if over != 1 or not above else []), *above]
    below = [*([Number(under)] if under != 1 else []), *below]
    plain: Node = Product(above, below)
    plain = negate(plain) if coefficient < 0 else plain
    number = Comparison("<", ZERO, Product([ONE], [Power(halves[0], Number(2))]))
    yield Where(number, plain, made)


def _hyperbolic(form: Quotient) -> Iterator[Node]:
    """y/(p*sqrt(p)) for p = (x - 1)*(x + 1) where x^4 is a number, else by steps that are sqrt(p).

    Such a step, |x| sqrt((x - 1)/x (x + 1)/x), does not overflow.
    """
    roots = [(b, e) for b, e in form.generators if e < 0 and e.denominator == 2]
    others = [(b, e) for b, e in form.generators if (b, e) not in roots]
    x = _of_hyperbola(roots[0][0]) if len(roots) == 1 else None
    if x is None or form.factors or any(e < 0 or e.denominator != 1 for _, e in others):
        return
    exponent = -roots[0][1]
    above = [base for base, e in others for _ in range(int(e))]
    low, high = Sum([(1, x), (-1, ONE)]), Sum([(1, x), (1, ONE)])
    pair = Product([low, high])
    root = Call("sqrt", (pair,))
    divisor = Product([*[pair] * int(exponent), root]) if exponent > 1 else root
    inner = Product([Product([low], [x]), Product([high], [x])])
    step = Product([Call("abs", (x,)), Call("sqrt", (inner,))])
    number = Comparison("<", ZERO, Product([ONE], [Power(x, Number(4))]))
    plain = _divided(form.coefficient, above, [divisor])
    yield Where(number, plain, _divided(form.coefficient, above, [step] * int(2 * exponent)))


def _of_hyperbola(base: Node) -> Node | None:
    """The x of x^2 - 1; None for another sum."""
    if not isinstance(base, Sum) or len(base.terms) != 2:
        return None
    squares = [split(t) for s, t in base.terms if s > 0 and not isinstance(t, Number)]
    ones = [t for s, t in base.terms if s < 0 and t == ONE]
    if len(squares) != 1 or len(ones) != 1 or squares[0].coefficient != 1:
        return None
    powers = squares[0].powers
    return powers[0][0] if len(powers) == 1 and powers[0][1] == 2 else None


def _in_steps(
    coefficient: Fraction, powers: list[tuple[Node, Fraction]], *, lengths: bool
) -> Node | None:
    """The quotient divided factor by factor; with 1 + x^2 as the square of hypot, or as it is."""
    above: list[Node] = []
    below: list[Node] = []
    for base, exponent in powers:
        other = _length(base) if exponent < 0 and lengths else None
        count = 2 * exponent if other is not None else exponent
        bases = [other if other is not None else base] * int(abs(count))
        if count.denominator == 2:
            bases.append(Call("sqrt", (base,)))
        (above if exponent > 0 else below).extend(bases)
    if not below or len(above) + len(below) > MAX_STEPS:
        return None
    return _divided(coefficient, above, below)


def _length(base: Node) -> Node | None:
    """hypot(1, x) for 1 + x^2, in any order; None for another sum."""
    if not isinstance(base, Sum) or len(base.terms) != 2 or any(s < 0 for s, _ in base.terms):
        return None
    one = [t for _, t in base.terms if isinstance(t, Number) and t.value == 1]
    squares = [split(t) for _, t in base.terms if not isinstance(t, Number)]
    if len(one) != 1 or len(squares) != 1:
        return None
    parts = squares[0]
    if parts.coefficient != 1 or len(parts.powers) != 1 or parts.powers[0][1] != 2:
        return None
    return Call("hypot", (ONE, parts.powers[0][0]))


def _divided(coefficient: Fraction, above: list[Node], below: list[Node]) -> Node:
    """Multiplied and divided in turn, so that sizes stay where the value is."""
    made: Node | None = None
    waiting = list(below)
    for factor in above:
        made = factor if made is None else Product([made, factor])
        if waiting:
            made = Product([made], [waiting.pop(0)])
    size = abs(coefficient)
    if made is None:
        # a power of 2 rounds nothing, and in front it keeps what follows from overflowing
        exact = size.numerator == 1 and size.denominator.bit_count() == 1
        made, size = (Number(size), Fraction(1)) if exact else (ONE, size)
    for divisor in waiting:
        made = Product([made], [divisor])
    over, under = coefficient_parts(size)
    if over != 1:
        made = Product([Number(over), made])
    if under != 1:
        made = Product([made], [Number(under)])
    return negate(made) if coefficient < 0 else made
