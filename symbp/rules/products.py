"""Rules of products over indices: Π_{m≠n} f_m/Π_m f_m is 1/f_n, the derivative of ln Π_m f_m.

Termination: a row removes two products over indices for what stands under them
(`tests/rules/laws.py` computes it, on random nodes).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symbp.expressions import (
    ONE,
    Binder,
    IndexComparison,
    Logical,
    Node,
    Product,
    Reduce,
    Where,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.monomials import Monomial, join, split
from symbp.rewriting import Law, Rule

__all__ = ["PRODUCTS"]


def _all_but_one(current: Node) -> Node | None:
    """Π_m where(m = n, 1, f_m)/Π_m f_m is 1/f_n: no f is 0, as their product is divided by."""
    if not isinstance(current, Product):
        return None
    monomial = split(current)
    whole = [b for b, e in monomial.powers if e <= -1 and _is_product(b)]
    others = [b for b, e in monomial.powers if e >= 1 and _is_product(b)]
    for one in others:
        for all_of_them in whole:
            factor = _left_out(one, all_of_them)
            if factor is not None:
                powers = dict(monomial.powers)
                powers[one] -= 1
                powers[all_of_them] += 1
                kept = tuple((b, e) for b, e in powers.items() if e)
                below = Monomial(Fraction(1), ((factor, Fraction(-1)),))
                return join(Monomial(monomial.coefficient, (*kept, *below.powers)))
    return None


def _is_product(base: Node) -> bool:
    return isinstance(base, Reduce) and base.operator == "prod"


def _left_out(one: Node, whole: Node) -> Node | None:
    """The factor that is in a whole product and is not in the other one."""
    if not (isinstance(one, Reduce) and isinstance(whole, Reduce)):
        return None
    body = one.body
    if not isinstance(body, Where) or body.then != ONE or not _same_ranges(one, whole):
        return None
    letters = {
        o.name: IndexExpr.letter(w.name) for o, w in zip(one.binders, whole.binders, strict=True)
    }
    place = _place(body.condition, one.binders)
    if place is None or substitute(body.otherwise, letters) != whole.body:
        return None
    return substitute(body.otherwise, place)


def _same_ranges(one: Reduce, other: Reduce) -> bool:
    return [(b.lower, b.upper) for b in one.binders] == [(b.lower, b.upper) for b in other.binders]


def _place(condition: Node, binders: tuple[Binder, ...]) -> Mapping[str, IndexExpr] | None:
    """Where every index of a product stands in the factor that is left out; None: not one factor.

    An index that stands for a place outside the range leaves nothing out: it has to be a letter
    that runs over the same axis, which what the product is divided by says.
    """
    joined = isinstance(condition, Logical) and condition.operator == "and"
    found: dict[str, IndexExpr] = {}
    names = {b.name for b in binders}
    for part in condition.children if joined else (condition,):
        if not isinstance(part, IndexComparison) or part.relation != "==":
            return None
        sides = (part.left, part.right)
        for here, there in (sides, sides[::-1]):
            name = here.as_letter
            if name in names and name not in found and not names & set(there.letters):
                found[name] = there
                break
        else:
            return None
    return found if found.keys() == names else None


PRODUCTS = (
    Rule(
        "all_but_one",
        Product,
        _all_but_one,
        (
            Law(
                "prod(k, where(k == i, 1, f[k]))*x/prod(k, f[k])",
                "x/f[i]",
                ("prod(k, f[k]) != 0",),
            ),
        ),
    ),
)
