"""A bracket meets its label: [k = t]·f(k) is [k = t]·f(t), and f(t) is a factor of the whole sum.

    p_k·([k = t]·f(p_k) - p_t·f(p_t))     is     p_t·f(p_t)·([k = t] - p_k)

The rules write what stands beside [k = t] in the letter k. Here it is written in the label t, as it
stands in the other terms, and the common factors are taken out. The law is that of `equate`, read
from right to left.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symbp.expressions import (
    Bracket,
    IndexComparison,
    Node,
    Product,
    Sum,
    postorder,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.simplifying.factoring import factor_sums

__all__ = ["at_labels"]


def at_labels(root: Node) -> Node:
    """The node with brackets of labels apart from what they multiply, where that is shorter."""
    if not any(_label(n) for n in postorder(root)):
        return root
    replaced: dict[Node, Node] = {}
    stack, seen = [root], set[Node]()
    while stack:  # what a product is written as settles the sums in it
        current = stack.pop()
        if current in seen:
            continue
        seen.add(current)
        made = _written_at_labels(current)
        if made is not None and reading_cost(made) < reading_cost(current):
            replaced[current] = made
        else:
            stack.extend(current.children)
    return replace_nodes(root, replaced) if replaced else root


def _written_at_labels(root: Node) -> Node | None:
    """A product with its sum multiplied out, each term at its label, and factored again."""
    if not isinstance(root, Product | Sum):
        return None
    terms = _spread(split(root))
    moved = [_at_label(term) for term in terms]
    return factor_sums(total(moved)) if len(terms) > 1 and moved != terms else None


def _spread(monomial: Monomial) -> list[Monomial]:
    """The terms of the one sum among the factors, the other factors with each of them."""
    sums = [b for b, e in monomial.powers if e == 1 and isinstance(b, Sum)]
    found = next((b for b in sums if _holds_label(b)), None)
    if found is None:
        return [monomial]
    beside = tuple(p for p in monomial.powers if p[0] is not found)
    outer = Monomial(monomial.coefficient, beside)
    return [_product(outer, term) for term in terms_of(found)]


def _holds_label(root: Sum) -> bool:
    return any(_label(b) for term in terms_of(root) for b, e in term.powers if e >= 1)


def _product(one: Monomial, other: Monomial) -> Monomial:
    made = split(join(Monomial(Fraction(1), (*one.powers, *other.powers))))
    return replace(made, coefficient=made.coefficient * one.coefficient * other.coefficient)


def _at_label(term: Monomial) -> Monomial:
    """What stands beside [k = t] at t: the whole term but for the bracket."""
    for base, exponent in term.powers:
        pair = _label(base)
        if pair is None or exponent < 1:
            continue
        letter, label = pair
        beside = tuple(p for p in term.powers if p[0] is not base)
        rest = split(substitute(join(Monomial(Fraction(1), beside)), {letter: label}))
        powers = ((base, exponent), *rest.powers)
        return Monomial(term.coefficient * rest.coefficient, powers)
    return term


def _label(base: Node) -> tuple[str, IndexExpr] | None:
    """The letter and the label of [k = t[n]], either way round."""
    condition = base.condition if isinstance(base, Bracket) else None
    if not isinstance(condition, IndexComparison) or condition.relation != "==":
        return None
    for one, other in (
        (condition.left, condition.right),
        (condition.right, condition.left),
    ):
        if one.as_letter is not None and other.as_gather is not None:
            return (one.as_letter, other) if one.as_letter not in other.letters else None
    return None
