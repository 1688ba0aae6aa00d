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

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    ONE,
    Access,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    IndexValue,
    Node,
    Number,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    substitute,
)
from symbp.intervals import Interval, interval_of, intervals
from symbp.matching import replace_accesses, replace_nodes
from symbp.monomials import Monomial, join, split, terms_of
from symbp.numerics.carrying import CARRIED
from symbp.ordering import recurrent
from symbp.stabilising.choices import drawn_out, taken_in
from symbp.stabilising.hidden import Hidden, stem_of_name
from symbp.stabilising.kept import KEPT, Kept, proved
from symbp.stabilising.lost import VALUE, VARIABLE, regained, without_needless_branches
from symbp.stabilising.rewrites import Rewrite
from symbp.stabilising.univariate import MAX_PART, accurate, only_variable
from symbp.systems import EquationSystem

__all__ = ["open_values"]

#: Nodes of a definition that is put into other equations.
MAX_OPENED = 40
#: Largest exponent of a polynomial in a named value.
MAX_POWER = 6
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
        #: what each of them says once those before it are put in: its letters, and the expression
        self.spelled: dict[str, tuple[tuple[str, ...], Node]] = {}
        #: functions of one variable: their letters, the function, the variable
        self.functions: dict[str, tuple[tuple[str, ...], Node, Node]] = {}
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
        written = right.body if isinstance(right, Reduce) else right
        joined = taken_in(written)
        body = drawn_out(joined)
        replaced = self._opened(body)
        # what was opened has its form: it is a letter while the rest is looked at
        seats: dict[Node, Node] = {n: Access(f"·opened{place}") for place, n in enumerate(replaced)}
        opened = replace_nodes(body, seats)
        made = accurate(opened, self.settled)
        rules = [
            rule
            for rule, used in (("open", replaced or joined != written), ("form", made != opened))
            if used
        ]
        made = replace_nodes(made, {seats[n]: form for n, form in replaced.items()})
        made = without_needless_branches(made) if replaced else made
        if not rules or made == written:
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
        if any(isinstance(n, Call) and n.function == CARRIED for n in postorder(new.right)):
            new = old  # what carries its roundings is not opened into other forms
        variable = _variable(old.right)
        if variable is not None and not _is_placed(old.right):
            self.functions[old.target] = old.letters, old.right, variable
        calls = (n.function for n in postorder(new.right) if isinstance(n, Call))
        if any(name in SATURATING for name in calls):
            self.definitions[old.target] = new
            # no larger part is looked at: h[k] = h[k-1] + tanh(z[k]) does not grow with its depth
            opened = replace_accesses(new.right, self.spelled)
            opened = opened if opened.size <= MAX_PART else new.right
            self.spelled[old.target] = new.letters, opened
            value = interval_of(new.right, self.known)
            if value != Interval():
                self.known[old.target] = value

    def _opened(self, body: Node) -> dict[Node, Node]:
        """Logarithms of named values, and their differences from what they approach."""
        if not any(
            a.quantity in self.definitions or a.quantity in self.functions for a in accesses(body)
        ):
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
                made = self._regained(current) if made is None else made
            elif isinstance(current, Product):
                made = self._together(current)
                plain = made is None and not any(isinstance(n, Sum) for n in current.children)
                made = self._regained(current) if plain else made
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
        spelled = replace_accesses(current, self.spelled)
        made = accurate(spelled)
        return None if made is spelled or made == spelled else made

    def _difference(self, current: Sum) -> Node | None:
        """C - t, where t comes close to c at an end of its range only."""
        terms = terms_of(current)
        numbers = [m for m in terms if not m.powers]
        others = [m for m in terms if m.powers]
        if len(numbers) != 1 or len(others) != 1 or numbers[0].coefficient == 0:
            return self._polynomial(current, terms)
        limit, term = numbers[0].coefficient, others[0]
        if not self._approaches(term, -limit):
            return None
        made = self._kept(term) if limit == 1 else None
        made = self._stable(current) if made is None else made
        if made is None:
            return None
        relation = "<=" if (limit > 0) == (term.coefficient < 0) else ">="
        value = join(Monomial(abs(term.coefficient), term.powers))
        half = Number(abs(limit) / 2 if relation == "<=" else -abs(limit) / 2)
        return Where(Comparison(relation, value, half), current, made)

    def _regained(self, current: Node) -> Node | None:
        """What the rounding of one stored function spoils, in the variable of the function."""
        if current.height or current.size > MAX_OPENED or _is_placed(current):
            return None
        read = dict.fromkeys(accesses(current))
        stored = [a for a in read if a.quantity in self.functions]
        for value in stored:
            letters, definition, variable = self.functions[value.quantity]
            places = dict(zip(letters, value.indices, strict=True))
            definition, variable = substitute(definition, places), substitute(variable, places)
            if all(other in (value, variable) for other in read):
                seats: dict[Node, Node] = {value: VALUE, variable: VARIABLE}
                function = replace_nodes(definition, {variable: VARIABLE})
                made = regained(replace_nodes(current, seats), function)
                return None if made is None else replace_nodes(made, {VARIABLE: variable})
        return None

    def _polynomial(self, current: Sum, terms: Sequence[Monomial]) -> Node | None:
        """A polynomial in one named value, v^2/3 - v, with a zero at an end of its range."""
        bases = dict.fromkeys(b for m in terms for b, _ in m.powers)
        if len(terms) < 2 or len(bases) != 1 or any(len(m.powers) > 1 for m in terms):
            return None
        (base,) = bases
        if not isinstance(base, Access) or base.quantity not in self.definitions:
            return None
        powers = [(m.coefficient, m.powers[0][1] if m.powers else Fraction(0)) for m in terms]
        if any(e.denominator != 1 or not 0 <= e <= MAX_POWER for _, e in powers):
            return None
        known = self.known.get(base.quantity, Interval())
        for end in (known.low, known.high):
            if end and sum(c * end ** int(e) for c, e in powers) == 0:
                made = self._stable(current)
                relation = "<=" if end > 0 else ">="
                test = Comparison(relation, base, Number(end / 2))
                return None if made is None else Where(test, current, made)
        return None

    def _together(self, current: Product) -> Node | None:
        """A product in which one factor may overflow where another vanishes, as one function.

        e/(1 + e) with e = exp(z), exp(-z^2)/q with q = erfc(z): of each variable, by itself.
        """
        cut = len(current.numerator)
        groups: dict[Node | None, list[tuple[Node, bool]]] = {}
        for place, factor in enumerate(current.children):
            variable = only_variable(replace_accesses(factor, self.spelled))
            groups.setdefault(variable, []).append((factor, place < cut))
        others = groups.pop(None, [])
        found: list[Node] = []
        for group in groups.values():
            upper, lower = ([f for f, above in group if above is side] for side in (True, False))
            part = Product(upper or [ONE], lower)
            made = self._stable(part) if len(group) > 1 and self._extreme(upper, lower) else None
            if made is None:
                others += group
            else:
                found.append(made)
        if not found:
            return None
        above, below = ([f for f, over in others if over is side] for side in (True, False))
        return Product([*above, *found], below) if above or below or len(found) > 1 else found[0]

    def _extreme(self, upper: Sequence[Node], lower: Sequence[Node]) -> bool:
        """Whether a quotient may be infinite times 0: by factors that grow, or come close to 0."""
        grow, vanish = (
            [[test(interval_of(_base(f), self.known)) for f in side] for side in (upper, lower)]
            for test in (_is_unbounded, _may_vanish)
        )
        return any((*grow[0], *vanish[1])) and any((*vanish[0], *grow[1]))

    def _kept(self, term: Monomial) -> Node | None:
        """1 minus a power of a value through the exponential that the value is made of."""
        base, exponent = term.powers[0]
        if term.coefficient != -1 or not isinstance(base, Access):
            return None
        definition = self.definitions[base.quantity]
        right = definition.right
        function = right.function if isinstance(right, Call) else ""
        row = KEPT.get(function)
        if row is None or row.power != exponent or not proved(function):
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
        """Whether a power of one named value has a limit as an end of its range."""
        if len(term.powers) != 1:
            return False
        base, exponent = term.powers[0]
        if not isinstance(base, Access) or base.quantity not in self.definitions:
            return False
        known = self.known.get(base.quantity, Interval())
        ends = [end for end in (known.low, known.high) if end is not None]
        if exponent <= 0 or exponent.denominator != 1 or not ends:
            return False
        if exponent % 2 == 0:  # 0 is the other end
            ends = [max(ends, key=abs)] if len(ends) == 2 else []
        return any(term.coefficient * end ** int(exponent) == limit for end in ends)


def _variable(root: Node) -> Node | None:
    """What an elementwise expression is a function of, where that is one thing."""
    if root.height or root.size > MAX_OPENED or isinstance(root, Access):
        return None
    read = dict.fromkeys(accesses(root))
    return next(iter(read)) if len(read) == 1 else only_variable(root)


def _base(factor: Node) -> Node:
    """What a positive power grows and vanishes with."""
    powers = split(factor).powers
    return powers[0][0] if len(powers) == 1 and powers[0][1] > 0 else factor


def _is_placed(root: Node) -> bool:
    """Whether a value depends on a place, or on a size: it is no function of numbers alone."""
    return any(isinstance(n, Bracket | IndexComparison | IndexValue) for n in postorder(root))


def _is_unbounded(interval: Interval) -> bool:
    return interval.low is None or interval.high is None


def _may_vanish(interval: Interval) -> bool:
    return interval.low == 0 or interval.high == 0
