"""Transcendental work that several places need, under one name.

    p[n,k] = exp(z[n,k] - m[n])/t[n]             e[n,k] = exp(z[n,k] - m[n])
    t[n] = sum(l, exp(z[n,l] - m[n]))            p[n,k] = e[n,k]/t[n],  t[n] = sum(l, e[n,l])
    L = sum(n, k, y[n,k]*(z[n,k] - m[n] - ln(t[n])))      c[n] = ln(t[n]), outside the loop over k

Two calls are the same if one is the other at different letters, each running over a whole axis.
Only equations that are not computed as their author wrote them take part, and those whose whole
right side is such a call: an author's own name is used before a new one is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Binder,
    Bracket,
    Call,
    Logical,
    Node,
    Product,
    Reduce,
    Where,
    accesses,
    postorder,
)
from symbp.indices import IndexExpr
from symbp.matching import match, replace_nodes
from symbp.ordering import recurrent
from symbp.stabilising.hidden import Hidden, stem_of_name, whole
from symbp.stabilising.rewrites import Rewrite
from symbp.systems import EquationSystem

__all__ = ["share"]

#: Functions whose value is worth a place in memory.
COSTLY = ("exp", "ln", "expm1", "log1p", "sigmoid", "softplus", "tanh")
#: Places of one equation that are looked at; a larger one shares nothing.
MAX_VISITS = 5_000


@dataclass
class _Shared:
    """A call under its conditions, at the letters of its first occurrence, and where it occurs.

    Attributes:
        node: the call, or `where(conditions, call, 0)`.
        ranges: its running indices.
        uses: places of equations, with the calls there and the indices that they stand at.
        repeated: whether it stands in a loop over an index on which it does not depend.
        name: the author's name for it, if it has one.
    """

    node: Node
    ranges: tuple[Binder, ...]
    uses: dict[int, dict[Node, tuple[IndexExpr, ...]]] = field(default_factory=dict)
    repeated: bool = False
    name: str | None = None


def share(
    system: EquationSystem, touched: frozenset[str]
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with shared calls under hidden names, and what was done.

    Args:
        system: checked equations.
        touched: the quantities that are not computed as their author wrote them.
    """
    found: list[_Shared] = []
    for place, equation in enumerate(system.equations):
        if recurrent(equation):
            continue
        right = equation.right
        if isinstance(right, Call) and right.function in COSTLY and _movable(right, equation):
            if all(_standing(s, right, equation.ranges) is None for s in found):
                found.append(_Shared(right, equation.ranges, name=equation.target))
        elif equation.target in touched:
            _collect(equation, place, found)
    wanted = [s for s in found if s.name or s.repeated or sum(map(len, s.uses.values())) > 1]
    wanted = [s for s in wanted if s.uses]
    return _named(system, wanted) if wanted else (system, ())


def _movable(right: Call, equation: Equation) -> bool:
    return equation.plain and right.free == frozenset(equation.letters)


def _collect(equation: Equation, place: int, found: list[_Shared]) -> None:
    """Enter the calls of an equation, each with the conditions that it stands under."""
    for call, guards, scope in _calls(equation):
        ranges = tuple(b for b in scope if b.name in call.free)
        if not accesses(call) or not all(whole(b) for b in ranges):
            continue
        if len(ranges) < len(call.free):
            continue
        own = [g for g in guards if g.free <= call.free]
        node = _under(own, call)
        known, indices = _known(found, node, ranges)
        if any(call in other.uses.get(place, {}) for other in found if other is not known):
            continue  # under two conditions in one equation: it stays where it is
        known.uses.setdefault(place, {})[call] = indices
        known.repeated = known.repeated or len(ranges) < len(scope)


def _under(conditions: Sequence[Node], call: Call) -> Node:
    """A call where the conditions hold, else 0."""
    if not conditions:
        return call
    truth = conditions[0] if len(conditions) == 1 else Logical("and", tuple(conditions))
    if isinstance(truth, Logical) and truth.operator == "not":
        return Where(truth.operands[0], ZERO, call)
    return Where(truth, call, ZERO)


