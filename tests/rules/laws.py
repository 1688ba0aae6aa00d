"""Rows tried on instances: a rewritten node has the value of the node, at every place."""

from __future__ import annotations

import random

import numpy as np

from symbp.declarations import Builder
from symbp.expressions import Binder, Node, Reduce
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate
from symbp.language.text import parse_system
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
