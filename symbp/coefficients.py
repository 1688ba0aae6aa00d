"""Coefficients as their author writes numbers: 0.6*x, not 3*x/5, where 0.3 was written.

The forms are found with exact fractions, and a sum is kept with whole coefficients under one
divisor: (3*x + 7/2)/5. Who writes 0.3*x^2 + 0.7*x expects 0.6*x + 0.7. Halves, quarters and eighths
stay fractions, and so does what no short decimal says exactly.
"""

from __future__ import annotations

from fractions import Fraction

from symbp.expressions import Node, Number, Power, Product, Sum, postorder

__all__ = ["with_decimals", "writes_decimals"]

#: A number with more digits behind the point stays a quotient.
MOST_DIGITS = 12
#: A coefficient of this size, a power of ten, is what decimals were multiplied with.
LONGEST_WHOLE = 1000
_ONE = Fraction(1)


def writes_decimals(root: Node) -> bool:
    """Whether numbers of an expression (exponents apart) are what a person writes as decimals.

    For expressions made by Python's operators, where 3/10 is a float; a text shows what was typed.
    """
    for current in postorder(root):
        exponents = current.children[1:] if isinstance(current, Power) else ()
        for child in current.children:
            if isinstance(child, Number) and child not in exponents and _is_decimal(child.value):
                return True
    return isinstance(root, Number) and _is_decimal(root.value)


def with_decimals(root: Node) -> Node:
    """The same value, with decimals for the coefficients that have one."""
    done: dict[int, Node] = {}
    for current in postorder(root):
        made = current.rebuild([done[id(child)] for child in current.children])
        if isinstance(made, Product):
            made = _product(made)
        elif isinstance(made, Sum) and isinstance(current, Sum):
            made = _flat(made, current)
        done[id(current)] = made
    return done[id(root)]


def _product(current: Product) -> Node:
    value, above, below = _parts(current)
    plain = list(above)
    for place, factor in enumerate(above):
        unit = _unit(factor)
        if isinstance(factor, Sum) and unit != 1:
            above[place] = _scaled(factor, 1 / unit)
            value *= unit
    if value.denominator > LONGEST_WHOLE and _is_decimal(1 / value):
        return _joined(_ONE, above, [Number(1 / value), *below])
    if not _is_decimal(value):
        return current if above == plain else _joined(value, above, below)
    for place, factor in enumerate(above):
        if isinstance(factor, Sum) and _takes(factor, value):
            above[place] = _scaled(factor, value)
            value = _ONE
            break
    return _joined(value, above, below)


def _unit(factor: Node) -> Fraction:
    """A power of ten that decimals were multiplied with: 294431281 - 10^8*h^2."""
    if not isinstance(factor, Sum):
        return _ONE
    values = [abs(_parts(term)[0]) for _, term in factor.terms]
    powers = [v for v in values if v >= LONGEST_WHOLE and v == 10 ** (len(str(v)) - 1)]
    return max(powers) if powers and all(v.denominator == 1 for v in values) else _ONE


def _parts(root: Node) -> tuple[Fraction, list[Node], list[Node]]:
    """The coefficient of a term, and its factors above and below the bar."""
    if isinstance(root, Number):
        return root.value, [], []
    if not isinstance(root, Product):
        return _ONE, [root], []
    value = _ONE
    for factor in root.numerator:
        value *= factor.value if isinstance(factor, Number) else 1
    for factor in root.denominator:
        value /= factor.value if isinstance(factor, Number) and factor.value else 1
    above = [f for f in root.numerator if not isinstance(f, Number)]
    below = [f for f in root.denominator if not (isinstance(f, Number) and f.value)]
    return value, above, below


def _joined(value: Fraction, above: list[Node], below: list[Node]) -> Node:
    numbers = [Number(value)] if value != 1 or not above else []
    factors = [*numbers, *above]
    return factors[0] if len(factors) == 1 and not below else Product(factors, below)


def _takes(current: Sum, value: Fraction) -> bool:
    """Whether a coefficient goes into a sum: 0.6*x + 0.7, but 0.1*(p - y)."""
    parts = [_parts(term) for _, term in current.terms]
    bare = all(v.denominator == 1 and (v == 1 or not (up or down)) for v, up, down in parts)
    scaled = [v * value for v, _, _ in parts]
    return not bare and all(v > 0 and (8 % v.denominator == 0 or _is_decimal(v)) for v in scaled)


def _scaled(current: Sum, value: Fraction) -> Node:
    terms: list[tuple[int, Node]] = []
    for sign, term in current.terms:
        own, above, below = _parts(term)
        terms.append((sign, _joined(own * value, above, below)))
    return Sum(terms)


def _flat(made: Sum, before: Sum) -> Node:
    """A coefficient that went into a term which is a sum leaves no brackets behind."""
    terms: list[tuple[int, Node]] = []
    for (sign, new), (_, old) in zip(made.terms, before.terms, strict=True):
        if isinstance(new, Sum) and not isinstance(old, Sum):
            terms += [(sign * s, t) for s, t in new.terms]
        else:
            terms.append((sign, new))
    return made if len(terms) == len(made.terms) else Sum(terms)


def _is_decimal(value: Fraction) -> bool:
    """Whether it is no fraction of halves, and has a short exact decimal."""
    return value.denominator % 5 == 0 and 10**MOST_DIGITS % value.denominator == 0
