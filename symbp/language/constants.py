"""Values of constant parts, kept small: powers of constants are bounded before they are computed.

Nodes are not changed here. What a constant part is worth is needed for two things: to refuse values
that do not exist (1/0, ln(-1)), and to refuse values that no later pass could write down.
"""

from __future__ import annotations

from fractions import Fraction

from symbp.errors import MathError
from symbp.expressions import Call, Node, Number, Power, Product, Sum
from symbp.functions import FUNCTIONS
from symbp.language.sources import Source

__all__ = ["Constants"]

_BITS_PER_DIGIT = 3.3219281


class Constants:
    """Values of the constant nodes that a front end has built so far, from the leaves up."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._values: dict[Node, Fraction] = {}

    def value(self, node: Node) -> Fraction | None:
        """The exact value of a noted node, where it is constant and rational."""
        return node.value if isinstance(node, Number) else self._values.get(node)

    def note(self, node: Node, position: int) -> Node:
        """The node itself, its value known from now on.

        Raises:
            MathError: it has no value.
            LimitExceeded: its value has too many digits.
        """
        value: Fraction | None = None
        if isinstance(node, Sum):
            value = self._sum(node, position)
        elif isinstance(node, Product):
            value = self._product(node, position)
        elif isinstance(node, Power):
            value = self._power(node, position)
        elif isinstance(node, Call):
            self._check_domain(node, position)
        if value is not None:
            self._values[node] = value
        return node

    def _sum(self, node: Sum, position: int) -> Fraction | None:
        total = Fraction(0)
        for sign, term in node.terms:
            value = self.value(term)
            if value is None:
                return None
            total = self._small(total + sign * value, position)
        return total

    def _product(self, node: Product, position: int) -> Fraction | None:
        total = Fraction(1)
        for factor in node.numerator:
            value = self.value(factor)
            if value is None:
                return None
            total = self._small(total * value, position)
        for factor in node.denominator:
            value = self.value(factor)
            if value is None:
                return None
            total = self._small(total / value, position)
        return total

    def divide_by(self, divisor: Node, position: int) -> None:
        """Refuse a division by a constant that is zero."""
        if self.value(divisor) == 0:
            raise self.source.fail(MathError, "division by zero", position)

    def _power(self, node: Power, position: int) -> Fraction | None:
        base, exponent = self.value(node.base), self.value(node.exponent)
        if exponent is None:
            return None
        if base == 0 and exponent < 0:
            raise self.source.fail(MathError, "division by zero: 0 to a negative power", position)
        if base is None or exponent.denominator != 1:
            if base not in {0, 1} and abs(exponent) > self.source.limits.exponent:
                raise self.source.exceed("exponent", "a constant exponent is too large", position)
            if base is not None and base < 0:
                message = "a negative number has no real power with a fraction as exponent"
                raise self.source.fail(MathError, message, position)
            return None
        if base in {0, 1, -1}:
            return base if exponent.numerator % 2 else base * base if exponent else Fraction(1)
        bits = (self._bits(base) - 1) * abs(exponent)
        if bits > self.source.limits.digits * _BITS_PER_DIGIT:
            raise self.source.exceed("digits", "a constant power has too many digits", position)
        return self._small(base**exponent.numerator, position)

    def _check_domain(self, node: Call, position: int) -> None:
        row = FUNCTIONS[node.function]
        if row.domain is None or len(node.arguments) != 1:
            return
        value = self.value(node.arguments[0])
        if value is not None and (value < 0 or (value == 0 and row.domain == ">")):
            message = f"{row.name} has no value at {_short(value)}"
            raise self.source.fail(MathError, message, position)

    def _small(self, value: Fraction, position: int) -> Fraction:
        if self._bits(value) > self.source.limits.digits * _BITS_PER_DIGIT:
            raise self.source.exceed("digits", "a constant has too many digits", position)
        return value

    @staticmethod
    def _bits(value: Fraction) -> int:
        return max(value.numerator.bit_length(), value.denominator.bit_length())


def _short(value: Fraction) -> str:
    text = str(value)
    return text if len(text) <= 20 else text[:17] + "..."
