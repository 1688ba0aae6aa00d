"""A probability minus its target, where the probability may round to 1.

    p[n] - y[n]                  (1 - y[n])*p[n] - y[n]*(1 - p[n])

Both are equal for all values, but only the second keeps what p = 1 - 1e-20 lacks to y = 1: for
targets between 0 and 1 nothing in it cancels, except at a true zero. What 1 - p is of a sigmoid,
`openings.py` says; here stands what it is of a softmax, p = e/s, whose largest e is 1:

    where(p <= 1/2, 1 - p, rest/s)      rest = sum(l, where(e[l] == 1, 0, e[l]))

A p above 1/2 has the largest e, and has it alone: e is 1 and s is 1 + rest. The same is put for
1 - p wherever that stands, and p - [k == t] is -(1 - p) or p. Of exp(q), with q the logarithm of a
softmax, 1 - exp(q) is -expm1(q): q is computed from the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Bracket,
    Call,
    Comparison,
    Node,
    Number,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    quantities_read,
    substitute,
)
from symbp.matching import match, replace_nodes
from symbp.monomials import Monomial, join, negate, split, terms_of, total
from symbp.ordering import recurrent
from symbp.quantities import Quantity
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.excess import is_log_softmax, largest_is_one, where_one
from symbp.stabilising.hidden import Hidden, stem_of_name
from symbp.stabilising.rewrites import Rewrite
from symbp.stabilising.univariate import accurate
from symbp.systems import EquationSystem

__all__ = ["split_residuals"]

_HALF = Number(Fraction(1, 2))
_ANY = Access("·p")


def split_residuals(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with differences of probabilities and targets by parts, and what was done."""
    work = _Residuals(system)
    equations: list[Equation] = []
    originals = dict(system.originals)
    done: list[Rewrite] = []
    for equation in system.equations:
        made = equation
        if equation.target not in closed and not recurrent(equation):
            made = work.one(equation)
        if made is not equation:
            originals[made] = originals.pop(equation, equation)
            done.append(Rewrite("residual", equation, made))
            equations += work.taken()
        equations.append(made)
    if not done:
        return system, ()
    return work.hidden.rebuilt(equations, originals), tuple(done)


