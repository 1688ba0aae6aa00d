"""The search for the shortest form of one expression.

Every form comes from an identity: arithmetic and sifting (`tidy`), relations of the forward
equations (`relations.py`), one common fraction (`rational.py`), sums over one range put together.
They are tried in that order, each from the best so far; a later form wins only where it is strictly
shorter (`measures.py`), so that what the author wrote stays as it is. All are tried again as long
as the form gets shorter, a whole number each time, and therefore the search ends; it depends on no
name and no order of terms. In the end a factor that all terms share is taken out also where that is
no shorter, if fewer names occur. What is found once is found again: a form is searched anew as it
would be read (sums that were put together fall apart), until that gives nothing shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from symbp.expressions import (
    Access,
    Bracket,
    Node,
    Reduce,
    Sum,
    TensorOperator,
    accesses,
    postorder,
    substitute,
)
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.simplifying.elimination import in_remainders
from symbp.simplifying.factoring import length
from symbp.simplifying.gathering import at_labels
from symbp.simplifying.lemmas import Lemmas
from symbp.simplifying.moves import (
    TABLES,
    factored,
    grouped,
    in_fractions,
    in_normal_form,
    in_order,
    merged,
    settled,
    shortest_fraction,
    tidy,
    without_brackets,
)
from symbp.simplifying.orientation import oriented
from symbp.simplifying.relations import Relations

__all__ = ["TABLES", "Form", "Forms", "Observer", "tidy"]

#: Told of each change that is kept: the rule, what stood before, what stands after.
Observer = Callable[[str, Node, Node], None]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an expression, and the rules that led to it, in order."""

    node: Node
    rules: tuple[str, ...] = ()


class Forms:
    """The search, for the relations of one system."""

    def __init__(self, relations: Relations, observe: Observer | None = None) -> None:
        self.relations = relations
        self.observe = observe
        self.lemmas = Lemmas(relations, self._in_names)

    def best(self, root: Node, *, hidden: bool = True) -> Form:
        """The shortest form found; equal scalar shapes are searched once.

        Args:
            root: any expression.
            hidden: whether sums may be written under hidden names.
        """
        if self._scalar(root):
            return _best_scalar(root, self.observe)
        form = self._search(self._ordered(self.tidied(root)), hidden=hidden)
        form = self._bracketed(form)
        while True:  # what was put together is taken apart again, and the search goes on from there
            start = self._ordered(self.tidied(form.node))
            again = form if start == form.node else self._search(start, hidden=hidden)
            if again.node == form.node or not self._preferred(again.node, form.node):
                break
            form = self._bracketed(Form(again.node, (*form.rules, *again.rules)))
        turned = oriented(form.node)
        self._tell("orient", form.node, turned)
        form = Form(turned, form.rules)
        if root != form.node and self._cost(root) < self._cost(form.node) and in_normal_form(root):
            return Form(root)
        return form

    def _bracketed(self, form: Form) -> Form:
        """Common factors in front of their sums, where that is as short."""
        node = _shared_first(form.node, self._tell)
        return form if node is form.node else Form(node, (*form.rules, "factor"))

    def _preferred(self, one: Node, other: Node) -> bool:
        """Whether one form is shorter, or as short and nothing in it is put together."""
        if self._cost(one) == self._cost(other):
            return tidy(one) == one and tidy(other) != other
        return self._cost(one) < self._cost(other)

    def _search(self, start: Node, *, hidden: bool) -> Form:
        """All moves, each from the shortest form so far, until none makes it shorter."""
        form = Form(start, ())
        kinds = {type(n) for n in postorder(form.node)}
        if not kinds & {Sum, Reduce} and not self.relations.may_apply(form.node):
            return form
        moves: Sequence[tuple[str, Callable[[Node], Node]]] = (
            ("reduce", lambda node: self._in_names(node, hidden=hidden)),
            ("own_value", self._in_values),
            ("root", self._in_roots),
            ("own_value", self._in_differences),
            ("own_value", self._in_supports),
            ("own_value", self._in_remainders),
            ("lemma", self._lemmas),
            ("factor", factored),
            ("collect", in_fractions),
            ("expand", without_brackets),
            ("label", at_labels),
            ("merge", merged),
            ("group", grouped),
        )
        while True:
            before = form
            for rule, move in moves:
                shorter = _shorter(form, rule, move(form.node), self._cost)
                self._tell(rule, form.node, shorter.node)
                form = shorter
            if form.node is before.node:
                return form
            form = self._settled(form)
            if self._cost(form.node) >= self._cost(before.node):
                return before

    def _settled(self, form: Form) -> Form:
        """What was put together stays apart where that is as short, as it would be read again."""
        node, rules = form.node, form.rules
        tidied = tidy(node) if "merge" in rules else node
        if tidied != node and self._cost(tidied) <= self._cost(node):
            self._tell("tidy", node, tidied)
            node, rules = tidied, (*rules, "tidy")
        made = settled(node)
        self._tell("numbers", node, made)
        return Form(made, rules)

    def _cost(self, root: Node) -> int:
        """Reading cost; a hidden name, which is a sum in what prints, counts a little."""
        known = self.relations.system.quantities
        named = (known.get(a.quantity) for a in accesses(root))
        return reading_cost(root) + sum(1 for q in named if q is not None and q.hidden)

    def tidied(self, root: Node) -> Node:
        """Squares in one orientation, then the tables of rules."""
        turned = oriented(root)
        self._tell("orient", root, turned)
        made = tidy(turned)
        self._tell("tidy", turned, made)
        return made

    def _ordered(self, root: Node) -> Node:
        ordered = in_order(root)
        self._tell("cases", root, ordered)
        made = settled(ordered)
        self._tell("numbers", ordered, made)
        return made

    def _tell(self, rule: str, before: Node, after: Node) -> None:
        if self.observe is not None and before is not after:
            self.observe(rule, before, after)

    def _scalar(self, root: Node) -> bool:
        """Whether only arithmetic applies: no sum over indices, no bracket, no relation."""
        indexed = any(isinstance(n, Reduce | Bracket | TensorOperator) for n in postorder(root))
        return not indexed and not self.relations.may_apply(root)

    def _in_names(self, root: Node, *, hidden: bool = True) -> Node:
        return self._rewritten("reduce", root, self.relations.in_names(root, hidden=hidden))

    def _in_values(self, root: Node) -> Node:
        changed = self._rewritten("own_value", root, self.relations.in_values(root))
        if changed is root:
            return root
        made = shortest_fraction(changed)
        self._tell("collect", changed, made)
        return made

    def _in_differences(self, root: Node) -> Node:
        return self._rewritten("own_value", root, self.relations.in_differences(root))

    def _in_supports(self, root: Node) -> Node:
        return self._rewritten("own_value", root, self.relations.in_supports(root))

    def _in_remainders(self, root: Node) -> Node:
        return in_remainders(root, self.relations, self._cost, self._tell)

    def _in_roots(self, root: Node) -> Node:
        return self._rewritten("root", root, self.relations.in_roots(root))

    def _rewritten(self, rule: str, root: Node, changed: Node) -> Node:
        """What a relation made of a node, put in order."""
        if changed is root:
            return root
        self._tell(rule, root, changed)
        return self.tidied(changed)

    def _lemmas(self, root: Node) -> Node:
        """A named quantity is opened under a sum, and the sum disappears: Σ_k p = 1."""
        for reduction in dict.fromkeys(n for n in postorder(root) if isinstance(n, Reduce)):
            value = self.lemmas.value(reduction)
            if value is not None:
                root = self._rewritten("lemma", root, replace_nodes(root, {reduction: value}))
        return self.lemmas.multiplied_out(root)


