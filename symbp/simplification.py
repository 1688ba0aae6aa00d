"""Adjoints in their textbook forms: hidden names gone, shortest form chosen, facts used last.

For each adjoint, in order of evaluation, the contributions are added; adjoints of hidden quantities
are put in (they are nobody's names); adjoints of author's quantities are put in where that is how a
textbook writes it (below); then `forms.py` finds the shortest form. Declared facts that tie data
are used only for the printed form; the unconditional form is what is differentiated again.

What is put in: a number or a single access always; where the reader is an error signal δ, the
adjoint of an activation; else an adjoint that is read once, or is short. Error signals are never
put in: they are the names that the rest of the derivation is written in. In an index-free chain
every adjoint keeps its equation (a chain is never made longer), and only what prints is written out
in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from symbp.adjoints import Adjoint, Sweep
from symbp.arrangement import arrange
from symbp.casewriting import zero_last
from symbp.derivations import Certificate
from symbp.equations import Equation
from symbp.expressions import (
    ZERO,
    Access,
    Bracket,
    Call,
    Node,
    Number,
    Reduce,
    Sum,
    accesses,
)
from symbp.facts import Fact, Identity
from symbp.matching import replace_accesses
from symbp.measures import reading_cost, size_with
from symbp.preactivations import preactivations
from symbp.simplifying.forms import Form, Forms, Observer, tidy
from symbp.simplifying.hypotheses import use_facts
from symbp.simplifying.readers import ends, readers
from symbp.simplifying.relations import Relations, unfold_all
from symbp.simplifying.vanishing import MOST, Vanishing
from symbp.systems import EquationSystem

__all__ = ["Simplified", "Simplifier"]

#: An adjoint of at most this reading cost is put into all its readers.
SHORT = 8
#: What prints is written out in full up to this reading cost; beyond, names of adjoints stay.
LONGEST_PRINTED = 120
#: Expressions larger than this (nodes) are not searched with all adjoints put in.
LARGEST_PUT_IN = 160


@dataclass(frozen=True, slots=True)
class Simplified:
    """An adjoint in its forms.

    Attributes:
        adjoint: what was simplified.
        raw: contributions added up, nothing else done.
        printed: what prints: written out in full, facts used.
        unconditional: the same without facts.
        rules: moves that led to the form, in order.
        facts: facts that `printed` uses.
        delta: whether it is an error signal.
    """

    adjoint: Adjoint
    raw: Node
    printed: Node
    unconditional: Node
    rules: tuple[str, ...]
    facts: tuple[Fact | Identity, ...]
    delta: bool

    def equation(self, right: Node) -> Equation:
        """The adjoint equation with this right side."""
        return Equation(self.adjoint.name, self.adjoint.ranges, self.adjoint.at, right)


class Simplifier:
    """Simplifies the adjoints of one sweep; results are memoised by quantity."""

    def __init__(
        self, sweep: Sweep, *, enabled: bool = True, observe: Observer | None = None
    ) -> None:
        self.sweep = sweep
        self.enabled = enabled
        self.system: EquationSystem = sweep.system
        self.decimals = self.system.decimals
        self.by_name = {a.name: a for a in sweep.adjoints.values()}
        self.deltas = frozenset(preactivations(self.system)) if enabled else frozenset()
        read_by = readers(sweep)
        self.readers = {name: len(found) for name, found in read_by.items()}
        self.ends = ends(sweep, read_by, self.deltas)
        self.forms = Forms(Relations(self.system), observe)
        self.vanishing = Vanishing(self.system, sweep.helper_quantities)
        self._tell: Observer = observe or (lambda rule, before, after: None)
        self.roles = _roles(sweep)
        self.indexed = any(q.axes for q in self.system.quantities.values())
        self.hidden = frozenset(q.name for q in self.system.quantities.values() if q.hidden)
        self._system: dict[str, Form] = {}
        self._sizes: dict[str, int] = {}
        self._full: dict[str, Node] = {}
        self._lengths: dict[str, int] = {}
        self._reduced: dict[str, tuple[Node, tuple[Fact | Identity, ...]]] = {}
        self._results: dict[str, Simplified] = {}

    def run(self) -> None:
        """Bring every adjoint into the form of the derived system, in order of evaluation."""
        for adjoint in self.sweep.adjoints.values():
            form = self._or_zero(adjoint, self._simplify(adjoint))
            self._system[adjoint.name] = form
            if self._is_delta(adjoint.name):
                signal = Equation(adjoint.name, adjoint.ranges, adjoint.at, form.node)
                self.forms.lemmas.signals[adjoint.name] = signal
            else:
                self._sizes[adjoint.name] = size_with(form.node, self._sizes)

    def raw(self, quantity: str) -> Node:
        """The contributions to one adjoint, added up."""
        return _added(self.sweep.adjoints[quantity].terms)

    def plain_equation(self, quantity: str) -> Equation:
        """The adjoint equation as it is put in elsewhere, factors as they came about."""
        adjoint = self.sweep.adjoints[quantity]
        return Equation(adjoint.name, adjoint.ranges, adjoint.at, self._system[adjoint.name].node)

    def system_equation(self, quantity: str) -> Equation:
        """The adjoint equation of the derived system."""
        plain = self.plain_equation(quantity)
        return replace(plain, right=arrange(plain.right, self.roles, decimals=self.decimals))

    def result(self, quantity: str) -> Simplified:
        """All forms of one adjoint."""
        if quantity not in self._results:
            self._results[quantity] = self._result(quantity)
        return self._results[quantity]

    def certificate(self, quantity: str) -> Certificate:
        """The contributions, the form that was made of them, and the adjoints that were put in."""
        forms = self.result(quantity)
        kept = {a.quantity for a in accesses(forms.unconditional)}
        instances: dict[str, tuple[Node, Node]] = {}
        stack = [forms.raw]
        while stack:
            for access in accesses(stack.pop()):
                inner = self.by_name.get(access.quantity)
                if inner is None or inner.name in kept or inner.name in instances:
                    continue
                raw = _added(inner.terms)
                instances[inner.name] = (Access(inner.name, inner.at), raw)
                stack.append(raw)
        return Certificate(forms.raw, forms.unconditional, tuple(instances.values()))

    def _result(self, quantity: str) -> Simplified:
        adjoint = self.sweep.adjoints[quantity]
        form = self._system[adjoint.name]
        raw = _added(adjoint.terms)
        full = self._without_hidden(self._written_out(adjoint.name))
        if not self.enabled:
            return Simplified(adjoint, raw, full, full, (), (), delta=False)
        reduced, facts = self._by_facts(adjoint.name)
        unconditional = zero_last(arrange(full, self.roles, decimals=self.decimals))
        printed = unconditional
        if facts:
            printed = zero_last(arrange(reduced, self.roles, decimals=self.decimals))
        self._tell("arrange", full, unconditional)
        self._tell("arrange", reduced, printed)
        delta = quantity in self.deltas
        return Simplified(adjoint, raw, printed, unconditional, form.rules, facts, delta)

    # -- the form of the derived system

    def _simplify(self, adjoint: Adjoint) -> Form:
        raw = _added(adjoint.terms)
        if not self.enabled:
            return Form(raw)
        kept = self._put_in(raw, lambda name: self._nameless(name) or self._trivial(name))
        chosen = self._put_in(kept, lambda name: self._belongs_inside(name, adjoint))
        form = self.forms.best(chosen)
        if self.indexed and not adjoint.quantity.hidden:  # whoever reads a hidden one puts it in
            form = self._or_all_put_in(chosen, form)
        return form

    def _or_zero(self, adjoint: Adjoint, form: Form) -> Form:
        """0, where that is proved of an adjoint that the search leaves as it is."""
        equation = Equation(adjoint.name, adjoint.ranges, adjoint.at, form.node)
        by = adjoint.quantity.name
        # what others are written in is seldom 0, and then they are found to be 0 as well
        most = 0 if self.readers[by] else MOST
        asked = self.enabled and not (adjoint.quantity.hidden or isinstance(form.node, Number))
        if asked and self.vanishing.proved(equation, by, most):
            self._tell("vanish", form.node, ZERO)
            form = Form(ZERO, (*form.rules, "vanish"))
        self.vanishing.note(replace(equation, right=form.node))
        return form

    def _or_all_put_in(self, root: Node, form: Form) -> Form:
        """With every adjoint that opens put in, where that makes the form shorter."""
        small = size_with(root, self._sizes) <= LARGEST_PUT_IN
        everything = self._put_in(root, self._may_open) if small else root
        kept = self._cost_with_names(form.node)
        if everything is root or self.forms.lemmas.least(everything) >= kept:
            return form
        other = self.forms.best(everything)
        shown = (arrange(node, self.roles) for node in (other.node, form.node))  # -a + b is b - a
        if self._cost_with_names(next(shown)) < self._cost_with_names(next(shown)):
            return other
        reduced, facts = use_facts(other.node, self.system, self.forms, self._tell)
        # the form that prints decides
        return other if facts and self._cost_with_names(reduced) < kept else form

    def _cost_with_names(self, root: Node) -> int:
        """Reading cost, that of the adjoints which an expression names included."""
        cost = reading_cost(root)
        seen: dict[str, None] = {}
        stack = [root]
        while stack:
            for access in accesses(stack.pop()):
                name = access.quantity
                if name in seen or name not in self._system or self._stays(name):
                    continue
                seen[name] = None
                cost += reading_cost(self._system[name].node)
                stack.append(self._system[name].node)
        return cost

    def _is_delta(self, name: str) -> bool:
        return self.by_name[name].quantity.name in self.deltas

    def _stays(self, name: str) -> bool:
        """Whether an adjoint keeps its equation, whoever else has it put in."""
        ends = self.ends[self.by_name[name].quantity.name]
        return self._is_delta(name) or sum(1 for end in ends if not self._vanishes(end)) > 1

    def _may_open(self, name: str) -> bool:
        """Whether the search for a shorter form looks into an adjoint.

        It does not look through one that keeps its equation into others that do, so that what it
        looks at is as large in the first of many blocks as in the last: the adjoint of a sum that
        runs past every block is written in those of the block after it.
        """
        if not self._stays(name):
            return True
        read = (a.quantity for a in accesses(self._system[name].node))
        opens = not any(n in self._system and self._stays(n) for n in read)
        return opens and not self._is_delta(name)

    def _vanishes(self, quantity: str) -> bool:
        known = self._system.get(self.sweep.adjoints[quantity].name)
        return known is not None and known.node == ZERO

    def _put_in(self, root: Node, wanted: Callable[[str], bool]) -> Node:
        while True:
            read = dict.fromkeys(a.quantity for a in accesses(root))
            names = [name for name in read if name in self._system and wanted(name)]
            if not names:
                return root
            names = names if self.forms.observe is None else names[:1]  # told one by one
            root = self._replace(root, {n: self._system[n].node for n in names}, "put_in")

    def _replace(self, root: Node, rights: Mapping[str, Node], rule: str) -> Node:
        letters = {n: [b.name for b in self.by_name[n].ranges] for n in rights}
        made = replace_accesses(root, {n: (letters[n], right) for n, right in rights.items()})
        self._tell(rule, root, made)
        return made

    def _nameless(self, name: str) -> bool:
        """Adjoints of hidden quantities are nobody's names; a very long one keeps its name."""
        short = self._system[name].node.size <= LARGEST_PUT_IN
        return self.by_name[name].quantity.hidden and short

    def _trivial(self, name: str) -> bool:
        node = self._system[name].node
        return isinstance(node, Number | Access | Bracket) or _product_of_brackets(node)

    def _belongs_inside(self, name: str, reader: Adjoint) -> bool:
        quantity = self.by_name[name].quantity.name
        if quantity in self.deltas or not self.indexed:
            return quantity not in self.deltas and reader.quantity.name in self.deltas
        if self.readers[quantity] <= 1:
            return True
        return reading_cost(self._system[name].node) <= SHORT

    def _without_hidden(self, root: Node) -> Node:
        """What still reads a hidden sum has it written out: no hidden name is printed."""
        if not self._reads_hidden(root):
            return root
        # a hidden sum has the length of a name, until it is written out
        named = self.forms.relations.in_differences(root) if self.enabled else root
        kept = self._opened(root)
        if named is root:
            return kept
        tidied = tidy(named)
        other = self._opened(tidied)
        if reading_cost(other) >= reading_cost(kept):
            return kept
        self._tell("own_value", root, named)
        self._tell("tidy", named, tidied)
        return other

    def _opened(self, root: Node) -> Node:
        opened = unfold_all(root, self.system, self.hidden)
        if opened is root:  # it would be longer than anybody reads, or there is nothing to open
            return root
        self._tell("open", root, opened)
        tidied = self.forms.tidied(opened)
        shorter = self.forms.best(tidied, hidden=False).node if self.enabled else tidied
        return tidied if self._reads_hidden(shorter) else shorter

    def _reads_hidden(self, root: Node) -> bool:
        return any(a.quantity in self.hidden for a in accesses(root))

    # -- the printed form

    def _written_out(self, name: str) -> Node:
        """Adjoints that are not error signals put in, where the result is short enough."""
        if name not in self._full:
            root = self._system[name].node
            if self.enabled and self._length(name) <= LONGEST_PRINTED:
                inner = [a.quantity for a in accesses(root) if self._opens(a.quantity)]
                for other in dict.fromkeys(inner):
                    root = self._replace(root, {other: self._written_out(other)}, "put_in")
                root = self.forms.best(root).node if inner else root
            self._full[name] = root
        return self._full[name]

    def _opens(self, name: str) -> bool:
        adjoint = self.by_name.get(name)
        if adjoint is None or adjoint.quantity.name in self.deltas:
            return False
        if self.indexed and self.readers[adjoint.quantity.name] > 1:
            return self._length(name) <= SHORT
        return self._length(name) <= LONGEST_PRINTED

    def _length(self, name: str) -> int:
        """Reading cost with everything put in: an estimate from above."""
        if not self._lengths:
            for adjoint in self.sweep.adjoints.values():
                root = self._system[adjoint.name].node
                inner = (a.quantity for a in accesses(root))
                length = reading_cost(root) + sum(
                    self._lengths[n] + 2 for n in inner if n in self._lengths
                )
                self._lengths[adjoint.name] = 0 if self._is_delta(adjoint.name) else length
        return self._lengths[name]

    # -- facts

    def _by_facts(self, name: str) -> tuple[Node, tuple[Fact | Identity, ...]]:
        """The printed form of an adjoint under facts; those which facts make trivial are put in."""
        stack = [name]
        while stack:
            current = stack[-1]
            root = self._without_hidden(self._written_out(current))
            inner = [a.quantity for a in accesses(root) if self._may_vanish(a.quantity)]
            waiting = [n for n in inner if n not in self._reduced]
            if waiting:
                stack.extend(waiting)
                continue
            used: dict[Fact | Identity, None] = {}
            for other in inner:
                node, facts = self._reduced[other]
                if facts and isinstance(node, Number | Access):
                    root = self._replace(root, {other: node}, "fact")
                    used.update(dict.fromkeys(facts))
            root = self.forms.best(root, hidden=False).node if used else root
            reduced, facts = use_facts(root, self.system, self.forms, self._tell)
            reduced = self._without_hidden(reduced)  # a form under facts may be a hidden sum again
            self._reduced[current] = reduced, tuple(dict.fromkeys((*used, *facts)))
            stack.pop()
        return self._reduced[name]

    def _may_vanish(self, name: str) -> bool:
        return bool(self.system.facts) and name in self.by_name and not self._is_delta(name)


def _added(terms: tuple[Node, ...]) -> Node:
    if not terms:
        return Number(0)
    return terms[0] if len(terms) == 1 else Sum(tuple((1, t) for t in terms))


def _product_of_brackets(root: Node) -> bool:
    return (
        all(isinstance(n, Bracket) for n in root.children)
        and bool(root.children)
        and not (isinstance(root, Call | Reduce))
    )


def _roles(sweep: Sweep) -> Mapping[str, str]:
    roles = {q.name: q.role for q in sweep.system.quantities.values()}
    roles.update({a.name: "adjoint" for a in sweep.adjoints.values()})
    return roles
