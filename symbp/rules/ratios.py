"""Rules of ratios: sin(u)/cos(u) is tan(u), sinh(u)/cosh(u) is tanh(u).

Both sides of a row have a value at the same places.

Termination: a row leaves fewer functions, or fewer powers of them (`tests/rules/laws.py` computes
it, on random nodes).
"""

from __future__ import annotations

from symbp.expressions import Node, Product
from symbp.monomials import join, split
from symbp.ratios import named_ratios
from symbp.rewriting import Law, Rule

__all__ = ["RATIOS"]


def _named(current: Node) -> Node | None:
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    made = named_ratios(monomial)
    return None if made is monomial else join(made)


RATIOS = (
    Rule(
        "ratio",
        Product,
        _named,
        (
            Law("x*sin(y)/cos(y)", "x*tan(y)"),
            Law("sin(y)^3/cos(y)^2", "tan(y)^2*sin(y)"),
            Law("x*sinh(y)/cosh(y)^2", "x*tanh(y)/cosh(y)"),
        ),
    ),
)
