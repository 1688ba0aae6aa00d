"""Declared facts used in a printed form: the last step of simplification, for that form alone.

A fact is used where its left side stands, where it stands once the sums are multiplied out
(Σ_k w_k (m - x_k) = m Σ_k w_k - Σ_k w_k x_k), or in the sum of what a name stands for. What comes
of it is kept where it is shorter; the form without facts is what is differentiated again.
"""

from __future__ import annotations

from collections.abc import Iterator

from symbp.branching import order_conditions
from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Call,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    TensorOperator,
    accesses,
    postorder,
    quantities_read,
)
from symbp.facts import Fact, Identity, identity_of, words_implied
from symbp.indices import IndexExpr
from symbp.intervals import interval_of_fact
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.rules.declared import declared
from symbp.simplifying.expansion import multiplied_out
from symbp.simplifying.forms import Forms, Observer, tidy
from symbp.simplifying.moves import shortest_fraction
from symbp.simplifying.nesting import apply_inside
from symbp.simplifying.relations import apply_identity, unfold
from symbp.systems import EquationSystem

__all__ = ["use_facts"]


def use_facts(
    root: Node, system: EquationSystem, forms: Forms, tell: Observer
) -> tuple[Node, tuple[Fact | Identity, ...]]:
    """The shortest form under the declared facts, and those that it takes, in order of use."""
    used: list[Fact | Identity] = []
    for fact in system.facts:
        for changed in _uses(root, fact, system):
            better = forms.best(changed, hidden=False).node
            if _length(better) < _length(root):
                tell("fact", root, changed)
                root = better
                used.append(fact)
                break
    return root, tuple(used)


def _length(root: Node) -> tuple[int, int]:
    """Reading cost; of equally long ones the one with fewer different accesses is shorter."""
    return reading_cost(root), len(accesses(root))


def _uses(root: Node, fact: Fact | Identity, system: EquationSystem) -> Iterator[Node]:
    """What a fact makes of an expression, the nearest use first."""
    identity = fact if isinstance(fact, Identity) else None
    if isinstance(fact, Fact):
        identity = identity_of(fact, system.quantity(fact.quantity))
    found: list[Iterator[Node]] = []
    if identity is not None:
        found.append(_with_identity(root, identity, system))
    if isinstance(fact, Fact):
        if fact.word in ("symmetric", "spd"):
            found.append(iter((_symmetric(root, fact.quantity),)))
        found.append(_with_word(root, fact))
    yield from (changed for uses in found for changed in uses if changed != root)


def _with_word(root: Node, fact: Fact) -> Iterator[Node]:
    """What a word says of conditions, calls and powers, as they stand and multiplied out."""
    if fact.quantity not in quantities_read(root):
        return
    known = {fact.quantity: interval_of_fact(fact)}
    yield tidy(declared(order_conditions(root, tidy, known), fact))
    spread = multiplied_out(root)
    if spread is not None and (used := declared(spread, fact)) != spread:
        yield tidy(used)
    if "binary" in words_implied(fact.word):
        yield from _between(root, fact.quantity)


def _between(root: Node, name: str) -> Iterator[Node]:
    """f(y) as f(0) + y (f(1) - f(0)) where y is 0 or 1 and stands below a bar, or in a function.

    It divides by nothing, and takes no function of anything, that the expression itself does not.
    """
    found = [access for access in accesses(root) if access.quantity == name]
    if len(found) != 1 or not root.free.issuperset(found[0].free):
        return
    if not any(found[0] in postorder(n) for n in _partial(root)):
        return
    low, high = (shortest_fraction(tidy(replace_nodes(root, {found[0]: v}))) for v in (ZERO, ONE))
    made = tidy(low + found[0] * (high - low))
    if set(_partial(made)) <= set(_partial(root)):
        yield made


def _partial(root: Node) -> list[Node]:
    """What may have no value: what stands below bars, powers, functions."""
    found: list[Node] = []
    for current in postorder(root):
        if isinstance(current, Product):
            found.extend(current.denominator)
        elif isinstance(current, Call | TensorOperator) or (
            isinstance(current, Power) and not _whole(current.exponent)
        ):
            found.append(current)
    return found


def _whole(exponent: Node) -> bool:
    """Whether it is a number such that each base has such a power."""
    value = exponent.value if isinstance(exponent, Number) else -1
    return value >= 0 and value == int(value)


def _with_identity(root: Node, identity: Identity, system: EquationSystem) -> Iterator[Node]:
    """The identity where it stands, under a sum that is multiplied out, in what a name stands for.

    One of them is enough: where the first changes anything, the others are not tried.
    """
    for apply in (apply_identity, apply_inside):
        changed = apply(root, identity)
        if changed != root:
            yield changed
            return
    changed = _spread(root, identity)
    if changed != root:
        yield changed
    for reduction in dict.fromkeys(n for n in postorder(root) if isinstance(n, Reduce)):
        for access in accesses(reduction.body):
            producers = system.producers.get(access.quantity, ())
            if len(producers) == 1 and reduction.operator == "sum":
                opened = tidy(unfold(reduction, producers[0]))
                used = apply_identity(opened, identity)
                if used != opened and not any(isinstance(n, Reduce) for n in postorder(used)):
                    yield replace_nodes(root, {reduction: tidy(used)})
                    return


def _spread(root: Node, identity: Identity) -> Node:
    """The identity used in sums that are multiplied out for it."""
    needed = frozenset(quantities_read(identity.left))
    replaced: dict[Node, Node] = {}
    for reduction in postorder(root):
        if not isinstance(reduction, Reduce) or reduction.operator != "sum":
            continue
        inside = any(n in replaced for n in postorder(reduction.body))
        if inside or not needed <= frozenset(quantities_read(reduction)):
            continue
        spread = multiplied_out(reduction)
        changed = None if spread is None else apply_identity(spread, identity)
        if changed is not None and changed != spread:
            replaced[reduction] = tidy(changed)
    return tidy(replace_nodes(root, replaced)) if replaced else root


def _symmetric(root: Node, name: str) -> Node:
    """A[j,i] = A[i,j]: a free index before one of a sum, else each pair as it first appears."""
    seen: dict[frozenset[IndexExpr], Access] = {}
    replaced: dict[Node, Node] = {}
    for access in accesses(root):
        if access.quantity == name and len(access.indices) == 2:
            one, two = access.indices
            bound = [not root.free.issuperset(index.letters) for index in (one, two)]
            wanted = Access(name, (two, one)) if bound == [True, False] else access
            first = seen.setdefault(frozenset(access.indices), wanted)
            if first != access:
                replaced[access] = first
    return replace_nodes(root, replaced) if replaced else root
