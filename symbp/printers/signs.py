"""Signs as a textbook writes them: minus in front, no factor 1, no sum that begins with a minus.

Nothing here changes a value. The order of factors was decided when the row was made.
"""

from __future__ import annotations

from symbp.expressions import Node, Number, Product, Sum, transform

__all__ = ["arrange_signs"]


def arrange_signs(root: Node) -> Node:
    """The same value with its signs in their places."""
    return transform(root, _arrange_one)


def _arrange_one(current: Node) -> Node:
    if isinstance(current, Product):
        return _product(current)
    return _sum(current) if isinstance(current, Sum) else current


def _negated(value: Node) -> tuple[bool, Node]:
    """Whether the value carries a minus sign in front, and the value without it."""
    if isinstance(value, Sum) and len(value.terms) == 1:
        return value.terms[0][0] < 0, value.terms[0][1]
    if isinstance(value, Number) and value.value < 0:
        return True, Number(-value.value)
    return False, value


def _product(current: Product) -> Node:
    minus = False
    above: list[Node] = []
    below: list[Node] = []
    for factors, kept in ((current.numerator, above), (current.denominator, below)):
        for factor in factors:
            negative, bare = _negated(factor)
            minus ^= negative
            if not (isinstance(bare, Number) and bare.value == 1):
                kept.append(bare)
    made: Node = above[0] if len(above) == 1 and not below else Product(above, below)
    if not above and not below:
        made = Number(1)
    return Sum(((-1, made),)) if minus else made


def _sum(current: Sum) -> Node:
    terms: list[tuple[int, Node]] = []
    for sign, term in current.terms:
        negative, bare = _negated(term)
        terms.append((-sign if negative else sign, bare))
    if not terms:
        return current
    first = next((n for n, (sign, _) in enumerate(terms) if sign > 0), 0)
    terms.insert(0, terms.pop(first))
    if len(terms) == 1 and terms[0][0] > 0:
        return terms[0][1]
    return Sum(tuple(terms))
