"""Named values that lose what is computed from them, opened through their definitions.

    p[n] = sigmoid(z[n])     ln(p[n])     -softplus(-z[n]): p may be too small to be written
    h[n] = tanh(z[n])        1 - h[n]^2   where(h[n]^2 <= 1/2, 1 - h[n]^2, ...)

A stored value has lost what 1 - h^2 needs where h^2 is close to 1, and only there; so the
difference is taken as it stands where it does no harm, which costs nothing, and from the definition
elsewhere. A sigmoid and a tanh keep the exponential that
they are made of, and no other has to be taken (`kept.py`):

    e[n] = exp(-abs(z[n]))   p[n] = where(z[n] >= 0, 1, e[n])/(1 + e[n])
                             1 - p[n]     where(p[n] <= 1/2, 1 - p[n], e[n]*p[n])

Every other right side is written in the accurate form of one expression (`stableforms.py`), which
proves what it returns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Call,
    Comparison,
    Node,
    Number,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
)
from symbp.intervals import Interval, interval_of, intervals
from symbp.matching import replace_nodes
from symbp.monomials import Monomial, join, terms_of
from symbp.ordering import recurrent
from symbp.stabilising.equalities import open_definitions
from symbp.stabilising.hidden import Hidden, stem_of_name
from symbp.stabilising.kept import KEPT, Kept
from symbp.stabilising.rewrites import Rewrite
from symbp.stabilising.univariate import accurate
from symbp.systems import EquationSystem

__all__ = ["open_values"]

#: Nodes of a definition that is put into other equations.
MAX_OPENED = 40
#: Functions that level off: differences from what they approach cancel, and logarithms see zeros.
SATURATING = frozenset(
    (
        "exp",
        "sigmoid",
        "tanh",
        "softplus",
        "logsigmoid",
        "erf",
        "erfc",
        "expm1",
        "arctan",
        "softsign",
    )
)


def open_values(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with elementwise expressions in accurate forms, and what was done."""
    work = _Opening(system, closed)
    equations: list[Equation] = []
    originals = dict(system.originals)
    done: list[Rewrite] = []
    for equation in system.equations:
        made, rules = work.one(equation)
        if rules:
            originals[made] = originals.pop(equation, equation)
            done += [Rewrite(rule, equation, made) for rule in rules]
        equations.append(made)
    if not done:
        return system, ()
    for place, equation in reversed(list(enumerate(equations))):
        kept = work.kept.get(equation.target)
        if kept is not None:
            row, argument = work.arguments[equation.target]
            made = replace(equation, right=row.value(argument, kept.left))
            originals[made] = originals.pop(equation, equation)
            done.append(Rewrite("keep", equation, made))
            equations[place : place + 1] = [kept, made]
    return work.hidden.rebuilt(equations, originals), tuple(done)


