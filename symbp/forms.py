"""The search for the shortest form of one expression.

Every form comes from an identity: arithmetic and sifting (`tidy`), relations of the forward
equations (`relations.py`), one common fraction (`rational.py`), sums over one range put together.
They are tried in that order, each from the best so far; a later form wins only where it is strictly
shorter (`measures.py`), so that what the author wrote stays as it is. The search takes each
identity a bounded number of times and therefore ends; it depends on no name and no order of terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from symbp.equations import Equation
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
from symbp.monomials import Monomial, join, split
from symbp.moves import (
    TABLES,
    factored,
    grouped,
    in_fractions,
    in_order,
    merged,
    settled,
    shortest_fraction,
    tidy,
    without_brackets,
)
from symbp.relations import Relations, unfold

__all__ = ["TABLES", "Form", "Forms", "Observer", "tidy"]

#: Told of each change that is kept: the rule, what stood before, what stands after.
Observer = Callable[[str, Node, Node], None]

#: How often all moves are tried on one expression.
MAX_ROUNDS = 4


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
        #: equations of error signals found so far; a lemma may open them like named quantities
        self.signals: dict[str, Equation] = {}
        self._definitions: dict[str, Equation | None] = {}

    def best(self, root: Node, *, hidden: bool = True) -> Form:
        """The shortest form found; equal scalar shapes are searched once.

        Args:
            root: any expression.
            hidden: whether sums may be written under hidden names.
        """
        if self._scalar(root):
            form = _best_scalar(root)
            if self.observe is not None:
                self._tell("collect", self._ordered(self._tidied(root)), form.node)
            return form
        form = Form(self._ordered(self._tidied(root)), ())
        kinds = {type(n) for n in postorder(form.node)}
        if not kinds & {Sum, Reduce} and not self.relations.may_apply(form.node):
            return form
        moves: Sequence[tuple[str, Callable[[Node], Node]]] = (
            ("reduce", lambda node: self._in_names(node, hidden=hidden)),
            ("own_value", self._in_values),
            ("root", self._in_roots),
            ("own_value", self._in_differences),
            ("own_value", self._in_supports),
            ("lemma", self._lemmas),
            ("factor", factored),
            ("collect", in_fractions),
            ("expand", without_brackets),
            ("merge", merged),
            ("group", grouped),
        )
        for _ in range(MAX_ROUNDS):
            before = form.node
            for rule, move in moves:
                shorter = _shorter(form, rule, move(form.node), self._cost)
                self._tell(rule, form.node, shorter.node)
                form = shorter
            if form.node is before:
                break
            form = self._settled(form)
        return form

    def _settled(self, form: Form) -> Form:
        """What was put together stays apart where that is as short, as it would be read again."""
        node, rules = form.node, form.rules
        tidied = tidy(node) if "merge" in rules else node
        if tidied != node and reading_cost(tidied) <= reading_cost(node):
            self._tell("tidy", node, tidied)
            node, rules = tidied, (*rules, "tidy")
        made = settled(node)
        self._tell("collect", node, made)
        return Form(made, rules)

    def _cost(self, root: Node) -> int:
        """Reading cost; a hidden name, which is a sum in what prints, counts a little."""
        known = self.relations.system.quantities
        named = (known.get(a.quantity) for a in accesses(root))
        return reading_cost(root) + sum(1 for q in named if q is not None and q.hidden)

    def _tidied(self, root: Node) -> Node:
        made = tidy(root)
        self._tell("tidy", root, made)
        return made

    def _ordered(self, root: Node) -> Node:
        made = settled(in_order(root))
        self._tell("cases", root, made)
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

    def _in_roots(self, root: Node) -> Node:
        return self._rewritten("root", root, self.relations.in_roots(root))

    def _rewritten(self, rule: str, root: Node, changed: Node) -> Node:
        """What a relation made of a node, put in order."""
        if changed is root:
            return root
        self._tell(rule, root, changed)
        return self._tidied(changed)

    def _lemmas(self, root: Node) -> Node:
        """A named quantity is opened under a sum, and the sum disappears: Σ_k p = 1."""
        for reduction in dict.fromkeys(n for n in postorder(root) if isinstance(n, Reduce)):
            if reduction.operator != "sum":
                continue
            value = self._without_sum(reduction)
            value = self._without_inner(reduction) if value is None else value
            if value is not None:
                root = self._rewritten("lemma", root, replace_nodes(root, {reduction: value}))
        spread = self._spread(root)
        return spread if reading_cost(spread) < reading_cost(root) else root

    def _without_inner(self, reduction: Reduce) -> Node | None:
        """Σ_o Σ_j c_j d_oj, and sums of such: the lemma is used on what depends on one index."""
        body = reduction.body
        terms = body.terms if isinstance(body, Sum) else ((1, body),)
        made = [(s, self._one_term(tidy(Reduce("sum", reduction.binders, t)))) for s, t in terms]
        if all(t is None for _, t in made):
            return None
        kept = [
            (sign, value if value is not None else Reduce("sum", reduction.binders, term))
            for (sign, value), (_, term) in zip(made, terms, strict=True)
        ]
        spread = tidy(Sum(kept))
        return spread if reading_cost(spread) < reading_cost(reduction) else None

    def _one_term(self, root: Node, *, deep: bool = True) -> Node | None:
        """A product of sums in which the lemma does away with one."""
        monomial = split(root)
        for reduction, exponent in monomial.powers:
            if exponent == 1 and isinstance(reduction, Reduce) and reduction.operator == "sum":
                value = self._without_sum(reduction, deep=deep)
                value = self._without_binder(reduction) if value is None and deep else value
                if value is not None:
                    rest = tuple(p for p in monomial.powers if p[0] is not reduction)
                    powers = (*rest, (value, Fraction(1)))
                    return tidy(join(Monomial(monomial.coefficient, powers)))
        return None

    def _without_binder(self, reduction: Reduce) -> Node | None:
        """Σ_o Σ_j c_j d_oj = Σ_j c_j Σ_o d_oj, where the inner sum disappears."""
        if len(reduction.binders) < 2:
            return None
        inner = split(reduction.body)
        for binder in reduction.binders:
            own = tuple(p for p in inner.powers if binder.name in p[0].free)
            others = tuple(b for b in reduction.binders if b is not binder)
            if any(binder.name in b.letters for b in others):
                continue
            value = self._without_sum(Reduce("sum", (binder,), join(Monomial(Fraction(1), own))))
            if value is not None:
                left = tuple(p for p in inner.powers if p not in own)
                body = join(Monomial(inner.coefficient, (*left, (value, Fraction(1)))))
                return Reduce("sum", others, body)
        return None

    def _without_sum(self, reduction: Reduce, *, deep: bool = True) -> Node | None:
        for access in accesses(reduction.body):
            equation = self._definition(access.quantity)
            if equation is None:
                continue
            opened = tidy(self.relations.in_names(tidy(unfold(reduction, equation))))
            for candidate in (opened, self._spread(opened)) if deep else (opened,):
                sums = any(isinstance(n, Reduce) for n in postorder(candidate))
                if not sums and reading_cost(candidate) <= reading_cost(reduction):
                    return candidate
        return None

    def _spread(self, root: Node) -> Node:
        """Σ_l a_l (v_l - V) multiplied out, the lemma used on each sum: Σ_l a_l v_l - V."""
        replaced: dict[Node, Node] = {}
        for reduction in (n for n in postorder(root) if isinstance(n, Reduce)):
            inner = split(reduction.body)
            sums = [b for b, e in inner.powers if e == 1 and isinstance(b, Sum)]
            if reduction.operator != "sum" or len(sums) != 1:
                continue
            rest = join(
                Monomial(inner.coefficient, tuple(p for p in inner.powers if p[0] != sums[0]))
            )
            terms: list[tuple[int, Node]] = []
            for sign, term in sums[0].terms:
                single = self._in_names(tidy(Reduce("sum", reduction.binders, rest * term)))
                value = self._one_term(single, deep=False)
                terms.append((sign, single if value is None else value))
            replaced[reduction] = Sum(terms)
        return tidy(replace_nodes(root, replaced)) if replaced else root

    def _definition(self, name: str) -> Equation | None:
        """What a name stands for, where a sum over it may disappear."""
        if name not in self._definitions:
            found = self.signals.get(name)
            producers = self.relations.system.producers.get(name, ())
            if found is None and len(producers) == 1 and not isinstance(producers[0].right, Reduce):
                found = producers[0]
            self._definitions[name] = found if found and self._may_cancel(found.right) else None
        return self._definitions[name]

    def _may_cancel(self, right: Node) -> bool:
        """Whether a sum over indices is subtracted (v - Σ a v), or divided by (e/Σ e)."""
        return any(
            (exponent < 0 or isinstance(base, Sum)) and self._holds_sum(base)
            for base, exponent in split(right).powers
        )

    def _holds_sum(self, root: Node) -> bool:
        return any(isinstance(n, Reduce) for n in postorder(root)) or any(
            a.quantity in self.relations.totals for a in accesses(root)
        )


def _best_scalar(root: Node) -> Form:
    """The form of a scalar expression: that of its shape, accesses numbered by first appearance."""
    found = accesses(root)
    shape = substitute(root, nodes={a: Access(f"·{n}") for n, a in enumerate(found)})
    form = _best_shape(shape)
    back: dict[Node, Node] = {Access(f"·{n}"): a for n, a in enumerate(found)}
    return Form(substitute(form.node, nodes=back), form.rules)


@lru_cache(maxsize=65536)
def _best_shape(shape: Node) -> Form:
    form = Form(settled(in_order(tidy(shape))))
    for _ in range(MAX_ROUNDS):
        before = form.node
        form = _shorter(form, "collect", in_fractions(form.node))
        form = _shorter(form, "group", grouped(form.node))
        if form.node is before:
            break
        form = Form(settled(form.node), form.rules)
    return form


def _shorter(
    form: Form, rule: str, candidate: Node, cost: Callable[[Node], int] = reading_cost
) -> Form:
    if candidate is form.node or cost(candidate) >= cost(form.node):
        return form
    return Form(candidate, (*form.rules, rule))