def _known(
    found: list[_Shared], node: Node, ranges: tuple[Binder, ...]
) -> tuple[_Shared, tuple[IndexExpr, ...]]:
    """The entry of a call, a new one if there is none, and the indices that it stands at."""
    for shared in found:
        indices = _standing(shared, node, ranges)
        if indices is not None:
            return shared, indices
    made = _Shared(node, ranges)
    found.append(made)
    return made, tuple(IndexExpr.letter(b.name) for b in ranges)


def _standing(
    shared: _Shared, node: Node, ranges: Sequence[Binder]
) -> tuple[IndexExpr, ...] | None:
    """The indices at which a call is the shared one; None where it is another."""
    found = match(shared.node, node, frozenset(b.name for b in shared.ranges))
    if found is None or len(ranges) != len(shared.ranges):
        return None
    extents = {b.name: b.upper for b in ranges}
    indices = tuple(found[b.name] for b in shared.ranges)
    letters = [i.as_letter for i in indices]
    pairs = zip(letters, shared.ranges, strict=True)
    whole = all(letter in extents and extents[letter] == b.upper for letter, b in pairs)
    return indices if whole and len(set(letters)) == len(letters) else None


def _calls(equation: Equation) -> Iterator[tuple[Call, tuple[Node, ...], tuple[Binder, ...]]]:
    """Costly calls, outermost ones only, with the conditions that they all stand under."""
    right = equation.right
    scope = equation.ranges
    if isinstance(right, Reduce):
        scope, right = (*scope, *right.binders), right.body
    found: dict[Node, tuple[Node, ...]] = {}
    stack: list[tuple[Node, tuple[Node, ...]]] = [(right, ())]
    seen: set[tuple[int, tuple[Node, ...]]] = set()
    while stack:
        current, guards = stack.pop()
        if (id(current), guards) in seen:
            continue
        seen.add((id(current), guards))
        if len(seen) > MAX_VISITS:
            return
        if isinstance(current, Call) and current.function in COSTLY:
            known = found.get(current, guards)
            found[current] = tuple(g for g in known if g in guards)
        elif isinstance(current, Where):
            inside = (*guards, *_conjuncts(current.condition))
            outside = (*guards, Logical("not", (current.condition,)))
            stack += [(current.otherwise, outside), (current.then, inside)]
            stack.append((current.condition, guards))
        elif isinstance(current, Product):
            for factor in current.numerator:
                if isinstance(factor, Bracket):
                    guards = (*guards, *_conjuncts(factor.condition))
            stack += [(child, guards) for child in reversed(current.children)]
        elif not isinstance(current, Reduce | Logical):
            stack += [(child, guards) for child in reversed(current.children)]
    for call, conditions in found.items():
        if isinstance(call, Call):
            yield call, conditions, scope


def _conjuncts(condition: Node) -> tuple[Node, ...]:
    if isinstance(condition, Logical) and condition.operator == "and":
        return tuple(c for part in condition.children for c in _conjuncts(part))
    return (condition,)


def _named(
    system: EquationSystem, wanted: Sequence[_Shared]
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    hidden = Hidden(system)
    replaced: dict[int, dict[Node, Node]] = {}
    before: dict[int, list[Equation]] = {}
    for shared in wanted:
        name = shared.name
        if name is None:
            made = hidden.define(_stem(shared), shared.ranges, shared.node)
            before.setdefault(min(shared.uses), []).append(made)
            name = made.target
        for place, calls in shared.uses.items():
            table = replaced.setdefault(place, {})
            table.update({call: Access(name, indices) for call, indices in calls.items()})
    equations: list[Equation] = []
    originals = dict(system.originals)
    done: list[Rewrite] = []
    for place, equation in enumerate(system.equations):
        equations += before.get(place, [])
        new = equation
        if place in replaced:
            new = replace(equation, right=replace_nodes(equation.right, replaced[place]))
            originals[new] = originals.pop(equation, equation)
            done.append(Rewrite("share", equation, new))
        equations.append(new)
    return hidden.rebuilt(equations, originals), tuple(done)


def _stem(shared: _Shared) -> str:
    call = next(n for n in postorder(shared.node) if isinstance(n, Call) and n.function in COSTLY)
    access = accesses(call)[0]
    parts = [*access.quantity.split("/")[:-1], stem_of_name(access)]
    return "/".join((call.function, *parts))
