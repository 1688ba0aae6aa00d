"""Hidden equations: what a pass wants of an equation that its author need not write.

*Inner sums.* Each `Reduce` that is not a whole right side becomes an equation of its own over
exactly its free indices: `p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))` reads `_1[n]` afterwards.
*Shared parts.* Only an equation that is large as a tree, or deep, has parts that are used twice
named (opened sums and products closed first, `refolding.py`), and is cut where it is too deep; a
DAG with 2^40 leaves enters as some forty equations.

A part that stands in a branch of a `where` and may be undefined elsewhere (a quotient, a logarithm,
an access that may leave its range) takes the condition along, `_1 = sum(j, where(c, 1/x[j], 0))`,
a value that nobody reads where the condition fails. A part under an index with a range of its own
stays where it is, and so does every part of a recurrence. Idempotent; one walk over each equation,
in which a node counts once for each way in which its free indices are bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from symbp.equations import Equation
from symbp.errors import LimitExceeded
from symbp.expressions import (
    ZERO,
    Abstraction,
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    TensorOperator,
    Where,
    fresh_letter,
    substitute,
)
from symbp.functions import FUNCTIONS
from symbp.indices import IndexExpr
from symbp.monomials import split
from symbp.ordering import recurrent
from symbp.quantities import Axis, Quantity
from symbp.refolding import refold
from symbp.systems import EquationSystem

__all__ = ["MAX_DEPTH", "MAX_TREE", "Namer", "Pieces", "Visit", "letters_and_extents", "normalise"]

#: An equation with more nodes than this, shared ones counted each time, has shared parts named.
MAX_TREE = 400
#: An equation deeper than this is cut.
MAX_DEPTH = 60
#: Parts of one equation that stand under several conditions, counted once for each.
MAX_VISITS = 20_000

_PARTIAL_CALLS = frozenset(
    ("tan", "arcsin", "arccos", "arccosh", "arctanh", "log1p", "ln", "sqrt", "log2", "log10")
)

Scope = Mapping[str, Binder]
Guard = tuple[tuple[Node, bool], ...]
Key = tuple[object, ...]


def normalise(system: EquationSystem) -> EquationSystem:
    """The system with inner sums, and shared parts of large equations, as hidden equations.

    Raises:
        LimitExceeded: conditions inside one another unfold to more than `MAX_VISITS` parts.
    """
    quantities = dict(system.quantities)
    namer = Namer(dict.fromkeys((*quantities, *letters_and_extents(system))))
    equations: list[Equation] = []
    originals = dict(system.originals)
    for equation in system.equations:
        made = Pieces(equation, namer, quantities).run()
        equations.extend(made.hidden)
        equations.append(made.equation)
        if made.hidden:
            originals[made.equation] = originals.pop(equation, equation)
        quantities.update((q.name, q) for q in made.quantities)
    if len(equations) == len(system.equations):
        return system
    return EquationSystem(
        _in_order(quantities, equations),
        tuple(equations),
        system.facts,
        originals,
        system.decimals,
    )


@dataclass
class Namer:
    """Names _1, _2, ... that nothing else has."""

    taken: dict[str, None]
    stem: str = "_"
    number: int = 0

    def fresh(self) -> str:
        """The next free name."""
        while True:
            self.number += 1
            name = f"{self.stem}{self.number}"
            if name not in self.taken:
                self.taken[name] = None
                return name


@dataclass
class Visit:
    """A node at a place: how its free indices are bound, and under which condition."""

    node: Node
    scope: Scope
    guard: Guard
    key: Key
    below: tuple[Visit, ...] = ()
    uses: int = 0
    root: bool = False


@dataclass
class Pieces:
    """The work on one equation: a walk down, then a rebuilding from the leaves up.

    Attributes:
        equation: the equation; after `run` what is left of it.
        namer: gives the pieces their names.
        known: quantities so far, by name.
        hidden: after `run` the equations of the pieces, in order.
        quantities: and what they define.
        largest: equations with more nodes, shared ones counted each time, have shared parts named.
    """

    equation: Equation
    namer: Namer
    known: Mapping[str, Quantity]
    hidden: list[Equation] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    done: dict[Key, Node] = field(default_factory=dict)
    named: dict[tuple[object, ...], Node] = field(default_factory=dict)
    total: dict[int, bool] = field(default_factory=dict)
    kept: list[Node] = field(default_factory=list)
    largest: int = MAX_TREE

    def run(self) -> Pieces:
        """Name the pieces; `equation` then is what is left."""
        right = self.equation.right
        inner = right.body.height if isinstance(right, Reduce) else right.height
        large = right.size > self.largest
        if recurrent(self.equation) or not (inner or large or right.depth > MAX_DEPTH):
            return self
        visits = self._walk(refold(right) if large else right)
        for visit in visits:
            children = [self.done[child.key] for child in visit.below]
            made = _rebuild(visit.node, children)
            self.kept.append(made)
            if not visit.root and self._wants_name(visit, made, large=large):
                made = self._name(visit, made)
            self.done[visit.key] = made
        left = self.equation
        self.equation = Equation(left.target, left.ranges, left.at, self.done[visits[-1].key])
        return self

    # -- down ------------------------------------------------------------------------------------

    def _walk(self, right: Node) -> list[Visit]:
        """All places below the root, each once, parts before wholes."""
        scope = {b.name: b for b in self.equation.ranges}
        known: dict[Key, Visit] = {}
        ordered: list[Visit] = []
        top = self._visit(right, scope, ())
        top.root = True
        known[top.key] = top
        stack: list[tuple[Visit, bool]] = [(top, False)]
        opened: set[Key] = set()
        nodes: dict[int, None] = {}
        while stack:
            visit, finished = stack.pop()
            if finished:
                ordered.append(visit)
            elif visit.key not in opened:
                opened.add(visit.key)
                nodes[id(visit.node)] = None
                if len(opened) - len(nodes) > MAX_VISITS:
                    raise LimitExceeded(
                        f"more than {MAX_VISITS} parts of {self.equation.target} stand under "
                        "conditions of their own; name parts of it in equations of their own"
                    )
                below: list[Visit] = []
                for child in self._below(visit):
                    same = known.setdefault(child.key, child)
                    same.uses += 1
                    below.append(same)
                visit.below = tuple(below)
                stack.append((visit, True))
                # brackets guard the factors beside them: their conditions are needed first
                first = sorted(below, key=lambda child: not isinstance(child.node, Bracket))
                stack.extend((child, False) for child in reversed(first))
        return ordered

    def _visit(self, current: Node, scope: Scope, guard: Guard) -> Visit:
        bound = tuple((letter, scope[letter]) for letter in sorted(current.free))
        held = () if not guard or self._is_total(current) else guard
        seen = tuple((id(c), sign) for c, sign in held)
        return Visit(current, scope, held, (id(current), bound, seen))

    def _below(self, visit: Visit) -> Iterator[Visit]:
        current, scope, guard = visit.node, visit.scope, visit.guard
        if isinstance(current, Reduce | Abstraction):
            current = self._renamed_apart(current, scope)
            visit.node = current
            inner = {**scope, **{b.name: b for b in current.binders}}
            yield self._visit(current.body, inner, guard)
        elif isinstance(current, Where):
            condition = current.condition
            yield self._visit(condition, scope, guard)
            yield self._visit(current.then, scope, _under(guard, condition, holds=True))
            yield self._visit(current.otherwise, scope, _under(guard, condition, holds=False))
        elif isinstance(current, Product):
            inside = guard
            for factor in current.numerator:
                if isinstance(factor, Bracket):
                    inside = _under(inside, factor.condition, holds=True)
            for child in current.children:
                yield self._visit(child, scope, guard if isinstance(child, Bracket) else inside)
        else:
            for child in current.children:
                yield self._visit(child, scope, guard)

    def _renamed_apart(self, binding: Reduce | Abstraction, scope: Scope) -> Reduce | Abstraction:
        """The same node with no bound letter that hides one in scope: conditions move inwards."""
        letters: dict[str, IndexExpr] = {}
        names: list[str] = []
        taken = {*scope, *(b.name for b in binding.binders), *binding.body.free}
        for binder in binding.binders:
            name = binder.name
            if name in scope:
                name = fresh_letter(name, taken)
                taken.add(name)
                letters[binder.name] = IndexExpr.letter(name)
            names.append(name)
        if not letters:
            return binding
        pairs = zip(binding.binders, names, strict=True)
        binders = [b.substitute(letters).renamed(name) for b, name in pairs]
        body = substitute(binding.body, letters)
        self.kept.append(body)
        if isinstance(binding, Reduce):
            return Reduce(binding.operator, binders, body)
        return Abstraction(binders, body)

    def _is_total(self, root: Node) -> bool:
        """Whether a node has a value everywhere, so that it may be evaluated without its guard."""
        stack: list[tuple[Node, bool]] = [(root, False)]
        while stack:
            current, opened = stack.pop()
            if id(current) in self.total:
                continue
            if opened:
                below = all(self.total[id(child)] for child in current.children)
                self.total[id(current)] = below and _total_itself(current)
            else:
                stack.append((current, True))
                stack.extend((child, False) for child in current.children)
        return self.total[id(root)]

    # -- up --------------------------------------------------------------------------------------

    def _wants_name(self, visit: Visit, made: Node, *, large: bool) -> bool:
        if isinstance(visit.node, Comparison | IndexComparison | Logical | Abstraction):
            return False
        if not made.children or isinstance(visit.node, Bracket):
            return False
        return self.wanted(visit, made, large=large) and self._may_move(visit)

    def wanted(self, visit: Visit, made: Node, *, large: bool) -> bool:
        """Whether a part is to have a name: a sum inside, one in several places, or a deep one."""
        inner = isinstance(visit.node, Reduce)
        shared = large and visit.uses > 1 and made.depth > 1
        return inner or shared or made.depth >= MAX_DEPTH

    def _may_move(self, visit: Visit) -> bool:
        """Whether all indices that the piece needs run over whole axes."""
        return all(_whole(visit.scope[letter]) for letter in self._letters(visit))

    def _letters(self, visit: Visit) -> list[str]:
        """The indices of the piece and of its guard, outer ones first."""
        needed = set(visit.node.free).union(*(c.free for c, _ in visit.guard))
        return [letter for letter in visit.scope if letter in needed]

    def _name(self, visit: Visit, made: Node) -> Node:
        body = self._guarded(visit, made)
        ranges = tuple(visit.scope[letter] for letter in self._letters(visit))
        # x·x and x², or factors in another order, under a sum make no other sum
        meant: object = split(body).key if isinstance(body, Reduce) else body
        known = self.named.get((meant, ranges))
        if known is not None:
            return known
        name = self.namer.fresh()
        at = tuple(IndexExpr.letter(b.name) for b in ranges)
        axes = tuple(Axis(b.name, b.upper) for b in ranges)
        whole = isinstance(made, Reduce) and made.operator in ("argmax", "argmin")
        kind = "integer" if whole else "real"
        self.hidden.append(Equation(name, ranges, at, body))
        self.quantities.append(Quantity(name, axes, kind, hidden=True))
        self.named[meant, ranges] = Access(name, at)
        return self.named[meant, ranges]

    def _guarded(self, visit: Visit, made: Node) -> Node:
        """The piece with the conditions under which it is needed."""
        if not visit.guard:
            return made
        conditions: dict[Node, None] = {}
        outer: Guard = ()
        for condition, holds in visit.guard:
            found = self.done[self._visit(condition, visit.scope, outer).key]
            conditions[found if holds else Logical("not", (found,))] = None
            outer = (*outer, (condition, holds))
        truth = (
            next(iter(conditions)) if len(conditions) == 1 else Logical("and", tuple(conditions))
        )
        if isinstance(made, Reduce):
            return Reduce(made.operator, made.binders, Where(truth, made.body, ZERO))
        return Where(truth, made, ZERO)


def _under(guard: Guard, condition: Node, *, holds: bool) -> Guard:
    known = any(c is condition and sign == holds for c, sign in guard)
    return guard if known else (*guard, (condition, holds))


def _rebuild(current: Node, children: Sequence[Node]) -> Node:
    same = all(a is b for a, b in zip(children, current.children, strict=True))
    return current if same else current.rebuild(children)


def _whole(binder: Binder) -> bool:
    """Whether a range is 0..extent."""
    upper = binder.upper
    plain = upper is not None and not upper.letters and not upper.gathered
    return plain and binder.lower == IndexExpr.integer(0)


def _total_itself(current: Node) -> bool:
    """Whether a node has a value wherever its parts have one."""
    if isinstance(current, Access):
        return all(
            index.as_letter is not None or index.as_integer == 0 for index in current.indices
        )
    if isinstance(current, Product):
        return all(isinstance(d, Number) and d.value != 0 for d in current.denominator)
    if isinstance(current, Power):
        exponent = current.exponent
        natural = isinstance(exponent, Number) and exponent.value.denominator == 1
        return natural and exponent.value >= 0  # type: ignore[attr-defined]
    if isinstance(current, Call):
        return current.function not in _PARTIAL_CALLS and current.function in FUNCTIONS
    if isinstance(current, Reduce):
        # a maximum over nothing is refused, and only a range of its own can be empty
        return current.operator in ("sum", "prod") or all(_whole(b) for b in current.binders)
    return not isinstance(current, TensorOperator)


def letters_and_extents(system: EquationSystem) -> Iterator[str]:
    """Names that are taken, as indices and as extents."""
    for quantity in system.quantities.values():
        for axis in quantity.axes:
            yield axis.letter
            yield from () if axis.extent is None else axis.extent.extents
    for equation in system.equations:
        yield from equation.letters


def _in_order(
    quantities: Mapping[str, Quantity], equations: Sequence[Equation]
) -> dict[str, Quantity]:
    """Given quantities as they were declared, then computed ones in order of their equations."""
    made = {q.name: q for q in quantities.values() if q.given}
    for equation in equations:
        made.setdefault(equation.target, quantities[equation.target])
    return made
