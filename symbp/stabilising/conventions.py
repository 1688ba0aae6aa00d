"""What is computed where a norm is 0: x/‖x‖ is taken to be 0 there, and so is its derivative.

    u[n,k] = x[n,k]/r[n]            u[n,k] = where(r[n] == 0, 0, x[n,k]/r[n])

A sum of squares is 0 only where all that is squared is 0, and so is a norm, a variance or a
deviation made of it. A quotient by such a number has no value there; where its numerator holds what
is squared it is 0/0, and 0 is used. The derivative by something on which the norm depends does not
exist there either, whatever its numerator: 0 is used as well. Other quotients keep their infinity.

Nothing is changed where the quotient has a value, which is what `_same_elsewhere` checks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Comparison,
    IndexValue,
    Node,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    substitute,
    transform,
)
from symbp.matching import match
from symbp.monomials import split
from symbp.ordering import recurrent
from symbp.spelling import spell
from symbp.stabilising.rewrites import Rewrite
from symbp.systems import EquationSystem

__all__ = ["settle_norms"]

#: Definitions that are looked into, one inside the other, for what is 0 where a norm is.
MAX_DEPTH = 3


@dataclass(frozen=True, slots=True)
class _Norm:
    """A quantity that is 0 only where all of `squared` are; `own` are the letters of its place."""

    own: tuple[str, ...]
    letters: frozenset[str]
    squared: tuple[Node, ...]
    depends: frozenset[str]


def settle_norms(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with 0 where a norm divides and is 0, and what was done."""
    norms = _norms(system, closed)
    if not norms:
        return system, ()
    equations: list[Equation] = []
    originals = dict(system.originals)
    done: list[Rewrite] = []
    for equation in system.equations:
        made = equation
        if equation.target not in closed and not recurrent(equation):
            made = _settled(equation, system, norms)
        if made is not equation:
            originals[made] = originals.pop(equation, equation)
            done.append(Rewrite("norm", equation, made))
        equations.append(made)
    if not done:
        return system, ()
    return replace(system, equations=tuple(equations), originals=originals), tuple(done)


def _norms(system: EquationSystem, closed: frozenset[str]) -> dict[str, _Norm]:
    """Sums of squares, and positive multiples of their positive powers."""
    found: dict[str, _Norm] = {}
    upstream: dict[str, frozenset[str]] = {}
    for equation in system.equations:
        names = {a.quantity for a in accesses(equation.right)}
        above = frozenset(names).union(*(upstream.get(n, frozenset()) for n in names))
        upstream[equation.target] = upstream.get(equation.target, frozenset()) | above
        if not equation.plain or equation.target in closed:
            continue
        if len(system.producers[equation.target]) > 1:
            continue
        right = equation.right
        monomial = split(right.body if isinstance(right, Reduce) else right)
        if monomial.coefficient <= 0:
            continue
        letters = frozenset(equation.letters)
        if isinstance(right, Reduce):
            even = all(e.denominator == 1 and e > 0 and e % 2 == 0 for _, e in monomial.powers)
            if right.operator == "sum" and even and monomial.powers:
                bound = letters | {b.name for b in right.binders}
                squared = tuple(b for b, _ in monomial.powers)
                found[equation.target] = _Norm(equation.letters, bound, squared, above)
            continue
        bases = [(b, e) for b, e in monomial.powers if not isinstance(b, IndexValue)]
        if len(bases) == 1 and bases[0][1] > 0 and isinstance(bases[0][0], Access):
            inner = found.get(bases[0][0].quantity)
            if inner is not None and _same_place(bases[0][0], equation):
                found[equation.target] = replace(inner, depends=above)
    return found


def _same_place(access: Access, equation: Equation) -> bool:
    return tuple(i.as_letter for i in access.indices) == equation.letters


def _settled(equation: Equation, system: EquationSystem, norms: dict[str, _Norm]) -> Equation:
    right = equation.right
    body = right.body if isinstance(right, Reduce) else right
    if not any(a.quantity in norms for a in accesses(body)):
        return equation
    pair = system.quantities[equation.target].adjoint_of

    def settle(current: Node) -> Node:
        return _quotient(current, norms, system) if isinstance(current, Product) else current

    made = transform(body, settle)
    left = [] if pair is None else _divisors(made, norms, pair[1])
    if left and {n.condition for n in _added(body, made)} <= {_is_zero(d) for d in left}:
        made = body  # what is 0 as a whole needs no zeros inside
    for divisor in left:
        made = Where(_is_zero(divisor), ZERO, made)
    if made == body or not _same_elsewhere(body, made):
        return equation
    whole = right.rebind(right.binders, made) if isinstance(right, Reduce) else made
    return replace(equation, right=whole)


