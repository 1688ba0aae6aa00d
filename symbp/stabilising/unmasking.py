"""Masked values without their mask, where the condition of the mask holds.

    p[k] = where(c[k] > 0, exp(z[k]), 0)/s        bare/p[k] = exp(z[k])/s
    where(c[k] > 0, y[k]*ln(p[k]), 0)             where(c[k] > 0, y[k]*ln(bare/p[k]), 0)
    y[k]*ln(p[k])                                 where(c[k] > 0, y[k]*ln(bare/p[k]), y[k]*ln(p[k]))

A logarithm or a quotient of a masked exponential cannot be spelled through its exponent: it has
none where the mask is 0. So what is read there is the value without its mask (`supports.py`), if
the conditions of the branch give that of the mask (`consequences.py`); and a logarithm that stands
in no branch is given one. The law is that of branches,

    where(c, q, 0) = where(c, r, 0)   gives   where(c, f(q), g) = where(c, f(r), g)

and its premise is proved for each value that is read so. Only what is made of exponentials, and
stands under a logarithm or a bar, is read without its mask: all else is right with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Binder,
    Bracket,
    Call,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    quantities_read,
    substitute,
)
from symbp.facts import Fact, words_implied
from symbp.ordering import recurrent
from symbp.stabilising.consequences import conjuncts, follows
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.hidden import Hidden, stem_of_name
from symbp.stabilising.rewrites import Rewrite
from symbp.stabilising.supports import Known, Support, support_of
from symbp.systems import EquationSystem

__all__ = ["unmask"]

_LOGARITHMS = ("ln", "log2", "log10")
_VANISHING = ("exp", "sigmoid")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: what holds there, and whether 0 would do harm."""

    held: tuple[Node, ...] = ()
    sharp: bool = False

    def under(self, condition: Node, *, truth: bool = True) -> _Place:
        more = conjuncts(condition, truth=truth)
        return replace(self, held=tuple(dict.fromkeys((*self.held, *more))))

    def bound(self, binders: Sequence[Binder]) -> _Place:
        names = {b.name for b in binders}
        return _Place(tuple(c for c in self.held if not c.free & names))


_Part = tuple[Node, _Place]
#: What a node is made of at its place, and how it is put together again.
_Plan = tuple[list[_Part], Callable[[list[Node]], Node]]


