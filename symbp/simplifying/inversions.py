"""Equations read backwards: what one equation says of a part of its right side.

`p = e/s` says e = p·s. Each reader takes one equation and gives back one `Relation`, or None where
the equation says nothing of its kind; which of them are used, and where, is `relations.py`. None of
them divides by what may be 0: what stood below a bar is multiplied with, and what stood above one
has to be nonzero in itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    postorder,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.intervals import Interval, interval_of
from symbp.matching import replace_matches
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.simplifying.masked import beside_zero
from symbp.systems import EquationSystem

__all__ = [
    "Relation",
    "by_difference",
    "by_logarithm",
    "by_mean",
    "by_mobius",
    "by_reciprocal",
    "by_total",
    "by_value",
    "supports",
]


@dataclass(frozen=True, slots=True)
class Relation:
    """`pattern = value` for all values of the letters, because of `equation`."""

    pattern: Node
    value: Node
    letters: frozenset[str]
    equation: Equation

    def apply(self, root: Node) -> Node:
        """Use it from left to right wherever it matches."""
        return replace_matches(
            root, self.pattern, self.letters, lambda found: substitute(self.value, found)
        )


def by_logarithm(
    equation: Equation, exponentials: frozenset[str], known: Mapping[str, Interval]
) -> Relation | None:
    """`q = z - ln(s)` says exp(z) = s·exp(q): what was a softmax is the exponential of its name."""
    right = equation.right
    terms = [term for _, term in right.terms] if isinstance(right, Sum) else [right]
    if not any(isinstance(t, Call) and t.function == "ln" for t in terms):
        return None
    whole = replace(equation, right=join(split(Call("exp", (right,)))))
    return by_value(whole, exponentials, known, left=Call("exp", (equation.left,)))


def by_value(
    equation: Equation,
    exponentials: frozenset[str],
    known: Mapping[str, Interval],
    left: Node | None = None,
) -> Relation | None:
    """The exponential in a quotient, through the quotient's name, or through another `left`."""
    if not equation.plain or isinstance(equation.right, Access):
        return None
    monomial = split(equation.right)
    found = [(b, e) for b, e in monomial.powers if _is_exponential(b, exponentials)]
    letters = frozenset(equation.letters)
    if len(found) > 1:  # exp(w[k]) beside exp(-(x[n] - m[k])^2) is a factor like any other
        found = [(b, e) for b, e in found if b.free == letters]
    whole = [b for b, _ in found]
    others = [b for b, _ in monomial.powers if b not in whole]
    divided = [b for b, e in monomial.powers if e > 0 and b in others]
    if any(not interval_of(b, known).nonzero for b in divided):
        return None  # solving for the exponential would divide by what may be 0
    if len(found) != 1 or found[0][1] != 1 or monomial.coefficient == 0:
        return None
    compound = [b for b in others if not (_is_exponential(b, exponentials) and b.free < letters)]
    if not others or any(_holds_exponential(b, exponentials) for b in compound):
        return None  # e itself is named by the equation, or there is no quotient to solve
    base = found[0][0]
    if base.free != letters:
        return None
    name = equation.left if left is None else left
    powers = ((name, Fraction(1)), *((b, -e) for b, e in monomial.powers if b is not base))
    value = join(Monomial(1 / monomial.coefficient, powers))
    return Relation(base, value, letters, equation)


def supports(system: EquationSystem) -> dict[str, tuple[tuple[str, ...], Node]]:
    """Where quantities may differ from 0: `f = where(c, e, 0)` and `a = f/s` are 0 outside c.

    Returns:
        The letters and the condition of each such quantity.
    """
    found: dict[str, tuple[tuple[str, ...], Node]] = {}
    for equation in system.equations:
        right = equation.right
        if not equation.plain:
            continue
        branch = beside_zero(right)
        if branch is not None and not accesses(branch[0]):
            found[equation.target] = (equation.letters, branch[0])
        powers = split(right).powers
        for base, exponent in powers:
            branch = beside_zero(base)
            if exponent >= 1 and branch is not None and len(powers) > 1:
                found.setdefault(equation.target, (equation.letters, branch[0]))
                continue
            if not isinstance(base, Access) or exponent < 1 or not _at(base, equation):
                continue
            known = found.get(base.quantity)
            if known is not None:
                letters = [IndexExpr.letter(name) for name in equation.letters]
                condition = substitute(known[1], dict(zip(known[0], letters, strict=True)))
                found.setdefault(equation.target, (equation.letters, condition))
    return found


