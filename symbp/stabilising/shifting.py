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

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Binder,
    Call,
    Node,
    Product,
    Reduce,
    Sum,
    postorder,
    quantities_read,
    substitute,
)
from symbp.facts import Fact
from symbp.indices import IndexExpr
from symbp.intervals import Interval, interval_of, intervals
from symbp.matching import match
from symbp.monomials import Monomial, join, split, total
from symbp.ordering import recurrent
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.explicit import Explicit
from symbp.stabilising.families import merged, of_one, tame
from symbp.stabilising.hidden import Hidden, surely_some, whole
from symbp.stabilising.masks import masks, under_logarithms
from symbp.stabilising.references import (
    Mark,
    References,
    free_letters,
    light,
    map_bases,
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
        self.works: list[_Work] = []
        self.logged = under_logarithms(system)
        self.references = References(system.equations)
        self.explicit = Explicit(
            self.references, self._explicit_part, self._as_written, self._positive
        )
        self.knowledge = Knowledge(
            self._opened,
            self._positive,
            lambda exponent: tame(exponent, self.references),
            lambda exponents: merged(exponents, self.references),
            lambda exponents: of_one(exponents, self.references),
            self._summed,
            self._masks,
        )
        self.facts = [f for f in system.facts if isinstance(f, Fact) and f.word == "positive"]

    def run(self) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
        """Read every equation, then keep what is needed."""
        for equation in self.system.equations:
            self.works.append(_Work(equation, equation))
            self._one(self.works[-1])
        works = self.works
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

    def _one(self, work: _Work) -> None:
        equation = work.old
        if recurrent(equation) or equation.target in self.closed:
            return
        right = equation.right
        if isinstance(right, Product) and equation.plain and self._hidden_name(equation.target):
            self.definitions[equation.target] = equation  # a mask may be in it
        body = right.body if isinstance(right, Reduce) else right
        scaled = read_scale(body, self.knowledge)
        value = scaled.value
        if value != body:
            made = paired(value, self.references)
            made = right.rebind(right.binders, made) if isinstance(right, Reduce) else made
            if not self._same(right, made, equation.ranges):
                return
            work.new = replace(equation, right=made)
        alone = len(self.system.producers[equation.target]) == 1
        if not scaled.exponent or not alone or not equation.plain:
            return
        if not all(light(m) for m in scaled.exponent) or of_one(
            (scaled.exponent,), self.references
        ):
            return
        if isinstance(right, Reduce):
            if right.operator == "sum":
                self._sum(work, right, scaled)
        elif light(split(scaled.rest)):
            self._enter(work, scaled)

    def _hidden_name(self, name: str) -> bool:
        return self.system.quantities[name].hidden and len(self.system.producers[name]) == 1

    def _summed(self, current: Sum, parts: Sequence[Scaled]) -> Scaled | None:
        """A sum of exponentials by themselves, but for one that a pass has shifted."""
        work = self.works[-1]
        if "/" in work.old.target and self.system.quantities[work.old.target].hidden:
            return None
        right = work.old.right
        bound = right.binders if isinstance(right, Reduce) else ()
        names = {b.name for b in bound}
        scope = (*(b for b in work.old.ranges if b.name not in names), *bound)
        return self.explicit.scaled(current, parts, scope)

    def _explicit_part(self, stem: str, ranges: Sequence[Binder], right: Node) -> Equation:
        self._define(self.works[-1], stem, ranges, right)
        return self.works[-1].before[-1]

    def _as_written(self, part: Equation) -> None:
        self.definitions[part.target] = part

    def _is_written(self, part: Equation, written: Node) -> bool:
        return self._proved(part.right, written, part.ranges, self.definitions)

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
        exponent = tuple(map_bases(m, letters) for m in scaled.exponent)
        guards = tuple(substitute(g, letters) for g in scaled.guards)
        return Scaled(access, exponent, substitute(scaled.rest, letters), guards)

    def _positive(self, root: Node) -> bool:
        return interval_of(root, self.known).positive

    def _same(self, before: Node, after: Node, ranges: Sequence[Binder]) -> bool:
        """Whether a new spelling is proved, sums inside the shifted ones opened or not."""
        if not self.explicit.settled(after, self._is_written):
            return False
        if self._proved(before, after, ranges, self.definitions):
            return True
        if not self.explicit.written:
            return False
        names = [n for n in quantities_read(before) if self.known.get(n, Interval()).positive]
        known = [Fact("positive", n) for n in names]
        facts = [*self.facts, *known]
        return proved_equal(
            before, after, ranges, self.explicit.written, self.hidden.quantities, facts
        )

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
        marks = [mark for m in exponent if (mark := self.references.mark(m)) and mark.masked]
        if not marks:
            return ()
        signed = any(mark.equation.target in self.logged for mark in marks)
        return masks(rest, rest.free, self.system, self.known, signed=signed)

    # -- sums over indices

    def _sum(self, work: _Work, right: Reduce, scaled: Scaled) -> None:
        """The scale of a sum: what does not depend on its indices, and the largest of the rest."""
        bound = frozenset(b.name for b in right.binders)
        if any(self.references.family(m) for m in scaled.exponent) and tame(
            scaled.exponent, self.references
        ):
            return  # nothing in it is large
        inner = [m for m in scaled.exponent if free_letters(m) & bound]
        outer = [m for m in scaled.exponent if not free_letters(m) & bound]
        signed = work.old.target in self.logged
        weights = masks(scaled.rest, bound, self.system, self.known, signed=signed)
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
