"""Sums of exponentials shifted by their largest term, in every equation that can tell.

    s[n] = sum(l, exp(z[n,l]))            m[n] = max(l, z[n,l]);  t[n] = sum(l, exp(z[n,l] - m[n]))
    p[n,k] = exp(z[n,k])/s[n]             p[n,k] = exp(z[n,k] - m[n])/t[n]
    L[n] = ln(s[n])                       L[n] = m[n] + ln(t[n])

No pattern is looked for. Each quantity that is an exponential times something is read as such
(`scales.py`); a sum over indices takes the part of the exponent that does not depend on them out,
and the largest of what does. An equation in which scales meet, or under whose logarithm one stands,
is written anew; the others stay as they are, and what nobody reads then falls away. The law

    sum(l, exp(u[l])*c[l])  =  exp(m) * sum(l, exp(u[l] - m)*c[l])

holds for every m, so that nothing has to be known of m to prove it, and it may only be used after
the last differentiation: the derivative of a maximum is another matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    ONE,
    Access,
    Binder,
    Call,
    Node,
    Product,
    Reduce,
    Sum,
    accesses,
    postorder,
    quantities_read,
    substitute,
)
from symbp.facts import Fact
from symbp.indices import IndexExpr
from symbp.intervals import Interval, interval_of, intervals
from symbp.matching import match, replace_nodes
from symbp.monomials import Monomial, join, split, total
from symbp.ordering import recurrent
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.hidden import Hidden, surely_some, whole
from symbp.stabilising.masks import masks
from symbp.stabilising.references import (
    Mark,
    References,
    free_letters,
    light,
    one_base,
    paired,
    scaled_by,
    stem_of,
    wanted_extremum,
)
from symbp.stabilising.rewrites import Rewrite
from symbp.stabilising.scales import (
    Exponent,
    Knowledge,
    Scaled,
    collected,
    compose,
    different_exponents,
    read_scale,
    split_one,
)
from symbp.systems import EquationSystem

__all__ = ["shift"]


@dataclass(slots=True)
class _Entry:
    """A quantity with a scale: its letters, and what an access stands for."""

    letters: tuple[str, ...]
    scaled: Scaled


@dataclass
class _Work:
    """An equation on its way.

    Attributes:
        old, new: how it stood, and how it is computed.
        before: what is computed before it.
        total: the shifted sum, for a sum over exponentials.
        put_back: its spelling through that, for where it is still read.
    """

    old: Equation
    new: Equation
    before: list[Equation] = field(default_factory=list)
    total: str | None = None
    put_back: Node | None = None


def shift(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with its sums of exponentials shifted where that matters, and what was done.

    Args:
        system: forward and adjoint equations, normalised.
        closed: computed quantities whose values somebody else gives: they are not looked into.
    """
    if not any(_exponential(e.right) for e in system.equations):
        return system, ()
    return _Shifting(system, closed).run()


def _exponential(root: Node) -> bool:
    return any(isinstance(n, Call) and n.function == "exp" for n in postorder(root))


