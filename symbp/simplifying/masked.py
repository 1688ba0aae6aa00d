"""Masked equations read backwards: `a = m·e/s` says m·e = a·s, though m may be 0.

`inversions.by_value` solves for an exponential, and must not divide by a mask. Here the mask stays
beside it: a factor that has to stand there, or the condition of the branch that it stands in.

    a = m·exp(z)/s                     m·exp(z)·x = a·s·x
    a = where(c, exp(z), 0)/s          where(c, exp(z)·x, 0) = where(c, a·s·x, 0)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbp.branching import negated
from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Call,
    Node,
    Product,
    Where,
    postorder,
    substitute,
    transform,
)
from symbp.indices import IndexExpr
from symbp.matching import match, replace_nodes
from symbp.monomials import Monomial, join, split

__all__ = ["Masked", "beside_zero", "by_mask"]


@dataclass(frozen=True, slots=True)
class Masked:
    """`exponential·mask = value` where a condition holds, because of an equation.

    Attributes:
        exponential: what the equation is solved for, a call of exp.
        mask: the factors that may be 0, with their exponents.
        condition: that of the branch in which the exponential stands, if it stands in one.
        value: the other side.
        letters: those of the equation.
    """

    exponential: Node
    mask: tuple[tuple[Node, Fraction], ...]
    condition: Node | None
    value: Node
    letters: frozenset[str]

    def apply(self, root: Node) -> Node:
        """Use it from left to right wherever it matches."""
        return transform(root, self._in_product if self.condition is None else self._in_branch)

    def _in_product(self, current: Node) -> Node:
        if not isinstance(current, Product):
            return current
        monomial = split(current)
        powers = dict(monomial.powers)
        for base, exponent in monomial.powers:
            found = match(self.exponential, base, self.letters) if exponent >= 1 else None
            if found is None:
                continue
            used = [(base, Fraction(1)), *((substitute(b, found), e) for b, e in self.mask)]
            if all(powers.get(b, 0) >= e for b, e in used):
                for b, e in used:
                    powers[b] -= e
                left = tuple((b, e) for b, e in powers.items() if e)
                value = (substitute(self.value, found), Fraction(1))
                return join(Monomial(monomial.coefficient, (*left, value)))
        return current

    def _in_branch(self, current: Node) -> Node:
        branch = beside_zero(current)
        if branch is None:
            return current
        condition, body = branch
        replaced: dict[Node, Node] = {}
        for node in postorder(body):
            found = match(self.exponential, node, self.letters)
            if found is not None and self._holds(found, condition):
                replaced[node] = substitute(self.value, found)
        return Where(condition, replace_nodes(body, replaced), ZERO) if replaced else current

    def _holds(self, found: Mapping[str, IndexExpr], condition: Node) -> bool:
        return self.condition is not None and substitute(self.condition, found) == condition


def beside_zero(root: Node) -> tuple[Node, Node] | None:
    """The condition and the branch of a choice between something and 0, whichever stands first."""
    if isinstance(root, Where) and root.otherwise == ZERO:
        return root.condition, root.then
    if isinstance(root, Where) and root.then == ZERO:
        return negated(root.condition), root.otherwise
    return None


def by_mask(equation: Equation) -> Masked | None:
    """The exponential in a quotient beside masks that may be 0; None where there is none."""
    if not equation.plain:
        return None
    monomial = split(equation.right)
    below = tuple((b, e) for b, e in monomial.powers if e < 0)
    above = [(b, e) for b, e in monomial.powers if e > 0]
    if not below or monomial.coefficient == 0:
        return None
    found = [base for base, exponent in above if exponent == 1 and _exponential(base)]
    if len(found) != 1 or found[0].free != frozenset(equation.letters):
        return None
    exponential: Node = found[0]
    condition: Node | None = None
    mask = tuple((b, e) for b, e in above if b is not exponential)
    branch = beside_zero(exponential)
    if branch is not None:
        condition, exponential = branch
    if bool(mask) is (condition is not None):
        return None  # no mask, or one of each kind
    inverse = ((equation.left, Fraction(1)), *((b, -e) for b, e in below))
    value = join(Monomial(1 / monomial.coefficient, inverse))
    return Masked(exponential, mask, condition, value, frozenset(equation.letters))


def _exponential(base: Node) -> bool:
    branch = beside_zero(base)
    base = base if branch is None else branch[1]
    return isinstance(base, Call) and base.function == "exp"
