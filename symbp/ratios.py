"""Ratios of functions that have a name: sin(u)/cos(u) is tan(u), sinh(u)/cosh(u) is tanh(u).

As many as there are of both: sin(u)/cos(u)² is tan(u)/cos(u).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symbp.expressions import Call, Node
from symbp.monomials import Monomial

__all__ = ["named_ratios"]

#: Above the bar, below it, and the name of the ratio.
_NAMES: Mapping[str, tuple[str, str]] = {"sin": ("cos", "tan"), "sinh": ("cosh", "tanh")}


def named_ratios(monomial: Monomial) -> Monomial:
    """The monomial with each such ratio under its name; the monomial itself where there is none."""
    powers = dict(monomial.powers)
    for base, exponent in monomial.powers:
        if not isinstance(base, Call) or base.function not in _NAMES or exponent < 1:
            continue
        below, name = _NAMES[base.function]
        divisor: Node = Call(below, base.arguments)
        times = min(exponent, -powers.get(divisor, Fraction(0))) // 1
        if times < 1:
            continue
        ratio = Call(name, base.arguments)
        # the ratio stands where the function above the bar stood
        powers = {(ratio if b == base else b): e for b, e in powers.items()} | {
            divisor: powers[divisor] + times
        }
        found = dict(monomial.powers).get(ratio, Fraction(0))
        powers[ratio] = found + times
        if exponent > times:
            powers[base] = exponent - times
    if powers == dict(monomial.powers):
        return monomial
    return Monomial(monomial.coefficient, tuple((b, e) for b, e in powers.items() if e))