class _Residuals:
    """One run over the equations in their order."""

    def __init__(self, system: EquationSystem) -> None:
        self.system = system
        self.hidden = Hidden(system)
        #: for each quantity, the given ones that it is computed from, a bit for each of them
        self.sources: dict[str, int] = {}
        #: quantities that are data, or made of data without any function
        self.data = {name for name in system.quantities if name not in system.producers}
        for equation in system.equations:
            found = self._sources(equation.right)
            self.sources[equation.target] = self.sources.get(equation.target, 0) | found
            read = quantities_read(equation.right)
            called = any(isinstance(n, Call) for n in postorder(equation.right))
            plain = not called and self.data.issuperset(read)
            if plain and len(system.producers[equation.target]) == 1:
                self.data.add(equation.target)
        #: sums without their largest terms, by the name of the sum
        self.rests: dict[str, str] = {}
        self._new: list[Equation] = []

    def taken(self) -> list[Equation]:
        """The equations that the last one needs, each once."""
        found, self._new = self._new, []
        return found

    def one(self, equation: Equation) -> Equation:
        """An equation with each of its residuals by parts; itself where there is none."""
        right = equation.right
        body = right.body if isinstance(right, Reduce) else right
        replaced: dict[Node, Node] = {}
        for current, others in _standing(body):
            made = self._residual(current, others, equation)
            if made is not None:
                replaced[current] = made
        chosen = {n.then for n in postorder(body) if isinstance(n, Where)}
        for inner in postorder(body):
            made = self._remainder(inner) if isinstance(inner, Sum) else None
            if made is not None and inner not in replaced and inner not in chosen:
                replaced[inner] = made
        if not replaced:
            return equation
        made = replace_nodes(body, replaced)
        whole = right.rebind(right.binders, made) if isinstance(right, Reduce) else made
        return replace(equation, right=whole)

    def _remainder(self, current: Sum) -> Node | None:
        """1 - p of a named softmax, wherever it stands."""
        one = [sign for sign, t in current.terms if t == ONE]
        names = [t for sign, t in current.terms if sign < 0 and isinstance(t, Access)]
        if len(current.terms) != 2 or one != [1] or len(names) != 1:
            return None
        made = self._complement(names[0])
        return made if isinstance(made, Where) else None

    def _residual(self, current: Sum, beside: Node, equation: Equation) -> Node | None:
        terms = terms_of(current)
        for place, term in enumerate(terms):
            others = total([*terms[:place], *terms[place + 1 :]])
            for probability, factor in _probabilities(term, self.system):
                made = None
                if self._apart(probability, (join(factor), others), beside):
                    made = self._by_parts(probability, factor, others, equation)
                if made is not None:
                    return made
        return None

    def _by_parts(
        self, probability: Node, factor: Monomial, others: Node, equation: Equation
    ) -> Node | None:
        """`factor·p + others` as `(factor + others)·p + others·(1 - p)`."""
        complement = self._complement(probability)
        if complement is None:
            return None
        sign = -1 if factor.coefficient < 0 else 1
        scale = join(Monomial(factor.coefficient * sign, factor.powers))
        target = negate(others) if sign > 0 else others
        beside = Sum(((1, scale), (-1, target)))
        before = Sum(((sign, Product((scale, _ANY))), (-sign, target)))
        after = _parts(_ANY, beside, target, Sum(((1, ONE), (-1, _ANY))), sign)
        inner = equation.right.binders if isinstance(equation.right, Reduce) else ()
        known = {**self.hidden.quantities, _ANY.quantity: Quantity(_ANY.quantity)}
        if not proved_equal(before, after, (*equation.ranges, *inner), {}, known):
            return None
        return _parts(probability, beside, target, complement, sign)

    def _sources(self, *roots: Node) -> int:
        found = 0
        for name in quantities_read(*roots):
            if name not in self.sources:  # a given one
                self.sources[name] = 1 << len(self.sources)
            found |= self.sources[name]
        return found

    def _apart(self, probability: Node, others: Sequence[Node], beside: Node) -> bool:
        """Whether the rest is data of its own: it reads something, and nothing that p does.

        What is 0 or 1 may be anything: 1 - p and -p are what the difference is.
        """
        if _is_label(*map(split, others)):
            return True
        names = {name for root in others for name in quantities_read(root)}
        some = bool(names) or any(isinstance(n, Bracket) for o in others for n in postorder(o))
        # one number for all, as a temperature, does not vanish where the difference does
        more = () if self._is_one_number(beside) else (beside,)
        apart = not self._sources(probability) & self._sources(*others, *more)
        return some and apart and self.data.issuperset(names)

    def _is_one_number(self, beside: Node) -> bool:
        """Whether all that it reads are given numbers without indices."""
        read = quantities_read(beside)
        return self.data.issuperset(read) and all(a.indices == () for a in accesses(beside))

    # -- 1 minus a probability

    def _complement(self, probability: Node) -> Node | None:
        if isinstance(probability, Call) and probability.function == "exp":
            return negate(Call("expm1", probability.arguments))
        if isinstance(probability, Call):
            return Call("sigmoid", (negate(probability.arguments[0]),))
        if not isinstance(probability, Access):
            return self._beside(probability, probability)
        producers = self.system.producers.get(probability.quantity, ())
        if len(producers) != 1 or not producers[0].plain:
            return None
        right = producers[0].right
        spelled = accurate(right)
        if isinstance(spelled, Call) and spelled.function == "sigmoid":
            return Sum(((1, ONE), (-1, probability)))
        letters = dict(zip(producers[0].letters, probability.indices, strict=True))
        return self._beside(substitute(right, letters), probability)

    def _beside(self, quotient: Node, value: Node) -> Node | None:
        """1 minus a quotient e/s through the other terms of s, where s is a sum of such e."""
        powers = split(quotient).powers
        if (
            split(quotient).coefficient != 1
            or len(powers) != 2
            or {e for _, e in powers} != {1, -1}
        ):
            return None
        (above,), (below,) = ([b for b, e in powers if e == sign] for sign in (1, -1))
        rest = self._rest(above, below) if isinstance(below, Access) else None
        if rest is None:
            return None
        others = Product((rest,), (below,))
        return Where(Comparison("<=", value, _HALF), Sum(((1, ONE), (-1, value))), others)

    def _rest(self, above: Node, below: Access) -> Node | None:
        """The sum below without its largest terms, if the term above is one of those it adds."""
        producers = self.system.producers.get(below.quantity, ())
        if len(producers) != 1 or not producers[0].plain:
            return None
        equation = producers[0]
        letters = dict(zip(equation.letters, below.indices, strict=True))
        known = self._known_rest(equation)
        right = known[1] if known else equation.right
        if not isinstance(right, Reduce) or right.operator != "sum":
            return None
        term = right.body.otherwise if known and isinstance(right.body, Where) else right.body
        bound = frozenset(b.name for b in right.binders)
        if match(substitute(term, letters), above, bound) is None:
            return None
        if known:
            return Access(known[0], below.indices)
        if not largest_is_one(right, self.system):
            return None
        if below.quantity not in self.rests:
            body = where_one(right.body, ZERO, None)
            stem = f"rest/{stem_of_name(equation.left)}"
            made = self.hidden.define(stem, equation.ranges, right.rebind(right.binders, body))
            self.rests[below.quantity] = made.target
            self._new.append(made)
        return Access(self.rests[below.quantity], below.indices)

    def _known_rest(self, equation: Equation) -> tuple[str, Node] | None:
        """The rest of a sum that was taken apart already: its name, and what it adds."""
        if not isinstance(equation.right, Sum):
            return None
        for _, part in equation.right.terms:
            producers = (
                self.system.producers.get(part.quantity, ()) if isinstance(part, Access) else ()
            )
            right = producers[0].right if len(producers) == 1 else None
            if isinstance(right, Reduce) and isinstance(part, Access):
                body = right.body
                one = isinstance(body, Where) and body.then == ZERO
                if one and isinstance(body, Where) and body.condition == _is_one(body.otherwise):
                    return part.quantity, right
        return None


