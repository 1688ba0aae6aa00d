"""Moves: the rows of the searches, applied where they make an expression shorter to read.

The engine applies rules wherever it can; these lead forwards and backwards, so a search tries each
of them a bounded number of times and keeps what is shorter (`measures.py`): that is why it ends.
The rows with laws are arithmetic. The others use what a system says: an equation, or a fact.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbp.rewriting import Law, Move

__all__ = [
    "CASES",
    "COLLECT",
    "CONDITIONS",
    "EXPAND",
    "FACTOR",
    "GROUP",
    "LABEL",
    "MERGE",
    "MOVES",
    "NUMBERS",
    "ORIENT",
    "ROOTS",
    "TAKE_IN",
    "TAKE_OUT",
]

FACTOR = Move("factor", (Law("x*y + x*z", "x*(y + z)"),))
COLLECT = Move(
    "collect",
    (
        Law("x/y + u/v", "(x*v + u*y)/(y*v)"),
        Law("(x^2 - y^2)/(x - y)", "x + y", ("x != y",)),
    ),
)
EXPAND = Move("expand", (Law("x*(y - z)", "x*y - x*z"),))
LABEL = Move("label", (Law("[i == j]*f[i] - f[j]*x", "f[j]*([i == j] - x)"),))
ORIENT = Move(
    "orient",
    (
        Law("(x - y)^2 + z*(y - x)^2", "(x - y)^2 + z*(x - y)^2"),
        Law("abs(x - y) + z*abs(y - x)", "abs(x - y) + z*abs(x - y)"),
    ),
)
ROOTS = Move("roots", (Law("x/sqrt(y) + z*sqrt(y)", "(x + z*y)/sqrt(y)"),))
GROUP = Move("group", (Law("x*u + y*v + z*u", "(x + z)*u + y*v"),))
MERGE = Move("merge", (Law("x*sum(k, f[k]) + sum(k, g[k])", "sum(k, x*f[k] + g[k])"),))
TAKE_IN = Move("take_in", (Law("sum(k, f[k]) + K*x", "sum(k, f[k] + x)"),))
TAKE_OUT = Move("take_out", (Law("sum(k, x*f[k])", "x*sum(k, f[k])"),))
CASES = Move(
    "cases",
    (
        Law("where(x > 0, y, z)", "where(x <= 0, z, y)"),
        Law("where(x < 0, where(x < -1, u, v), y)", "where(x < -1, u, where(x < 0, v, y))"),
        Law("where(x < 0, y, where(x <= 0, z, z))", "where(x < 0, y, z)"),
        Law("where(x < 0, -y, where(x <= 0, 0, y))", "y*sign(x)"),
    ),
)
CONDITIONS = Move(
    "conditions",
    (
        Law("where(x - y <= 0, u, v)", "where(x <= y, u, v)"),
        Law("where(x - y >= 0, 0, u)", "where(x < y, u, 0)"),
        Law("where(exp(x) - 1 < 0, u, v)", "where(x < 0, u, v)"),
        Law("where(y*(exp(x) - 1) < 0, u, v)", "where(y*x < 0, u, v)"),
        Law("where(x <= y, min(x, y), u)", "where(x <= y, x, u)"),
    ),
)
NUMBERS = Move(
    "numbers",
    (
        Law("c*x + c*y", "c*(x + y)"),
        Law("c*(x + y) + z", "c*x + c*y + z"),
        Law("c*x + where(y > 0, c*u, 0)", "c*(x + where(y > 0, u, 0))"),
    ),
)

_SAID = (
    Move("put_in", says="an adjoint is what its equation says"),
    Move("open", says="a hidden sum is what its equation says"),
    Move("tidy", says="the tables of rules, applied to a fixpoint"),
    Move("reduce", says="a sum over indices that an equation defines is what it defines"),
    Move("own_value", says="q = e/s says e = q*s, and q = (x - m)/r says x - m = q*r"),
    Move("root", says="r = sqrt(u) says u = r^2"),
    Move("lemma", says="a sum of what a name stands for is free of sums"),
    Move("vanish", says="with the equations of adjoints and quantities put in, all terms cancel"),
    Move("fact", says="a declared fact"),
    Move("arrange", says="x*y = y*x, x + y = y + x, and 0 in the last of two cases"),
)

#: All moves, by name.
MOVES: Mapping[str, Move] = {
    move.name: move
    for move in (
        *(FACTOR, COLLECT, ROOTS, EXPAND, GROUP, MERGE, TAKE_IN, TAKE_OUT),
        *(CASES, CONDITIONS, NUMBERS, LABEL, ORIENT),
        *_SAID,
    )
}