def unmask(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with masked values read without their mask where it holds, and what was done."""
    work = _Unmasking(system)
    originals = dict(system.originals)
    done: list[Rewrite] = []
    equations: list[Equation] = []
    for equation in system.equations:
        made = equation
        if equation.target not in closed and not recurrent(equation):
            made = replace(equation, right=work.read(equation.right))
            work.learn(equation)
        if made.right is not equation.right:
            originals[made] = originals.pop(equation, equation)
            done.append(Rewrite("unmask", equation, made))
        equations.append(made if made.right is not equation.right else equation)
    if not done:
        return system, ()
    return work.hidden.rebuilt(work.with_bare(equations), originals), tuple(done)


class _Unmasking:
    """One run over the equations in their order."""

    def __init__(self, system: EquationSystem) -> None:
        self.system = system
        self.hidden = Hidden(system)
        self.facts = [f for f in system.facts if isinstance(f, Fact)]
        self.binary = frozenset(f.quantity for f in self.facts if "binary" in words_implied(f.word))
        self.known = Known(self._named, self.binary)
        #: by name: the equation of a masked quantity, its conditions, that of what it is there
        self.bare: dict[str, tuple[Equation, tuple[Node, ...], Equation]] = {}
        #: quantities that are made of exponentials
        self.vanishing: set[str] = set()

    # -- what is 0 under a condition

    def learn(self, equation: Equation) -> None:
        """The value of a masked quantity where its mask holds, under a name."""
        name, right = equation.target, equation.right
        if not self._vanishes(right):
            return
        self.vanishing.add(name)
        if "/" in name and self.system.quantities[name].hidden:
            return  # a pass wrote it as it is to be read
        alone = len(self.system.producers[name]) == 1
        found = support_of(right, self.known) if alone and equation.plain else None
        if found is None or found.bare.free - frozenset(equation.letters):
            return
        stem = f"bare/{stem_of_name(equation.left)}"
        made = self.hidden.define(stem, equation.ranges, found.bare)
        if self._proved(equation, found, made):
            self.bare[name] = equation, found.conditions, made
        else:
            self.hidden.forget([made])

    def _proved(self, equation: Equation, found: Support, made: Equation) -> bool:
        whole = _all(found.conditions)
        definitions: dict[str, Equation] = {}
        for masked, _, bare in self.bare.values():
            definitions |= {masked.target: masked, bare.target: bare}
        before, after = (Where(whole, value, ZERO) for value in (equation.right, made.right))
        known = self.hidden.quantities
        return proved_equal(before, after, equation.ranges, definitions, known, self.facts)

    def _named(self, access: Access) -> Support | None:
        found = self.bare.get(access.quantity)
        if found is None:
            return None
        equation, conditions, made = found
        letters = dict(zip(equation.letters, access.indices, strict=True))
        there = tuple(substitute(c, letters) for c in conditions)
        return Support(there, Access(made.target, access.indices))

    def _vanishes(self, root: Node) -> bool:
        if self.vanishing.intersection(quantities_read(root)):
            return True
        return any(isinstance(n, Call) and n.function in _VANISHING for n in postorder(root))

    def with_bare(self, equations: Sequence[Equation]) -> list[Equation]:
        """The equations with those of the values that are read, each after the masked one."""
        wanted = {a.quantity for e in equations for a in accesses(e.right)}
        for _, _, made in reversed(self.bare.values()):
            if made.target in wanted:
                wanted.update(quantities_read(made.right))
            else:
                self.hidden.forget([made])
        found: list[Equation] = []
        for equation in equations:
            found.append(equation)
            if equation.target in self.bare:
                made = self.bare[equation.target][2]
                found += [made] if made.target in wanted else []
        return found

    # -- what is read

    def read(self, root: Node) -> Node:
        """A right side with its masked values read without their mask."""
        if not self.bare and not self._vanishes(root):
            return root
        done: dict[_Part, Node] = {}
        plans: dict[_Part, _Plan] = {}
        stack: list[_Part] = [(root, _Place())]
        while stack:
            part = stack[-1]
            if part in done:
                stack.pop()
                continue
            if part not in plans:
                plans[part] = self._plan(*part)
                stack += reversed(plans[part][0])
                continue
            parts, build = plans[part]
            done[part] = build([done[p] for p in parts])
            stack.pop()
        return done[root, _Place()]

    def _plan(self, root: Node, place: _Place) -> _Plan:
        """What a node becomes."""
        logarithms = [n for n in _factors(root) if isinstance(n, Call) and _is_logarithm(n)]
        for current in logarithms:
            support = self._support(current.arguments[0])
            if support is None or follows(_all(support.conditions), place.held, self.binary):
                continue
            whole = _all(support.conditions)
            if place.held != (outside := place.under(whole, truth=False)).held:
                parts = [(root, place.under(whole)), (root, outside)]
                return parts, partial(_branch, whole)
        if place.sharp:
            support = self._support(root)
            if support and follows(_all(support.conditions), place.held, self.binary):
                return ([(support.bare, place)], _first) if support.bare != root else _kept(root)
        return _spread(root, place)

    def _support(self, root: Node) -> Support | None:
        return support_of(root, self.known) if self._vanishes(root) else None


def _spread(root: Node, place: _Place) -> _Plan:
    """The children of a node, each at its place."""
    if not root.children:
        return _kept(root)
    plain = replace(place, sharp=False)
    places = [replace(place, sharp=_is_sharp(root, place))] * len(root.children)
    if isinstance(root, Where):
        inside, outside = (place.under(root.condition, truth=truth) for truth in (True, False))
        places = [plain, inside, outside]
    elif isinstance(root, Product):
        inner = place
        for factor in root.numerator:
            inner = inner.under(factor.condition) if isinstance(factor, Bracket) else inner
        below = replace(inner, sharp=True)
        places = [
            plain if isinstance(factor, Bracket) else inner if n < len(root.numerator) else below
            for n, factor in enumerate(root.children)
        ]
    elif isinstance(root, Reduce):
        places = [place.bound(root.binders)] * len(root.children)
    parts = list(zip(root.children, places, strict=True))

    def build(made: list[Node]) -> Node:
        same = all(a is b for a, b in zip(made, root.children, strict=True))
        return root if same else root.rebuild(made)

    return parts, build


def _is_sharp(root: Node, place: _Place) -> bool:
    """Whether a 0 in an operand does harm."""
    if isinstance(root, Power):
        exponent = root.exponent
        return place.sharp or (isinstance(exponent, Number) and exponent.value < 0)
    if isinstance(root, Call):
        return root.function in _LOGARITHMS or (root.function == "sqrt" and place.sharp)
    return place.sharp and isinstance(root, Sum)


def _factors(root: Node) -> tuple[Node, ...]:
    return root.numerator if isinstance(root, Product) else (root,)


def _is_logarithm(root: Call) -> bool:
    return root.function in _LOGARITHMS


def _all(conditions: Sequence[Node]) -> Node:
    return conditions[0] if len(conditions) == 1 else Logical("and", tuple(conditions))


def _branch(condition: Node, made: list[Node]) -> Node:
    return Where(condition, made[0], made[1])


def _first(made: list[Node]) -> Node:
    return made[0]


def _kept(root: Node) -> _Plan:
    return [], lambda made: root