@dataclass
class _Opening:
    """One run over the equations in their order."""

    system: EquationSystem
    closed: frozenset[str]

    def __post_init__(self) -> None:
        self.hidden = Hidden(self.system)
        #: functions whose exponential is kept, with the equation of that, and their arguments
        self.kept: dict[str, Equation] = {}
        self.arguments: dict[str, tuple[Kept, Node]] = {}
        self.definitions: dict[str, Equation] = {}
        #: what passes brought in: they wrote it as it is to be
        self.settled = frozenset(
            n for n, q in self.system.quantities.items() if q.hidden and "/" in n
        )
        self.known: dict[str, Interval] = intervals(self.system)

    def one(self, equation: Equation) -> tuple[Equation, tuple[str, ...]]:
        """An equation in its accurate form, and the rules that were used."""
        if equation.target in self.closed or recurrent(equation):
            return equation, ()
        right = equation.right
        body = right.body if isinstance(right, Reduce) else right
        replaced = self._opened(body)
        # what was opened has its form: it is a letter while the rest is looked at
        seats: dict[Node, Node] = {n: Access(f"·opened{place}") for place, n in enumerate(replaced)}
        opened = replace_nodes(body, seats)
        made = accurate(opened, self.settled)
        rules = [rule for rule, used in (("open", replaced), ("form", made != opened)) if used]
        made = replace_nodes(made, {seats[n]: form for n, form in replaced.items()})
        if not rules:
            self._learn(equation, equation)
            return equation, ()
        whole = right.rebind(right.binders, made) if isinstance(right, Reduce) else made
        new = replace(equation, right=whole)
        self._learn(equation, new)
        return new, tuple(rules)

    def _learn(self, old: Equation, new: Equation) -> None:
        """A definition that later equations may look into."""
        plain = old.plain and len(self.system.producers[old.target]) == 1
        if not plain or isinstance(old.right, Reduce) or new.right.size > MAX_OPENED:
            return
        calls = (n.function for n in postorder(new.right) if isinstance(n, Call))
        if any(name in SATURATING for name in calls):
            self.definitions[old.target] = new
            value = interval_of(new.right, self.known)
            if value != Interval():
                self.known[old.target] = value

    def _opened(self, body: Node) -> dict[Node, Node]:
        """Logarithms of named values, and their differences from what they approach."""
        if not any(a.quantity in self.definitions for a in accesses(body)):
            return {}
        replaced: dict[Node, Node] = {}
        stack, seen = [body], set[int]()
        while stack:
            current = stack.pop()
            if id(current) in seen:
                continue
            seen.add(id(current))
            made = None
            if self._chosen(current):
                continue
            if isinstance(current, Call) and current.function == "ln":
                made = self._stable(current)
            elif isinstance(current, Sum):
                made = self._difference(current)
            if made is None:
                stack.extend(current.children)
            else:
                replaced[current] = made
        return replaced

    def _chosen(self, current: Node) -> bool:
        """Whether it is such a choice between a difference and its accurate form already."""
        if not isinstance(current, Where) or not isinstance(current.then, Sum):
            return False
        made = self._difference(current.then)
        return isinstance(made, Where) and made.condition == current.condition

    def _stable(self, current: Node) -> Node | None:
        """The accurate form of something with its definitions put in; None where there is none."""
        if not any(a.quantity in self.definitions for a in accesses(current)):
            return None
        spelled = open_definitions(current, self.definitions)
        if spelled is None:
            return None
        made = accurate(spelled)
        return None if made is spelled or made == spelled else made

    def _difference(self, current: Sum) -> Node | None:
        """C - t, where t comes close to c at an end of its range only."""
        terms = terms_of(current)
        numbers = [m for m in terms if not m.powers]
        others = [m for m in terms if m.powers]
        if len(numbers) != 1 or len(others) != 1 or numbers[0].coefficient == 0:
            return None
        limit, term = numbers[0].coefficient, others[0]
        if (limit > 0) == (term.coefficient > 0) or not self._approaches(term, abs(limit)):
            return None
        made = self._kept(term) if limit == 1 else None
        made = self._stable(current) if made is None else made
        if made is None:
            return None
        value = join(Monomial(abs(term.coefficient), term.powers))
        return Where(Comparison("<=", value, Number(abs(limit) / 2)), current, made)

    def _kept(self, term: Monomial) -> Node | None:
        """1 minus a power of a value through the exponential that the value is made of."""
        base, exponent = term.powers[0]
        if term.coefficient != -1 or not isinstance(base, Access):
            return None
        definition = self.definitions[base.quantity]
        right = definition.right
        row = KEPT.get(right.function) if isinstance(right, Call) else None
        if row is None or row.power != exponent:
            return None
        kept = self.kept.get(base.quantity)
        if kept is None:
            argument = right.children[0]
            stem = f"exp/{stem_of_name(accesses(argument)[0])}"
            kept = self.hidden.define(stem, definition.ranges, row.exponential(argument))
            self.kept[base.quantity] = kept
            self.arguments[base.quantity] = row, argument
        return row.difference(Access(kept.target, base.indices), base)

    def _approaches(self, term: Monomial, limit: Fraction) -> bool:
        """Whether a power of one named value has a limit as the end of its range."""
        if len(term.powers) != 1:
            return False
        base, exponent = term.powers[0]
        if not isinstance(base, Access) or base.quantity not in self.definitions or exponent <= 0:
            return False
        interval = self.known.get(base.quantity, Interval())
        if interval.high is None or exponent.denominator != 1:
            return False
        top = interval.high ** int(exponent) * abs(term.coefficient)
        even = exponent % 2 == 0
        low = interval.low if interval.low is not None else None
        return top == limit and (not even or (low is not None and abs(low) <= interval.high))