def by_difference(
    equation: Equation, system: EquationSystem, known: Mapping[str, Interval] | None = None
) -> Relation | None:
    """`q = (z - m)/r` or `u = x/r` in an indexed equation: one base above the bar, r below it.

    What else stands above the bar may be multiplied with where its interval is without 0:
    q = (z - m)·r with r = 1/√u.
    """
    monomial = split(equation.right)
    letters = frozenset(equation.letters)
    factors = [b for b, e in monomial.powers if e > 0]
    above = [b for b in factors if b.free == letters or len(factors) == 1]
    others = [b for b in factors if b not in above]
    if not letters or not equation.plain or len(above) != 1 or len(monomial.powers) < 2:
        return None
    if not all(interval_of(b, known or {}).nonzero for b in others):
        return None
    base = above[0]
    rest = [b for b, _ in monomial.powers if b is not base]
    if dict(monomial.powers)[base] != 1 or base.free != letters:
        return None
    if any(base == n for b in rest for n in postorder(b)):
        return None  # z/(1 + |z|) is not solved for z
    if isinstance(base, Access):
        beside = [b for b, _ in monomial.powers if b != base and not isinstance(b, IndexValue)]
        if not beside or _hidden(base, system) or not _at(base, equation):
            return None
    elif not isinstance(base, Sum) or any(isinstance(n, Reduce) for n in postorder(base)):
        return None
    return _solved_for(base, monomial, equation.left, equation)


def by_total(equation: Equation, system: EquationSystem) -> Relation | None:
    """`c = S/(s·t)` with S a sum says S = c·s·t; `s = √(S/K)` with S hidden says S = K·s²."""
    monomial = split(equation.right)
    left: Node = equation.left
    if len(monomial.powers) == 1 and monomial.powers[0][1] == Fraction(1, 2):
        root = split(monomial.powers[0][0])
        coefficient = root.coefficient * monomial.coefficient**2
        monomial, left = Monomial(coefficient, root.powers), Power(left, Number(2))
    if not equation.plain or len(monomial.powers) < 2:
        return None
    above = [b for b, e in monomial.powers if e > 0]
    base = above[0] if len(above) == 1 else None
    if not isinstance(base, Access) or dict(monomial.powers)[base] != 1:
        return None
    named = left is equation.left and not equation.letters and _is_total(base, system)
    if not (_hidden(base, system) or named) or not _at(base, equation):
        return None
    return _solved_for(base, monomial, left, equation)


def _is_total(access: Access, system: EquationSystem) -> bool:
    """Whether it names a sum over indices, or a mean."""
    producers = system.producers.get(access.quantity, ())
    powers = split(producers[0].right).powers if len(producers) == 1 else ()
    return sum(1 for b, e in powers if not isinstance(b, IndexValue)) == 1 and any(
        e == 1 and (isinstance(b, Reduce) or (isinstance(b, Access) and _hidden(b, system)))
        for b, e in powers
    )


def by_reciprocal(equation: Equation) -> Relation | None:
    """`r[n] = 1/s[n]` says 1/s = r: the pattern is s, the value what 1/s is written as."""
    monomial = split(equation.right)
    only = monomial.powers[0] if len(monomial.powers) == 1 else None
    if only is None or only[1] != -1 or monomial.coefficient != 1 or not equation.plain:
        return None
    if not isinstance(only[0], Access) or not equation.letters or not _at(only[0], equation):
        return None
    return Relation(only[0], equation.left, frozenset(equation.letters), equation)