class _Shifting:
    """One run over the equations in their order."""

    def __init__(self, system: EquationSystem, closed: frozenset[str]) -> None:
        self.system = system
        self.closed = closed
        self.hidden = Hidden(system)
        self.known: dict[str, Interval] = intervals(system)
        self.entries: dict[str, _Entry] = {}
        #: definitions that a proof may open: of quantities with a scale, and of shifted sums
        self.definitions: dict[str, Equation] = {}
        self.totals: list[Equation] = []
        #: sums of different exponentials by themselves, and the names that were given to them
        self.explicit: dict[Node, Access] = {}
        self.spelled: dict[str, Equation] = {}
        self.references = References(system.equations)
        self.knowledge = Knowledge(self._opened, self._positive, self.references.tame, self._masks)
        self.facts = [f for f in system.facts if isinstance(f, Fact) and f.word == "positive"]

    def run(self) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
        """Read every equation, then keep what is needed."""
        works = [self._one(equation) for equation in self.system.equations]
        self._put_back(works)
        needed = self._needed(works)
        kept = [w for w in works if w.new.target in needed]
        done = [Rewrite("shift", w.old, w.new) for w in kept if w.new is not w.old]
        if not done:
            return self.system, ()
        equations = [e for w in works for e in (*w.before, w.new) if e.target in needed]
        originals: dict[Equation, Equation] = {}
        for work in kept:
            known = self.system.originals.get(work.old)
            if known is not None or work.new is not work.old:
                originals[work.new] = known or work.old
        return self.hidden.rebuilt(equations, originals), tuple(done)

    # -- one equation

    def _one(self, equation: Equation) -> _Work:
        work = _Work(equation, equation)
        if recurrent(equation) or equation.target in self.closed:
            return work
        right = equation.right
        if isinstance(right, Product) and equation.plain and self._hidden_name(equation.target):
            self.definitions[equation.target] = equation  # a mask may be in it
        body = right.body if isinstance(right, Reduce) else right
        scaled = read_scale(self._named_sums(work, body), self.knowledge)
        value = self._spelled(scaled.value)
        if value != body:
            made = paired(value, self.references)
            made = right.rebind(right.binders, made) if isinstance(right, Reduce) else made
            if not self._proved(right, made, equation.ranges, self.definitions):
                return work
            work.new = replace(equation, right=made)
        alone = len(self.system.producers[equation.target]) == 1
        if not scaled.exponent or not alone or not equation.plain:
            return work
        if not all(light(m) for m in scaled.exponent):
            return work
        if isinstance(right, Reduce):
            if right.operator == "sum":
                self._sum(work, right, scaled)
        elif light(split(scaled.rest)):
            self._enter(work, scaled)
        return work

    def _hidden_name(self, name: str) -> bool:
        return self.system.quantities[name].hidden and len(self.system.producers[name]) == 1

    def _named_sums(self, work: _Work, body: Node) -> Node:
        """Sums of different exponentials, exp(a) + exp(b), under names with a scale."""
        replaced: dict[Node, Node] = {}
        if "/" in work.old.target and self.system.quantities[work.old.target].hidden:
            return body  # a shifted sum is one of those
        for current in postorder(body):
            if isinstance(current, Sum) and (terms := different_exponents(current)) is not None:
                place = self._explicit(work, current, terms)
                if place is not None:
                    replaced[current] = place
        return replace_nodes(body, replaced) if replaced else body

    def _explicit(self, work: _Work, current: Sum, terms: Sequence[Exponent]) -> Access | None:
        """The name of a sum of exponentials, known to be the largest of them times another sum."""
        known = self.explicit.get(current)
        if known is not None:
            return known
        right = work.old.right
        bound = right.binders if isinstance(right, Reduce) else ()
        names = {b.name for b in bound}
        scope = (*(b for b in work.old.ranges if b.name not in names), *bound)
        ranges = tuple(b for b in scope if b.name in current.free)
        if len(ranges) < len(current.free) or not all(whole(b) for b in ranges):
            return None
        stem = stem_of(terms[0])
        largest = Call("max", [total(e) for e in terms])
        reference = self._define(work, f"max/{stem}", ranges, largest)
        self.references.marks[reference.quantity] = Mark(work.old, -1, whole=True)
        minus = Monomial(Fraction(-1), ((reference, Fraction(1)),))
        shifted = [compose(collected((*e, minus)), ONE) for e in terms]
        signs = (sign for sign, _ in current.terms)
        body = Sum(tuple(zip(signs, shifted, strict=True)))
        place = self._define(work, f"total/{stem}", ranges, body)
        self.definitions[place.quantity] = work.before[-1]
        name = self._define(work, f"sum/{stem}", ranges, current)
        definition = work.before.pop()  # it is opened, or seen through: nobody computes it
        self.definitions[name.quantity] = self.spelled[name.quantity] = definition
        exponent = (split_one(reference),)
        self.entries[name.quantity] = _Entry(definition.letters, Scaled(name, exponent, place))
        self.explicit[current] = name
        return name

    def _spelled(self, value: Node) -> Node:
        """Names of sums of exponentials that nothing was made of, as their author wrote them."""
        table: dict[Node, Node] = {
            a: self.spelled[a.quantity].right for a in accesses(value) if a.quantity in self.spelled
        }
        return replace_nodes(value, table) if table else value

    def _enter(self, work: _Work, scaled: Scaled) -> None:
        entry = replace(scaled, literal=work.old.left, met=False)
        self.entries[work.old.target] = _Entry(work.old.letters, entry)
        self.definitions[work.old.target] = work.old

    def _opened(self, access: Access) -> Scaled | None:
        entry = self.entries.get(access.quantity)
        if entry is None:
            return None
        letters = dict(zip(entry.letters, access.indices, strict=True))
        scaled = entry.scaled
        exponent = tuple(
            Monomial(m.coefficient, tuple((substitute(b, letters), e) for b, e in m.powers))
            for m in scaled.exponent
        )
        guards = tuple(substitute(g, letters) for g in scaled.guards)
        return Scaled(access, exponent, substitute(scaled.rest, letters), guards)

    def _positive(self, root: Node) -> bool:
        return interval_of(root, self.known).positive

    def _proved(
        self,
        before: Node,
        after: Node,
        ranges: Sequence[Binder],
        definitions: Mapping[str, Equation],
    ) -> bool:
        return proved_equal(before, after, ranges, definitions, self.hidden.quantities, self.facts)

    def _masks(self, exponent: Exponent, rest: Node) -> Sequence[Node]:
        """Where a mask was left out of a maximum, exp may overflow behind it: 0·inf is no 0."""
        marks = (self.references.mark(m) for m in exponent)
        if not any(mark is not None and mark.masked for mark in marks):
            return ()
        return masks(rest, rest.free, self.system, self.known)

    # -- sums over indices

    def _sum(self, work: _Work, right: Reduce, scaled: Scaled) -> None:
        """The scale of a sum: what does not depend on its indices, and the largest of the rest."""
        bound = frozenset(b.name for b in right.binders)
        inner = [m for m in scaled.exponent if free_letters(m) & bound]
        outer = [m for m in scaled.exponent if not free_letters(m) & bound]
        weights = masks(scaled.rest, bound, self.system, self.known)
        reference = self._reference(work, inner, right.binders, scaled, weights) if inner else ()
        if reference is None:
            return
        exponent = collected((*outer, *reference))
        if not exponent:
            return  # its author has shifted it
        minus = [Monomial(-m.coefficient, m.powers) for m in reference]
        guards = tuple(dict.fromkeys((*scaled.guards, *weights)))
        body = compose(collected((*inner, *minus)), scaled.rest, guards)
        place = self._total(work, Reduce("sum", right.binders, body), stem_of(scaled.exponent))
        self._enter(work, Scaled(work.old.left, exponent, place))
        work.total, work.put_back = place.quantity, compose(exponent, place)

    def _total(self, work: _Work, shifted: Reduce, stem: str) -> Access:
        """A shifted sum under a name; one that has a name is not computed again."""
        for known in self.totals:
            found = match(known.right, shifted, frozenset(known.letters))
            if found is not None and all(name in found for name in known.letters):
                return Access(known.target, [found[name] for name in known.letters])
        place = self._define(work, f"total/{stem}", work.old.ranges, shifted)
        self.totals.append(work.before[-1])
        self.definitions[place.quantity] = work.before[-1]
        return place

    def _reference(
        self,
        work: _Work,
        inner: list[Monomial],
        binders: Sequence[Binder],
        scaled: Scaled,
        weights: Sequence[Node],
    ) -> tuple[Monomial, ...] | None:
        """What is subtracted from the exponent, as terms; None where it cannot be named."""
        names = {n for m in inner for n in free_letters(m)}
        over = [b for b in binders if b.name in names]
        bound = frozenset(b.name for b in over)
        every = frozenset(b.name for b in binders)
        both = dict.fromkeys((*scaled.guards, *weights))
        guards = [g for g in both if g.free & bound]
        if not all(surely_some(b, work.old.ranges) for b in over):
            return None
        if any(g.free & (every - bound) for g in guards):
            return None
        base, factor = one_base(inner, bound)
        value = interval_of(join(factor), self.known)
        masked = bool(weights)
        if base is not None and value.nonzero:
            operator, sign = ("max", -1) if value.positive else ("min", 1)
            wanted = wanted_extremum(operator, over, base, guards)
            place = self._extremum(
                work, wanted, stem_of(inner), Mark(work.old, sign, masked=masked)
            )
            return None if place is None else (scaled_by(factor, place),)
        if base is not None and len(over) == 1 and not guards:
            sign = -1 if factor.coefficient > 0 else 1
            wanted = wanted_extremum("argmax", over, total(inner), ())
            winner = self._extremum(work, wanted, stem_of(inner), Mark(work.old, sign))
            if winner is None:
                return None
            letters = {over[0].name: IndexExpr.gather(winner.quantity, winner.indices)}
            return (scaled_by(factor, substitute(base, letters)),)
        wanted = wanted_extremum("max", over, total(inner), guards)
        mark = Mark(work.old, -1, whole=True, masked=masked)
        place = self._extremum(work, wanted, stem_of(inner), mark)
        return None if place is None else (split_one(place),)

    def _extremum(self, work: _Work, wanted: Reduce, stem: str, mark: Mark) -> Access | None:
        """The place of a maximum under its name, which is given to it where it has none."""
        known = self.references.known(wanted)
        if known is not None:
            self.references.marks.setdefault(known.quantity, mark)
            return known
        ranges = tuple(b for b in work.old.ranges if b.name in wanted.free)
        if len(ranges) < len(wanted.free) or not all(whole(b) for b in ranges):
            return None
        place = self._define(work, f"{wanted.operator}/{stem}", ranges, wanted)
        self.references.named.append(work.before[-1])
        self.references.marks[place.quantity] = mark
        return place

    def _define(self, work: _Work, stem: str, ranges: Sequence[Binder], right: Node) -> Access:
        made = self.hidden.define(stem, ranges, right)
        work.before.append(made)
        self.known[made.target] = interval_of(right, self.known)
        return made.left

    # -- what is kept

    def _put_back(self, works: Sequence[_Work]) -> None:
        """A sum that is still read is computed from its shifted one, where that is read as well."""
        needed = self._needed(works)
        for work in works:
            if work.put_back is None or work.total not in needed or work.old.target not in needed:
                continue
            opened = {n: e for n, e in self.definitions.items() if n != work.old.target}
            if self._proved(work.old.right, work.put_back, work.old.ranges, opened):
                work.new = replace(work.old, right=work.put_back)

    def _needed(self, works: Sequence[_Work]) -> frozenset[str]:
        """What the author's quantities are computed from, themselves included."""
        found = {n for n, q in self.system.quantities.items() if not q.hidden}
        found |= self.closed
        for work in reversed(works):
            for made in (work.new, *reversed(work.before)):
                if made.target in found:
                    found.update(quantities_read(made.right))
        return frozenset(found)
