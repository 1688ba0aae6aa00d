"""An adjoint that divides by a probability, for readers that multiply by it.

    a[k] = y[k]/p[k] - p[k]              a/p[k] = y[k] - p[k]^2
    g[k] = p[k]*(a[k] - sum(l, a[l]*p[l]))     g[k] = a/p[k] - p[k]*sum(l, a/p[l])

dL/dp of a loss with ln p holds 1/p, which is infinite where p is too small for a float; what it is
multiplied with there makes dL/dz finite, and 0 times infinity is not. So the product a·p is
computed in place of a, where every reader wants just that. What a is stays for whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Call,
    Node,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    substitute,
)
from symbp.intervals import intervals
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.ordering import recurrent
from symbp.simplifying.moves import tidy
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.hidden import Hidden, stem_of_name
from symbp.stabilising.rewrites import Rewrite
from symbp.systems import EquationSystem

__all__ = ["weigh"]

#: Terms of a reader once its products are spread.
MAX_TERMS = 16


def weigh(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with products a·p in the place of what divides by p, and what was done."""
    hidden = Hidden(system)
    originals = dict(system.originals)
    equations = list(system.equations)
    done: list[Rewrite] = []
    vanishing = _vanishing(system)
    for equation in system.equations:
        if equation.target in closed or recurrent(equation) or not equation.plain:
            continue
        for weight in _divisors(equation, vanishing):
            made = _weighed(equation, weight, equations, hidden)
            if made is None:
                continue
            product, readers = made
            place = equations.index(equation)
            equations = [readers.get(e, e) for e in equations]
            equations.insert(place, product)
            for before, after in readers.items():
                originals[after] = originals.pop(before, before)
                done.append(Rewrite("weigh", before, after))
            break
    if not done:
        return system, ()
    return hidden.rebuilt(equations, originals), tuple(done)


def _vanishing(system: EquationSystem) -> frozenset[str]:
    """Quantities made of exponentials that are never negative: in floats they may be 0."""
    known = intervals(system)
    made: set[str] = set()
    for equation in system.equations:
        calls = (n.function for n in postorder(equation.right) if isinstance(n, Call))
        read = any(a.quantity in made for a in accesses(equation.right))
        if "exp" in calls or "sigmoid" in calls or read:
            made.add(equation.target)
    return frozenset(n for n in made if n in known and known[n].low == 0)


def _divisors(equation: Equation, vanishing: frozenset[str]) -> Iterator[Access]:
    """What an equation divides by that may vanish, at the indices of the equation."""
    letters = frozenset(equation.letters)
    for current in dict.fromkeys(postorder(equation.right)):
        below = (base for base, exponent in split(current).powers if exponent == -1)
        for base in below:
            if isinstance(base, Access) and base.quantity in vanishing and base.free <= letters:
                yield base


def _weighed(
    equation: Equation, weight: Access, equations: list[Equation], hidden: Hidden
) -> tuple[Equation, dict[Equation, Equation]] | None:
    """The equation of the product, and its readers through it; None where one wants more."""
    right = _times(equation.right, weight)
    ranges, known = equation.ranges, hidden.quantities
    if right is None or not proved_equal(equation.right * weight, right, ranges, {}, known):
        return None
    product = hidden.define(f"{stem_of_name(equation.left)}/{weight.quantity}", ranges, right)
    readers: dict[Equation, Equation] = {}
    for reader in equations:
        if equation.target not in (a.quantity for a in accesses(reader.right)):
            continue
        made = _read(reader, equation, weight, product)
        if made is None:
            hidden.forget([product])
            return None
        readers[reader] = made
    return (product, readers) if readers else None


def _times(root: Node, weight: Access) -> Node | None:
    """The node times what it divides by, which then stands below no bar."""
    if isinstance(root, Where):
        then, other = (
            side if side == ZERO else _times(side, weight) for side in (root.then, root.otherwise)
        )
        return None if then is None or other is None else Where(root.condition, then, other)
    whole = split(root)
    powers = dict(whole.powers)
    if powers.get(weight, 0) >= 0:
        inner = [b for b, e in whole.powers if e == 1 and isinstance(b, Sum) and _has(b, weight)]
        if len(inner) != 1:
            return None
        spread = tidy(total([_raised(term, weight) for term in terms_of(inner[0])]))
        powers[inner[0]] -= 1
        powers[spread] = powers.get(spread, Fraction(0)) + 1
    else:
        powers[weight] += 1
    made = join(Monomial(whole.coefficient, tuple((b, e) for b, e in powers.items() if e)))
    return None if _has(made, weight) else made


def _raised(term: Monomial, weight: Access) -> Monomial:
    powers = dict(term.powers)
    powers[weight] = powers.get(weight, Fraction(0)) + 1
    return Monomial(term.coefficient, tuple((b, e) for b, e in powers.items() if e))


def _has(root: Node, weight: Access) -> bool:
    """Whether something is divided by the weight."""
    return any(dict(split(n).powers).get(weight, 0) < 0 for n in postorder(root))


def _read(
    reader: Equation, equation: Equation, weight: Access, product: Equation
) -> Equation | None:
    """A reader with the product in the place of both factors; None where it reads one alone."""
    body = reader.right.body if isinstance(reader.right, Reduce) else reader.right
    spread = _spread(body, equation.target)
    if spread is None:
        return None
    made: list[Monomial] = []
    for term in spread:
        found = _replaced(term, equation, weight, product)
        if found is None:
            return None
        made.append(found)
    whole = total(made)
    if isinstance(reader.right, Reduce):
        return replace(reader, right=reader.right.rebind(reader.right.binders, whole))
    return replace(reader, right=whole)


def _spread(body: Node, name: str) -> list[Monomial] | None:
    """The terms of a reader, products spread over sums that hold the name."""
    found: list[Monomial] = []
    stack = list(reversed(terms_of(body)))
    while stack:
        term = stack.pop()
        inner = next((b for b, e in term.powers if isinstance(b, Sum) and _reads(b, name)), None)
        if inner is None:
            found.append(term)
        elif dict(term.powers)[inner] != 1:
            return None
        else:
            rest = Monomial(term.coefficient, tuple(p for p in term.powers if p[0] is not inner))
            parts = [split(join(rest) * join(part)) for part in terms_of(inner)]
            stack.extend(reversed(parts))
        if len(found) + len(stack) > MAX_TERMS:
            return None
    return found


def _reads(root: Node, name: str) -> bool:
    return any(a.quantity == name for a in accesses(root))


def _replaced(
    term: Monomial, equation: Equation, weight: Access, product: Equation
) -> Monomial | None:
    powers = dict(term.powers)
    for base, exponent in term.powers:
        if not _reads(base, equation.target):
            continue
        if exponent != 1 or not isinstance(base, Access) or base.quantity != equation.target:
            return None
        places = dict(zip(equation.letters, base.indices, strict=True))
        beside = substitute(weight, places)
        if powers.get(beside, 0) < 1:
            return None
        powers[beside] -= 1
        powers[base] -= 1
        seat = substitute(product.left, places)
        powers[seat] = powers.get(seat, Fraction(0)) + 1
    return Monomial(term.coefficient, tuple((b, e) for b, e in powers.items() if e))
