"""Where a value is not 0, as it is written, and what it is there: its support.

    where(m[k] > 0, exp(z[k]), 0)/s        m[k] > 0        exp(z[k])/s
    [j <= i]*exp(z[i,j])                   j <= i          exp(z[i,j])
    c[k]*exp(z[k])      c is 0 or 1        c[k] != 0       exp(z[k])

A product has the supports of its factors, a name that of its definition.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Bracket,
    Call,
    Comparison,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Where,
)
from symbp.stabilising.consequences import conjuncts

__all__ = ["Known", "Support", "support_of"]

#: Factors, branches and roots that are looked into, one inside the other.
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Support:
    """Conditions without which a value is 0, each by itself, and the value where they hold."""

    conditions: tuple[Node, ...]
    bare: Node


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the quantities.

    Attributes:
        named: the support of an access; None where it has none.
        binary: names of quantities whose values are 0 or 1.
    """

    named: Callable[[Access], Support | None]
    binary: Collection[str]


def support_of(root: Node, known: Known, depth: int = 0) -> Support | None:
    """The support of an expression; None where nothing makes it 0."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(root, Where):
        return _of_branch(root, known, depth)
    if isinstance(root, Bracket):
        return Support(conjuncts(root.condition), ONE)
    if isinstance(root, Product):
        return _of_product(root, known, depth)
    if isinstance(root, Power) and isinstance(root.exponent, Number) and root.exponent.value > 0:
        inner = support_of(root.base, known, depth + 1)
        return inner and Support(inner.conditions, Power(inner.bare, root.exponent))
    if isinstance(root, Call) and root.function == "sqrt":
        inner = support_of(root.arguments[0], known, depth + 1)
        return inner and Support(inner.conditions, Call("sqrt", (inner.bare,)))
    if isinstance(root, Access) and (made := known.named(root)) is not None:
        return made
    return _of_mask(root, known)


def _of_branch(root: Where, known: Known, depth: int) -> Support | None:
    if ZERO not in (root.then, root.otherwise):
        return None
    truth = root.otherwise == ZERO
    value = root.then if truth else root.otherwise
    own = conjuncts(root.condition, truth=truth)
    inner = support_of(value, known, depth + 1)
    if inner is None:
        return Support(own, value)
    return Support(tuple(dict.fromkeys((*own, *inner.conditions))), inner.bare)


def _of_product(root: Product, known: Known, depth: int) -> Support | None:
    found: dict[Node, None] = {}
    above: list[Node] = []
    for factor in root.numerator:
        inner = support_of(factor, known, depth + 1)
        above.append(factor if inner is None else inner.bare)
        found.update(dict.fromkeys(inner.conditions if inner else ()))
    if not found:
        return None
    kept = [factor for factor in above if factor != ONE]
    if len(kept) == 1 and not root.denominator:
        return Support(tuple(found), kept[0])
    return Support(tuple(found), Product(kept or [ONE], root.denominator))


def _of_mask(root: Node, known: Known) -> Support | None:
    """What is 0 or 1: where it is not 0, nothing is left to multiply."""
    if not _is_binary(root, known):
        return None
    return Support((Comparison("!=", root, ZERO),), ONE)


def _is_binary(root: Node, known: Known) -> bool:
    """Whether it is c, or 1 - c, of a c that is 0 or 1."""
    if isinstance(root, Sum):
        signs = {term: sign for sign, term in root.terms}
        others = [term for term in signs if term != ONE]
        one = len(root.terms) == 2 and len(others) == 1 and signs.get(ONE) == 1
        return one and signs[others[0]] == -1 and _is_binary(others[0], known)
    return isinstance(root, Access) and root.quantity in known.binary