def _is_zero(norm: Access) -> Node:
    return Comparison("==", norm, ZERO)


def _added(before: Node, after: Node) -> list[Where]:
    """The branches that came in."""
    known = {n for n in postorder(before) if isinstance(n, Where)}
    return [n for n in postorder(after) if isinstance(n, Where) and n not in known]


def _divisors(body: Node, norms: dict[str, _Norm], by: str) -> list[Access]:
    """The norms of what a derivative is by that divide somewhere in it, under no condition."""
    found: dict[Access, None] = {}
    stack: list[tuple[Node, frozenset[Node]]] = [(body, frozenset())]
    seen: set[tuple[int, frozenset[Node]]] = set()
    while stack:
        current, tested = stack.pop()
        if (id(current), tested) in seen:
            continue
        seen.add((id(current), tested))
        if isinstance(current, Where):
            if current.then == ZERO:
                stack.append((current.otherwise, tested | {current.condition}))
            continue
        stack.extend((child, tested) for child in current.children)
        if isinstance(current, Product):
            for access in _below(current, norms):
                depends = by in norms[access.quantity].depends and access.free <= body.free
                if depends and _is_zero(access) not in tested:
                    found[access] = None
    return sorted(found, key=spell)


def _below(current: Product, norms: dict[str, _Norm]) -> list[Access]:
    """The norms that a quotient divides by."""
    found: dict[Access, None] = {}
    for base, exponent in split(current).powers:
        inner = split(base).powers if exponent < 0 else ()
        bases = [b for b, e in inner if e > 0 and isinstance(b, Access) and b.quantity in norms]
        if len(bases) == 1 and all(isinstance(b, IndexValue) or b is bases[0] for b, _ in inner):
            found[bases[0]] = None
    return list(found)


def _quotient(current: Product, norms: dict[str, _Norm], system: EquationSystem) -> Node:
    """0 where a norm divides and is 0, if what it is the norm of stands above the bar."""
    above = [b for b, e in split(current).powers if e > 0]
    made: Node = current
    for access in _below(current, norms):
        if any(_vanishes(b, access, norms[access.quantity], system) for b in above):
            made = Where(_is_zero(access), ZERO, made)
    return made


def _vanishes(
    base: Node, access: Access, norm: _Norm, system: EquationSystem, depth: int = MAX_DEPTH
) -> bool:
    """Whether a factor is 0 where a norm is: what is squared there, and multiples and sums of that.

    A quotient of such a thing by the norm itself counts too: that is 0 by the convention.
    """
    at = dict(zip(norm.own, access.indices, strict=True))
    for squared in norm.squared:
        found = match(squared, base, norm.letters)
        if found is not None and all(found.get(n, at[n]) == at[n] for n in norm.own):
            return True
    if isinstance(base, Sum):
        tops = ([b for b, e in split(t).powers if e > 0] for _, t in base.terms)
        return all(any(_vanishes(b, access, norm, system, depth) for b in top) for top in tops)
    if not isinstance(base, Access) or not depth:
        return False
    producers = system.producers.get(base.quantity, ())
    if len(producers) != 1 or not producers[0].plain:
        return False
    definition = producers[0]
    right = substitute(definition.right, dict(zip(definition.letters, base.indices, strict=True)))
    if isinstance(right, Reduce):
        if right.operator != "sum":
            return False
        right = right.body
    factors = [b for b, e in split(right).powers if e > 0]
    return any(_vanishes(b, access, norm, system, depth - 1) for b in factors)


def _same_elsewhere(before: Node, after: Node) -> bool:
    """Whether every branch that came in is taken only where the other one divides by 0.

    That is the whole proof: where `before` has a value, `after` is `before`.
    """
    added = _added(before, after)
    tests = {n.condition for n in added}
    for branch in added:
        test = branch.condition
        if not isinstance(test, Comparison) or test.relation != "==" or test.right != ZERO:
            return False
        below = (
            split(b).powers
            for n in postorder(branch.otherwise)
            if isinstance(n, Product)
            for b, e in split(n).powers
            if e < 0
        )
        if branch.then != ZERO or not any(b == test.left for inner in below for b, _ in inner):
            return False

    def without(current: Node) -> Node:
        added_here = isinstance(current, Where) and current.condition in tests
        return current.children[2] if added_here else current

    return transform(after, without) == before
