"""The same system written otherwise: other orders, other names, other letters.

`order` is that of terms, factors and the indices of a sum; `equations` that of declarations and of
equations. `variant(system, rng, how)` gives the rewritten system and the names to go back by;
`shape` is a key that the right sides of two equations share if they differ in the order of terms,
factors and bound indices only, and in which of two brackets, a - b and b - a, a sign is written
out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from math import prod

from symbp.adjoints import adjoint_name
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
from symbp.facts import Fact, Identity
from symbp.gradients import differentiate
from symbp.indices import IndexExpr
from symbp.spelling import spell_equation
from symbp.systems import EquationSystem

WAYS = ("order", "names", "letters", "equations")
#: Names that mean something elsewhere, and are names like all others here.
ODD = ("lambda", "self", "σ", "pi2", "e1", "Nx", "_x", "d", "t1", "α̂", "is_", "zz", "θ", "a0", "B")


def variant(
    system: EquationSystem, rng: random.Random, how: str
) -> tuple[EquationSystem, dict[str, str]]:
    """The system rewritten, and for each name in it the name that it had."""
    names = {q.name: q.name for q in system.quantities.values() if not q.hidden}
    if how == "names":
        fresh = [x for x in ODD if x not in _letters(system)]
        rng.shuffle(fresh)
        names = dict(zip(names, fresh, strict=False))
    letters = {x: x for x in _letters(system)}
    if how == "letters":
        fresh = [x for x in "acdefghopqrvwij" if x not in system.quantities]
        rng.shuffle(fresh)
        letters = dict(zip(letters, fresh, strict=False))
    builder = Builder()
    builder.decimals = system.decimals
    given, equations = system.given(), system.author_equations
    if how == "equations":
        given = tuple(rng.sample(given, len(given)))
        equations = tuple(_in_another_order(equations, rng))
    for quantity in given:
        axes = [(letters.get(axis.letter, axis.letter), axis.extent) for axis in quantity.axes]
        builder.declare(names[quantity.name], axes, quantity.role, quantity.kind)
    for equation in equations:
        moved = {old: IndexExpr.letter(new) for old, new in letters.items()}
        right = substitute(_renamed(equation.right, names), moved)
        if how == "order":
            right = transform(right, lambda n: _shuffled(n, rng))
        at = [index.rename_quantities(names).substitute(moved) for index in equation.at]
        builder.define(names[equation.target], at, right)
    for fact in system.facts:
        if isinstance(fact, Fact):
            builder.fact(replace(fact, quantity=names[fact.quantity]))
        else:
            moved = {old: IndexExpr.letter(new) for old, new in letters.items()}
            sides = (substitute(_renamed(s, names), moved) for s in (fact.left, fact.right))
            ranges = [b.substitute(moved) for b in fact.ranges]
            ranges = [b.renamed(letters.get(b.name, b.name)) for b in ranges]
            builder.fact(Identity(tuple(ranges), *sides))
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
    if isinstance(current, Reduce) and current.operator in ("sum", "prod"):
        binders = current.binders
        if not any(b.letters for b in binders):
            return Reduce(current.operator, rng.sample(binders, len(binders)), current.body)
    return current


def _renamed(root: Node, names: Mapping[str, str]) -> Node:
    def change(current: Node) -> Node:
        if isinstance(current, Access):
            name = names.get(current.quantity, current.quantity)
            return Access(name, [i.rename_quantities(names) for i in current.indices])
        if isinstance(current, IndexComparison):
            sides = (current.left.rename_quantities(names), current.right.rename_quantities(names))
            return IndexComparison(current.relation, *sides)
        if isinstance(current, IndexValue):
            return IndexValue(current.index.rename_quantities(names))
        return current

    return transform(root, change)


def _in_another_order(equations: Sequence[Equation], rng: random.Random) -> Iterator[Equation]:
    """The equations, each after those that it reads from."""
    left = list(equations)
    while left:
        open_targets = {e.target for e in left}
        ready = [e for e in left if not (_read(e) & open_targets) - {e.target}]
        chosen = rng.choice(ready)
        left.remove(chosen)
        yield chosen


def _read(equation: Equation) -> set[str]:
    gathered = [q for index in equation.at for q in index.gathered]
    return {a.quantity for a in accesses(equation.right)} | {*_gathered(equation.right), *gathered}


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


def differences(
    system: EquationSystem, of: str, wrt: Sequence[str], seed: int, how: str
) -> list[str]:
    """Printed derivatives that are not the same but for order when the system is so rewritten."""
    other, back = variant(system, random.Random(seed), how)
    there = {old: new for new, old in back.items()}
    wanted = differentiate(system, of, wrt).gradients
    found = differentiate(other, there[of], [there[name] for name in wrt]).gradients
    prefix = adjoint_name(there[of], "")  # adjoints of parts that symbp gave a name
    old_names = {**back, **{prefix + name: adjoint_name(of, back[name]) for name in back}}
    problems = []
    for name in wrt:
        one, two = wanted[name].printed, found[there[name]].printed
        parts = (a.quantity for a in accesses(two.right) if a.quantity.startswith(prefix))
        own = {p: adjoint_name(of, p.removeprefix(prefix)) for p in parts if p not in old_names}
        if shape(one, {}) != shape(two, {**old_names, **own}):
            texts = f"{spell_equation(one)}\n{spell_equation(two)}"
            problems.append(f"seed {seed}, other {how}:\n{texts}")
    return problems
