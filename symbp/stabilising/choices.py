"""Choices between values, as choices between what is computed from them.

    ln(where(y == 1, p, 1 - p))                       where(y == 1, ln(p), ln(1 - p))
    where(y == 1, -1/p, 1/(1 - p))*p*(1 - p)          where(y == 1, -1 + p, p)

Each branch has an accurate form of its own then; of a choice between them there is none. A factor
is taken into the branches where one of them divides by it: 1/p may be infinite where p is 0 to the
last digit.
"""

from __future__ import annotations

from fractions import Fraction

from symbp.expressions import Call, Node, Number, Product, Where, postorder, transform
from symbp.monomials import Monomial, join, split

__all__ = ["drawn_out", "taken_in"]


def drawn_out(root: Node) -> Node:
    """The expression with no choice under a logarithm, but those that hold a number."""
    while any(_choice(current) is not None for current in postorder(root)):
        root = transform(root, _drawn)
    return root


def _drawn(current: Node) -> Node:
    choice = _choice(current)
    if choice is None:
        return current
    then, otherwise = (Call("ln", (branch,)) for branch in (choice.then, choice.otherwise))
    return Where(choice.condition, then, otherwise)


def _choice(current: Node) -> Where | None:
    """The choice under a logarithm; the logarithm of 0 is no number, and of 1 none is taken."""
    if not isinstance(current, Call) or current.function != "ln":
        return None
    choice = current.arguments[0]
    if not isinstance(choice, Where):
        return None
    plain = any(isinstance(branch, Number) for branch in (choice.then, choice.otherwise))
    return None if plain else choice


def taken_in(root: Node) -> Node:
    """The expression with factors inside the choices beside them whose branches divide by them."""
    if not any(isinstance(current, Where) for current in postorder(root)):
        return root
    return transform(root, _multiplied)


def _multiplied(current: Node) -> Node:
    whole = split(current) if isinstance(current, Product) else None
    for choice, exponent in () if whole is None else whole.powers:
        if whole is None or exponent != 1 or not isinstance(choice, Where):
            continue
        rest = [p for p in whole.powers if p[0] is not choice]
        above = [base for base, power in rest if power > 0]
        branches = [split(branch) for branch in (choice.then, choice.otherwise)]
        below = [base for branch in branches for base, power in branch.powers if power < 0]
        met = tuple(p for p in rest if p[0] in above and p[0] in below)
        if met:
            left = tuple(p for p in rest if p not in met)
            then, otherwise = (_times(branch, met) for branch in branches)
            made = Where(choice.condition, then, otherwise)
            return join(Monomial(whole.coefficient, (*left, (made, Fraction(1)))))
    return current


def _times(branch: Monomial, factors: tuple[tuple[Node, Fraction], ...]) -> Node:
    powers = dict(branch.powers)
    for base, exponent in factors:
        powers[base] = powers.get(base, Fraction(0)) + exponent
    return join(Monomial(branch.coefficient, tuple((b, e) for b, e in powers.items() if e)))
