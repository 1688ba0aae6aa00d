"""Rows tried on instances: a rewritten node has the value of the node, at every place."""

from __future__ import annotations

import random
from math import prod

import numpy as np

from symbp.declarations import Builder
from symbp.expressions import (
    Binder,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    postorder,
)
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate
from symbp.language.text import parse_expression, parse_system
from symbp.rewriting import Log, Rule, rewrite
from tests.strategies import random_system
from tests.systems.cases import SIZES, shape_of
from tests.systems.measuring import LONG, exact, extents_of, printed_array

#: Quantities that instances use; all are positive, t labels the extent of k.
GIVEN = """input a, b, c, u[k:K], v[k], x[n:N,k], y[n,k], w[j:J], t[n]
one = u[t[0]]"""


#: The extent over which each letter runs.
EXTENTS = {"l": "K", "k": "K", "i": "K", "j": "J", "m": "K", "n": "N"}


def over(letters: str, body: Node, operator: str = "sum") -> Reduce:
    """A reduction over letters, each over its extent."""
    zero = IndexExpr.integer(0)
    binders = [Binder(x, zero, IndexExpr.extent(EXTENTS[x])) for x in letters.split()]
    return Reduce(operator, binders, body)


class Instance:
    """A node with free letters n and k (or none), over the quantities above."""

    def __init__(self, node: Node, letters: str = "n k") -> None:
        builder = Builder()
        parse_system(GIVEN, builder)
        builder.define("r", [IndexExpr.letter(x) for x in letters.split() if x in node.free], node)
        self.system = builder.snapshot()
        self.equation = self.system.author_equations[-1]

    @property
    def node(self) -> Node:
        return self.equation.right

    def values(self, root: Node, seed: int = 0) -> np.ndarray:
        rng = np.random.default_rng(seed)
        data = {q.name: _draw(q, rng) for q in self.system.given()}
        results = evaluate(self.system, exact(data), LONG, extents_of(self.system))
        equation = type(self.equation)("r", self.equation.ranges, self.equation.at, root)
        return printed_array(results, equation)

    def agrees(self, other: Node) -> None:
        for seed in range(3):
            one, two = self.values(self.node, seed), self.values(other, seed)
            for place in np.ndindex(one.shape):
                assert abs(one[place] - two[place]) <= 1e-30 * (1 + abs(one[place]))


def _draw(quantity, rng):
    if quantity.kind == "integer":
        return rng.integers(0, SIZES["K"], shape_of(quantity))
    return rng.uniform(0.3, 2.0, shape_of(quantity))


def given(text: str) -> Node:
    """An expression over the quantities of `GIVEN`, whose letters n and k are free."""
    builder = Builder()
    parse_system(GIVEN, builder)
    return parse_expression(text, builder, letters="nk")


def fires(rule: Rule, node: Node) -> Node:
    """What the row alone makes of an instance, with the value kept; it has to apply."""
    instance = Instance(node)
    log = Log()
    made = rewrite(instance.node, (rule,), log)
    assert [a.rule for a in log.applications].count(rule.name), f"{rule.name} does not apply"
    instance.agrees(made)
    return made


def keeps_values(rules, seed: int, *, kinks: bool) -> int:
    """Rewrite every equation of a random system; how many rows were used."""
    rng = random.Random(seed)
    system, values = random_system(rng, kinks=kinks)
    sizes = {"N": values["x"].shape[0], "J": values["x"].shape[1], "K": values["W"].shape[1]}
    results = evaluate(system, exact(values), LONG, extents_of(system, sizes))
    used = 0
    for equation in (*system.equations, *system.author_equations):
        log = Log()
        made = rewrite(equation.right, rules, log)
        used += len(log.applications)
        for use in log.applications:
            assert measure(use.after) < measure(use.before), f"seed {seed}: {use.rule} grows"
        again = Log()
        assert rewrite(made, rules, again) == made, f"seed {seed}: not idempotent"
        assert not again.applications, f"seed {seed}: {again.applications[0]}"
        before = printed_array(results, equation)
        after = printed_array(
            results, type(equation)(equation.target, equation.ranges, equation.at, made)
        )
        for place in np.ndindex(before.shape):
            gap = abs(before[place] - after[place])
            assert gap <= 1e-30 * (1 + abs(before[place])), f"seed {seed}: {equation.target}"
    return used


