"""Random well-formed things: index expressions, nodes, and whole systems with values.

Everything is drawn from a `random.Random`, so a seed repeats it; `seeds()` is the hypothesis
strategy for such seeds, and a failing property prints the one that failed.

    rng = random.Random(seed)
    system, values = random_system(rng)
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

from symbp.declarations import Builder
from symbp.expressions import (
    Access,
    Binder,
    Bracket,
    Comparison,
    IndexComparison,
    IndexValue,
    Node,
    Number,
    Power,
    Reduce,
    Where,
    accesses,
    node,
    quantities_read,
)
from symbp.facts import Fact
from symbp.functions import call
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate
from symbp.systems import EquationSystem

#: A family of letters runs over one extent.
FAMILIES = {"n": "N", "j": "J", "k": "K"}
SPARE = {"n": ("n", "m", "u", "v"), "j": ("j", "i", "q", "w"), "k": ("k", "l", "h", "g")}
SMOOTH = ("sigmoid", "tanh", "softplus", "sin", "cos", "arctan", "erf", "silu", "gelu_tanh")
KINKED = ("relu", "abs", "leaky_relu", "elu", "hardtanh", "max", "min")


def seeds() -> st.SearchStrategy[int]:
    """Seeds for `random.Random`."""
    return st.integers(min_value=0, max_value=2**32 - 1)


def letter(name: str) -> IndexExpr:
    return IndexExpr.letter(name)


def random_index(rng: random.Random, letters=("i", "j", "k"), depth: int = 3) -> IndexExpr:
    """An index expression over the letters and the extents N and M, divisions included."""
    kind = rng.randrange(3 if depth == 0 else 7)
    if kind == 0:
        return IndexExpr.integer(rng.randint(-4, 4))
    if kind == 1:
        return IndexExpr.letter(rng.choice(letters))
    if kind == 2:
        return IndexExpr.extent(rng.choice(("N", "M")))
    left = random_index(rng, letters, depth - 1)
    if kind == 5:
        return left // rng.randint(1, 4)
    if kind == 6:
        return left % rng.randint(1, 4)
    right = random_index(rng, letters, depth - 1)
    return left + right if kind == 3 else left * right


@dataclass
class Drawer:
    """Draws expressions over a pool of quantities.

    Attributes:
        rng: where chance comes from.
        pool: axes of each quantity that may be read, as families.
        kinks: whether branches, maxima and absolute values are drawn too.
        labels: integer quantities: their own axes and the family that they index.
    """

    rng: random.Random
    pool: dict[str, tuple[str, ...]]
    kinks: bool = False
    labels: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)

    def number(self) -> Node:
        return Number(self.rng.choice((1, 2, 3))) / self.rng.choice((1, 2, 4, 5))

    def leaf(self, scope: tuple[str, ...]) -> Node:
        """An access; axes whose family has no letter in scope are summed over."""
        if self.rng.random() < 0.12:
            return self.number()
        name = self.rng.choice(list(self.pool))
        return self.access(name, scope)

    def access(self, name: str, scope: tuple[str, ...]) -> Node:
        indices: list[IndexExpr] = []
        bound: list[str] = []
        for family in self.pool[name]:
            known = [x for x in scope if x in SPARE[family]]
            gathered = self._label(family, scope)
            if gathered is not None and self.rng.random() < 0.4:
                indices.append(gathered)
            elif known and self.rng.random() < 0.85:
                indices.append(letter(self.rng.choice(known)))
            else:
                fresh = next((x for x in SPARE[family] if x not in (*scope, *bound)), None)
                if fresh is None:
                    indices.append(letter(known[0]))
                else:
                    bound.append(fresh)
                    indices.append(letter(fresh))
        place = Access(name, indices)
        if not bound:
            return place
        return self.reduced(bound, place * self.rng.choice((node(1), self.number())))

    def _label(self, family: str, scope: tuple[str, ...]) -> IndexExpr | None:
        for name, (axes, target) in self.labels.items():
            letters = [next((x for x in scope if x in SPARE[a]), None) for a in axes]
            if target == family and None not in letters:
                return IndexExpr.gather(name, tuple(letter(x) for x in letters))
        return None

    def reduced(self, bound: list[str], body: Node) -> Node:
        operator = "sum"
        if self.kinks and self.rng.random() < 0.3:
            operator = self.rng.choice(("max", "min"))
        return Reduce(operator, [Binder(x) for x in bound], body)

    def expression(self, scope: tuple[str, ...], depth: int) -> Node:
        """An expression whose free letters are in the scope, finite for all real values."""
        if depth <= 0:
            return self.leaf(scope)
        a = self.expression(scope, depth - 1)
        kind = self.rng.randrange(11 if self.kinks else 8)
        if kind == 0:
            return a + self.expression(scope, depth - 1)
        if kind == 1:
            return a - self.expression(scope, depth - 1)
        if kind == 2:
            return a * self.expression(scope, depth - 1)
        if kind == 3:
            return a / (1 + Power(self.expression(scope, depth - 1), Number(2)))
        if kind == 4:
            return call(self.rng.choice(SMOOTH), a)
        if kind == 5:
            return self.positive(a)
        if kind == 6:
            return Power(call("tanh", a), Number(self.rng.choice((2, 3))))
        if kind == 7:
            return self.reduction(scope, depth)
        return self.kink(a, scope, depth)

    def positive(self, a: Node) -> Node:
        """A function that needs a positive argument, or gives a positive value."""
        square = 1 + a * a
        return self.rng.choice(
            (
                call("ln", square),
                call("sqrt", square),
                call("exp", call("tanh", a)),
                1 / square,
                Power(square, -Number(1) / Number(2)),
            )
        )

    def reduction(self, scope: tuple[str, ...], depth: int) -> Node:
        family = self.rng.choice(list(FAMILIES))
        fresh = next((x for x in SPARE[family] if x not in scope), None)
        if fresh is None:
            return self.leaf(scope)
        body = self.expression((*scope, fresh), depth - 1)
        if not any(letter(fresh) in a.indices for a in accesses(body)):
            source = next(q for q, axes in self.pool.items() if family in axes)
            mine = (*(x for x in scope if x not in SPARE[family]), fresh)
            body = body * self.access(source, mine)
        if not any(letter(fresh) in a.indices for a in accesses(body)):
            return self.leaf(scope)
        return self.reduced([fresh], body)

    def kink(self, a: Node, scope: tuple[str, ...], depth: int) -> Node:
        b = self.expression(scope, depth - 1)
        kind = self.rng.randrange(4)
        if kind == 0:
            return Where(Comparison("<", a, b), a * a, b - 1)
        if kind == 1 and len(scope) > 1:
            same = IndexComparison("==", letter(scope[0]), letter(scope[1]))
            return Bracket(same) * a + b if self.rng.random() < 0.5 else Where(same, a, b)
        name = self.rng.choice(KINKED)
        return call(name, a, b) if name in ("max", "min") else call(name, a)


def random_system(
    rng: random.Random,
    *,
    kinks: bool = False,
    gathers: bool = True,
    equations: int | None = None,
    depth: int = 2,
    facts: bool = False,
) -> tuple[EquationSystem, dict[str, np.ndarray]]:
    """A system of some 3 to 8 equations with one scalar output `L`, and values at which it is tame.

    Given quantities are `x[n,j]`, `W[j,k]`, `b[k]`, `s` (positive), `y[n,k]` (one-hot rows) and,
    with `gathers`, class ids `t[n]` that index k. Without `kinks` every function is smooth.
    """
    for _ in range(50):
        made = _attempt(rng, kinks, gathers, equations or rng.randint(2, 6), depth, facts)
        if made is not None:
            return made
    raise AssertionError("no tame system in 50 attempts")


def _attempt(rng, kinks, gathers, count, depth, facts):
    sizes = {f: rng.choice((1, 2, 3, 3)) for f in FAMILIES}
    builder = Builder()
    for family, extent in FAMILIES.items():
        symbolic = rng.random() < 0.6
        builder.index(family, IndexExpr.extent(extent) if symbolic else sizes[family])
    pool = {"x": ("n", "j"), "W": ("j", "k"), "b": ("k",), "s": (), "y": ("n", "k")}
    roles = {"x": "input", "y": "target"}
    for name, axes in pool.items():
        builder.declare(name, [(a, None) for a in axes], roles.get(name, "parameter"))
    builder.fact(Fact("positive", "s"))
    labels = {}
    if gathers:
        builder.declare("t", [("n", None)], "target", "integer")
        labels["t"] = (("n",), "k")
    if facts:
        builder.fact(Fact("one_hot", "y", (1,)))
    drawer = Drawer(rng, dict(pool), kinks, labels)
    read: dict[str, None] = {}
    for number in range(count):
        axes = tuple(f for f in FAMILIES if rng.random() < 0.45)
        right = drawer.expression(axes, depth)
        for family in axes:
            if family not in right.free:
                right = right + drawer.access(_carrier(family), axes)
        name = f"q{number}"
        builder.define(name, [letter(a) for a in axes], right)
        drawer.pool[name] = axes
        read.update(dict.fromkeys(quantities_read(right)))
    unread = [q for q in drawer.pool if q.startswith("q") and q not in read]
    builder.define("L", [], _total(drawer, unread))
    system = builder.snapshot()
    values = random_values(rng, sizes, gathers=gathers)
    results = evaluate(system, values, extents={FAMILIES[f]: sizes[f] for f in FAMILIES})
    known = [results.array(name) for name in results]
    tame = all(np.all(np.isfinite(v)) and np.all(np.abs(v) < 1e3) for v in known)
    return (system, values) if tame else None


def _carrier(family: str) -> str:
    return {"n": "x", "j": "x", "k": "b"}[family]


def _total(drawer: Drawer, names: list[str]) -> Node:
    """A scalar that reads all the names, and hides none of their derivatives."""
    total: Node = drawer.access("s", ()) * 0 if not names else Number(0)
    for name in names:
        axes = drawer.pool[name]
        place = Access(name, [letter(a) for a in axes])
        weight = drawer.number()
        body = weight * place * (1 if drawer.rng.random() < 0.5 else place)
        if axes:
            body = Reduce("sum", [Binder(a) for a in axes], body)
            if drawer.rng.random() < 0.3:
                body = body / IndexValue(IndexExpr.integer(2))
        total = body if total == Number(0) else total + body
    return total


def random_values(rng: random.Random, sizes: dict[str, int], *, gathers: bool = True):
    """Values of the given quantities: short decimals, labels in range, one-hot targets."""
    n, j, k = sizes["n"], sizes["j"], sizes["k"]

    def draw(*shape):
        flat = [rng.randint(-1500, 1500) / 1000 for _ in range(int(np.prod(shape)))]
        return np.array(flat).reshape(shape)

    chosen = [rng.randrange(k) for _ in range(n)]
    values = {
        "x": draw(n, j),
        "W": draw(j, k),
        "b": draw(k),
        "s": np.array(rng.randint(200, 2000) / 1000),
        "y": np.eye(k)[chosen].reshape(n, k),
    }
    if gathers:
        values["t"] = np.array([rng.randrange(k) for _ in range(n)])
    return values
