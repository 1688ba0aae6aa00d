"""Moves: ways to write one expression in another form, by arithmetic and the tables of rules alone.

`tidy` is applied after every change; each other move offers a candidate, and who searches forms
(`forms.py`) keeps it where it is shorter to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd

from symbp.cases import order_branches
from symbp.expressions import Bracket, Node, Reduce, Sum, Where, postorder, transform
from symbp.factoring import factor_sums, growth_limit
from symbp.grouping import group_terms, spread_products
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.merging import merge_sums
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.rational import rational_form
from symbp.rewriting import Log, Rule, rewrite
from symbp.rules.algebra import ALGEBRA
from symbp.rules.branches import BRANCHES
from symbp.rules.reductions import REDUCTIONS

__all__ = [
    "TABLES",
    "factored",
    "grouped",
    "in_fractions",
    "in_order",
    "merged",
    "settled",
    "shortest_fraction",
    "tidy",
    "without_brackets",
]

#: The tables in the order in which their rows are tried.
TABLES: Mapping[str, tuple[Rule, ...]] = {
    "reductions": REDUCTIONS,
    "branches": BRANCHES,
    "algebra": ALGEBRA,
}
_RULES = tuple(rule for table in TABLES.values() for rule in table)


def tidy(root: Node, log: Log | None = None) -> Node:
    """Arithmetic, brackets and sums in order; nothing is expanded, nothing is factored."""
    return rewrite(root, _RULES, log)


def in_fractions(root: Node) -> Node:
    """Each region of arithmetic as one factored fraction where that is shorter, innermost first."""
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Reduce):
            body = shortest_fraction(replace_nodes(current.body, replaced))
            replaced[current] = tidy(Reduce(current.operator, current.binders, body))
        elif isinstance(current, Where):
            branches = [
                shortest_fraction(replace_nodes(b, replaced))
                for b in (current.then, current.otherwise)
            ]
            replaced[current] = tidy(Where(current.condition, *branches))
    changed = {k: v for k, v in replaced.items() if k != v}
    return shortest_fraction(replace_nodes(root, changed) if changed else root)


def shortest_fraction(root: Node) -> Node:
    """One fraction where that is shorter than common factors alone, which keep brackets."""
    fraction = rational_form(root)
    candidates = [root, factor_sums(root), *([] if fraction is None else [fraction])]
    made = min(candidates, key=reading_cost)
    return root if made is root else tidy(made)


def without_brackets(root: Node) -> Node:
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
    return shortest_fraction(made)


def _has_bracket(base: Node) -> bool:
    return isinstance(base, Sum) and any(
        isinstance(b, Bracket) for _, t in base.terms for b, _ in split(t).powers
    )


def factored(root: Node) -> Node:
    """Common factors in front of their sums, brackets as they are."""
    changed = factor_sums(root)
    return root if changed is root else tidy(changed)


def grouped(root: Node) -> Node:
    """Terms that share factors together, also where a product has to be spread out for it."""
    grouped = group_terms(root)
    spread = spread_products(root, tidy)
    made = min((root, grouped, spread), key=reading_cost)
    return root if made is root else tidy(made)


def settled(root: Node) -> Node:
    """Of forms that are equally long the one that is always chosen, however it came about.

    Sums inside sums are opened, (a + 1)/2 + b is a/2 + 1/2 + b; a number that all terms share
    stands before them, 2 a - 2 is 2 (a - 1). Beyond a limit of size it stays as it came about.
    """
    if growth_limit(root) is not None:
        return root
    made = transform(root, _settled_sum)
    return root if made == root else tidy(made)


def _settled_sum(current: Node) -> Node:
    if not isinstance(current, Sum) or len(current.terms) < 2:
        return current
    best = _opened(current)
    terms = terms_of(best)
    content = _content([t.coefficient for t in terms])
    if content == 1 or len(terms) < 2:
        return best
    inside = _opened(total(Monomial(t.coefficient / content, t.powers) for t in terms))
    outside = join(Monomial(content, ((inside, Fraction(1)),)))
    return outside if reading_cost(outside) <= reading_cost(best) else best


def _opened(current: Node) -> Node:
    """Sums that are terms of the sum, with a number before them, opened: (a + 1)/2 + b."""
    opened: list[Monomial] = []
    for term in terms_of(current):
        only = term.powers[0] if len(term.powers) == 1 else None
        inner = only[0] if only is not None and only[1] == 1 else None
        terms = terms_of(inner) if isinstance(inner, Sum) else [Monomial(Fraction(1), term.powers)]
        opened.extend(Monomial(t.coefficient * term.coefficient, t.powers) for t in terms)
    flat = total(opened)
    return flat if reading_cost(flat) <= reading_cost(current) else current


def _content(values: Sequence[Fraction]) -> Fraction:
    """The positive number that all of them share."""
    above = gcd(*(v.numerator for v in values))
    return Fraction(above, gcd(*(v.denominator for v in values)))


def in_order(root: Node) -> Node:
    """Branches over one value in ascending order."""
    made = order_branches(root, _piece)
    return root if made is root else tidy(made)


def _piece(root: Node) -> Node:
    """A branch in the one form that it has, however it came about: of equal ones the factored."""
    plain = tidy(root)
    fraction = rational_form(plain)
    factored = [] if fraction is None else [tidy(fraction), _scaled(tidy(fraction))]
    return settled(min((*factored, plain, factor_sums(plain)), key=reading_cost))


def _scaled(root: Node) -> Node:
    """(2 z + 3)/6 as z/3 + 1/2: a number goes into the one sum among the factors."""
    monomial = split(root)
    sums = [b for b, e in monomial.powers if e == 1 and isinstance(b, Sum)]
    if len(sums) != 1 or monomial.coefficient == 1:
        return root
    terms = (Monomial(t.coefficient * monomial.coefficient, t.powers) for t in terms_of(sums[0]))
    inside = total(terms)
    powers = tuple((inside, e) if b is sums[0] else (b, e) for b, e in monomial.powers)
    return join(Monomial(Fraction(1), powers))


def merged(root: Node) -> Node:
    """Sums over one range put together; what was taken out of them may go back in."""
    return merge_sums(root, lambda body: shortest_fraction(tidy(body)))
