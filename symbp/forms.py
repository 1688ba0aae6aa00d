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
    Where,
    accesses,
    postorder,
    substitute,
)
from symbp.factoring import factor_sums
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.merging import merge_sums
from symbp.monomials import Monomial, join, split, terms_of
from symbp.rational import rational_form
from symbp.relations import Relations, unfold
from symbp.rewriting import Log, rewrite
from symbp.rules.algebra import ALGEBRA
from symbp.rules.branches import BRANCHES
from symbp.rules.reductions import REDUCTIONS

__all__ = ["Form", "Forms", "tidy"]

_RULES = (*REDUCTIONS, *BRANCHES, *ALGEBRA)

#: How often all moves are tried on one expression.
MAX_ROUNDS = 4


def tidy(root: Node, log: Log | None = None) -> Node:
    """Arithmetic, brackets and sums in order; nothing is expanded, nothing is factored."""
    return rewrite(root, _RULES, log)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an expression, and the rules that led to it, in order."""

    node: Node
    rules: tuple[str, ...] = ()


class Forms:
    """The search, for the relations of one system."""

    def __init__(self, relations: Relations) -> None:
        self.relations = relations
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
            return _best_scalar(root)
        form = Form(tidy(root), ())
        kinds = {type(n) for n in postorder(form.node)}
        if not kinds & {Sum, Reduce} and not self.relations.may_apply(form.node):
            return form
        moves: Sequence[tuple[str, Callable[[Node], Node]]] = (
            ("reduce", lambda node: self._in_names(node, hidden=hidden)),
            ("own_value", self._in_values),
            ("root", self._in_roots),
            ("own_value", self._in_differences),
            ("lemma", self._lemmas),
            ("factor", _factored),
            ("collect", _fractions),
            ("expand", _bracket_terms),
            ("merge", _merged),
        )
        for _ in range(MAX_ROUNDS):
            before = form.node
            for rule, move in moves:
                form = _shorter(form, rule, move(form.node))
            if form.node is before:
                break
        return form

    def _scalar(self, root: Node) -> bool:
        """Whether only arithmetic applies: no sum over indices, no bracket, no relation."""
        indexed = any(isinstance(n, Reduce | Bracket | TensorOperator) for n in postorder(root))
        return not indexed and not self.relations.may_apply(root)

    def _in_names(self, root: Node, *, hidden: bool = True) -> Node:
        changed = self.relations.in_names(root, hidden=hidden)
        return root if changed is root else tidy(changed)

    def _in_values(self, root: Node) -> Node:
        changed = self.relations.in_values(root)
        return root if changed is root else _shortest_fraction(tidy(changed))

    def _in_differences(self, root: Node) -> Node:
        changed = self.relations.in_differences(root)
        return root if changed is root else tidy(changed)

    def _in_roots(self, root: Node) -> Node:
        changed = self.relations.in_roots(root)
        return root if changed is root else tidy(changed)

    def _lemmas(self, root: Node) -> Node:
        """A named quantity is opened under a sum, and the sum disappears: Σ_k p = 1."""
        for reduction in dict.fromkeys(n for n in postorder(root) if isinstance(n, Reduce)):
            if reduction.operator != "sum":
                continue
            value = self._without_sum(reduction)
            value = self._without_inner(reduction) if value is None else value
            if value is not None:
                root = tidy(replace_nodes(root, {reduction: value}))
        return root

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
    form = Form(tidy(shape))
    return _shorter(form, "collect", _fractions(form.node))


def _shorter(form: Form, rule: str, candidate: Node) -> Form:
    if candidate is form.node or reading_cost(candidate) >= reading_cost(form.node):
        return form
    return Form(candidate, (*form.rules, rule))


def _fractions(root: Node) -> Node:
    """Each region of arithmetic as one factored fraction where that is shorter, innermost first."""
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Reduce):
            body = _shortest_fraction(replace_nodes(current.body, replaced))
            replaced[current] = tidy(Reduce(current.operator, current.binders, body))
        elif isinstance(current, Where):
            branches = [
                _shortest_fraction(replace_nodes(b, replaced))
                for b in (current.then, current.otherwise)
            ]
            replaced[current] = tidy(Where(current.condition, *branches))
    changed = {k: v for k, v in replaced.items() if k != v}
    return _shortest_fraction(replace_nodes(root, changed) if changed else root)


def _shortest_fraction(root: Node) -> Node:
    """One fraction where that is shorter than common factors alone, which keep brackets."""
    fraction = rational_form(root)
    candidates = [root, factor_sums(root), *([] if fraction is None else [fraction])]
    made = min(candidates, key=reading_cost)
    return root if made is root else tidy(made)


def _bracket_terms(root: Node) -> Node:
    """f·([k=t] - g) = f·[k=t] - f·g, where the bracket then meets its index in f."""
    if not any(isinstance(n, Bracket) for n in postorder(root)):
        return root
    terms: list[Node] = []
    for monomial in terms_of(root):
        place = next(
            (n for n, (b, e) in enumerate(monomial.powers) if e == 1 and _has_bracket(b)), -1
        )
        if place < 0:
            terms.append(join(monomial))
            continue
        opened = monomial.powers[place][0]
        rest = (*monomial.powers[:place], *monomial.powers[place + 1 :])
        outer = join(Monomial(monomial.coefficient, rest))
        inner = opened.terms if isinstance(opened, Sum) else ()
        terms.extend(Sum(((s, outer * t),)) for s, t in inner)
    made = tidy(Sum(tuple((1, t) for t in terms)))
    return _shortest_fraction(made)


def _has_bracket(base: Node) -> bool:
    return isinstance(base, Sum) and any(
        isinstance(b, Bracket) for _, t in base.terms for b, _ in split(t).powers
    )


def _factored(root: Node) -> Node:
    """Common factors in front of their sums, brackets as they are."""
    changed = factor_sums(root)
    return root if changed is root else tidy(changed)


def _merged(root: Node) -> Node:
    """Sums over one range put together; what was taken out of them may go back in."""
    return merge_sums(root, lambda body: _shortest_fraction(tidy(body)))
