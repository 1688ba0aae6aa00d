"""Which rule a local derivative is an instance of: the key of its reason, read off the equation.

Keys and arguments are those of the phrase table of the printers.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symbp.expressions import (
    Access,
    Call,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Where,
    accesses,
    postorder,
)
from symbp.functions import FUNCTIONS
from symbp.monomials import negate, split

__all__ = ["reason_for"]

#: Of a longer sum only the rule is told, not which of its terms are constant.
LONG_SUM = 32

Reason = tuple[str, Mapping[str, Any]]

_TRIG = ("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh")


def reason_for(right: Node, by: Access, result: Node, value: Access) -> Reason:
    """The rule that gives ∂right/∂by = result, where `value` names the value of `right`."""
    if any(n == value for n in postorder(result)) and not isinstance(right, Call):
        return "own_value_of", {"value": value}
    if isinstance(right, Sum):
        return _sum(right, by, result, value)
    if isinstance(right, Power) and isinstance(right.exponent, Number):
        return _power(right.exponent.value)
    if isinstance(right, Call) and right.arguments == (by,):
        return _call(right, result, value)
    if isinstance(right, Where):
        return "branches", {}
    if isinstance(right, Product):
        return _product(right, by, result, value)
    return "several_rules", {}


def _power(exponent: Fraction) -> Reason:
    if exponent.denominator == 1 and exponent > 0:
        return "power", {}
    return "power_exponent", {"exponent": Number(exponent)}


def _sum(right: Sum, by: Access, result: Node, value: Access) -> Reason:
    if len(right.terms) > LONG_SUM:
        return "sum_rule", {}
    others = [(s, t) for s, t in right.terms if by not in accesses(t)]
    own = [t for _, t in right.terms if by in accesses(t)]
    if len(own) == 1 and own[0] != by:
        return reason_for(own[0], by, result, value)
    if len(own) != 1:
        return "sum_rule", {}
    if len(others) == 1 and isinstance(others[0][1], Number):
        sign, number = others[0]
        return "sum_constant", {"c": number if sign > 0 else negate(number)}
    return ("sum_constants", {}) if others else ("constant_factor", {"c": Number(-1)})


def _call(right: Call, result: Node, value: Access) -> Reason:
    name = right.function
    if name == "ln":
        return "log", {}
    if name == "exp":
        return "exp", {}
    if name == "sqrt":
        return "power_exponent", {"exponent": Number(Fraction(1, 2))}
    if name in _TRIG:
        return "trig", {"function": name}
    if any(n == value for n in postorder(result)):
        return "own_value", {"function": name}
    row = FUNCTIONS[name]
    branching = any(isinstance(n, Where) for n in postorder(result))
    return (
        ("branches", {}) if branching and row.definition else ("function_rule", {"function": name})
    )


def _product(right: Product, by: Access, result: Node, value: Access) -> Reason:
    if any(by in accesses(f) for f in right.denominator):
        above = any(by in accesses(f) for f in right.numerator)
        alone = not above and right.denominator == (by,)
        return ("power_exponent", {"exponent": Number(-1)}) if alone else ("quotient", {})
    holding = [f for f in right.numerator if by in accesses(f)]
    if len(holding) > 1:
        return "product", {}
    powers = dict(split(right).powers)
    if powers.get(by) == 1:
        return "linear", {"x": by}
    return reason_for(holding[0], by, result, value) if holding else ("several_rules", {})
