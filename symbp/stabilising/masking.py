"""Products in which a mask stands beside what may be infinite: 0 times infinity is no number.

    m[n] = where(c[n] > 0, 1, 0); u[n] = m[n]*exp(z[n])      where(c[n] > 0, m[n]*exp(z[n]), 0)
    c[n]: binary;                 u[n] = c[n]*exp(z[n])      where(c[n] != 0, c[n]*exp(z[n]), 0)

A factor is a mask if it is 0 where a condition fails: data that are 0 or 1, and a branch whose
other value is 0, by itself or under a name. It takes the product into its branch if another factor
may overflow where all that is given is finite: an exponential, a quotient, or a name of such a
thing that is not known to be bounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Call,
    Comparison,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Where,
    postorder,
    quantities_read,
    substitute,
)
from symbp.facts import Fact, words_implied
from symbp.intervals import Interval, interval_of, intervals
from symbp.matching import replace_nodes
from symbp.ordering import recurrent
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.rewrites import Rewrite
from symbp.systems import EquationSystem

__all__ = ["guard_masks"]

_GROWING = frozenset(("exp", "sinh", "cosh", "expm1", "ln", "log1p", "log2", "log10", "tan"))


def guard_masks(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with what may be infinite inside the branches of masks, and what was done."""
    work = _Masking(system, closed)
    equations: list[Equation] = []
    originals = dict(system.originals)
    done: list[Rewrite] = []
    for equation in system.equations:
        made = work.one(equation)
        if made is not equation:
            originals[made] = originals.pop(equation, equation)
            done.append(Rewrite("mask", equation, made))
        equations.append(made)
    if not done:
        return system, ()
    return replace(system, equations=tuple(equations), originals=originals), tuple(done)


@dataclass
class _Masking:
    """One run over the equations in their order."""

    system: EquationSystem
    closed: frozenset[str]
    known: dict[str, Interval] = field(default_factory=dict)
    growing: dict[str, None] = field(default_factory=dict)
    branches: dict[str, Equation] = field(default_factory=dict)
    contracted: bool = False

    def __post_init__(self) -> None:
        self.known = _known(self.system)
        self.brought_in = frozenset(
            n for n, q in self.system.quantities.items() if q.hidden and "/" in n
        )
        self.binary = {
            f.quantity
            for f in self.system.facts
            if isinstance(f, Fact) and "binary" in words_implied(f.word)
        }

    def one(self, equation: Equation) -> Equation:
        """An equation with its products inside the branches of masks."""
        right = equation.right
        if equation.target in self.closed or recurrent(equation):
            return equation
        if self._grows(right):
            self.growing[equation.target] = None
        single = len(self.system.producers[equation.target]) == 1
        if equation.target in self.brought_in or self.brought_in.intersection(
            quantities_read(right)
        ):
            return equation  # what a pass wrote has its branches
        if isinstance(right, Where) and equation.plain and single:
            self.branches[equation.target] = equation
        if not any(isinstance(n, Product) for n in postorder(right)):
            return equation
        self.contracted = isinstance(right, Reduce)
        replaced = self._products(right)
        made = replace_nodes(right, replaced) if replaced else right
        if made == right:
            return equation
        facts = [f for f in self.system.facts if isinstance(f, Fact) and f.quantity in self.binary]
        quantities = self.system.quantities
        if not proved_equal(right, made, equation.ranges, self.branches, quantities, facts):
            return equation
        return replace(equation, right=made)

    def _products(self, root: Node) -> dict[Node, Node]:
        """Products that need a branch, outermost first, and what they become."""
        replaced: dict[Node, Node] = {}
        stack: list[tuple[Node, frozenset[Node]]] = [(root, frozenset())]
        seen: set[tuple[int, frozenset[Node]]] = set()
        while stack:
            current, held = stack.pop()
            if (id(current), held) in seen:
                continue
            seen.add((id(current), held))
            if isinstance(current, Product):
                made = self._guarded(current, held)
                if made is not None:
                    replaced[current] = made
                    continue
            if isinstance(current, Where):
                stack.append((current.then, held | set(_conjuncts(current.condition))))
                outside = held | {Logical("not", (current.condition,))}
                stack.append((current.otherwise, outside))
            else:
                stack += [(child, held) for child in current.children]
        return replaced

    def _guarded(self, current: Product, held: frozenset[Node]) -> Node | None:
        """A product in the branch of its masks; None where it needs none, or stands in it."""
        conditions = [(f, c) for f in current.numerator if (c := self._condition(f)) is not None]
        truths = dict.fromkeys(c for _, c in conditions if c not in held)
        if not truths:
            return None
        masks = [f for f, _ in conditions]
        others = [f for f in current.children if f not in masks]
        divided = any(self._may_vanish(d) for d in current.denominator)
        if not divided and not any(self._grows(f) for f in others):
            return None
        truth = next(iter(truths)) if len(truths) == 1 else Logical("and", tuple(truths))
        return Where(truth, current, ZERO)

    def _condition(self, factor: Node) -> Node | None:
        """The condition without which a factor is 0; None where there is none."""
        branch: Node | None = factor
        if isinstance(factor, Access):
            if factor.quantity in self.binary:
                return Comparison("!=", factor, ZERO)
            definition = self.branches.get(factor.quantity)
            adjoint = self.system.quantities[factor.quantity].adjoint_of is not None
            if definition is None or (adjoint and self.contracted):
                return None  # x·δ summed over samples is a matrix product, and stays one
            letters = dict(zip(definition.letters, factor.indices, strict=True))
            branch = substitute(definition.right, letters)
        if not isinstance(branch, Where):
            return None
        if branch.otherwise == ZERO:
            return branch.condition
        return Logical("not", (branch.condition,)) if branch.then == ZERO else None

    def _grows(self, root: Node) -> bool:
        """Whether a value may be infinite where all that is given is finite."""
        body = root.body if isinstance(root, Reduce) else root
        interval = interval_of(body, self.known)
        if interval.low is not None and interval.high is not None:
            return False
        return any(self._grows_itself(n) for n in postorder(body))

    def _grows_itself(self, current: Node) -> bool:
        if isinstance(current, Access):
            return current.quantity in self.growing
        if isinstance(current, Call):
            return current.function in _GROWING
        if isinstance(current, Product):
            return any(self._may_vanish(d) for d in current.denominator)
        exponent = current.exponent if isinstance(current, Power) else None
        return isinstance(exponent, Number) and exponent.value < 0

    def _may_vanish(self, divisor: Node) -> bool:
        """Whether a divisor may come as close to 0 as it likes."""
        interval = interval_of(divisor, self.known)
        above = interval.low is not None and interval.low > 0
        return not above and not (interval.high is not None and interval.high < 0)


def _known(system: EquationSystem) -> dict[str, Interval]:
    """Intervals, those of equations in other spellings from what their author wrote."""
    known = intervals(system)
    for equation in system.equations:
        for spelled in (equation, system.originals.get(equation, equation)):
            value = interval_of(spelled.right, known)
            if known[equation.target] == Interval() and len(system.producers[equation.target]) == 1:
                known[equation.target] = value
    return known


def _conjuncts(condition: Node) -> tuple[Node, ...]:
    found: list[Node] = []
    stack = [condition]
    while stack:
        current = stack.pop()
        if isinstance(current, Logical) and current.operator == "and":
            stack.extend(current.children)
        else:
            found.append(current)
    return (condition, *found)
