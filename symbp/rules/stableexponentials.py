"""Powers of e = exp(-|u|) as nodes: the exponent rounded in one part, or in two.

An exponential multiplies the relative error of its exponent by the exponent. Where the exponent is
a square, exp(-x^2/2), its factors are handed to a function that forms the product with its rounding
error; the exponent of the approximate GELU has a function of its own. All other exponents are
computed as they are written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symbp.expressions import ONE, Call, Constant, Node, Number, Sum
from symbp.monomials import Monomial, join, negate, split, terms_of

__all__ = ["Exponential", "exponential", "gate_scale", "inverse", "times"]

#: A power of e as a node, from the exponent (at least 0).
Make = Callable[[Fraction], Node]
_HALF = Fraction(1, 2)
_SQRT_TWO = (Number(2), _HALF)
#: The coefficient of the approximate GELU (Hendrycks and Gimpel 2016).
GATE_CUBIC = Fraction("0.044715")


@dataclass(frozen=True)
class Exponential:
    """How powers of e = exp(-|u|) are written.

    Attributes:
        power: e to an exponent of at least 0.
        minus: -|u| as a node, for expm1; None where it has no short spelling.
        sign: of u where that is known, else 0.
        argument: what is compared with 0 to learn the sign of u.
    """

    power: Make
    minus: Node | None
    sign: int
    argument: Node


def exponential(u: Node) -> Exponential:
    """The powers of exp(-|u|); those of a square are computed from the factors of the exponent."""
    parts = split(u)
    base = join(Monomial(Fraction(1), parts.powers))
    if parts.powers and all(e.denominator == 1 and e % 2 == 0 for _, e in parts.powers):
        root = join(Monomial(Fraction(1), tuple((b, e / 2) for b, e in parts.powers)))
        size = abs(parts.coefficient)

        def square(k: Fraction) -> Node:
            return Call("exp_product", (times(-size * k, root), root))

        sign = 1 if parts.coefficient > 0 else -1
        return Exponential(square, times(-size, base), sign, u)
    cubic = _cubic(u)
    if cubic is not None:
        return cubic
    size = abs(parts.coefficient)
    length = Call("abs", (base,))

    def plain(k: Fraction) -> Node:
        return Call("exp", (times(-size * k, length),))

    argument = base if parts.coefficient > 0 else negate(base)
    return Exponential(plain, times(-size, length), 0, argument)


def _cubic(u: Node) -> Exponential | None:
    """The exponent of the approximate GELU is rounded in two parts by a function of its own."""
    found = gate_scale(u)
    if found is None:
        return None
    scale, z = found
    length = Call("abs", (z,))

    def power(k: Fraction) -> Node:
        return Call("exp_gate", (times(-abs(scale) * k, ONE), length))

    return Exponential(power, None, 0, z if scale > 0 else negate(z))


def gate_scale(u: Node) -> tuple[Fraction, Node] | None:
    """`c, z` where u = c·sqrt(8/pi)·(z + 0.044715 z^3); None for another exponent."""
    constant = (_SQRT_TWO, (Constant("pi"), -_HALF))
    found: dict[tuple[tuple[Node, Fraction], ...], Fraction] = {}
    for term in terms_of(u):
        inner = [term] if len(term.powers) != 1 else _opened(term)
        for part in inner:
            rest = tuple(p for p in part.powers if p not in constant)
            if len(rest) != len(part.powers) - 2:
                return None
            found[rest] = found.get(rest, Fraction(0)) + part.coefficient
    if len(found) != 2:
        return None
    (one, low), (other, high) = sorted(found.items(), key=lambda item: item[0][-1][1])
    if len(one) != 1 or one[0][1] != 1 or other != ((one[0][0], Fraction(3)),):
        return None
    return (low / 2, one[0][0]) if high == low * GATE_CUBIC else None


def _opened(term: Monomial) -> list[Monomial]:
    """A number times a sum, term by term."""
    (base, exponent) = term.powers[0]
    if exponent != 1 or not isinstance(base, Sum):
        return [term]
    return [Monomial(term.coefficient * m.coefficient, m.powers) for m in terms_of(base)]


def times(factor: Fraction, node: Node) -> Node:
    """A number times a node, the number in front."""
    inner = split(node)
    return join(Monomial(factor * inner.coefficient, inner.powers))


def inverse(value: Node) -> Node:
    """exp(-x) made exp(x)."""
    if isinstance(value, Call) and value.function in ("exp", "exp_product", "exp_gate"):
        first = times(Fraction(-1), value.arguments[0])
        return Call(value.function, (first, *value.arguments[1:]))
    return ONE / value
