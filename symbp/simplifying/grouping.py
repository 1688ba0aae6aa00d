"""Terms that share a factor put together, and products spread where factors cancel term by term.

    a·s + b·t + c·s + d  =  (a + c)·s + b·t + d
    u·v·(a/u - b/v)      =  a·v - b·u

`factoring.py` takes out what all terms of a sum share; here some of them share it. Both moves only
offer a candidate: whoever searches forms keeps it where it is shorter to read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from symbp.expressions import IndexValue, Node, Sum, postorder
from symbp.matching import replace_nodes
from symbp.measures import outline, reading_cost
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.rewriting import Log
from symbp.rules.moves import EXPAND, GROUP
from symbp.simplifying import factoring
from symbp.simplifying.factoring import factor_sums

__all__ = ["group_terms", "growth_limit", "spread_products", "ways_limit"]

#: Longer sums are left alone: the search compares each factor with each term.
MAX_TERMS = 16
#: Sums inside one another that are opened where factors cancel.
LEVELS = 2
#: Of a longer sum only the first of equally good groups is tried: the ways double with each term.
MAX_TIED = 8
#: Groupings of one sum that are followed to their ends and compared.
MAX_WAYS = 12
#: What a bracket costs a reader, in the units of `measures.py`: a group has to save as much.
BRACKET = 4


def group_terms(root: Node, log: Log | None = None) -> Node:
    """The node with terms grouped by common factors, in each sum."""
    if factoring.growth_limit(root) is not None:
        return root
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Sum) and 1 < len(current.terms) <= MAX_TERMS:
            inner = replace_nodes(current, replaced) if replaced else current
            best = _grouped(inner, log)
            if best != current:
                replaced[current] = best
    return replace_nodes(root, replaced) if replaced else root


def growth_limit(root: Node) -> str | None:
    """Why a sum in it is not grouped: a limit of size, never of time; None: every one is."""
    longest = max((len(n.terms) for n in postorder(root) if isinstance(n, Sum)), default=0)
    return f"a sum of more than {MAX_TERMS} terms" if longest > MAX_TERMS else None


def ways_limit(root: Node) -> str | None:
    """Why not all groupings of a sum in it were compared: a limit of size; None: all were."""
    for current in postorder(root):
        searched = isinstance(current, Sum) and 1 < len(current.terms) <= MAX_TERMS
        if searched and not _is_short(current) and _ends(current)[0]:
            return f"a sum of more than {MAX_TIED} terms"
        if searched and len(_ends(current)) >= MAX_WAYS:
            return f"{MAX_WAYS} ways or more"
    return None


def _grouped(root: Node, log: Log | None) -> Node:
    """Greedily: the group that saves most first, until none saves anything.

    Groups that save the same are all followed to their ends, as far as `MAX_WAYS` goes: which of
    them the author's order of terms has first must not decide.
    """
    ends = _ends(root)
    path = ends[0]
    if len(ends) > 1:
        path = min(ends, key=lambda p: (reading_cost(_inner_grouped(p[-1])), outline(p[-1])))
    if log is not None:
        for before, after in zip((root, *path), path, strict=False):
            log.add(GROUP, before, after)
    return path[-1] if path else root


@lru_cache(maxsize=4096)
def _settled(root: Sum) -> Node:
    """A bracket grouped; many ways down hold the same ones."""
    return _grouped(root, None)


def _is_short(root: Node) -> bool:
    return not isinstance(root, Sum) or len(root.terms) <= MAX_TIED


@lru_cache(maxsize=4096)
def _ends(root: Node) -> Sequence[tuple[Node, ...]]:
    """The ways down, each a list of ever shorter forms; an empty one if nothing is gained."""
    found: list[tuple[Node, ...]] = []
    todo: list[tuple[Node, ...]] = [()]
    while todo:
        path = todo.pop()
        current = path[-1] if path else root
        costs = [(reading_cost(c), c) for c in _candidates(current)]
        least = min((cost for cost, _ in costs), default=None)
        if least is None or least > reading_cost(current) - BRACKET:
            found.append(path)
            continue
        ways = [(*path, c) for cost, c in costs if cost == least]
        room = MAX_WAYS - len(found) - len(todo) if _is_short(current) else 1
        todo += ways[: max(1, room)]
    return found


def _inner_grouped(root: Node) -> Node:
    """A sum whose terms are grouped inside their brackets too; these are shorter each time."""
    terms = []
    for monomial in terms_of(root):
        powers = tuple(
            (_settled(b) if isinstance(b, Sum) and len(b.terms) <= MAX_TERMS else b, e)
            for b, e in monomial.powers
        )
        terms.append(Monomial(monomial.coefficient, powers))
    return total(terms)


def _candidates(root: Node) -> list[Node]:
    """The sum with the terms that hold one factor in a bracket, for each factor that two hold."""
    monomials = _alike(terms_of(root))
    holders: dict[tuple[Node, bool], list[int]] = {}
    for place, monomial in enumerate(monomials):
        for base, exponent in monomial.powers:
            if not isinstance(base, IndexValue):
                holders.setdefault((base, exponent > 0), []).append(place)
    groups = dict.fromkeys(tuple(p) for p in holders.values() if len(p) > 1)
    found: list[Node] = []
    for places in groups:
        inside = factor_sums(total(monomials[place] for place in places))
        rest = [m for place, m in enumerate(monomials) if place not in places]
        at = sum(1 for place in range(places[0]) if place not in places)
        found.append(total((*rest[:at], split(inside), *rest[at:])))
    return found


def spread_products(
    root: Node,
    settle: Callable[[Node, Log | None], Node],
    log: Log | None = None,
    levels: int = LEVELS,
) -> Node:
    """A product with a sum in which factors cancel, multiplied out and grouped again.

    Args:
        root: a product, or any other node, which is left as it is.
        settle: brings each term into order.
        log: where each use of a row is written down.
        levels: how many sums inside one another are opened.
    """
    monomial = split(root)
    for base, exponent in monomial.powers:
        if exponent != 1 or not isinstance(base, Sum) or len(base.terms) > MAX_TERMS:
            continue
        rest = {b: e for b, e in monomial.powers if b is not base}
        if levels and any(_cancels(term, rest, levels) for term in terms_of(base)):
            outer = tuple(rest.items())
            inner = _alike([Monomial(monomial.coefficient, outer), *terms_of(base)])
            products = [join(inner[0]) * join(t) for t in inner[1:]]
            if log is not None:
                log.add(EXPAND, root, Sum(tuple((1, p) for p in products)))
            terms = [spread_products(settle(p, log), settle, log, levels - 1) for p in products]
            return group_terms(total(m for term in terms for m in terms_of(term)), log)
    return root


def _alike(monomials: Sequence[Monomial]) -> list[Monomial]:
    """Sums that differ by a number written alike: 2 o - 2 beside 1 - o is -2 (1 - o)."""
    seats: list[Node] = []
    for base in (b for m in monomials for b, e in m.powers if _turns(b, e)):
        place = next((n for n, seat in enumerate(seats) if _ratio(base, seat)), len(seats))
        seats[place : place + 1] = [min((*seats[place : place + 1], base), key=reading_cost)]
    return [_seated(m, seats) for m in monomials]


def _turns(base: Node, exponent: Fraction) -> bool:
    return isinstance(base, Sum) and exponent.denominator == 1


def _seated(monomial: Monomial, seats: Sequence[Node]) -> Monomial:
    coefficient = monomial.coefficient
    powers: dict[Node, Fraction] = {}
    for base, exponent in monomial.powers:
        seat, ratio = base, Fraction(1)
        if _turns(base, exponent):
            seat, ratio = next((s, r) for s in seats if (r := _ratio(base, s)))
        coefficient *= ratio ** int(exponent)
        powers[seat] = powers.get(seat, Fraction(0)) + exponent
    return Monomial(coefficient, tuple((b, e) for b, e in powers.items() if e))


@lru_cache(maxsize=4096)
def _coefficients(root: Node) -> Mapping[frozenset[object], Fraction]:
    """The coefficient of each term; every sum is compared with all others."""
    return {t.key: t.coefficient for t in terms_of(root)}


def _ratio(one: Node, other: Node) -> Fraction | None:
    """The number by which one sum is the other one, None where there is none."""
    ours, theirs = _coefficients(one), _coefficients(other)
    if ours.keys() != theirs.keys() or not ours:
        return None
    ratios = {ours[key] / theirs[key] for key in ours}
    return ratios.pop() if len(ratios) == 1 else None


def _cancels(term: Monomial, rest: dict[Node, Fraction], levels: int) -> bool:
    """Whether a factor stands above the bar here and below it there, or in a sum of the term."""
    if any(rest.get(base, Fraction(0)) * exponent < 0 for base, exponent in term.powers):
        return True
    inner = (b for b, e in term.powers if levels > 1 and e == 1 and isinstance(b, Sum))
    return any(_cancels(t, rest, levels - 1) for b in inner for t in terms_of(b))