# -- termination -----------------------------------------------------------------------------------


def measure(root: Node) -> tuple[int, ...]:
    """What every row lowers, in lexicographic order.

    1. logarithms in exponents;
    2. a polynomial interpretation that is monotone in every part: a product multiplies, a sum adds
       1 for each sign that joins two terms and triples what it subtracts, a sum over b indices is
       the 2b-th power of its body plus 1, a function adds 1, a power counts as its base, a `where`
       multiplies its condition plus 1 with its branches plus 2, a bracket adds so much that it is
       worth taking it out of branches, however many there are around it;
    3. the mass below binders and powers;
    4. branches and signs under a factor, numbers on the left of a comparison or behind other
       factors, indices that an equality could replace;
    5. nodes; a fraction counts a little less than a quotient, a number less than an index or root;
    6. numerators and denominators of numbers.
    """
    weights: dict[int, int] = {}
    logarithms = mass = disorder = size = numbers = 0
    for current in postorder(root):
        below = [weights[id(c)] for c in current.children]
        weights[id(current)] = _weight(current, below)
    for current in _unfolded(root):
        if isinstance(current, Call) and current.function == "exp":
            logarithms += _logarithms(current.arguments[0])
        if isinstance(current, Reduce):
            mass += current.body.size
        if isinstance(current, Power):
            mass += current.base.size
        disorder += _disorder(current)
        size += _size(current)
        if isinstance(current, Number):
            numbers += abs(current.value.numerator) * current.value.denominator
    return logarithms, weights[id(root)], mass, disorder, size, numbers


def _unfolded(root: Node) -> list[Node]:
    """Every node as often as it occurs."""
    found, stack = [], [root]
    while stack:
        current = stack.pop()
        found.append(current)
        stack.extend(current.children)
    return found


def _weight(current: Node, below: list[int]) -> int:
    if isinstance(current, Number):
        return 3 if current.value < 0 else 1
    if isinstance(current, IndexValue):
        return 1
    if isinstance(current, Sum):
        signed = zip(current.terms, below, strict=True)
        return len(below) - 1 + sum(w if sign > 0 else 3 * w for (sign, _), w in signed)
    if isinstance(current, Product):
        return prod(below)
    if isinstance(current, Reduce):
        return below[0] ** (2 * len(current.binders)) + 1
    if isinstance(current, Power) and isinstance(current.exponent, Number):
        return below[0]
    if isinstance(current, Call) and current.function == "sqrt":
        return below[0]
    if isinstance(current, Where):
        return (1 + below[0]) * (2 + sum(below[1:]))
    own = 40 if isinstance(current, Bracket) else 1
    return own + sum(below, start=0 if below else 1)


def _logarithms(argument: Node) -> int:
    return sum(1 for n in postorder(argument) if isinstance(n, Call) and n.function == "ln")


def _disorder(current: Node) -> int:
    if isinstance(current, Comparison):
        return int(isinstance(current.left, Number) and not isinstance(current.right, Number))
    if isinstance(current, Product) or (isinstance(current, Sum) and len(current.terms) == 1):
        count = sum(isinstance(c, Where) for c in current.children) + _out_of_place(current)
        brackets = [c.condition for c in current.children if isinstance(c, Bracket)]
        for condition in (c for c in brackets if isinstance(c, IndexComparison)):
            for side in (condition.left, condition.right):
                others = [c for c in current.children if not isinstance(c, Bracket)]
                count += sum(side in n.own_indices for c in others for n in postorder(c)) * (
                    1 + (side == condition.right) + 2 * (side.as_letter is None)
                )
        return count
    return 0


def _out_of_place(current: Node) -> int:
    """Numbers behind other factors, and signs below a product."""
    if not isinstance(current, Product):
        return 0
    late = (*current.numerator[1:], *current.denominator[1:])
    signs = (c for c in current.children if isinstance(c, Sum) and len(c.terms) == 1)
    return sum(isinstance(factor, Number) for factor in late) + len(list(signs))


def _size(current: Node) -> int:
    if isinstance(current, Number):
        return (5 if current.value.denominator > 1 else 2) + 2 * (current.value < 0)
    root = isinstance(current, Call) and current.function == "sqrt"
    return 3 if root or isinstance(current, IndexValue) else 2
