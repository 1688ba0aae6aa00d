"""Moves: ways to write one expression in another form, by arithmetic and the tables of rules alone.

`tidy` is applied after every change; each other move offers a candidate, and who searches forms
(`forms.py`) keeps it where it is shorter to read. Given a log, a move writes down what it did: each
use of a row of `rules/`, on the part that it changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from symbp.branching import order_conditions
from symbp.errors import impossible
from symbp.expressions import (
    ZERO,
    Bracket,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    postorder,
    transform,
)
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.rational import rational_form
from symbp.rewriting import Log, Rule, rewrite
from symbp.rules.algebra import ALGEBRA
from symbp.rules.branches import BRANCHES
from symbp.rules.moves import COLLECT, CONDITIONS, EXPAND, FACTOR, NUMBERS, ROOTS
from symbp.rules.products import PRODUCTS
from symbp.rules.ratios import RATIOS
from symbp.rules.reductions import REDUCTIONS
from symbp.simplifying.brackets import over_brackets
from symbp.simplifying.caseorder import order_branches
from symbp.simplifying.factoring import factor_sums, growth_limit
from symbp.simplifying.grouping import group_terms, spread_products
from symbp.simplifying.merging import merge_sums
from symbp.simplifying.radicals import over_roots
from symbp.spelling import spell

__all__ = [
    "TABLES",
    "factored",
    "grouped",
    "in_fractions",
    "in_normal_form",
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
    "products": PRODUCTS,
    "ratios": RATIOS,
    "branches": BRANCHES,
    "algebra": ALGEBRA,
}
#: How often the numbers of an expression are put in order before one calls that endless.
MAX_SETTLED = 50
_RULES = tuple(rule for table in TABLES.values() for rule in table)
#: The rules that leave a sum over indices together.
_TOGETHER = tuple(rule for rule in _RULES if rule.name != "split")


def tidy(root: Node, log: Log | None = None) -> Node:
    """Arithmetic, brackets and sums in order; nothing is expanded, nothing is factored."""
    return rewrite(root, _RULES, log)


def in_fractions(root: Node, log: Log | None = None) -> Node:
    """Each region of arithmetic as one factored fraction where that is shorter, innermost first."""
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Reduce):
            body = shortest_fraction(replace_nodes(current.body, replaced), log)
            replaced[current] = tidy(Reduce(current.operator, current.binders, body), log)
        elif isinstance(current, Where):
            branches = [
                shortest_fraction(replace_nodes(b, replaced), log)
                for b in (current.then, current.otherwise)
            ]
            replaced[current] = tidy(Where(current.condition, *branches), log)
    changed = {k: v for k, v in replaced.items() if k != v}
    return shortest_fraction(tidy(replace_nodes(root, changed), log) if changed else root, log)


def shortest_fraction(root: Node, log: Log | None = None) -> Node:
    """One fraction where that is shorter than common factors alone, which keep brackets."""
    root = _terms_over_bars(root, log)
    fraction = rational_form(root)
    rooted = over_roots(root)
    kept = over_brackets(root, tidy)
    over_bar = [n for n in (fraction, kept) if n is not None]
    made = min((root, factor_sums(root), *over_bar, rooted), key=reading_cost)
    if made is root:
        return root
    if log is not None:
        log.add(COLLECT if made in over_bar else ROOTS if made is rooted else FACTOR, root, made)
    return tidy(made, log)


def _divides(root: Node) -> bool:
    """Whether something in it stands below a bar."""
    return any(
        (isinstance(n, Product) and n.denominator)
        or (isinstance(n, Power) and isinstance(n.exponent, Number) and n.exponent.value < 0)
        for n in postorder(root)
    )


def _terms_over_bars(root: Node, log: Log | None) -> Node:
    """Each term of a sum as one fraction by itself, where it holds a sum and that is shorter."""
    if not isinstance(root, Sum) or len(root.terms) < 2:
        return root
    shorter: dict[Node, Node] = {}
    for _, term in root.terms:
        fraction = rational_form(term) if _divides(term) else None
        if fraction is not None and reading_cost(made := tidy(fraction)) < reading_cost(term):
            shorter[term] = made
            if log is not None:
                log.add(COLLECT, term, fraction)
                tidy(fraction, log)
    if not shorter:
        return root
    return tidy(Sum([(sign, shorter.get(term, term)) for sign, term in root.terms]), log)


def without_brackets(root: Node, log: Log | None = None) -> Node:
    """f·([k=t] - g) = f·[k=t] - f·g, where the bracket then meets its index in f."""
    if not any(isinstance(n, Bracket) for n in postorder(root)):
        return root
    before = root
    parts: list[Node] = [join(monomial) for monomial in terms_of(root)]
    for number, monomial in enumerate(terms_of(root)):
        place = next(
            (n for n, (b, e) in enumerate(monomial.powers) if e == 1 and _has_bracket(b)), -1
        )
        if place < 0:
            continue
        opened = monomial.powers[place][0]
        rest = (*monomial.powers[:place], *monomial.powers[place + 1 :])
        outer = join(Monomial(monomial.coefficient, rest))
        inner = opened.terms if isinstance(opened, Sum) else ()
        parts[number] = Sum(tuple((s, outer * t) for s, t in inner))
        if log is not None:
            after = _added(parts)
            log.add(EXPAND, before, after)
            before = after
    made = tidy(_added(parts), log)
    return shortest_fraction(made, log)


def _added(parts: Sequence[Node]) -> Node:
    return Sum(tuple((1, part) for part in parts))


def _has_bracket(base: Node) -> bool:
    return isinstance(base, Sum) and any(
        isinstance(b, Bracket) for _, t in base.terms for b, _ in split(t).powers
    )


def factored(root: Node, log: Log | None = None) -> Node:
    """Common factors in front of their sums, brackets as they are."""
    changed = factor_sums(root)
    if changed is root:
        return root
    if log is not None:
        log.add(FACTOR, root, changed)
    return tidy(changed, log)


def grouped(root: Node, log: Log | None = None) -> Node:
    """Terms that share factors together, also where a product has to be spread out for it."""
    grouped = group_terms(root)
    spread = spread_products(root, tidy)
    made = min((root, grouped, spread), key=reading_cost)
    if made is root:
        return root
    if log is not None and made is grouped:
        group_terms(root, log)
    elif log is not None:
        spread_products(root, tidy, log)
    return tidy(made, log)


def settled(root: Node, log: Log | None = None) -> Node:
    """Of forms that are equally long the one that is always chosen, however it came about.

    Sums inside sums are opened, (a + 1)/2 + b is a/2 + 1/2 + b; a number that all terms share
    stands before them, 2 a - 2 is 2 (a - 1). Beyond a limit of size it stays as it came about.
    """
    if growth_limit(root) is not None:
        return root
    for _ in range(MAX_SETTLED):
        made = transform(root, lambda current: _settled_sum(current, log))
        if made == root:
            return root
        # where numbers cancel, what stands around them shares others
        root = rewrite(made, _TOGETHER, log)
    return impossible(f"`{spell(root)}` does not settle")


def _settled_sum(current: Node, log: Log | None) -> Node:
    if not isinstance(current, Sum) or len(current.terms) < 2:
        return current
    made = _with_content(current)
    if log is not None:
        log.add(NUMBERS, current, made)
    return made


def _with_content(current: Sum) -> Node:
    best = _opened(current)
    terms = [_out_of_branches(term) for term in terms_of(best)]
    content = _content([t.coefficient for t in terms])
    if content == 1 or len(terms) < 2:
        return best
    divided = (Monomial(t.coefficient / content, t.powers) for t in terms)
    inside = _opened(total(_into_branches(term) for term in divided))
    outside = join(Monomial(content, ((inside, Fraction(1)),)))
    return outside if reading_cost(outside) <= reading_cost(best) else best


def _out_of_branches(term: Monomial) -> Monomial:
    """where(c, 2 x, 0) as 2 where(c, x, 0): the number that a term shares with others."""
    branch = _one_branch(term)
    number = Fraction(1) if branch is None else branch.taken.coefficient
    if branch is None or number == 1:
        return term
    return Monomial(term.coefficient * number, branch.times(1 / number))


def _into_branches(term: Monomial) -> Monomial:
    """2 where(c, x, 0) as where(c, 2 x, 0), as it is written."""
    branch = _one_branch(term)
    return term if branch is None else Monomial(Fraction(1), branch.times(term.coefficient))


@dataclass(frozen=True, slots=True)
class _Branch:
    """A branch between 0 and something else, and the sums over indices around it, inmost first."""

    place: Where
    sums: tuple[Reduce, ...]

    @property
    def taken(self) -> Monomial:
        """The branch that is not 0."""
        return split(self.place.otherwise if self.place.then == ZERO else self.place.then)

    def times(self, number: Fraction) -> tuple[tuple[Node, Fraction], ...]:
        """The one base in which a number stands before the branch that is not 0."""
        made = join(Monomial(self.taken.coefficient * number, self.taken.powers))
        branches = (ZERO, made) if self.place.then == ZERO else (made, ZERO)
        base: Node = Where(self.place.condition, *branches)
        for reduction in self.sums:
            base = Reduce("sum", reduction.binders, base)
        return ((base, Fraction(1)),)


def _one_branch(term: Monomial) -> _Branch | None:
    """The one factor of a term, where it branches between 0 and something else, or adds that up."""
    base, exponent = term.powers[0] if len(term.powers) == 1 else (ZERO, Fraction(0))
    sums: list[Reduce] = []
    while isinstance(base, Reduce) and base.operator == "sum":
        sums.insert(0, base)
        base = base.body
    if not isinstance(base, Where) or exponent != 1:
        return None
    one = (base.then == ZERO) != (base.otherwise == ZERO)
    return _Branch(base, tuple(sums)) if one else None


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


def in_order(root: Node, log: Log | None = None) -> Node:
    """Branches over one value in ascending order."""
    decided = order_conditions(root, tidy)
    if log is not None and decided is not root:
        log.add(CONDITIONS, root, decided)
    made = order_branches(decided, _piece, log)
    return root if made is root else tidy(made, log)


def _piece(root: Node, log: Log | None = None) -> Node:
    """A branch in the one form that it has, however it came about: of equal ones the factored."""
    plain = tidy(root, log)
    fraction = rational_form(plain)
    tidied = None if fraction is None else tidy(fraction)
    over_bar = [] if tidied is None else [tidied, _scaled(tidied)]
    factors = factor_sums(plain)
    made = min((*over_bar, plain, factors), key=reading_cost)
    if log is not None and fraction is not None and made in over_bar:
        log.add(COLLECT, plain, fraction)
        log.add(NUMBERS, tidy(fraction, log), made)
    elif log is not None:
        log.add(FACTOR, plain, made)
    return settled(made, log)


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


def merged(root: Node, log: Log | None = None) -> Node:
    """Sums over one range put together; what was taken out of them may go back in."""
    made = merge_sums(root, lambda body, told: shortest_fraction(tidy(body, told), told), log)
    return root if made is root else rewrite(made, _TOGETHER, log)


def in_normal_form(root: Node) -> bool:
    """Whether an expression is one in which no rule has anything to do, but to split a sum."""
    return rewrite(root, _TOGETHER) == root and in_order(root) == root and settled(root) == root