def _is_one(term: Node) -> Node:
    return Comparison("==", term, ONE)


def _standing(body: Node) -> Iterator[tuple[Sum, Node]]:
    """The sums that are a factor of a right side, or all of it, with the other factors.

    A square, or a product with p (1 - p), is small where the residual is: nothing is gained there.
    """
    whole = split(body)
    for base, exponent in whole.powers:
        if exponent == 1 and isinstance(base, Sum) and len(base.terms) > 1:
            rest = tuple(p for p in whole.powers if p[0] is not base)
            yield base, join(Monomial(whole.coefficient, rest))


def _probabilities(term: Monomial, system: EquationSystem) -> Iterator[tuple[Node, Monomial]]:
    """Names, sigmoids and quotients among the factors of a term, each with the other factors."""
    for base, exponent in term.powers:
        if exponent != 1:
            continue
        others = [p for p in term.powers if p[0] is not base]
        if isinstance(base, Access) or _is_probability(base, system):
            yield base, Monomial(term.coefficient, tuple(others))
        if isinstance(base, Access | Call | Where):
            for below, power in others:
                if power == -1 and isinstance(below, Access):
                    rest = tuple(p for p in others if p[0] is not below)
                    yield Product((base,), (below,)), Monomial(term.coefficient, rest)


def _is_label(factor: Monomial, target: Monomial) -> bool:
    """Whether p stands beside what is 0 or 1 of the same size, with the opposite sign."""
    bases = [base for base, exponent in target.powers if exponent == 1]
    opposite = target.coefficient == -factor.coefficient and not factor.powers
    return opposite and len(target.powers) == 1 and any(isinstance(b, Bracket) for b in bases)


def _is_probability(base: Node, system: EquationSystem) -> bool:
    """Whether it is a sigmoid, or the exponential of a named logarithm of a softmax."""
    if not isinstance(base, Call) or base.function != "exp":
        return isinstance(base, Call) and base.function == "sigmoid"
    inner = base.children[0]
    return isinstance(inner, Access) and is_log_softmax(inner, system)


def _parts(probability: Node, beside: Node, target: Node, complement: Node, sign: int) -> Node:
    """`±(beside·p - target·(1 - p))`; for the target of a label one of the two is 0."""
    if isinstance(target, Bracket) and beside == Sum(((1, ONE), (-1, target))):
        label, other = complement, probability
        if sign > 0:
            return Where(target.condition, negate(label), other)
        return Where(target.condition, label, negate(other))
    return Sum(((sign, Product((beside, probability))), (-sign, Product((target, complement)))))
