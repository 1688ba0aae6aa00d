"""Rules of sums over indices: what does not depend on the index leaves, brackets are sifted.

Each row takes a factor or a binder out of a sum, or splits a sum of which a part then leaves it.

Termination: a sum over b indices is valued at the 2b-th power of its body, so that what leaves a
sum or splits it lowers the value; `nest` lowers the mass below sums, `equate` the indices that an
equality could still replace (`tests/rules/laws.py` computes it, on random nodes).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Binder,
    Bracket,
    IndexComparison,
    IndexValue,
    Node,
    Number,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    fresh_letter,
    substitute,
    transform,
)
from symbp.indices import IndexExpr
from symbp.matching import replace_nodes
from symbp.monomials import Monomial, join, split
from symbp.rewriting import Law, Rule

__all__ = ["REDUCTIONS", "expand_brackets"]


def _is_sum(current: Node) -> bool:
    return isinstance(current, Reduce) and current.operator == "sum"


def _zero(current: Node) -> Node | None:
    return (
        ZERO if isinstance(current, Reduce) and _is_sum(current) and current.body == ZERO else None
    )


def _no_binder(current: Node) -> Node | None:
    return current.body if isinstance(current, Reduce) and not current.binders else None


def _sift(current: Node) -> Node | None:
    """Σ_k [k = e] f(k) = f(e), where e runs within the range of k."""
    if not (isinstance(current, Reduce) and _is_sum(current)):
        return None
    monomial = split(current.body)
    for base, exponent in monomial.powers:
        if exponent < 1 or not isinstance(base, Bracket):
            continue
        found = _solved(base.condition, current.binders)
        if found is None:
            continue
        binder, value = found
        rest = Monomial(monomial.coefficient, tuple(p for p in monomial.powers if p[0] is not base))
        others = tuple(b for b in current.binders if b.name != binder.name)
        body = substitute(join(rest), {binder.name: value})
        return Reduce("sum", others, body) if others else body
    return None


def _solved(condition: Node, binders: Sequence[Binder]) -> tuple[Binder, IndexExpr] | None:
    """The bound index that an equality fixes, and to what: [k = e], either way round."""
    if not (isinstance(condition, IndexComparison) and condition.relation == "=="):
        return None
    for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
        for binder in binders:
            plain = one.as_letter == binder.name and binder.name not in other.letters
            if plain and not binder.letters and not binder.lower.terms:
                return binder, other
    return None


def _constant_factor(current: Node) -> Node | None:
    """Σ_k c f(k) = c Σ_k f(k), and Σ_k c = c K."""
    if not (isinstance(current, Reduce) and _is_sum(current)):
        return None
    bound = {b.name for b in current.binders}
    monomial = split(current.body)
    inside = tuple((b, e) for b, e in monomial.powers if b.free & bound)
    outside = tuple((b, e) for b, e in monomial.powers if not b.free & bound)
    idle = [b for b in current.binders if not _needed(b, current.binders, inside)]
    if not outside and not idle and monomial.coefficient == 1:
        return None
    factors = [join(Monomial(monomial.coefficient, outside))]
    factors.extend(_extent(b) for b in idle)
    active = tuple(b for b in current.binders if b not in idle)
    if active:
        factors.append(Reduce("sum", active, join(Monomial(Fraction(1), inside))))
    else:
        factors.append(join(Monomial(Fraction(1), inside)))
    kept = [f for f in factors if f != ONE]
    return kept[0] if len(kept) == 1 else Product(kept) if kept else ONE


def _bracket_outside(current: Node) -> Node | None:
    """Σ_k where(c, b·f(k), 0) = b·Σ_k where(c, f(k), 0), for brackets b that are free of k."""
    if not (isinstance(current, Reduce) and _is_sum(current)):
        return None
    around: list[Where] = []
    inside = current.body
    while isinstance(inside, Where) and ZERO in (inside.then, inside.otherwise):
        around.append(inside)
        inside = inside.otherwise if inside.then == ZERO else inside.then
    bound = {b.name for b in current.binders}
    monomial = split(inside)
    leaving = [(b, e) for b, e in monomial.powers if _is_free_bracket(b, e, bound)]
    if not around or not leaving:
        return None
    body = join(Monomial(Fraction(1), tuple(p for p in monomial.powers if p not in leaving)))
    for where in reversed(around):
        branches = (ZERO, body) if where.then == ZERO else (body, ZERO)
        body = Where(where.condition, *branches)
    rest = (Reduce("sum", current.binders, body), Fraction(1))
    return join(Monomial(monomial.coefficient, (*leaving, rest)))


def _is_free_bracket(base: Node, exponent: Fraction, bound: set[str]) -> bool:
    return isinstance(base, Bracket) and exponent >= 1 and not base.free & bound


def _branch_outside(current: Node) -> Node | None:
    """Σ_k where(c, f(k), 0) = where(c, Σ_k f(k), 0), for a condition c that is free of k."""
    if not (isinstance(current, Reduce) and _is_sum(current)):
        return None
    body = current.body
    if not isinstance(body, Where) or ZERO not in (body.then, body.otherwise):
        return None
    if any(b.name in body.condition.free for b in current.binders):
        return None
    branches = (
        branch if branch == ZERO else Reduce("sum", current.binders, branch)
        for branch in (body.then, body.otherwise)
    )
    return Where(body.condition, *branches)


def _needed(
    binder: Binder, binders: Sequence[Binder], inside: tuple[tuple[Node, Fraction], ...]
) -> bool:
    if any(binder.name in base.free for base, _ in inside):
        return True
    return bool(binder.letters) or any(binder.name in b.letters for b in binders)


def _extent(binder: Binder) -> Node:
    length = binder.extent
    value = length.as_integer
    return IndexValue(length) if value is None else Number(value)


def _split_sum(current: Node) -> Node | None:
    """Σ_k (f + g) = Σ_k f + Σ_k g, where a part leaves the sum or is sifted."""
    if not (isinstance(current, Reduce) and _is_sum(current) and isinstance(current.body, Sum)):
        return None
    bound = {b.name for b in current.binders}
    if not any(_leaves(term, bound) for _, term in current.body.terms):
        return None
    return Sum(tuple((s, Reduce("sum", current.binders, t)) for s, t in current.body.terms))


def _leaves(term: Node, bound: set[str]) -> bool:
    factors = [b for b, e in split(term).powers if e >= 1]
    if any(_equates(b, bound) for b in factors):
        return True
    return any(name not in term.free for name in bound)


def _equates(base: Node, bound: set[str]) -> bool:
    if not isinstance(base, Bracket) or not isinstance(base.condition, IndexComparison):
        return False
    sides = (base.condition.left.as_letter, base.condition.right.as_letter)
    return base.condition.relation == "==" and any(side in bound for side in sides)


def _nested(current: Node) -> Node | None:
    """Σ_j Σ_k f = Σ_{j,k} f."""
    if not (isinstance(current, Reduce) and _is_sum(current)):
        return None
    inner = current.body
    if not (isinstance(inner, Reduce) and inner.operator == "sum"):
        return None
    taken = {b.name for b in current.binders} | current.body.free
    letters: dict[str, IndexExpr] = {}
    binders: list[Binder] = []
    for binder in inner.binders:
        name = fresh_letter(binder.name, taken)
        taken.add(name)
        if name != binder.name:
            letters[binder.name] = IndexExpr.letter(name)
        binders.append(binder.substitute(letters).renamed(name))
    body = substitute(inner.body, letters) if letters else inner.body
    return Reduce("sum", (*current.binders, *binders), body)


def _components(current: Node) -> Node | None:
    """Σ_{j,k} f(j) g(k) = Σ_j f(j) · Σ_k g(k)."""
    if not (isinstance(current, Reduce) and _is_sum(current) and len(current.binders) > 1):
        return None
    groups = _connected(current)
    if len(groups) == 1:
        return None
    powers = split(current.body).powers
    factors = [join(Monomial(split(current.body).coefficient, ()))]
    for group in groups:
        names = {b.name for b in group}
        inside = tuple(p for p in powers if p[0].free & names)
        factors.append(Reduce("sum", group, join(Monomial(Fraction(1), inside))))
    return Product([f for f in factors if f != ONE])


def _connected(current: Reduce) -> list[tuple[Binder, ...]]:
    """Binders that share a factor, or a range, belong together."""
    links = [set(base.free) for base, _ in split(current.body).powers]
    links.extend({b.name, *b.letters} for b in current.binders)
    groups: list[list[Binder]] = []
    reach: list[set[str]] = []
    for binder in current.binders:
        touched = {binder.name}.union(*(link for link in links if binder.name in link))
        names = {b.name for b in current.binders} & touched
        merged = [n for n, known in enumerate(reach) if known & names]
        group = [b for n in merged for b in groups[n]] + [binder]
        for n in reversed(merged):
            names |= reach.pop(n)
            groups.pop(n)
        groups.append(group)
        reach.append(names)
    order = {b.name: n for n, b in enumerate(current.binders)}
    return [tuple(sorted(group, key=lambda b: order[b.name])) for group in groups]


def expand_brackets(current: Node) -> Node | None:
    """Σ_k f(k) ([k = m] - g) is multiplied out, so that the bracket can be sifted."""
    if not (isinstance(current, Reduce) and _is_sum(current)):
        return None
    bound = {b.name for b in current.binders}
    monomial = split(current.body)
    for base, exponent in monomial.powers:
        if exponent != 1 or not isinstance(base, Sum):
            continue
        if any(_equates(f, bound) for _, t in base.terms for f, _ in split(t).powers):
            others = tuple(p for p in monomial.powers if p[0] is not base)
            outer = join(Monomial(monomial.coefficient, others))
            terms = tuple((s, outer * t if outer != ONE else t) for s, t in base.terms)
            return Reduce("sum", current.binders, Sum(terms))
    return None


def _equate(current: Node) -> Node | None:
    """[i = j] f(j) = [i = j] f(i): a plain letter replaces another letter, or a gathered index."""
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    for base, exponent in monomial.powers:
        if exponent < 1 or not isinstance(base, Bracket):
            continue
        pair = _equated(base.condition)
        if pair is None:
            continue
        keep, drop = pair
        rest = join(
            Monomial(monomial.coefficient, tuple(p for p in monomial.powers if p[0] is not base))
        )
        changed = _replace_index(rest, drop, keep)
        if changed != rest:
            return Product((base, changed))
    return None


def _equated(condition: Node) -> tuple[IndexExpr, IndexExpr] | None:
    """The letter to keep, and what it replaces."""
    if not (isinstance(condition, IndexComparison) and condition.relation == "=="):
        return None
    left, right = condition.left, condition.right
    if left.as_letter is not None and (right.as_letter or right.as_gather) is not None:
        return left, right
    return (right, left) if right.as_letter is not None and left.as_gather is not None else None


def _replace_index(root: Node, old: IndexExpr, new: IndexExpr) -> Node:
    """A letter is replaced everywhere, a gathered index where an access has just that."""
    letter = old.as_letter
    if letter is not None:
        return substitute(root, {letter: new})
    letters = frozenset((*old.letters, *new.letters))
    apart = transform(root, lambda n: _rebound(n, letters))
    replaced: dict[Node, Node] = {
        a: Access(a.quantity, [new if i == old else i for i in a.indices])
        for a in accesses(apart)
        if old in a.indices
    }
    return replace_nodes(apart, replaced) if replaced else root


def _rebound(current: Node, letters: frozenset[str]) -> Node:
    """The same reduction; where it binds one of the letters, another one is bound."""
    if not isinstance(current, Reduce) or all(b.name not in letters for b in current.binders):
        return current
    taken = set(current.body.free | letters | {b.name for b in current.binders})
    fresh: dict[str, str] = {}
    for binder in current.binders:
        if binder.name in letters:
            fresh[binder.name] = fresh_letter(binder.name, taken)
            taken.add(fresh[binder.name])
    moved = {old: IndexExpr.letter(new) for old, new in fresh.items()}
    binders = [b.substitute(moved).renamed(fresh.get(b.name, b.name)) for b in current.binders]
    return Reduce(current.operator, binders, substitute(current.body, moved))


REDUCTIONS = (
    Rule("empty", Reduce, _zero, (Law("sum(k, 0)", "0"),)),
    Rule("no_index", Reduce, _no_binder, (Law("sum(, x)", "x"),)),
    Rule(
        "sift",
        Reduce,
        _sift,
        (Law("sum(k, [k == t]*f[k]*x)", "f[t]*x", ("0 <= t", "t < K")),),
    ),
    Rule("equate", Product, _equate, (Law("[i == j]*f[j]", "[i == j]*f[i]"),)),
    Rule(
        "nest",
        Reduce,
        _nested,
        (Law("sum(k, sum(l, sin(f[k]*g[l])))", "sum(k, l, sin(f[k]*g[l]))"),),
    ),
    Rule(
        "indep",
        Reduce,
        _constant_factor,
        (Law("sum(k, x*f[k])", "x*sum(k, f[k])"), Law("sum(k, x)", "x*K")),
    ),
    Rule(
        "bracket_leaves",
        Reduce,
        _bracket_outside,
        (
            Law(
                "sum(k, where(g[k] > c, [i == j]*f[k], 0))",
                "[i == j]*sum(k, where(g[k] > c, f[k], 0))",
            ),
        ),
    ),
    Rule(
        "branch_leaves",
        Reduce,
        _branch_outside,
        (Law("sum(k, where(p > 0, f[k], 0))", "where(p > 0, sum(k, f[k]), 0)"),),
    ),
    Rule(
        "components",
        Reduce,
        _components,
        (Law("sum(k, l, f[k]*g[l])", "sum(k, f[k])*sum(l, g[l])"),),
    ),
    Rule("split", Reduce, _split_sum, (Law("sum(k, f[k] + x)", "sum(k, f[k]) + sum(k, x)"),)),
    Rule(
        "multiply_out",
        Reduce,
        expand_brackets,
        (Law("sum(k, f[k]*([k == i] - g[k]))", "sum(k, f[k]*[k == i] - f[k]*g[k])"),),
    ),
)
