"""Short spellings for tests that build nodes by hand."""

from __future__ import annotations

from symbp.declarations import Builder
from symbp.expressions import Access, Binder, IndexComparison, Node, Reduce
from symbp.functions import call
from symbp.indices import IndexExpr
from symbp.interpreter import evaluate
from symbp.language.text import parse_system
from symbp.numerics.numbers import FLOAT64


def index(value) -> IndexExpr:
    """`"n"` is a letter, `"N"` an extent, an integer itself."""
    if isinstance(value, IndexExpr):
        return value
    if isinstance(value, int):
        return IndexExpr.integer(value)
    return IndexExpr.extent(value) if value.isupper() else IndexExpr.letter(value)


def at(name: str, *indices) -> Access:
    """An access: `at("x", "n", 0)` is x[n, 0]."""
    return Access(name, [index(i) for i in indices])


def total(letters: str, body: Node, operator: str = "sum") -> Reduce:
    """A reduction over letters whose ranges are to be inferred: `total("n k", ...)`."""
    return Reduce(operator, [Binder(x) for x in letters.split()], body)


def same(left, right) -> IndexComparison:
    """The condition that two indices are equal."""
    return IndexComparison("==", index(left), index(right))


def builder(given: str = "", **equations: Node) -> Builder:
    """`builder("x[n:N,j:3] s", L=...)`: inputs, and scalar equations."""
    made = Builder()
    for word in given.split():
        name, _, axes = word.partition("[")
        pairs = [a.partition(":") for a in axes.rstrip("]").split(",") if a]
        made.declare(name, [(a, extent(e) if e else None) for a, _, e in pairs])
    for name, right in equations.items():
        made.define(name, [], right)
    return made


def extent(text: str) -> IndexExpr:
    return IndexExpr.integer(int(text)) if text.isdecimal() else IndexExpr.extent(text)


def softmax_builder() -> Builder:
    """Linear scores, softmax and cross-entropy, with the uses written before the definitions."""
    made = builder("x[n:N,j:3] W[j,k:2] b[k] y[n,k]")
    exponentials = call("exp", at("z", "n", "l"))
    p = call("exp", at("z", "n", "k")) / total("l", exponentials)
    made.define("p", [index("n"), index("k")], p)
    loss = total("n k", at("y", "n", "k") * call("ln", at("p", "n", "k")))
    made.define("L", [], -loss)
    scores = total("j", at("x", "n", "j") * at("W", "j", "k")) + at("b", "k")
    made.define("z", [index("n"), index("k")], scores)
    return made


def number_of(node: Node, values, numbers=FLOAT64):
    """The value of an index-free expression at a point."""
    made = Builder()
    made.define("value", [], node)
    system = made.snapshot()
    known = {name: values[name] for name in values if name in system.quantities}
    return evaluate(system, known, numbers)["value"]


def read_node(text: str, names: str = "z") -> Node:
    """The expression of a text over scalar inputs: `read_node("a + b", "a, b")`."""
    made = Builder()
    parse_system(f"input {names}; result = {text}", made)
    return made.snapshot().author_equations[-1].right
