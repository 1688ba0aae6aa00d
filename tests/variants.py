"""The same system written otherwise: other order of terms and factors, other names, other letters.

`variant(system, rng, how)` gives the rewritten system and the names to go back by; `shape` is a key
that the right sides of two equations share if they differ in the order of terms, factors and bound
indices only, and in which of two brackets, a - b and b - a, a sign is written out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from math import prod

from symbp.declarations import Builder
from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Binder,
    IndexComparison,
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
    transform,
)
from symbp.facts import Fact
from symbp.indices import IndexExpr
from symbp.systems import EquationSystem

WAYS = ("order", "names", "letters")
#: Names that mean something elsewhere, and are names like all others here.
ODD = ("lambda", "self", "σ", "pi2", "e1", "Nx", "_x", "d", "t1", "α̂", "is_", "zz", "θ", "a0", "B")


def variant(
    system: EquationSystem, rng: random.Random, how: str
) -> tuple[EquationSystem, dict[str, str]]:
    """The system rewritten, and for each name in it the name that it had."""
    names = {q.name: q.name for q in system.quantities.values() if not q.hidden}
    if how == "names":
        fresh = [*ODD]
        rng.shuffle(fresh)
        names = dict(zip(names, fresh, strict=False))
    letters = {x: x for x in _letters(system)}
    if how == "letters":
        fresh = [x for x in "acdefghopqrvwij" if x not in system.quantities]
        rng.shuffle(fresh)
        letters = dict(zip(letters, fresh, strict=False))
    builder = Builder()
    for quantity in system.given():
        axes = [(letters.get(axis.letter, axis.letter), axis.extent) for axis in quantity.axes]
        builder.declare(names[quantity.name], axes, quantity.role, quantity.kind)
    for equation in system.author_equations:
        moved = {old: IndexExpr.letter(new) for old, new in letters.items()}
        right = substitute(_renamed(equation.right, names), moved)
        if how == "order":
            right = transform(right, lambda n: _shuffled(n, rng))
        at = [_gathers(index, names).substitute(moved) for index in equation.at]
        builder.define(names[equation.target], at, right)
    for fact in system.facts:
        assert isinstance(fact, Fact)
        builder.fact(replace(fact, quantity=names[fact.quantity]))
    return builder.snapshot(), {new: old for old, new in names.items()}


def _letters(system: EquationSystem) -> list[str]:
    found: dict[str, None] = {}
    for quantity in system.quantities.values():
        found.update(dict.fromkeys(quantity.letters))
    for equation in system.author_equations:
        found.update(dict.fromkeys(equation.letters))
    return [x for x in found if "·" not in x]


def _shuffled(current: Node, rng: random.Random) -> Node:
    if isinstance(current, Sum):
        return Sum(tuple(rng.sample(current.terms, len(current.terms))))
    if isinstance(current, Product):
        above, below = current.numerator, current.denominator
        return Product(rng.sample(above, len(above)), rng.sample(below, len(below)))
    return current


def _renamed(root: Node, names: Mapping[str, str]) -> Node:
    def change(current: Node) -> Node:
        if isinstance(current, Access):
            name = names.get(current.quantity, current.quantity)
            return Access(name, [_gathers(i, names) for i in current.indices])
        if isinstance(current, IndexComparison):
            sides = (_gathers(current.left, names), _gathers(current.right, names))
            return IndexComparison(current.relation, *sides)
        return current

    return transform(root, change)


def _gathers(index: IndexExpr, names: Mapping[str, str]) -> IndexExpr:
    gather = index.as_gather
    if gather is None:
        return index
    return IndexExpr.gather(names.get(gather.quantity, gather.quantity), gather.indices)


def shape(equation: Equation, names: Mapping[str, str]) -> object:
    """A key of the right side that does not see orders, names or letters of the ranges."""
    placed = {a.quantity for a in accesses(equation.right)} | set(_gathered(equation.right))
    found = {q: re.sub(r"^(arg(?:min|max))_\w+$", r"\1", q) for q in placed}
    names = {**found, **names}  # where maxima are attained: numbered as they are found
    letters = {x: IndexExpr.letter(f"·r{n}") for n, x in enumerate(equation.letters)}
    return _signed(substitute(_renamed(equation.right, names), letters), 0)


def _gathered(root: Node) -> list[str]:
    indices = [i for n in postorder(root) for i in n.own_indices]
    return [g.quantity for i in indices for g in (i.as_gather,) if g is not None]


def _signed(current: Node, depth: int) -> tuple[int, str]:
    """A sign, and a key without it: -(b - a) and a - b are one."""
    if isinstance(current, Sum):
        parts = [(s, *_signed(term, depth)) for s, term in current.terms]
        both = [sorted((turn * s * sign, key) for s, sign, key in parts) for turn in (1, -1)]
        if len(parts) == 1:
            return parts[0][0] * parts[0][1], parts[0][2]
        sign = 1 if both[0] <= both[1] else -1
        return sign, repr(("sum", min(both)))
    if isinstance(current, Product):
        above, below = (
            [_signed(f, depth) for f in part] for part in (current.numerator, current.denominator)
        )
        sign = prod(s for s, _ in (*above, *below))
        return sign, repr(("product", sorted(k for _, k in above), sorted(k for _, k in below)))
    if isinstance(current, Power) and isinstance(current.exponent, Number):
        sign, key = _signed(current.base, depth)
        if current.exponent.value.denominator == 1:
            whole = int(current.exponent.value)
            return sign ** (whole % 2), repr(("power", key, whole))
    if isinstance(current, Number) and current.value < 0:
        return -1, repr(("Number", str(-current.value)))
    return 1, repr(_key(current, depth))


def _key(current: Node, depth: int) -> object:
    if isinstance(current, Reduce):
        return min(_bound(current, order, depth) for order in permutations(current.binders))
    if isinstance(current, Access):
        return current.quantity, tuple(str(i) for i in current.indices)
    if isinstance(current, IndexValue):
        return str(current.index)
    if isinstance(current, IndexComparison):
        sides = (str(current.left), str(current.right))
        return current.relation, sorted(sides) if current.relation == "==" else sides
    own = tuple(
        getattr(current, name) for name in current.fields if isinstance(getattr(current, name), str)
    )
    value = getattr(current, "value", None)
    return type(current).__name__, own, str(value), [_signed(c, depth) for c in current.children]


def _bound(current: Reduce, order: tuple[Binder, ...], depth: int) -> str:
    letters = {b.name: IndexExpr.letter(f"·b{depth + n}") for n, b in enumerate(order)}
    ranges = [(str(b.substitute(letters).lower), str(b.substitute(letters).upper)) for b in order]
    body = substitute(current.body, letters)
    return repr((current.operator, ranges, _signed(body, depth + len(order))))
