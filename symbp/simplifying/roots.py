"""Powers read backwards: r = u^a says u = r^(1/a), so what is a power of u is one of r.

    r = √u                      1/(2√u)      is   1/(2r)
    r = u^(1/3)                 1/u^(2/3)    is   1/r²
    r = u^(1/p)                 u^(1/p - 1)  is   r^(1 - p)
    r = (Π_n x_n)^(1/N)         u^(1/N - 1)  is   r/u,  u the product

A power that is no whole number of r stays. The exponents say that u is not negative, and not 0
where a number is subtracted from one: u^(1/p - 1) has no value there either.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Call,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    accesses,
    substitute,
)
from symbp.matching import match
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.systems import EquationSystem

__all__ = ["Root", "by_root", "power_of"]

_HALF = Number(Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Root:
    """`name = pattern^exponent` for all values of the letters, because of an equation.

    Attributes:
        name: the left side of the equation.
        pattern: what it is a root of.
        exponent: the exponent, any node that is no whole number.
        letters: those of the equation.
        product: whether the pattern is a product over indices.
    """

    name: Access
    pattern: Node
    exponent: Node
    letters: frozenset[str]
    product: bool

    def written(self, base: Node, exponent: Node) -> Node | None:
        """A power of the pattern through the name; None where it is no whole power of it.

        Of a product over indices it is the name beside a power of the product, r/u, as what the
        derivative of the product leaves of it cancels there.
        """
        if self.product and isinstance(self.exponent, Number):
            return None  # the sign of the exponent has a say: `beside`
        found = match(self.pattern, base, self.letters)
        if found is None:
            return None
        name = substitute(self.name, found)
        own = substitute(self.exponent, found)
        if self.product:
            less = (Monomial(-t.coefficient, t.powers) for t in terms_of(own))
            rest = total((*terms_of(exponent), *less))
            whole = isinstance(rest, Number) and rest.value.denominator == 1
            return join(split(name * Power(base, rest))) if whole else None
        times = _divided(exponent, own)
        return None if times is None else join(split(Power(name, times)))

    def beside(self, current: Product) -> Product | None:
        """A root of a product over indices, in a product of factors: 1/√u is r/u."""
        monomial = split(current)
        if not self.product or not isinstance(self.exponent, Number):
            return None
        own = self.exponent.value
        for base, exponent in monomial.powers:
            rest = exponent - own
            found = match(self.pattern, base, self.letters) if rest.denominator == 1 else None
            if found is None or exponent.denominator == 1:
                continue
            others = [p for p in monomial.powers if p[0] is not base]
            name = (substitute(self.name, found), Fraction(1))
            made = join(
                Monomial(monomial.coefficient, (*others, name, *[(base, rest)] * bool(rest)))
            )
            return made if isinstance(made, Product) else None
        return None


def by_root(equation: Equation, system: EquationSystem) -> Root | None:
    """The root that an equation names: `r = √u`, `r = 1/√u`, `r = u^(1/p)`; None: there is none.

    A radicand that has a name of its own stays under its root sign.
    """
    monomial = split(equation.right)
    if not equation.plain or monomial.coefficient != 1 or len(monomial.powers) != 1:
        return None
    base, times = monomial.powers[0]
    exponent: Node = Number(times)
    if isinstance(base, Power) and not isinstance(base.exponent, Number | IndexValue):
        exponent = join(
            Monomial(times * split(base.exponent).coefficient, split(base.exponent).powers)
        )
        base = base.base
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return None
    if isinstance(base, Access) and not system.quantities[base.quantity].hidden:
        return None
    letters = frozenset(equation.letters)
    if not letters and not any(system.quantities[a.quantity].hidden for a in accesses(base)):
        return None
    if base.free != letters:
        return None
    return Root(equation.left, base, exponent, letters, _is_product(base, system))


def _is_product(base: Node, system: EquationSystem) -> bool:
    """Whether a hidden name stands for a product over indices."""
    producers = system.producers.get(base.quantity, ()) if isinstance(base, Access) else ()
    rights = [producer.right for producer in producers]
    return any(isinstance(right, Reduce) and right.operator == "prod" for right in rights)


def power_of(current: Node) -> tuple[Node, Node] | None:
    """The base and the exponent of a power or a root."""
    if isinstance(current, Call) and current.function == "sqrt":
        return current.arguments[0], _HALF
    return (current.base, current.exponent) if isinstance(current, Power) else None


def _divided(exponent: Node, own: Node) -> Node | None:
    """One exponent over another, where no bar is left: (1/p - 1)/(1/p) is 1 - p."""
    divisor = split(own)
    if isinstance(own, Sum) or divisor.coefficient == 0:
        return None
    below = tuple((b, -e) for b, e in divisor.powers)
    parts = [
        split(join(Monomial(t.coefficient / divisor.coefficient, (*t.powers, *below))))
        for t in terms_of(exponent)
    ]
    if any(part.coefficient.denominator != 1 for part in parts):
        return None
    if any(e < 0 or e.denominator != 1 for part in parts for _, e in part.powers):
        return None
    symbolic = not isinstance(own, Number)
    if not symbolic and not isinstance(exponent, Number):
        return None
    if symbolic and len(parts) < 2 and parts[0].powers:
        return None  # u^(-1) is no shorter as r^(-p)
    return total(parts)