def _best_scalar(root: Node, observe: Observer | None) -> Form:
    """The form of a scalar expression: that of its shape, accesses numbered by first appearance."""
    found = accesses(root)
    shape = substitute(root, nodes={a: Access(f"·{n}") for n, a in enumerate(found)})
    back: dict[Node, Node] = {Access(f"·{n}"): a for n, a in enumerate(found)}
    if observe is not None:  # the search again, as what was found before is only looked up

        def tell(rule: str, before: Node, after: Node) -> None:
            observe(rule, substitute(before, nodes=back), substitute(after, nodes=back))

        _search_shape(shape, tell)
    form = _best_shape(shape)
    return Form(substitute(form.node, nodes=back), form.rules)


@lru_cache(maxsize=65536)
def _best_shape(shape: Node) -> Form:
    return _search_shape(shape, lambda rule, before, after: None)


def _search_shape(shape: Node, tell: Observer) -> Form:
    for rule, move in (("tidy", tidy), ("cases", in_order), ("numbers", settled)):
        shape = _told(rule, shape, move(shape), tell)
    form = Form(shape)
    while True:
        before = form
        for rule, move in (("collect", in_fractions), ("group", grouped)):
            shorter = _shorter(form, rule, move(form.node))
            _told(rule, form.node, shorter.node, tell)
            form = shorter
        if form.node is before.node:
            node = _shared_first(form.node, tell)
            return form if node is form.node else Form(node, (*form.rules, "factor"))
        form = Form(_told("numbers", form.node, settled(form.node), tell), form.rules)
        if reading_cost(form.node) >= reading_cost(before.node):
            return before


def _shared_first(root: Node, tell: Observer) -> Node:
    """Common factors in front of their sums where that is as short: (z² - 1)·L for z²·L - L."""
    taken = factored(root)
    made = settled(taken)
    if length(made) >= length(root):
        return root
    tell("factor", root, taken)
    tell("numbers", taken, made)
    return made


def _told(rule: str, before: Node, after: Node, tell: Observer) -> Node:
    tell(rule, before, after)
    return after


def _shorter(
    form: Form, rule: str, candidate: Node, cost: Callable[[Node], int] = reading_cost
) -> Form:
    if candidate is form.node or cost(candidate) >= cost(form.node):
        return form
    return Form(candidate, (*form.rules, rule))