def _at(access: Access, equation: Equation) -> bool:
    """Whether an access stands at exactly the place that the equation binds."""
    return tuple(i.as_letter for i in access.indices) == equation.letters


def _solved_for(base: Node, monomial: Monomial, left: Node, equation: Equation) -> Relation | None:
    """`left = c·base/r` says base = left·r/c."""
    if monomial.coefficient == 0:
        return None
    powers = ((left, Fraction(1)), *((b, -e) for b, e in monomial.powers if b is not base))
    value = join(Monomial(1 / monomial.coefficient, powers))
    return Relation(base, value, frozenset(equation.letters), equation)


def by_mean(equation: Equation, system: EquationSystem) -> Relation | None:
    """`m[n] = s[n]/K` with s hidden says s[n] = K·m[n]: s has no other name."""
    monomial = split(equation.right)
    found = [b for b, e in monomial.powers if e == 1 and isinstance(b, Access)]
    others = [b for b, _ in monomial.powers if b not in found]
    if len(found) != 1 or not equation.plain or not all(isinstance(b, IndexValue) for b in others):
        return None
    base = found[0]
    if not _at(base, equation) or not _hidden(base, system):
        return None
    return _solved_for(base, monomial, equation.left, equation)


def _hidden(access: Access, system: EquationSystem) -> bool:
    return system.quantities[access.quantity].hidden


def by_mobius(
    equation: Equation, exponentials: frozenset[str], bounded: frozenset[str] = frozenset()
) -> Relation | None:
    """`o = 1/(1+u)` with u = exp(...) says u = (1-o)/o, and so for any (a·u+b)/(c·u+d).

    Of u = tanh(...) and u = sigmoid(...) also where c = 0: o = (1+u)/2 says u = 2·o-1.
    """
    read = accesses(equation.right)
    if len(read) != 1 or read[0].quantity not in {*exponentials, *bounded} or not equation.plain:
        return None
    if tuple(i.as_letter for i in read[0].indices) != equation.letters:
        return None
    monomial = split(equation.right)
    above, below = (Fraction(0), monomial.coefficient), (Fraction(0), Fraction(1))
    for base, exponent in monomial.powers:
        line = _linear(base, read[0])
        if line is None or abs(exponent) != 1:
            return None
        if exponent > 0 and above[0] == 0:
            above = (above[1] * line[0], above[1] * line[1])
        elif exponent < 0 and below[0] == 0:
            below = (below[1] * line[0], below[1] * line[1])
        else:
            return None
    (a, b), (c, d) = above, below
    if a * d == b * c or (c == 0 and read[0].quantity in exponentials):
        return None
    o = equation.left
    value = total((Monomial(b, ()), *_scaled(-d, o))), total((*_scaled(c, o), Monomial(-a, ())))
    letters = frozenset(equation.letters)
    return Relation(read[0], Product((value[0],), (value[1],)), letters, equation)


def _scaled(factor: Fraction, base: Node) -> tuple[Monomial, ...]:
    return (Monomial(factor, ((base, Fraction(1)),)),) if factor else ()


def _linear(root: Node, variable: Access) -> tuple[Fraction, Fraction] | None:
    """The slope and the constant of a linear function of one variable with numbers around it."""
    slope = constant = Fraction(0)
    for monomial in terms_of(root):
        if not monomial.powers:
            constant += monomial.coefficient
        elif monomial.powers == ((variable, Fraction(1)),):
            slope += monomial.coefficient
        else:
            return None
    return slope, constant


def _is_exponential(base: Node, exponentials: frozenset[str]) -> bool:
    if isinstance(base, Call):
        return base.function == "exp"
    return isinstance(base, Access) and base.quantity in exponentials


def _holds_exponential(base: Node, exponentials: frozenset[str]) -> bool:
    return any(_is_exponential(n, exponentials) for n in postorder(base))
